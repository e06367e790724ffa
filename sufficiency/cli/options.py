"""Arguments and options that several commands share, worded once."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from sufficiency.matching.sampled.plan import WalkPolicy

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
OneOff: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--set", help="One-off change over everything else, as NAME=VALUE; may be repeated."),
]
ProjectionFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--projection", metavar="FILE", help="Follow this projection made elsewhere in place of ours."),
]
PopulationFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--population", metavar="FILE", help="Let entries follow the children in the area: year, age, children."
    ),
]
Workers: TypeAlias = Annotated[
    int | None, typer.Option("--workers", min=1, max=256, help="Processes to work with; as many as the computer has.")
]
Replications: TypeAlias = Annotated[
    int,
    typer.Option("--replications", min=0, max=10_000, help="Draws of rates, prices and levers; 0 gives no intervals."),
]
Policy: TypeAlias = Annotated[
    WalkPolicy | None,
    typer.Option("--policy", help="Walk whole children, chance and siblings included, their homes chosen this way."),
]


def one_off_changes(given: list[str] | None) -> dict[str, str]:
    """Return ``--set`` values by name.

    Raises
    ------
    typer.BadParameter
        When one is not NAME=VALUE, or a name stands twice.
    """
    found: dict[str, str] = {}
    for text in given or []:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise typer.BadParameter(f'"{text}" is not NAME=VALUE', param_hint="--set")
        if name.strip() in found:
            raise typer.BadParameter(f"{name.strip()} is set twice", param_hint="--set")
        found[name.strip()] = value.strip()
    return found
