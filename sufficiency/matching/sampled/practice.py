"""Practice: the setting and sector that history would have chosen, and there the nearest free home.

Who asks first is placed first. Where the sector has nothing free, any sector of the setting is taken; where the setting
has nothing, the nearest lawful home of any setting that suits. Brothers and sisters who ask together stay together as
often as they did in the history, where one home has room for all. Nothing is optimised, so nothing is proven.
"""

from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from sufficiency.matching.columns import price_pairs
from sufficiency.matching.sampled.asking import Ask, Askers, Given
from sufficiency.matching.sampled.offers import cost_of, lawful, members_of, never_apart, number_families
from sufficiency.matching.sampled.reviews import SIBLINGS
from sufficiency.matching.sampled.setup import SampledWalk

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

OTHER_SECTOR, OTHER_SETTING = 1e4, 1e6
"""Added to the miles, so that a home of another sector or setting is taken only where no other is free."""

UNKNOWN_MILES = 5e3
"""Stands for the miles of a home whose distance is not known: taken after all that are known."""


class Practice:
    """The policy that follows the council's own history."""

    def __init__(self, ground: SampledWalk) -> None:
        self.ground = ground
        self.setting = ground.setting[ground.chosen]
        self.sector = ground.sector[ground.chosen]
        self.ladder = np.cumsum(ground.habits.sector_share, axis=1)

    def __call__(self, ask: Ask) -> Given:
        """Choose homes for those who ask."""
        began = perf_counter()
        ground, askers = self.ground, ask.askers
        allowed = lawful(ground, ask)
        pairs = price_pairs(members_of(askers), ground.chosen_places, ground.chosen_reach, ground.walk.policy, allowed)
        position = self._place(ask, allowed)
        cost = cost_of(pairs, position, ask, ground.walk.policy.unmet)
        replications = len(ask.free)
        return Given(
            position=position,
            cost=cost,
            value=np.asarray(np.bincount(askers.replication, cost, replications), dtype=np.float64),
            bound=np.full(replications, np.nan),
            outcome=np.full(replications, "as in history", dtype=object),
            reason=np.full(replications, "nothing optimised", dtype=object),
            certified=np.zeros(replications, dtype=bool),
            seconds=perf_counter() - began,
            price=np.zeros(ask.free.shape, dtype=np.int64),
        )

    def _place(self, ask: Ask, allowed: Mask) -> IntArray:
        """Place one group (or child) of every replication after another."""
        askers = ask.askers
        liking = self._liking(askers)
        bound = never_apart(self.ground.walk.policy, ask)
        unit = self._units(askers, bound)
        order = np.lexsort((askers.day[_first_of(unit)], askers.replication[_first_of(unit)]))
        replication = askers.replication[_first_of(unit)][order]
        turn = np.arange(len(order)) - np.searchsorted(replication, replication)
        members = _members_by_unit(unit)
        free = ask.free.copy()
        position = np.full(len(askers), -1, dtype=np.int64)
        for now in range(int(turn.max(initial=-1)) + 1):
            groups = [members[unit] for unit in order[turn == now].tolist()]
            self._take_turn(groups, allowed, liking, free, ask, position, bound)
        return position

    def _take_turn(
        self,
        groups: list[IntArray],
        allowed: Mask,
        liking: FloatArray,
        free: IntArray,
        ask: Ask,
        position: IntArray,
        bound: Mask,
    ) -> None:
        """Give one group of each replication the best-liked home with room for all of it, or else each its own."""
        askers = ask.askers
        first = np.array([group[0] for group in groups])
        where = askers.replication[first]
        size = np.array([len(group) for group in groups])
        starts = np.cumsum(size) - size
        everybody = np.concatenate(groups)
        open_to = np.logical_and.reduceat(allowed[everybody], starts, axis=0)
        untouched = ask.exempt[where] & (free[where] == ask.free[where])
        open_to &= (free[where] >= size[:, None]) | untouched
        wanted = np.where(open_to, liking[first], np.inf)
        best = wanted.argmin(axis=1)
        found = np.isfinite(wanted[np.arange(len(first)), best])
        rows = np.repeat(found, size)
        position[everybody[rows]] = np.repeat(best, size)[rows]
        taken = (where[found], best[found])
        np.subtract.at(free, taken, np.minimum(size[found], free[taken]))
        for group, done in zip(groups, found.tolist(), strict=True):
            together = bound[group[0]] or (askers.review[group] == SIBLINGS).any()
            if not done and len(group) > 1 and not together:
                for member in group.tolist():
                    self._take_turn([np.array([member])], allowed, liking, free, ask, position, bound)

    def _liking(self, askers: Askers) -> FloatArray:
        """Miles of each asker from each place, with what history would not have chosen far behind, shape (m, p)."""
        ladder = self.ladder[askers.wanted]
        sector = np.minimum((ladder <= askers.draw[:, None] * ladder[:, -1:]).sum(axis=1), ladder.shape[1] - 1)
        miles = self.ground.chosen_reach.miles[askers.home]
        miles = np.where(np.isnan(miles), UNKNOWN_MILES, miles)
        other_setting = askers.wanted[:, None] != self.setting[None, :]
        other_sector = sector[:, None] != self.sector[None, :]
        return np.asarray(miles + other_setting * OTHER_SETTING + (other_sector & ~other_setting) * OTHER_SECTOR)

    def _units(self, askers: Askers, bound: Mask) -> IntArray:
        """Give those who are placed as one a number: siblings as often as history kept them together, others alone.

        Siblings whom the policy never parts (``bound``) are always placed as one.
        """
        family = number_families(askers)
        first = _first_of(family)
        review = (askers.review == SIBLINGS)[first][family]
        together = review | bound | (askers.draw[first][family] < self.ground.habits.together)
        alone = int(family.max(initial=-1)) + 1 + np.arange(len(askers))
        return np.asarray(np.unique(np.where(together, family, alone), return_inverse=True)[1], dtype=np.int64)


def _first_of(unit: IntArray) -> IntArray:
    """Row of the first member of each unit."""
    return np.asarray(np.unique(unit, return_index=True)[1], dtype=np.int64)


def _members_by_unit(unit: IntArray) -> list[IntArray]:
    order = np.argsort(unit, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(unit[order])) + 1)
