"""What one more and one fewer unit of a place would change: the price, and between which two figures the truth lies.

One side costs nothing. The prices that prove the bound prove one for the changed problem too, so one more unit saves at
most ``price + (value - bound)`` and one fewer costs at least ``price - (value - bound)``. The other side is an
allocation of the changed problem, found among few columns: whatever it costs can be had. All figures are against the
allocation in hand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from solvers.allocation.answer import Answer, Warm
from solvers.allocation.columns import of_columns
from solvers.allocation.ground import least_regretted
from solvers.allocation.partitions import Subsets
from solvers.allocation.prices import exact
from solvers.allocation.problem import Problem
from solvers.allocation.solve import solve
from solvers.stop import AnyOf, GapBelow, StopRule, TimeLimit

HELD_WITHIN = 0.1
"""Share by which the value of the last unit may exceed that of the next before it counts as another."""

OFFERS = 15
"""Columns of each subset of a family that a changed allocation may choose from."""

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
    subsets = Subsets.of(problem)
    few_regretted = least_regretted(problem, subsets, exact(problem, subsets, answer.prices), OFFERS)
    kept = np.flatnonzero(few_regretted | (answer.amount > 0))
    few = of_columns(problem, kept)
    amount = answer.amount[kept]

    def value_with(place: int, change: int) -> int:
        capacity = problem.capacity.copy()
        capacity[place] += change
        warm = Warm(amount, answer.price, answer.contract_price)
        return solve(replace(few, capacity=capacity), stop=stop, warm=warm).value

    return tuple(_margin(problem, answer, int(place), value_with) for place in places)


def _margin(problem: Problem, answer: Answer, place: int, value_with: Callable[[int, int], int]) -> Margin:
    price, open_gap = int(answer.price[place]), answer.value - answer.bound
    saved = max(0, answer.value - value_with(place, 1))
    more = Between(saved, max(saved, price + open_gap))
    if not problem.capacity[place]:
        return Margin(place, price, more, None)
    lost = max(0, value_with(place, -1) - answer.value)
    return Margin(place, price, more, Between(min(max(0, price - open_gap), lost), lost))
