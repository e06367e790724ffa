"""The sampled face of demand: children drawn one by one, many times over, by the rates of the expected face.

Each replication has parameters of its own, drawn once, and chance within: so its bands hold both what the history
leaves open and what happens anyway. All replications are walked together, one array entry a child.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.arrivals import Arrivals
from sufficiency.demand.changes import FlowChange, FlowKind, StepChange, StepRates
from sufficiency.demand.cohort import walk
from sufficiency.demand.happening import Happening, age_band
from sufficiency.demand.inflow import Inflow, inflow
from sufficiency.demand.parameters import Drawn, draw_parameters, hold_parameters
from sufficiency.demand.people import People, counted_anew, people_in_care
from sufficiency.demand.rates import Rates
from sufficiency.demand.sample import Counter, Sample
from sufficiency.demand.start import Start
from sufficiency.demand.trace import Trace

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
    counter.count_stock(0, people.replication, age_band(people.birth, int(edges[0]) - 1), people.setting)
    for step, (day0, day1) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        new = arrivals.enter(step, day0, day1)
        if trace is not None:
            trace.come(new)
        counter.add("entries", step, new.replication, age_band(new.birth, day1 - 1), new.setting)
        now = step_rates(drawn, step, resolved[step])
        month = _Month(People.join(people, new), now, len(drawn) > 1, step, day0, day1, generator, counter, trace)
        people = month.live()
    return counter.result(), people


def step_rates(drawn: Drawn, step: int, change: StepChange) -> StepRates:
    """Return the rates of one step, as drawn for each replication, with their drift and the what-ifs of the step."""
    return StepRates.of(
        drawn.leave * drawn.leave_drift[:, step, :, None, None],
        drawn.move * drawn.move_drift[:, step, :, None, None],
        drawn.move_to,
        change,
    )


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
        self.people, self.step = people, step
        self.generator, self.counter, self.trace = generator, counter, trace
        self.happening = Happening(people, now, own_rates, day0, day1)

    def live(self) -> People:
        """Let the step happen, count it, and return the children still in care."""
        people, month = self.people, self.happening
        gone, gone_after = month.happens(month.leaving(), self._clock())
        aged = ~gone & month.comes_of_age()
        here = ~(gone | aged)
        lived = np.where(gone, gone_after, month.days).astype("int32")
        for flow, rows in (("leavers", gone), ("aged_out", aged)):
            self.counter.add(flow, self.step, people.replication[rows], month.last[rows], people.setting[rows])
        setting, stay_from, lived_away = self._move(here)
        self._count_days("child_days", people.setting, lived - lived_away)
        self._count_days("child_days", setting, lived_away)
        if self.trace is not None:
            ends = np.where(gone, month.begin + gone_after.astype("int32"), people.adult)
            self.trace.end(people, ~here, ends[~here].astype("int32"))
        moved = replace(people, stay_from=stay_from, setting=setting)
        self.counter.count_stock(self.step + 1, people.replication[here], month.last[here], setting[here])
        return moved.take(here)

    def _move(self, here: Bools) -> tuple[Ints, Ints, Ints]:
        """Move some of those still in care: their settings, when they came there, days lived where they went."""
        people, month = self.people, self.happening
        usual, extra = month.moving()
        moves, after = month.happens(usual + extra, self._clock())
        moves &= here
        rows = np.flatnonzero(moves)
        by_change = self.generator.random(len(rows)) * (usual + extra)[rows] >= usual[rows]
        there = month.destination(rows, by_change, self.generator.random(len(rows)))
        setting, stay_from = people.setting.copy(), people.stay_from.copy()
        setting[rows] = there
        stay_from[rows] = month.begin[rows] + after[rows].astype("int32")
        away = np.zeros(len(people), dtype="int32")
        away[rows] = month.finish[rows] - stay_from[rows]
        replication, band = people.replication[rows], month.last[rows]
        if self.trace is not None:
            self.trace.end(people, rows, stay_from[rows], there)
        self.counter.add("moves", self.step, replication, band, people.setting[rows])
        self.counter.add("arrivals", self.step, replication, band, there)
        return setting, stay_from, away

    def _clock(self) -> Singles:
        """Draw the clock of an event for each child."""
        return self.generator.standard_exponential(len(self.people), dtype="float32")

    def _count_days(self, flow: str, setting: Ints, days: Ints) -> None:
        """Count days lived, by the age band of the middle of the step."""
        self.counter.add(flow, self.step, self.people.replication, self.happening.band, setting, days)
