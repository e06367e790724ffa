"""Files as grids of text: one grid a sheet, every cell a string, nothing interpreted yet."""

import math
import warnings
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from sufficiency.ingest.capacity.textfile import read_text_cells

_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Grid:
    """One sheet, or one text file.

    Attributes
    ----------
    file
        File name as the user knows it.
    sheet
        Sheet name, "" for a text file.
    cells
        Rows of text; row 0 is row 1 of the spreadsheet.
    encoding
        Encoding the text was read with, "" for a workbook.
    """

    file: str
    sheet: str
    cells: tuple[tuple[str, ...], ...]
    encoding: str = ""

    @property
    def label(self) -> str:
        """File, or file and sheet, as findings name it."""
        return f"{self.file}, {self.sheet}" if self.sheet else self.file


class UnreadableFile(Exception):
    """A file that cannot be opened; carries the code of the finding."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_grids(path: Path) -> tuple[Grid, ...]:
    """Read every sheet of a workbook, or the one grid of a text file. What it is is told from its first bytes.

    Raises
    ------
    UnreadableFile
        With the code of the finding.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFile("capacity.file.missing") from None
    except OSError as error:
        raise UnreadableFile("capacity.file.unreadable") from error
    if data.startswith(_OLD_WORKBOOK):
        raise UnreadableFile("capacity.file.old_workbook")
    if data.startswith(_ZIP):
        return _workbook(data, path.name)
    text = read_text_cells(data)
    if text is None:
        raise UnreadableFile("capacity.file.unreadable")
    return (Grid(path.name, "", text.cells, text.encoding),)


def _workbook(data: bytes, name: str) -> tuple[Grid, ...]:
    try:
        return _sheets(data, name)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise UnreadableFile("capacity.file.unreadable") from error


def _sheets(data: bytes, name: str) -> tuple[Grid, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of extensions (lists, styles) that reading does not need
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
        try:
            return tuple(_grid(sheet, name) for sheet in book.worksheets)
        finally:
            book.close()


def _grid(sheet: Any, name: str) -> Grid:
    sheet.reset_dimensions()  # programs other than Excel often write a wrong one
    rows = [tuple(cell_text(value) for value in row) for row in sheet.iter_rows(values_only=True)]
    return Grid(name, sheet.title, tuple(rows))


def cell_text(value: object) -> str:
    """Write a workbook cell as text: days as 2025-03-31, whole numbers without decimals, errors as blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return _number_text(value)
    return str(value).strip()


def _number_text(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10f}".rstrip("0")
