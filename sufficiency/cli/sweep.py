"""``sufficiency sweep``: many scenarios under many draws, kept as they finish."""

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

_TABLES = ("side_by_side", "differences", "varied", "tornado")


def sweep(
    folder: ProjectFolder,
    scenarios: Annotated[
        str, typer.Option("--scenarios", help="Names with commas between; all of them when left out.")
    ] = "",
    replications: Replications = 20,
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", help="Try a lever or assumption in steps, as NAME=LOW..HIGH:N; may be repeated."),
    ] = None,
    tornado: Annotated[
        bool, typer.Option("--tornado", help="Try the assumptions that matter one by one, low and high.")
    ] = False,
    measure: Annotated[str, typer.Option("--measure", help="Measure of the tornado.")] = "spend_pence",
    policy: Policy = None,
    months: Months = None,
    seed: Seed = 1,
    changes: OneOff = None,
    workers: Workers = None,
    dask: Annotated[str, typer.Option("--dask", help="Address of a Dask cluster on this computer.")] = "",
    charts: Charts = None,
    as_json: AsJson = False,
) -> None:
    """Walk many scenarios under many draws. Finished cells are kept: stopped, the same command does what is missing."""
    one_off = one_off_changes(changes)
    named = tuple(name.strip() for name in scenarios.split(",") if name.strip())

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.comparing import Swept, swept

        question = Swept(
            named, replications, tuple(vary or ()), tornado, str(policy or ""), measure, months, seed, one_off
        )
        return swept(project, question, workers, dask, progress=progress)

    told = f"{scenarios or 'all'} replications={replications} policy={policy} seed={seed}"
    project, record, number = make_and_store(folder, "sweep", work, told)
    files = draw(charts, project, record, measure)
    if as_json:
        output.print_json({**run_json("sweep", project, record, number), "charts": [str(path) for path in files]})
        return
    show_run(project, record, number, _TABLES)
    if files:
        output.bullet_lines([f"Pictures: {files[0]}"], output.screen())
