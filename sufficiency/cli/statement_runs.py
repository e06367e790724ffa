"""The stored runs a statement is made from: found, checked to be of the same files; a forecast is made if missing."""

from typing import TYPE_CHECKING

from sufficiency.cli.progress import StageProgress
from sufficiency.domain.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sufficiency.project import Project
    from sufficiency.project.record import RunRecord, StoredRun
    from sufficiency.report.facts import Walked

FUTURES = 500
"""Futures drawn when the statement has to make its own forecast."""

REPLICATIONS = 40
"""Walks of whole children when the statement has to make its own: a band's edges are near the fifth from each end."""

_SAME_CHILDREN = 1e-6
"""Children by which two walks of the same plan may differ."""

TABLES_OF_HISTORY = ("stock_by_year", "flows_by_year")
TABLES_OF_PLAN = (
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


def latest(project: "Project", kind: str, repair: str) -> "StoredRun":
    """Return the last stored run of a kind.

    Raises
    ------
    ProjectError
        When there is none, saying which command makes one.
    """
    run = project.latest_run(kind)
    if run is None:
        raise ProjectError(f"{project.folder}: has no stored {kind}, which the statement is made from. {repair}")
    return run


def require_same(project: "Project", plan: "StoredRun", past: "StoredRun") -> None:
    """Refuse to put figures of different files, days or assumptions into one statement."""
    for run in (plan, past):
        if not _same_files(project, run, plan):
            raise ProjectError(
                f"{project.folder}: the stored {run.kind} {run.id} was made from other files or for another day than "
                f"the project holds now. Make a new one with: sufficiency {run.kind} {project.folder}"
            )
    other = _differing(_values(project, plan), current_values(project))
    if other:
        raise ProjectError(
            f"{project.folder}: the stored run {plan.id} was made under another value of {other[0]} than project.yaml "
            f"holds now. Make a new one with: sufficiency run {project.folder}"
        )


def walked(project: "Project", run: "StoredRun", name: str, tables: tuple[str, ...]) -> "Walked":
    """Return a stored run with some of its tables."""
    from sufficiency.report.facts import Walked

    return Walked(name, run, {table: project.result(run.id, table) for table in tables})


def futures(project: "Project", plan: "StoredRun", progress: StageProgress) -> "Walked":
    """Return a stored forecast on the window and trend of the plan, making one when there is none.

    A forecast on another window would put an interval around other rates than the plan's.
    """
    from scenarios.forecasting import Wanted, forecast
    from sufficiency.demand.backtest import Candidate

    window = Candidate.of(str(plan.summary["window"]))
    wanted = Wanted(plan.months, FUTURES, window.months, trend=window.trend)

    def fits(run: "StoredRun") -> bool:
        enough = int(str(run.summary.get("futures", 0))) >= FUTURES
        return enough and run.summary["window"] == window.text and "children_looked_at" not in run.summary

    run = _found(project, plan, "forecast", fits) or _made(project, forecast(project, wanted, progress=progress))
    return walked(project, run, "futures", ("forecast",))


def spread(project: "Project", plan: "StoredRun", replications: int, progress: StageProgress) -> "Walked | None":
    """Return the plan walked for whole children many times, making it when there is none with as many replications.

    None where none is asked for, and for a plan on a projection made elsewhere: the walks draw the council's own rates.
    """
    import os

    from scenarios.spread import Spread
    from scenarios.spread import spread as walk_many_times

    if not replications or "projection" in plan.summary:
        return None

    def fits(run: "StoredRun") -> bool:
        return run.months == plan.months and int(str(run.summary["replications"])) >= replications

    run = _found(project, plan, "spread", fits)
    if run is None:
        asked = Spread(plan.months, replications, plan.seed or 0, os.cpu_count() or 1)
        run = _made(project, walk_many_times(project, asked, progress=progress))
    return walked(project, run, "replications", ("kind_bands", "places_bands"))


def compared(project: "Project", plan: "StoredRun") -> "Walked | None":
    """Return the last stored comparison whose "doing nothing" is the plan, None when there is none."""
    end = float(project.result(plan.id, "flow")["stock_after"].iloc[-1])
    for run in reversed(project.runs("compare")):
        if _same_files(project, run, plan) and run.months == plan.months:
            found = walked(project, run, "comparison", ("by_year",))
            rows = found.tables["by_year"]
            base = rows[(rows["scenario"] == "do-nothing") & (rows["measure"] == "children")]
            if abs(float(base["value"].iloc[-1]) - end) < _SAME_CHILDREN:
                return found
    return None


def current_values(project: "Project") -> dict[str, object]:
    """Return the value of every assumption as the project has it now."""
    from scenarios.inputs import assumptions_of

    return {str(row["name"]): row["value"] for row in assumptions_of(project).as_rows()}


def _made(project: "Project", record: "RunRecord") -> "StoredRun":
    number = project.write_run(record)
    return next(run for run in project.runs(record.kind) if run.id == number)


def _found(project: "Project", plan: "StoredRun", kind: str, fits: "Callable[[StoredRun], bool]") -> "StoredRun | None":
    """Return the last run of a kind that stands on the files, the day and the assumptions of the plan."""
    fitting = [
        run
        for run in project.runs(kind)
        if _same_files(project, run, plan)
        and run.months >= plan.months
        and fits(run)
        and not _differing(_values(project, run), _values(project, plan))
    ]
    return fitting[-1] if fitting else None


def _differing(one: dict[str, object], other: dict[str, object]) -> list[str]:
    """Return the assumptions that both know and value differently; a name one does not know moved nothing in it."""
    return sorted(name for name in one.keys() & other.keys() if one[name] != other[name])


def _values(project: "Project", run: "StoredRun") -> dict[str, object]:
    return {row.name: row.value for row in project.store.assumptions(run.id)}


def _same_files(project: "Project", run: "StoredRun", plan: "StoredRun") -> bool:
    return run.input_hashes == project.input_hashes() and run.base_date == plan.base_date
