"""``sufficiency forecast``: what may come, by our rates or as projected elsewhere."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, PopulationFile, ProjectFolder, ProjectionFile, Seed
from sufficiency.cli.pictures import Charts, draw
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.results import make_and_store, run_json, show_run

if TYPE_CHECKING:
    from sufficiency.demand.filters import Filter
    from sufficiency.demand.forecast import Forecast
    from sufficiency.project import Project, RunRecord


class Uasc(StrEnum):
    """Unaccompanied children alone, or everybody else."""

    ONLY = "only"
    WITHOUT = "without"


Horizon: TypeAlias = Annotated[
    int | None, typer.Option("--horizon", min=1, max=240, help="How many months ahead; as in project.yaml.")
]
Futures: TypeAlias = Annotated[
    int, typer.Option("--replications", min=2, max=100_000, help="How many futures are drawn for the bands.")
]
Window: TypeAlias = Annotated[
    int | None,
    typer.Option("--window", min=6, max=240, help="Months of history to count; chosen by back-test if left out."),
]
Sex: TypeAlias = Annotated[
    list[str] | None, typer.Option("--sex", help="Only children of this sex: M, F or U; may be repeated.")
]
OfUasc: TypeAlias = Annotated[Uasc | None, typer.Option("--uasc", help="Unaccompanied children only, or without them.")]
EthnicGroup: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--ethnic-group", help="Only this group: White, Mixed, Asian, Black, Other, Unknown; repeatable."),
]
LegalStatus: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--legal-status", help="Only this group, such as 'full care order' or 'section 20'; repeatable."),
]
WriteProjection: TypeAlias = Annotated[
    str, typer.Option("--write-projection", metavar="SHAPE/FILE", help="Write ours as tidy, wide or regional CSV.")
]


def forecast(
    folder: ProjectFolder,
    horizon: Horizon = None,
    replications: Futures = 500,
    window: Window = None,
    sex: Sex = None,
    uasc: OfUasc = None,
    ethnic_group: EthnicGroup = None,
    legal_status: LegalStatus = None,
    projection: ProjectionFile = None,
    population: PopulationFile = None,
    write_projection: WriteProjection = "",
    charts: Charts = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Project how many children will be in care, by setting and age, with bands that say how sure it is.

    Knows nothing of places: it says what would come if entries, stays and moves went on as in the window of history.
    """
    only = _only(sex, uasc, ethnic_group, legal_status)
    shape, file = _target(write_projection)
    made: list[Forecast] = []

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.forecasting import Wanted, look_ahead

        wanted = Wanted(horizon, replications, window, seed=seed, only=only)
        record, ahead = look_ahead(project.with_demand(projection, population), wanted, progress=progress)
        made.append(ahead)
        return record

    files = " ".join(path.name for path in (projection, population) if path is not None)
    asked = f"horizon={horizon} replications={replications} window={window} seed={seed} {only.text} {files}".strip()
    project, record, number = make_and_store(folder, "forecast", work, asked)
    if file is not None:
        from sufficiency.demand.external_file import write_projection as write

        write(made[0].projection, shape, file)
    drawn = draw(charts, project, record)
    if as_json:
        output.print_json(run_json("forecast", project, record, number))
        return
    show_run(project, record, number, ("forecast_by_year", "windows"))
    written = [f"Projection in the {shape} shape: {file}"] if file is not None else []
    written += [f"Pictures: {page}" for page in drawn[:1]]
    output.bullet_lines(written, output.screen())


def _only(sex: list[str] | None, uasc: Uasc | None, ethnic: list[str] | None, legal: list[str] | None) -> "Filter":
    """Return which children are looked at.

    Raises
    ------
    typer.BadParameter
        When a group is not known; those that are, are named.
    """
    from sufficiency.demand.filters import Filter

    try:
        return Filter(
            tuple(one.upper() for one in sex or ()),
            None if uasc is None else uasc is Uasc.ONLY,
            tuple(one.capitalize() for one in ethnic or ()),
            tuple(one.lower() for one in legal or ()),
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _target(asked: str) -> tuple[str, Path | None]:
    """Return shape and file of ``SHAPE/FILE``.

    Raises
    ------
    typer.BadParameter
        When the shape is not known or the file is left out.
    """
    if not asked:
        return "", None
    from sufficiency.demand.external_file import SHAPES
    from sufficiency.project import require_new_file

    shape, _, file = asked.partition("/")
    if shape not in SHAPES or not file:
        raise typer.BadParameter(
            f'"{asked}" is not SHAPE/FILE with {", ".join(SHAPES)} as SHAPE', param_hint="--write-projection"
        )
    require_new_file(Path(file))
    return shape, Path(file)
