"""Runs of equal keys: their least and largest, ranks within them, and the entries of several runs at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers


@dataclass(frozen=True, eq=False)
class Grouping:
    """Rows sorted by key. ``order`` puts rows into runs, ``start`` opens each run, ``key`` names it."""

    order: NDArray[np.intp]
    start: NDArray[np.intp]
    key: Integers

    @classmethod
    def by(cls, key: Integers) -> "Grouping":
        """Sort rows by key, ties in their given order."""
        order = np.argsort(key, kind="stable")
        sorted_key = key[order]
        start = np.flatnonzero(np.append(True, sorted_key[1:] != sorted_key[:-1])) if len(key) else order
        return cls(order, start, sorted_key[start])

    def least(self, sorted_values: Integers) -> Integers:
        """Least of each run, of values already in order."""
        return np.minimum.reduceat(sorted_values, self.start) if len(self.start) else sorted_values

    def largest(self, sorted_values: Integers) -> Integers:
        """Largest of each run, of values already in order."""
        return np.maximum.reduceat(sorted_values, self.start) if len(self.start) else sorted_values


def rank_in_run(sorted_key: Integers) -> Integers:
    """Count the rows of each run of equal keys from 0."""
    if not len(sorted_key):
        return np.zeros(0, np.int64)
    start = np.flatnonzero(np.append(True, sorted_key[1:] != sorted_key[:-1]))
    length = np.diff(np.append(start, len(sorted_key)))
    return np.arange(len(sorted_key)) - np.repeat(start, length)


def entries_of(start: Integers, rows: Integers) -> Integers:
    """Positions of the entries of some rows, one row after another, given where each row's entries start."""
    length = start[rows + 1] - start[rows]
    within = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    positions: Integers = within + np.repeat(start[rows], length)
    return positions
