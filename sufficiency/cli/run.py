"""``sufficiency run``: the whole walk, from files to a plan, a gap and a spend figure."""

from typing import TYPE_CHECKING

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, Months, PopulationFile, ProjectFolder, ProjectionFile, Seed
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.results import make_and_store, run_json, show_run

if TYPE_CHECKING:
    from sufficiency.project import Project, RunRecord

_TABLES = ("gap", "places_and_demand", "mix", "in_house", "distance", "spend_by_year", "next_place")


def run(
    folder: ProjectFolder,
    months: Months = None,
    projection: ProjectionFile = None,
    population: PopulationFile = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Look ahead: who will need what kind of home, what there is, what is missing, and what it costs.

    Plans capacity for groups of children. It never chooses a home for a named child.
    """

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.run import run as walk

        return walk(project.with_demand(projection, population), months=months, seed=seed, progress=progress)

    asked = f"months={months or 'as in project.yaml'} seed={seed}"
    asked += "".join(f" {path.name}" for path in (projection, population) if path is not None)
    project, record, number = make_and_store(folder, "run", work, asked)
    if as_json:
        output.print_json(run_json("run", project, record, number))
        return
    show_run(project, record, number, _TABLES)
