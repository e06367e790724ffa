"""What looking one month ahead costs at most: the walk against a bound for a planner who knew every stay beforehand.

The clairvoyant places all of a replication's placements of all months at once, each for as long as the child then stays
in the walk, in the room that children already settled leave. Any prices ``p >= 0`` for each place in each month bound
what that can cost:

    sum over placements of  min over places of  (months x weekly cost + prices of the months stayed)
    - sum over places and months of  price x room

Prices are climbed on the smoothed bound, cooler and cooler. The bound holds whatever they are; the better they are, the
closer it lies. Splits of siblings are left out on both sides. So the difference is an upper limit of the price of
myopia, not its value.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array

from sufficiency.domain.places import UNLIMITED
from sufficiency.matching.alone import LIVES_ALONE, for_one, small_enough, taking_all
from sufficiency.matching.columns import Members, eligible, near_enough, price_pairs
from sufficiency.matching.groups import whole_ages
from sufficiency.matching.sampled.plan import SampledPlan
from sufficiency.matching.sampled.setup import SampledWalk
from sufficiency.matching.sampled.walking import market_turns

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

TEMPERATURES = (0.1, 0.03, 0.01, 0.003)
"""Of the smoothed bound, as shares of how far costs of whole stays lie apart."""

STEPS = 80
"""Most steps at each temperature."""

NEVER = 1e15


@dataclass(frozen=True)
class Myopia:
    """What a replication's placements cost, and what a clairvoyant could not have beaten; pence a week, on average.

    Attributes
    ----------
    walk_pence_weekly
        Weekly cost of the placements made, months stayed over months walked, the weight of going without included.
    bound_pence_weekly
        What no clairvoyant plan for the same stays could cost less than.
    """

    replication: int
    placements: int
    walk_pence_weekly: float
    bound_pence_weekly: float

    @property
    def share(self) -> float:
        """What looking one month ahead costs at most, as a share of the walk's cost."""
        return 1.0 - self.bound_pence_weekly / self.walk_pence_weekly if self.walk_pence_weekly else 0.0


def price_of_myopia(ground: SampledWalk, plan: SampledPlan, replication: int) -> Myopia:
    """Bound what a clairvoyant could have saved in one replication of a best-use plan."""
    rows = _of(plan.placements, replication)
    rows = rows[~rows["stayed"].to_numpy(dtype=bool)]
    if rows.empty:
        return Myopia(replication, 0, 0.0, 0.0)
    jobs = _jobs(ground, plan, rows, _of(plan.stays, replication))
    walked = float((jobs.made * jobs.months).sum())
    bound = _climb(jobs)
    return Myopia(replication, len(jobs.made), walked / plan.months, max(bound, 0.0) / plan.months)


@dataclass(frozen=True, eq=False)
class _Jobs:
    """Placements of one replication, and the room there is for them; j placements, p places, t months.

    Attributes
    ----------
    first, last
        First month of each stay (0 for the first walked), and one past the last, shape (j,).
    cost
        Weekly pence in each place, NEVER where unlawful, going without last, shape (j, p + 1).
    made
        Weekly pence where the walk placed the child.
    room
        Places that settled children leave in each month, shape (t, p).
    starts
        Placements that each place can begin in each month, shape (t, p).
    """

    first: IntArray
    last: IntArray
    cost: FloatArray
    made: FloatArray
    room: FloatArray
    starts: FloatArray

    @property
    def months(self) -> IntArray:
        """How long each stays."""
        return self.last - self.first

    @cached_property
    def lived(self) -> csr_array:
        """Which placement lasts through which month, shape (t, j)."""
        placement = np.repeat(np.arange(len(self.first)), self.months)
        month = np.arange(len(placement)) - np.repeat(np.cumsum(self.months) - self.months, self.months)
        month += np.repeat(self.first, self.months)
        return csr_array((np.ones(len(month)), (month, placement)), shape=(len(self.room), len(self.first)))

    @cached_property
    def began(self) -> csr_array:
        """Which placement begins in which month, shape (t, j)."""
        placement = np.arange(len(self.first))
        return csr_array((np.ones(len(placement)), (self.first, placement)), shape=self.lived.shape)


def _jobs(ground: SampledWalk, plan: SampledPlan, rows: pd.DataFrame, stays: pd.DataFrame) -> _Jobs:
    month = rows["month"].dt.year * 12 + rows["month"].dt.month
    rows = rows.assign(began=month - plan.base_date.year * 12 - plan.base_date.month)
    rows = rows.merge(stays[["child", "began", "ended"]], on=["child", "began"], validate="one_to_one")
    first = rows["began"].to_numpy(dtype=np.int64) - 1
    # A stay takes its place in the month it begins in, even when it ends in the same month.
    last = np.clip(rows["ended"].to_numpy(dtype=np.int64) - 1, first + 1, plan.months)
    birth, day = rows["birth_from"].to_numpy(), rows["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    age, _ = whole_ages(birth, birth + 1, day)
    columns = (rows[name].to_numpy(dtype=np.int64) for name in ("profile", "home", "sex"))
    members = Members(age, age, *columns)
    places = ground.chosen_places
    reach, policy = ground.chosen_reach, ground.walk.policy
    # All of a home costs what it costs the walk, and fills one place of it alone: less than it does, so a bound still.
    emptied, usable = ground.may_be_emptied, places.capacity[:, first + 1].T
    allowed = eligible(members, for_one(places, emptied)) & near_enough(members, places, reach, policy.max_miles_new)
    allowed &= ~(LIVES_ALONE[members.profile][:, None] & emptied[None, :]) | small_enough(usable, policy)
    pairs = price_pairs(members, places, reach, policy, allowed)
    pairs = taking_all(pairs, members, emptied, usable[pairs.member, pairs.place])
    cost = np.full((len(rows), len(places) + 1), NEVER)
    cost[pairs.member, pairs.place] = pairs.cost
    cost[:, -1] = ground.walk.policy.unmet
    room, starts = _room(ground, plan, rows, stays)
    return _Jobs(first, last, cost, rows["cost_pence"].to_numpy(dtype=np.float64), room, starts)


def _room(
    ground: SampledWalk, plan: SampledPlan, rows: pd.DataFrame, stays: pd.DataFrame
) -> tuple[FloatArray, FloatArray]:
    """Room left by stays that are no placements of the walk (at least what the walk itself used), and starts."""
    position = np.full(len(plan.places), -1, dtype=np.int64)
    position[ground.chosen] = np.arange(len(ground.chosen))
    shape = (plan.months + 2, len(ground.chosen))
    placed = pd.MultiIndex.from_frame(rows[["child", "began"]])
    at = position[stays["place"].to_numpy()]
    ours = pd.MultiIndex.from_frame(stays[["child", "began"]]).isin(placed)
    began, ended = stays["began"].to_numpy(), stays["ended"].to_numpy()

    def lived(some: NDArray[np.bool_], at_least: int) -> FloatArray:
        change = np.zeros(shape)
        begin, end = (
            np.maximum(began[some], 1) - 1,
            np.minimum(np.maximum(ended[some], began[some] + at_least), shape[0] - 1),
        )
        np.add.at(change, (begin, at[some]), 1.0)
        np.add.at(change, (np.maximum(end - 1, begin), at[some]), -1.0)
        return np.asarray(np.cumsum(change, axis=0)[: plan.months])

    listed = at >= 0
    capacity = ground.chosen_places.capacity[:, 1 : plan.months + 1].T.astype(np.float64)
    room = np.maximum(capacity - lived(listed & ~ours, 0), lived(listed & ours, 1))
    starts = market_turns(ground, plan, int(rows["replication"].iloc[0])).astype(np.float64)
    return room, np.where(starts >= UNLIMITED, np.inf, starts)


def _climb(jobs: _Jobs) -> float:
    """Return the best bound met on the climb, at every temperature from all prices nought on."""
    limited = np.isfinite(jobs.starts)
    used = jobs.cost < NEVER
    dear = jobs.cost[:, :-1][used[:, :-1]]
    spread = float(np.std(dear)) * float(np.mean(jobs.months)) if len(dear) else 1.0
    unit = max(spread, 1.0) / 100.0
    prices = np.zeros(jobs.room.size + int(limited.sum()))
    best = _bound(jobs, prices, limited)
    for share in TEMPERATURES:
        result = minimize(
            _falling,
            prices / unit,
            args=(jobs, limited, unit, share * max(spread, 1.0)),
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, None)] * len(prices),
            options={"maxiter": STEPS, "maxcor": 20},
        )
        prices = np.maximum(result.x, 0.0) * unit
        best = max(best, _bound(jobs, prices, limited))
    return best


def _falling(
    steps: FloatArray, jobs: _Jobs, limited: NDArray[np.bool_], unit: float, temperature: float
) -> tuple[float, FloatArray]:
    """Return the smoothed bound and its slope, both turned round; each place is taken by a share of each placement."""
    total, held, room = _priced(jobs, steps * unit, limited)
    least = total.min(axis=1, keepdims=True)
    weight = np.exp((least - total) / temperature)
    mass = weight.sum(axis=1, keepdims=True)
    value = float((least - temperature * np.log(mass)).sum()) - held
    share = (weight / mass)[:, :-1]
    slope = np.concatenate([(jobs.lived @ share).ravel(), (jobs.began @ share)[limited]]) - room
    return -value / unit, -slope


def _bound(jobs: _Jobs, prices: FloatArray, limited: NDArray[np.bool_]) -> float:
    """Return what nobody can beat, by any prices that are not negative."""
    total, held, _ = _priced(jobs, prices, limited)
    return float(total.min(axis=1).sum()) - held


def _priced(jobs: _Jobs, prices: FloatArray, limited: NDArray[np.bool_]) -> tuple[FloatArray, float, FloatArray]:
    """Return the priced cost of each placement in each place, the priced room, and the room itself."""
    price = prices[: jobs.room.size].reshape(jobs.room.shape)
    entry = np.zeros_like(price)
    entry[limited] = prices[jobs.room.size :]
    total = jobs.cost * jobs.months[:, None]
    total[:, :-1] += jobs.lived.T @ price + jobs.began.T @ entry
    room = np.concatenate([jobs.room.ravel(), jobs.starts[limited]])
    return total, float(prices @ room), room


def _of(frame: pd.DataFrame, replication: int) -> pd.DataFrame:
    return frame[frame["replication"] == replication]
