"""One recognised sheet as a frame of text, and findings that name its cells."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from openpyxl.utils import get_column_letter

from sufficiency.domain.findings import Finding, Findings, shape_of
from sufficiency.ingest.capacity.grids import Grid
from sufficiency.ingest.capacity.headers import Header
from sufficiency.ingest.capacity.rules import FINDINGS

LISTED = 50
"""Cells of one column with the same fault that are listed one by one; the others are counted in one finding."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sheet:
    """Rows of one table as text.

    Attributes
    ----------
    grid, header
        Where the rows come from.
    text
        One column a name of the table, "" where the file has none.
    rows
        Row of the spreadsheet of each row of ``text``, from 1.
    """

    grid: Grid
    header: Header
    text: pd.DataFrame
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def place(self, name: str, row: int | None) -> str:
        """Return where a cell is: ``Carers!E7`` in a workbook, the column name in a text file."""
        index = self.header.columns.get(name)
        if index is None:
            return name
        if not self.grid.sheet or row is None:
            return self.header.written.get(index, name)
        return f"{self.grid.sheet}!{get_column_letter(index + 1)}{row}"


def take_sheet(grid: Grid, header: Header, names: tuple[str, ...]) -> Sheet:
    """Return the rows under a header as text; rows without any text are left out, wherever they stand."""
    body = grid.cells[header.row + 1 :]
    filled = [index for index, row in enumerate(body) if any(cell.strip() for cell in row)]
    columns = {name: _column([body[index] for index in filled], header.columns.get(name)) for name in names}
    text = pd.DataFrame(columns, dtype="str", index=range(len(filled)))
    return Sheet(grid, header, text, np.array(filled, dtype=np.int64) + header.row + 2)


def _column(rows: list[tuple[str, ...]], index: int | None) -> list[str]:
    if index is None:
        return [""] * len(rows)
    return [row[index].strip() if index < len(row) else "" for row in rows]


def safe(text: str, hidden: bool = False) -> str:
    """Return what stood in a cell as it may be shown: only its shape when it could identify somebody.

    Plain words and plain numbers are shown; text that mixes letters and digits (postcodes, identifiers) is not, and
    nothing of the needs table is.
    """
    mixed = bool(re.search(r"[^\W\d_]", text)) and bool(re.search(r"\d", text))
    return shape_of(text) if hidden or mixed else text[:40]


@dataclass(frozen=True, eq=False)
class Reporter:
    """Adds findings about one sheet."""

    sheet: Sheet
    findings: Findings

    def about(self, code: str, column: str = "", found: str = "", expected: str = "", count: int = 1) -> None:
        """Add one finding about the whole sheet or one of its columns."""
        self._add(code, None, column, found, expected, count)

    def cells(self, code: str, name: str, where: Mask, expected: str = "", hidden: bool = True) -> None:
        """Add a finding for every marked row: each cell named up to :data:`LISTED`, the others in one count."""
        marked = np.flatnonzero(where)
        found = self.sheet.text[name].to_numpy() if name in self.sheet.text else np.full(len(self.sheet), "")
        for index in marked[:LISTED]:
            row = int(self.sheet.rows[index])
            self._add(code, row, self.sheet.place(name, row), safe(str(found[index]), hidden), expected, 1)
        rest = len(marked) - LISTED
        if rest > 0:
            self._add(code, None, self.sheet.place(name, None), f"{rest} more rows", expected, rest)

    def counted(self, code: str, name: str, where: Mask, found: str = "", expected: str = "") -> None:
        """Add one finding for all marked rows together; none when no row is marked."""
        count = int(where.sum())
        if count:
            self._add(code, None, self.sheet.place(name, None), found, expected, count)

    def _add(self, code: str, row: int | None, column: str, found: str, expected: str, count: int) -> None:
        rule = FINDINGS[code]
        expected = f"expected {expected}. {rule.meaning}" if expected else rule.meaning
        self.findings.add(
            Finding(
                code=code,
                severity=rule.severity,
                file=self.sheet.grid.label,
                row=row,
                column=column,
                found=found,
                expected=expected,
                repair=rule.repair,
                action=rule.action,
                count=count,
            )
        )
