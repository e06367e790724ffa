"""A run's tables as CSV files that explain themselves: units in the column names, definitions beside them."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from sufficiency.domain.errors import ProjectError
from sufficiency.project.folder import Project
from sufficiency.project.record import RUN_KINDS, StoredRun

UNIT_ENDINGS: frozenset[str] = frozenset(
    {"pence", "pounds", "miles", "days", "weeks", "months", "years", "year"}
    | {"share", "percent", "children", "places", "index", "seconds", "gap"}
)
"""Words that, at the end of a column name, already say what is counted."""

HANDLING = "Unsuppressed counts: OFFICIAL-SENSITIVE, for use inside the council, not for publication."
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS_HEADER = ("file", "column", "in_store", "unit", "table", "definition", "handling")


def export_runs(project: Project, out: Path, run_id: int | None = None) -> tuple[Path, ...]:
    """Write every table of one run, or of the last run of each kind, and return the files written.

    Beside the tables: ``_columns.csv`` (unit and definition of every column), ``_assumptions.csv`` and ``_runs.json``
    (seed, versions, input hashes, outcome). A synthetic council's files say so in their names.

    Raises
    ------
    ProjectError
        When there is no run yet, no such run, or the folder cannot be written to.
    """
    runs = _chosen(project, run_id)
    mark = "_synthetic" if project.synthetic else ""
    try:
        out.mkdir(parents=True, exist_ok=True)
        described: list[tuple[str, ...]] = []
        written = [path for run in runs for path in _tables(project, run, out, mark, described)]
        columns = _write_rows(out / f"_columns{mark}.csv", _COLUMNS_HEADER, described)
        assumptions = _assumptions(project, runs, out / f"_assumptions{mark}.csv")
        return (*written, columns, assumptions, _records(project, runs, out / f"_runs{mark}.json"))
    except OSError as error:
        raise ProjectError(f"{out}: cannot be written ({error.strerror}). Is a file in it open elsewhere?") from None


def with_units(frame: pd.DataFrame) -> dict[str, str]:
    """Return, for each column, the name that also says what its numbers count.

    >>> frame = pd.DataFrame({"starts": [1], "miles": [2.5], "setting": ["secure"]})
    >>> frame.attrs["unit"] = "children"
    >>> with_units(frame)
    {'starts': 'starts_children', 'miles': 'miles', 'setting': 'setting'}
    """
    return {name: _named(name, unit) for name, unit in units_of(frame).items()}


def units_of(frame: pd.DataFrame) -> dict[str, str]:
    """Return the unit of each column: its own, the one its name ends with, or the table's; "" for labels."""
    own = frame.attrs.get("units", {})
    common = str(frame.attrs.get("unit", ""))
    return {str(name): str(own.get(name) or _unit(str(name), frame[name], common)) for name in frame.columns}


def _unit(name: str, column: "pd.Series[Any]", common: str) -> str:
    if column.dtype.kind not in "iuf":
        return ""
    ending = name.split("_")[-1]
    return ending if ending in UNIT_ENDINGS else common


def _named(name: str, unit: str) -> str:
    words = "_".join(unit.lower().replace("%", "percent").split())
    ending = name.split("_")[-1]
    return name if not words or ending in UNIT_ENDINGS or ending in words.split("_") else f"{name}_{words}"


def _chosen(project: Project, run_id: int | None) -> list[StoredRun]:
    if run_id is not None:
        return [project.store.run(run_id)]
    latest = [run for kind in RUN_KINDS if (run := project.latest_run(kind)) is not None]
    if not latest:
        raise ProjectError(f"{project.folder}: has no results yet. Make some with: sufficiency run {project.folder}")
    return latest


def _tables(project: Project, run: StoredRun, out: Path, mark: str, described: list[tuple[str, ...]]) -> list[Path]:
    written = []
    for table in project.result_tables(run.id):
        frame = project.result(run.id, table.name)
        path = out / f"{run.kind}_{table.name}{mark}.csv"
        names, units = with_units(frame), units_of(frame)
        described += [(path.name, names[c], c, units[c], table.title, table.definition, HANDLING) for c in names]
        _safe(frame).rename(columns=names).to_csv(path, index=False, encoding="utf-8-sig", date_format="%Y-%m-%d")
        written.append(path)
    return written


def _safe(frame: pd.DataFrame) -> pd.DataFrame:
    """Return text that a spreadsheet cannot take for a formula: a quote mark goes before such a start."""
    text = [name for name in frame.columns if frame[name].dtype.kind not in "iufbM"]
    quoted = {name: frame[name].astype("str") for name in text}
    return frame.assign(
        **{k: v.where(~v.str.startswith(_FORMULA_STARTS, na=False), "'" + v) for k, v in quoted.items()}
    )


def _assumptions(project: Project, runs: list[StoredRun], path: Path) -> Path:
    header = ("run", "name", "value", "default", "source", "status", "changed_from", "reason")
    rows = [(run.id, *vars(row).values()) for run in runs for row in project.store.assumptions(run.id)]
    return _write_rows(path, header, rows)


def _records(project: Project, runs: list[StoredRun], path: Path) -> Path:
    told = {"council": project.name, "synthetic": project.synthetic, "handling": HANDLING}
    records = [{**vars(run), "changes": [vars(c) for c in project.store.changes(run.id)]} for run in runs]
    path.write_text(json.dumps({**told, "runs": records}, indent=2, default=str), encoding="utf-8")
    return path


def _write_rows(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(header)
        writer.writerows(rows)
    return path
