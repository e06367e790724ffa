"""Arguments and options that several commands share, worded once."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

ProjectFolder: TypeAlias = Annotated[
    Path, typer.Argument(metavar="PROJECT", help="Folder of the project, as made by 'new' or 'demo'.")
]
AsJson: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON document instead of tables, for other programs.")
]
Months: TypeAlias = Annotated[
    int | None,
    typer.Option("--months", min=1, max=240, help="How many months to look ahead; as in project.yaml when left out."),
]
Seed: TypeAlias = Annotated[
    int, typer.Option("--seed", help="Number that makes random draws repeatable: same seed, same figures.")
]
