"""``sufficiency run``: the whole walk, from files to a plan, a gap and a spend figure."""

from typing import TYPE_CHECKING, Annotated

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, Months, PopulationFile, ProjectFolder, ProjectionFile, Seed, Workers
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.results import make_and_store, run_json, show_run
from sufficiency.matching.sampled.plan import WalkPolicy

if TYPE_CHECKING:
    from sufficiency.project import Project, RunRecord

_TABLES = ("gap", "places_and_demand", "mix", "in_house", "distance", "spend_by_year", "next_place")
_SAMPLED_TABLES = ("sampled_by_year", "sampled_difference")


def run(
    folder: ProjectFolder,
    months: Months = None,
    projection: ProjectionFile = None,
    population: PopulationFile = None,
    policy: Annotated[
        WalkPolicy | None,
        typer.Option("--policy", help="How homes are chosen for whole children; needs --replications."),
    ] = None,
    replications: Annotated[
        int,
        typer.Option("--replications", min=0, max=10_000, help="Walks on whole children, for bands; 0 walks none."),
    ] = 0,
    workers: Workers = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Look ahead: who will need what kind of home, what there is, what is missing, and what it costs.

    Plans capacity for groups of children. It never chooses a home for a named child.
    """
    if policy is not None and not replications:
        raise typer.BadParameter(
            "a policy is walked on whole children: say how many --replications", None, None, "--policy"
        )
    chosen = policy or WalkPolicy.BEST_USE

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.run import run as walk
        from scenarios.sampling import Futures

        futures = Futures(chosen, replications, workers) if replications else None
        given = project.with_demand(projection, population)
        return walk(given, months=months, seed=seed, futures=futures, progress=progress)

    asked = f"months={months or 'as in project.yaml'} seed={seed}"
    asked += f" policy={chosen} replications={replications}" if replications else ""
    asked += "".join(f" {path.name}" for path in (projection, population) if path is not None)
    project, record, number = make_and_store(folder, "run", work, asked)
    if as_json:
        output.print_json(run_json("run", project, record, number))
        return
    show_run(project, record, number, (*_TABLES, *_SAMPLED_TABLES))
