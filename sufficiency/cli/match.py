"""``sufficiency match``: the allocation on the base date alone."""

from typing import TYPE_CHECKING

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, ProjectFolder, Seed
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.results import make_and_store, run_json, show_run

if TYPE_CHECKING:
    from sufficiency.project import Project, RunRecord

_TABLES = (
    "match_figures",
    "match_by_need",
    "match_next_place",
    "match_next_place_range",
    "match_unmet_reasons",
    "match_least_change",
)


def match(folder: ProjectFolder, seed: Seed = 0, as_json: AsJson = False) -> None:
    """Ask how well the places there are today could meet today's need, with nothing projected.

    Works on groups of children. It says what better use of places could change, not which child should move.
    """

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.run import match as match_today

        return match_today(project, seed=seed, progress=progress)

    project, record, number = make_and_store(folder, "match", work, f"seed={seed}")
    if as_json:
        output.print_json(run_json("match", project, record, number))
        return
    show_run(project, record, number, _TABLES)
