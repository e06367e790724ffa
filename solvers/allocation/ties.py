"""Which of equally good allocations to take: a number for each column that depends on its member and place alone.

Numbered by position, a place that opens next year would move every place behind it, and plans of this year that are
equally good could change for no reason. Numbers drawn from lasting keys stay as they are, and are as good as never
equal in sum, so that one allocation stands out. Costs are not touched.
"""

import numpy as np

from solvers.allocation.arrays import Integers
from solvers.allocation.problem import LARGEST_TIE


def ties_of(member_key: Integers, place_key: Integers) -> Integers:
    """Scatter pairs of keys, one pair a column, over whole numbers from 0 up.

    Parameters
    ----------
    member_key, place_key
        Any whole numbers that stay with a member (or class of members) and with a place, shape (columns,).

    Examples
    --------
    >>> ties_of(np.array([7, 7, 8]), np.array([1, 2, 1])).tolist()
    [13829983, 2270501, 7901848]
    """
    mixed = _mixed(_mixed(member_key.astype(np.uint64)) ^ place_key.astype(np.uint64))
    return (mixed % np.uint64(LARGEST_TIE)).astype(np.int64)


def key_of(name: str) -> int:
    """Return a lasting key for a name: the same in every run and on every machine."""
    digest = 0xCBF29CE484222325
    for byte in name.encode():
        digest = ((digest ^ byte) * 0x100000001B3) % 2**64
    return digest >> 1


def _mixed(key: "np.ndarray[tuple[int], np.dtype[np.uint64]]") -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Scatter whole numbers (the finisher of SplitMix64)."""
    key = (key + np.uint64(0x9E3779B97F4A7C15)) & np.uint64(2**64 - 1)
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))
