"""Which numbers must not be published: small counts, and whatever would give them away. The one place for all writers.

First every count from 1 to 5 is withheld. Then, while a withheld number could still be narrowed to fewer than three
values, the cheapest further numbers are withheld with it: a way for the numbers to be different that no published
number contradicts, found by linear programming (after Kelly, Golden and Assad 1992, Fischetti and Salazar 2001).
Last, what turned out not to be needed is given back, and the set is attacked before it may leave.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, hstack

from sufficiency.domain.errors import SolveError, VerificationError
from sufficiency.report.attack import attack, families
from sufficiency.report.ledger import Key, System
from sufficiency.report.linear import DONE, INFEASIBLE, linear

_TINY = 1e-6


@dataclass(frozen=True)
class Protected:
    """What is withheld from a published set.

    Attributes
    ----------
    withheld
        Keys of values that tables show as [c].
    small
        How many of them are small counts; the rest are withheld to protect those.
    attacked
        How many values were attacked, none of them successfully.
    """

    withheld: frozenset[Key]
    small: int
    attacked: int

    def hides(self, keys: tuple[Key, ...]) -> bool:
        """Return whether any of these is withheld."""
        return not self.withheld.isdisjoint(keys)


@dataclass(frozen=True, eq=False)
class _Witness:
    """A change of the withheld numbers that no published number contradicts.

    ``reach`` says how wide each number's range is at least because of it.
    """

    change: NDArray[np.float64]
    reach: NDArray[np.float64]

    def uses(self, cells: NDArray[np.int64]) -> bool:
        """Return whether any of these numbers changes in it."""
        return bool((np.abs(self.change[cells]) > _TINY).any())


def protect(system: System) -> Protected:
    """Return what to withhold from publication.

    Raises
    ------
    VerificationError
        When the attack on the result succeeds; nothing may be published then.
    """
    withheld = _Search(system).run()
    ranges = attack(system, withheld)
    if ranges.recovered:
        raise VerificationError(
            f"{ranges.recovered} withheld numbers could be worked out from the published ones, so nothing was "
            "published. This is a fault in sufficiency: please report it."
        )
    shown = withheld & system.shown
    keys = frozenset(system.keys[place] for place in np.flatnonzero(shown))
    return Protected(keys, int((shown & system.sensitive).sum()), len(ranges.cell))


class _Search:
    """Finds what to withhold; holds the numbers of one system, does its work in :meth:`run`."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.family_of = families(system, np.arange(len(system)))
        self.families = [
            np.flatnonzero(self.family_of == each) for each in range(int(self.family_of.max(initial=-1)) + 1)
        ]
        self.blocks = [_changes(system, columns) for columns in self.families]
        self.hidden = ~system.shown
        self.withheld = self._with_ties(system.sensitive | self.hidden)
        self.witnesses: dict[int, _Witness] = {}

    def run(self) -> NDArray[np.bool_]:
        """Withhold until nothing is exposed, then give back what was not needed."""
        while len(exposed := self._exposed()):
            self._protect(int(exposed[0]))
        self._give_back()
        return self.withheld

    def _with_ties(self, withheld: NDArray[np.bool_]) -> NDArray[np.bool_]:
        groups = np.zeros(len(self.system), dtype=bool)
        groups[self.system.tied[withheld & ~self._untied_hidden()]] = True
        return np.asarray(withheld | groups[self.system.tied], dtype=bool)

    def _untied_hidden(self) -> NDArray[np.bool_]:
        """Hidden values that are not sensitive: withheld by nature, which binds nobody else."""
        return np.asarray(self.hidden & ~self.system.sensitive, dtype=bool)

    def _exposed(self) -> NDArray[np.int64]:
        """Return withheld values without a witness, the smallest counts first."""
        must = self.withheld & (self.system.shown | self.system.sensitive)
        must[list(self.witnesses)] = False
        cells = np.flatnonzero(must)
        return cells[np.lexsort((self.system.numbers[cells], ~self.system.sensitive[cells]))]

    def _protect(self, cell: int) -> None:
        """Withhold what protects a value at the least loss, and note for whom else it serves."""
        cost = np.where(self.withheld, _TINY, self._tie_cost())
        best = min(self._ways(cell, cost, np.ones(len(cost), dtype=bool)), key=lambda each: each[0], default=None)
        if best is None:
            raise SolveError("a small count cannot be protected by withholding other numbers; nothing was published.")
        witness = best[1]
        self.withheld = self._with_ties(self.withheld | (np.abs(witness.change) > _TINY))
        self._note(witness)

    def _note(self, witness: _Witness) -> None:
        for cell in np.flatnonzero(witness.reach >= self.system.width - _TINY):
            if self.withheld[cell] and int(cell) not in self.witnesses:
                self.witnesses[int(cell)] = witness

    def _tie_cost(self) -> NDArray[np.float64]:
        """Return what withholding each value loses, with those that go with it."""
        groups = np.bincount(self.system.tied, np.where(self.withheld, 0, self.system.weight), len(self.system))
        return np.asarray(groups[self.system.tied], dtype=np.float64)

    def _ways(self, cell: int, cost: NDArray[np.float64], allowed: NDArray[np.bool_]) -> list[tuple[float, _Witness]]:
        """Return ways to keep a value uncertain: it could be more, less, or either by half as much."""
        width = float(self.system.width[cell])
        room = self.system.numbers - self.system.floor
        endless = np.full(len(cost), np.inf)
        tries: list[tuple[float, NDArray[np.float64], float]] = [(width, endless, 1.0), (width / 2, room, 2.0)]
        tries += [(-width, endless, 1.0)] if room[cell] >= width else []
        found = []
        for change, up, sides in tries:
            if room[cell] < width / 2 and sides == 2:
                continue
            answer = self._least(cell, change, cost, np.where(allowed, up, 0), np.where(allowed, room, 0))
            if answer is not None:
                loss = float(cost[(np.abs(answer) > _TINY) & ~self.withheld].sum())
                found.append((loss, _Witness(answer, np.abs(answer) * sides)))
        return found

    def _least(
        self,
        cell: int,
        change: float,
        cost: NDArray[np.float64],
        up: NDArray[np.float64],
        down: NDArray[np.float64],
    ) -> NDArray[np.float64] | None:
        """Return the cheapest change that moves one value so far and keeps every addition true; None if there is none.

        min cost . (y+ + y-)  with  A (y+ - y-) = 0,  y+ <= up,  y- <= down,  y[cell] = change
        """
        columns = self.families[self.family_of[cell]]
        matrix, at = self.blocks[self.family_of[cell]], int(np.searchsorted(columns, cell))
        high, low, size = up[columns], down[columns], len(columns)
        high[at], low[at] = max(change, 0), max(-change, 0)
        floor = np.zeros(2 * size)
        floor[at], floor[size + at] = high[at], low[at]
        both = np.concatenate([cost[columns], cost[columns]])
        answer = linear(both, matrix, np.zeros(matrix.shape[0]), floor, np.concatenate([high, low]))
        if answer.status == INFEASIBLE:
            return None
        if answer.status != DONE:
            raise SolveError(f"the search for what to withhold ended with status {answer.status}.")
        found = np.zeros(len(cost))
        found[columns] = answer.at[:size] - answer.at[size:]
        return found

    def _give_back(self) -> None:
        """Publish again, dearest first, each value that nobody needs withheld."""
        spare = np.flatnonzero(self.withheld & self.system.shown & ~self._bound())
        for group in dict.fromkeys(self.system.tied[spare[np.argsort(-self.system.weight[spare], kind="stable")]]):
            self._try_back(np.flatnonzero((self.system.tied == group) & self.system.shown))

    def _bound(self) -> NDArray[np.bool_]:
        """Return values that are sensitive, or tied to one that is."""
        return self._with_ties(self.system.sensitive.copy())

    def _try_back(self, cells: NDArray[np.int64]) -> None:
        back = np.isin(np.arange(len(self.system)), cells)
        rest = self.withheld & ~back
        uneasy = [cell for cell, each in self.witnesses.items() if not back[cell] and each.uses(cells)]
        renewed: dict[int, _Witness] = {}
        for cell in uneasy:
            if cell in renewed:
                continue
            ways = self._ways(cell, np.full(len(self.system), _TINY), rest)
            if not ways:
                return
            for other in np.flatnonzero(ways[0][1].reach >= self.system.width - _TINY):
                renewed.setdefault(int(other), ways[0][1])
        self.withheld = rest
        kept = {cell: each for cell, each in self.witnesses.items() if not back[cell] and cell not in uneasy}
        self.witnesses = kept | {cell: renewed[cell] for cell in uneasy}


def _changes(system: System, columns: NDArray[np.int64]) -> Any:
    """Return the additions among some values, once for changes upwards and once for changes downwards."""
    block = csc_array(system.equations[:, columns])
    block = csc_array(block[np.unique(block.indices)])
    return hstack([block, -block])
