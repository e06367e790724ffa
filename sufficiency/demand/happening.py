"""What may happen to each child of the sampled face in one step of time: leaving, coming of age, moving.

Rates are looked up child by child; chance comes from outside, so that two futures can share it.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.ages import latest_birth
from sufficiency.demand.changes import Reals, StepRates
from sufficiency.demand.england import CARE_EDGES, STAY_EDGES
from sufficiency.domain.needs import AGE_BAND_STARTS
from sufficiency.domain.settings import SETTINGS

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Singles = NDArray[np.float32]


class Living(Protocol):
    """Children as columns, one entry each; days are numbers (:class:`sufficiency.demand.people.People`)."""

    @property
    def replication(self) -> Ints:
        """Which replication the child lives in."""

    @property
    def birth(self) -> Ints:
        """When born."""

    @property
    def adult(self) -> Ints:
        """When eighteen."""

    @property
    def care_from(self) -> Ints:
        """When the child came into care."""

    @property
    def stay_from(self) -> Ints:
        """When the child came into the placement."""

    @property
    def setting(self) -> Ints:
        """Index of the setting."""


class Happening:
    """One step of every child: days lived in it, and the rates of what may end the stay.

    Attributes
    ----------
    begin, finish, days
        First day in care in the step, the day it ends or the child comes of age, and the days between.
    band
        Age band in the middle of the step.
    last
        Age band at its end.
    """

    def __init__(self, people: Living, now: StepRates, own_rates: bool, day0: int, day1: int) -> None:
        self.people, self.now, self.day1 = people, now, day1
        self.begin = np.maximum(people.care_from, np.int32(day0))
        self.finish = np.minimum(people.adult, np.int32(day1))
        self.days: Singles = np.maximum(self.finish - self.begin, 0).astype("float32")
        self.middle = (self.begin + self.finish) >> 1
        self.band = age_band(people.birth, (day0 + day1) // 2)
        self.last = age_band(people.birth, day1 - 1)
        self.draw = people.replication if own_rates else np.int32(0)

    def leaving(self) -> Singles:
        """Rate of leaving care a day."""
        return self._rate(self.now.leave, self.people.care_from, CARE_EDGES)

    def moving(self) -> tuple[Singles, Singles]:
        """Rates of moving a day: as in the history, and more because of a change."""
        extra = self.now.extra[self.band, self.people.setting].astype("float32")
        return self._rate(self.now.move, self.people.stay_from, STAY_EDGES), extra

    def happens(self, per_day: Singles, clock: Singles) -> tuple[Bools, Singles]:
        """Return whether an event of a rate happens in the days lived, and after how many of them.

        Parameters
        ----------
        clock
            A standard exponential draw for each child.
        """
        happens = clock < per_day * self.days
        after = np.divide(clock, per_day, out=np.zeros_like(clock), where=happens)
        return happens, after

    def comes_of_age(self) -> Bools:
        """Whether each child has turned eighteen when the step ends."""
        return self.people.adult < self.day1

    def destination(self, rows: NDArray[np.int64], by_change: Bools, point: NDArray[np.floating]) -> Ints:
        """Return where each of some movers goes.

        Parameters
        ----------
        by_change
            Whether each moves because of a change.
        point
            A draw from 0 to 1 for each of them.
        """
        band, setting = self.band[rows], self.people.setting[rows]
        draw = self.draw[rows] if isinstance(self.draw, np.ndarray) else self.draw
        share = np.where(by_change[:, None], self.now.extra_to[band, setting], self.now.move_to[draw, band, setting])
        ladder = np.cumsum(share, axis=1)
        passed = (ladder <= (point * ladder[:, -1])[:, None]).sum(axis=1)
        return np.asarray(np.minimum(passed, len(SETTINGS) - 1), dtype="int32")

    def _rate(self, table: Reals, since: Ints, edges: tuple[int, ...]) -> Singles:
        """Look up the rate of each child by age, time since an origin, and setting."""
        time = _count_reached(self.middle - since, edges[1:])
        _, ages, times, settings = table.shape
        cell = ((self.draw * ages + self.band) * times + time) * settings + self.people.setting
        return np.asarray(table.reshape(-1).take(cell), dtype="float32")


def age_band(birth: Ints, day: int) -> Ints:
    """Age band of children on a day; adults answer with the last."""
    years = np.array(AGE_BAND_STARTS[1:])
    limits = latest_birth(np.full(len(years), day), years)
    return _count_reached(-birth, tuple((-limits).tolist()))


def _count_reached(value: Ints, limits: tuple[int, ...]) -> Ints:
    """Count how many of a few limits each value has reached (faster than a search when they are few)."""
    reached = np.zeros(len(value), dtype="int32")
    for limit in limits:
        reached += value >= limit
    return reached
