"""Columns and prices: bound by prices, drop what the prices rule out, search what is left.

1. a greedy allocation (or the warm one) gives a value;
2. the linear relaxation gives prices, the prices a bound, and for each column a regret: how much more its family would
   pay at these prices if made to use it. Bound plus regret is what any allocation with that column costs at least;
3. columns for which that is no better than the value in hand are dropped for good;
4. the rest goes to branch and bound.
"""

from dataclasses import dataclass

import numpy as np

from solvers.allocation import highs
from solvers.allocation.answer import Answer
from solvers.allocation.arrays import Integers
from solvers.allocation.greedy import cheapest_first
from solvers.allocation.model import build_model, start_values
from solvers.allocation.partitions import Subsets, lagrangian_bound, priced_costs
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import Abilities, Found, Request, hand_in, no_prices
from solvers.allocation.worth import is_feasible, value_of
from solvers.outcome import Reason, SolverFault
from solvers.stop import Watch


@dataclass(frozen=True)
class ColumnMip:
    """Branch and bound by HiGHS on the columns that prices do not rule out.

    Attributes
    ----------
    share_for_prices
        Share of the time left that the linear relaxation may take.
    """

    share_for_prices: float = 0.4

    @property
    def name(self) -> str:
        """Short name, kept with every answer."""
        return "column mip"

    @property
    def abilities(self) -> Abilities:
        """Takes everything, and proves it given time."""
        return Abilities(siblings=True, whole_homes=True, contracts=True, proves=True)

    def solve(self, problem: Problem, request: Request) -> Answer:
        """Bound, filter, search."""
        watch = request.watch()
        found, regret = self._first(problem, request, watch)
        reason = watch.report(found.value, found.bound)
        if not found.proven and reason is None:
            found, reason = _searched(problem, found, regret, request, watch)
        return hand_in(self, highs.version(), found, reason or Reason.FAILED, watch, request)

    def _first(self, problem: Problem, request: Request, watch: Watch) -> tuple[Found, Integers]:
        """Return an allocation, prices and the regret of every column."""
        amount = start_amount(problem, request)
        seconds = watch.seconds_left * self.share_for_prices
        prices = highs.relaxed_prices(problem, build_model(problem), seconds) or no_prices(problem)
        subsets = Subsets.of(problem)
        priced = priced_costs(problem, prices)
        table = subsets.split(priced)
        bound = lagrangian_bound(problem, subsets, prices, table)
        found = Found(amount, prices, value_of(problem, amount), bound)
        return found, subsets.regret(priced, table)


def start_amount(problem: Problem, request: Request) -> Integers:
    """Return the warm allocation where it fits and is better than the greedy one."""
    greedy = cheapest_first(problem, problem.cost)
    warm = request.warm.amount
    if warm is None or not is_feasible(problem, warm) or value_of(problem, warm) > value_of(problem, greedy):
        return greedy
    return warm


def _searched(
    problem: Problem, found: Found, regret: Integers, request: Request, watch: Watch
) -> tuple[Found, Reason | None]:
    kept = np.flatnonzero((found.bound + regret < found.value) | (found.amount > 0))
    model = build_model(problem, kept)
    stopped: list[Reason] = []

    def interrupt(value: float, bound: float) -> bool:
        reason = watch.report(_whole(value), highs.whole_bound(bound))
        stopped.extend([reason] if reason else [])
        return reason is not None

    start = start_values(problem, model, found.amount)
    result = highs.search(model, watch.seconds_left, request.stop.widest_gap, request.seed, start, interrupt)
    better = _better(problem, found, kept, result.amount)
    reason = watch.report(better.value, None) or (stopped[0] if stopped else None)
    search_bound = _proven(better.value, found.bound, result)
    return Found(better.amount, better.prices, better.value, better.bound, search_bound), reason


def _better(problem: Problem, found: Found, kept: Integers, chosen: Integers | None) -> Found:
    if chosen is None:
        return found
    amount = np.zeros(problem.columns, np.int64)
    amount[kept] = chosen
    if not is_feasible(problem, amount):
        raise SolverFault("HiGHS returned an allocation that breaks a limit.")
    value = value_of(problem, amount)
    return found if value > found.value else Found(amount, found.prices, value, found.bound)


def _proven(value: int, bound: int, result: highs.Searched) -> int:
    """Return what the search proved for all columns: those dropped cost at least the value that was in hand."""
    searched = highs.whole_bound(result.bound)
    return max(bound, min(value, bound if searched is None else searched))


def _whole(value: float) -> int | None:
    return round(value) if np.isfinite(value) else None
