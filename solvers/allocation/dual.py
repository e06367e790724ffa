"""The bound as a smooth function of prices: its value and slope at a temperature, over some or all columns.

At temperature ``T`` a family does not take its cheapest partition but all of them, in shares that fall by
``exp(-cost / T)``. With ``z(S) = sum over columns of subset S of exp(-priced / T)`` all partitions of a family are
summed at once by ``Z(S) = sum over T in S with S's first member of z(T) Z(S - T)``, and a subset ``S`` of the whole
``F`` has the share ``z(S) Z(F - S) / Z(F)``. Expected use of a place, less its capacity, is the slope along its price.

Families are weighed part by part; parts can be weighed side by side, and are added up in a fixed order.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.compiled import soft_least
from solvers.allocation.partitions import Subsets
from solvers.allocation.problem import Problem

Indices = NDArray[np.intp]
Reals = NDArray[np.float64]

PART = 120_000
"""Columns of a part, about."""


@dataclass(frozen=True, eq=False)
class Corners:
    """Contracts as the dual sees them: the corners of each contract's charge, in order of contract."""

    start: Indices
    contract: Integers
    volume: Reals
    charge: Reals

    @classmethod
    def of(cls, problem: Problem) -> "Corners":
        """Read the corners off the segments."""
        terms = problem.terms
        pieces = terms.segments()
        k = pieces.contract
        bend = np.clip(terms.minimum[k], pieces.first, pieces.last)
        volume = np.stack((pieces.first, bend, pieces.last), axis=1)
        short = np.maximum(0, terms.minimum[k][:, None] - volume)
        charge = terms.shortfall_price[k][:, None] * short - pieces.discount[:, None] * volume + pieces.offset[:, None]
        start = 3 * np.searchsorted(k, np.arange(terms.count))
        return cls(start, np.repeat(k, 3), volume.ravel().astype(float), charge.ravel().astype(float))

    def soften(self, price: Reals, temperature: float) -> tuple[float, Reals]:
        """Return the soft least of ``charge - price v`` summed over contracts, and the expected volumes."""
        if not len(self.start):
            return 0.0, np.zeros(0)
        net = self.charge - price[self.contract] * self.volume
        least = np.minimum.reduceat(net, self.start)
        weight = np.exp((least[self.contract] - net) / temperature)
        total = np.add.reduceat(weight, self.start)
        expected = np.add.reduceat(weight * self.volume, self.start) / total
        return float((least - temperature * np.log(total)).sum()), expected


@dataclass(frozen=True, eq=False)
class Extras:
    """Columns whose contract volume differs from their use, and by how much."""

    row: Indices
    contract: Integers
    volume: Reals

    @classmethod
    def of(cls, problem: Problem, columns: Indices) -> "Extras":
        """Look for them among some columns."""
        under = problem.under(columns)
        more = problem.terms.volume[columns] - problem.use[columns]
        row = np.flatnonzero((under >= 0) & (more != 0))
        return cls(row, under[row], more[row].astype(float))


@dataclass(frozen=True, eq=False)
class Part:
    """Some families, with those of their columns that are weighed. Columns of one subset of a family lie in a run.

    Attributes
    ----------
    cost, place, use
        Of the columns; a place one beyond the last stands for none.
    start
        First column of each run, and the end.
    subset
        Subset of each run, as bits.
    first
        First run of each family, and the end.
    largest
        Members of the largest family.
    weight
        How often each family is paid for.
    extras
        Columns whose contract volume differs from their use.
    """

    cost: Reals
    place: NDArray[np.int32]
    use: NDArray[np.int32]
    start: Indices
    subset: Integers
    first: Indices
    largest: int
    weight: Reals
    extras: Extras

    def weigh(self, charged: Reals, contract_price: Reals, temperature: float) -> "Weighed":
        """Weigh the columns at the prices of a unit of each place and of each contract's volume."""
        extras = self.extras
        used, share = np.zeros(len(charged)), np.zeros(len(extras.row))
        soft = soft_least(
            charged, temperature, self.cost, self.place, self.use, self.start, self.subset, self.first, self.largest,
            self.weight, extras.row, contract_price[extras.contract] * extras.volume, used, share,
        )  # fmt: skip
        extra = np.bincount(extras.contract, share * extras.volume, minlength=len(contract_price)).astype(float)
        return Weighed(soft, used[:-1], extra)


@dataclass(frozen=True, eq=False)
class Weighed:
    """What one part contributes: its soft least, the units it takes of places, the volume beyond use."""

    soft: float
    used: Reals
    extra: Reals


Spread = Callable[[Callable[[Part], Weighed], Iterable[Part]], Iterator[Weighed]]
"""``map``, or the ``map`` of an executor."""


@dataclass(frozen=True, eq=False)
class Dual:
    """The smoothed bound over some columns.

    Attributes
    ----------
    problem, corners
        What is bounded, and its contracts.
    parts
        Families and their columns.
    columns
        How many columns are weighed.
    spread
        How parts are handed out.
    """

    problem: Problem
    corners: Corners
    parts: tuple[Part, ...]
    columns: int
    spread: Spread

    @classmethod
    def of(
        cls, problem: Problem, subsets: Subsets, kept: NDArray[np.bool_] | None = None, spread: Spread = map
    ) -> "Dual":
        """Weigh all columns, or those marked, which must leave each family a partition."""
        order = subsets.columns.order
        columns = order if kept is None else order[kept[order]]
        parts = tuple(_part(problem, subsets, some) for some in _cuts(subsets, columns))
        return cls(problem, Corners.of(problem), parts, len(columns), spread)

    @property
    def contracts(self) -> int:
        """How many contracts there are."""
        return len(self.corners.start)

    def value_and_slope(self, price: Reals, temperature: float) -> tuple[float, Reals]:
        """Return the smoothed bound and its slope at prices of places followed by those of contracts."""
        places, capacity = self.problem.places, self.problem.capacity
        soft, used, extra = self._weighed(price, temperature)
        least, volume = self.corners.soften(price[places:], temperature)
        slope = np.concatenate((used - capacity, self._by_contract(used) + extra - volume))
        return soft - float(price[:places] @ capacity) + least, slope

    def _weighed(self, price: Reals, temperature: float) -> tuple[float, Reals, Reals]:
        places = self.problem.places
        charged, contract_price = np.append(price[:places], 0.0), price[places:]
        if self.contracts:
            charged[:-1] += np.append(contract_price, 0.0)[self.problem.terms.contract]

        def weigh(part: Part) -> Weighed:
            return part.weigh(charged, contract_price, temperature)

        soft, used, extra = 0.0, np.zeros(places), np.zeros(self.contracts)
        for weighed in self.spread(weigh, self.parts):
            soft += weighed.soft
            used += weighed.used
            extra += weighed.extra
        return soft, used, extra

    def _by_contract(self, by_place: Reals) -> Reals:
        if not self.contracts:
            return np.zeros(0)
        contract = self.problem.terms.contract + 1
        return np.bincount(contract, by_place, minlength=self.contracts + 1)[1:].astype(float)


def _cuts(subsets: Subsets, columns: Indices) -> Iterator[Indices]:
    """Cut columns that lie family by family into parts, none of which divides a family."""
    family = subsets.family[columns]
    ends = np.append(np.flatnonzero(family[1:] != family[:-1]) + 1, len(family))
    first = 0
    while first < len(columns):
        last = int(ends[np.searchsorted(ends, min(first + PART, len(columns)))])
        yield columns[first:last]
        first = last


def _part(problem: Problem, subsets: Subsets, columns: Indices) -> Part:
    slot = subsets.slot[columns]
    start = _starts(slot)
    family = subsets.family[columns[start]]
    once = _starts(family)
    families = family[once]
    place = problem.place[columns]
    members = subsets.full[families] - subsets.empty[families]
    return Part(
        cost=problem.cost[columns].astype(float),
        place=np.where(place < 0, problem.places, place).astype(np.int32),
        use=problem.use[columns].astype(np.int32),
        start=np.append(start, len(columns)),
        subset=slot[start] - subsets.empty[family],
        first=np.append(once, len(start)),
        largest=int(members.max()).bit_length(),
        weight=subsets.weight[families].astype(float),
        extras=Extras.of(problem, columns),
    )


def _starts(key: Integers) -> Indices:
    """Where runs of equal keys begin."""
    return np.flatnonzero(np.append(True, key[1:] != key[:-1]))
