"""``--charts``: the tables of a run drawn and written to a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    import pandas as pd

    from sufficiency.project import Project, RunRecord
    from sufficiency.report.charts_scenarios import Measure, Picture

Charts: TypeAlias = Annotated[
    Path | None,
    typer.Option("--charts", metavar="FOLDER", help="Draw the tables: a page, SVG pictures and their data as CSV."),
]

DRAWN = (
    "spend_pence", "children", "without_place_mean", "own_provision_share", "within_20", "over_20", "out_of_area",
    "moves", "sibling_splits",
)  # fmt: skip
"""Measures of the picture of changes, in order."""


def draw(
    folder: Path | None, project: "Project", record: "RunRecord", measure: str = "spend_pence"
) -> tuple[Path, ...]:
    """Draw what a run has tables for; nothing when no folder was named."""
    if folder is None:
        return ()
    from sufficiency.report.pictures import write_pictures

    pictures = _pictures(record.tables, measure)
    return write_pictures(folder, f"{project.name}: {record.kind}", pictures, project.synthetic)


def _pictures(tables: "Mapping[str, pd.DataFrame]", measure: str) -> "list[Picture]":
    from sufficiency.report import charts_demand
    from sufficiency.report import charts_scenarios as charts

    if "past" in tables:
        return charts_demand.forecast_pictures(tables)
    if "backtest_paths" in tables:
        return charts_demand.backtest_pictures(tables)
    measures = _measures()
    made = []
    if "compared" in tables and len(tables["compared"]):
        made.append(charts.changes(tables["compared"], {name: measures[name] for name in DRAWN}))
    if "attribution" in tables:
        rows = tables["attribution"][tables["attribution"]["measure"] == measure]
        if len(rows):
            scenario = str(tables["attribution"].attrs["scenario"])
            made.append(charts.waterfall(rows.reset_index(drop=True), scenario, measures[measure]))
    if "regret" in tables:
        made.append(charts.regret(tables["regret"], measures[measure]))
    if "tornado" in tables:
        made.append(charts.tornado(tables["tornado"], measures[measure]))
    if "frontier" in tables:
        made.append(charts.frontier(tables["frontier"], str(tables["frontier"].attrs["axis"])))
    return made


def _measures() -> "dict[str, Measure]":
    from scenarios.compare import shown_unit
    from scenarios.figures import FIGURES
    from sufficiency.report.charts_scenarios import Measure

    return {
        figure.name: Measure(figure.title, shown_unit(figure.name)[1], shown_unit(figure.name)[0], figure.better)
        for figure in FIGURES
    }
