"""Drawing who enters care in a step of the sampled face: sibling groups, their sizes, ages and first settings."""

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.ages import birthday, latest_birth
from sufficiency.demand.england import INFANT_EDGES
from sufficiency.demand.entries import BAND_OF_YEAR
from sufficiency.demand.inflow import Inflow
from sufficiency.demand.parameters import Drawn
from sufficiency.demand.people import People
from sufficiency.domain.needs import ADULT_AGE
from sufficiency.domain.settings import SETTINGS

Floats = NDArray[np.float64]


class Arrivals:
    """Draws the entrants of each step; numbers children and sibling groups as they come."""

    def __init__(
        self, drawn: Drawn, plan: Inflow, replications: int, first_number: int, generator: np.random.Generator
    ) -> None:
        self.drawn = drawn
        self.plan = plan
        self.replications = replications
        self.generator = generator
        self.next_number = first_number
        self.next_group = 0
        self.mean_size = drawn.size_share @ np.arange(1, drawn.size_share.shape[1] + 1)

    def enter(self, step: int, day0: int, day1: int) -> People:
        """Return the children who enter in a step, in all replications."""
        cells = self._expected(step)
        parts = [self._kind(kind, cells[:, kind], day0, day1) for kind in range(2)]
        return People.join(*parts)

    def _expected(self, step: int) -> Floats:
        """Return the expected children by replication, UASC, age and first setting (n, 2, 18, s)."""
        grown = self.drawn.growth[:, step, BAND_OF_YEAR][:, None, :, None] * self.plan.months[step]
        kept, added = (table[step].transpose(1, 0, 2) for table in (self.plan.kept, self.plan.added))
        expected: Floats = self.drawn.children * grown * kept + added
        return np.broadcast_to(expected, (self.replications, *expected.shape[1:]))

    def _kind(self, kind: int, cells: Floats, day0: int, day1: int) -> People:
        """Draw the groups of one kind that enter, the day they do, and their children."""
        flat = cells.reshape(self.replications, -1)
        expected = flat.sum(axis=1)
        groups = self._groups(expected / self.mean_size[kind])
        sizes = 1 + np.searchsorted(np.cumsum(self.drawn.size_share[kind])[:-1], self.generator.random(groups.sum()))
        replication = np.repeat(np.repeat(np.arange(self.replications), groups), sizes)
        day = np.repeat(self.generator.integers(day0, day1, len(sizes)), sizes)
        number = self.next_number + np.arange(len(day))
        group = self.next_group + np.repeat(np.arange(len(sizes)), sizes)
        self.next_number += len(day)
        self.next_group += len(sizes)
        age, setting = np.divmod(self._cells(flat, expected, replication), len(SETTINGS))
        birth = self._births(age, day)
        uasc = np.full(len(day), kind)
        columns = (replication, number, group, uasc, birth, birthday(birth, ADULT_AGE), day, day, setting)
        return People(*(column.astype("int32") for column in columns))

    def _groups(self, expected: Floats) -> NDArray[np.int64]:
        """Draw how many groups enter in each replication: Poisson, its mean varying where months do."""
        spread = self.drawn.dispersion - 1.0
        if spread > 0:
            expected = self.generator.standard_gamma(expected / spread) * spread
        return self.generator.poisson(expected)

    def _cells(self, flat: Floats, expected: Floats, replication: NDArray[np.int64]) -> NDArray[np.int64]:
        """Draw the cell (age and first setting) of each child by the mix of its replication."""
        share = np.cumsum(flat, axis=1) / np.where(expected > 0, expected, 1.0)[:, None]
        share[:, -1] = 1.0
        ladder = (share + np.arange(self.replications)[:, None]).ravel()
        found = np.searchsorted(ladder, replication + self.generator.random(len(replication)), side="right")
        return np.asarray(np.clip(found - replication * flat.shape[1], 0, flat.shape[1] - 1), dtype="int64")

    def _births(self, age: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
        """Draw birth days that make children an age on a day."""
        earliest, latest = latest_birth(day, age + 1) + 1, latest_birth(day, age)
        infant = np.flatnonzero(age == 0)
        part = np.searchsorted(np.cumsum(self.drawn.infants)[:-1], self.generator.random(len(infant)), side="right")
        limits = np.array(INFANT_EDGES)
        oldest = part == len(self.drawn.infants) - 1
        earliest[infant] = np.where(oldest, earliest[infant], day[infant] - limits[part + 1] + 1)
        latest[infant] = day[infant] - limits[part]
        births: NDArray[np.int64] = earliest + (self.generator.random(len(day)) * (latest - earliest + 1)).astype(
            "int64"
        )
        return births
