"""Columns and prices: bound by prices, better what is in hand, drop what the prices rule out, search what is left.

1. Prices give a bound, and for each column a regret: how much more its family would pay at these prices if made to use
   it. Bound plus regret is what any allocation with that column costs at least.
2. An allocation is opened from the prices, or taken from a warm start, and bettered neighbourhood by neighbourhood.
3. Columns for which bound plus regret is no better than the value in hand are dropped for good.
4. What is left goes to branch and bound, when it is few enough; with the columns ruled out, that proves the optimum.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation import highs
from solvers.allocation.answer import Answer
from solvers.allocation.arrays import Integers
from solvers.allocation.greedy import cheapest_first
from solvers.allocation.model import Scope, build_model, start_values
from solvers.allocation.opening import Plain, opening
from solvers.allocation.partitions import Subsets
from solvers.allocation.polish import Effort, Ground, polish
from solvers.allocation.prices import Priced, ascend, exact
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import Abilities, Found, Request, hand_in, no_prices
from solvers.allocation.standing import Standing
from solvers.allocation.worth import is_feasible, value_of
from solvers.outcome import Reason, SolverFault
from solvers.stop import Watch

Indices = NDArray[np.intp]

DEFAULT_EFFORT = Effort()

SMALL = 3_000
"""Up to so many columns the linear relaxation gives prices faster than the ascent, and the search needs no start."""

SEARCHABLE = 60_000
"""Up to so many columns left, branch and bound is worth starting."""


@dataclass(frozen=True)
class ColumnMip:
    """Prices, neighbourhoods, and branch and bound by HiGHS on the columns that prices do not rule out.

    Attributes
    ----------
    effort
        How hard to better an allocation before the last search.
    small, searchable
        Sizes, in columns, at which the steps change.
    """

    effort: Effort = DEFAULT_EFFORT
    small: int = SMALL
    searchable: int = SEARCHABLE

    @property
    def name(self) -> str:
        """Short name, kept with every answer."""
        return "column mip"

    @property
    def abilities(self) -> Abilities:
        """Takes everything, and proves it given time."""
        return Abilities(siblings=True, whole_homes=True, contracts=True, proves=True)

    def solve(self, problem: Problem, request: Request) -> Answer:
        """Price, open, better, filter, search."""
        watch = request.watch()
        subsets = Subsets.of(problem)
        priced = self._priced(problem, subsets, request, watch)
        found, reason = self._bettered(problem, subsets, priced, request, watch)
        if reason is None and not found.proven:
            found, reason = self._searched(problem, priced, found, request, watch)
        return hand_in(self, highs.version(), found, reason or Reason.FINISHED, watch, request)

    def _priced(self, problem: Problem, subsets: Subsets, request: Request, watch: Watch) -> Priced:
        start = request.prices_for(problem)
        if problem.columns > self.small:
            return ascend(problem, subsets, start, lambda bound: watch.report(bound=bound) is not None)
        relaxed = highs.relaxed_prices(problem, build_model(problem), watch.seconds_left)
        return exact(problem, subsets, relaxed or start or no_prices(problem))

    def _bettered(
        self, problem: Problem, subsets: Subsets, priced: Priced, request: Request, watch: Watch
    ) -> tuple[Found, Reason | None]:
        amount = cheapest_first(problem, priced.regret)
        if problem.columns > self.small:
            plain = Plain.of(problem, subsets, priced)
            amount = opening(problem, subsets, priced, plain, amount)
        standing = Standing(problem, _better_of(problem, amount, request.warm.amount))
        reason = watch.report(standing.value, priced.bound)
        if problem.columns > self.small and reason is None:
            reason = polish(Ground.of(problem, subsets, priced, plain, self.effort, request.seed, watch), standing)
        return Found(standing.amount, priced.prices, standing.value, priced.bound), reason

    def _searched(
        self, problem: Problem, priced: Priced, found: Found, request: Request, watch: Watch
    ) -> tuple[Found, Reason | None]:
        kept = np.flatnonzero((priced.bound + priced.regret < found.value) | (found.amount > 0))
        return (found, None) if len(kept) > self.searchable else _search(problem, found, kept, request, watch)


def _better_of(problem: Problem, amount: Integers, warm: Integers | None) -> Integers:
    """Return the warm allocation where it fits and costs less."""
    if warm is None or not is_feasible(problem, warm) or value_of(problem, warm) > value_of(problem, amount):
        return amount
    return warm


def _search(
    problem: Problem, found: Found, kept: Indices, request: Request, watch: Watch
) -> tuple[Found, Reason | None]:
    scope = Scope.of(problem, kept)
    model = build_model(problem, scope)
    stopped: list[Reason] = []

    def interrupt(value: float, bound: float) -> bool:
        reason = watch.report(_whole(value), _capped(bound, found.value))
        stopped.extend([reason] if reason else [])
        return reason is not None

    start = start_values(problem, model, scope, found.amount[kept])
    limits = highs.Limits(watch.seconds_left, request.stop.widest_gap, request.seed)
    result = highs.search(model, limits, start, interrupt)
    better = _better(problem, found, kept, result.amount)
    proven = max(found.bound, min(better.value, _capped(result.bound, found.value) or found.bound))
    reason = watch.report(better.value, proven) or (stopped[0] if stopped else None)
    return Found(better.amount, better.prices, better.value, better.bound, proven), reason


def _better(problem: Problem, found: Found, kept: Indices, chosen: Integers | None) -> Found:
    if chosen is None:
        return found
    amount = np.zeros(problem.columns, np.int64)
    amount[kept] = chosen
    if not is_feasible(problem, amount):
        raise SolverFault("HiGHS returned an allocation that breaks a limit.")
    value = value_of(problem, amount)
    return found if value > found.value else Found(amount, found.prices, value, found.bound)


def _capped(bound: float, value: int) -> int | None:
    """Bound for all columns: those ruled out cost at least the value that was in hand when they were."""
    searched = highs.whole_bound(bound)
    return None if searched is None else min(searched, value)


def _whole(value: float) -> int | None:
    return round(value) if np.isfinite(value) else None
