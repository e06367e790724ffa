"""The Excel template: one sheet a table, made from the attribute table, that :func:`read_capacity` reads."""

from datetime import UTC, date, datetime
from os import PathLike
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_col_to_name

from sufficiency.assumptions.reading import shown
from sufficiency.assumptions.table import Attribute, attributes
from sufficiency.domain.errors import InputError
from sufficiency.ingest.capacity.headers import data_rows

TEMPLATE_TABLES: tuple[str, ...] = ("carers", "homes", "contracts", "prices")
"""Tables with a sheet in the template; needs are read from the placements standard's own workbook."""

ROWS = 500
"""Rows of each sheet that carry lists, ranges and messages; more may be pasted below."""

_CREATED = datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # fixed, so that two templates are the same bytes
_TITLE_LENGTH, _MESSAGE_LENGTH = 32, 255
_ABOUT = (
    "Places you can use: the template of sufficiency",
    "One sheet a table. Fill in what you have and leave the others empty: places are then inferred from use.",
    "Do not rename columns. Their order does not matter, further columns are left out, and blank rows are skipped.",
    "Point at a cell to see what it takes. Only columns marked required have to be filled in.",
    "Do not enter names of children or carers. Save as .xlsx; keep it with your council's own confidential files.",
    "Examples stand in the last column below and nowhere else: they are never read as data.",
)
_ABOUT_HEAD = ("Sheet", "Column", "Required", "What it is", "What it takes", "When left blank", "Example")
_ABOUT_WIDTHS = (12, 26, 10, 70, 50, 26, 16)

Formats = dict[str, Any]


def write_template(path: str | PathLike[str]) -> Path:
    """Write the template workbook and return where it is.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    target = Path(path)
    book = xlsxwriter.Workbook(str(target))
    book.set_properties({"title": _ABOUT[0], "created": _CREATED})
    formats = _formats(book)
    _read_me(book, formats)
    for table in TEMPLATE_TABLES:
        _table_sheet(book, table, formats)
    try:
        book.close()
    except (FileCreateError, OSError) as error:
        raise InputError(
            f"{target} cannot be written: is it open in another program, or its folder missing?"
        ) from error
    return target


def sheet_name(table: str) -> str:
    """Return the name of a table's sheet."""
    return table.capitalize()


def heading(row: Attribute) -> str:
    """Return a column's heading: its name in words (``Weekly fee pounds``), which is read back as its name."""
    words = row.name.replace("_", " ")
    return words.upper() if row.type == "urn" else words[:1].upper() + words[1:]


def _formats(book: Any) -> Formats:
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "text_wrap": True}),
        "required": book.add_format({"bold": True, "bg_color": "#7F3F00", "font_color": "#FFFFFF", "text_wrap": True}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "example": book.add_format({"text_wrap": True, "valign": "top", "font_color": "#595959", "italic": True}),
        "date": book.add_format({"num_format": "dd/mm/yyyy"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "text": book.add_format({"num_format": "@"}),
    }


def _read_me(book: Any, formats: Formats) -> None:
    sheet = book.add_worksheet("Read me")
    for number, line in enumerate(_ABOUT):
        sheet.write_string(number, 0, line, formats["title"] if number == 0 else None)
    top = len(_ABOUT) + 1
    for column, (word, width) in enumerate(zip(_ABOUT_HEAD, _ABOUT_WIDTHS, strict=True)):
        sheet.write_string(top, column, word, formats["head"])
        sheet.set_column(column, column, width)
    examples = {(row["table"], row["name"]): row["value"] for row in data_rows("examples.csv")}
    rows = [row for table in TEMPLATE_TABLES for row in attributes(table)]
    for number, row in enumerate(rows, start=top + 1):
        cells = _about_cells(row, examples.get((row.table, row.name), ""))
        for column, cell in enumerate(cells):
            sheet.write_string(number, column, cell, formats["example" if column == len(cells) - 1 else "wrap"])
    sheet.freeze_panes(top + 1, 2)


def _about_cells(row: Attribute, example: str) -> tuple[str, ...]:
    blank = "" if row.required else _when_blank(row)
    required = "required" if row.required else ""
    return (sheet_name(row.table), heading(row), required, row.description, row.expected, blank, example)


def _when_blank(row: Attribute) -> str:
    if "lank" in row.description:  # the description says what a blank means
        return "as said under what it is"
    return "not known" if row.default is None else f"read as {shown(row.default)}"


def _table_sheet(book: Any, table: str, formats: Formats) -> None:
    sheet = book.add_worksheet(sheet_name(table))
    rows = attributes(table)
    columns = [
        {"header": heading(row), "header_format": formats["required" if row.required else "head"]} for row in rows
    ]
    style = {"name": sheet_name(table), "columns": columns, "style": "Table Style Light 1"}
    sheet.add_table(0, 0, ROWS, len(rows) - 1, style)
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 32)
    for index, row in enumerate(rows):
        sheet.set_column(index, index, max(12, len(heading(row)) * 0.75), _cell_format(row, formats))
        sheet.write_comment(0, index, _note(row), {"x_scale": 2.2, "y_scale": 1.6})
        sheet.data_validation(1, index, ROWS, index, _validation(row, index))


def _cell_format(row: Attribute, formats: Formats) -> Any:
    if row.type == "date":
        return formats["date"]
    if row.unit == "pounds a week":
        return formats["money"]
    return None if row.numeric else formats["text"]


def _note(row: Attribute) -> str:
    required = "Required. " if row.required else ""
    blank = "" if row.required or "lank" in row.description else f" Blank: {_when_blank(row)}."
    return f"{required}{row.description} Takes {row.expected}.{blank}"


def _validation(row: Attribute, index: int) -> dict[str, Any]:
    return {
        **_criteria(row, index),
        "ignore_blank": True,
        "input_title": heading(row)[:_TITLE_LENGTH],
        "input_message": _note(row)[:_MESSAGE_LENGTH],
        "error_title": f"{heading(row)}: not usable"[:_TITLE_LENGTH],
        "error_message": f"Please enter {row.expected}."[:_MESSAGE_LENGTH],
    }


def _criteria(row: Attribute, index: int) -> dict[str, Any]:
    if row.type == "choice":
        return {"validate": "list", "source": list(row.choices)}
    if row.type == "bool":
        return {"validate": "list", "source": ["yes", "no"]}
    if row.type == "date" and isinstance(row.low, date) and isinstance(row.high, date):
        return {"validate": "date", "criteria": "between", "minimum": row.low, "maximum": row.high}
    if row.numeric:
        kind = "integer" if row.type == "int" else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": row.low, "maximum": row.high}
    if row.type == "year":
        return _custom(index, 'AND(LEN({0})=7,MID({0},5,1)="-")')
    if row.required:
        return _custom(index, "COUNTIF(${1}$2:${1}${2},{0})=1") | {"error_type": "warning"}
    return {"validate": "any"}


def _custom(index: int, formula: str) -> dict[str, Any]:
    column = xl_col_to_name(index)
    return {"validate": "custom", "value": "=" + formula.format(f"{column}2", column, ROWS + 1)}
