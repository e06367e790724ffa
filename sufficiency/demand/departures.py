"""One month of leaving, moving and coming of age, for any rows of children who each live in one setting.

The month's outcome is worked out once for every possible birth day and setting, summed over birth days, and then looked
up, so that fifty thousand rows cost what a few cost: the forward walk asks sixty times over.

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
from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS, AGE_BANDS
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
    return _look_up(month_table(rates, month), ages, setting_index)


def entrant_departures(ages: Ages, setting_index: NDArray[np.int64], rates: Rates, month: Month) -> Departures:
    """Return what becomes of children entering evenly over the month: as if all entered in the middle of it."""
    return _look_up(entrant_table(rates, month), ages, setting_index)


@dataclass(frozen=True, eq=False)
class OutcomeTable:
    """Running sums over birth days of the outcome in each setting, shape (birth days + 1, settings, 6)."""

    first_birth: int
    sums: Floats
    days: float

    def mean(self, ages: Ages) -> Floats:
        """Return the mean outcome over the birth days of each row, in every setting (rows, settings, 6)."""
        low, high = self.bounds(ages)
        means: Floats = (self.sums[high] - self.sums[low]) / (high - low)[:, None, None]
        return means

    def bounds(self, ages: Ages) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the births of each row begin and end in the table."""
        low = np.clip(ages.birth_from - self.first_birth, 0, len(self.sums) - 2)
        return low, np.maximum(np.minimum(ages.birth_to - self.first_birth, len(self.sums) - 1), low + 1)


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


def _look_up(table: OutcomeTable, ages: Ages, setting_index: NDArray[np.int64]) -> Departures:
    """Read one setting a row."""
    settings = table.sums.shape[1]
    flat = table.sums.reshape(-1, 6)
    low, high = table.bounds(ages)
    found = flat.take(high * settings + setting_index, axis=0) - flat.take(low * settings + setting_index, axis=0)
    found /= (high - low)[:, None]
    aged_out, leave, move, aged_out_days, leave_days, move_days = found.T
    return Departures(aged_out, leave, move, aged_out_days, leave_days, move_days, table.days)


def _table(rates: Rates, month: Month, entered: float) -> OutcomeTable:
    """Work out the outcome for the few patterns of ages there are, and spread them over the birth days."""
    day0, days = day_number(month.first_day), month.days
    first_birth = day0 - int(OLDEST_YEARS * 365.25)
    births = np.arange(first_birth, day0 + days)
    limits = [latest_birth(np.arange(day0, day0 + days), years) for years in (*AGE_BAND_STARTS[1:], ADULT_AGE)]
    band = np.sum([births <= limit[0] for limit in limits], axis=0)
    days_before = np.full(len(births), days)
    for index, limit in enumerate(limits):
        inside = (band == index) & (births <= limit[-1])
        days_before[inside] = np.searchsorted(limit, births[inside], side="left")
    patterns = _outcomes(rates, float(days), entered)
    sums = np.zeros((len(births) + 1, len(rates.settings), 6))
    np.cumsum(patterns[band, days_before], axis=0, out=sums[1:])
    return OutcomeTable(first_birth, sums, days - entered)


def _outcomes(rates: Rates, days: float, entered: float) -> Floats:
    """Outcome by age band at the start, days lived before the next band begins, and setting (6, days + 1, s, 6)."""
    before = np.clip(np.arange(int(days) + 1) - entered, 0.0, None)[:, None]
    after = (days - entered) - before
    leave, move = rates.leave_per_day, rates.move_per_day
    table = np.zeros((len(AGE_BANDS) + 1, int(days) + 1, len(rates.settings), 6))
    for band in range(len(AGE_BANDS) - 1):
        table[band] = _growing_up(leave[band : band + 2], move[band : band + 2], before, after)
    table[len(AGE_BANDS) - 1] = _coming_of_age(leave[-1], move[-1], before, after)
    table[len(AGE_BANDS), ..., AGED_OUT] = 1.0
    return table


def _growing_up(leave: Floats, move: Floats, before: Floats, after: Floats) -> Floats:
    """Outcome of some days in one age band and the rest in the next: a row of ``leave`` and ``move`` each."""
    survive, gone, gone_days = _decay(leave[0], before)
    survive_later, gone_later, gone_later_days = _decay(leave[1], after)
    settled, moved, moved_days = _decay(move[0], before)
    _, moved_later, moved_later_days = _decay(move[1], after)
    in_care = survive * survive_later
    cell = np.zeros((*in_care.shape, 6))
    cell[..., LEAVE] = gone + survive * gone_later
    cell[..., LEAVE_DAYS] = gone_days + survive * (before * gone_later + gone_later_days)
    cell[..., MOVE] = in_care * (moved + settled * moved_later)
    cell[..., MOVE_DAYS] = in_care * (moved_days + settled * (before * moved_later + moved_later_days))
    return cell


def _coming_of_age(leave: Floats, move: Floats, before: Floats, after: Floats) -> Floats:
    """Outcome of some days in the last age band, and adulthood after them if days are left."""
    survive, gone, gone_days = _decay(leave, before)
    _, moved, moved_days = _decay(move, before)
    adult = after > 0
    cell = np.zeros((*survive.shape, 6))
    cell[..., AGED_OUT] = np.where(adult, survive, 0.0)
    cell[..., AGED_OUT_DAYS] = np.where(adult, survive * before, 0.0)
    cell[..., LEAVE], cell[..., LEAVE_DAYS] = gone, gone_days
    cell[..., MOVE] = np.where(adult, 0.0, survive * moved)
    cell[..., MOVE_DAYS] = np.where(adult, 0.0, survive * moved_days)
    return cell


def _decay(per_day: Floats, days: Floats) -> tuple[Floats, Floats, Floats]:
    """Share left after some days of a constant hazard, share gone, and the days lived by those gone."""
    survive = np.exp(-per_day * days)
    gone = -np.expm1(-per_day * days)
    mean_days = np.divide(gone, per_day, out=np.broadcast_to(days, gone.shape).copy(), where=per_day > 1e-15)
    return survive, gone, mean_days - days * survive
