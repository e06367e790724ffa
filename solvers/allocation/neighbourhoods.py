"""Which families to place anew together: those who compete with one from whom something is still to be gained.

The gap is exactly the sum of the families' regrets, of priced room that stands empty, and of what contracts leave on
the table. A neighbourhood grows from a family with much of it: those who live where it would best live, those who live
where they would best live, and so on. Neighbourhoods of one round share no family.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.groups import entries_of, rank_in_run
from solvers.allocation.partitions import Subsets, least_charges
from solvers.allocation.prices import Priced
from solvers.allocation.standing import Offers, Standing
from solvers.allocation.worth import charges

NEAREST = 3
"""Families that share the stake of a place or contract."""

Indices = NDArray[np.intp]
Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Wishes:
    """Where each family would best live: its few least regretted places, one row a family."""

    offers: Offers

    @classmethod
    def of(cls, subsets: Subsets, priced: Priced, place: Integers, each: int) -> "Wishes":
        """Take the least regretted columns of each family that use a place."""
        placed = np.flatnonzero(place >= 0)
        family = subsets.family[placed]
        order = np.lexsort((priced.regret[placed], family))
        kept = np.zeros(len(place), bool)
        kept[placed[order[rank_in_run(family[order]) < each]]] = True
        return cls(Offers.of(subsets.family, len(subsets.full), kept))


@dataclass(frozen=True, eq=False)
class Occupants:
    """Families in each place."""

    family: Indices
    start: Indices

    @classmethod
    def of(cls, standing: Standing, family: Integers) -> "Occupants":
        """Read who lives where off an allocation."""
        place = standing.problem.place
        chosen = np.flatnonzero((standing.amount > 0) & (place >= 0))
        chosen = chosen[np.argsort(place[chosen], kind="stable")]
        return cls(family[chosen], np.searchsorted(place[chosen], np.arange(standing.problem.places + 1)))

    def at(self, places: Integers) -> Indices:
        """Families in some places, one place after another."""
        families: Indices = self.family[entries_of(self.start, places)]
        return families


def stakes(standing: Standing, subsets: Subsets, priced: Priced) -> Reals:
    """How much of the gap each family could have a hand in closing, in pence a week."""
    problem, prices = standing.problem, priced.prices
    chosen = np.flatnonzero(standing.amount)
    regret = priced.regret[chosen] * standing.amount[chosen]
    stake = np.bincount(subsets.family[chosen], regret, minlength=problem.families).astype(float)
    charged = charges(problem, standing.bought) - prices.contract * standing.bought
    left = charged - least_charges(problem, prices)
    for of_column, loss in (
        (problem.place, (problem.capacity - standing.used) * prices.place),
        (problem.under() if len(left) else problem.place[:0], left),
    ):
        _add_to_nearest(stake, subsets.family, priced.regret, standing.amount, of_column, loss)
    return stake


def _add_to_nearest(
    stake: Reals, family: Integers, regret: Integers, amount: Integers, of_column: Integers, loss: Integers
) -> None:
    """Add what a place or contract leaves on the table to the stakes of the families nearest to taking it up."""
    near = np.flatnonzero((np.append(loss, 0)[of_column] > 0) & (amount[: len(of_column)] == 0))
    near = near[np.lexsort((regret[near], of_column[near]))]
    near = near[rank_in_run(of_column[near]) < NEAREST]
    np.add.at(stake, family[near], loss[of_column[near]] / NEAREST)


def neighbourhoods(
    stake: Reals, wishes: Wishes, occupants: Occupants, place: Integers, size: Integers
) -> Iterator[Indices]:
    """Yield groups grown from the highest stakes first, to about the size given for each; no family twice.

    A family that is left fewer than half as many by the groups before waits for another round.
    """
    taken = np.zeros(len(stake), bool)
    for seed in np.argsort(-stake, kind="stable"):
        if stake[seed] < 1:
            return
        if not taken[seed]:
            grown, cut_off = _grow(int(seed), taken, wishes, occupants, place, int(size[seed]))
            if not cut_off or len(grown) > size[seed] // 2:
                taken[grown] = True
                yield grown


def _grow(
    seed: int, taken: NDArray[np.bool_], wishes: Wishes, occupants: Occupants, place: Integers, size: int
) -> tuple[Indices, bool]:
    """Grow a group from a family, and say whether it met any that were taken."""
    grown = front = np.array([seed])
    seen = taken.copy()
    seen[seed] = True
    cut_off = False
    while len(front) and len(grown) < size:
        wanted = place[wishes.offers.to(front)]
        _, first = np.unique(wanted, return_index=True)
        met = occupants.at(wanted[np.sort(first)])
        _, first = np.unique(met, return_index=True)
        front = met[np.sort(first)]
        cut_off = cut_off or bool(taken[front].any())
        front = front[~seen[front]][: size - len(grown)]
        seen[front] = True
        grown = np.concatenate((grown, front))
    return grown, cut_off
