"""``sufficiency backtest``: how far the forecast would have held before."""

from typing import TYPE_CHECKING, Annotated

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, ProjectFolder, Seed
from sufficiency.cli.pictures import Charts, draw
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.results import make_and_store, run_json, show_run

if TYPE_CHECKING:
    from sufficiency.project import Project, RunRecord


def backtest(
    folder: ProjectFolder,
    replications: Annotated[
        int, typer.Option("--replications", min=2, max=100_000, help="How many futures are drawn for the bands.")
    ] = 200,
    charts: Charts = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Remake forecasts from earlier days and compare them with what happened, beside two naive lines.

    The naive lines hold the last count, or repeat last year's growth. Where a naive line was better, it says so.
    """

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.forecasting import back_test

        return back_test(project, replications=replications, seed=seed, progress=progress)

    asked = f"replications={replications} seed={seed}"
    project, record, number = make_and_store(folder, "backtest", work, asked)
    drawn = draw(charts, project, record)
    if as_json:
        output.print_json(run_json("backtest", project, record, number))
        return
    show_run(project, record, number, ("backtest_in_short", "windows"))
    output.bullet_lines([f"Pictures: {page}" for page in drawn[:1]], output.screen())
