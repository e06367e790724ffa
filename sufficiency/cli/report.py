"""``sufficiency report``: the sufficiency statement in every form, small numbers withheld."""

from pathlib import Path
from typing import Annotated

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, ProjectFolder
from sufficiency.cli.progress import StageProgress

Population = Annotated[
    int | None,
    typer.Option("--population", min=1, help="Children aged 0 to 17 in the area; without it no rate is shown."),
]


def report(
    folder: ProjectFolder,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Folder to write to; 'report' in the project if not.")
    ] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="Show every number: OFFICIAL-SENSITIVE, never for publication.")
    ] = False,
    round_counts: Annotated[
        bool, typer.Option("--round", help="Round published counts of children to 5 as well.")
    ] = False,
    population: Population = None,
    population_source: Annotated[
        str, typer.Option("--population-source", help="Where that number is from, with its year.")
    ] = "",
    actions: Annotated[
        Path | None, typer.Option("--actions", metavar="CSV", help="The council's actions for table T14.")
    ] = None,
    targets: Annotated[
        Path | None, typer.Option("--targets", metavar="CSV", help="The council's targets for the board page.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="DOCX", help="The council's own Word template.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the sufficiency statement: workbook, Word, web page, and a CSV file of each table.

    Made from the last stored run and history. Counts from 1 to 5, and what would give them away, are withheld.
    """
    from sufficiency.cli.statement_facts import Given, facts_of
    from sufficiency.project import Project
    from sufficiency.report.pack import write_pack
    from sufficiency.report.statement import Rules

    project = Project.open(folder)
    with StageProgress() as progress:
        facts = facts_of(project, Given(population, population_source, actions, targets), progress)
        pack = write_pack(facts, out or folder / "report", Rules(internal, round_counts), progress, template)
    project.note("report", f"marking={pack.statement.marking}")
    names = [str(path) for path in pack.files]
    findings = {table.number: table.finding for table in pack.statement.all_tables}
    counted = {"withheld": pack.statement.withheld, "small": pack.statement.small, "attacked": pack.statement.attacked}
    if as_json:
        told = {"command": "report", "project": str(folder), "synthetic": project.synthetic}
        output.print_json({**told, "marking": pack.statement.marking, **counted, "findings": findings, "files": names})
        return
    screen = output.screen()
    if project.synthetic:
        screen.print(output.SYNTHETIC)
    words = [f"{number}: {finding}" for number, finding in findings.items()]
    guard = "Every number is shown: OFFICIAL-SENSITIVE, not for publication."
    if not internal:
        guard = (
            f"{counted['withheld']} numbers are withheld, {counted['small']} of them counts from 1 to 5. "
            f"{counted['attacked']} were attacked; none could be worked out."
        )
    output.bullet_lines([*words, "", guard, *(f"  {name}" for name in names if "tables" not in name)], screen)
    output.bullet_lines(
        [f"  and {sum('tables' in name for name in names)} CSV files in {pack.files[-1].parent}"], screen
    )
