"""The expected face of demand: how many children of which age will live in which setting, month by month.

Children in care on the base date keep their exact birthdays and the days they came into care and into their placement;
each month's entrants join as rows of one age in years, births and days of entering spread evenly. Each month every
row leaves by its hazard of leaving (age, time in care, setting), comes of age by the day, and of those who stay some
move by their hazard of moving (age, time in placement, setting). Nothing is rounded, nothing drawn.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import Ages, band_shares, born_to_be, narrow, turning
from sufficiency.demand.changes import Cells, FlowChange, FlowKind, Reals, StepChange, StepRates, resolve
from sufficiency.demand.days import DAYS_A_MONTH, OPEN
from sufficiency.demand.england import CARE_EDGES, INFANT_EDGES, STAY_EDGES
from sufficiency.demand.inflow import infant_parts, inflow
from sufficiency.demand.projection import FLOWS, Flows, Projection
from sufficiency.demand.rates import ChildRecords, Rates
from sufficiency.demand.start import Start, month_edges, start_on
from sufficiency.domain.needs import ADULT_AGE

Floats = NDArray[np.float64]

POINTS = 4
"""Points at which an interval of unknown days (of entering, of moving) is sampled."""

MOVED_STEPS = 26
"""Months since a move that are kept apart; later ones are in the last band of time in the placement."""

PART_CHILDREN = 3000
"""Children in care walked together."""

NOBODY = 1e-12
"""Children below which a row is dropped."""


@dataclass(frozen=True, eq=False)
class Cohorts:
    """Rows of children alike; r rows, s settings.

    Attributes
    ----------
    ages
        Birth days.
    care_from
        Days of coming into care, evenly spread points, shape (r, POINTS).
    stay_from
        Days of coming into the placement that ``first`` are still in, shape (r, POINTS).
    first
        Children who have not moved since the start, by setting, shape (r, s).
    moved
        Children who have, by months since the last move, shape (r, months, s); at most MOVED_STEPS months.
    """

    ages: Ages
    care_from: NDArray[np.int64]
    stay_from: NDArray[np.int64]
    first: Floats
    moved: Floats

    @property
    def amount(self) -> Floats:
        """Children by setting, shape (r, s)."""
        total: Floats = self.first + np.einsum("rks->rs", self.moved)
        return total

    def take(self, rows: NDArray[np.bool_]) -> "Cohorts":
        """Return some of the rows."""
        return Cohorts(
            self.ages.take(rows), self.care_from[rows], self.stay_from[rows], self.first[rows], self.moved[rows]
        )

    @classmethod
    def join(cls, first: "Cohorts", second: "Cohorts") -> "Cohorts":
        """Return the rows of one after those of another."""
        pairs = [(getattr(first, name), getattr(second, name)) for name in ("care_from", "stay_from", "first", "moved")]
        return cls(Ages.join(first.ages, second.ages), *(np.concatenate(pair) for pair in pairs))


class Step(NamedTuple):
    """What each row did in one step, by setting; moves are counted by setting left, arrivals by setting entered."""

    leavers: Floats
    aged_out: Floats
    moves: Floats
    arrivals: Floats
    child_days: Floats


def project(
    rates: Rates,
    records: ChildRecords,
    stays: pd.DataFrame,
    base_date: date,
    months: int,
    changes: tuple[FlowChange, ...] = (),
    population: Floats | None = None,
) -> Projection:
    """Project the children in care on a base date, and those who will enter, month by month in expected values.

    Parameters
    ----------
    rates
        From the window the user, or the back-test, chose.
    records, stays
        History up to the base date.
    base_date, months
        The base date is the last day of a month.
    changes
        What-if: children a month more or fewer who enter, leave or move.
    population
        By what entries at each age in years are multiplied each month because more or fewer such children live in the
        area, shape (months, 18); none means no change.

    Raises
    ------
    VerificationError
        When stock, entries, leavers and ageing out do not add up in some month.
    """
    steps, edges = month_edges(base_date, months)
    start = start_on(records, stays, base_date)
    flows, _ = walk(rates, start, edges, changes, population)
    names = ("stock", "entries", "leavers", "aged_out", "moves", "arrivals", "child_days")
    arrays = {name: getattr(flows, name) for name in names}
    return Projection(base_date, steps, rates.settings, left_out=start.left_out, **arrays)


def walk(
    rates: Rates,
    start: Start,
    edges: NDArray[np.int64],
    changes: tuple[FlowChange, ...] = (),
    population: Floats | None = None,
) -> tuple[Flows, list[StepChange]]:
    """Walk the expected children over steps of time; also say what the what-ifs came to as rates in each step.

    Many children are walked in parts, so that memory does not grow with them; what-ifs on leaving and moving need to
    see all of them at once.
    """
    entries = inflow(rates, edges, changes, population).expected(rates)
    coupled = any(change.kind is not FlowKind.ENTER for change in changes)
    if coupled or len(start) <= PART_CHILDREN:
        return _walk(rates, start, edges, entries, changes)
    firsts = range(0, len(start), PART_CHILDREN)
    parts = [
        _walk(rates, start.take(slice(first, first + PART_CHILDREN)), edges, entries * (first == 0), ())[0]
        for first in firsts
    ]
    return Flows.add_up(parts), [StepChange.none()] * (len(edges) - 1)


def _walk(
    rates: Rates, start: Start, edges: NDArray[np.int64], entries: Floats, changes: tuple[FlowChange, ...]
) -> tuple[Flows, list[StepChange]]:
    """Walk some children, and the entries given, over steps of time."""
    rows, infants = in_care(start, len(rates.settings)), infant_parts(rates)
    stock, flows, resolved = [by_band(rows, start.day)], [], []
    for number, (day0, day1) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        entering = enter(entries[number].sum(axis=1), infants, rows.moved.shape[1], day0, day1)
        entered = np.concatenate([np.zeros_like(rows.first), entering.first])
        rows = Cohorts.join(rows, entering)
        change = _resolve(changes, number, rows, rates, day0, day1)
        following, step = advance(rows, rates, change, day0, day1)
        flows.append(add_flows(rows.ages, entered, step, day0, day1))
        rows = following.take(following.amount.sum(axis=1) > NOBODY)
        stock.append(by_band(rows, day1 - 1))
        resolved.append(change)
    arrays = {name: np.stack([flow[name] for flow in flows]) for name in FLOWS}
    return Flows(edges, np.stack(stock), **arrays), resolved


def in_care(start: Start, settings: int) -> Cohorts:
    """Return a row for each child in care."""
    first = np.zeros((len(start), settings))
    first[np.arange(len(start)), start.setting] = 1.0
    care, stay = (np.repeat(days[:, None], POINTS, axis=1) for days in (start.care_from, start.stay_from))
    return Cohorts(Ages.known(start.birth), care, stay, first, np.zeros((len(start), 1, settings)))


def enter(entries: Floats, infants: Floats, since_move: int, day0: int, day1: int) -> Cohorts:
    """Return rows for the ages at which children enter in a step: one a year, and one a part of the first year.

    Births are spread over the days that make a child that age in the middle of the step.
    """
    middle = (day0 + day1) // 2
    parts = [(middle - old + 1, middle - young + 1) for young, old in pairwise(INFANT_EDGES)]
    parts[-1] = (born_to_be(0, middle)[0], parts[-1][1])
    births = np.array([*parts, *(born_to_be(age, middle) for age in range(1, ADULT_AGE))])
    first = np.concatenate([infants[:, None] * entries[0], entries[1:]])
    used = first.sum(axis=1) > 0
    births, first = births[used], first[used]
    days = day0 + ((np.arange(POINTS) + 0.5) * (day1 - day0) / POINTS).astype("int64")
    entered = np.repeat(days[None], len(births), axis=0)
    moved = np.zeros((len(first), since_move, first.shape[1]))
    return Cohorts(Ages(births[:, 0], births[:, 1]), entered, entered, first, moved)


def _resolve(
    changes: tuple[FlowChange, ...], number: int, rows: Cohorts, rates: Rates, day0: int, day1: int
) -> StepChange:
    """Turn the what-ifs of a step into rates, from what would happen without them."""
    if not any(change.kind is not FlowKind.ENTER and change.applies(number) for change in changes):
        return StepChange.none()
    _, plain = advance(rows, rates, StepChange.none(), day0, day1)
    shares = _whole(band_shares(rows.ages, day0, day1)).T
    moves = (shares @ plain.moves)[:, :, None] * rates.move_to
    cells = Cells(shares @ (rows.amount - plain.aged_out), shares @ plain.leavers, moves)
    return resolve(changes, number, day1 - day0, cells, rates)


def advance(rows: Cohorts, rates: Rates, change: StepChange, day0: int, day1: int) -> tuple[Cohorts, Step]:
    """Take rows through one step: who is left and where, and what happened on the way."""
    now = StepRates.of(rates.leave_by_care, rates.move_by_stay, rates.move_to, change)
    ages = _whole(band_shares(rows.ages, day0, day1))
    days = np.mean(day1 - np.maximum(rows.care_from, day0), axis=1)[:, None]
    turned, before = (value[:, None] for value in turning(rows.ages, day0, day1, ADULT_AGE))
    leave = _by_time(ages, _time_shares(rows.care_from, CARE_EDGES, day0, day1), now.leave)
    gone, gone_days = _decay(leave, days)
    gone_first, gone_first_days = _decay(leave, np.minimum(before, days))
    amount = rows.amount
    leavers = amount * ((1 - turned) * gone + turned * gone_first)
    aged_out = amount * turned * (1 - gone_first)
    in_care = (1 - turned) * (1 - gone)
    left_days = amount * ((1 - turned) * gone_days + turned * gone_first_days) + aged_out * np.minimum(before, days)
    moves = _moves(rows, now, ages, in_care, days, day0, day1)
    lived = left_days + amount * in_care * days - moves.away_days.sum(axis=2) + moves.away_days.sum(axis=1)
    following = Cohorts(narrow(rows.ages, day1, ADULT_AGE), rows.care_from, rows.stay_from, moves.first, moves.moved)
    routes = moves.routes
    return following, Step(leavers, aged_out, routes.sum(axis=2), routes.sum(axis=1), lived)


class _Moves(NamedTuple):
    """Moves of one step: those who have not moved, those who have, and moves (row, setting left, setting entered)."""

    first: Floats
    moved: Floats
    routes: Floats
    away_days: Floats


def _moves(rows: Cohorts, now: StepRates, ages: Floats, in_care: Floats, days: Floats, day0: int, day1: int) -> _Moves:
    """Move some of those who stay in care; ``away_days`` are the days they live where they go."""
    extra = ages @ now.extra
    by_first = _by_time(ages, _time_shares(rows.stay_from, STAY_EDGES, day0, day1), now.move) + extra
    first, moved = rows.first * in_care, rows.moved * in_care[:, None, :]
    go_first, go_first_days = _decay(by_first, days)
    by_moved = _since_move(day1 - day0)[: moved.shape[1]] @ now.move + now.extra[:, None, :]
    gone, gone_days = _decay(by_moved, np.array(float(day1 - day0)))
    go_moved = np.tensordot(ages, gone, axes=1)
    left = first * go_first + np.einsum("rks,rks->rs", moved, go_moved)
    lived = first * go_first_days + np.einsum("rks,rks->rs", moved, np.tensordot(ages, gone_days, axes=1))
    routes = np.zeros((*left.shape, left.shape[1]))
    if now.extra.any():
        added = first * go_first * _share_of(extra, by_first)
        by_change = gone * _share_of(np.broadcast_to(now.extra[:, None, :], by_moved.shape), by_moved)
        added += np.einsum("rks,rks->rs", moved, np.tensordot(ages, by_change, axes=1))
        routes += _routes(ages, added, now.extra_to) - _routes(ages, added, now.move_to)
    routes += _routes(ages, left, now.move_to)
    away = np.divide(left * days - lived, left, out=np.zeros_like(left), where=left > 0)[:, :, None] * routes
    moved *= 1 - go_moved
    return _Moves(first * (1 - go_first), _older(moved, routes.sum(axis=1)), routes, away)


def _share_of(extra: Floats, total: Floats) -> Floats:
    """Share of moves that are a what-if's."""
    return np.divide(extra, total, out=np.zeros_like(total), where=total > 0)


def _routes(ages: Floats, moves: Floats, to: Reals) -> Floats:
    """Spread moves over where they go, by the ages of each row (row, setting left, setting entered)."""
    return moves[:, :, None] * np.tensordot(ages, to, axes=1) if moves.any() else np.zeros((*moves.shape, to.shape[2]))


def _older(moved: Floats, arrivals: Floats) -> Floats:
    """Count everybody a step longer in the placement, and put those who arrived first."""
    older = np.concatenate([arrivals[:, None], moved], axis=1)
    if older.shape[1] > MOVED_STEPS:
        older[:, -2] += older[:, -1]
    return older[:, :MOVED_STEPS]


def _by_time(ages: Floats, times: Floats, rate: Reals) -> Floats:
    """Mean rate of each row in each setting, by its ages and its times since coming (row, setting)."""
    weights = ages[:, :, None] * times[:, None, :]
    mean: Floats = weights.reshape(len(ages), rate.shape[0] * rate.shape[1]) @ rate.reshape(-1, rate.shape[2])
    return mean


def _time_shares(since: NDArray[np.int64], edges: tuple[int, ...], day0: int, day1: int) -> Floats:
    """Share of the days each row lives in a step in each band of time since it came (row, band)."""
    limits = np.array([*edges, OPEN])
    begin = np.maximum(since[:, :, None] + limits[:-1], day0)
    finish = np.minimum(since[:, :, None] + limits[1:], day1)
    days = np.clip(finish - begin, 0, None).sum(axis=1).astype("float64")
    shares: Floats = days / days.sum(axis=1, keepdims=True)
    return shares


@lru_cache(maxsize=8)
def _since_move(days: int) -> Floats:
    """Share of a step in each band of time in the placement, by months since a move (MOVED_STEPS, band).

    Somebody who moved in the last step did so at any time in it.
    """
    points = (np.arange(POINTS) + 0.5) / POINTS * days
    elapsed = (points[:, None] + points).ravel() + np.arange(MOVED_STEPS)[:, None] * DAYS_A_MONTH
    band = np.searchsorted(STAY_EDGES, elapsed, side="right") - 1
    return np.stack([(band == one).mean(axis=1) for one in range(len(STAY_EDGES))], axis=1)


def _decay(per_day: Floats, days: Floats) -> tuple[Floats, Floats]:
    """Share gone after some days of a constant hazard, and the days lived by those gone."""
    gone = -np.expm1(-per_day * days)
    mean = np.divide(gone, per_day, out=np.broadcast_to(days, gone.shape).copy(), where=per_day > 1e-15)
    return gone, mean - days * (1 - gone)


def by_band(rows: Cohorts, day: int) -> Floats:
    """Add rows up by age band on a day (band, setting); births of a row are spread over its interval."""
    total: Floats = band_shares(rows.ages, day, day + 1).T @ rows.amount
    return total


def add_flows(ages: Ages, entered: Floats, step: Step, day0: int, day1: int) -> dict[str, Floats]:
    """Add the flows of a step up by age band: days by the band lived in, people by the band on the last day."""
    lived, final = _whole(band_shares(ages, day0, day1)), _whole(band_shares(ages, day1 - 1, day1))
    people = {"entries": entered} | {name: value for name, value in step._asdict().items() if name != "child_days"}
    return {name: final.T @ values for name, values in people.items()} | {"child_days": lived.T @ step.child_days}


def _whole(shares: Floats) -> Floats:
    """Make the shares of each row add up to one; a row without any belongs to the last band."""
    total = shares.sum(axis=1, keepdims=True)
    none = np.where(np.arange(shares.shape[1]) == shares.shape[1] - 1, 1.0, 0.0)
    whole: Floats = np.where(total > 0, shares / np.where(total > 0, total, 1.0), none)
    return whole
