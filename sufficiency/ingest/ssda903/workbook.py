"""From an Excel workbook to rows of text, sheet by sheet."""

import datetime as dt
import io
import warnings
from collections.abc import Iterator

from sufficiency.ingest.ssda903.text import NumberedRows


def sheets_of(data: bytes) -> Iterator[tuple[str, NumberedRows]]:
    """Yield each sheet's name and its rows that are not blank, cells as text (dates as yyyy-mm-dd).

    Raises
    ------
    Exception
        Whatever the workbook library raises for a damaged file; the caller makes a finding of it.
    """
    import openpyxl  # takes long to load, and few returns are workbooks

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of styles and extensions, which hold no data
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                yield sheet.title, _rows(sheet.iter_rows(values_only=True))
        finally:
            book.close()


def _rows(rows: Iterator[tuple[object, ...]]) -> NumberedRows:
    texts = ((number, [_text(cell) for cell in row]) for number, row in enumerate(rows, 1))
    return [(number, row) for number, row in texts if any(row)]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
