"""Our flows beneath a projection made elsewhere: the stock is theirs, the way there is by our rates.

Each step is first walked by our rates; then, cell by cell, children are let in where theirs are more, and leave where
theirs are fewer. What had to be let in or out is counted with entries and leavers, so that everything adds up.
"""

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import Ages, band_shares, born_to_be
from sufficiency.demand.changes import StepChange
from sufficiency.demand.cohort import POINTS, Cohorts, add_flows, advance, by_band, enter, in_care
from sufficiency.demand.external import ExternalProjection
from sufficiency.demand.inflow import infant_parts, inflow
from sufficiency.demand.projection import FLOWS, Flows, Projection
from sufficiency.demand.rates import ChildRecords, Rates
from sufficiency.demand.start import Start, month_edges, start_on
from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS
from sufficiency.domain.settings import SETTINGS

Floats = NDArray[np.float64]

ROUNDS = 8
"""Rounds of scaling rows down to the cells of a projection; rows that straddle two age bands need more than one."""


class Followed(NamedTuple):
    """The way to a projection made elsewhere.

    Attributes
    ----------
    flows
        Stock and flows by step, age band and setting; they add up.
    let_in, let_out
        Children let in, and out, at the end of each step beyond what our rates say; among entries and leavers already,
        shape (steps, age bands, settings).
    """

    flows: Flows
    let_in: Floats
    let_out: Floats


def follow(
    rates: Rates, start: Start, edges: NDArray[np.int64], external: ExternalProjection, population: Floats | None = None
) -> Followed:
    """Walk from the children in care to an external projection, step by step.

    The stock on the base date is counted; at the end of each step it is the projection's. Kinds of placement that hold
    several settings are split as our own walk splits them.
    """
    entries = inflow(rates, edges, population=population).expected(rates)
    targets = external.on(edges[1:] - 1)
    kinds = np.array([[setting in kind for kind in external.kinds] for setting in SETTINGS], dtype="float64")
    rows = in_care(start, len(rates.settings))
    stock, flows, fitted = [by_band(rows, start.day)], [], []
    for number, (day0, day1) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        entering = enter(entries[number].sum(axis=1), infant_parts(rates), rows.moved.shape[1], day0, day1)
        entered = np.concatenate([np.zeros_like(rows.first), entering.first])
        rows = Cohorts.join(rows, entering)
        following, step = advance(rows, rates, StepChange.none(), day0, day1)
        flow = add_flows(rows.ages, entered, step, day0, day1)
        rows, let_in, let_out = _fit(following, targets[number], kinds, day1 - 1)
        flow["entries"] += let_in
        flow["leavers"] += let_out
        flows.append(flow)
        fitted.append((let_in, let_out))
        stock.append(by_band(rows, day1 - 1))
    arrays = {name: np.stack([flow[name] for flow in flows]) for name in FLOWS}
    let_in, let_out = (np.stack(part) for part in zip(*fitted, strict=True))
    return Followed(Flows(edges, np.stack(stock), **arrays), let_in, let_out)


def follow_months(
    rates: Rates,
    records: ChildRecords,
    stays: pd.DataFrame,
    base_date: date,
    months: int,
    external: ExternalProjection,
    population: Floats | None = None,
) -> tuple[Projection, Followed]:
    """Follow an external projection month by month, as :func:`.cohort.project` projects by our rates alone."""
    steps, edges = month_edges(base_date, months)
    start = start_on(records, stays, base_date)
    followed = follow(rates, start, edges, external, population)
    arrays = {name: getattr(followed.flows, name) for name in ("stock", *FLOWS)}
    return Projection(base_date, steps, rates.settings, left_out=start.left_out, **arrays), followed


def _fit(rows: Cohorts, target: Floats, kinds: Floats, day: int) -> tuple[Cohorts, Floats, Floats]:
    """Let children out, then in, until each cell has as many as the projection; also who came in and went out."""
    before = by_band(rows, day)
    shares = band_shares(rows.ages, day, day + 1)
    for _ in range(ROUNDS):
        have = by_band(rows, day) @ kinds
        ratio = np.where(have > 0, np.minimum(target / np.where(have > 0, have, 1.0), 1.0), 1.0)
        kept = shares @ (ratio @ kinds.T) + (1 - shares.sum(axis=1, keepdims=True))
        rows = Cohorts(rows.ages, rows.care_from, rows.stay_from, rows.first * kept, rows.moved * kept[:, None, :])
    let_out = before - by_band(rows, day)
    missing = np.maximum(target - by_band(rows, day) @ kinds, 0.0)
    let_in = (missing @ kinds.T) * _mix(before, kinds)
    return Cohorts.join(rows, _let_in(let_in, rows.moved.shape[1], day)), let_in, let_out


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
