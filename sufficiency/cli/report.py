"""``sufficiency report``: the sufficiency statement in every form, small numbers withheld."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, ProjectFolder
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.statement_options import (
    Actions,
    Given,
    Neighbours,
    Population,
    PopulationSource,
    PublishedFiles,
    Targets,
    Walks,
)
from sufficiency.cli.statement_runs import REPLICATIONS

if TYPE_CHECKING:
    from sufficiency.domain.findings import Findings
    from sufficiency.report.pack import Pack


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
    population_source: PopulationSource = "",
    actions: Actions = None,
    targets: Targets = None,
    published: PublishedFiles = None,
    neighbours: Neighbours = "",
    replications: Walks = REPLICATIONS,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="DOCX", help="The council's own Word template.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the sufficiency statement: workbook, Word, web page, and a CSV file of each table.

    Made from the last stored run and history. Counts from 1 to 5, and what would give them away, are withheld.
    """
    from sufficiency.cli.statement_facts import facts_of
    from sufficiency.project import Project
    from sufficiency.report.pack import write_pack
    from sufficiency.report.statement import Rules

    project = Project.open(folder)
    with StageProgress() as progress:
        given = Given(population, population_source, actions, targets, tuple(published or ()), neighbours, replications)
        facts = facts_of(project, given, progress)
        written_to = out or folder / "report"
        pack = write_pack(facts, written_to, Rules(internal, round_counts), progress, template)
    project.name_runs(written_to, facts.runs)
    project.note("report", f"marking={pack.statement.marking}")
    if as_json:
        told = {"command": "report", "project": str(folder), "synthetic": project.synthetic}
        output.print_json(told | _document(pack, facts.findings))
        return
    if project.synthetic:
        output.screen().print(output.SYNTHETIC)
    output.bullet_lines(_lines(pack, facts.findings), output.screen())


def _document(pack: "Pack", found: "Findings") -> dict[str, Any]:
    made = pack.statement
    return {
        "marking": made.marking,
        "withheld": made.withheld,
        "small": made.small,
        "attacked": made.attacked,
        "findings": {table.number: table.finding for table in made.all_tables},
        "published": output.findings_json(found),
        "files": [str(path) for path in pack.files],
    }


def _lines(pack: "Pack", found: "Findings") -> list[str]:
    """Return what each table says, what was found in given files, what is withheld, and what was written."""
    from sufficiency.report.statement import INTERNAL

    made, names = pack.statement, [str(path) for path in pack.files]
    guard = "Every number is shown: OFFICIAL-SENSITIVE, not for publication."
    if made.marking != INTERNAL:
        guard = (
            f"{made.withheld} numbers are withheld, {made.small} of them counts from 1 to 5. "
            f"{made.attacked} were attacked; none could be worked out."
        )
    return [
        *(f"{table.number}: {table.finding}" for table in made.all_tables),
        *(f"{finding.severity.value}: {finding.text}" for finding in found),
        "",
        guard,
        *(f"  {name}" for name in names if "tables" not in name),
        f"  and {sum('tables' in name for name in names)} CSV files in {pack.files[-1].parent}",
    ]
