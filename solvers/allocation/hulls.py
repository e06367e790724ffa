"""What contracts charge, as convex functions of volume that a flow can carry: arcs of rising price to the sink.

A charge is straight between its corners, but discounts from a threshold on make it anything but convex. Two convex
functions stand in for it: its lower hull, which is what a linear relaxation sees of it, and the least that is nowhere
below it and meets it at one volume, so that a flow which pays less by the second pays less in truth.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from solvers.allocation.arrays import Integers
from solvers.allocation.problem import Problem
from solvers.allocation.worth import charges


@dataclass(frozen=True, eq=False)
class Slopes:
    """Convex functions of volume, one a contract: so many further units at so much each, the prices of each rising."""

    contract: Integers
    units: Integers
    price: Integers


@dataclass(frozen=True, eq=False)
class Corners:
    """Corners of each contract's charge from some volume up to its maximum, in order of contract and volume."""

    contract: Integers
    volume: Integers
    charge: Integers

    @classmethod
    def of(cls, problem: Problem, bought: Integers, at: Integers | None = None) -> "Corners":
        """List the corners from what is bought in any case; ``at`` adds one volume a contract to them."""
        terms = problem.terms
        pieces = terms.segments()
        bend = np.clip(terms.minimum[pieces.contract], pieces.first, pieces.last)
        every = np.arange(terms.count)
        volume = np.concatenate((pieces.first, bend, pieces.last, bought, bought if at is None else at))
        contract = np.concatenate((np.tile(pieces.contract, 3), every, every))
        contract, volume = np.unique(np.stack((contract, volume))[:, volume >= bought[contract]], axis=1)
        return cls(contract, volume, _charge(problem, contract, volume))

    def lower_hull(self) -> Slopes:
        """Return the largest convex functions nowhere above the charges."""
        return self._slopes(lambda first, last: _hull(self.volume[first:last], self.charge[first:last]))

    def upper_hull(self, at: Integers) -> Slopes:
        """Return convex functions that are nowhere below the charges and meet them at one volume a contract."""

        def above(first: int, last: int) -> tuple[Integers, Integers]:
            volume, charge = self.volume[first:last], self.charge[first:last]
            return np.diff(volume), _touching(volume, charge, int(np.searchsorted(volume, at[self.contract[first]])))

        return self._slopes(above)

    def nearest_of_hull(self, reached: Integers) -> Integers:
        """Return the volume nearest to what is reached at which each lower hull meets its charge."""
        nearest = reached.copy()
        for first, last in self._runs():
            contract = self.contract[first]
            units, _ = _hull(self.volume[first:last], self.charge[first:last])
            met = self.volume[first] + np.concatenate(([0], np.cumsum(units)))
            nearest[contract] = met[np.abs(met - reached[contract]).argmin()]
        return nearest

    def _slopes(self, slopes_of: Callable[[int, int], tuple[Integers, Integers]]) -> Slopes:
        found = [(self.contract[first], *slopes_of(first, last)) for first, last in self._runs()]
        if not found:
            return Slopes(*np.zeros((3, 0), np.int64))
        contract = np.repeat([owner for owner, _, _ in found], [len(units) for _, units, _ in found])
        return Slopes(
            contract, np.concatenate([units for _, units, _ in found]), np.concatenate([p for *_, p in found])
        )

    def _runs(self) -> list[tuple[int, int]]:
        edges = np.flatnonzero(np.diff(self.contract, prepend=-1, append=-1)).tolist()
        return list(pairwise(edges))


def _charge(problem: Problem, contract: Integers, volume: Integers) -> Integers:
    """Charge of contracts at volumes, several a contract: they are worked out for one volume of each at a time."""
    rank = np.arange(len(contract)) - np.searchsorted(contract, contract)
    charge = np.zeros(len(contract), np.int64)
    for turn in range(int(rank.max(initial=-1)) + 1):
        mine = rank == turn
        at = np.zeros(problem.terms.count, np.int64)
        at[contract[mine]] = volume[mine]
        charge[mine] = charges(problem, at)[contract[mine]]
    return charge


def _hull(volume: Integers, charge: Integers) -> tuple[Integers, Integers]:
    """Lengths and slopes of the lower hull of points in order of volume."""
    kept: list[int] = []
    for point in range(len(volume)):
        while len(kept) > 1 and _is_above(volume, charge, kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    units = np.diff(volume[kept])
    return units, np.rint(np.diff(charge[kept]) / units).astype(np.int64)


def _is_above(volume: Integers, charge: Integers, left: int, middle: int, right: int) -> bool:
    """Whether a point is on or above the line between its neighbours."""
    rise, run = charge[right] - charge[left], volume[right] - volume[left]
    return bool((charge[middle] - charge[left]) * run >= rise * (volume[middle] - volume[left]))


def _touching(volume: Integers, charge: Integers, at: int) -> Integers:
    """Slopes between points of a convex function above them all that touches them around one."""
    slope = np.diff(charge) / np.diff(volume)
    first, last = at, at
    while last < len(slope) and (last == 0 or slope[last] >= slope[last - 1]):
        last += 1
    while first > 0 and (first == len(slope) or slope[first - 1] <= slope[first]):
        first -= 1
    if last < len(slope):
        steepest = ((charge[last + 1 :] - charge[last]) / (volume[last + 1 :] - volume[last])).max()
        slope[last:] = max(steepest, slope[last - 1]) if last else steepest
    if first > 0:
        flattest = ((charge[first] - charge[:first]) / (volume[first] - volume[:first])).min()
        slope[:first] = min(flattest, slope[first]) if first < len(slope) else flattest
    return np.rint(slope).astype(np.int64)
