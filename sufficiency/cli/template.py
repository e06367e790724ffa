"""``sufficiency template``: an empty workbook for carers, homes, contracts and prices."""

from pathlib import Path
from typing import Annotated

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson


def template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Workbook to write, ending in .xlsx.")],
    as_json: AsJson = False,
) -> None:
    """Write an empty workbook to fill in: carers, homes, contracts and prices, with lists to choose from."""
    from sufficiency.ingest.capacity import write_template
    from sufficiency.project import require_new_file

    require_new_file(file)
    write_template(file)
    if as_json:
        output.print_json({"command": "template", "file": str(file)})
        return
    output.bullet_lines([f"{file} is ready to fill in. Leave out sheets you have no data for."], output.screen())
