"""Plans and stays x prices -> spend: exact by day, whole pence, adding up both ways."""
