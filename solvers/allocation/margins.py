"""What one more and one fewer unit of a place would change: the price, and between which two figures the truth lies.

One side costs nothing. The prices that prove the bound prove one for the changed problem too, so one more unit saves at
most ``price + (value - bound)`` and one fewer costs at least ``price - (value - bound)``. The other side is an
allocation of the changed problem: whatever it costs can be had. All figures are against the allocation in hand.

A change of one unit mostly moves few, so first only the families around the place are placed anew, the others standing
still. Where that does not come as close to the other side as the stopping rule asks, everybody is, among few columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solvers.allocation import highs
from solvers.allocation.answer import Answer, Warm
from solvers.allocation.columns import of_columns
from solvers.allocation.ground import least_regretted
from solvers.allocation.mip import ColumnMip
from solvers.allocation.model import build_model
from solvers.allocation.neighbourhoods import Occupants, Wishes
from solvers.allocation.partitions import Subsets
from solvers.allocation.prices import Priced, exact
from solvers.allocation.problem import Problem
from solvers.allocation.solve import solve
from solvers.allocation.standing import Standing
from solvers.allocation.worth import is_feasible, value_of
from solvers.stop import AnyOf, GapBelow, StopRule, TimeLimit, relative_gap

HELD_WITHIN = 0.1
"""Share by which the value of the last unit may exceed that of the next before it counts as another."""

OFFERS = 15
"""Columns of each subset of a family that a changed allocation may choose from."""

AROUND = 40
"""Families around a place that are placed anew at first."""

CONTENDERS = 8
"""Families who would live in the place next that are around it at once, beside those who do."""

DEFAULT_STOP = AnyOf(TimeLimit(5.0), GapBelow(1e-4))


@dataclass(frozen=True)
class Between:
    """A figure that is proven to lie between two, in pence a week."""

    least: int
    most: int


@dataclass(frozen=True)
class Margin:
    """What a change of one unit at a place does.

    Attributes
    ----------
    place
        Which place.
    price
        Its price in the answer, pence a week a unit.
    saved_by_more
        What one more unit saves.
    lost_by_fewer
        What one fewer costs; ``None`` where there is none to take away.
    """

    place: int
    price: int
    saved_by_more: Between
    lost_by_fewer: Between | None

    @property
    def holds(self) -> bool:
        """Whether the value is proven to hold one unit either way: one fewer costs little more than one more saves."""
        fewer = self.lost_by_fewer
        return fewer is not None and fewer.most <= (1 + HELD_WITHIN) * self.saved_by_more.least


def margins(
    problem: Problem, answer: Answer, places: Sequence[int], stop: StopRule = DEFAULT_STOP
) -> tuple[Margin, ...]:
    """Work out the margins of some places.

    Parameters
    ----------
    answer
        An answer to the problem. The tighter its bound by prices, the closer the figures.
    stop
        How long to look for the allocation of each changed problem.
    """
    changes = _Changes.of(problem, answer, stop)
    return tuple(_margin(problem, answer, int(place), changes) for place in places)


@dataclass(frozen=True, eq=False)
class _Changes:
    """What all changed problems share: the allocation in hand, few columns, and who lives and would live where."""

    problem: Problem
    answer: Answer
    stop: StopRule
    subsets: Subsets
    priced: Priced
    few: NDArray[np.bool_]
    wishes: Wishes
    occupants: Occupants

    @classmethod
    def of(cls, problem: Problem, answer: Answer, stop: StopRule) -> "_Changes":
        subsets = Subsets.of(problem)
        priced = exact(problem, subsets, answer.prices)
        few = least_regretted(problem, subsets, priced, OFFERS) | (answer.amount > 0)
        wishes = Wishes.of(subsets, priced, problem.place, OFFERS)
        occupants = Occupants.of(Standing(problem, answer.amount), subsets.family)
        return cls(problem, answer, stop, subsets, priced, few, wishes, occupants)

    def value_with(self, place: int, change: int) -> int:
        """Cost of an allocation with some more units of a place, or fewer."""
        capacity = self.problem.capacity.copy()
        capacity[place] += change
        changed = replace(self.problem, capacity=capacity)
        amount = self._placed_around(changed, place)
        value = value_of(changed, amount) if is_feasible(changed, amount) else None
        bound = self.answer.bound - change * int(self.answer.price[place])
        if value is not None and relative_gap(value, bound) <= self.stop.widest_gap:
            return value
        kept = np.flatnonzero(self.few | (amount > 0))
        warm = Warm(amount[kept], self.answer.price, self.answer.contract_price)
        method = ColumnMip(small=len(kept))
        return solve(of_columns(changed, kept), stop=self.stop, warm=warm, method=method).value

    def _placed_around(self, changed: Problem, place: int) -> NDArray[np.int64]:
        """Return the allocation in hand with the families around a place placed anew."""
        anew = np.zeros(changed.families, bool)
        anew[self._around(place)] = True
        standing = Standing(changed, self.answer.amount)
        scope, amount = standing.scope(np.flatnonzero(self.few & anew[self.subsets.family]))
        limits = highs.Limits(self.stop.longest_seconds, 0.0, self.answer.seed)
        found = highs.search(build_model(changed, scope), limits, None, lambda value, bound: False)
        placed = standing.amount
        placed[scope.columns] = amount if found.amount is None else found.amount
        return placed

    def _around(self, place: int) -> NDArray[np.intp]:
        """Return families around a place: who live there or would, who live where those would, and so on."""
        there = np.flatnonzero(self.problem.place == place)
        contenders = self.subsets.family[there[np.argsort(self.priced.regret[there], kind="stable")]]
        front = _once(np.concatenate((self.occupants.at(np.array([place])), _once(contenders)[:CONTENDERS])))
        grown = front
        while len(front) and len(grown) < AROUND:
            met = _once(self.occupants.at(_once(self.problem.place[self.wishes.offers.to(front)])))
            front = met[~np.isin(met, grown)][: AROUND - len(grown)]
            grown = np.concatenate((grown, front))
        return grown


def _once(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each number once, in the order of their first appearance."""
    return numbers[np.sort(np.unique(numbers, return_index=True)[1])]


def _margin(problem: Problem, answer: Answer, place: int, changes: _Changes) -> Margin:
    price, open_gap = int(answer.price[place]), answer.value - answer.bound
    saved = max(0, answer.value - changes.value_with(place, 1))
    more = Between(saved, max(saved, price + open_gap))
    if not problem.capacity[place]:
        return Margin(place, price, more, None)
    lost = max(0, changes.value_with(place, -1) - answer.value)
    return Margin(place, price, more, Between(min(max(0, price - open_gap), lost), lost))
