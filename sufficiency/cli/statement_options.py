"""What a user may add to a project's own facts: options that ``report`` and ``explain`` share, so that they agree."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from sufficiency.cli.statement_runs import REPLICATIONS

Population: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--population", min=1, help="Children aged 0 to 17 in the area; without it, or DfE's files, no rate is shown."
    ),
]
PopulationSource: TypeAlias = Annotated[
    str, typer.Option("--population-source", help="Where that number is from, with its year.")
]
Actions: TypeAlias = Annotated[
    Path | None, typer.Option("--actions", metavar="CSV", help="The council's actions for table T14.")
]
Targets: TypeAlias = Annotated[
    Path | None, typer.Option("--targets", metavar="CSV", help="The council's targets for the board page.")
]
PublishedFiles: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--published",
        metavar="FILE",
        help="A CSV data file of DfE's statistics, or a folder; may be repeated.",
    ),
]
Neighbours: TypeAlias = Annotated[
    str,
    typer.Option(
        "--neighbours",
        metavar="LIST",
        help="Statistical neighbours: DfE's list as CSV, or names or codes with commas between.",
    ),
]
Walks: TypeAlias = Annotated[
    int,
    typer.Option(
        "--replications", min=0, max=10_000, help="Walks of whole children for the intervals of T9 and T10; 0 for none."
    ),
]


@dataclass(frozen=True)
class Given:
    """What a user added."""

    population: int | None = None
    population_source: str = ""
    actions: Path | None = None
    targets: Path | None = None
    published: tuple[Path, ...] = ()
    neighbours: str = ""
    replications: int = REPLICATIONS
