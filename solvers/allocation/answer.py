"""What a solver gives back: how much of each column, the prices that prove it, and how the search ended."""

from dataclasses import dataclass, field

import numpy as np

from solvers.allocation.arrays import Integers
from solvers.outcome import Outcome, Reason
from solvers.stop import relative_gap


def _none() -> Integers:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Prices:
    """A price for each limit, in whole pence a week, from which anybody can work out a bound.

    Attributes
    ----------
    place
        Price of one unit of each place, at least 0, shape (places,): about what one more unit there would save.
    contract
        Price of one unit of volume under each contract, of either sign, shape (contracts,).
    """

    place: Integers
    contract: Integers = field(default_factory=_none)


@dataclass(frozen=True, eq=False)
class Answer:
    """An allocation with its proof.

    Attributes
    ----------
    amount
        Units chosen of each column, shape (columns,).
    price, contract_price
        Prices of places and contracts, see :class:`Prices`.
    value
        What the allocation costs, pence a week (times units).
    bound
        What no allocation can cost less than, as the prices alone prove: anybody can recompute it.
    search_bound
        The same as proven by exhausting a search tree, which the prices alone cannot show; ``None`` without a search.
    outcome, reason
        What may be said of the answer, and why the search stopped.
    seconds
        Wall-clock time of the search.
    seed
        Seed that was passed to the solver.
    solver, version
        Method that was used, and the version of the library beneath it.
    deterministic
        Whether the same problem, rule and seed give the same answer again: false when the clock cut the search short.
    """

    amount: Integers
    price: Integers
    value: int
    bound: int
    outcome: Outcome
    reason: Reason
    seconds: float
    seed: int
    solver: str
    version: str
    deterministic: bool
    search_bound: int | None = None
    contract_price: Integers = field(default_factory=_none)

    @property
    def best_bound(self) -> int:
        """The higher of the bounds."""
        return self.bound if self.search_bound is None else max(self.bound, self.search_bound)

    @property
    def gap(self) -> float:
        """Share of the value that a better allocation could still save, at most."""
        return relative_gap(self.value, self.best_bound)

    @property
    def price_gap(self) -> float:
        """The same by the prices alone."""
        return relative_gap(self.value, self.bound)

    @property
    def prices(self) -> Prices:
        """All prices together."""
        return Prices(self.price, self.contract_price)


@dataclass(frozen=True, eq=False)
class Warm:
    """Where a search may start: an allocation, prices, or both, from a problem much like this one.

    Either part is used only when it fits the problem's shape and limits; it changes how fast, never what is true.
    """

    amount: Integers | None = None
    price: Integers | None = None
    contract_price: Integers | None = None

    @classmethod
    def of(cls, answer: Answer) -> "Warm":
        """Start from an answer."""
        return cls(answer.amount, answer.price, answer.contract_price)
