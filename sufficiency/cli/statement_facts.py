"""From a project to the facts of its statement, for ``report`` and ``explain``: files read, stored runs opened."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sufficiency.cli.progress import StageProgress
from sufficiency.domain.errors import ProjectError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from scenarios.inputs import Inputs
    from sufficiency.project import Project
    from sufficiency.project.record import StoredRun
    from sufficiency.report.facts import Council, Facts, Walked
    from sufficiency.report.outlines import ZoneGrid


@dataclass(frozen=True)
class Given:
    """What a user may add to a project's own facts."""

    population: int | None = None
    population_source: str = ""
    actions: Path | None = None
    targets: Path | None = None


def facts_of(project: "Project", given: Given, progress: StageProgress) -> "Facts":
    """Read a project's files and its stored runs; a history is made and stored when there is none of these files."""
    from scenarios.inputs import read_inputs
    from sufficiency.report.facts import Facts

    plan = _latest(project, "run", f"Make one with: sufficiency run {project.folder}")
    past = _latest(project, "history", f"Make one with: sufficiency history {project.folder}")
    _require_same(project, plan, past)
    inputs = read_inputs(project, progress=progress)
    rows = project.store.assumptions(plan.id)
    status = Counter(row.status for row in rows) + Counter(changed=sum(row.changed_from is not None for row in rows))
    others = [run for run in project.runs("run") if run.id != plan.id and project.store.changes(run.id)]
    zones = _zones(inputs, project.result(plan.id, "gap_by_zone"))
    return Facts(
        council=_council(project, given),
        base_date=inputs.base_date,
        history=inputs.history,
        episodes=inputs.records.episodes,
        carers=inputs.files.carers,
        homes=inputs.files.homes,
        plan=_walked(project, plan, "the plan as things are"),
        past=_walked(project, past, "history"),
        scenarios=tuple(_walked(project, run, _scenario_name(project, run)) for run in others),
        actions=None if given.actions is None else _read_csv(given.actions, ("priority", "action")),
        targets={} if given.targets is None else _targets(given.targets),
        assumption_status=dict(status),
        zones=zones,
        home_area=_home_areas(inputs, zones),
        place_points=_points(inputs),
    )


def _zones(inputs: "Inputs", gap: "pd.DataFrame") -> "ZoneGrid | None":
    from sufficiency.report.outlines import zone_grid

    names = tuple(sorted({str(name) for name in gap["zone"]} - {"unknown"}))
    return zone_grid(inputs.directory, inputs.authority, names)


def _home_areas(inputs: "Inputs", zones: "ZoneGrid | None") -> dict[str, str]:
    """Return the home area of each home postcode that lies in one."""
    if zones is None:
        return {}
    codes = inputs.stays["home_postcode"].unique()
    at = inputs.directory.locate(codes)
    found = zones.at(at.easting, at.northing)
    return {str(code): zones.names[zone] for code, zone in zip(codes, found, strict=True) if code and zone >= 0}


def _points(inputs: "Inputs") -> "dict[str, NDArray[np.float64]]":
    import numpy as np

    given = {"carers": inputs.files.carers, "homes": inputs.files.homes}
    located = {name: inputs.directory.locate(frame["postcode"]) for name, frame in given.items() if frame is not None}
    return {name: np.column_stack([at.easting, at.northing]) for name, at in located.items()}


def _latest(project: "Project", kind: str, repair: str) -> "StoredRun":
    run = project.latest_run(kind)
    if run is None:
        raise ProjectError(f"{project.folder}: has no stored {kind}, which the statement is made from. {repair}")
    return run


def _require_same(project: "Project", plan: "StoredRun", past: "StoredRun") -> None:
    """Refuse to put figures of different files or days into one statement."""
    now = project.input_hashes()
    for run in (plan, past):
        if run.input_hashes != now or run.base_date != plan.base_date:
            raise ProjectError(
                f"{project.folder}: the stored {run.kind} {run.id} was made from other files or for another day than "
                f"the project holds now. Make a new one with: sufficiency {run.kind} {project.folder}"
            )


def _walked(project: "Project", run: "StoredRun", name: str) -> "Walked":
    from sufficiency.report.facts import Walked

    wanted = _TABLES_OF_HISTORY if run.kind == "history" else _TABLES_OF_PLAN
    return Walked(name, run, {table: project.result(run.id, table) for table in wanted})


_TABLES_OF_HISTORY = ("stock_by_year", "flows_by_year")
_TABLES_OF_PLAN = (
    "flow",
    "gap",
    "gap_by_age",
    "gap_by_zone",
    "places_and_demand",
    "mix",
    "in_house",
    "distance",
    "spend",
    "next_place",
)


def _scenario_name(project: "Project", run: "StoredRun") -> str:
    changes = ", ".join(f"{change.name} {change.old} to {change.new}" for change in project.store.changes(run.id))
    return f"run {run.id}: {changes}"


def _council(project: "Project", given: Given) -> "Council":
    from sufficiency.geography.authority import authorities
    from sufficiency.report.facts import Council

    region = {each.code: each.region for each in authorities()}.get(project.authority, "")
    source = given.population_source or "as given by the council"
    return Council(project.name, project.authority, region, project.synthetic, given.population, source)


def _read_csv(path: Path, needed: tuple[str, ...]) -> "pd.DataFrame":
    import pandas as pd

    try:
        frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path}: cannot be read as CSV ({type(error).__name__}). Save it as CSV, UTF-8.") from None
    frame.columns = [str(name).strip().lower() for name in frame.columns]
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise ProjectError(f"{path}: the column {', '.join(missing)} is missing. Columns wanted: docs/report.md.")
    return frame


def _targets(path: Path) -> dict[str, float]:
    from sufficiency.report.board import measures

    frame = _read_csv(path, ("measure", "target"))
    known = {"children in care", *(each.name for each in measures())}
    unknown = sorted(set(frame["measure"]) - known)
    if unknown:
        raise ProjectError(
            f'{path}: "{unknown[0]}" is not a measure of the board page. Measures: {", ".join(sorted(known))}.'
        )
    try:
        return {name: float(value) for name, value in zip(frame["measure"], frame["target"], strict=True)}
    except ValueError:
        raise ProjectError(f"{path}: a target is not a number. Write percentages without the sign.") from None
