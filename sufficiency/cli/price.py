"""``sufficiency price``: what keeping a policy costs, on the base date."""

from typing import TYPE_CHECKING, Annotated

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, ProjectFolder, Seed
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.results import make_and_store, run_json, show_run

if TYPE_CHECKING:
    from sufficiency.project import Project, RunRecord


def price(
    folder: ProjectFolder,
    policy: Annotated[
        str,
        typer.Option(
            "--policy",
            help="siblings-together, within-20-miles, in-area, preferred-setting or near-home.",
        ),
    ],
    scenario: Annotated[
        str, typer.Option("--scenario", help="Scenario whose places and prices to use.")
    ] = "do-nothing",
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Price a policy: match today's children with it and without it, and show what it costs and what it buys."""

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.desk import price_of_policy

        return price_of_policy(project, policy, scenario, seed, progress=progress)

    project, record, number = make_and_store(folder, "price", work, f"policy={policy} seed={seed}")
    if as_json:
        output.print_json(run_json("price", project, record, number))
        return
    show_run(project, record, number, ("price",))
