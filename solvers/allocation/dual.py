"""The bound as a smooth function of prices: its value and slope at a temperature, over some or all columns.

At temperature ``T`` a family does not take its cheapest partition but all of them, in shares that fall by
``exp(-cost / T)``. With ``z(S) = sum over columns of subset S of exp(-priced / T)`` all partitions of a family are
summed at once by ``Z(S) = sum over T in S with S's first member of z(T) Z(S - T)``, and a subset ``S`` of the whole
``F`` has the share ``z(S) Z(F - S) / Z(F)``. Expected use of a place, less its capacity, is the slope along its price.

Families are weighed part by part, each part small enough for a processor's cache; parts can be weighed side by side,
and are added up in a fixed order.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
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
class Table:
    """Slots of some families of one size within a part: from ``base`` on, one row a family, one slot a subset."""

    base: int
    rows: int
    size: int

    def of(self, slots: Reals) -> Reals:
        """Cut the table out of the part's slots."""
        return slots[self.base : self.base + (self.rows << self.size)].reshape(self.rows, -1)


@dataclass(frozen=True, eq=False)
class Part:
    """Some families, with those of their columns that are weighed. Columns of one subset of a family lie in a run.

    Attributes
    ----------
    cost, place, use
        Of the columns; a place one beyond the last stands for none.
    start, run
        First column of each run, and the run of each column.
    slot, rest, full
        Slots, within the part, of the run's subset, of the rest of its family, and of the whole family.
    weight
        How often the run's family is paid for.
    whole, whole_weight
        Slots of the whole families, and how often each is paid for.
    slots, tables
        How many slots there are, and how they are laid out.
    extras
        Columns whose contract volume differs from their use.
    scratch
        Room for two numbers a column, used again at each weighing: fresh memory costs more than the arithmetic.
    """

    cost: Reals
    place: Integers
    use: Reals
    start: Indices
    run: Indices
    slot: Integers
    rest: Integers
    full: Integers
    weight: Integers
    whole: Integers
    whole_weight: Integers
    slots: int
    tables: tuple[Table, ...]
    extras: Extras
    scratch: Reals

    def priced(self, charged: Reals, contract_price: Reals) -> Reals:
        """Cost of each column with the prices of what it takes."""
        priced: Reals = np.take(charged, self.place, out=self.scratch[0], mode="clip")
        priced *= self.use
        priced += self.cost
        if len(self.extras.row):
            priced[self.extras.row] += contract_price[self.extras.contract] * self.extras.volume
        return priced

    def units(self, share: Reals) -> Reals:
        """Units of its place that each column's share takes."""
        units: Reals = np.multiply(share, self.use, out=self.scratch[0])
        return units

    def shares(self, priced: Reals, temperature: float) -> tuple[float, Reals]:
        """Return the soft least summed over families, and the share that each column has of its family."""
        least = np.minimum.reduceat(priced, self.start)
        weight = np.take(least, self.run, out=self.scratch[1], mode="clip")
        weight -= priced
        weight /= temperature
        np.exp(weight, out=weight)
        total = np.add.reduceat(weight, self.start)
        own = np.full(self.slots, -np.inf)
        own[self.slot] = np.log(total) - least / temperature
        summed = own.copy()
        for table in self.tables:
            _sum_partitions(table.of(summed), table.of(own), table.size)
        share = np.exp(own[self.slot] + summed[self.rest] - summed[self.full]) * self.weight
        weight *= np.take(share / total, self.run, out=self.scratch[0], mode="clip")
        return -temperature * float(summed[self.whole] @ self.whole_weight), weight


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
        slot = subsets.slot[columns]
        parts = tuple(
            _part(problem, subsets, columns[first:last], tables, low)
            for first, last, tables, low in _cuts(subsets, slot)
        )
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
            soft, share = part.shares(part.priced(charged, contract_price), temperature)
            units = part.units(share)
            used = np.bincount(part.place, units, minlength=places + 1)[:places].astype(float)
            beyond = share[part.extras.row] * part.extras.volume
            extra = np.bincount(part.extras.contract, beyond, minlength=self.contracts).astype(float)
            return Weighed(soft, used, extra)

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


def _cuts(subsets: Subsets, slot: Integers) -> Iterator[tuple[int, int, tuple[Table, ...], int]]:
    """Cut the families, in order of their slots, into parts; yield first and last column, tables and lowest slot."""
    tables: list[Table] = []
    first, low = 0, 0
    for block in subsets.blocks:
        width = 1 << block.size
        ends = np.searchsorted(slot, block.base + width * np.arange(1, len(block.families) + 1))
        row = 0
        while row < len(block.families):
            last = max(row + 1, int(np.searchsorted(ends, first + PART, side="right")))
            tables.append(Table(block.base + row * width - low, last - row, block.size))
            row = last
            if row < len(block.families) or ends[-1] >= first + PART:
                yield first, int(ends[row - 1]), tuple(tables), low
                first, low, tables = int(ends[row - 1]), block.base + row * width, []
    if tables:
        yield first, len(slot), tuple(tables), low


def _part(problem: Problem, subsets: Subsets, columns: Indices, tables: tuple[Table, ...], low: int) -> Part:
    slot = subsets.slot[columns]
    start = np.flatnonzero(np.append(True, slot[1:] != slot[:-1]))
    family = subsets.family[columns[start]]
    full = subsets.full[family]
    place = problem.place[columns]
    once = np.flatnonzero(np.append(True, family[1:] != family[:-1]))
    return Part(
        cost=problem.cost[columns].astype(float),
        place=np.where(place < 0, problem.places, place),
        use=problem.use[columns].astype(float),
        start=start,
        run=np.repeat(np.arange(len(start)), np.diff(np.append(start, len(columns)))),
        slot=slot[start] - low,
        rest=full - (slot[start] - subsets.empty[family]) - low,
        full=full - low,
        weight=subsets.weight[family],
        whole=full[once] - low,
        whole_weight=subsets.weight[family[once]],
        slots=sum(table.rows << table.size for table in tables),
        tables=tables,
        extras=Extras.of(problem, columns),
        scratch=np.empty((2, len(columns))),
    )


def _sum_partitions(table: Reals, own: Reals, size: int) -> None:
    """Fill a table with the log weight of all partitions of each subset, smaller subsets first."""
    table[:, 0] = 0.0
    for whole in range(1, 1 << size):
        first = whole & -whole
        others = part = whole ^ first
        while part:
            part = (part - 1) & others
            np.logaddexp(table[:, whole], own[:, part | first] + table[:, others ^ part], out=table[:, whole])
