"""Rates: how often children enter, leave and move, counted over a window of the council's own history.

A rate is events divided by child-days lived in the same cell. Leaving at the eighteenth birthday is no hazard: it is
the birthday, so it is left out here and done by the calendar in the projection.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import birthday
from sufficiency.demand.days import DAYS_A_MONTH, day_number, day_numbers
from sufficiency.demand.exposure import UNKNOWN_BIRTH, birth_days, days_lived, setting_index, split_by_age
from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS, AGE_BANDS
from sufficiency.domain.settings import SETTINGS, Setting

Floats = NDArray[np.float64]

AGEING_OUT_DAYS = 7
"""A child who leaves within this many days before the eighteenth birthday, or later, has aged out of care."""

ENGLAND_LEAVE_PER_DAY = 34_450 * 0.60 / 82_650 / 365
"""Leaving before 18, England 2024-25: leavers less the 40% aged 18, per child in care and day (DfE 2025; derived)."""

ENGLAND_MOVE_PER_DAY = 66_070 * 0.76 / 83_640 / 365
"""Placement changes, England 2023-24, less the 24% that only change status, per child and day (DfE 2024; derived)."""

PRIOR_DAYS = 365.0
"""Child-days of its parent that a cell borrows: one child in care for a year (assumption)."""


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
        Events a child-day, shape (a, s). Leaving at 18 is not among them.
    move_to
        Where a move goes, by age band and setting left; rows add up to one, shape (a, s, s).
    entry_events, leave_events, move_events
        Events counted, in the shapes of the rates they stand behind (``move_events`` by setting left and entered).
    exposure_days
        Child-days lived in the window, shape (a, s).
    unknown_births
        Stays left out because the birth date is not known.
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


def fit_rates(records: ChildRecords, stays: pd.DataFrame, window: Window) -> Rates:
    """Count events and child-days in a window and divide them.

    Sparse cells borrow from the same setting at all ages, that from all settings, and that from England (one child-year
    each), so no cell is ever missing or nought for want of children. Entries are plain counts a month.
    """
    first, beyond = day_number(window.first_day), day_number(window.last_day) + 1
    cut = split_by_age(stays, records.children)
    exposure = days_lived(cut, first, beyond)
    leave, move = _departures(stays, records.children, first, beyond)
    entries = _entries(stays, records.children, first, beyond)
    return Rates(
        settings=SETTINGS,
        window=window,
        entries_per_month=entries / window.months,
        leave_per_day=_borrow(leave, exposure, ENGLAND_LEAVE_PER_DAY),
        move_per_day=_borrow(move.sum(axis=2), exposure, ENGLAND_MOVE_PER_DAY),
        move_to=_destinations(move),
        entry_events=entries,
        leave_events=leave,
        move_events=move,
        exposure_days=exposure,
        unknown_births=int(np.sum(birth_days(stays["child"], records.children) == UNKNOWN_BIRTH)),
    )


def _departures(stays: pd.DataFrame, children: pd.DataFrame, first: int, beyond: int) -> tuple[Floats, Floats]:
    """Count leavers before 18 (age band, setting) and moves (age band, setting, next setting) inside the window."""
    birth, end = birth_days(stays["child"], children), day_numbers(stays["end"])
    inside = (end >= first) & (end < beyond) & (birth != UNKNOWN_BIRTH)
    adult = birthday(np.where(inside, birth, 0), ADULT_AGE)
    ended_by = stays["ended_by"].to_numpy()
    left = inside & (ended_by == "left") & (end < adult - AGEING_OUT_DAYS)
    moved = inside & (ended_by == "moved") & (end < adult)
    here = setting_index(stays["setting"])
    shape = (len(AGE_BANDS), len(SETTINGS))
    leave = _tally((_band_on(birth[left], end[left]), here[left]), shape)
    there = setting_index(stays["next_setting"][moved])
    return leave, _tally((_band_on(birth[moved], end[moved]), here[moved], there), (*shape, len(SETTINGS)))


def _entries(stays: pd.DataFrame, children: pd.DataFrame, first: int, beyond: int) -> Floats:
    """Count children entering care in the window by age in years, UASC and first setting."""
    new = stays.drop_duplicates(["child", "spell"])
    birth, start = birth_days(new["child"], children), day_numbers(new["start"])
    inside = (start >= first) & (start < beyond) & (birth != UNKNOWN_BIRTH)
    new, birth, start = new[inside], birth[inside], start[inside]
    reached = np.stack([birthday(birth, years) <= start for years in range(1, ADULT_AGE + 1)], axis=1)
    age = reached.sum(axis=1)
    child = age < ADULT_AGE
    cells = (age, uasc_flags(new["child"], children).astype("int64"), setting_index(new["setting"]))
    return _tally(tuple(cell[child] for cell in cells), (ADULT_AGE, 2, len(SETTINGS)))


def uasc_flags(child: pd.Series, children: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each child named is or was unaccompanied (UASC)."""
    uasc = set(children.loc[children["uasc"].astype(bool), "child"])
    return child.isin(uasc).to_numpy(dtype=bool)


def _band_on(birth: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Age band of each child on the last day before an event, so that events and days fall in the same cell."""
    reached = np.stack([birthday(birth, years) <= day - 1 for years in AGE_BAND_STARTS[1:]], axis=1)
    return np.asarray(reached.sum(axis=1), dtype="int64")


def _tally(cells: tuple[NDArray[np.int64], ...], shape: tuple[int, ...]) -> Floats:
    """Count how many rows fall in each cell of a table."""
    flat = np.ravel_multi_index(cells, shape)
    return np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape).astype("float64")


def _borrow(events: Floats, exposure: Floats, england: float) -> Floats:
    """Divide events by exposure, each cell toward its setting, that toward all settings, that toward England."""
    everywhere = (events.sum() + england * PRIOR_DAYS) / (exposure.sum() + PRIOR_DAYS)
    setting = (events.sum(axis=0) + everywhere * PRIOR_DAYS) / (exposure.sum(axis=0) + PRIOR_DAYS)
    rates: Floats = (events + setting * PRIOR_DAYS) / (exposure + PRIOR_DAYS)
    return rates


def _destinations(moves: Floats) -> Floats:
    """Share of moves to each setting: each cell toward its setting at all ages, that toward moving within it.

    One move is borrowed at each level. Nobody under 16 is sent to supported accommodation unless that was seen.
    """
    within = np.eye(len(SETTINGS))
    setting = moves.sum(axis=0) + within
    setting /= setting.sum(axis=1, keepdims=True)
    weights = moves + setting
    supported = SETTINGS.index(Setting.SUPPORTED)
    young = slice(0, len(AGE_BANDS) - 1)
    weights[young, :, supported] = np.where(
        np.arange(len(SETTINGS)) == supported, weights[young, :, supported], moves[young, :, supported]
    )
    shares: Floats = weights / weights.sum(axis=2, keepdims=True)
    return shares
