"""Who needs a place in a month, and what is free: what a policy is asked, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Askers:
    """Children who need a planned home this month; m entries, every array of shape (m,).

    Attributes
    ----------
    row
        Row of each among all children of the month.
    replication, profile, home, sex, group
        As in :class:`sufficiency.matching.sampled.children.Children`.
    age
        Whole years on that day.
    wanted
        Setting that history would have chosen.
    day
        Day the place is needed from: who asks first is placed first in practice.
    leaving
        Position of the household or home that a child moves out of, who is not moved back into it; -1 for others.
    draw
        A draw from 0 to 1: the sector that history would have chosen.
    review
        What a child who has a home is looked at again for: one of the kinds of :mod:`.reviews`; 0 for a child who
        needs a home.
    now, stay_cost, miles
        Of the present home of a child under review: where (see :attr:`Ask.sibling_at`; -1 without a review), pence a
        week, miles.
    """

    row: IntArray
    replication: IntArray
    profile: IntArray
    home: IntArray
    sex: IntArray
    group: IntArray
    age: IntArray
    wanted: IntArray
    day: IntArray
    leaving: IntArray
    draw: FloatArray
    review: IntArray
    now: IntArray
    stay_cost: IntArray
    miles: FloatArray

    def __len__(self) -> int:
        return len(self.row)

    def take(self, rows: Mask | IntArray) -> "Askers":
        """Return some of them."""
        return Askers(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


@dataclass(frozen=True, eq=False)
class Ask:
    """What a policy is asked in a month; r replications, p places that may be chosen.

    Attributes
    ----------
    free
        Places that can be given, shape (r, p).
    exempt
        Households that stand empty and may take a sibling group beyond the usual limit, shape (r, p).
    whole
        Homes for several that stand empty, all of whose places one child who must live alone may be given, shape
        (r, p).
    sibling_group, sibling_at
        Where settled brothers and sisters live, one entry a settled child: group, and position among the places that
        may be chosen; places that may not have positions beyond those, from p on.
    home_for_all
        Who asks together with brothers and sisters whom some home could ever take all, shape (m,).
    max_miles
        Miles from home beyond which nobody is newly placed this month.
    """

    askers: Askers
    free: IntArray
    exempt: Mask
    whole: Mask
    sibling_group: IntArray
    sibling_at: IntArray
    home_for_all: Mask
    max_miles: float

    @property
    def whole_somewhere(self) -> Mask:
        """Homes that may be given to one child in some replication, shape (p,)."""
        return np.asarray(self.whole.any(axis=0))


@dataclass(frozen=True, eq=False)
class Given:
    """What a policy answers.

    Attributes
    ----------
    position
        Position of each asker's place among those that may be chosen, shape (m,); -1 for none, or for the present
        home of a child under review.
    cost
        Weekly pence of each placement without splits, the weight of going without included, shape (m,).
    value, bound
        Objective of each replication with its splits, and what it could not have been less than (NaN when nothing
        was optimised), shape (r,).
    outcome, reason
        What may be said of each replication's answer, shape (r,).
    certified
        Whether the certificate of the answer holds, shape (r,).
    seconds
        Wall clock, shared evenly by the replications.
    price
        What one more place would save a week, shape (r, p).
    """

    position: IntArray
    cost: IntArray
    value: FloatArray
    bound: FloatArray
    outcome: NDArray[np.object_]
    reason: NDArray[np.object_]
    certified: Mask
    seconds: float
    price: IntArray


Chooser = Callable[[Ask], Given]
"""A policy: chooses homes for those who ask, from what is free."""
