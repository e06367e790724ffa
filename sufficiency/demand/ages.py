"""Exact ages for rows of people whose birth date is known to the day, or only to an interval.

Days are counted from 1970-01-01. A birthday is the calendar day; a person born on 29 February has it on 1 March in
years without that day. Births are spread evenly over an interval, so a year of entrants is one row and still turns
eighteen day by day.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS

Days = NDArray[np.int64]

OLDEST = 130
"""Age in years that nobody passes."""


@dataclass(frozen=True, eq=False)
class Ages:
    """Rows of people by birth date.

    Attributes
    ----------
    birth_from, birth_to
        Half-open interval of birth days, at least one day wide; a known birth date is one day wide.
    """

    birth_from: Days
    birth_to: Days

    def __post_init__(self) -> None:
        if np.any(self.birth_to <= self.birth_from):
            raise ValueError("an interval of birth dates is empty")

    def __len__(self) -> int:
        return len(self.birth_from)

    @classmethod
    def known(cls, birth: Days) -> "Ages":
        """Return rows of people whose birth day is known."""
        return cls(birth, birth + 1)

    @property
    def width(self) -> Days:
        """Days in each interval."""
        return self.birth_to - self.birth_from

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Ages":
        """Return some of the rows."""
        return Ages(self.birth_from[rows], self.birth_to[rows])

    @classmethod
    def join(cls, first: "Ages", second: "Ages") -> "Ages":
        """Return the rows of one after those of another."""
        return cls(
            np.concatenate([first.birth_from, second.birth_from]), np.concatenate([first.birth_to, second.birth_to])
        )


def birthday(days: Days, years: int | Days) -> Days:
    """Return the days on which people born on ``days`` reach an age (29 February gives 1 March in other years)."""
    born = np.asarray(days, dtype="int64").astype("datetime64[D]")
    month = born.astype("datetime64[M]")
    day_of_month = born - month.astype("datetime64[D]")
    first_day = (month + np.asarray(years * 12, dtype="timedelta64[M]")).astype("datetime64[D]")
    reached: Days = (first_day + day_of_month).astype("int64")
    return reached


def latest_birth(days: Days, years: int | Days) -> Days:
    """Return the latest birth day of anyone who has reached an age on ``days``."""
    candidate = birthday(days, -years)
    latest: Days = candidate - (birthday(candidate, years) > days)
    return latest


def turning(ages: Ages, day0: int, day1: int, years: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of each row that reaches an age in ``[day0, day1)``, and the mean days lived before it does.

    The share is of those who have not reached the age when the period begins; the mean is 0 where nobody reaches it.
    """
    reached = _reached(day0, day1, years)
    before, last = int(latest_birth(np.array([day0 - 1]), years)[0]), reached.limits[-1] - 1
    waiting = ages.birth_to - np.clip(before + 1, ages.birth_from, ages.birth_to)
    young_at = ages.birth_to - np.clip(last + 1, ages.birth_from, ages.birth_to)
    turned = waiting - young_at
    # Days lived before the birthday are the days of the period on which the age is not yet reached.
    lived = (_young_days(ages, reached) - (day1 - day0) * young_at).astype("float64")
    share = np.divide(turned, waiting, out=np.zeros(len(ages)), where=waiting > 0)
    return share, np.divide(lived, turned, out=np.zeros(len(ages)), where=turned > 0)


def band_shares(ages: Ages, day0: int, day1: int) -> NDArray[np.float64]:
    """Return the share of the days of ``[day0, day1)`` that each row spends in each age band (rows, bands).

    Days before birth count in the youngest band; days after the eighteenth birthday in none.
    """
    limits = (*AGE_BAND_STARTS[1:], ADULT_AGE)
    young = np.stack([_young_days(ages, _reached(day0, day1, years)) / ages.width for years in limits], axis=1)
    shares: NDArray[np.float64] = np.diff(young, axis=1, prepend=0.0) / (day1 - day0)
    return shares


def narrow(ages: Ages, day1: int, years: int) -> Ages:
    """Return the rows without those who have reached an age before ``day1``.

    A row of whom nobody is left keeps its youngest day: its amount is nought.
    """
    before = int(latest_birth(np.array([day1 - 1]), years)[0])
    return Ages(np.minimum(np.maximum(ages.birth_from, before + 1), ages.birth_to - 1), ages.birth_to)


def age_in_years(ages: Ages, day: int) -> NDArray[np.int64]:
    """Return the whole age in years on a day of the middle of each row (exact for rows of one age), at least 0."""
    middle = ages.birth_from + ages.width // 2
    years = np.arange(OLDEST, 0, -1)
    return OLDEST - np.searchsorted(latest_birth(np.full(OLDEST, day), years), middle, side="left")


def age_band_index(ages: Ages, day: int) -> NDArray[np.int64]:
    """Return the age band on a day of the middle of each row; adults answer with the number of bands."""
    years = np.array([ADULT_AGE, *AGE_BAND_STARTS[:0:-1]])
    limits = latest_birth(np.full(len(years), day), years)
    return len(years) - np.searchsorted(limits, ages.birth_from + ages.width // 2, side="left")


@lru_cache(maxsize=4096)
def born_to_be(age: int, day: int) -> tuple[int, int]:
    """Return the half-open interval of birth days that makes a person a whole age in years on a day."""
    moment = np.array([day])
    return int(latest_birth(moment, age + 1)[0]) + 1, int(latest_birth(moment, age)[0]) + 1


class _Reached(NamedTuple):
    """Who has reached an age on each day of a period: first birth days that have not, and their running sum."""

    limits: Days
    low: int
    high: int
    table: Days


@lru_cache(maxsize=4096)
def _reached(day0: int, day1: int, years: int) -> _Reached:
    """Return who reaches an age in ``[day0, day1)``; asked again for the same days by every candidate and part."""
    limits = latest_birth(np.arange(day0, day1), years) + 1
    low, high = int(limits.min()), int(limits.max())
    return _Reached(limits, low, high, np.minimum(np.arange(low, high + 1)[:, None], limits).sum(axis=1))


def _young_days(ages: Ages, reached: _Reached) -> Days:
    """Sum over days, for each row, of the birth days in it later than those that have reached an age on that day.

    Looked up in a table of the running sum over birth days, so the cost does not grow with the days of the period.
    """
    limits, low, high, table = reached

    def older(birth: Days) -> Days:
        total: Days = table[np.clip(birth, low, high) - low] + len(limits) * np.minimum(birth - low, 0)
        return total

    return len(limits) * ages.width - (older(ages.birth_to) - older(ages.birth_from))
