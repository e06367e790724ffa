"""Allocation: who takes which place, at least cost, with a proof of how much better any other choice could be."""
