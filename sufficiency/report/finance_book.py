"""Sheets of a finance workbook: one table each, its sums as formulas that carry the engine's values.

A reader can change a figure and see the totals move; a program that never calculates sees what the engine worked out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

HEADER_ROW = 3
"""Row of the column names, counted from nought: title, words and a blank row stand above."""

PENCE = 100
TOTAL = "total"
_WIDEST, _NARROWEST = 46, 11
_WORDS_WIDTH = 110
"""Characters that the words under a title may take in a line."""

_HEADER_HEIGHT, _LINE_HEIGHT = 32, 15
"""Heights in points: two lines of column names, and one line of text."""

_NAMES = {"pence": "£", "weekly_pence": "£ a week", "pence_weekly": "£ a week"}


@dataclass(frozen=True)
class Page:
    """One sheet with one table.

    Attributes
    ----------
    name
        Of the sheet, at most 31 characters.
    table
        Key of the table.
    formulas
        Column -> formula, other columns of the row in braces: ``{placement_pence}+{fixed_pence}``.
    total
        Whether a row of sums stands below; only where rows add up and the table has none.
    whole
        Formula of the row called ``total`` that the table has, ``{first}`` and ``{last}`` being the cells of the rows
        above; only where those rows do add up to it.
    chain
        Row (from nought) whose cell in the column before is the first row of a column; 0 where columns stand alone.
    """

    name: str
    table: str
    formulas: Mapping[str, str] = field(default_factory=dict)
    total: bool = False
    whole: str = ""
    chain: int = 0


@dataclass(frozen=True, eq=False)
class Book:
    """An open workbook with its formats."""

    file: Any
    formats: Mapping[str, Any]

    @classmethod
    def open(cls, path: str, title: str, marking: str) -> "Book":
        """Begin a workbook."""
        file = xlsxwriter.Workbook(path, {"default_date_format": "mmm yyyy", "nan_inf_to_errors": False})
        file.set_properties({"title": title, "subject": marking, "company": "", "comments": marking})
        file.set_calc_mode("auto")
        return cls(file, {name: file.add_format(given) for name, given in _FORMATS.items()})

    def sheet(self, name: str, title: str, words: str, columns: int) -> Any:
        """Add a sheet with its title and words, ready to print on landscape A4."""
        sheet = self.file.add_worksheet(name)
        sheet.write(0, 0, title, self.formats["title"])
        sheet.merge_range(1, 0, 1, max(min(columns, 8) - 1, 1), words, self.formats["words"])
        sheet.set_row(1, _LINE_HEIGHT * (1 + len(words) // min(_WORDS_WIDTH, 14 * max(columns, 3))))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{title}&R&P of &N")
        sheet.hide_gridlines(2)
        sheet.set_row(HEADER_ROW, _HEADER_HEIGHT)
        return sheet


_WHOLE_POUNDS = "#,##0"

_HEAD: dict[str, Any] = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E7EDF3"}

_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "words": {"text_wrap": True, "valign": "top", "font_color": "#404040"},
    "header": _HEAD,
    "header_number": {**_HEAD, "align": "right"},
    "header_text": {**_HEAD, "align": "left", "indent": 1},
    "text": {"valign": "top"},
    "indented": {"text_wrap": True, "valign": "top", "align": "left", "indent": 1},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "money": {"num_format": _WHOLE_POUNDS, "valign": "top"},
    "money_weekly": {"num_format": "#,##0.00", "valign": "top"},
    "share": {"num_format": "0.0%", "valign": "top"},
    "number": {"num_format": "#,##0.0", "valign": "top"},
    "whole": {"num_format": "#,##0", "valign": "top"},
    "month": {"num_format": "mmm yyyy", "align": "left", "valign": "top", "indent": 1},
    "day": {"num_format": "d mmm yyyy", "align": "left", "valign": "top", "indent": 1},
    "total_text": {"bold": True, "top": 1},
    "total_money": {"bold": True, "top": 1, "num_format": _WHOLE_POUNDS},
}


def write_page(book: Book, page: Page, frame: pd.DataFrame) -> None:
    """Write a table on a sheet of its own: names, rows, formulas, total."""
    table = frame.reset_index(drop=True)
    columns = [str(name) for name in table.columns]
    kinds = {name: kind_of(name, table[name]) for name in columns}
    words = " ".join(part for part in (str(frame.attrs.get("definition", "")), _basis(frame)) if part)
    sheet = book.sheet(page.name, _title(frame, page), words, len(columns))
    for place, name in enumerate(columns):
        _write_column(book, sheet, page, table, place, kinds[name])
        sheet.set_column(place, place, _width(name, table[name], kinds[name]))
    _set_heights(sheet, table, kinds)
    if page.total:
        _write_total(book, sheet, table, kinds)
    first_number = next((place for place, name in enumerate(columns) if kinds[name] not in _LABELS), 1)
    sheet.freeze_panes(HEADER_ROW + 1, min(max(first_number, 1), 3))
    sheet.repeat_rows(HEADER_ROW)


_LABELS = ("text", "wrapped", "month", "day")


def kind_of(name: str, values: "pd.Series[Any]") -> str:
    """Return how a column is shown: money, share, number, month, day or text."""
    if name.endswith(("weekly_pence", "pence_weekly")):
        return "money_weekly"
    if name.endswith("_pence") or (values.dtype.kind in "iu" and name[:2] == "20") or name == TOTAL:
        return "money"
    if name.endswith("share"):
        return "share"
    if values.dtype.kind == "M":
        return "month" if name == "month" else "day"
    if values.dtype.kind in "iu":
        return "whole"
    return "number" if values.dtype.kind == "f" else "text"


def heading(name: str) -> str:
    """Return a column's name in words, pounds for pence."""
    for ending, unit in sorted(_NAMES.items(), key=lambda pair: -len(pair[0])):
        if name.endswith("_" + ending):
            return f"{name.removesuffix('_' + ending).replace('_', ' ')} ({unit})"
    return name.replace("_", " ")


def shown(value: Any, kind: str) -> Any:
    """Return a value as a cell holds it: pounds for pence, blank for what is not known."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if kind in ("money", "money_weekly"):
        return int(value) / PENCE
    if kind in ("month", "day"):
        return pd.Timestamp(value).to_pydatetime()
    if kind in ("number", "share"):
        return float(value)
    return int(value) if kind == "whole" else str(value)


def cell(column: int, row: int) -> str:
    """Return the address of a row of data (from nought) in a column."""
    return str(xl_rowcol_to_cell(HEADER_ROW + 1 + row, column))


def rows_of(column: int, rows: int) -> str:
    """Return the address of all rows of data in a column, fixed."""
    letter = xl_col_to_name(column)
    return f"${letter}${HEADER_ROW + 2}:${letter}${HEADER_ROW + 1 + rows}"


def _write_column(book: Book, sheet: Any, page: Page, table: pd.DataFrame, place: int, kind: str) -> None:
    columns = [str(name) for name in table.columns]
    name = columns[place]
    label = "header_text" if place or kind in ("month", "day") else "header"
    sheet.write(HEADER_ROW, place, heading(name), book.formats[label if kind in _LABELS else "header_number"])
    adds_up = _adds_up(page, table, place)
    for row, value in enumerate(table.iloc[:, place].tolist()):
        at, known = (HEADER_ROW + 1 + row, place), shown(value, kind)
        is_total = bool(page.whole) and row == len(table) - 1
        usual = "indented" if kind == "text" and place else kind
        style = book.formats[f"total_{'money' if kind == 'money' else 'text'}" if is_total else usual]
        formula = _formula(page, columns, place, row, is_total and adds_up)
        if known is None:
            sheet.write_blank(*at, None, style)
        elif formula and kind in ("money", "money_weekly"):
            sheet.write_formula(*at, "=" + formula, style, known)
        elif kind in ("month", "day"):
            sheet.write_datetime(*at, known, style)
        elif isinstance(known, str):
            sheet.write_string(*at, known, style)
        else:
            sheet.write_number(*at, known, style)


def _formula(page: Page, columns: list[str], place: int, row: int, whole: bool) -> str:
    """Return the formula of a cell, "" where it holds a figure."""
    name = columns[place]
    if name in page.formulas:
        return _filled(page.formulas[name], columns, row)
    if whole:
        return page.whole.format(first=cell(place, 0), last=cell(place, row - 1))
    return cell(place - 1, page.chain) if page.chain and row == 0 and place > 1 else ""


def _adds_up(page: Page, table: pd.DataFrame, place: int) -> bool:
    """Say whether the last row of a column is the sum of those above: a sum that is only partly known is no formula."""
    values = table.iloc[:, place]
    if not page.whole or values.dtype.kind not in "iuf":
        return False
    above = values.iloc[:-1]
    return bool(above.notna().all() and values.notna().iloc[-1] and int(above.sum()) == int(values.iloc[-1]))


def _set_heights(sheet: Any, table: pd.DataFrame, kinds: Mapping[str, str]) -> None:
    """Make rows tall enough for long texts; a program that opens the file need not do it."""
    texts = [name for name in kinds if kinds[name] == "text"]
    for row, values in enumerate(table[texts].itertuples(index=False)):
        longest = max((len(str(value)) for value in values), default=0)
        if longest > _WIDEST - 3:
            sheet.set_row(HEADER_ROW + 1 + row, _LINE_HEIGHT * (1 + longest // (_WIDEST - 6)))


def _filled(formula: str, columns: list[str], row: int) -> str:
    cells = {name: cell(place, row) for place, name in enumerate(columns)}
    return formula.format(**cells, row=row)


def _write_total(book: Book, sheet: Any, table: pd.DataFrame, kinds: Mapping[str, str]) -> None:
    bottom, rows = HEADER_ROW + 1 + len(table), len(table)
    for place, name in enumerate(str(each) for each in table.columns):
        if kinds[name] == "money" and not name.startswith("running"):
            value = int(table.iloc[:, place].sum()) / PENCE
            formula = f"=SUM({cell(place, 0)}:{cell(place, rows - 1)})"
            sheet.write_formula(bottom, place, formula, book.formats["total_money"], value)
        else:
            sheet.write(bottom, place, TOTAL if place == 0 else "", book.formats["total_text"])


def _width(name: str, values: "pd.Series[Any]", kind: str) -> float:
    if kind in ("money", "money_weekly"):
        largest = max((abs(shown(value, kind) or 0) for value in values.tolist()), default=0)
        return max(len(f"{largest:,.2f}") + 2, _NARROWEST, min(len(heading(name)) + 1, 16))
    longest = max((len(str(shown(value, kind) or "")) for value in values.tolist()), default=0)
    words = max((len(word) for word in heading(name).split()), default=0)
    return min(max(12 if kind in ("month", "day") else longest + 3, words + 3, _NARROWEST), _WIDEST)


def _title(frame: pd.DataFrame, page: Page) -> str:
    name = str(frame.attrs.get("name") or page.name)
    return name[:1].upper() + name[1:]


def _basis(frame: pd.DataFrame) -> str:
    base = frame.attrs.get("price_base")
    return f"Price base: {base}." if base else ""
