"""``sufficiency forecast`` and ``sufficiency backtest``: what may come, and how far that has held before."""

from typing import TYPE_CHECKING, Annotated

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, ProjectFolder, Seed
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.results import make_and_store, run_json, show_run

if TYPE_CHECKING:
    from sufficiency.project import Project, RunRecord


def forecast(
    folder: ProjectFolder,
    horizon: Annotated[
        int | None, typer.Option("--horizon", min=1, max=240, help="How many months ahead; as in project.yaml.")
    ] = None,
    replications: Annotated[
        int, typer.Option("--replications", min=2, max=100_000, help="How many futures are drawn for the bands.")
    ] = 500,
    window: Annotated[
        int | None,
        typer.Option("--window", min=6, max=240, help="Months of history to count; chosen by back-test if left out."),
    ] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Project how many children will be in care, by setting and age, with bands that say how sure it is.

    Knows nothing of places: it says what would come if entries, stays and moves went on as in the window of history.
    """

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.forecasting import Wanted
        from scenarios.forecasting import forecast as look_ahead

        return look_ahead(project, Wanted(horizon, replications, window, seed), progress=progress)

    asked = f"horizon={horizon} replications={replications} window={window} seed={seed}"
    project, record, number = make_and_store(folder, "forecast", work, asked)
    if as_json:
        output.print_json(run_json("forecast", project, record, number))
        return
    show_run(project, record, number, ("forecast_by_year", "windows"))


def backtest(
    folder: ProjectFolder,
    replications: Annotated[
        int, typer.Option("--replications", min=2, max=100_000, help="How many futures are drawn for the bands.")
    ] = 200,
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
    if as_json:
        output.print_json(run_json("backtest", project, record, number))
        return
    show_run(project, record, number, ("backtest_in_short", "windows"))
