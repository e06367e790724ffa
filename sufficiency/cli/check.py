"""``sufficiency check``: what was found in the files, before anything is planned."""

import typer

from sufficiency.cli import output
from sufficiency.cli.failures import NOTHING_TO_DO
from sufficiency.cli.options import AsJson, ProjectFolder
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.tables import show_table


def check(folder: ProjectFolder, as_json: AsJson = False) -> None:
    """Read your files and list what was found: rows refused, values repaired, and how to put each right.

    Leaves with 0 when the files can be used (even with findings) and with 2 when nothing can be done with them.
    """
    from sufficiency.project import Project

    project = Project.open(folder)
    with StageProgress() as progress:
        from scenarios.run import check as read_and_check

        result = read_and_check(project, progress=progress)
    if as_json:
        document = {
            "command": "check",
            "project": str(folder),
            "synthetic": project.synthetic,
            "usable": result.usable,
            "reason": result.reason,
        }
        rows = result.rows.to_dict("records")
        output.print_json({**document, "rows": rows, "findings": output.findings_json(result.findings)})
    else:
        screen = output.screen()
        if project.synthetic:
            screen.print(output.SYNTHETIC)
        show_table("rows read and used", result.rows, screen)
        output.show_findings(result.findings, screen)
        usable = f"The files can be used. Next: sufficiency run {folder}"
        refused = [result.reason, "Nothing can be done with these files yet."]
        output.bullet_lines([usable] if result.usable else refused, screen)
    if not result.usable:
        raise typer.Exit(NOTHING_TO_DO)
