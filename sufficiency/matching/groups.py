"""Classes of like children: how the walk counts people in expected values without losing their ages.

People are counted in *cells*: quarter of birth x need profile x home zone x UASC x sex. A quarter of birth never
changes, so a cell needs no ageing; its youngest and oldest possible age on a day follow from the calendar. For a
month's allocation, cells whose every possible age may live in exactly the same places are one *class*.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS
from sufficiency.domain.places import Places

MONTHS_IN_QUARTER = 3
DAYS_IN_YEAR = 365.2425

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def quarter_of(days: IntArray) -> IntArray:
    """Return the quarter (counted from 1970) in which each day (counted from 1970-01-01) falls."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months // MONTHS_IN_QUARTER, dtype=np.int64)


def quarter_start(quarters: IntArray) -> IntArray:
    """Return the first day (counted from 1970-01-01) of each quarter."""
    months = (np.asarray(quarters) * MONTHS_IN_QUARTER).astype("datetime64[M]")
    return np.asarray(months.astype("datetime64[D]").astype(np.int64), dtype=np.int64)


@dataclass(frozen=True)
class CellGrid:
    """The axes on which people who need a place are counted; arrays have :attr:`shape`.

    Attributes
    ----------
    first_quarter
        Quarter of birth of index 0 on the first axis.
    quarters, profiles, zones, sexes
        Lengths of the axes; the last zone is the one of unknown homes. The UASC axis has length 2.
    """

    first_quarter: int
    quarters: int
    profiles: int
    zones: int
    sexes: int

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """Quarter of birth, profile, zone, UASC, sex."""
        return (self.quarters, self.profiles, self.zones, 2, self.sexes)

    @property
    def size(self) -> int:
        """Number of cells."""
        return int(np.prod(self.shape))

    @cached_property
    def axes(self) -> tuple[IntArray, ...]:
        """Index of each cell on each axis, five arrays of shape (size,)."""
        return tuple(axis.astype(np.int64) for axis in np.unravel_index(np.arange(self.size), self.shape))

    def birth_interval(self, quarter_index: IntArray) -> tuple[IntArray, IntArray]:
        """Return first and one-past-last possible birth day of indices on the first axis."""
        quarter = np.asarray(quarter_index) + self.first_quarter
        return quarter_start(quarter), quarter_start(quarter + 1)

    def quarter_index(self, birth_from: IntArray, birth_to: IntArray) -> IntArray:
        """Return the index on the first axis of the middle of each birth interval."""
        middle = (np.asarray(birth_from) + np.asarray(birth_to) - 1) // 2
        return np.clip(quarter_of(middle) - self.first_quarter, 0, self.quarters - 1)

    def entry_spread(self, day: int) -> FloatArray:
        """Spread children of each whole age, 0 to 17, who enter on a day over quarters of birth.

        Births are uniform over the year that makes a child that age. Shape (18, quarters); rows sum to 1.
        """
        starts = quarter_start(np.arange(self.quarters + 1) + self.first_quarter)
        oldest = day - (np.arange(ADULT_AGE) + 1) * DAYS_IN_YEAR
        youngest = oldest + DAYS_IN_YEAR
        overlap = np.minimum(youngest[:, None], starts[None, 1:]) - np.maximum(oldest[:, None], starts[None, :-1])
        share = np.clip(overlap, 0.0, None)
        return np.asarray(share / share.sum(axis=1, keepdims=True))


def whole_ages(birth_from: IntArray, birth_to: IntArray, day: int | IntArray) -> tuple[IntArray, IntArray]:
    """Return the youngest and the oldest whole age of each birth interval on a day, or each on a day of its own.

    The youngest is never below 0 and the oldest never above 17: who would be 18 has left.
    """
    on = np.asarray(day, dtype=np.int64).astype("datetime64[D]")
    youngest = _age(np.asarray(birth_to) - 1, on)
    oldest = _age(np.asarray(birth_from), on)
    return np.clip(youngest, 0, ADULT_AGE - 1), np.clip(oldest, 0, ADULT_AGE - 1)


def _age(birth_days: IntArray, on: NDArray[np.datetime64]) -> IntArray:
    birth = birth_days.astype("datetime64[D]")
    birth_month, on_month = birth.astype("datetime64[M]"), on.astype("datetime64[M]")
    day_of_birth = (birth - birth_month).astype(np.int64)
    day_now = (on - on_month).astype(np.int64)
    months = (on_month - birth_month).astype(np.int64) - (day_now < day_of_birth)
    return np.asarray(months // 12, dtype=np.int64)


def age_classes(places: Places) -> IntArray:
    """Give whole ages 0 to 17 numbers such that ages which the same places take share one.

    A new number starts wherever some place's age range, or a published age band, begins or ends. Shape (18,).
    """
    starts = np.zeros(ADULT_AGE + 1, dtype=np.int64)
    edges = np.concatenate([places.age_min, places.age_max + 1, np.asarray(AGE_BAND_STARTS)])
    starts[np.clip(edges, 0, ADULT_AGE)] = 1
    starts[0] = 0
    return np.asarray(np.cumsum(starts)[:ADULT_AGE], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a grid with anybody in them who needs a place; c entries, every array of shape (c,).

    Attributes
    ----------
    cell
        Flat index into the grid.
    amount
        Expected children.
    fresh
        Share of them who came into care this month.
    waiting
        Share of them who waited for a place already.
    days
        Days of the month that each of those who are not fresh will live in the new place.
    """

    grid: CellGrid
    cell: IntArray
    amount: FloatArray
    fresh: FloatArray
    waiting: FloatArray
    days: FloatArray

    @classmethod
    def of(
        cls, grid: CellGrid, fresh: FloatArray, others: FloatArray, waiting: FloatArray, days: FloatArray
    ) -> "Cells":
        """Return the cells with anybody in them.

        Parameters
        ----------
        fresh, others, waiting
            Children who came into care this month, others who need a place, and how many of those others waited for
            one already, each over the whole grid, flat.
        days
            Days of the month that the others will live in their new places, added up in each cell.
        """
        people = fresh + others
        cell = np.flatnonzero(people > 0)
        amount, rest = people[cell], others[cell]
        mean_days = np.divide(days[cell], rest, out=np.zeros(len(rest)), where=rest > 0)
        return cls(grid, cell, amount, fresh[cell] / amount, waiting[cell] / amount, mean_days)

    @property
    def quarter(self) -> IntArray:
        """Quarter of birth of each."""
        return self.grid.axes[0][self.cell]

    @property
    def profile(self) -> IntArray:
        """Need profile of each."""
        return self.grid.axes[1][self.cell]

    @property
    def zone(self) -> IntArray:
        """Home zone of each."""
        return self.grid.axes[2][self.cell]

    @property
    def sex(self) -> IntArray:
        """Sex of each, 0 where the grid has one only."""
        return self.grid.axes[4][self.cell]

    def take(self, rows: NDArray[np.bool_] | IntArray) -> "Cells":
        """Return some of the cells."""
        return Cells(
            self.grid, self.cell[rows], self.amount[rows], self.fresh[rows], self.waiting[rows], self.days[rows]
        )

    def __len__(self) -> int:
        return len(self.amount)
