"""Rates: how often children enter, leave and move, counted over a window of the council's own history.

A rate is events divided by child-days lived in the same cell, borrowing where there are few (:mod:`.shrinkage`).
Leaving depends on age, setting and time in care; moving on age, setting and time in the placement. Leaving at the
eighteenth birthday is no hazard: it is the birthday, so it is left out here and done by the calendar in a projection.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand import england
from sufficiency.demand.ages import birthday
from sufficiency.demand.days import DAYS_A_MONTH, day_number, day_numbers
from sufficiency.demand.destinations import Destinations, fit_destinations
from sufficiency.demand.drift import UNASKED, Drift, fit_drift
from sufficiency.demand.england import CARE_EDGES, STAY_EDGES
from sufficiency.demand.entries import BAND_OF_YEAR, EntryModel, entered_in, entrants, fit_entries
from sufficiency.demand.exposure import (
    UNKNOWN_BIRTH,
    band_of,
    birth_days,
    days_lived,
    setting_index,
    split_by_age,
    tally,
    with_origins,
)
from sufficiency.demand.shrinkage import Level, Shrunk, shrink
from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS, AGE_BANDS
from sufficiency.domain.settings import SETTINGS, Setting

Floats = NDArray[np.float64]

AGEING_OUT_DAYS = 7
"""A child who leaves within this many days before the eighteenth birthday, or later, has aged out of care."""

YEAR_DAYS, LEAP_DAYS = 365, 3
"""Days of a year of drift; a history a few days short of whole years, for want of leap days, still holds them."""

LEVELS = (
    Level("setting", (2,)),
    Level("age band", (0,)),
    Level("time", (1,)),
    Level("age band and setting", (0, 2)),
    Level("age band, time and setting", (0, 1, 2)),
)
"""What a cell of leaving or moving borrows from, most general first; England stands behind the first."""


class ChildRecords(Protocol):
    """What demand reads of the cleaned returns."""

    @property
    def children(self) -> pd.DataFrame:
        """One row a child: ``child``, ``birth_date``, ``uasc`` and more."""


@dataclass(frozen=True)
class Window:
    """The days of history that rates are counted on, both included."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"window ends on {self.last_day}, before it begins on {self.first_day}")

    @property
    def days(self) -> int:
        """Days in the window."""
        return (self.last_day - self.first_day).days + 1

    @property
    def months(self) -> float:
        """Average months in the window."""
        return self.days / DAYS_A_MONTH


@dataclass(frozen=True, eq=False)
class Posterior:
    """What the rates were drawn from: the source of intervals and of the sampled face.

    Attributes
    ----------
    leaving
        Rates of leaving before 18 by age band, time in care and setting.
    moving
        Rates of moving by age band, time in the placement and setting.
    destinations
        Where moves go.
    entering
        Who enters.
    drifts
        How far entering, leaving and moving drift from year to year; before the history is asked, as England does.
    """

    leaving: Shrunk
    moving: Shrunk
    destinations: Destinations
    entering: EntryModel
    drifts: tuple[Drift, Drift, Drift] = (UNASKED, UNASKED, UNASKED)


def _flat(edges: tuple[int, ...]) -> Floats:
    return np.ones((len(AGE_BANDS), len(edges), len(SETTINGS)))


@dataclass(frozen=True, eq=False)
class Rates:
    """How often children enter, leave and move; a age bands, s settings in the order of ``settings``.

    Attributes
    ----------
    settings
        Order of every setting axis.
    window
        Days of history that were counted.
    entries_per_month
        Children entering care a month by age in years, not UASC or UASC, first setting, shape (18, 2, s).
    leave_per_day, move_per_day
        Events a child-day at all times in care, or in the placement, shape (a, s). Leaving at 18 is not among them.
    move_to
        Where a move goes, by age band and setting left; rows add up to one, shape (a, s, s).
    entry_events, leave_events, move_events
        Events counted, in the shapes of the rates they stand behind (``move_events`` by setting left and entered).
    exposure_days
        Child-days lived in the window, shape (a, s).
    unknown_births
        Stays left out because the birth date is not known.
    leave_shape, move_shape
        By how much leaving is more frequent than ``leave_per_day`` in each band of time in care (``CARE_EDGES``), and
        moving than ``move_per_day`` in each band of time in the placement (``STAY_EDGES``), shape (a, times, s).
    posterior
        What the rates were drawn from; None where they were set by hand, and then nothing can be drawn.
    """

    settings: tuple[Setting, ...]
    window: Window
    entries_per_month: Floats
    leave_per_day: Floats
    move_per_day: Floats
    move_to: Floats
    entry_events: Floats
    leave_events: Floats
    move_events: Floats
    exposure_days: Floats
    unknown_births: int
    leave_shape: Floats = field(default_factory=lambda: _flat(CARE_EDGES))
    move_shape: Floats = field(default_factory=lambda: _flat(STAY_EDGES))
    posterior: Posterior | None = None

    @property
    def leave_by_care(self) -> Floats:
        """Leaving a child-day by age band, time in care and setting."""
        return self.leave_per_day[:, None, :] * self.leave_shape

    @property
    def move_by_stay(self) -> Floats:
        """Moving a child-day by age band, time in the placement and setting."""
        return self.move_per_day[:, None, :] * self.move_shape


@dataclass(frozen=True, eq=False)
class Counted:
    """What happened, as columns that any window can be counted from; made once for a history.

    Attributes
    ----------
    history
        Stays with the days on which care and the placement began.
    cut
        The same, cut at the birthdays that begin an age band.
    birth
        Birth days of ``history``.
    new
        Everybody who ever entered care under 18 (:func:`.entries.entrants`).
    """

    history: pd.DataFrame
    cut: pd.DataFrame
    birth: NDArray[np.int64]
    new: pd.DataFrame

    @classmethod
    def of(cls, records: ChildRecords, stays: pd.DataFrame) -> "Counted":
        """Prepare a history for counting."""
        history = with_origins(stays)
        birth = birth_days(history["child"], records.children)
        cut = split_by_age(history, records.children)
        return cls(history, cut, birth, entrants(stays, records.children))


def fit_rates(records: ChildRecords, stays: pd.DataFrame, window: Window, trend: bool = False) -> Rates:
    """Count events and child-days in a window, and give each cell its rate.

    Parameters
    ----------
    records, stays
        History; events after the window are not looked at.
    window
        Days counted.
    trend
        Whether entries follow their trend over the window (damped), or its mean.
    """
    return fit_counted(Counted.of(records, stays), window, trend)


def fit_counted(counted: Counted, window: Window, trend: bool = False) -> Rates:
    """Count events and child-days in a window of a history prepared before, as :func:`fit_rates` does."""
    first, beyond = day_number(window.first_day), day_number(window.last_day) + 1
    leave, move, moves_to = _departures(counted.history, counted.birth, first, beyond)
    profile = np.broadcast_to(england.leave_profile()[None, :, None], leave.shape)
    leaving = shrink(
        leave, days_lived(counted.cut, first, beyond, "care_from", CARE_EDGES), england.LEAVE_PER_DAY * profile, LEVELS
    )
    stay_days = days_lived(counted.cut, first, beyond, "stay_from", STAY_EDGES)
    moving = shrink(move, stay_days, np.full(move.shape, england.MOVE_PER_DAY), LEVELS)
    new = entered_in(counted.new, first, beyond)
    entering = fit_entries(new, first, beyond, trend)
    leave_per_day, move_per_day = _over_time(leaving.rate, leaving.exposure), _over_time(moving.rate, moving.exposure)
    destinations = fit_destinations(moves_to)
    return Rates(
        settings=SETTINGS,
        window=window,
        entries_per_month=entering.per_month,
        leave_per_day=leave_per_day,
        move_per_day=move_per_day,
        move_to=destinations.share,
        entry_events=tally((new["age"].to_numpy(), new["uasc"].to_numpy(), new["setting"].to_numpy()), _entry_shape()),
        leave_events=leave.sum(axis=1),
        move_events=moves_to,
        exposure_days=leaving.exposure.sum(axis=1),
        unknown_births=int(np.sum(counted.birth == UNKNOWN_BIRTH)),
        leave_shape=leaving.rate / leave_per_day[:, None, :],
        move_shape=moving.rate / move_per_day[:, None, :],
        posterior=Posterior(leaving, moving, destinations, entering),
    )


def with_trend(rates: Rates, counted: Counted) -> Rates:
    """Return rates with entries that follow their trend over the window; the rest is as it was counted."""
    if rates.posterior is None:
        raise ValueError("rates set by hand have no trend behind them")
    first, beyond = day_number(rates.window.first_day), day_number(rates.window.last_day) + 1
    entering = fit_entries(entered_in(counted.new, first, beyond), first, beyond, trend=True)
    behind = replace(rates.posterior, entering=entering)
    return replace(rates, entries_per_month=entering.per_month, posterior=behind)


def with_drift(rates: Rates, counted: Counted, since: date) -> Rates:
    """Return rates that know how far they drift from year to year.

    Parameters
    ----------
    rates
        Fitted on a window.
    counted
        The history, which may reach back further.
    since
        First day from which entries and leavers are complete: years before it are not looked at.
    """
    if rates.posterior is None:
        raise ValueError("rates set by hand have no history to drift in")
    years = [_year(rates, rates.posterior, counted, *days) for days in _years(rates.window, since)]
    if len(years) < 2:
        return rates
    pairs = (tuple(np.stack(part) for part in zip(*flow, strict=True)) for flow in zip(*years, strict=True))
    entering, leaving, moving = (fit_drift(events, expected) for events, expected in pairs)
    return replace(rates, posterior=replace(rates.posterior, drifts=(entering, leaving, moving)))


def _years(window: Window, since: date) -> list[tuple[int, int]]:
    """Day numbers of the whole years that end with a window, the earliest first."""
    beyond, first = day_number(window.last_day) + 1, day_number(since)
    count = (beyond - first + LEAP_DAYS) // YEAR_DAYS
    return [(beyond - YEAR_DAYS * (back + 1), beyond - YEAR_DAYS * back) for back in reversed(range(count))]


def _year(rates: Rates, behind: Posterior, counted: Counted, first: int, beyond: int) -> list[tuple[Floats, Floats]]:
    """Events of a year by age band, and those expected at the rates of the window: entering, leaving, moving."""
    leave, move, _ = _departures(counted.history, counted.birth, first, beyond)
    in_care = days_lived(counted.cut, first, beyond, "care_from", CARE_EDGES)
    in_stay = days_lived(counted.cut, first, beyond, "stay_from", STAY_EDGES)
    band = BAND_OF_YEAR[entered_in(counted.new, first, beyond)["age"].to_numpy()]
    groups = np.bincount(band, minlength=len(AGE_BANDS)) / behind.entering.mean_size[0]
    return [
        (groups, np.ones(len(AGE_BANDS))),
        (leave.sum(axis=(1, 2)), (in_care * rates.leave_by_care).sum(axis=(1, 2))),
        (move.sum(axis=(1, 2)), (in_stay * rates.move_by_stay).sum(axis=(1, 2))),
    ]


def _entry_shape() -> tuple[int, int, int]:
    return ADULT_AGE, 2, len(SETTINGS)


def _departures(
    history: pd.DataFrame, birth: NDArray[np.int64], first: int, beyond: int
) -> tuple[Floats, Floats, Floats]:
    """Count leavers before 18, moves, and moves by route, inside the window.

    By (age, time in care, setting), (age, time in placement, setting) and (age, setting left, setting entered).
    """
    end = day_numbers(history["end"])
    inside = (end >= first) & (end < beyond) & (birth != UNKNOWN_BIRTH)
    adult = birthday(np.where(inside, birth, 0), ADULT_AGE)
    ended_by, here = history["ended_by"].to_numpy(), setting_index(history["setting"])
    left = inside & (ended_by == "left") & (end < adult - AGEING_OUT_DAYS)
    moved = inside & (ended_by == "moved") & (end < adult)
    bands, settings = len(AGE_BANDS), len(SETTINGS)
    in_care = band_of((end - 1 - history["care_from"].to_numpy())[left], CARE_EDGES)
    in_stay = band_of((end - 1 - history["stay_from"].to_numpy())[moved], STAY_EDGES)
    age_left, age_moved = _age_band_before(birth[left], end[left]), _age_band_before(birth[moved], end[moved])
    there = setting_index(history["next_setting"][moved])
    return (
        tally((age_left, in_care, here[left]), (bands, len(CARE_EDGES), settings)),
        tally((age_moved, in_stay, here[moved]), (bands, len(STAY_EDGES), settings)),
        tally((age_moved, here[moved], there), (bands, settings, settings)),
    )


def _age_band_before(birth: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Age band of each child on the last day before an event, so that events and days fall in the same cell."""
    reached = np.stack([birthday(birth, years) <= day - 1 for years in AGE_BAND_STARTS[1:]], axis=1)
    return np.asarray(reached.sum(axis=1), dtype="int64")


def _over_time(rate: Floats, exposure: Floats) -> Floats:
    """Rate at all times, weighted by days lived; where none were, by those of all ages, and then of everybody."""
    everybody = exposure.sum(axis=(0, 2), keepdims=True) + 1.0
    setting = exposure.sum(axis=0, keepdims=True) + everybody / everybody.sum()
    weight = exposure + setting / setting.sum(axis=1, keepdims=True)
    total: Floats = (rate * weight).sum(axis=1) / weight.sum(axis=1)
    return total
