"""``sufficiency compare``: scenarios side by side with doing nothing."""

from typing import TYPE_CHECKING, Annotated

import typer

from sufficiency.cli import output
from sufficiency.cli.options import (
    AsJson,
    Months,
    OneOff,
    Policy,
    ProjectFolder,
    Replications,
    Seed,
    Workers,
    one_off_changes,
)
from sufficiency.cli.pictures import Charts, draw
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.results import make_and_store, run_json, show_run

if TYPE_CHECKING:
    from sufficiency.project import Project, RunRecord

_TABLES = ("side_by_side", "differences", "spend_by_line", "attribution_in_short", "regret")


def compare(
    folder: ProjectFolder,
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Scenarios to compare, by name.")],
    replications: Replications = 0,
    policy: Policy = None,
    months: Months = None,
    seed: Seed = 1,
    attribution: Annotated[
        bool, typer.Option("--attribution", help="Split the difference of the last scenario over its changes.")
    ] = False,
    futures: Annotated[
        bool, typer.Option("--futures", help="Try every scenario in low and high demand and in shocks; regret table.")
    ] = False,
    measure: Annotated[str, typer.Option("--measure", help="Measure of the regret table.")] = "spend_pence",
    changes: OneOff = None,
    workers: Workers = None,
    charts: Charts = None,
    as_json: AsJson = False,
) -> None:
    """Put scenarios side by side with doing nothing: children, gap, distance, moves and spend, with differences.

    Differences carry an interval when --replications are asked for: the same draws for every scenario.
    """
    one_off = one_off_changes(changes)

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.comparing import Question, compared

        question = Question(
            tuple(scenarios), replications, months, seed, attribution, futures, str(policy or ""), measure, one_off
        )
        return compared(project, question, workers, progress=progress)

    told = f"{' '.join(scenarios)} replications={replications} policy={policy} seed={seed}"
    project, record, number = make_and_store(folder, "compare", work, told)
    files = draw(charts, project, record, measure)
    if as_json:
        output.print_json({**run_json("compare", project, record, number), "charts": [str(path) for path in files]})
        return
    show_run(project, record, number, _TABLES)
    if files:
        output.bullet_lines([f"Pictures: {files[0]}"], output.screen())
