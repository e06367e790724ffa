"""Reductions over runs of equal keys: sort once, then take the least or the largest of each run as often as needed."""

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
