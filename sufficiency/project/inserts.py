"""The statements that put one run into the store; all of them inside the transaction that the store opened."""

import json
import platform
import sqlite3
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

import sufficiency
from sufficiency.domain.findings import Findings
from sufficiency.project import frames
from sufficiency.project.record import InputFile, RunRecord, Scalar


def to_json(value: Any) -> str:
    """Write a single value as JSON text; a missing number is null."""
    plain = value.item() if hasattr(value, "item") else value
    return json.dumps(None if plain != plain else plain)


def insert_run(connection: sqlite3.Connection, run: RunRecord, now: datetime) -> int:
    """Add a run's own row and return its number."""
    summary: dict[str, Scalar] = {name: json.loads(to_json(value)) for name, value in run.summary.items()}
    cursor = connection.execute(
        "INSERT INTO run (kind, created_at, finished_at, outcome, seed, base_date, months, seconds, version, python, "
        "versions, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run.kind,
            (now - timedelta(seconds=round(run.seconds))).isoformat(),
            now.isoformat(),
            run.outcome,
            run.seed,
            run.base_date.isoformat(),
            run.months,
            run.seconds,
            sufficiency.__version__,
            platform.python_version(),
            json.dumps(dict(run.versions)),
            json.dumps(summary),
        ),
    )
    return int(cursor.lastrowid or 0)


def input_id(connection: sqlite3.Connection, file: InputFile, now: datetime) -> int:
    """Return the number of an input, adding it when these bytes were not seen before."""
    connection.execute(
        "INSERT OR IGNORE INTO input (path, sha256, bytes, read_at) VALUES (?, ?, ?, ?)",
        (file.path, file.sha256, file.bytes, now.isoformat()),
    )
    found = connection.execute("SELECT id FROM input WHERE path = ? AND sha256 = ?", (file.path, file.sha256))
    return int(found.fetchone()[0])


def insert_inputs(connection: sqlite3.Connection, run_id: int, files: list[InputFile], now: datetime) -> None:
    """Add which inputs a run read."""
    rows = [(run_id, input_id(connection, file, now)) for file in files]
    connection.executemany("INSERT INTO run_input (run_id, input_id) VALUES (?, ?)", rows)


def insert_findings(connection: sqlite3.Connection, run_id: int, findings: Findings) -> None:
    """Add what a run found, and how many rows of each file it read and used."""
    rows = [
        (run_id, f.code, f.severity.value, f.file, f.row, f.column, f.found, f.expected, f.repair, f.action, f.count)
        for f in findings
    ]
    connection.executemany("INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    counts = [(run_id, file, read, findings.rows_used.get(file, 0)) for file, read in findings.rows_read.items()]
    connection.executemany("INSERT INTO file_rows VALUES (?, ?, ?, ?)", counts)


def insert_assumptions(connection: sqlite3.Connection, run_id: int, run: RunRecord) -> None:
    """Add the value of every assumption of a run, and the changes it applied."""
    rows = [
        (run_id, a.name, to_json(a.value), to_json(a.default), a.source, a.status, to_json(a.changed_from), a.reason)
        for a in run.assumptions
    ]
    connection.executemany("INSERT INTO assumption VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    changes = [(run_id, c.name, to_json(c.old), to_json(c.new), c.reason, c.source) for c in run.changes]
    connection.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?, ?)", changes)


def insert_meta(
    connection: sqlite3.Connection, run_id: int, name: str, frame: pd.DataFrame, columns: tuple[frames.Column, ...]
) -> None:
    """Add what a result table is and what its columns mean."""
    words = [str(frame.attrs.get(key, "")) for key in ("name", "unit", "definition")]
    connection.execute(
        "INSERT INTO result_meta (run_id, name, title, unit, definition, columns, rows) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (run_id, name, *words, frames.to_json(columns), len(frame)),
    )
