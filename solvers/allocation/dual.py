"""The bound as a smooth function of prices: its value and slope at a temperature, over some or all columns.

At temperature ``T`` a family does not take its cheapest partition but all of them, in shares that fall by
``exp(-cost / T)``. With ``z(S) = sum over columns of subset S of exp(-priced / T)`` all partitions of a family are
summed at once by ``Z(S) = sum over T in S with S's first member of z(T) Z(S - T)``, and a subset ``S`` of the whole
``F`` has the share ``z(S) Z(F - S) / Z(F)``. Expected use of a place, less its capacity, is the slope along its price.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.partitions import Subsets
from solvers.allocation.problem import Problem

Indices = NDArray[np.intp]
Reals = NDArray[np.float64]


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
class Runs:
    """Columns of one subset of a family lie in a run: where runs begin, how long they are, and their slots.

    Attributes
    ----------
    start, length
        Of each run.
    slot, rest, full
        Slots of the run's subset, of the rest of its family, and of the whole family.
    weight
        How often the family is paid for.
    """

    start: Indices
    length: Indices
    slot: Integers
    rest: Integers
    full: Integers
    weight: Integers

    @classmethod
    def of(cls, subsets: Subsets, columns: Indices) -> "Runs":
        """Find the runs of columns that are in order of their slots."""
        slot = subsets.slot[columns]
        start = np.flatnonzero(np.append(True, slot[1:] != slot[:-1]))
        family = subsets.family[columns[start]]
        full = subsets.full[family]
        rest = full - (slot[start] - subsets.empty[family])
        length = np.diff(np.append(start, len(columns)))
        return cls(start, length, slot[start], rest, full, subsets.weight[family])


@dataclass(frozen=True, eq=False)
class Dual:
    """The smoothed bound over some columns.

    Attributes
    ----------
    columns
        Which columns of the problem are weighed, in order of their slots.
    cost, place, use
        Of those columns; a place one beyond the last stands for none.
    """

    problem: Problem
    subsets: Subsets
    corners: Corners
    columns: Indices
    cost: Reals
    place: Integers
    use: Reals
    extras: Extras
    runs: Runs

    @classmethod
    def of(cls, problem: Problem, subsets: Subsets) -> "Dual":
        """Weigh all columns."""
        return cls._of(problem, subsets, Corners.of(problem), subsets.columns.order)

    def only(self, kept: NDArray[np.bool_]) -> "Dual":
        """Weigh the columns marked, which must leave each family a partition."""
        return self._of(self.problem, self.subsets, self.corners, self.columns[kept[self.columns]])

    @classmethod
    def _of(cls, problem: Problem, subsets: Subsets, corners: Corners, columns: Indices) -> "Dual":
        place = problem.place[columns]
        return cls(
            problem,
            subsets,
            corners,
            columns,
            problem.cost[columns].astype(float),
            np.where(place < 0, problem.places, place),
            problem.use[columns].astype(float),
            Extras.of(problem, columns),
            Runs.of(subsets, columns),
        )

    @property
    def contracts(self) -> int:
        """How many contracts there are."""
        return len(self.corners.start)

    def value_and_slope(self, price: Reals, temperature: float) -> tuple[float, Reals]:
        """Return the smoothed bound and its slope at prices of places followed by those of contracts."""
        places, capacity = self.problem.places, self.problem.capacity
        soft, share = self._shares(self._priced(price), temperature)
        used = self._used(share * self.use)
        least, volume = self.corners.soften(price[places:], temperature)
        slope = np.concatenate((used - capacity, self._bought(used, share) - volume))
        return soft - float(price[:places] @ capacity) + least, slope

    def bend(self, price: Reals, temperature: float) -> Reals:
        """Return how fast the slope falls along each price, leaving out how prices act on each other."""
        _, share = self._shares(self._priced(price), temperature)
        along_places = self._used(share * np.maximum(0.0, 1.0 - share) * self.use**2)
        return np.concatenate((along_places, self._by_contract(along_places))) / temperature

    def _priced(self, price: Reals) -> Reals:
        places = self.problem.places
        charged = np.append(price[:places], 0.0)
        if self.contracts:
            charged[:-1] += np.append(price[places:], 0.0)[self.problem.terms.contract]
        priced: Reals = self.cost + charged[self.place] * self.use
        priced[self.extras.row] += price[places + self.extras.contract] * self.extras.volume
        return priced

    def _shares(self, priced: Reals, temperature: float) -> tuple[float, Reals]:
        """Return the soft least summed over families, and the share that each column has of its family."""
        runs = self.runs
        least = np.minimum.reduceat(priced, runs.start)
        weight = np.exp((np.repeat(least, runs.length) - priced) / temperature)
        total = np.add.reduceat(weight, runs.start)
        own = np.full(self.subsets.slots, -np.inf)
        own[runs.slot] = np.log(total) - least / temperature
        summed = own.copy()
        for block in self.subsets.blocks:
            shape = (len(block.families), -1)
            _sum_partitions(summed[block.slots].reshape(shape), own[block.slots].reshape(shape), block.size)
        share = np.exp(own[runs.slot] + summed[runs.rest] - summed[runs.full]) * runs.weight
        soft = -temperature * float(summed[self.subsets.full] @ self.subsets.weight)
        return soft, weight * np.repeat(share / total, runs.length)

    def _used(self, units: Reals) -> Reals:
        places = self.problem.places
        return np.bincount(self.place, units, minlength=places + 1)[:places].astype(float)

    def _bought(self, used: Reals, share: Reals) -> Reals:
        bought = self._by_contract(used)
        np.add.at(bought, self.extras.contract, share[self.extras.row] * self.extras.volume)
        return bought

    def _by_contract(self, by_place: Reals) -> Reals:
        if not self.contracts:
            return np.zeros(0)
        contract = self.problem.terms.contract + 1
        return np.bincount(contract, by_place, minlength=self.contracts + 1)[1:].astype(float)


def _sum_partitions(table: Reals, own: Reals, size: int) -> None:
    """Fill a table with the log weight of all partitions of each subset, smaller subsets first."""
    table[:, 0] = 0.0
    for whole in range(1, 1 << size):
        first = whole & -whole
        others = part = whole ^ first
        while part:
            part = (part - 1) & others
            np.logaddexp(table[:, whole], own[:, part | first] + table[:, others ^ part], out=table[:, whole])
