"""A projection made elsewhere, from its file: text of any encoding and separator, or a workbook; and what fits ours."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from sufficiency.demand.days import dates, day_number
from sufficiency.demand.external import (
    CATEGORIES,
    TIDY,
    ExternalProjection,
    external_from_frame,
    regional_frame,
    tidy_frame,
    wide_frame,
)
from sufficiency.demand.projection import Projection
from sufficiency.domain.errors import InputError
from sufficiency.domain.findings import Finding, Findings, Severity
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.ingest.capacity.grids import Grid, UnreadableFile, read_grids

AUTO, TIDY_SHAPE, WIDE, REGIONAL = "auto", "tidy", "wide", "regional"
SHAPES = (TIDY_SHAPE, WIDE, REGIONAL)
"""Shapes of a projection file: rows; two header rows of age bracket and placement type; one header row of both."""

NEAR = 0.02
"""Children on the base date may differ by this share, or by two, before it is said."""

MONTH_DAYS = 31


def read_external(path: Path, shape: str = AUTO) -> ExternalProjection:
    """Read a projection from a file.

    Parameters
    ----------
    path
        A text file, or a workbook of which the first sheet that holds a projection is read.
    shape
        One of ``SHAPES``, or ``auto`` to tell it from the headers.

    Raises
    ------
    InputError
        With a finding that says what is wrong and how to repair it.
    """
    try:
        grids = read_grids(path)
    except UnreadableFile as error:
        gone = error.code.endswith("missing")
        code = "demand.projection.missing" if gone else "demand.projection.unreadable"
        what = "There is no such file." if gone else "It is neither a text file with separators nor a workbook (.xlsx)."
        raise refused(code, path.name, what, "Correct the location, or save it as CSV.") from None
    shapes = [_shape_of(grid) for grid in grids]
    fits = [number for number, found in enumerate(shapes) if found and shape in (AUTO, found)]
    if not fits:
        found = next((f"It looks {one}." for one in shapes if one), "Its headers are of none of these shapes.")
        wanted = ", ".join(SHAPES) if shape == AUTO else shape
        repair = f"Give one of the shapes of docs/project.md ({wanted})."
        raise refused("demand.projection.shape", path.name, f"A projection is wanted. {found}", repair)
    grid = grids[fits[0]]
    try:
        return external_from_frame(_frame(grid, str(shapes[fits[0]])))
    except InputError as error:
        text = str(error)[:1].upper() + str(error)[1:] + "."
        raise refused("demand.projection.content", grid.label, text, "Correct the file.") from None


def write_projection(projection: Projection, shape: str, path: Path) -> None:
    """Write ours in one of ``SHAPES``, as CSV."""
    if shape == TIDY_SHAPE:
        tidy_frame(projection).to_csv(path, index=False)
    else:
        (wide_frame if shape == WIDE else regional_frame)(projection).to_csv(path)


def refused(code: str, file: str, expected: str, repair: str) -> InputError:
    """Return the fault of a file that cannot be used, with its finding."""
    finding = Finding(code, Severity.REFUSED, file, None, "", "", expected, repair, "Nothing of it is used.")
    findings = Findings()
    findings.add(finding)
    return InputError(f"The projection cannot be used. {finding.text}", findings)


def fitted(external: ExternalProjection, in_care: float, base_date: date, months: int, file: str) -> Findings:
    """Say where a projection does not fit our children and horizon.

    Parameters
    ----------
    in_care
        Children counted on the base date.
    months
        How far ahead is wanted.
    file
        Its name.

    Raises
    ------
    InputError
        When it does not reach from the first month to the last.
    """
    first, last = (pd.Timestamp(day).date() for day in dates(external.days[[0, -1]]))
    base = pd.Timestamp(base_date)
    need = [(base + pd.offsets.MonthEnd(number)).date() for number in (1, months)]
    if first > need[0] or last < need[1]:
        text = f"It runs from {first} to {last}, and every month end from {need[0]} to {need[1]} is needed."
        repair = "Give a longer projection, or look fewer months ahead: nothing is carried on in silence."
        raise refused("demand.projection.horizon", file, text, repair)
    findings = Findings()
    for found in (_start(external, in_care, base_date), _groups(external), _gaps(external), _mixed(external)):
        for code, text, repair, action in found:
            findings.add(Finding(code, Severity.NOTED, file, None, "", "", text, repair, action))
    return findings


Note = tuple[str, str, str, str]


def _start(external: ExternalProjection, ours: float, base_date: date) -> list[Note]:
    """Children on the base date: theirs beside ours."""
    day = np.array([max(day_number(base_date), int(external.days[0]))])
    theirs = float(external.on(day).sum())
    if abs(theirs - ours) <= max(NEAR * ours, 2.0):
        return []
    text = f"It has {theirs:,.1f} children in care to begin with; the returns have {ours:,.0f} on {base_date}."
    repair = "Make it from the same returns and base date, with short breaks left out."
    return [("demand.projection.start", text, repair, "The first month goes from our count to theirs.")]


def _groups(external: ExternalProjection) -> list[Note]:
    """Age bands that are not named at all."""
    absent = [band for band, named in zip(AGE_BANDS, external.named.sum(axis=1) > 0, strict=True) if not named]
    if not absent:
        return []
    text = f"It names no children aged {', '.join(absent)}: nobody is expected there."
    return [("demand.projection.groups", text, "Add the columns where children are expected.", "Taken as nobody.")]


def _gaps(external: ExternalProjection) -> list[Note]:
    """Days further apart than a month."""
    widest = int(np.diff(external.days).max())
    if widest <= MONTH_DAYS:
        return []
    text = f"Its days lie up to {widest} days apart."
    return [("demand.projection.gaps", text, "Give every month end.", "Straight lines are drawn in between.")]


def _mixed(external: ExternalProjection) -> list[Note]:
    """Kinds of placement that hold several of our settings."""
    if len(external.kinds) > len(CATEGORIES):
        return []
    text = "It knows four kinds of placement; fostering holds kinship, and other holds several settings."
    return [
        ("demand.projection.kinds", text, "Give the tidy shape to set each.", "Each kind is split as by our own rates.")
    ]


def _shape_of(grid: Grid) -> str:
    """Tell a shape from the headers, "" for none."""
    rows = [[cell.strip().lower() for cell in row] for row in grid.cells if any(row)][:2]
    if not rows:
        return ""
    if set(TIDY) <= set(rows[0]):
        return TIDY_SHAPE
    kinds = {name.lower() for name in CATEGORIES}
    if any(
        cell.endswith(f" - {kind}") or (cell.startswith("(") and kind in cell) for cell in rows[0] for kind in kinds
    ):
        return REGIONAL
    return WIDE if len(rows) > 1 and kinds & set(rows[1]) else ""


def _frame(grid: Grid, shape: str) -> pd.DataFrame:
    """Return a grid as a frame with one header row, or two."""
    rows = [row for row in grid.cells if any(cell.strip() for cell in row)]
    width = max(len(row) for row in rows)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    if shape == WIDE:
        return pd.DataFrame(padded[2:], columns=pd.MultiIndex.from_arrays(padded[:2]))
    return pd.DataFrame(padded[1:], columns=padded[0])
