"""``sufficiency export``: every result table as a CSV file."""

from pathlib import Path
from typing import Annotated

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, ProjectFolder


def export(
    folder: ProjectFolder,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to write the CSV files to.")],
    run: Annotated[
        int | None, typer.Option("--run", metavar="NUMBER", help="One run by its number; the last of each kind if not.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write every result table as a CSV file, with units in the column names and a list of definitions.

    The counts are unsuppressed: for use inside the council (OFFICIAL-SENSITIVE), not for publication.
    """
    from sufficiency.project import Project
    from sufficiency.project.export import export_runs

    project = Project.open(folder)
    written = export_runs(project, out, run)
    names = [path.name for path in written]
    if as_json:
        document = {"command": "export", "project": str(folder), "synthetic": project.synthetic}
        output.print_json({**document, "folder": str(out), "files": names})
        return
    screen = output.screen()
    if project.synthetic:
        screen.print(output.SYNTHETIC)
    output.bullet_lines([f"{len(names)} files written to {out}:", *(f"  {name}" for name in names)], screen)
