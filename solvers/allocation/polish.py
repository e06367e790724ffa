"""Bettering an allocation: neighbourhoods of families are placed anew, each exactly, the others standing still.

The neighbourhoods of a round share no family, so several are searched at a time. Each is handed out once the findings
of all but the last few before it have been taken, in order, so the result is the same however many are searched at
once, and none waits for the slowest of a batch. Who finds the room taken meanwhile is handed out again.
"""

from collections import deque
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solvers.allocation import highs
from solvers.allocation.arrays import Integers
from solvers.allocation.ground import Ground
from solvers.allocation.model import Scope, build_model, start_values
from solvers.allocation.neighbourhoods import Occupants, neighbourhoods, stakes
from solvers.allocation.standing import Change, Offers, Standing
from solvers.outcome import Reason
from solvers.stop import relative_gap

Indices = NDArray[np.intp]


IN_FLIGHT = 4
"""Neighbourhoods handed out whose findings have not been taken yet."""


def polish(ground: Ground, standing: Standing) -> Reason | None:
    """Better an allocation until told to stop, proven, or no neighbourhood of any size has more to give."""
    with ThreadPoolExecutor(ground.workers) as executor:
        return Polishing(ground, standing, executor).run()


Group = tuple[Indices, float]
"""Families, and what the first of them stands to gain."""


@dataclass(frozen=True)
class _Search:
    """A neighbourhood that has been handed out, and what its first family stood to gain."""

    families: Indices
    stake: float
    change: Future[Change]


@dataclass
class Polishing:
    """Rounds of neighbourhoods. Who gained little from a search is searched from with twice as many the next time.

    Attributes
    ----------
    size
        Families in the next neighbourhood grown from each.
    flight
        Searches handed out whose findings have not been taken yet.
    chosen
        What families have, as it was when the round began; those in flight have it still.
    """

    ground: Ground
    standing: Standing
    executor: Executor
    size: Integers = field(init=False)
    flight: deque[_Search] = field(default_factory=deque)
    chosen: Offers = field(init=False)

    def __post_init__(self) -> None:
        self.size = np.full(self.ground.problem.families, self.ground.effort.smallest)

    def run(self) -> Reason | None:
        """Go round until nobody is left to search from whose stakes add up to anything worthwhile."""
        reason, plan = None, self.plan()
        while reason is None and plan:
            value, gap = self.standing.value, self.standing.value - self.ground.priced.bound
            reason = self.round(plan) or self._flow()
            enough = value - self.standing.value >= self.ground.effort.patience * gap
            plan = self.plan() if enough else []
        for search in self.flight:
            search.change.cancel()
        return reason

    def plan(self) -> list[Group]:
        """Group the families for a round: each with those it competes with, the highest stakes first."""
        ground, standing = self.ground, self.standing
        stake = stakes(standing, ground.subsets, ground.priced)
        stake[self.size > min(ground.effort.largest, ground.problem.families // 2)] = 0
        if stake.sum() <= ground.effort.worthwhile * (standing.value - ground.priced.bound):
            return []
        stake[stake < _least_stake(stake, ground.effort.share)] = 0
        self.chosen = Offers.of(ground.subsets.family, ground.problem.families, standing.amount > 0)
        occupants = Occupants.of(standing, ground.subsets.family)
        groups = neighbourhoods(stake, ground.wishes, occupants, ground.problem.place, self.size)
        return [(families, float(stake[families[0]])) for families in groups]

    def round(self, plan: list[Group]) -> Reason | None:
        """Search the groups of a round, the last few handed out at the same time."""
        for group in plan:
            if len(self.flight) == IN_FLIGHT and (reason := self._take_first()):
                return reason
            self._hand_out(*group)
        while self.flight:
            if reason := self._take_first():
                return reason
        return None

    def _flow(self) -> Reason | None:
        """Place all plain members anew at once."""
        ground, standing = self.ground, self.standing
        if len(ground.plain.columns):
            amount = ground.plain.placed(ground.problem, standing.amount)
            changed = np.flatnonzero(amount != standing.amount)
            standing.accept(Change(changed, standing.amount[changed], amount[changed]))
        return ground.watch.report(standing.value, ground.priced.bound)

    def _hand_out(self, families: Indices, stake: float) -> None:
        columns = np.union1d(self.ground.offers.to(families), self.chosen.to(families))
        scope, amount = self.standing.scope(columns)
        closely = self.ground.effort.worthwhile * relative_gap(self.standing.value, self.ground.priced.bound)
        change = self.executor.submit(_placed_anew, self.ground, scope, amount, closely)
        self.flight.append(_Search(families, stake, change))

    def _take_first(self) -> Reason | None:
        search = self.flight.popleft()
        before = self.standing.value
        if not self.standing.accept(search.change.result()):
            self._hand_out(search.families, search.stake)
        elif before - self.standing.value <= self.ground.effort.worthwhile * search.stake:
            self.size[search.families[0]] *= 2
        return self.ground.watch.report(self.standing.value, self.ground.priced.bound)


def _least_stake(stake: NDArray[np.float64], share: float) -> float:
    """Stake at which the larger ones add up to a share of all."""
    falling = np.sort(stake)[::-1]
    reached = int(np.searchsorted(np.cumsum(falling), share * falling.sum()))
    return max(1.0, float(falling[min(reached, len(falling) - 1)]))


def _placed_anew(ground: Ground, scope: Scope, amount: Integers, closely: float) -> Change:
    """Search the best amounts of a scope's columns, from those they have, to within a share of what they cost."""
    model = build_model(ground.problem, scope)
    start = start_values(ground.problem, model, scope, amount)
    limits = highs.Limits(ground.watch.seconds_left, closely, ground.seed, ground.effort.nodes)
    found = highs.search(model, limits, start, lambda value, bound: ground.watch.report() is not None)
    return Change(scope.columns, amount, amount if found.amount is None else found.amount)
