"""A month's allocation problem: the classes of children in need, the free places, and the pairs between them.

Classes and pairs do not change from month to month, only how many children are in each class and how many places are
free, so both are made once and each month takes its slice.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.problem import Problem
from sufficiency.domain.needs import PROFILES
from sufficiency.domain.places import Places
from sufficiency.matching.columns import SEXES, Members, Pairs, eligible, price_pairs
from sufficiency.matching.groups import CellGrid, age_classes, whole_ages
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import Reach

CHILD_UNITS = 100_000_000
"""Expected children are counted in whole hundred-millionths by the solvers, so that rounding is worth no penny."""

PLANNED = np.array([index for index, profile in enumerate(PROFILES) if profile.planned], dtype=np.int64)

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ClassBook:
    """Every class that can occur, in a fixed order, and every pair it may use.

    A class is (youngest age class, whether it reaches into the next, profile, zone, sex).
    """

    age_class: IntArray
    members: Members
    pairs: Pairs
    grid: CellGrid

    def class_of(self, quarter: IntArray, profile: IntArray, zone: IntArray, sex: IntArray, day: int) -> IntArray:
        """Return the class of cells on a day. Only planned profiles have one."""
        youngest, oldest = whole_ages(*self.grid.birth_interval(quarter), day)
        low, high = self.age_class[youngest], self.age_class[oldest]
        planned = np.searchsorted(PLANNED, profile)
        span = low * 2 + (high > low)
        return np.asarray(((span * len(PLANNED) + planned) * self.grid.zones + zone) * self.grid.sexes + sex)


def make_book(places: Places, reach: Reach, policy: Policy, grid: CellGrid) -> ClassBook:
    """Make all classes and price all their pairs, once for a walk."""
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
    return ClassBook(age_class, members, price_pairs(members, places, reach, policy, allowed), grid)


@dataclass(frozen=True, eq=False)
class MonthProblem:
    """One month's problem and what its indices stand for.

    Attributes
    ----------
    problem
        What the solver sees.
    member_class
        Class of each member, shape (members,).
    pair
        Pair of each of the first columns, -1 for the columns that leave a child unmet, shape (columns,).
    """

    problem: Problem
    member_class: IntArray
    pair: IntArray


def month_problem(book: ClassBook, children: FloatArray, free: FloatArray, policy: Policy) -> MonthProblem:
    """Make the problem of one month.

    Parameters
    ----------
    children
        Expected children of each class who need a place, shape (classes,).
    free
        Free places, in children, shape (n,).
    """
    member_class = np.flatnonzero(children > 0)
    member_of_class = np.full(len(children), -1, dtype=np.int64)
    member_of_class[member_class] = np.arange(len(member_class))
    # Rounded up, so that nobody is too small to be counted; rounded down, so that no place is over-filled.
    demand = np.ceil(children[member_class] * CHILD_UNITS).astype(np.int64)
    capacity = np.floor(np.clip(free, 0.0, None) * CHILD_UNITS + 1e-3).astype(np.int64)
    use = np.flatnonzero((member_of_class[book.pairs.member] >= 0) & (capacity[book.pairs.place] > 0))
    members = np.arange(len(member_class))
    problem = Problem.singles(
        demand=demand,
        capacity=capacity,
        member=np.concatenate([member_of_class[book.pairs.member[use]], members]),
        place=np.concatenate([book.pairs.place[use], np.full(len(members), -1)]),
        cost=np.concatenate([book.pairs.cost[use], np.full(len(members), policy.unmet)]),
        units_per_child=CHILD_UNITS,
    )
    return MonthProblem(problem, member_class, np.concatenate([use, np.full(len(members), -1)]))
