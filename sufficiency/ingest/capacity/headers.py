"""Headers recognised: which table a sheet holds, in which row its names stand, and which column is which."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from sufficiency.assumptions.table import TABLES, attributes
from sufficiency.ingest.capacity.grids import Grid

OFSTED = "ofsted"
RECOGNISABLE: tuple[str, ...] = (*TABLES, OFSTED)
"""Tables that can be recognised by their columns."""

_HEADER_DEPTH = 25
_FEWEST_NAMES = 2


@dataclass(frozen=True)
class Header:
    """Where the names stand, and what they mean for one table.

    Attributes
    ----------
    row
        Index of the row of names in the grid.
    columns
        Column index by name of the table.
    written
        Names as written, by column index, blanks left out.
    repeated
        Column indices whose name was met before.
    """

    table: str
    row: int
    columns: dict[str, int]
    written: dict[int, str]
    repeated: tuple[int, ...]

    @property
    def unknown(self) -> tuple[int, ...]:
        """Column indices whose name means nothing here."""
        used = {*self.columns.values(), *self.repeated}
        return tuple(index for index in self.written if index not in used)


def compact(name: str) -> str:
    """Return a name as letters and digits only, so that case, spaces and underscores do not matter.

    >>> compact("Weekly fee (pounds)")
    'weeklyfeepounds'
    """
    return "".join(character for character in name.casefold() if character.isalnum())


def find_header(grid: Grid, table: str) -> Header | None:
    """Return the header of a table in a grid: the row with most of its names; None when there is no such row."""
    rows = grid.cells[:_HEADER_DEPTH]
    scores = [len({known for known in map(names(table).get, map(compact, row)) if known}) for row in rows]
    best = max(scores, default=0)
    return None if best < _FEWEST_NAMES else _header(table, scores.index(best), rows[scores.index(best)])


def likeliest(grid: Grid) -> str:
    """Return the table whose names a grid has most of, "" when it has none; ties go to the name of the sheet."""
    found = Counter({table: len(h.columns) for table in RECOGNISABLE if (h := find_header(grid, table)) is not None})
    if not found:
        return ""
    best = max(found.values())
    tied = [table for table in RECOGNISABLE if found[table] == best]
    return next((table for table in tied if table == compact(grid.sheet)), tied[0])


@lru_cache(maxsize=16)
def names(table: str) -> dict[str, str]:
    """Return the names of a table by their compact spelling, aliases included."""
    own = {} if table == OFSTED else {compact(row.name): row.name for row in attributes(table)}
    aliases = {compact(row["alias"]): row["name"] for row in data_rows("header_aliases.csv") if row["table"] == table}
    return aliases | own


def data_rows(file: str) -> list[dict[str, str]]:
    """Return the rows of a data file of this package."""
    text = files("sufficiency.ingest.capacity").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _header(table: str, row: int, cells: Sequence[str]) -> Header:
    known = names(table)
    columns: dict[str, int] = {}
    repeated: list[int] = []
    for index, cell in enumerate(cells):
        name = known.get(compact(cell))
        if name is None:
            continue
        if name in columns:
            repeated.append(index)
        else:
            columns[name] = index
    written = {index: cell for index, cell in enumerate(cells) if cell.strip()}
    return Header(table, row, columns, written, tuple(repeated))
