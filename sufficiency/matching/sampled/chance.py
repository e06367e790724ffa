"""Every draw of the sampled walk, the same whatever policy chooses the homes.

A block of replications has streams of its own, spawned from the seed, so nothing depends on how many processes share
the work. Entrants come the same under both policies, so a child's number stands for the same child, and each month
every child who ever came has the same draws waiting.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.ages import birthday
from sufficiency.demand.arrivals import Arrivals
from sufficiency.demand.changes import StepChange, StepRates
from sufficiency.demand.inflow import inflow
from sufficiency.demand.parameters import Drawn, draw_parameters, hold_parameters
from sufficiency.demand.people import People
from sufficiency.demand.sampled import step_rates
from sufficiency.domain.needs import ADULT_AGE, PROFILES
from sufficiency.matching.reach import FAR_MILES
from sufficiency.matching.sampled.children import Children
from sufficiency.matching.sampled.setup import SampledWalk

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Singles = NDArray[np.float32]

LEAVE, MOVE, WHERE_TO, NEED, STREAM, SECTOR, ORDER, REVIEW = range(8)
"""What each draw of a child's month is for."""

DRAWS = 8


@dataclass(frozen=True, eq=False)
class MonthChance:
    """The draws of one month: one row a use, one column a child who ever came, each from 0 to 1."""

    table: Singles

    def of(self, use: int, number: NDArray[np.int32]) -> Singles:
        """Draws of some children for one use."""
        return np.asarray(self.table[use, number])

    def clock(self, use: int, number: NDArray[np.int32]) -> Singles:
        """Return the same as standard exponential draws."""
        return np.asarray(-np.log1p(-self.table[use, number]), dtype=np.float32)


def streams(seed: np.random.SeedSequence, count: int) -> list[np.random.Generator]:
    """Return generators of their own for some uses; the same seed gives the same ones however often it is asked."""
    keys = [(*seed.spawn_key, use) for use in range(count)]
    return [np.random.default_rng(np.random.SeedSequence(seed.entropy, spawn_key=key)) for key in keys]


class Chance:
    """The streams of one block of replications, used month by month, once.

    Attributes
    ----------
    market_phase
        When in its turn each market begins, in each replication: from 0 to 1, shape (r, n).
    """

    def __init__(self, ground: SampledWalk, replications: int, seed: np.random.SeedSequence, draw: bool) -> None:
        self.ground, self.replications = ground, replications
        parameters, arrivals, entrants, base, months, markets = streams(seed, 6)
        rates, edges = ground.walk.rates, ground.edges
        plan = inflow(rates, edges)
        drawn = draw and rates.posterior is not None
        self.drawn: Drawn = (
            draw_parameters(rates, plan, edges, replications, parameters) if drawn else hold_parameters(rates, plan)
        )
        self.own_rates = len(self.drawn) > 1
        self.arrivals = Arrivals(self.drawn, plan, replications, replications * len(ground.base), arrivals)
        self._entrants, self._base, self._months = entrants, base, months
        self.market_phase: FloatArray = markets.random((replications, len(ground.walk.places)))
        self._no_change = StepChange.none()

    def rates(self, step: int) -> StepRates:
        """Rates of a month, the first being 0."""
        return step_rates(self.drawn, step, self._no_change)

    def month(self) -> MonthChance:
        """Return the next month's draws for every child who ever came."""
        return MonthChance(self._months.random((DRAWS, self.arrivals.next_number), dtype=np.float32))

    def base_children(self) -> Children:
        """Return the children of the base date in every replication: unknown birthdays and needs drawn."""
        ground, count = self.ground, self.replications
        base = ground.base
        row = np.tile(np.arange(len(base)), count)
        width = base.birth_to - base.birth_from
        birth = (base.birth_from[row] + np.floor(self._base.random(len(row)) * width[row])).astype(np.int64)
        replication = np.repeat(np.arange(count), len(base))
        groups = int(base.group.max(initial=-1)) + 1
        columns = (
            replication,
            np.arange(len(row)),
            replication * groups + base.group[row],
            base.uasc[row],
            birth,
            birthday(birth, ADULT_AGE),
            base.care_from[row],
            base.stay_from[row],
            ground.setting[base.place[row]],
        )
        profile = _draw(np.cumsum(base.need_shares, axis=1)[row], self._base.random(len(row)))
        miles = base.miles[row]
        return Children(
            People(*(column.astype("int32") for column in columns)),
            base.home[row],
            base.sex[row],
            profile,
            base.place[row],
            miles,
            np.where(np.isnan(miles), np.nan, miles > FAR_MILES),
            base.locality[row],
        )

    def enter(self, step: int) -> Children:
        """Return the children who enter in a month, the first being 0, not yet anywhere."""
        ground, walk = self.ground, self.ground.walk
        day0, day1 = ground.edges[step], ground.edges[step + 1]
        people = self.arrivals.enter(step, int(day0), int(day1))
        sex, need, home = self._entrants.random((3, len(people)))
        # Brothers and sisters come from one home: the first of them draws it.
        first = np.unique(people.group, return_index=True, return_inverse=True)
        shared = home[first[1]][first[2]] if len(people) else home
        base_groups = self.replications * (int(ground.base.group.max(initial=-1)) + 1)
        nowhere = np.full(len(people), np.nan)
        sexes = _draw(np.cumsum(walk.sex_share, axis=1)[people.uasc], sex)
        return Children(
            replace(people, group=people.group + np.int32(base_groups)),
            _draw(ground.home_ladder[people.uasc], shared),
            sexes if walk.grid.sexes > 1 else np.full(len(people), -1, dtype=np.int64),
            _draw(np.cumsum(walk.profile_shares, axis=1)[people.setting], need),
            np.full(len(people), walk.unmet, dtype=np.int64),
            nowhere,
            nowhere,
            np.zeros(len(people), dtype=np.int64),
        )


def draw_profiles(ground: SampledWalk, setting: NDArray[np.int32], point: Singles) -> IntArray:
    """Return the need of children whom history would have in some settings."""
    return _draw(np.cumsum(ground.walk.profile_shares, axis=1)[setting], point)


def draw_stream(ground: SampledWalk, profile: IntArray, point: Singles) -> IntArray:
    """Return where children live whose home is decided elsewhere."""
    return _draw(np.cumsum(ground.walk.stream_share, axis=1)[profile], point)


def _draw(ladder: FloatArray, point: NDArray[np.floating]) -> IntArray:
    """Return the rung that each point falls on, of ladders of running shares, shape (rows, rungs)."""
    passed = (ladder <= (point * ladder[:, -1])[:, None]).sum(axis=1)
    return np.asarray(np.minimum(passed, ladder.shape[1] - 1), dtype=np.int64)


PLANNED = np.array([profile.planned for profile in PROFILES])
"""Profiles whose home the walk chooses."""
