"""From a project to the facts of its statement, for ``report`` and ``explain``: files read, stored runs opened."""

from collections import Counter
from typing import TYPE_CHECKING

from sufficiency.cli.progress import StageProgress
from sufficiency.cli.statement_given import read_given
from sufficiency.cli.statement_options import Given
from sufficiency.cli.statement_runs import (
    TABLES_OF_HISTORY,
    TABLES_OF_PLAN,
    compared,
    current_values,
    futures,
    latest,
    require_same,
    walked,
)
from sufficiency.cli.statement_runs import spread as spread_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from scenarios.inputs import Inputs
    from sufficiency.project import Project
    from sufficiency.report.facts import Council, Facts
    from sufficiency.report.outlines import ZoneGrid


def facts_of(project: "Project", given: Given, progress: StageProgress) -> "Facts":
    """Read a project's files and its stored runs; the forecast for intervals is made and stored when there is none."""
    from scenarios.inputs import read_inputs
    from sufficiency.report.facts import Facts

    plan = latest(project, "run", f"Make one with: sufficiency run {project.folder}")
    past = latest(project, "history", f"Make one with: sufficiency history {project.folder}")
    require_same(project, plan, past)
    added = read_given(given, project.authority)
    inputs = read_inputs(project, progress=progress)
    rows = project.store.assumptions(plan.id)
    status = Counter(row.status for row in rows) + Counter(changed=sum(row.changed_from is not None for row in rows))
    zones = _zones(inputs, project.result(plan.id, "gap_by_zone"))
    return Facts(
        council=_council(project, added.population, added.population_source),
        base_date=inputs.base_date,
        history=inputs.history,
        episodes=inputs.records.episodes,
        carers=inputs.files.carers,
        homes=inputs.files.homes,
        plan=walked(project, plan, "the plan as things are", TABLES_OF_PLAN),
        past=walked(project, past, "history", TABLES_OF_HISTORY),
        compared=compared(project, plan),
        assumptions=current_values(project) | {row.name: row.value for row in rows},
        futures=futures(project, plan, progress),
        spread=spread_of(project, plan, given.replications, progress),
        actions=added.actions,
        targets=added.targets,
        published=added.published,
        neighbours=added.neighbours,
        given_files=added.hashes,
        findings=added.findings,
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


def _council(project: "Project", population: int | None, source: str) -> "Council":
    from sufficiency.geography.authority import authorities
    from sufficiency.report.facts import Council

    region = {each.code: each.region for each in authorities()}.get(project.authority, "")
    return Council(project.name, project.authority, region, project.synthetic, population, source)
