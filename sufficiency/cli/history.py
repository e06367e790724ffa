"""``sufficiency history``: what happened, from the returns alone."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, ProjectFolder
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.results import make_and_store, run_json, show_run

if TYPE_CHECKING:
    from sufficiency.project import Project, RunRecord


class By(StrEnum):
    """Over which periods children are counted."""

    YEAR = "year"
    MONTH = "month"


_TABLES = ("stock_by_setting", "stock_by_sector", "stock_by_age_band", "distance", "locality")


def history(
    folder: ProjectFolder,
    by: Annotated[By, typer.Option("--by", help="Count children in care, starting and leaving by year or month.")] = (
        By.YEAR
    ),
    as_json: AsJson = False,
) -> None:
    """Show what happened: children in care, starting and leaving, where they live and how far from home.

    Counted as the Department for Education counts them, so that the figures can be tied to what was published. The
    counts are unsuppressed: for use inside the council, not for publication.
    """

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.run import history as look_back

        return look_back(project, progress=progress)

    project, record, number = make_and_store(folder, "history", work)
    if as_json:
        output.print_json(run_json("history", project, record, number))
        return
    show_run(project, record, number, (f"stock_by_{by.value}", f"flows_by_{by.value}", *_TABLES))
