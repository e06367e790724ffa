"""Whole children in every replication as columns: who they are and where they live."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.people import People

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Rows = NDArray[np.bool_] | IntArray


@dataclass(frozen=True, eq=False)
class Children:
    """Children in care in some replications, one entry a child; every array of shape (c,).

    Attributes
    ----------
    people
        Replication, number, sibling group, birth, days, and the setting of the place lived in.
    home, sex, profile, place
        Home point, index into SEXES (-1 makes no difference), index into PROFILES, place.
    miles, far
        Statutory miles from home, and whether more than 20; NaN unknown.
    locality
        Index into LOCALITIES.
    """

    people: People
    home: IntArray
    sex: IntArray
    profile: IntArray
    place: IntArray
    miles: FloatArray
    far: FloatArray
    locality: IntArray

    def __len__(self) -> int:
        return len(self.place)

    def take(self, rows: NDArray[np.bool_]) -> "Children":
        """Return some of the children."""
        own = {field.name: getattr(self, field.name)[rows] for field in fields(self)[1:]}
        return Children(self.people.take(rows), **own)

    @classmethod
    def join(cls, first: "Children", second: "Children") -> "Children":
        """Return the children of one after those of another."""
        own = {
            field.name: np.concatenate([getattr(first, field.name), getattr(second, field.name)])
            for field in fields(cls)[1:]
        }
        return cls(People.join(first.people, second.people), **own)

    def with_setting(self, setting: IntArray, stay_from: NDArray[np.int32] | None = None) -> "Children":
        """Return the same children in other settings, perhaps since another day."""
        since = self.people.stay_from if stay_from is None else stay_from
        return replace(self, people=replace(self.people, setting=setting.astype("int32"), stay_from=since))
