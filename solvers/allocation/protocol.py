"""What every allocation method promises, what it declares it can do, and how it hands in its answer."""

from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from typing import Protocol

import numpy as np

from solvers.allocation.answer import Answer, Prices, Warm
from solvers.allocation.arrays import Integers
from solvers.allocation.problem import Problem
from solvers.outcome import Outcome, Reason
from solvers.stop import ProgressListener, StopRule, TimeLimit, Watch

DEFAULT_STOP = TimeLimit(60.0)


@dataclass(frozen=True)
class Abilities:
    """What a method can take and what it can give.

    Attributes
    ----------
    siblings
        Families of several members.
    whole_homes
        Columns that take other than one unit of their place.
    contracts
        Minimums paid anyway and volume steps.
    proves
        Whether the method, given time, proves its answer optimal.
    """

    siblings: bool
    whole_homes: bool
    contracts: bool
    proves: bool

    def refusal(self, problem: Problem) -> str | None:
        """Return why a problem is beyond the method, or ``None``."""
        if problem.has_siblings and not self.siblings:
            return "families of several members"
        if problem.has_wide_use and not self.whole_homes:
            return "columns that take other than one unit of a place"
        if problem.contracts is not None and not self.contracts:
            return "contracts"
        return None


@dataclass(frozen=True)
class Request:
    """How to search: when to stop, with which seed, from where, and whom to tell."""

    stop: StopRule = DEFAULT_STOP
    seed: int = 0
    warm: Warm = field(default_factory=Warm)
    progress: ProgressListener | None = None

    def watch(self) -> Watch:
        """Start the clock."""
        return Watch(self.stop, self.progress)

    def price_for(self, problem: Problem) -> Integers | None:
        """Return the place prices to start from, when they fit."""
        prices = self.prices_for(problem)
        return None if prices is None else prices.place

    def prices_for(self, problem: Problem) -> Prices | None:
        """Return all prices to start from, when they fit; contracts start at no price when nothing is known of them."""
        place, contract = self.warm.price, self.warm.contract_price
        if place is None or place.shape != (problem.places,) or (place < 0).any():
            return None
        if contract is None or contract.shape != (problem.terms.count,):
            contract = np.zeros(problem.terms.count, np.int64)
        return Prices(place, contract)


class Method(Protocol):
    """One way to find an allocation."""

    @property
    def name(self) -> str:
        """Short name, kept with every answer."""

    @property
    def abilities(self) -> Abilities:
        """What the method can take and give."""

    def solve(self, problem: Problem, request: Request) -> Answer:
        """Search until proven or told to stop. The caller has checked the abilities and checks the answer."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a method has in hand when it stops."""

    amount: Integers
    prices: Prices
    value: int
    bound: int
    search_bound: int | None = None

    @property
    def proven(self) -> bool:
        """Whether one of the bounds meets the value."""
        return self.value in (self.bound, self.search_bound)


@cache
def library_version(name: str) -> str:
    """Name and version of an installed library, for the record."""
    return f"{name} {version(name)}"


def no_prices(problem: Problem) -> Prices:
    """Return prices of zero: they prove only that nobody can do better than the cheapest there is."""
    return Prices(np.zeros(problem.places, np.int64), np.zeros(problem.terms.count, np.int64))


def hand_in(method: Method, library: str, found: Found, reason: Reason, watch: Watch, request: Request) -> Answer:
    """Make the answer: what is proven is optimal whatever stopped the search, what is cut by the clock may vary."""
    return Answer(
        amount=found.amount,
        price=found.prices.place,
        contract_price=found.prices.contract,
        value=found.value,
        bound=found.bound,
        search_bound=found.search_bound,
        outcome=Outcome.OPTIMAL if found.proven else Outcome.FEASIBLE,
        reason=Reason.PROVEN if found.proven else reason,
        seconds=watch.seconds,
        seed=request.seed,
        solver=method.name,
        version=library,
        deterministic=found.proven or reason in (Reason.GAP_REACHED, Reason.FINISHED),
    )
