"""The roll: who lives where, as rows that stay what they are while the children in them come and go.

Every child of the base date has rows of its own. Everybody who comes later is counted by cell and place, and such a row
is opened when the first of them comes. Newcomers to a stream fare alike in all its entries, so they stand under one of
them; which share lives in which is said when the plan is written. Nothing is sorted or merged from month to month: a
month is arithmetic on one column of amounts.
"""

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.ages import Ages, age_band_index
from sufficiency.domain.needs import AGE_BANDS, PROFILES
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import SETTINGS
from sufficiency.matching.groups import CellGrid
from sufficiency.matching.residents import Residents
from sufficiency.matching.steps import IS_STREAM, settings_of

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


class Roll:
    """Rows of children who live alike; r rows, b births, n places.

    Attributes
    ----------
    quarters
        Possible birth days of each quarter of the grid.
    births
        Possible birth days: one entry a quarter of the grid, then one a row of the base date, shape (b,).
    known
        The rows of the base date, which come first.
    birth, cell, place
        Indices: ``births``, cells of the grid, places, each of shape (r,).
    outcome
        Index by which a month's outcome is looked up: newcomers of one quarter and setting fare alike, each row of the
        base date by itself, shape (r,).
    outcome_birth, outcome_setting
        Birth and setting that each outcome is for, shape (o,).
    group
        Number of the profile, zone, UASC and place of each row, shape (r,).
    group_key
        What each number stands for, as a flat index into ``group_shape``.
    amount
        Expected children, shape (r,).
    """

    def __init__(self, grid: CellGrid, places: Places, residents: Residents) -> None:
        self.grid, self.known = grid, residents
        self.quarters = Ages(*grid.birth_interval(np.arange(grid.quarters)))
        self.births = Ages.join(self.quarters, Ages(residents.birth_from, residents.birth_to))
        self.setting = settings_of(places)
        self.group_shape = (len(PROFILES), grid.zones, 2, len(places))
        self.group_key = np.zeros(0, dtype=np.int64)
        self._group_of = np.full(int(np.prod(self.group_shape)), -1, dtype=np.int64)
        self.birth = self.cell = self.place = self.outcome = self.group = self._leaving = np.zeros(0, dtype=np.int64)
        self.amount = np.zeros(0)
        quarters, settings = np.indices((grid.quarters, len(SETTINGS))).reshape(2, -1)
        self.outcome_birth = np.concatenate([quarters, grid.quarters + np.arange(len(residents))])
        self.outcome_setting = np.concatenate([settings, self.setting[residents.place]])
        sex = np.clip(residents.sex, 0, grid.sexes - 1)
        quarter = grid.quarter_index(residents.birth_from, residents.birth_to)
        where = (quarter, residents.profile, residents.zone, residents.uasc, sex)
        self._open(grid.quarters + np.arange(len(residents)), np.ravel_multi_index(where, grid.shape), residents.place)
        self.amount = residents.amount.astype(np.float64)
        self._make_index(places)

    def __len__(self) -> int:
        return len(self.amount)

    def rows_of(self, cell: IntArray, place: IntArray) -> IntArray:
        """Return the row of each pair of cell and place, opening those that were empty so far. No pair may repeat."""
        key = self._first[cell] + self._position[place]
        row: IntArray = self._row[key].astype(np.int64) - 1
        new = np.flatnonzero(row < 0)
        if len(new):
            row[new] = len(self) + np.arange(len(new))
            self._row[key[new]] = row[new] + 1
            self._open(self.grid.axes[0][cell[new]], cell[new], place[new])
        return row

    def by_outcome(self) -> FloatArray:
        """Return children by outcome, shape (o,)."""
        return np.asarray(np.bincount(self.outcome, self.amount, len(self.outcome_birth)), dtype=np.float64)

    def by_need_to_move(self, moving: FloatArray) -> FloatArray:
        """Add up movers, given by row, by quarter of birth, setting and the rest of the cell."""
        rest = self.grid.size // (self.grid.quarters * self.grid.profiles)
        shape = (self.grid.quarters, len(SETTINGS), rest)
        return np.asarray(np.bincount(self._leaving, moving, int(np.prod(shape))).reshape(shape), dtype=np.float64)

    def band_of_quarter(self, day: int) -> IntArray:
        """Return the age band of each quarter of birth on a day; adults, who are gone, stand with the oldest."""
        return np.minimum(age_band_index(self.quarters, day), len(AGE_BANDS) - 1)

    def stock(self, day: int) -> FloatArray:
        """Return children by age band on a day and setting, adults left out, shape (age bands, settings)."""
        band = age_band_index(self.births, day)
        stock = np.zeros((len(AGE_BANDS) + 1, len(SETTINGS)))
        np.add.at(stock, (band[self.outcome_birth], self.outcome_setting), self.by_outcome())
        return stock[:-1]

    def _make_index(self, places: Places) -> None:
        """Lay out where the row of each cell and place is kept; untouched pages of the index take no memory."""
        stream = np.array([kind is PlaceKind.STREAM for kind in places.kind])
        chosen = ~stream & np.array([kind is not PlaceKind.EXISTING for kind in places.kind])
        self._position = np.where(stream, 0, np.cumsum(chosen) - 1)
        width = np.where(IS_STREAM, 1, chosen.sum())[self.grid.axes[1]]
        self._first = np.cumsum(width) - width
        self._row = np.zeros(int(width.sum()), dtype=np.int32)

    def _open(self, birth: IntArray, cell: IntArray, place: IntArray) -> None:
        quarter, profile, zone, uasc, _ = (axis[cell] for axis in self.grid.axes)
        rest = self.grid.size // (self.grid.quarters * self.grid.profiles)
        key = np.ravel_multi_index((profile, zone, uasc, place), self.group_shape)
        fresh = np.unique(key[self._group_of[key] < 0])
        self._group_of[fresh] = len(self.group_key) + np.arange(len(fresh))
        self.group_key = np.concatenate([self.group_key, fresh])
        self.birth = np.concatenate([self.birth, birth])
        self.cell = np.concatenate([self.cell, cell])
        self.place = np.concatenate([self.place, place])
        first_own = self.grid.quarters * (len(SETTINGS) - 1)
        outcome = np.where(birth < self.grid.quarters, birth * len(SETTINGS) + self.setting[place], first_own + birth)
        self.outcome = np.concatenate([self.outcome, outcome])
        leaving = (quarter * len(SETTINGS) + self.setting[place]) * rest + cell % rest
        self._leaving = np.concatenate([self._leaving, leaving])
        self.group = np.concatenate([self.group, self._group_of[key]])
        self.amount = np.concatenate([self.amount, np.zeros(len(cell))])
