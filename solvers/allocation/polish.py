"""Bettering an allocation: neighbourhoods of families are placed anew, each exactly, the others standing still.

The neighbourhoods of a round share no family, so several are searched at a time; what they find is taken in a fixed
order, and what no longer fits is left for the next round. How many are searched at once does not change the result.
"""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from solvers.allocation import highs
from solvers.allocation.ground import Ground
from solvers.allocation.model import build_model, start_values
from solvers.allocation.neighbourhoods import Occupants, neighbourhoods, stakes
from solvers.allocation.standing import Change, Offers, Standing
from solvers.outcome import Reason

Indices = NDArray[np.intp]


BATCH = 8
"""Neighbourhoods handed out before any of their findings is taken."""


def polish(ground: Ground, standing: Standing) -> Reason | None:
    """Better an allocation round by round until told to stop, proven, or no size of neighbourhood has more to give."""
    sizes = [size for size in ground.effort.sizes if size <= ground.problem.families // 4]
    with ThreadPoolExecutor(ground.effort.workers) as executor:
        for size in sizes:
            reason = _rounds(ground, standing, executor, size)
            if reason is not None or standing.value == ground.priced.bound:
                return reason
    return None


def _rounds(ground: Ground, standing: Standing, executor: Executor, size: int) -> Reason | None:
    """Go round with one size until a round no longer closes much of the gap; the first round is followed by a flow."""
    bound, worthwhile = ground.priced.bound, ground.effort.worthwhile
    before = standing.value
    reason = _round(ground, standing, executor, size) or _flow_round(ground, standing)
    while reason is None and before - standing.value > worthwhile * (before - bound):
        before = standing.value
        reason = _round(ground, standing, executor, size)
    return reason


def _round(ground: Ground, standing: Standing, executor: Executor, size: int) -> Reason | None:
    """Place the families of one round's neighbourhoods anew."""
    stake = stakes(standing, ground.subsets, ground.priced)
    occupants = Occupants.of(standing, ground.subsets.family)
    chosen = Offers.of(ground.subsets.family, ground.problem.families, standing.amount > 0)
    least = _least_stake(stake, ground.effort.share)
    groups = neighbourhoods(stake, ground.wishes, occupants, ground.problem.place, size, least)
    for batch in _batches(groups, BATCH):
        changes = executor.map(lambda families: _placed_anew(ground, standing, chosen, families), batch)
        for families, change in zip(batch, list(changes), strict=True):
            if not standing.accept(change):
                standing.accept(_placed_anew(ground, standing, chosen, families))
        reason = ground.watch.report(standing.value, ground.priced.bound)
        if reason is not None:
            return reason
    return None


def _flow_round(ground: Ground, standing: Standing) -> Reason | None:
    """Place all plain members anew at once."""
    if len(ground.plain.columns):
        amount = ground.plain.placed(ground.problem, standing.amount)
        changed = np.flatnonzero(amount != standing.amount)
        standing.accept(Change(changed, standing.amount[changed], amount[changed]))
    return ground.watch.report(standing.value, ground.priced.bound)


def _least_stake(stake: NDArray[np.float64], share: float) -> float:
    """Stake at which the larger ones add up to a share of all."""
    falling = np.sort(stake)[::-1]
    reached = int(np.searchsorted(np.cumsum(falling), share * falling.sum()))
    return max(1.0, float(falling[min(reached, len(falling) - 1)]))


def _placed_anew(ground: Ground, standing: Standing, chosen: Offers, families: Indices) -> Change:
    """Search the best way to place some families, the others standing still."""
    scope, amount = standing.scope(np.union1d(ground.offers.to(families), chosen.to(families)))
    model = build_model(ground.problem, scope)
    start = start_values(ground.problem, model, scope, amount)
    limits = highs.Limits(ground.watch.seconds_left, 0.0, ground.seed, ground.effort.nodes)
    found = highs.search(model, limits, start, lambda value, bound: ground.watch.report() is not None)
    return Change(scope.columns, amount, amount if found.amount is None else found.amount)


def _batches(groups: Iterator[Indices], size: int) -> Iterator[list[Indices]]:
    while batch := list(islice(groups, size)):
        yield batch
