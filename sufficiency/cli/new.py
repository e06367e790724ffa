"""``sufficiency new``: a project from a council's own files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, Months

_File: TypeAlias = Path | None


def _file(name: str, words: str) -> object:
    return typer.Option(f"--{name}", metavar="FILE", help=words)


def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="New folder for the project.")],
    authority: Annotated[str, typer.Option("--authority", metavar="CODE", help="The council, such as E06000030.")],
    ssda903: Annotated[
        list[Path],
        typer.Option("--ssda903", metavar="PATH", help="SSDA903 returns: a folder, a zip or a file. May be repeated."),
    ],
    carers: Annotated[_File, _file("carers", "Your foster carers: one row a household, or grouped.")] = None,
    homes: Annotated[_File, _file("homes", "Children's homes and supported accommodation you can use.")] = None,
    contracts: Annotated[_File, _file("contracts", "Contracts and what the market can give.")] = None,
    prices: Annotated[_File, _file("prices", "Weekly prices by cost line.")] = None,
    needs: Annotated[_File, _file("needs", "Children's needs in the national placements standard.")] = None,
    ofsted: Annotated[_File, _file("ofsted", "Ofsted's list of providers.")] = None,
    name: Annotated[str, typer.Option("--name", help="Name of the council to show on results.")] = "",
    base_date: Annotated[
        datetime | None,
        typer.Option("--base-date", formats=["%Y-%m-%d"], help="Last day that counts as known: the end of a month."),
    ] = None,
    months: Months = None,
    as_json: AsJson = False,
) -> None:
    """Make a project from your own SSDA903 returns and, if you have them, lists of carers, homes and contracts.

    Your files are copied into the project unchanged and never altered. Nothing leaves this computer.
    """
    from sufficiency.project import Project

    project = Project.create(
        folder,
        authority=authority,
        ssda903=ssda903,
        base_date=base_date.date() if base_date else None,
        carers=carers,
        homes=homes,
        contracts=contracts,
        prices=prices,
        needs=needs,
        ofsted=ofsted,
        name=name,
        months=months,
    )
    project.note("new")
    files = [file.path for file in project.input_files()]
    if as_json:
        output.print_json({"command": "new", "project": str(folder), "authority": authority, "files": files})
        return
    lines = [f"{folder} is ready, with {len(files)} files copied into {folder / 'data'}."]
    output.bullet_lines([*lines, f"Next: sufficiency check {folder}"], output.screen())
