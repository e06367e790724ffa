"""Our flows beneath a projection made elsewhere: the stock is theirs, the way there is by our rates.

Each step is first walked by our rates; then, cell by cell, children are let in where theirs are more, and leave where
theirs are fewer. What had to be let in or out is counted with entries and leavers, so that everything adds up.
"""

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.ages import Ages, band_shares, born_to_be
from sufficiency.demand.changes import StepChange
from sufficiency.demand.cohort import POINTS, Cohorts, add_flows, advance, by_band, enter, in_care
from sufficiency.demand.external import ExternalProjection
from sufficiency.demand.inflow import inflow
from sufficiency.demand.projection import FLOWS, Flows
from sufficiency.demand.rates import Rates
from sufficiency.demand.start import Start
from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS
from sufficiency.domain.settings import SETTINGS

Floats = NDArray[np.float64]

ROUNDS = 8
"""Rounds of scaling rows down to the cells of a projection; rows that straddle two age bands need more than one."""


def follow(rates: Rates, start: Start, edges: NDArray[np.int64], external: ExternalProjection) -> Flows:
    """Walk from the children in care to an external projection, step by step.

    The stock on the base date is counted; at the end of each step it is the projection's. Kinds of placement that hold
    several settings are split as our own walk splits them.
    """
    entries = inflow(rates, edges).expected(rates)
    targets = external.on(edges[1:] - 1)
    kinds = np.array([[setting in kind for kind in external.kinds] for setting in SETTINGS], dtype="float64")
    rows = in_care(start, len(rates.settings))
    stock, flows = [by_band(rows, start.day)], []
    for number, (day0, day1) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        entering = enter(entries[number].sum(axis=1), rows.moved.shape[1], day0, day1)
        entered = np.concatenate([np.zeros_like(rows.first), entering.first])
        rows = Cohorts.join(rows, entering)
        following, step = advance(rows, rates, StepChange.none(), day0, day1)
        flow = add_flows(rows.ages, entered, step, day0, day1)
        rows = _fit(following, targets[number], kinds, day1 - 1, flow)
        flows.append(flow)
        stock.append(by_band(rows, day1 - 1))
    return Flows(edges, np.stack(stock), **{name: np.stack([flow[name] for flow in flows]) for name in FLOWS})


def _fit(rows: Cohorts, target: Floats, kinds: Floats, day: int, flow: dict[str, Floats]) -> Cohorts:
    """Let children out, then in, until each cell has as many as the projection; note them among the flows."""
    before = by_band(rows, day)
    shares = band_shares(rows.ages, day, day + 1)
    for _ in range(ROUNDS):
        have = by_band(rows, day) @ kinds
        ratio = np.where(have > 0, np.minimum(target / np.where(have > 0, have, 1.0), 1.0), 1.0)
        kept = shares @ (ratio @ kinds.T) + (1 - shares.sum(axis=1, keepdims=True))
        rows = Cohorts(rows.ages, rows.care_from, rows.stay_from, rows.first * kept, rows.moved * kept[:, None, :])
    flow["leavers"] += before - by_band(rows, day)
    missing = np.maximum(target - by_band(rows, day) @ kinds, 0.0)
    added = (missing @ kinds.T) * _mix(before, kinds)
    flow["entries"] += added
    return Cohorts.join(rows, _let_in(added, rows.moved.shape[1], day))


def _mix(stock: Floats, kinds: Floats) -> Floats:
    """Share of each setting in its kind, as in a stock; as in all ages, or evenly, where there is nobody."""
    weight = stock + 1e-6 * stock.sum(axis=0) + 1e-12
    mix: Floats = weight / (weight @ kinds @ kinds.T)
    return mix


def _let_in(added: Floats, since_move: int, day: int) -> Cohorts:
    """Return rows of children let in at the end of a step, evenly over the ages of each band."""
    years = np.diff([*AGE_BAND_STARTS, ADULT_AGE])
    band = np.repeat(np.arange(len(years)), years)
    births = np.array([born_to_be(age, day) for age in range(ADULT_AGE)])
    first = added[band] / years[band][:, None]
    used = first.sum(axis=1) > 0
    since = np.full((int(used.sum()), POINTS), day)
    moved = np.zeros((int(used.sum()), since_move, added.shape[1]))
    return Cohorts(Ages(births[used, 0], births[used, 1]), since, since, first[used], moved)
