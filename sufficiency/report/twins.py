"""The CSV twin of every table, and the list of what each column holds."""

import csv
from pathlib import Path

from sufficiency.report.shown import unit_words
from sufficiency.report.statement import Statement
from sufficiency.report.table import Table

_FORMULA_STARTS = ("=", "+", "@", "\t")


def write_twins(statement: Statement, folder: Path) -> tuple[Path, ...]:
    """Write one CSV file a table, marked like every other form, and ``_tables.csv`` with their words.

    Returns
    -------
    tuple of Path
        The files, in table order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [_write(folder / f"{table.number}.csv", _rows(table)) for table in statement.all_tables]
    header: list[object] = ["table", "title", "column", "unit", "finding", "definition", "source", "date", "marking"]
    described: list[list[object]] = [
        header,
        *(row for table in statement.all_tables for row in _described(table, statement.marking)),
    ]
    return (
        *written,
        _write(folder / "_tables.csv", described),
        _write(folder / "_traceability.csv", _trace(statement)),
    )


def _rows(table: Table) -> list[list[object]]:
    return [[column.full_heading for column in table.columns], *([_safe(value) for value in row] for row in table.rows)]


def _described(table: Table, marking: str) -> list[list[object]]:
    words = table.words
    told = [table.finding, words.definition, words.source, words.date, marking]
    return [[table.number, words.title, each.full_heading, unit_words(each), *told] for each in table.columns]


def _trace(statement: Statement) -> list[list[object]]:
    rows: list[list[object]] = [[name, value] for name, value in statement.trace]
    return [["name", "value"], *rows]


def _safe(value: object) -> object:
    """Quote text that a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _write(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle).writerows(rows)
    return path
