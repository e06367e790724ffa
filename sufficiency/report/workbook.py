"""The accessible workbook: cover, contents, notes, and one marked table a sheet, as the analysis function asks."""

import re
import textwrap
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from sufficiency.report.statement import Statement
from sufficiency.report.table import SHORTHAND, TEXT, Table

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # gptables leaves its theme file open while it is imported
    import gptables

_SHEET_NAME_LENGTH = 31
_A4, _LINE = 9, 110


def write_workbook(statement: Statement, path: Path) -> Path:
    """Write the workbook and return where it is; what gptables warns of is a fault of ours and stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)  # gptables sorts in place, which pandas 4 drops
        _write(statement, path)
    return path


def _write(statement: Statement, path: Path) -> None:
    sheets = {table.number[:_SHEET_NAME_LENGTH]: _sheet(table, statement) for table in statement.all_tables}
    sheets["Traceability"] = _trace(statement)
    book = gptables.produce_workbook(
        str(path),
        sheets=sheets,
        cover=_cover(statement),
        contentsheet_options={"instructions": "This sheet lists every table with a link to it."},
        notes_table=_notes(statement),
        notesheet_options={"instructions": "The notes belong to the tables named in them."},
    )
    for sheet in book.worksheets():  # printed, each sheet is one page wide
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    book.set_properties({"title": statement.title, "subject": statement.subtitle, "comments": statement.marking})
    book.close()


def _cover(statement: Statement) -> Any:
    marks = [f"{mark}: {meaning}" for mark, meaning in SHORTHAND.items()]
    return gptables.Cover(
        cover_label="Cover",
        title=statement.title,
        intro=[statement.subtitle, f"Marking: {statement.marking}."],
        about=["Marks in place of a number:", *marks, "Where the figures come from: sheet Traceability."],
        width=100,
    )


def _sheet(table: Table, statement: Statement) -> Any:
    words = table.words
    notes = {0: _references(table, statement)} if table.words.notes else {}
    marks = [f"{mark} {SHORTHAND[mark]}" for mark in table.marks]
    return gptables.GPTable(
        table=_frame(table),
        table_name=f"table_{table.number.lower()}",
        title=f"{table.number}: {table.title}",
        subtitles=[table.finding, *_lines(words.definition), f"Marking: {statement.marking}."],
        scope=f"Date or period: {words.date}",
        source=words.source,
        table_notes=notes,
        legend=marks,
        index_columns={1: 0},
        instructions="This worksheet contains one table." + (" Some cells refer to notes." if notes else ""),
        additional_formatting=_formats(table),
    )


def _lines(text: str) -> list[str]:
    """Return a definition sentence by sentence, in lines that a screen or a page can hold."""
    sentences = re.split(r"(?<=[.:]) ", text)
    return [line for sentence in sentences for line in textwrap.wrap(sentence, _LINE)]


def _trace(statement: Statement) -> Any:
    return gptables.GPTable(
        table=pd.DataFrame(statement.trace, columns=["Name", "Value"]),
        table_name="traceability",
        title="Traceability",
        subtitles=["Which runs, files, assumptions and versions the figures were made from."],
        instructions="This worksheet contains one table.",
        index_columns={1: 0},
    )


def _frame(table: Table) -> pd.DataFrame:
    """Return the table, its numbers as numbers."""
    frame = table.frame
    return frame.set_axis([str(name) for name in frame.columns], axis=1)


def _formats(table: Table) -> list[dict[str, Any]]:
    numbers = [place for place, column in enumerate(table.columns) if column.unit != TEXT]
    formats = (
        {"align": "right", "num_format": "#,##0.##"} if _has_parts(table) else {"align": "right", "num_format": "#,##0"}
    )
    return [{"column": {"columns": numbers, "format": formats, "include_names": True}}] if numbers else []


def _has_parts(table: Table) -> bool:
    return any(isinstance(value, float) for row in table.rows for value in row)


def _references(table: Table, statement: Statement) -> str:
    names = [name for name, owner, _ in _numbered(statement) if owner == table.number]
    return "".join(f"$${name}$$" for name in names)


def _numbered(statement: Statement) -> list[tuple[str, str, str]]:
    """Name every note: (name, table, text)."""
    every = [(table.number, note) for table in statement.all_tables for note in table.words.notes]
    return [(f"note{place}", owner, note) for place, (owner, note) in enumerate(every, start=1)]


def _notes(statement: Statement) -> pd.DataFrame:
    rows = [(name, f"{owner}: {note}") for name, owner, note in _numbered(statement)]
    return pd.DataFrame(rows, columns=["Note reference", "Note text"])
