"""One month of leaving, moving and coming of age, for any rows of children who each live in one setting.

Birth days that turn an age on the same day of the month, or on none, share an outcome: there are some 160 runs of
them. The outcome is worked out once a run and setting, summed over birth days, and then looked up, so that fifty
thousand rows cost what a few cost: the forward walk asks sixty times over.

Within the month a child faces a constant hazard of leaving in each age band, and leaves on the eighteenth birthday if
still there. Of those who stay to the end, some move to another home; where they go is ``Rates.move_to``.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.ages import Ages, latest_birth
from sufficiency.demand.days import day_number
from sufficiency.demand.rates import Rates
from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS
from sufficiency.domain.periods import Month

Floats = NDArray[np.float64]

AGED_OUT, LEAVE, MOVE, AGED_OUT_DAYS, LEAVE_DAYS, MOVE_DAYS = range(6)
"""Columns of an outcome table."""

OLDEST_YEARS = 19
"""How far back birth days are looked up; older people are treated as this old."""


@dataclass(frozen=True, eq=False)
class Departures:
    """What becomes of each row in a month, as shares of its amount at the start (or of its entrants).

    Attributes
    ----------
    aged_out, leave, move
        Shares that leave on the eighteenth birthday, leave before it, and stay in care but have to move.
    aged_out_days, leave_days
        Child-days lived in the month, for each child of the row, by those who age out and by those who leave.
    move_days
        Child-days lived before moving, in the home that is left, by those who move.
    days
        Days of the month each child who stays lives in care: the month, or what is left of it after entering.
    """

    aged_out: Floats
    leave: Floats
    move: Floats
    aged_out_days: Floats
    leave_days: Floats
    move_days: Floats
    days: float

    @property
    def stay(self) -> Floats:
        """Share that stays in care in the same home."""
        return 1.0 - self.aged_out - self.leave - self.move

    @property
    def in_care(self) -> Floats:
        """Share still in care when the month ends, in the same home or another."""
        return 1.0 - self.aged_out - self.leave

    @property
    def stay_days(self) -> Floats:
        """Child-days lived by those who stay in the same home."""
        return self.stay * self.days

    @property
    def child_days(self) -> Floats:
        """Child-days lived in care by everybody in the row."""
        return self.in_care * self.days + self.aged_out_days + self.leave_days


def departures(ages: Ages, setting_index: NDArray[np.int64], rates: Rates, month: Month) -> Departures:
    """Return what becomes of children in care when the month begins, one setting a row (index into ``settings``)."""
    return month_table(rates, month).of(ages, setting_index)


def entrant_departures(ages: Ages, setting_index: NDArray[np.int64], rates: Rates, month: Month) -> Departures:
    """Return what becomes of children entering evenly over the month: as if all entered in the middle of it."""
    return entrant_table(rates, month).of(ages, setting_index)


@dataclass(frozen=True, eq=False)
class OutcomeTable:
    """Outcomes by runs of birth days with one outcome each; r runs, s settings.

    Attributes
    ----------
    first
        First birth day of each run, and the day after the last, shape (r + 1,).
    each
        Outcome of every birth day of a run, shape (r, s, 6).
    sums
        Outcomes of all birth days before each run, added up, shape (r, s, 6).
    days
        :attr:`Departures.days`.
    """

    first: NDArray[np.int64]
    each: Floats
    sums: Floats
    days: float

    def mean(self, ages: Ages) -> Floats:
        """Return the mean outcome over the birth days of each row, in every setting (rows, s, 6)."""
        low, high = self.bounds(ages)
        return np.asarray((self._before(high) - self._before(low)) / (high - low)[:, None, None])

    def of(self, ages: Ages, setting_index: NDArray[np.int64]) -> Departures:
        """Return the mean outcome over the birth days of each row, in its own setting."""
        low, high = self.bounds(ages)
        means = (self._before(high, setting_index) - self._before(low, setting_index)) / (high - low)[:, None]
        aged_out, leave, move, aged_out_days, leave_days, move_days = means.T
        return Departures(aged_out, leave, move, aged_out_days, leave_days, move_days, self.days)

    def bounds(self, ages: Ages) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the birth days of each row that the table knows, at least one: first, and one past the last."""
        low = np.clip(ages.birth_from, self.first[0], self.first[-1] - 1)
        return low, np.maximum(np.minimum(ages.birth_to, self.first[-1]), low + 1)

    def _before(self, birth: NDArray[np.int64], setting_index: NDArray[np.int64] | None = None) -> Floats:
        """Return the sum of the outcomes of all earlier birth days, in each row's setting or in every one."""
        run = np.searchsorted(self.first[1:-1], birth, side="right")
        into = birth - self.first[run]
        if setting_index is None:
            return np.asarray(self.sums[run] + into[:, None, None] * self.each[run])
        return np.asarray(self.sums[run, setting_index] + into[:, None] * self.each[run, setting_index])


@lru_cache(maxsize=4)
def month_table(rates: Rates, month: Month) -> OutcomeTable:
    """Return the outcome of a whole month for every birth day and setting."""
    return _table(rates, month, entered=0.0)


@lru_cache(maxsize=4)
def entrant_table(rates: Rates, month: Month) -> OutcomeTable:
    """Return the outcome of the month for children who enter in its middle.

    An entrant on the first day lives every day of the month, on the last day one: half the days and a half on average.
    """
    return _table(rates, month, entered=(month.days - 1) / 2)


def _table(rates: Rates, month: Month, entered: float) -> OutcomeTable:
    """Work out the outcome of each run of birth days, and add them up."""
    first, band, days_before = _runs(month)
    each = _outcomes(rates, month.days, entered)[band, days_before]
    sums = np.zeros_like(each)
    np.cumsum(each[:-1] * np.diff(first)[:-1, None, None], axis=0, out=sums[1:])
    return OutcomeTable(first, each, sums, month.days - entered)


@lru_cache(maxsize=256)
def _runs(month: Month) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return runs of birth days, oldest first: first days, age band when the month begins, days lived before the next.

    The band of those who are adults already is one past the last.
    """
    day0, days = day_number(month.first_day), month.days
    oldest, youngest = day0 - int(OLDEST_YEARS * 365.25), day0 + days
    turned_by = [latest_birth(np.arange(day0, day0 + days), years) for years in (*AGE_BAND_STARTS[1:], ADULT_AGE)]
    first = np.unique(np.concatenate([[oldest], *(limit + 1 for limit in turned_by), [youngest]]))
    born = first[:-1]
    band = np.sum([born <= limit[0] for limit in turned_by], axis=0)
    days_before = np.full(len(born), days)
    for index, limit in enumerate(turned_by):
        inside = (band == index) & (born <= limit[-1])
        days_before[inside] = np.searchsorted(limit, born[inside], side="left")
    return first, band, days_before


@lru_cache(maxsize=16)
def _outcomes(rates: Rates, days: int, entered: float) -> Floats:
    """Outcome by age band at the start, days lived before the next band begins, and setting (6, days + 1, s, 6).

    Some days are lived in one band and the rest in the next; after the last band comes adulthood, when all have left.
    """
    before = np.clip(np.arange(days + 1) - entered, 0.0, None)[:, None]
    after = (days - entered) - before
    leave, move = rates.leave_per_day[:, None], rates.move_per_day[:, None]
    survive, gone, gone_days = _decay(leave, before)
    settled, moved, moved_days = _decay(move, before)
    (survive_later, gone_later, gone_later_days), (_, moved_later, moved_later_days) = (
        [_of_next_band(share) for share in _decay(rate, after)] for rate in (leave, move)
    )
    adult = np.zeros_like(survive)
    adult[-1] = after > 0
    in_care = np.where(adult > 0, 0.0, survive * np.concatenate([survive_later[:-1], np.ones_like(adult[-1:])]))
    table = np.zeros((len(leave) + 1, days + 1, leave.shape[-1], 6))
    known = table[:-1]
    known[..., AGED_OUT], known[..., AGED_OUT_DAYS] = adult * survive, adult * survive * before
    known[..., LEAVE] = gone + survive * gone_later
    known[..., LEAVE_DAYS] = gone_days + survive * (before * gone_later + gone_later_days)
    known[..., MOVE] = in_care * (moved + settled * moved_later)
    known[..., MOVE_DAYS] = in_care * (moved_days + settled * (before * moved_later + moved_later_days))
    table[-1, ..., AGED_OUT] = 1.0
    return table


def _decay(per_day: Floats, days: Floats) -> tuple[Floats, Floats, Floats]:
    """Share left after some days of a constant hazard, share gone, and the days lived by those gone."""
    survive = np.exp(-per_day * days)
    gone = -np.expm1(-per_day * days)
    mean_days = np.divide(gone, per_day, out=np.broadcast_to(days, gone.shape).copy(), where=per_day > 1e-15)
    return survive, gone, mean_days - days * survive


def _of_next_band(share: Floats) -> Floats:
    """Move each band's values to the band before it; after the last there is none."""
    return np.concatenate([share[1:], np.zeros_like(share[:1])])
