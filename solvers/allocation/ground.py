"""What stays the same while an allocation is opened and bettered: prices, offers, and how hard to try."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Effort:
    """How hard to try.

    Attributes
    ----------
    smallest, largest
        Families in a neighbourhood, twice as many where fewer had no more to give; none above half of all.
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

    smallest: int = 400
    largest: int = 1600
    wishes: int = 15
    offers: int = 8
    nodes: int = 50
    share: float = 0.98
    worthwhile: float = 0.05
    patience: float = 0.0

    @classmethod
    def fitting(cls, families: int) -> "Effort":
        """Return what did best with so many families (``docs/allocation.md``).

        The fewer there are, the smaller and more thorough the searches; the least are soon searched as a whole, so
        rounds end there that gain little.
        """
        if families >= 5_000:
            return cls()
        if families >= 1_600:
            return cls(smallest=200, offers=12)
        return cls(smallest=100, largest=100, offers=20, nodes=200, patience=0.05)


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
    workers: int

    @classmethod
    def of(
        cls,
        problem: Problem,
        subsets: Subsets,
        priced: Priced,
        effort: Effort,
        seed: int,
        watch: Watch,
        workers: int = 1,
    ) -> "Ground":
        """Offer each subset its least regretted columns, and all that use no place."""
        kept = least_regretted(problem, subsets, priced, effort.offers)
        offers = Offers.of(subsets.family, problem.families, kept)
        wishes = Wishes.of(subsets, priced, problem.place, effort.wishes)
        plain = Plain.of(problem, subsets, priced)
        return cls(problem, subsets, priced, plain, offers, wishes, effort, seed, watch, workers)


def least_regretted(problem: Problem, subsets: Subsets, priced: Priced, each: int) -> NDArray[np.bool_]:
    """Mark so many of each subset's least regretted columns, and all that use no place."""
    order = np.lexsort((priced.regret, subsets.slot))
    kept = problem.place < 0
    kept[order[rank_in_run(subsets.slot[order]) < each]] = True
    return kept
