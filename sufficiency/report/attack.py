"""What a reader can work out of a published set: the least and the most that each withheld number can be.

The reader is taken to know every addition between tables, that zeros are shown, and which combinations cannot occur.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.sparse.csgraph import connected_components

from sufficiency.domain.errors import SolveError
from sufficiency.report.ledger import System
from sufficiency.report.linear import DONE, UNBOUNDED, Answer, linear, whole

_SLACK = 1e-6


@dataclass(frozen=True, eq=False)
class Ranges:
    """The least and the most that each withheld value can be.

    Attributes
    ----------
    cell
        Index of each withheld value that must stay uncertain, shape (k,).
    low, high
        Proven bounds, infinite where nothing bounds it, shape (k,).
    narrow
        True where fewer values are left than have to be, shape (k,).
    """

    cell: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    narrow: NDArray[np.bool_]

    @property
    def recovered(self) -> int:
        """How many withheld values a reader could narrow too far."""
        return int(self.narrow.sum())


def attack(system: System, withheld: NDArray[np.bool_], *, whole_numbers: bool = False) -> Ranges:
    """Return what a reader can prove about each value that must stay uncertain.

    Parameters
    ----------
    withheld
        True where no table shows the value, shape (n,).
    whole_numbers
        Whether the reader also uses that children are whole: slower, by integer programming.
    """
    cells = np.flatnonzero(withheld & (system.shown | system.sensitive))
    low, high = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
    unknown = np.flatnonzero(withheld)
    part_of = families(system, unknown)
    for part in np.unique(part_of):
        columns = unknown[part_of == part]
        asked = np.flatnonzero(np.isin(cells, columns))
        for place in asked:
            low[place], high[place] = _range(system, columns, int(cells[place]), whole_numbers)
    narrow = np.floor(high + _SLACK) - np.ceil(low - _SLACK) < system.width[cells] - _SLACK
    return Ranges(cells, low, high, narrow)


def families(system: System, unknown: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of the group of each of some values; values of one group bear on each other."""
    touching = abs(system.equations[:, unknown])
    _, part_of = connected_components(touching.T @ touching, directed=False)
    return np.asarray(part_of, dtype=np.int64)


def _range(system: System, columns: NDArray[np.int64], cell: int, whole_numbers: bool) -> tuple[float, float]:
    block = csc_array(system.equations[:, columns])
    rows = np.unique(block.indices)
    block = csc_array(block[rows])
    right = block @ system.numbers[columns]  # the known values add up to this, and everybody can see them
    aim = (columns == cell).astype(np.float64)
    solve = whole if whole_numbers else linear
    low, high = (_least(solve(sign * aim, block, right, system.floor[columns])) * sign for sign in (1.0, -1.0))
    return low, high


def _least(answer: Answer) -> float:
    if answer.status in UNBOUNDED:
        return -np.inf
    if answer.status != DONE:
        raise SolveError(
            f"the attack on the published tables ended with status {answer.status}; nothing was published."
        )
    return answer.value
