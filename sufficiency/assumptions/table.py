"""The attribute table: what each input column and each assumption is, read once from ``attributes.csv``."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from sufficiency.assumptions.reading import Value, parse, shown
from sufficiency.domain.errors import AssumptionError

TABLES: tuple[str, ...] = ("carers", "homes", "contracts", "prices", "needs")
"""Tables of input columns; the remaining rows are of table ``assumption``."""

COLUMNS: tuple[str, ...] = (
    "table",
    "name",
    "type",
    "unit",
    "default",
    "low",
    "high",
    "choices",
    "required",
    "year",
    "source",
    "status",
    "description",
)
"""Columns of the attribute table."""


@dataclass(frozen=True)
class Attribute:
    """One input column or one assumption.

    Attributes
    ----------
    table
        Input table it is a column of, or ``assumption``.
    name
        Column name, or dotted name of an assumption.
    type
        int, float, str, bool, date, choice, choices (several, separated by semicolons), postcode, urn,
        authority, or year (a financial year).
    unit
        What a number counts, "" when it counts nothing.
    default
        Value when nobody says otherwise; None when there is none.
    low, high
        Inclusive range of numbers and days; None when open.
    choices
        Accepted words, empty when the type is not a choice.
    required
        Whether a row without it cannot be used.
    year, source, status
        Where the default comes from: cited, derived or assumption; ``input`` for a column without a default.
    description
        What it answers, in the field's words.
    """

    table: str
    name: str
    type: str
    unit: str
    default: Value
    low: Value
    high: Value
    choices: tuple[str, ...]
    required: bool
    year: str
    source: str
    status: str
    description: str

    @property
    def numeric(self) -> bool:
        """Whether values are numbers."""
        return self.type in ("int", "float")

    @property
    def expected(self) -> str:
        """Say what may stand here: ``a whole number, 0 to 17 (years)``."""
        return _expected(self)


def attributes(table: str | None = None) -> tuple[Attribute, ...]:
    """Return the rows of one table, or all rows, in the order of the file.

    Raises
    ------
    AssumptionError
        When there is no such table.
    """
    if table is None:
        return _rows()
    found = tuple(row for row in _rows() if row.table == table)
    if not found:
        raise AssumptionError(f'"{table}" is not a table of attributes; use one of {", ".join(TABLES)}, assumption.')
    return found


@lru_cache(maxsize=8)
def attribute(table: str) -> dict[str, Attribute]:
    """Return the rows of one table by name."""
    return {row.name: row for row in attributes(table)}


@lru_cache(maxsize=1)
def _rows() -> tuple[Attribute, ...]:
    text = files("sufficiency.assumptions").joinpath("attributes.csv").read_text(encoding="utf-8")
    return tuple(_attribute(cells) for cells in csv.DictReader(text.splitlines()))


def _attribute(cells: dict[str, str]) -> Attribute:
    kind = cells["type"]
    bound = kind if kind in ("int", "float", "date") else "str"
    return Attribute(
        table=cells["table"],
        name=cells["name"],
        type=kind,
        unit=cells["unit"],
        default=parse(kind, cells["default"]),
        low=parse(bound, cells["low"]),
        high=parse(bound, cells["high"]),
        choices=tuple(cells["choices"].split("|")) if cells["choices"] else (),
        required=cells["required"] == "yes",
        year=cells["year"],
        source=cells["source"],
        status=cells["status"],
        description=cells["description"],
    )


_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "yes or no",
    "date": "a date (31/03/2025)",
    "postcode": "a postcode, or its first half",
    "authority": "a children's services authority, by code (E06000030) or name",
    "urn": "an Ofsted URN (seven digits, or SC and six)",
    "year": "a financial year (2024-25)",
}


def _expected(row: Attribute) -> str:
    if row.type == "choice":
        return "one of " + ", ".join(row.choices)
    if row.type == "choices":
        return "any of " + ", ".join(row.choices) + " (separated by semicolons)"
    words = _WORDS[row.type]
    if not row.numeric:
        return words
    allowed = "" if row.low is None or row.high is None else f", {shown(row.low)} to {shown(row.high)}"
    return f"{words}{allowed} ({row.unit})"
