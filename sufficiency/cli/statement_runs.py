"""The stored runs a statement is made from: found, checked to be of the same files; a forecast is made if missing."""

from typing import TYPE_CHECKING

from sufficiency.cli.progress import StageProgress
from sufficiency.domain.errors import ProjectError

if TYPE_CHECKING:
    from sufficiency.project import Project
    from sufficiency.project.record import StoredRun
    from sufficiency.report.facts import Walked

FUTURES = 500
"""Futures drawn when the statement has to make its own forecast."""

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
    """Refuse to put figures of different files or days into one statement."""
    for run in (plan, past):
        if not _same_files(project, run, plan):
            raise ProjectError(
                f"{project.folder}: the stored {run.kind} {run.id} was made from other files or for another day than "
                f"the project holds now. Make a new one with: sufficiency {run.kind} {project.folder}"
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

    used = {row.name: row.value for row in project.store.assumptions(plan.id)}
    window = Candidate(int(str(used["demand.window_months"])), used["demand.entry_trend"] == "damped")
    fitting = [
        run
        for run in project.runs("forecast")
        if _same_files(project, run, plan)
        and run.months >= plan.months
        and run.summary["window"] == window.text
        and "futures" in run.summary
    ]
    if not fitting:
        wanted = Wanted(plan.months, FUTURES, window.months, trend=window.trend)
        project.write_run(forecast(project, wanted, progress=progress))
        return futures(project, plan, progress)
    return walked(project, fitting[-1], "futures", ("forecast",))


def _same_files(project: "Project", run: "StoredRun", plan: "StoredRun") -> bool:
    return run.input_hashes == project.input_hashes() and run.base_date == plan.base_date
