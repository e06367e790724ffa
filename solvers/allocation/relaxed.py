"""The least that would have to change for members who are left without a place: a rule waived, a unit more somewhere.

What is not allowed is offered after all, at a price: first as few members without a place as possible, then as few
changes as possible, then the least cost. The first two are weights far beyond any cost of a column, so the answer is
an allocation with a proof like any other.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.answer import Answer, Warm
from solvers.allocation.arrays import Integers
from solvers.allocation.columns import of_columns, with_singles
from solvers.allocation.ground import least_regretted
from solvers.allocation.partitions import Subsets
from solvers.allocation.prices import exact
from solvers.allocation.problem import NO_PLACE, Problem
from solvers.allocation.protocol import DEFAULT_STOP
from solvers.allocation.solve import solve
from solvers.stop import StopRule

CHANGE, WITHOUT = 10, 1_000
"""Weights of one change and of one member without a place, in units of the dearest column that has a place."""

OFFERS = 6
"""Columns of each subset of a family that those with a place may move to, to make room."""


@dataclass(frozen=True, eq=False)
class Relaxations:
    """Columns that are not allowed, one member each, with what would have to change for each.

    Attributes
    ----------
    member, place, cost
        Of each column.
    changes
        How many rules it breaks.
    new_unit
        Whether it comes with a unit of capacity of its own, which counts as a further change.
    use
        Units of capacity that it takes where it has none of its own; one each when None.
    """

    member: Integers
    place: Integers
    cost: Integers
    changes: Integers
    new_unit: NDArray[np.bool_]
    use: Integers | None = None

    @property
    def takes(self) -> Integers:
        """Units of capacity that each takes but for a unit of its own."""
        return np.ones(len(self.member), np.int64) if self.use is None else self.use


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What was changed.

    Attributes
    ----------
    chosen
        Positions of the relaxations that are taken up.
    without
        Members who have no place all the same.
    answer
        The certified answer to the relaxed problem.
    """

    chosen: NDArray[np.intp]
    without: Integers
    answer: Answer


def least_changes(problem: Problem, answer: Answer, offered: Relaxations, stop: StopRule = DEFAULT_STOP) -> Relaxed:
    """Find the fewest changes, and the cheapest of these, that leave as few members as possible without a place."""
    subsets = Subsets.of(problem)
    near = least_regretted(problem, subsets, exact(problem, subsets, answer.prices), OFFERS)
    kept = np.flatnonzero(near | (answer.amount > 0))
    few = of_columns(problem, kept)
    dearest = 1 + int(np.abs(np.append(few.cost[few.place != NO_PLACE], offered.cost)).max(initial=0))
    weighed = replace(few, cost=np.where(few.place == NO_PLACE, WITHOUT * dearest, few.cost))
    changes = offered.changes + offered.new_unit
    relaxed = with_singles(
        weighed,
        offered.member,
        offered.place,
        np.where(offered.new_unit, 0, offered.takes),
        offered.cost + CHANGE * dearest * changes,
    )
    amount = np.concatenate((answer.amount[kept], np.zeros(len(changes), np.int64)))
    found = solve(relaxed, stop=stop, warm=Warm(amount, answer.price, answer.contract_price))
    taken = np.flatnonzero(found.amount)
    left = taken[relaxed.place[taken] == NO_PLACE]
    chosen = taken[taken >= few.columns] - few.columns
    return Relaxed(chosen, relaxed.column_member[relaxed.column_start[left]], found)
