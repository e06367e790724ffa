"""The sampled face of demand: children drawn one by one, many times over, by the rates of the expected face.

Each replication has parameters of its own, drawn once, and chance within: so its bands hold both what the history
leaves open and what happens anyway. All replications are walked together, one array entry a child.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import latest_birth
from sufficiency.demand.arrivals import Arrivals
from sufficiency.demand.changes import FlowChange, FlowKind, Reals, StepChange, StepRates
from sufficiency.demand.cohort import walk
from sufficiency.demand.england import CARE_EDGES, STAY_EDGES
from sufficiency.demand.inflow import Inflow, inflow
from sufficiency.demand.parameters import Drawn, draw_parameters, hold_parameters
from sufficiency.demand.people import People, counted_anew, people_in_care
from sufficiency.demand.rates import Rates
from sufficiency.demand.sample import Counter, Sample
from sufficiency.demand.start import Start
from sufficiency.demand.trace import Trace
from sufficiency.domain.needs import AGE_BAND_STARTS
from sufficiency.domain.settings import SETTINGS

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

BATCH_CHILDREN = 150_000
"""Children walked together: more fall out of the processor's cache, and cost more each."""


@dataclass(frozen=True)
class SampleOptions:
    """How many replications, and whether their parameters are drawn.

    Attributes
    ----------
    replications
        Walks drawn.
    draw_parameters
        Whether each has parameters of its own; if not, only chance is left in the bands.
    count_doubt
        How far the count on the base date may be put right by a later return (:func:`.history.count_doubt`).
    """

    replications: int = 1000
    draw_parameters: bool = True
    count_doubt: float = 0.0


def sample(
    rates: Rates,
    start: Start,
    edges: NDArray[np.int64],
    options: SampleOptions,
    generator: np.random.Generator,
    changes: tuple[FlowChange, ...] = (),
    population: Floats | None = None,
) -> Sample:
    """Draw the children in care over steps of time, many times over.

    Parameters
    ----------
    rates, start, edges, changes, population
        As in the expected face (:func:`.cohort.walk`).
    options
        Replications, and what is drawn.
    generator
        Source of all chance: the same state gives the same answer.
    """
    plan = inflow(rates, edges, changes, population)
    resolved = _resolved(rates, start, edges, changes, population)
    if options.draw_parameters:
        drawn = draw_parameters(rates, plan, edges, options.replications, generator)
    else:
        drawn = hold_parameters(rates, plan)
    batch = max(BATCH_CHILDREN // max(len(start), 1), 1)
    parts = []
    for first in range(0, options.replications, batch):
        count = min(batch, options.replications - first)
        drawn_here = drawn.take(first, count)
        people = people_in_care(start, count)
        if options.count_doubt > 0:
            people = counted_anew(people, options.count_doubt, count, generator)
        parts.append(_batch(drawn_here, plan, resolved, people, edges, count, generator)[0])
    return Sample.join(parts)


def sample_stays(
    rates: Rates,
    start: Start,
    edges: NDArray[np.int64],
    options: SampleOptions,
    generator: np.random.Generator,
    changes: tuple[FlowChange, ...] = (),
    population: Floats | None = None,
) -> pd.DataFrame:
    """Draw one future of every child, and return it stay by stay (:meth:`.trace.Trace.frame`).

    For trying a plan on children one by one; ``options`` says whether the parameters are drawn or held.
    """
    plan = inflow(rates, edges, changes, population)
    resolved = _resolved(rates, start, edges, changes, population)
    if options.draw_parameters:
        drawn = draw_parameters(rates, plan, edges, 1, generator)
    else:
        drawn = hold_parameters(rates, plan)
    trace = Trace()
    _, left = _batch(drawn, plan, resolved, people_in_care(start, 1), edges, 1, generator, trace)
    return trace.frame(left)


def _resolved(
    rates: Rates,
    start: Start,
    edges: NDArray[np.int64],
    changes: tuple[FlowChange, ...],
    population: Floats | None,
) -> list[StepChange]:
    """Say what the what-ifs on leaving and moving come to as rates: at the expected stock of each step."""
    if all(change.kind is FlowKind.ENTER for change in changes):
        return [StepChange.none()] * (len(edges) - 1)
    return walk(rates, start, edges, changes, population)[1]


def _batch(
    drawn: Drawn,
    plan: Inflow,
    resolved: list[StepChange],
    people: People,
    edges: NDArray[np.int64],
    replications: int,
    generator: np.random.Generator,
    trace: Trace | None = None,
) -> tuple[Sample, People]:
    """Walk some of the replications together, as many as stay in the processor's cache; also who is left at the end."""
    arrivals = Arrivals(drawn, plan, replications, len(people), generator)
    counter = Counter(edges, replications)
    if trace is not None:
        trace.come(people)
    counter.count_stock(0, people.replication, _age_band(people.birth, int(edges[0]) - 1), people.setting)
    for step, (day0, day1) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        new = arrivals.enter(step, day0, day1)
        if trace is not None:
            trace.come(new)
        counter.add("entries", step, new.replication, _age_band(new.birth, day1 - 1), new.setting)
        now = StepRates.of(
            drawn.leave * drawn.leave_drift[:, step, :, None, None],
            drawn.move * drawn.move_drift[:, step, :, None, None],
            drawn.move_to,
            resolved[step],
        )
        month = _Month(People.join(people, new), now, len(drawn) > 1, step, day0, day1, generator, counter, trace)
        people = month.live()
    return counter.result(), people


class _Month:
    """One step of every child: leaving, coming of age, moving."""

    def __init__(
        self,
        people: People,
        now: StepRates,
        own_rates: bool,
        step: int,
        day0: int,
        day1: int,
        generator: np.random.Generator,
        counter: Counter,
        trace: Trace | None,
    ) -> None:
        self.people, self.now, self.step, self.day1 = people, now, step, day1
        self.generator, self.counter, self.trace = generator, counter, trace
        self.begin = np.maximum(people.care_from, np.int32(day0))
        self.finish = np.minimum(people.adult, np.int32(day1))
        self.days = np.maximum(self.finish - self.begin, 0).astype("float32")
        self.middle = (self.begin + self.finish) >> 1
        self.band = _age_band(people.birth, (day0 + day1) // 2)
        self.draw = people.replication if own_rates else np.int32(0)

    def live(self) -> People:
        """Let the step happen, count it, and return the children still in care."""
        people, last = self.people, self._last_bands()
        gone, gone_after = self._happens(self._rate(self.now.leave, self.people.care_from, CARE_EDGES))
        aged = ~gone & (people.adult < self.day1)
        here = ~(gone | aged)
        lived = np.where(gone, gone_after, self.days).astype("int32")
        for flow, rows in (("leavers", gone), ("aged_out", aged)):
            self.counter.add(flow, self.step, people.replication[rows], last[rows], people.setting[rows])
        setting, stay_from, lived_away = self._move(here, last)
        self._count_days("child_days", people.setting, lived - lived_away)
        self._count_days("child_days", setting, lived_away)
        if self.trace is not None:
            ends = np.where(gone, self.begin + gone_after.astype("int32"), people.adult)
            self.trace.end(people, ~here, ends[~here].astype("int32"))
        moved = replace(people, stay_from=stay_from, setting=setting)
        self.counter.count_stock(self.step + 1, people.replication[here], last[here], setting[here])
        return moved.take(here)

    def _move(self, here: Bools, last: Ints) -> tuple[Ints, Ints, Ints]:
        """Move some of those still in care: their settings, when they came there, days lived where they went."""
        people = self.people
        usual = self._rate(self.now.move, people.stay_from, STAY_EDGES)
        extra = self.now.extra[self.band, people.setting].astype("float32")
        moves, after = self._happens(usual + extra)
        moves &= here
        rows = np.flatnonzero(moves)
        by_change = self.generator.random(len(rows)) * (usual + extra)[rows] >= usual[rows]
        there = self._destination(rows, by_change)
        setting, stay_from = people.setting.copy(), people.stay_from.copy()
        setting[rows] = there
        stay_from[rows] = self.begin[rows] + after[rows].astype("int32")
        away = np.zeros(len(people), dtype="int32")
        away[rows] = self.finish[rows] - stay_from[rows]
        replication, band = people.replication[rows], last[rows]
        if self.trace is not None:
            self.trace.end(people, rows, stay_from[rows], there)
        self.counter.add("moves", self.step, replication, band, people.setting[rows])
        self.counter.add("arrivals", self.step, replication, band, there)
        return setting, stay_from, away

    def _happens(self, per_day: Singles) -> tuple[Bools, Singles]:
        """Draw whether an event of a rate happens in the days lived, and after how many of them."""
        clock = self.generator.standard_exponential(len(per_day), dtype="float32")
        happens = clock < per_day * self.days
        after = np.divide(clock, per_day, out=np.zeros_like(clock), where=happens)
        return happens, after

    def _rate(self, table: Reals, since: Ints, edges: tuple[int, ...]) -> Singles:
        """Look up the rate of each child by age, time since an origin, and setting."""
        time = _count_reached(self.middle - since, edges[1:])
        _, ages, times, settings = table.shape
        cell = ((self.draw * ages + self.band) * times + time) * settings + self.people.setting
        return np.asarray(table.reshape(-1).take(cell), dtype="float32")

    def _destination(self, rows: NDArray[np.int64], by_change: Bools) -> Ints:
        """Draw where each mover goes."""
        band, setting = self.band[rows], self.people.setting[rows]
        draw = self.draw[rows] if isinstance(self.draw, np.ndarray) else self.draw
        share = np.where(by_change[:, None], self.now.extra_to[band, setting], self.now.move_to[draw, band, setting])
        ladder = np.cumsum(share, axis=1)
        point = self.generator.random(len(rows)) * ladder[:, -1]
        return np.asarray(np.minimum((ladder <= point[:, None]).sum(axis=1), len(SETTINGS) - 1), dtype="int32")

    def _last_bands(self) -> Ints:
        """Age band of each child at the end of the step."""
        return _age_band(self.people.birth, self.day1 - 1)

    def _count_days(self, flow: str, setting: Ints, days: Ints) -> None:
        """Count days lived, by the age band of the middle of the step."""
        self.counter.add(flow, self.step, self.people.replication, self.band, setting, days)


def _age_band(birth: Ints, day: int) -> Ints:
    """Age band of children on a day; adults answer with the last."""
    years = np.array(AGE_BAND_STARTS[1:])
    limits = latest_birth(np.full(len(years), day), years)
    return _count_reached(-birth, tuple((-limits).tolist()))


def _count_reached(value: Ints, limits: tuple[int, ...]) -> Ints:
    """Count how many of a few limits each value has reached (faster than a search when they are few)."""
    reached = np.zeros(len(value), dtype="int32")
    for limit in limits:
        reached += value >= limit
    return reached
