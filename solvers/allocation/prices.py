"""Prices by smoothed dual ascent: the bound as a function of prices, rounded off, climbed, and sharpened in stages.

The top of the smoothed bound (see :mod:`solvers.allocation.dual`) lies near the best bound, the nearer the lower the
temperature. The climb (:mod:`solvers.allocation.ascent`) keeps place prices at least zero. Below the first stages only
columns that are near the best of their family are weighed; should the exact bound not rise, the stage is climbed again
with all columns.

Smoothing decides how good the prices are, never whether the bound holds: that is always worked out exactly, in whole
pence, over all columns.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.answer import Prices
from solvers.allocation.arrays import Integers
from solvers.allocation.ascent import Rules, highest
from solvers.allocation.partitions import Subsets, lagrangian_bound, priced_costs
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import no_prices

if TYPE_CHECKING:
    from solvers.allocation.dual import Dual, Spread

MOST_STEPS = 400
"""Steps of a climb at most. A stage left before its top costs the later ones, which are stiffer, more than it saves."""

STAGES = (
    (0.36, 1e-6),
    (0.12, 1e-7),
    (0.05, 1e-7),
    (0.018, 1e-7),
    (0.007, 1e-7),
    (0.003, 1e-8),
    (0.0012, 1e-8),
    (0.0005, 1e-8),
    (0.0002, 1e-9),
    (0.0001, 1e-9),
)
"""Temperatures as shares of the spread (by how much a family's offers differ, in the median), and the rise of a step,
as a share of the bound, that is too little to go on for."""

WARM_STAGES = STAGES[3:]
"""From prices of a problem much like this one."""

NEGLIGIBLE = 14.0
"""A column this many temperatures dearer than its family's best has a share below one in a million."""

REACH = 26.0
"""Temperatures by which prices may move in a stage before a column set aside would weigh anything."""


CONTENDERS = 4
"""Columns near a priced place that there should be, for each unit of its capacity and once more."""

WIDER = (4.0, 16.0, 64.0, np.inf)
"""By how much farther to look, step by step, for those who would want a priced place that few are near to."""


@dataclass(frozen=True, eq=False)
class Priced:
    """Prices with what they prove and what they say of each column.

    Attributes
    ----------
    prices, bound
        Whole prices, and what no allocation can cost less than.
    regret
        How much more each column's family pays when made to use it.
    """

    prices: Prices
    bound: int
    regret: Integers


Listener = Callable[[int], bool]
"""Hears of each exact bound and says whether to stop."""


def exact(problem: Problem, subsets: Subsets, prices: Prices) -> Priced:
    """Work out bound and regrets at whole prices, over all columns."""
    priced = priced_costs(problem, prices)
    table = subsets.split(priced)
    return Priced(prices, lagrangian_bound(problem, subsets, prices, table), subsets.regret(priced, table))


def ascend(
    problem: Problem,
    subsets: Subsets,
    start: Prices | None = None,
    told: Listener | None = None,
    workers: int = 1,
) -> Priced:
    """Climb from some prices (or none) stage by stage, and return the best whole prices met."""
    best = exact(problem, subsets, no_prices(problem))
    spread = _spread(problem, best.regret)
    if start is not None:
        best = max(best, exact(problem, subsets, start), key=lambda priced: priced.bound)
    with ThreadPoolExecutor(workers) as executor:
        climber = Climber(problem, subsets, executor.map if workers > 1 else map)
        for share, rise in STAGES if start is None else WARM_STAGES:
            best = climber.stage(best, share * spread, rise)
            if told is not None and told(best.bound):
                break
    return best


def _spread(problem: Problem, regret: Integers) -> float:
    placed = problem.place >= 0
    return max(1.0, float(np.median(regret[placed]))) if placed.any() else 1.0


@dataclass(frozen=True, eq=False)
class Climber:
    """Climbs the smoothed bound of one problem, at one temperature after another."""

    problem: Problem
    subsets: Subsets
    hand_out: "Spread"

    def stage(self, best: Priced, temperature: float, rise: float) -> Priced:
        """Climb at one temperature, on near columns first, then on all they lacked, at last on all; keep the better."""
        within = (NEGLIGIBLE + REACH) * temperature
        kept = self.near(best, within)
        for attempt in range(3):
            found = self.climb(best, kept, temperature, rise)
            if found.bound > best.bound or kept.all():
                return max(best, found, key=lambda priced: priced.bound)
            kept |= self.near(found, within) if attempt == 0 else True
        return best

    def near(self, priced: Priced, within: float) -> NDArray[np.bool_]:
        """Mark columns of little regret, those without a place, and the next few of priced places that few are near to.

        Without the last, nobody would hold up the price of a place that is priced too high.
        """
        problem = self.problem
        kept: NDArray[np.bool_] = (priced.regret <= within) | (problem.place < 0)
        wanted = np.where(priced.prices.place > 0, CONTENDERS * problem.capacity + CONTENDERS, 0)
        for wider in WIDER:
            contenders = np.bincount(problem.place[kept] + 1, minlength=problem.places + 1)[1:]
            lonely = np.append(contenders < wanted, False)
            if not lonely.any():
                break
            kept |= (priced.regret <= wider * within) & lonely[problem.place]
        return kept

    def climb(self, start: Priced, kept: NDArray[np.bool_], temperature: float, rise: float) -> Priced:
        """Climb once, on some columns, and work out what the prices found are worth on all."""
        from solvers.allocation.dual import Dual  # loading the compiler takes half a second that small problems save

        dual = Dual.of(self.problem, self.subsets, kept, self.hand_out)
        return exact(self.problem, self.subsets, climb(dual, start.prices, temperature, rise))


def climb(dual: "Dual", start: Prices, temperature: float, rise: float) -> Prices:
    """Return the whole prices near the top of the smoothed bound."""
    places = dual.problem.places
    first = np.concatenate((start.place, start.contract)).astype(float)
    if not len(first):
        return start
    lowest = np.concatenate((np.zeros(places), np.full(dual.contracts, -np.inf)))
    rules = Rules(steps=MOST_STEPS, rise=rise, first_move=temperature)
    top = highest(lambda price: dual.value_and_slope(price, temperature), first, lowest, rules)
    whole = np.rint(np.clip(top, -1e15, 1e15)).astype(np.int64)
    return Prices(np.maximum(whole[:places], 0), whole[places:])
