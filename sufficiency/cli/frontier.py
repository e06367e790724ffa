"""``sufficiency frontier``: pounds against miles (or against unmet need, splits, borders) on the base date."""

from typing import TYPE_CHECKING, Annotated

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, ProjectFolder, Seed
from sufficiency.cli.pictures import Charts, draw
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.results import make_and_store, run_json, show_run

if TYPE_CHECKING:
    from sufficiency.project import Project, RunRecord


def frontier(
    folder: ProjectFolder,
    against: Annotated[
        str, typer.Option("--against", help="What pounds are traded against: miles, unmet, splits or out-of-area.")
    ] = "miles",
    scenario: Annotated[
        str, typer.Option("--scenario", help="Scenario whose places and prices to use.")
    ] = "do-nothing",
    seed: Seed = 0,
    charts: Charts = None,
    as_json: AsJson = False,
) -> None:
    """Trade pounds against miles from home: the best that could be had at every weight, with today's places.

    Works on groups of children. It says what a weight buys, not which child should move.
    """

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.desk import frontier_of

        return frontier_of(project, against, scenario, seed, progress=progress)

    project, record, number = make_and_store(folder, "frontier", work, f"against={against} seed={seed}")
    files = draw(charts, project, record)
    if as_json:
        output.print_json({**run_json("frontier", project, record, number), "charts": [str(path) for path in files]})
        return
    show_run(project, record, number, ("frontier",))
    if files:
        output.bullet_lines([f"Pictures: {files[0]}"], output.screen())
