"""A month's allocation problem: groups of children who may live in the same places at the same cost, and free places.

Who may live where at what cost does not change from month to month, only how many children ask and how many places are
free. So classes and costs are worked out once, and each month takes the places that are free and puts together all
children between whom *those* places make no difference. A place that is not free, or opens later, leaves no trace in
the problem: not in its groups, not in their order, and so not in how ties are broken.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.problem import NO_PLACE, Problem
from sufficiency.domain.needs import PROFILES
from sufficiency.domain.places import Places
from sufficiency.matching.columns import SEXES, Members, eligible, near_enough, price_pairs
from sufficiency.matching.groups import CellGrid, age_classes, whole_ages
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import FAR_MILES, Reach

CHILD_UNITS = 100_000_000
"""Expected children are counted in whole hundred-millionths by the solvers, so that rounding is worth no penny."""

NOISE = 1e-3
"""Part of a unit that is only the noise of adding numbers up in another order, and moves nothing."""

PLANNED = np.array([index for index, profile in enumerate(PROFILES) if profile.planned], dtype=np.int64)

YEAR_PARTS, MILE_PARTS, LONGEST_WAY = 8, 2, 120.0
"""How finely ties are told apart: parts of a year and of a mile, and miles beyond which farther is no different."""

NEVER = np.iinfo(np.int64).max
"""Stands where a child may not live."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Choices:
    """What groups of like children may choose between while certain places are free; columns in order of group.

    Attributes
    ----------
    places
        The free places, shape (f,).
    group_of
        Group of each class, shape (classes,).
    groups
        How many groups there are.
    group, place, cost, way
        Of each column: its group, the position of its place in ``places`` (:data:`NO_PLACE` for leaving the group
        unmet, which every group may be), whole pence a week, and about the miles from home in parts.
    """

    places: IntArray
    group_of: IntArray
    groups: int
    group: IntArray
    place: IntArray
    cost: IntArray
    way: IntArray


@dataclass(frozen=True, eq=False)
class ClassBook:
    """Every class that can occur, and what it may choose.

    A class is (youngest age class, whether it reaches into the next, profile, zone, sex).

    Attributes
    ----------
    kind_of_class
        Classes of one kind may live in the same places at the same cost, shape (classes,).
    place
        Places that anybody may choose, shape (n,).
    cost
        Whole pence a week, :data:`NEVER` where not allowed, shape (kinds, n).
    zone, way
        Home zone of each class, and about the miles from each zone to each place in parts, shape (zones, n).
    """

    age_class: IntArray
    grid: CellGrid
    kind_of_class: IntArray
    place: IntArray
    cost: IntArray
    unmet: int
    zone: IntArray
    way: IntArray
    _choices: dict[bytes, Choices] = field(default_factory=dict, repr=False)

    def class_of(self, quarter: IntArray, profile: IntArray, zone: IntArray, sex: IntArray, day: int) -> IntArray:
        """Return the class of cells on a day. Only planned profiles have one."""
        youngest, oldest = whole_ages(*self.grid.birth_interval(np.arange(self.grid.quarters)), day)
        low, high = self.age_class[youngest], self.age_class[oldest]
        span = low * 2 + (high > low)
        planned = np.searchsorted(PLANNED, profile)
        return np.asarray(((span[quarter] * len(PLANNED) + planned) * self.grid.zones + zone) * self.grid.sexes + sex)

    def choices(self, free: NDArray[np.bool_]) -> Choices:
        """Return what there is to choose while some of the places, marked in ``free``, are free."""
        key = free.tobytes()
        if key not in self._choices:
            self._choices[key] = self._choose(np.flatnonzero(free[self.place]))
        return self._choices[key]

    def _choose(self, open_: IntArray) -> Choices:
        cost, group = np.unique(self.cost[:, open_], axis=0, return_inverse=True)
        group_of = group.reshape(-1)[self.kind_of_class]
        one_of = np.unique(group_of, return_index=True)[1]
        way = self.way[self.zone[one_of]][:, open_]
        cost = np.column_stack([cost, np.full(len(cost), self.unmet)])
        member, position = np.nonzero(cost != NEVER)
        place = np.where(position == len(open_), NO_PLACE, position)
        way = np.column_stack([way, np.zeros(len(cost), dtype=np.int64)])
        return Choices(
            self.place[open_], group_of, len(cost), member, place, cost[member, position], way[member, position]
        )


def make_book(places: Places, reach: Reach, policy: Policy, grid: CellGrid) -> ClassBook:
    """Make all classes and price all they may choose, once for a walk."""
    age_class = age_classes(places)
    number = int(age_class.max()) + 1
    low, into_next, planned, zone, sex = (
        axis.ravel() for axis in np.indices((number, 2, len(PLANNED), grid.zones, grid.sexes)).astype(np.int64)
    )
    high = np.minimum(low + into_next, number - 1)
    first_age = np.array([np.flatnonzero(age_class == k)[0] for k in range(number)])
    members = Members(
        first_age[low], first_age[high], PLANNED[planned], zone, sex if grid.sexes == len(SEXES) else sex - 1
    )
    allowed = eligible(members, places) & near_enough(members, places, reach, policy.max_miles_new)
    pairs = price_pairs(members, places, reach, policy, allowed)
    cost = np.full(allowed.shape, NEVER)
    cost[pairs.member, pairs.place] = pairs.cost
    place = np.flatnonzero(allowed.any(axis=0))
    cost = cost[:, place]
    kind_of_class = _like_rows(cost)
    return ClassBook(
        age_class=age_class,
        grid=grid,
        kind_of_class=kind_of_class,
        place=place,
        cost=cost[np.unique(kind_of_class, return_index=True)[1]],
        unmet=policy.unmet,
        zone=zone,
        way=_way(reach)[:, place],
    )


def _like_rows(table: IntArray) -> IntArray:
    """Give equal rows the same number, from 0 in order of appearance: without the sorting of ``numpy.unique``."""
    known: dict[bytes, int] = {}
    return np.array([known.setdefault(row.tobytes(), len(known)) for row in table], dtype=np.int64)


def _way(reach: Reach) -> IntArray:
    """Return about how far each place is from each zone, for breaking ties: whole, and never unknown.

    Where a child's home is unknown, the mean of the other zones stands in, as it does in the cost, so that such a child
    is not the first to be sent away.
    """
    known = reach.miles[:-1]
    there = ~np.isnan(known)
    mean = np.where(there, known, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    mean[~there.any(axis=0)] = FAR_MILES
    miles = np.where(np.isnan(reach.miles), mean, reach.miles)
    return np.asarray(np.rint(np.minimum(miles, LONGEST_WAY) * MILE_PARTS), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class MonthProblem:
    """One month's problem and what its indices stand for.

    Attributes
    ----------
    problem
        What the solver sees.
    member
        Member of everybody who needs a place, shape (c,).
    places
        The free places, by their index in the problem.
    second
        Of each column, what decides between allocations of equal cost.
    """

    problem: Problem
    member: IntArray
    places: IntArray
    second: IntArray


def month_problem(
    book: ClassBook, classes: IntArray, children: FloatArray, years: FloatArray, free: FloatArray
) -> MonthProblem:
    """Make the problem of one month.

    Between allocations of equal cost, years until 18 times miles from home decide: those who will stay longest live
    nearest.

    Parameters
    ----------
    classes, children, years
        Class, expected children and years until 18 of everybody who needs a place, shape (c,).
    free
        Free places, in children, shape (n,).
    """
    # Rounded up, so that nobody is too small to be counted; rounded down, so that no place is over-filled.
    capacity = np.floor(np.clip(free, 0.0, None) * CHILD_UNITS + NOISE).astype(np.int64)
    choices = book.choices(capacity > 0)
    groups = choices.group_of[classes]
    asking = np.bincount(groups, children, choices.groups)
    present = asking > 0
    demand = np.where(present, np.maximum(np.ceil(asking * CHILD_UNITS - NOISE), 1.0), 0.0).astype(np.int64)
    mean_years = np.bincount(groups, children * years, choices.groups) / np.where(present, asking, 1.0)
    weight = np.rint(mean_years * YEAR_PARTS).astype(np.int64) + 1
    member_of_group = np.where(present, np.cumsum(present) - 1, -1)
    used = present[choices.group]
    group = choices.group[used]
    problem = Problem.singles(
        demand=demand[present],
        capacity=capacity[choices.places],
        member=member_of_group[group],
        place=choices.place[used],
        cost=choices.cost[used],
        units_per_child=CHILD_UNITS,
    )
    second = weight[group] * choices.way[used]
    return MonthProblem(problem, member_of_group[groups], choices.places, second)
