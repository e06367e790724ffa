"""The allocation in hand while it is being bettered: what is chosen, what that leaves free, what it costs."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.groups import entries_of
from solvers.allocation.model import Scope
from solvers.allocation.problem import Problem
from solvers.allocation.worth import charges, used, value_of, volumes

Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Offers:
    """Some columns, grouped by family."""

    column: Indices
    start: Indices

    @classmethod
    def of(cls, family: Integers, families: int, kept: NDArray[np.bool_]) -> "Offers":
        """Group the columns marked."""
        column = np.flatnonzero(kept)
        column = column[np.argsort(family[column], kind="stable")]
        return cls(column, np.searchsorted(family[column], np.arange(families + 1)))

    def to(self, families: Indices) -> Indices:
        """Columns offered to some families, one family after another."""
        columns: Indices = self.column[entries_of(self.start, families)]
        return columns


@dataclass(frozen=True, eq=False)
class Change:
    """New amounts of some columns, and the amounts that they were worked out from."""

    columns: Indices
    old: Integers
    new: Integers


@dataclass
class Standing:
    """An allocation that can be changed; every change keeps it feasible and makes it cheaper or is refused."""

    problem: Problem
    amount: Integers
    used: Integers = field(init=False)
    bought: Integers = field(init=False)
    charged: int = field(init=False)
    value: int = field(init=False)

    def __post_init__(self) -> None:
        self.amount = self.amount.copy()
        self.used = used(self.problem, self.amount)
        self.bought = volumes(self.problem, self.amount)
        self.charged = int(charges(self.problem, self.bought).sum())
        self.value = value_of(self.problem, self.amount)

    def scope(self, columns: Indices) -> tuple[Scope, Integers]:
        """Return the scope in which some columns could be chosen anew, and their present amounts."""
        columns = np.sort(columns)
        amount = self.amount[columns]
        taken, bought = self._takes(columns, amount)
        return Scope(columns, self.problem.capacity - self.used + taken, self.bought - bought), amount

    def accept(self, change: Change) -> bool:
        """Make a change if nothing it rests on has changed, every limit is kept and it costs no more."""
        if not np.array_equal(self.amount[change.columns], change.old):
            return False
        moved = np.flatnonzero(change.new != change.old)
        columns, difference = change.columns[moved], (change.new - change.old)[moved]
        taken, bought = self._takes(columns, difference)
        taken, bought = self.used + taken, self.bought + bought
        if (taken > self.problem.capacity).any() or self._too_much(bought):
            return False
        charged = int(charges(self.problem, bought).sum())
        value = self.value + int(self.problem.cost[columns] @ difference) + charged - self.charged
        if value > self.value:
            return False
        self.amount[change.columns] = change.new
        self.used, self.bought, self.charged, self.value = taken, bought, charged, value
        return True

    def _too_much(self, bought: Integers) -> bool:
        return bool((bought > self.problem.terms.maximum).any())

    def _takes(self, columns: Indices, amount: Integers) -> tuple[Integers, Integers]:
        """Units of places and contracts that amounts of some columns take."""
        chosen = np.flatnonzero(amount)
        columns, amount = columns[chosen], amount[chosen]
        place = self.problem.place[columns]
        taken = np.zeros(self.problem.places + 1, np.int64)
        np.add.at(taken, place, self.problem.use[columns] * amount)
        bought = np.zeros(self.problem.terms.count + 1, np.int64)
        np.add.at(bought, self.problem.under(columns), self.problem.terms.volume[columns] * amount)
        return taken[:-1], bought[:-1]
