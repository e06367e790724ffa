"""What a project remembers: runs with everything that made them, results, findings and who did what when.

One run is one transaction. Whatever happens while it is written, the store opens afterwards and holds the last run that
was complete.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from sufficiency.domain.errors import ProjectError
from sufficiency.domain.findings import Finding, Findings, Severity
from sufficiency.project import frames, inserts
from sufficiency.project.database import Database
from sufficiency.project.record import AssumptionRow, ChangeRow, InputFile, RunRecord, StoredRun


def utc_now() -> datetime:
    """Return the time now, to the second: when a run was stored, never part of a figure."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class ResultTable:
    """What a stored result table is: its name, how many rows, and what its columns mean."""

    name: str
    title: str
    unit: str
    definition: str
    rows: int
    columns: tuple[frames.Column, ...]


@dataclass(frozen=True)
class AuditEntry:
    """Who asked for what, when."""

    at: datetime
    who: str
    command: str
    detail: str


@dataclass(frozen=True)
class Store:
    """Reads and writes runs in one project's database.

    Attributes
    ----------
    database
        The SQLite file.
    clock
        Gives the time of writing.
    """

    database: Database
    clock: Callable[[], datetime] = utc_now

    def write_run(self, run: RunRecord, inputs: Mapping[str, InputFile] | None = None) -> int:
        """Store a run whole, or not at all, and return its number.

        Raises
        ------
        ProjectError
            When the store is locked, read-only or full, or a table would hold one child a row.
        """
        tables = {name: frames.tidy(frame) for name, frame in run.tables.items()}
        columns = {name: frames.columns_of(name, frame) for name, frame in tables.items()}
        known = inputs or {}
        files = [known.get(path, InputFile(path, sha256, None)) for path, sha256 in run.input_hashes.items()]
        with self.database.writing() as connection:
            run_id = inserts.insert_run(connection, run, self.clock())
            inserts.insert_inputs(connection, run_id, files, self.clock())
            inserts.insert_findings(connection, run_id, run.findings)
            inserts.insert_assumptions(connection, run_id, run)
            for name, frame in tables.items():
                inserts.insert_meta(connection, run_id, name, run.tables[name], columns[name])
                frames.write_frame(connection, name, run_id, frame)
        return run_id

    def runs(self, kind: str | None = None) -> tuple[StoredRun, ...]:
        """Return every stored run, the oldest first, or those of one kind."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM run WHERE :kind IS NULL OR kind = :kind ORDER BY id", {"kind": kind}
            ).fetchall()
            return tuple(_stored_run(row, _hashes(connection, row[0])) for row in rows)

    def latest_run(self, kind: str | None = None) -> StoredRun | None:
        """Return the last complete run, or the last of one kind; None when there is none."""
        runs = self.runs(kind)
        return runs[-1] if runs else None

    def run(self, run_id: int) -> StoredRun:
        """Return one run by its number.

        Raises
        ------
        ProjectError
            When there is no such run.
        """
        runs = self.runs()
        for run in runs:
            if run.id == run_id:
                return run
        there = ", ".join(str(run.id) for run in runs) or "none yet"
        raise ProjectError(f"there is no run {run_id} in this project. Runs: {there}.")

    def result_tables(self, run_id: int) -> tuple[ResultTable, ...]:
        """Return what tables a run stored, in the order it gave them."""
        query = "SELECT name, title, unit, definition, rows, columns FROM result_meta WHERE run_id = ? ORDER BY rowid"
        with self.database.reading() as connection:
            rows = connection.execute(query, (run_id,)).fetchall()
        return tuple(
            ResultTable(name, title, unit, definition, count, frames.from_json(columns))
            for name, title, unit, definition, count, columns in rows
        )

    def result(self, run_id: int, name: str) -> pd.DataFrame:
        """Return one table of a run as it was given, with its dtypes and ``attrs``.

        Raises
        ------
        ProjectError
            When the run has no such table.
        """
        tables = {table.name: table for table in self.result_tables(run_id)}
        if name not in tables:
            raise ProjectError(f"run {run_id} has no table {name!r}. Tables: {', '.join(tables) or 'none'}.")
        table = tables[name]
        with self.database.reading() as connection:
            frame = frames.read_frame(connection, name, run_id, table.columns)
        units = {column.name: column.unit for column in table.columns if column.unit}
        given = {"name": table.title, "unit": table.unit, "definition": table.definition, "units": units}
        frame.attrs.update({key: value for key, value in given.items() if value})
        return frame

    def findings(self, run_id: int | None = None) -> Findings:
        """Return what a run found while reading; the last run unless one is named."""
        chosen = run_id if run_id is not None else getattr(self.latest_run(), "id", None)
        with self.database.reading() as connection:
            query = (
                'SELECT code, severity, file, row, "column", found, expected, repair, action, count '
                "FROM finding WHERE run_id = ? ORDER BY rowid"
            )
            rows = connection.execute(query, (chosen,)).fetchall()
            counts = connection.execute("SELECT file, read, used FROM file_rows WHERE run_id = ?", (chosen,)).fetchall()
        found = Findings([Finding(row[0], Severity(row[1]), *row[2:]) for row in rows])
        for file, read, used in counts:
            found.count_rows(file, read, used)
        return found

    def assumptions(self, run_id: int) -> tuple[AssumptionRow, ...]:
        """Return the value of every assumption in a run."""
        query = (
            'SELECT name, value, "default", source, status, changed_from, reason FROM assumption '
            "WHERE run_id = ? ORDER BY rowid"
        )
        with self.database.reading() as connection:
            rows = connection.execute(query, (run_id,)).fetchall()
        return tuple(
            AssumptionRow(name, json.loads(value), json.loads(default), source, status, json.loads(before), reason)
            for name, value, default, source, status, before, reason in rows
        )

    def changes(self, run_id: int) -> tuple[ChangeRow, ...]:
        """Return the changes a run applied, old -> new."""
        query = "SELECT name, old, new, reason, source FROM change WHERE run_id = ? ORDER BY rowid"
        with self.database.reading() as connection:
            rows = connection.execute(query, (run_id,)).fetchall()
        return tuple(ChangeRow(row[0], json.loads(row[1]), json.loads(row[2]), *row[3:]) for row in rows)

    def note(self, who: str, command: str, detail: str = "") -> None:
        """Add one line to the audit trail; never a child's data."""
        with self.database.writing() as connection:
            connection.execute(
                "INSERT INTO audit_trail (at, who, command, detail) VALUES (?, ?, ?, ?)",
                (self.clock().isoformat(), who, command, detail),
            )

    def audit_trail(self) -> tuple[AuditEntry, ...]:
        """Return who asked for what, when, the oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT at, who, command, detail FROM audit_trail ORDER BY id").fetchall()
        return tuple(AuditEntry(datetime.fromisoformat(row[0]), *row[1:]) for row in rows)

    def note_inputs(self, files: Iterable[InputFile]) -> None:
        """Remember inputs as they stand now, before any run has read them."""
        with self.database.writing() as connection:
            for file in files:
                inserts.input_id(connection, file, self.clock())

    def inputs(self) -> tuple[InputFile, ...]:
        """Return every input ever read, in the order they were first seen."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT path, sha256, bytes FROM input ORDER BY id").fetchall()
        return tuple(InputFile(*row) for row in rows)


def _hashes(connection: sqlite3.Connection, run_id: int) -> dict[str, str]:
    query = "SELECT path, sha256 FROM input JOIN run_input ON input_id = input.id WHERE run_id = ? ORDER BY path"
    return dict(connection.execute(query, (run_id,)).fetchall())


def _stored_run(row: tuple[Any, ...], hashes: dict[str, str]) -> StoredRun:
    number, kind, created, finished, outcome, seed, base, months, seconds, version, python, versions, summary = row
    return StoredRun(
        id=number,
        kind=kind,
        created_at=datetime.fromisoformat(created),
        finished_at=datetime.fromisoformat(finished),
        outcome=outcome,
        seed=seed,
        base_date=date.fromisoformat(base),
        months=months,
        seconds=seconds,
        version=version,
        python=python,
        versions=json.loads(versions),
        summary=json.loads(summary),
        input_hashes=hashes,
    )
