"""Which published number is the sum of which others, over all tables at once.

A count is known by its key: a population and the categories that bound it. Two tables that show the same count share
its key, so what one table hides another cannot give away unseen. Zeros are not entered: they are published as zeros.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

Key: TypeAlias = tuple[str, ...]
"""A population, then ``dimension=category`` in alphabetical order."""

SMALL_COUNTS = range(1, 6)
"""Counts that are never published (domain research, section 7: the usual threshold, an assumption)."""

COUNT_WIDTH = 2.0
"""Three values at least: the highest a reader can prove is two above the lowest."""

AMOUNT_WIDTH_SHARE = 0.2
"""An amount that is withheld stays uncertain by a fifth of itself (assumption, after the usual p % rule)."""

_WEIGHT_OF_TOTAL, _WEIGHT_OF_MARGIN, _WEIGHT_OF_CELL = 100.0, 10.0, 1.0


def key(population: str, **categories: object) -> Key:
    """Return the key of a count.

    >>> key("in care", sex="F", age="under 1")
    ('in care', 'age=under 1', 'sex=F')
    """
    return (population, *sorted(f"{name}={value}" for name, value in categories.items()))


@dataclass(frozen=True, eq=False)
class System:
    """Everything published as one system of linear equations: ``equations @ numbers == 0``.

    Attributes
    ----------
    keys
        What each value is.
    numbers
        Counts or amounts, all above zero, shape (n,).
    equations
        One row an addition: the total +1, each part -1, shape (m, n).
    shown
        True where a table shows the value; the others can only be worked out, shape (n,).
    sensitive
        True where the value must not be known exactly, shape (n,).
    width
        How uncertain a value that is withheld has to stay, shape (n,).
    floor
        The least a reader knows a withheld value to be: zeros are shown, so 1 for a count, shape (n,).
    weight
        What withholding it loses, shape (n,).
    tied
        Group number of values that are withheld together, shape (n,).
    """

    keys: tuple[Key, ...]
    numbers: NDArray[np.float64]
    equations: "csr_array[Any]"
    shown: NDArray[np.bool_]
    sensitive: NDArray[np.bool_]
    width: NDArray[np.float64]
    floor: NDArray[np.float64]
    weight: NDArray[np.float64]
    tied: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.keys)


@dataclass
class Ledger:
    """Collects counts and the additions between them; :meth:`system` closes it."""

    numbers: dict[Key, float] = field(default_factory=dict)
    sums: dict[tuple[Key, tuple[Key, ...]], None] = field(default_factory=dict)
    amounts: dict[Key, Key] = field(default_factory=dict)
    open_to_all: set[str] = field(default_factory=set)
    counted: set[tuple[str, ...]] = field(default_factory=set)

    def value(self, asked: Key) -> int:
        """Return a count; a category without children is zero.

        Raises
        ------
        KeyError
            When nobody was ever counted by these dimensions: that is not known, and not zero.
        """
        return int(self.amount(asked))

    def amount(self, asked: Key) -> float:
        """Return an amount; see :meth:`value`."""
        if asked not in self.numbers and _dimensions(asked) not in self.counted:
            raise KeyError(f"{asked} was never counted")
        return self.numbers.get(asked, 0.0)

    def cube(self, population: str, frame: pd.DataFrame, dims: Sequence[str], count: str = "") -> None:
        """Enter the counts of every combination of dimensions, every margin, and every addition between them.

        Parameters
        ----------
        frame
            One row a child, or one row a group with its number in the column ``count``.
        dims
            Columns of the frame, as text.
        """
        number = frame[count] if count else pd.Series(1, index=frame.index)
        named = {dim: dim + "=" + frame[dim].astype("str") for dim in dims}
        table = pd.DataFrame({**named, "_": number})
        table = table[table["_"] != 0]
        for size in range(len(dims), -1, -1):
            for chosen in combinations(sorted(dims), size):
                self._enter(population, table, list(chosen))
                self.counted.add((population, *chosen))
        for size in range(len(dims)):
            for chosen in combinations(sorted(dims), size):
                self._add_up(population, table, list(chosen), dims)

    def add_up(self, total: Key, parts: Iterable[Key]) -> None:
        """Enter that one count is the sum of others; parts that were never entered are zero."""
        known = tuple(sorted(part for part in parts if part in self.numbers))
        if total in self.numbers and known != (total,):
            self.sums[total, known] = None

    def enter(self, asked: Key, value: float) -> None:
        """Enter one count by itself; zero is left out.

        Raises
        ------
        ValueError
            When it was entered before with another value.
        """
        self.counted.add(_dimensions(asked))
        if value and self.numbers.setdefault(asked, value) != value:
            raise ValueError(f"two tables disagree about {asked}")

    def tie(self, amount: Key, children: Key) -> None:
        """Enter that an amount (miles, pounds) belongs to a count and is withheld with it."""
        if amount in self.numbers:
            self.amounts[amount] = children

    def difference(self, name: str, one: Key, other: Key) -> None:
        """Enter that readers can subtract one count from another, as between two scenarios."""
        gap = self.numbers.get(one, 0) - self.numbers.get(other, 0)
        larger, smaller = (one, other) if gap > 0 else (other, one)
        virtual = key(f"difference {name}", one="/".join(one), other="/".join(other))
        self.enter(virtual, abs(gap))
        if gap:
            self.add_up(larger, [smaller, virtual])

    def system(self, shown: Iterable[Key]) -> System:
        """Return all that was entered as one system, given which counts the tables show."""
        keys = tuple(self.numbers)
        index = {each: place for place, each in enumerate(keys)}
        values = np.array([self.numbers[each] for each in keys], dtype=np.float64)
        is_amount = np.array([each in self.amounts for each in keys], dtype=bool)
        public = np.array([each[0] in self.open_to_all for each in keys], dtype=bool)
        visible = np.zeros(len(keys), dtype=bool)
        visible[[index[each] for each in shown if each in index]] = True
        small = (values >= SMALL_COUNTS[0]) & (values <= SMALL_COUNTS[-1])
        return System(
            keys=keys,
            numbers=values,
            equations=_matrix(self.sums, index),
            shown=visible,
            sensitive=small & ~is_amount & ~public,
            width=np.where(is_amount, values * AMOUNT_WIDTH_SHARE, COUNT_WIDTH),
            floor=np.where(visible & ~is_amount, 1.0, 0.0),
            weight=np.array([_weight(each) for each in keys]) + values / max(values.max(initial=1.0), 1.0) / 100,
            tied=np.array([index.get(self.amounts.get(each, each), place) for place, each in enumerate(keys)]),
        )

    def _enter(self, population: str, table: pd.DataFrame, dims: list[str]) -> None:
        if not dims:
            self.enter((population,), float(table["_"].sum()))
            return
        totals = table.groupby(dims, sort=False)["_"].sum()
        for names, value in totals.items():
            labels = names if isinstance(names, tuple) else (names,)
            self.enter((population, *sorted(str(label) for label in labels)), float(value))

    def _add_up(self, population: str, table: pd.DataFrame, dims: list[str], everything: Sequence[str]) -> None:
        """Enter each margin over ``dims`` as the sum over each further dimension."""
        distinct = table[list(everything)].drop_duplicates()
        for further in sorted(set(everything) - set(dims)):
            parts: dict[Key, list[Key]] = {}
            for row in distinct[[*dims, further]].drop_duplicates().itertuples(index=False):
                labels = [str(label) for label in row]
                parts.setdefault((population, *sorted(labels[:-1])), []).append((population, *sorted(labels)))
            for total, cells in parts.items():
                self.add_up(total, cells)


def _dimensions(asked: Key) -> tuple[str, ...]:
    return (asked[0], *(part.split("=")[0] for part in asked[1:]))


def _weight(asked: Key) -> float:
    return (_WEIGHT_OF_TOTAL, _WEIGHT_OF_MARGIN, _WEIGHT_OF_CELL)[min(len(asked) - 1, 2)]


def _matrix(sums: Iterable[tuple[Key, tuple[Key, ...]]], index: dict[Key, int]) -> "csr_array[Any]":
    rows, columns, signs = [], [], []
    number = -1
    for number, (total, parts) in enumerate(sums):
        rows += [number] * (len(parts) + 1)
        columns += [index[total], *(index[part] for part in parts)]
        signs += [1.0, *([-1.0] * len(parts))]
    return csr_array((signs, (rows, columns)), shape=(number + 1, len(index)))
