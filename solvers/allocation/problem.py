"""The allocation problem as integer arrays: members of families, places with capacity, and columns to choose from.

::

    minimise    sum_j cost_j x_j  (+ the charges of contracts)
    subject to  sum_{j covers i} x_j         = demand_i      every member is covered exactly           (1)
                sum_{j at h} use_j x_j      <= capacity_h    no place is over-full                     (2)
                sum_{j under k} volume_j x_j <= maximum_k    no contract is bought beyond its maximum  (3)
                x_j a whole number, at least 0

A column is one thing that may happen: a subset of one family put together in one place, or one member left without a
place (place -1). Every member has such a column, so an allocation always exists and the shortfall is part of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from solvers.allocation.arrays import Integers, require_between, require_csr, require_integers, require_length
from solvers.allocation.contracts import Contracts

LARGEST_FAMILY = 10
"""More members than this would make 2**n subsets too many to compare."""

NO_PLACE = -1
"""Stands where a column uses no place."""


@dataclass(frozen=True, eq=False)
class Problem:
    """What may be chosen, and the limits on it. Costs are whole pence a week; no array is changed by any solver.

    Attributes
    ----------
    demand
        Units of each member: 1 for one, any number for a class of like ones, shape (members,).
    family
        Family of each member, numbered from 0 without holes, shape (members,). Members of a family of several need
        demand 1 each.
    capacity
        Units that each place holds, shape (places,).
    cost
        Pence a week for one unit of each column, shape (columns,).
    place
        Place that each column uses, -1 for none, shape (columns,).
    use
        Units of capacity that one unit of each column takes, shape (columns,).
    column_start, column_member
        Members that column ``j`` covers: ``column_member[column_start[j]:column_start[j + 1]]``, all of one family.
    cost_parts
        Parts that add up to ``cost``, by name, kept for explanations; may be empty.
    units_per_child
        How many units make one whole: 1, or say 1,000,000 when demand is an expected value.
    contracts
        Terms of contracts over places, when there are any.
    """

    demand: Integers
    family: Integers
    capacity: Integers
    cost: Integers
    place: Integers
    use: Integers
    column_start: Integers
    column_member: Integers
    cost_parts: Mapping[str, Integers] = field(default_factory=lambda: MappingProxyType({}))
    units_per_child: int = 1
    contracts: Contracts | None = None

    def __post_init__(self) -> None:
        self.validate()

    @property
    def members(self) -> int:
        """How many members there are."""
        return len(self.demand)

    @property
    def families(self) -> int:
        """How many families there are."""
        return int(self.family.max()) + 1 if len(self.family) else 0

    @property
    def places(self) -> int:
        """How many places there are."""
        return len(self.capacity)

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.cost)

    @property
    def column_size(self) -> Integers:
        """How many members each column covers."""
        return np.diff(self.column_start)

    @property
    def column_family(self) -> Integers:
        """Family of each column."""
        return self.family[self.column_member[self.column_start[:-1]]]

    @property
    def terms(self) -> Contracts:
        """Terms of contracts, of none when there are none."""
        return self.contracts or Contracts.none(self.places, self.columns)

    def under(self, columns: Integers | slice = slice(None)) -> Integers:
        """Contract of the place of some columns, -1 for none."""
        contract: Integers = np.append(self.terms.contract, np.int64(-1))[self.place[columns]]
        return contract

    @property
    def has_siblings(self) -> bool:
        """Whether any family has more than one member."""
        return self.families < self.members

    @property
    def has_wide_use(self) -> bool:
        """Whether a unit of some column takes other than one unit of its place."""
        return bool((self.use[self.place >= 0] != 1).any())

    @classmethod
    def singles(
        cls,
        *,
        demand: Integers,
        capacity: Integers,
        member: Integers,
        place: Integers,
        cost: Integers,
        cost_parts: Mapping[str, Integers] | None = None,
        units_per_child: int = 1,
    ) -> "Problem":
        """Build the plain case: members on their own, one unit of a place a unit, columns given as triples.

        Examples
        --------
        Two members want the one place that is cheap; the second is left without (place -1) at 900.

        >>> one = np.array([1, 1]), np.array([1])
        >>> problem = Problem.singles(demand=one[0], capacity=one[1], member=np.array([0, 0, 1, 1]),
        ...                           place=np.array([0, -1, 0, -1]), cost=np.array([100, 900, 200, 900]))
        >>> problem.columns
        4
        """
        return cls(
            demand=demand,
            family=np.arange(len(demand), dtype=np.int64),
            capacity=capacity,
            cost=cost,
            place=place,
            use=np.ones(len(place), np.int64),
            column_start=np.arange(len(place) + 1, dtype=np.int64),
            column_member=member,
            cost_parts=cost_parts or MappingProxyType({}),
            units_per_child=units_per_child,
        )

    def validate(self) -> None:
        """Raise ``ValueError`` naming the first entry that cannot be meant."""
        for name in ("demand", "family", "capacity", "cost", "place", "use", "column_member"):
            require_integers(name, getattr(self, name))
        if self.units_per_child < 1:
            raise ValueError(f"units_per_child is {self.units_per_child}; it must be at least 1.")
        self._validate_members()
        self._validate_columns()
        self._validate_shortfall()
        self._validate_costs()
        if self.contracts is not None:
            self.contracts.validate(self.places, self.columns)

    def _validate_members(self) -> None:
        require_length("family", self.family, self.members)
        require_between("demand", self.demand, 0, None)
        require_between("capacity", self.capacity, 0, None)
        require_between("family", self.family, 0, max(0, self.members - 1))
        sizes = np.bincount(self.family)
        if (sizes == 0).any():
            raise ValueError(f"family {int(np.argmin(sizes))} has no member; number families from 0 without holes.")
        if self.members and sizes.max() > LARGEST_FAMILY:
            raise ValueError(f"family {int(np.argmax(sizes))} has more than {LARGEST_FAMILY} members.")
        wrong = (sizes[self.family] > 1) & (self.demand != 1)
        if wrong.any():
            index = int(np.argmax(wrong))
            raise ValueError(f"demand[{index}] is {self.demand[index]}; a member of a family of several needs 1.")

    def _validate_columns(self) -> None:
        for name in ("place", "use"):
            require_length(name, getattr(self, name), self.columns)
        require_between("place", self.place, NO_PLACE, self.places - 1)
        require_between("use", self.use, 0, None)
        require_between("column_member", self.column_member, 0, self.members - 1)
        require_csr("column_start", self.column_start, self.columns, len(self.column_member))
        size = self.column_size
        if (size == 0).any():
            raise ValueError(f"column {int(np.argmin(size))} covers no member.")
        if (size > 1).any():
            self._validate_shared_columns(size)

    def _validate_shared_columns(self, size: Integers) -> None:
        column = np.repeat(np.arange(self.columns), size)
        shared = np.flatnonzero(size[column] > 1)
        column, member = column[shared], self.column_member[shared]
        order = np.lexsort((member, column))
        twice = np.flatnonzero((np.diff(column[order]) == 0) & (np.diff(member[order]) == 0))
        if len(twice):
            raise ValueError(f"column {column[order][twice[0]]} covers member {member[order][twice[0]]} twice.")
        apart = self.family[member] != self.column_family[column]
        if apart.any():
            raise ValueError(f"column {column[np.argmax(apart)]} covers members of different families.")

    def _validate_shortfall(self) -> None:
        without = np.zeros(self.members, bool)
        alone = (self.place == NO_PLACE) & (self.column_size == 1)
        without[self.column_member[self.column_start[:-1][alone]]] = True
        if not without.all():
            raise ValueError(f"member {int(np.argmin(without))} has no column of its own with place {NO_PLACE}.")

    def _validate_costs(self) -> None:
        for name, part in self.cost_parts.items():
            require_integers(f"cost_parts[{name!r}]", part)
            require_length(f"cost_parts[{name!r}]", part, self.columns)
        if not self.cost_parts:
            return
        wrong = sum(self.cost_parts.values()) != self.cost
        if np.any(wrong):
            index = int(np.argmax(wrong))
            raise ValueError(f"cost[{index}] is {self.cost[index]} but its parts do not add up to that.")
