"""``sufficiency explain``: how one number of the statement was made."""

from typing import Annotated

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


def explain(
    folder: ProjectFolder,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Number of the table, such as T3.")],
    cell: Annotated[str, typer.Argument(metavar="CELL", help="Row and column, by name or number: 'kinship/Children'.")],
    population: Population = None,
    population_source: PopulationSource = "",
    actions: Actions = None,
    targets: Targets = None,
    published: PublishedFiles = None,
    neighbours: Neighbours = "",
    replications: Walks = REPLICATIONS,
    as_json: AsJson = False,
) -> None:
    """Print how a number of the statement was made: what is counted, which files, run, assumptions and version.

    Shows what may be published: a withheld number stays withheld. Give the files and options that report was given.
    """
    from sufficiency.cli.statement_facts import facts_of
    from sufficiency.domain.errors import ProjectError
    from sufficiency.project import Project
    from sufficiency.report.explain import explain as how

    row, slash, column = cell.rpartition("/")
    if not slash:
        raise ProjectError(f'"{cell}" does not name a row and a column. Write them as ROW/COLUMN, such as 1/2.')
    project = Project.open(folder)
    with StageProgress() as progress:
        given = Given(population, population_source, actions, targets, tuple(published or ()), neighbours, replications)
        lines = how(facts_of(project, given, progress), table, row.strip(), column.strip())
    if as_json:
        output.print_json({"command": "explain", "project": str(folder), "lines": [list(line) for line in lines]})
        return
    output.bullet_lines([f"{name}: {value}" for name, value in lines], output.screen())
