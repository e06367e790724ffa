"""A table of the statement: what a builder drafts, and what may be published of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from sufficiency.report.ledger import Key

CONFIDENTIAL, NOT_AVAILABLE, NOT_APPLICABLE, LOW = "[c]", "[x]", "[z]", "[low]"

SHORTHAND: dict[str, str] = {
    CONFIDENTIAL: "withheld: a count from 1 to 5, an average or cost of so few, or a number that would give one away",
    NOT_AVAILABLE: "not available",
    NOT_APPLICABLE: "not applicable",
    LOW: "rounds to zero, but is not zero",
}
"""Marks in place of a number, as the Government Statistical Service uses them."""

Value: TypeAlias = str | int | float

TEXT, CHILDREN, PERCENT, POUNDS, POUNDS_WEEKLY, MILES, NUMBER = (
    "text",
    "children",
    "percent",
    "pounds",
    "pounds a week",
    "miles",
    "number",
)


@dataclass(frozen=True)
class Column:
    """A column: its heading, and the unit of its numbers."""

    heading: str
    unit: str = TEXT

    @property
    def full_heading(self) -> str:
        """Heading with the unit, where the unit is not plain from the words."""
        ending = {PERCENT: "%", POUNDS: "£", POUNDS_WEEKLY: "£ a week", MILES: "miles"}.get(self.unit)
        return f"{self.heading} ({ending})" if ending else self.heading


@dataclass(frozen=True)
class Cell:
    """One value of a draft, and the counts it would give away.

    Attributes
    ----------
    value
        A number, a label, or a mark of :data:`SHORTHAND`.
    keys
        Counts that can be read off this value; when any is withheld, so is the value.
    """

    value: Value
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Words:
    """What stands around a table.

    Attributes
    ----------
    title, unit, definition, source, date
        As a reader meets them; ``date`` is the day or the period of the figures.
    notes
        Further sentences.
    """

    title: str
    unit: str
    definition: str
    source: str
    date: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One published table.

    Attributes
    ----------
    number
        ``T1`` to ``T15``, with a letter where one has parts.
    finding
        What it shows, in a sentence made from the numbers in it.
    rows
        Values as published: numbers, labels, or marks of :data:`SHORTHAND`.
    """

    number: str
    words: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    finding: str = ""

    @property
    def title(self) -> str:
        """The table's title."""
        return self.words.title

    @property
    def frame(self) -> pd.DataFrame:
        """The table as a frame, with ``attrs`` name, unit and definition."""
        names = [column.full_heading for column in self.columns]
        frame = pd.DataFrame([list(row) for row in self.rows], columns=names).astype(object)
        frame.attrs = {"name": self.title, "unit": self.words.unit, "definition": self.words.definition}
        return frame

    @property
    def labels(self) -> tuple[str, ...]:
        """The first column."""
        return tuple(str(row[0]) for row in self.rows)

    def place(self, row: str | int, column: str | int) -> tuple[int, int]:
        """Return where a cell is, asked by names or by numbers from 1.

        Raises
        ------
        KeyError
            When there is no such row or column.
        """
        headings = [each.heading for each in self.columns]
        return _index(row, list(self.labels)), _index(column, headings)

    def number_at(self, row: str | int, column: str | int) -> float | None:
        """Return a published number; None where a mark stands or there is no such row."""
        try:
            down, across = self.place(row, column)
        except KeyError:
            return None
        value = self.rows[down][across]
        return None if isinstance(value, str) else float(value)

    def numbers(self, column: str) -> dict[str, float]:
        """Return the published numbers of a column by row label."""
        _, across = self.place(1, column)
        return {str(row[0]): float(row[across]) for row in self.rows if not isinstance(row[across], str)}

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks that occur in the table."""
        return tuple(mark for mark in SHORTHAND if any(mark in row for row in self.rows))


Say: TypeAlias = Callable[[Table], str]
"""Makes the finding from what may be published, and from nothing else."""


@dataclass(frozen=True)
class Draft:
    """One table before disclosure control: never written anywhere."""

    number: str
    words: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    say: Say

    @property
    def keys(self) -> set[Key]:
        """Every count that the table would show or give away."""
        return {key for row in self.rows for cell in row for key in cell.keys}


def _index(asked: str | int, names: list[str]) -> int:
    if isinstance(asked, int) or asked.isdigit():
        place = int(asked) - 1
        if 0 <= place < len(names):
            return place
    wanted = str(asked).strip().casefold()
    for place, name in enumerate(names):
        if name.casefold() == wanted:
            return place
    raise KeyError(asked)
