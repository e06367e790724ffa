"""Contracts: what is paid for the volume bought under an agreement, beside the cost of each unit.

A contract covers places. Its volume is what the chosen columns there add up to. Two kinds of term, both optional:

- a minimum paid anyway: each unit short of it costs the shortfall price;
- volume steps: from a threshold on, units cost less, either every unit or only those from the threshold on.

So the charge of contract ``k`` at volume ``v`` is ``shortfall_k max(0, minimum_k - v) - rebate_k(v)``, a piecewise
linear function that a solver sees as *segments*.
"""

from dataclasses import dataclass

import numpy as np

from solvers.allocation.arrays import Integers, require_between, require_csr, require_integers, require_length


@dataclass(frozen=True, eq=False)
class Segments:
    """The rebates as straight pieces: on volumes ``first`` to ``last`` the rebate is ``discount * v - offset``.

    Every contract has at least one piece; the pieces of a contract are in order and together reach from zero to its
    maximum.
    """

    contract: Integers
    first: Integers
    last: Integers
    discount: Integers
    offset: Integers


@dataclass(frozen=True, eq=False)
class Contracts:
    """Terms of each contract, integers throughout.

    Attributes
    ----------
    contract
        Contract of each place, -1 for none, shape (places,).
    volume
        Units of volume that one unit of each column adds to the contract of its place, shape (columns,).
    maximum
        Most units that may be bought under each contract, shape (contracts,). It is a limit like a capacity.
    minimum
        Units paid for in any case, shape (contracts,).
    shortfall_price
        Pence a week for each unit short of the minimum, shape (contracts,).
    step_start
        Where the steps of each contract begin, shape (contracts + 1,).
    step_threshold
        Volume from which a step holds, strictly rising within a contract, at least 1.
    step_discount
        Pence a week off a unit once the step holds, rising within a contract.
    on_every_unit
        Whether a step's discount is on every unit, or only on those from its threshold on, shape (contracts,).
    """

    contract: Integers
    volume: Integers
    maximum: Integers
    minimum: Integers
    shortfall_price: Integers
    step_start: Integers
    step_threshold: Integers
    step_discount: Integers
    on_every_unit: Integers

    @classmethod
    def none(cls, places: int, columns: int) -> "Contracts":
        """Return no contracts at all, for so many places and columns."""
        empty = np.zeros(0, np.int64)
        nowhere = np.full(places, -1)
        nothing = np.broadcast_to(np.int64(0), columns)
        return cls(nowhere, nothing, empty, empty, empty, np.zeros(1, np.int64), empty, empty, empty)

    @property
    def count(self) -> int:
        """How many contracts there are."""
        return len(self.maximum)

    def validate(self, places: int, columns: int) -> None:
        """Raise ``ValueError`` naming the first entry that cannot be meant."""
        for name in ("contract", "volume", "maximum", "minimum", "shortfall_price", "step_threshold", "step_discount"):
            require_integers(f"contracts.{name}", getattr(self, name))
        require_length("contracts.contract", self.contract, places)
        require_length("contracts.volume", self.volume, columns)
        for name in ("minimum", "shortfall_price", "on_every_unit"):
            require_length(f"contracts.{name}", getattr(self, name), self.count)
        require_between("contracts.contract", self.contract, -1, self.count - 1)
        for name in ("volume", "maximum", "minimum", "shortfall_price"):
            require_between(f"contracts.{name}", getattr(self, name), 0, None)
        require_between("contracts.on_every_unit", self.on_every_unit, 0, 1)
        require_csr("contracts.step_start", self.step_start, self.count, len(self.step_threshold))
        require_length("contracts.step_discount", self.step_discount, len(self.step_threshold))
        self._validate_steps()

    def _validate_steps(self) -> None:
        require_between("contracts.step_threshold", self.step_threshold, 1, None)
        require_between("contracts.step_discount", self.step_discount, 0, None)
        owner = np.repeat(np.arange(self.count), np.diff(self.step_start))
        for name, steps in (("step_threshold", self.step_threshold), ("step_discount", self.step_discount)):
            fallen = np.flatnonzero((np.diff(owner) == 0) & (np.diff(steps) <= 0))
            if len(fallen):
                raise ValueError(f"contracts.{name}[{fallen[0] + 1}] does not rise above the step before it.")

    def segments(self) -> Segments:
        """Return the rebates as straight pieces."""
        steps = np.diff(self.step_start)
        contract = np.repeat(np.arange(self.count), steps + 1)
        opening = np.zeros(len(contract), bool)
        opening[self.step_start[:-1] + np.arange(self.count)] = True
        first, discount = np.zeros((2, len(contract)), np.int64)
        first[~opening] = self.step_threshold
        discount[~opening] = self.step_discount
        last = np.where(np.append(opening[1:], True), self.maximum[contract], np.append(first[1:], 0) - 1)
        rise = np.where(opening, 0, np.diff(discount, prepend=0)) * np.maximum(first - 1, 0)
        running = np.cumsum(rise)
        offset = np.where(self.on_every_unit[contract] == 1, 0, running - running[opening][contract])
        reachable = first <= self.maximum[contract]
        pieces = (contract, first, np.minimum(last, self.maximum[contract]), discount, offset)
        return Segments(*(piece[reachable] for piece in pieces))
