"""Each family's cheapest split of itself into columns, at any costs, and what forcing a column would add.

With a price on every place (and contract) the families no longer meet, and each takes its cheapest partition. For every
subset ``S`` of a family, ``f(S) = min over T in S with S's first member of c(T) + f(S - T)``, all families of a size at
once. The sum over families less the priced capacity is the Lagrangian bound.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.answer import Prices
from solvers.allocation.arrays import Integers, exact_dot
from solvers.allocation.groups import Grouping
from solvers.allocation.problem import Problem

NEVER = 2**58
"""Cost of a subset that has no column: never chosen, and small enough to be added up."""


@dataclass(frozen=True, eq=False)
class Block:
    """All families of one size: a table of slots, one row a family and one slot a subset, begins at ``base``."""

    size: int
    families: NDArray[np.intp]
    base: int

    @property
    def slots(self) -> slice:
        """Where the table lies among all slots."""
        return slice(self.base, self.base + (len(self.families) << self.size))


@dataclass(frozen=True, eq=False)
class Subsets:
    """Where each column belongs: the slot of its subset of its family.

    Attributes
    ----------
    blocks
        Families by size.
    full, empty
        Slots of each family's whole and of its empty subset, shape (families,).
    slot
        Slot of each column's subset, shape (columns,).
    family
        Family of each column.
    columns
        Columns grouped by slot.
    weight
        How often each family's split is paid for: the demand of a member on its own, otherwise 1.
    """

    blocks: tuple[Block, ...]
    full: Integers
    empty: Integers
    slot: Integers
    family: Integers
    columns: Grouping
    weight: Integers

    @classmethod
    def of(cls, problem: Problem) -> "Subsets":
        """Give every subset of every family of a problem its slot."""
        size = np.bincount(problem.family, minlength=problem.families)
        blocks = _blocks(size)
        empty = np.zeros(problem.families, np.int64)
        for block in blocks:
            empty[block.families] = block.base + (np.arange(len(block.families)) << block.size)
        bit = np.int64(1) << _position(problem.family, size)
        family = problem.column_family
        slot = empty[family] + np.add.reduceat(bit[problem.column_member], problem.column_start[:-1])
        weight = np.zeros(problem.families, np.int64)
        np.maximum.at(weight, problem.family, problem.demand)
        return cls(blocks, empty + (1 << size) - 1, empty, slot, family, Grouping.by(slot), weight)

    @property
    def slots(self) -> int:
        """How many subsets there are in all, empty ones included."""
        return sum(len(block.families) << block.size for block in self.blocks)

    def split(self, priced: Integers) -> Integers:
        """Return the least cost of covering each subset, one entry a slot."""
        table = np.full(self.slots, NEVER, np.int64)
        table[self.columns.key] = self.columns.least(priced[self.columns.order])
        for block in self.blocks:
            _split_block(table[block.slots].reshape(len(block.families), -1), block.size)
        return table

    def worth(self, table: Integers) -> Integers:
        """Return the least cost of each family's whole."""
        return table[self.full]

    def regret(self, priced: Integers, table: Integers) -> Integers:
        """Return how much more a family pays when it is made to use a column, at least 0, shape (columns,)."""
        rest = self.full[self.family] - (self.slot - self.empty[self.family])
        added: Integers = priced + table[rest] - table[self.full[self.family]]
        return added


def priced_costs(problem: Problem, prices: Prices) -> Integers:
    """Cost of each column with the prices of what it takes."""
    priced: Integers = problem.cost + np.append(prices.place, np.int64(0))[problem.place] * problem.use
    if not len(prices.contract):
        return priced
    return priced + np.append(prices.contract, np.int64(0))[problem.under()] * problem.terms.volume


def lagrangian_bound(problem: Problem, subsets: Subsets, prices: Prices, table: Integers) -> int:
    """Return what no allocation can cost less than, given the families' splits at these prices."""
    families = exact_dot(subsets.worth(table), subsets.weight)
    return families - exact_dot(prices.place, problem.capacity) + int(least_charges(problem, prices).sum())


def least_charges(problem: Problem, prices: Prices) -> Integers:
    """Least of each contract's charge less what its volume is priced at: a corner of one of its segments."""
    terms = problem.terms
    pieces = terms.segments()
    k = pieces.contract
    bend = np.clip(terms.minimum[k], pieces.first, pieces.last)
    corners = np.stack((pieces.first, bend, pieces.last))
    shortfall = terms.shortfall_price[k] * np.maximum(0, terms.minimum[k] - corners)
    charge = shortfall - pieces.discount * corners + pieces.offset - prices.contract[k] * corners
    opening = np.flatnonzero(pieces.first == 0)
    return np.minimum.reduceat(charge.min(axis=0), opening) if len(opening) else np.zeros(0, np.int64)


def _blocks(size: Integers) -> tuple[Block, ...]:
    blocks, base = [], 0
    for n in np.unique(size):
        families = np.flatnonzero(size == n)
        blocks.append(Block(int(n), families, base))
        base += len(families) << int(n)
    return tuple(blocks)


def _position(family: Integers, size: Integers) -> Integers:
    order = np.argsort(family, kind="stable")
    position = np.empty(len(family), np.int64)
    position[order] = np.arange(len(family)) - np.repeat(np.cumsum(size) - size, size)
    return position


def _split_block(table: Integers, size: int) -> None:
    """Replace the cost of each subset's own columns by the cost of its best split, smaller subsets first."""
    table[:, 0] = 0
    for whole in range(1, 1 << size):
        first = whole & -whole
        others = whole ^ first
        part = others
        while part:
            part = (part - 1) & others
            np.minimum(table[:, whole], table[:, part | first] + table[:, others ^ part], out=table[:, whole])
