"""What stays the same while an allocation is opened and bettered: prices, offers, and how hard to try."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.groups import rank_in_run
from solvers.allocation.neighbourhoods import Wishes
from solvers.allocation.partitions import Subsets
from solvers.allocation.plain import Plain
from solvers.allocation.prices import Priced
from solvers.allocation.problem import Problem
from solvers.allocation.standing import Offers
from solvers.stop import Watch

SMALL_SIZE, SMALL_OFFERS, SMALL_NODES = 100, 20, 200
"""Families in a neighbourhood, columns of a subset and branches, where a problem is too small for larger ones."""

MIDDLE, MIDDLE_SIZE, MIDDLE_OFFERS = 5_000, 200, 12
"""Families below which a neighbourhood begins with fewer, each with more columns of a subset to choose from."""


@dataclass(frozen=True)
class Effort:
    """How hard to try.

    Attributes
    ----------
    workers
        Neighbourhoods searched at the same time.
    smallest, largest
        Families in a neighbourhood, twice as many where fewer had no more to give; none above a quarter of all.
    wishes
        Places a family looks at when a neighbourhood grows.
    offers
        Columns of each subset of a family that a search may choose from, least regretted first.
    nodes
        Branches of a search tree before a search is content with what it has.
    share
        Share of all stakes that the neighbourhoods of a round go for.
    worthwhile
        Share of a family's stake that a search from it must gain for the next to be of the same size.
    patience
        Share of the gap that a round must close for another to follow; 0 to go on while anybody is left to search from.
    """

    workers: int = 1
    smallest: int = 400
    largest: int = 1600
    wishes: int = 15
    offers: int = 8
    nodes: int = 50
    share: float = 0.98
    worthwhile: float = 0.05
    patience: float = 0.0

    def fitted(self, families: int) -> "Effort":
        """Return the effort for a problem of so many families.

        Where no size fits, small and thorough searches, and no more rounds than gain: what is left can be searched as a
        whole.
        """
        if families >= MIDDLE:
            return self
        if self.smallest <= families // 4:
            return replace(self, smallest=MIDDLE_SIZE, offers=MIDDLE_OFFERS)
        return replace(
            self,
            smallest=SMALL_SIZE,
            largest=SMALL_SIZE,
            offers=SMALL_OFFERS,
            nodes=SMALL_NODES,
            patience=self.worthwhile,
        )


@dataclass(frozen=True, eq=False)
class Ground:
    """What stays the same while an allocation is bettered."""

    problem: Problem
    subsets: Subsets
    priced: Priced
    plain: Plain
    offers: Offers
    wishes: Wishes
    effort: Effort
    seed: int
    watch: Watch

    @classmethod
    def of(
        cls,
        problem: Problem,
        subsets: Subsets,
        priced: Priced,
        effort: Effort,
        seed: int,
        watch: Watch,
    ) -> "Ground":
        """Offer each subset its least regretted columns, and all that use no place."""
        kept = least_regretted(problem, subsets, priced, effort.offers)
        offers = Offers.of(subsets.family, problem.families, kept)
        wishes = Wishes.of(subsets, priced, problem.place, effort.wishes)
        plain = Plain.of(problem, subsets, priced)
        return cls(problem, subsets, priced, plain, offers, wishes, effort, seed, watch)


def least_regretted(problem: Problem, subsets: Subsets, priced: Priced, each: int) -> NDArray[np.bool_]:
    """Mark so many of each subset's least regretted columns, and all that use no place."""
    order = np.lexsort((priced.regret, subsets.slot))
    kept = problem.place < 0
    kept[order[rank_in_run(subsets.slot[order]) < each]] = True
    return kept
