"""What if: the walk from a council's files to a plan, once or many times with assumptions changed."""
