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
from sufficiency.domain.needs import ADULT_AGE, PROFILES
from sufficiency.domain.places import Places
from sufficiency.matching.columns import SEXES, Members, eligible, price_pairs
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
    group, place, cost, second
        Of each column: its group, the position of its place in ``places`` (:data:`NO_PLACE` for leaving the group
        unmet, which every group may be), whole pence a week, and what decides between allocations of equal cost.
    """

    places: IntArray
    group_of: IntArray
    groups: int
    group: IntArray
    place: IntArray
    cost: IntArray
    second: IntArray


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
    years, way
        What breaks ties: by class about the years until 18, shape (classes,), and by class's zone and place about the
        miles, shape (zones, n). Their product is least when those who will stay longest live nearest to home.
    """

    age_class: IntArray
    grid: CellGrid
    kind_of_class: IntArray
    place: IntArray
    cost: IntArray
    unmet: int
    zone: IntArray
    years: IntArray
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
        # The youngest class stands for its group: classes are in order of age.
        first = np.unique(group_of, return_index=True)[1]
        second = self.years[first, None] * self.way[self.zone[first]][:, open_]
        cost = np.column_stack([cost, np.full(len(cost), self.unmet)])
        member, position = np.nonzero(cost != NEVER)
        place = np.where(position == len(open_), NO_PLACE, position)
        second = np.column_stack([second, np.zeros(len(cost), dtype=np.int64)])[member, position]
        return Choices(self.place[open_], group_of, len(cost), member, place, cost[member, position], second)


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
    allowed = eligible(members, places)
    pairs = price_pairs(members, places, reach, policy, allowed)
    cost = np.full(allowed.shape, NEVER)
    cost[pairs.member, pairs.place] = pairs.cost
    place = np.flatnonzero(allowed.any(axis=0))
    kinds, kind_of_class = np.unique(cost[:, place], axis=0, return_inverse=True)
    return ClassBook(
        age_class=age_class,
        grid=grid,
        kind_of_class=kind_of_class.reshape(-1),
        place=place,
        cost=kinds,
        unmet=policy.unmet,
        zone=zone,
        years=(ADULT_AGE - members.youngest) * YEAR_PARTS + planned,
        way=_way(reach)[:, place],
    )


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
    member_of_class
        Member of each class, -1 where nobody asks, shape (classes,).
    places
        The free places, by their index in the problem.
    second
        Of each column, what decides between allocations of equal cost.
    """

    problem: Problem
    member_of_class: IntArray
    places: IntArray
    second: IntArray


def month_problem(book: ClassBook, children: FloatArray, free: FloatArray) -> MonthProblem:
    """Make the problem of one month.

    Parameters
    ----------
    children
        Expected children of each class who need a place, shape (classes,).
    free
        Free places, in children, shape (n,).
    """
    # Rounded up, so that nobody is too small to be counted; rounded down, so that no place is over-filled.
    capacity = np.floor(np.clip(free, 0.0, None) * CHILD_UNITS + NOISE).astype(np.int64)
    choices = book.choices(capacity > 0)
    asking = np.bincount(choices.group_of, children, choices.groups)
    demand = np.where(asking > 0, np.maximum(np.ceil(asking * CHILD_UNITS - NOISE), 1.0), 0.0).astype(np.int64)
    member_of_group = np.where(demand > 0, np.cumsum(demand > 0) - 1, -1)
    used = demand[choices.group] > 0
    problem = Problem.singles(
        demand=demand[demand > 0],
        capacity=capacity[choices.places],
        member=member_of_group[choices.group[used]],
        place=choices.place[used],
        cost=choices.cost[used],
        units_per_child=CHILD_UNITS,
    )
    return MonthProblem(problem, member_of_group[choices.group_of], choices.places, choices.second[used])
