"""``sufficiency runs``: what is stored, and deleting what nobody needs any longer."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, ProjectFolder

if TYPE_CHECKING:
    from sufficiency.project import Project


def runs(
    folder: ProjectFolder,
    delete: Annotated[
        list[int] | None, typer.Option("--delete", metavar="NUMBER", help="Delete this run; may be repeated.")
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option("--keep", min=1, metavar="COUNT", help="Delete all runs but the last so many of each kind."),
    ] = None,
    named_too: Annotated[
        bool, typer.Option("--named-too", help="Delete also runs that a report or a workbook names.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the stored runs with their size and the documents that name them; delete those nobody needs.

    What is deleted is gone, and the audit trail says so. A run that a report or a workbook names is kept unless asked.
    """
    from sufficiency.project import Project

    project = Project.open(folder)
    before = project.keeper.bytes
    gone, spared = _delete(project, delete or [], keep, named_too)
    after = project.keeper.bytes
    left = _listed(project)
    if as_json:
        told = {"command": "runs", "project": str(folder), "synthetic": project.synthetic, "runs": left}
        output.print_json({**told, "deleted": gone, "kept_as_named": spared, "bytes": after, "bytes_before": before})
        return
    _show(project, left)
    words = [f"The store takes {after / 1e6:,.1f} MB."]
    if gone:
        words = [f"Deleted: {_numbers(gone)}. The store takes {after / 1e6:,.1f} MB; it took {before / 1e6:,.1f} MB."]
    if spared:
        words.append(f"Kept although older, since a document names them: {_numbers(spared)}. --named-too deletes them.")
    output.bullet_lines(words, output.screen())


def _delete(project: "Project", chosen: list[int], keep: int | None, named_too: bool) -> tuple[list[int], list[int]]:
    """Delete the runs asked for; return their numbers, and those of older ones that were kept since they are named."""
    from sufficiency.project.keeping import before_the_last

    older = before_the_last(project.runs(), keep) if keep is not None else ()
    named = {} if named_too else project.keeper.documents()
    gone = sorted({*chosen, *(number for number in older if number not in named)})
    if gone:
        kinds = {run.id: run.kind for run in project.runs()}
        project.keeper.delete(gone, named_too=named_too)
        project.note("runs", "deleted " + ", ".join(f"{number} ({kinds[number]})" for number in gone))
        project.keeper.give_back()
    return gone, [number for number in older if number in named]


def _listed(project: "Project") -> list[dict[str, Any]]:
    rows, named = project.keeper.rows(), project.keeper.documents()
    return [
        {
            "run": run.id,
            "kind": run.kind,
            "stored": run.finished_at,
            "base_date": run.base_date,
            "months": run.months,
            "seed": run.seed,
            "outcome": run.outcome,
            "rows": rows.get(run.id, 0),
            "named_in": named.get(run.id, ()),
        }
        for run in project.runs()
    ]


def _show(project: "Project", left: list[dict[str, Any]]) -> None:
    import pandas as pd

    from sufficiency.cli.tables import show_table

    if project.synthetic:
        output.screen().print(output.SYNTHETIC)
    if left:
        words = [
            {
                **row,
                "run": str(row["run"]),
                "stored": f"{row['stored']:%Y-%m-%d %H:%M}",
                "seed": "" if row["seed"] is None else str(row["seed"]),
                "named_in": ", ".join(row["named_in"]),
            }
            for row in left
        ]
        show_table("stored runs", pd.DataFrame(words), output.screen())


def _numbers(numbers: list[int]) -> str:
    return ", ".join(f"run {number}" for number in numbers)
