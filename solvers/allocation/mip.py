"""Columns and prices: bound by prices, better what is in hand, drop what the prices rule out, search what is left.

0. What nothing joins is solved apart.
1. Prices give a bound, and for each column a regret: how much more its family would pay at these prices if made to use
   it. Bound plus regret is what any allocation with that column costs at least.
2. An allocation is opened from the prices, or taken from a warm start, and bettered neighbourhood by neighbourhood.
3. Columns for which bound plus regret is no better than the value in hand are dropped for good.
4. What is left goes to branch and bound, when it is few enough; with the columns ruled out, that proves the optimum.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solvers.allocation import highs
from solvers.allocation.answer import Answer
from solvers.allocation.arrays import Integers
from solvers.allocation.components import LEAST, components, joined, warm_for
from solvers.allocation.greedy import cheapest_first
from solvers.allocation.ground import Effort, Ground, least_regretted
from solvers.allocation.model import Scope, build_model, start_values
from solvers.allocation.opening import opening
from solvers.allocation.partitions import Subsets
from solvers.allocation.parts import Part
from solvers.allocation.polish import polish
from solvers.allocation.prices import Priced, ascend, exact
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import Abilities, Found, Request, hand_in, no_prices
from solvers.allocation.standing import Standing
from solvers.allocation.worth import is_feasible, value_of
from solvers.outcome import Outcome, Reason, SolverFault
from solvers.stop import AnyOf, TimeLimit, Watch

Indices = NDArray[np.intp]

SMALL = 3_000
"""Up to so many columns the linear relaxation gives prices faster than the ascent, and the search needs no start."""

COMFORTABLE = 5_000
"""Beyond so many columns left, the least regretted of each subset are searched first, for a better value."""

FIRST_OFFERS = 12
"""How many of each subset's columns that first search may choose from."""

GOOD = 0.0002
"""Gap to the best of those few at which that search ends: what it proves of them proves nothing of the rest."""

SEARCHABLE = 400_000
"""Up to so many columns left, branch and bound is worth starting."""


@dataclass(frozen=True)
class ColumnMip:
    """Prices, neighbourhoods, and branch and bound by HiGHS on the columns that prices do not rule out.

    Attributes
    ----------
    effort
        How hard to better an allocation before the last search; what fits the problem unless given.
    workers
        Neighbourhoods searched, and families weighed, at the same time: no other number gives another answer.
    small, comfortable, searchable
        Sizes, in columns, at which the steps change.
    apart
        Columns below which components are solved together rather than apart.
    """

    effort: Effort | None = None
    workers: int = 1
    small: int = SMALL
    comfortable: int = COMFORTABLE
    searchable: int = SEARCHABLE
    apart: int = LEAST

    @property
    def name(self) -> str:
        """Short name, kept with every answer."""
        return "column mip"

    @property
    def abilities(self) -> Abilities:
        """Takes everything, and proves it given time."""
        return Abilities(siblings=True, whole_homes=True, contracts=True, proves=True)

    def solve(self, problem: Problem, request: Request) -> Answer:
        """Take apart what falls apart; price, open, better, filter, search."""
        watch = request.watch()
        parts = components(problem, self.apart) if problem.columns > self.small else []
        if len(parts) > 1:
            found, reason = self._solve_apart(problem, parts, request, watch)
        else:
            found, reason = self._solve_whole(problem, request, watch)
        return hand_in(self, highs.version(), found, reason or Reason.FINISHED, watch, request)

    def _solve_apart(
        self, problem: Problem, parts: list[Part], request: Request, watch: Watch
    ) -> tuple[Found, Reason | None]:
        """Solve part after part, each with its share of the time that is left, and put the answers side by side.

        Parts that their share was too short for begin anew in the time that the others left over, so that the clock
        decides nothing as long as there is time in all.
        """

        def solve(part: Part, share: float) -> Answer:
            stop = AnyOf(TimeLimit(max(0.01, watch.seconds_left * share)), request.stop)
            return self.solve(part.problem, Request(stop, request.seed, warm_for(part, problem, request.warm)))

        answers: list[Answer] = []
        left = problem.columns
        for part in parts:
            answers.append(solve(part, part.problem.columns / left))
            left -= part.problem.columns
        short = [number for number, answer in enumerate(answers) if answer.reason is Reason.TIME_LIMIT]
        for tried, number in enumerate(short):
            again = solve(parts[number], 1 / (len(short) - tried))
            answers[number] = min(answers[number], again, key=lambda answer: (answer.value, -answer.best_bound))
        found = joined(problem, parts, answers)
        watch.report(found.value, found.bound if found.search_bound is None else found.search_bound)
        return found, min(answers, key=lambda answer: (answer.deterministic, answer.outcome is Outcome.OPTIMAL)).reason

    def _solve_whole(self, problem: Problem, request: Request, watch: Watch) -> tuple[Found, Reason | None]:
        subsets = Subsets.of(problem)
        if problem.columns <= self.small:
            return _solve_small(problem, subsets, request, watch)
        return self._solve_large(problem, subsets, request, watch)

    def _solve_large(
        self, problem: Problem, subsets: Subsets, request: Request, watch: Watch
    ) -> tuple[Found, Reason | None]:
        start = request.prices_for(problem)
        priced = ascend(problem, subsets, start, lambda bound: watch.report(bound=bound) is not None, self.workers)
        effort = self.effort or Effort.fitting(problem.families)
        ground = Ground.of(problem, subsets, priced, effort, request.seed, watch, self.workers)
        standing = Standing(problem, _better_of(problem, opening(ground), request.warm.amount))
        reason = watch.report(standing.value, priced.bound) or polish(ground, standing)
        found = Found(standing.amount, priced.prices, standing.value, priced.bound)
        if reason is not None or found.proven:
            return found, reason
        return self._search_large(ground, found, request)

    def _search_large(self, ground: Ground, found: Found, request: Request) -> tuple[Found, Reason | None]:
        """Search the least regretted offers for a better value if too much is left, then all that is left."""
        problem, watch, gap = ground.problem, ground.watch, request.stop.widest_gap
        kept = _not_ruled_out(ground.priced, found)
        if len(kept) > self.comfortable:
            few = least_regretted(problem, ground.subsets, ground.priced, FIRST_OFFERS)
            some = np.flatnonzero(few | (found.amount > 0))
            limits = highs.Limits(watch.seconds_left / 2, max(gap, GOOD), request.seed)
            found, reason = _search(problem, found, some, limits, watch)
            if reason is not None:
                return found, reason
            kept = _not_ruled_out(ground.priced, found)
        if len(kept) > self.searchable:
            return found, None
        return _search(problem, found, kept, highs.Limits(watch.seconds_left, gap, request.seed), watch, proof=True)


def _solve_small(problem: Problem, subsets: Subsets, request: Request, watch: Watch) -> tuple[Found, Reason | None]:
    """Take prices from the linear relaxation and search all that they leave."""
    relaxed = highs.relaxed_prices(problem, build_model(problem), watch.seconds_left)
    priced = exact(problem, subsets, relaxed or request.prices_for(problem) or no_prices(problem))
    amount = _better_of(problem, cheapest_first(problem, priced.regret), request.warm.amount)
    found = Found(amount, priced.prices, value_of(problem, amount), priced.bound)
    reason = watch.report(found.value, found.bound)
    if reason is not None or found.proven:
        return found, reason
    limits = highs.Limits(watch.seconds_left, request.stop.widest_gap, request.seed)
    return _search(problem, found, _not_ruled_out(priced, found), limits, watch, proof=True)


def _not_ruled_out(priced: Priced, found: Found) -> Indices:
    return np.flatnonzero((priced.bound + priced.regret < found.value) | (found.amount > 0))


def _better_of(problem: Problem, amount: Integers, warm: Integers | None) -> Integers:
    """Return the warm allocation where it fits and costs less."""
    if warm is None or not is_feasible(problem, warm) or value_of(problem, warm) > value_of(problem, amount):
        return amount
    return warm


def _search(
    problem: Problem, found: Found, kept: Indices, limits: highs.Limits, watch: Watch, proof: bool = False
) -> tuple[Found, Reason | None]:
    """Search some columns from what is in hand; with ``proof``, none left out could have bettered it."""
    scope = Scope.of(problem, kept)
    model = build_model(problem, scope)
    stopped: list[Reason] = []

    def interrupt(value: float, bound: float) -> bool:
        reason = watch.report(_whole(value), _capped(bound, found.value) if proof else None)
        stopped.extend([reason] if reason else [])
        return reason is not None

    result = highs.search(model, limits, start_values(problem, model, scope, found.amount[kept]), interrupt)
    better = _better(problem, found, kept, result.amount)
    if proof:
        proven = min(better.value, _capped(result.bound, found.value) or found.bound)
        better = replace(better, search_bound=max(found.bound, proven))
    reason = watch.report(better.value, better.search_bound) or (stopped[0] if stopped else None)
    return better, reason


def _better(problem: Problem, found: Found, kept: Indices, chosen: Integers | None) -> Found:
    if chosen is None:
        return found
    amount = np.zeros(problem.columns, np.int64)
    amount[kept] = chosen
    if not is_feasible(problem, amount):
        raise SolverFault("HiGHS returned an allocation that breaks a limit.")
    value = value_of(problem, amount)
    return found if value > found.value else replace(found, amount=amount, value=value)


def _capped(bound: float, value: int) -> int | None:
    """Bound for all columns: those ruled out cost at least the value that was in hand when they were."""
    searched = highs.whole_bound(bound)
    return None if searched is None else min(searched, value)


def _whole(value: float) -> int | None:
    return round(value) if np.isfinite(value) else None
