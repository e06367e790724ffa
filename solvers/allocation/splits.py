"""Ways to split a family of three or more into parts that are each put somewhere: what makes the linear model tight.

Covering each member is not enough: a family of three could be half in each of its three pairs. A variable for each
partition of the family, of which exactly one holds, leaves only mixtures of true partitions. A family of two needs no
more than its coverage; families beyond five, with more than 52 partitions each, are left to theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.groups import entries_of, rank_in_run
from solvers.allocation.problem import Problem

Indices = NDArray[np.intp]

SIZES = (3, 4, 5)
"""Families that are split by variables of their own."""


@dataclass(frozen=True, eq=False)
class Splits:
    """Partitions of the larger families of a scope, in order, and the columns that make up their parts.

    Attributes
    ----------
    family
        Family of each partition.
    column, column_subset
        Columns of those families, as positions in the scope, and the subset of which family each covers, as a number.
    part_split, part_subset
        Partition and subset of each part.
    """

    family: Integers
    column: Indices
    column_subset: Integers
    part_split: Indices
    part_subset: Integers

    @classmethod
    def of(cls, problem: Problem, columns: Indices) -> "Splits":
        """List the partitions of which every part has a column."""
        size = np.bincount(problem.family, minlength=problem.families)
        family = problem.family[problem.column_member[problem.column_start[columns]]]
        mine = np.flatnonzero(np.isin(size[family], SIZES))
        family = family[mine]
        subset = family * _MASKS + _masks(problem, columns[mine])
        found = [_of_size(n, family[size[family] == n], subset) for n in SIZES]
        owner = np.concatenate([owners for owners, _ in found])
        before = np.cumsum([0, *(len(owners) for owners, _ in found)])
        parts = np.concatenate(
            [np.stack((split + first, part)) for (_, (split, part)), first in zip(found, before[:-1], strict=True)],
            axis=1,
        )
        return cls(owner, mine, subset, parts[0], parts[1])

    def chosen(self, amount: Integers) -> NDArray[np.bool_]:
        """Mark the partition of each family that whole amounts of the scope's columns make up."""
        taken = self.column_subset[amount[self.column] > 0]
        missing = np.bincount(self.part_split, ~np.isin(self.part_subset, taken), minlength=len(self.family))
        together: NDArray[np.bool_] = missing == 0
        return together


def covered_by(problem: Problem, columns: Indices) -> tuple[Indices, Integers]:
    """Members that each column covers, as pairs of positions among the columns and members."""
    size = problem.column_start[columns + 1] - problem.column_start[columns]
    return np.repeat(np.arange(len(columns)), size), problem.column_member[entries_of(problem.column_start, columns)]


_MASKS = 1 << max(SIZES)


def _masks(problem: Problem, columns: Indices) -> Integers:
    """Write the members that each column covers as bits, by their order within the family."""
    order = np.argsort(problem.family, kind="stable")
    bit = np.empty(problem.members, np.int64)
    bit[order] = 1 << np.minimum(rank_in_run(problem.family[order]), max(SIZES))
    column, member = covered_by(problem, columns)
    mask = np.zeros(len(columns), np.int64)
    np.add.at(mask, column, bit[member])
    return mask


def _of_size(size: int, family: Integers, subset: Integers) -> tuple[Integers, tuple[Indices, Integers]]:
    """Owners of the partitions of all families of a size, and their parts as (partition, subset)."""
    families = np.unique(family)
    there = np.isin(families[:, None] * _MASKS + np.arange(1 << size), subset)
    parts = [np.array(partition) for partition in _partitions(size)]
    possible = np.stack([there[:, part].all(axis=1) for part in parts], axis=1)
    row, which = np.nonzero(possible)
    count = np.array([len(part) for part in parts])[which]
    split = np.repeat(np.arange(len(row)), count)
    masks = np.concatenate([parts[index] for index in which]) if len(which) else np.zeros(0, np.int64)
    return families[row], (split, families[row][split] * _MASKS + masks)


@cache
def _partitions(size: int) -> tuple[tuple[int, ...], ...]:
    """All partitions of so many members, each a tuple of subsets as bits."""
    return tuple(_partitions_of((1 << size) - 1))


def _partitions_of(whole: int) -> Iterator[tuple[int, ...]]:
    if not whole:
        yield ()
        return
    first = whole & -whole
    others = rest = whole ^ first
    while True:
        yield from ((first | rest, *others_parts) for others_parts in _partitions_of(others ^ rest))
        if not rest:
            return
        rest = (rest - 1) & others
