"""The child population as a driver of entries: more children in the area, more who enter, age by age."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.days import dates
from sufficiency.domain.errors import InputError
from sufficiency.domain.findings import Finding, Findings, Severity
from sufficiency.domain.needs import ADULT_AGE
from sufficiency.ingest.capacity.grids import UnreadableFile, read_grids

Floats = NDArray[np.float64]

COLUMNS = ("year", "age", "children")
"""One row a mid-year (30 June) and age in years: the shape of the ONS subnational projections, one area."""


def population_factors(projection: pd.DataFrame, base_day: int, edges: NDArray[np.int64]) -> Floats:
    """Return by what entries at each age in years are multiplied in each step, shape (steps, 18).

    Parameters
    ----------
    projection
        Columns ``year``, ``age``, ``children``: children in the area at mid-year. Between mid-years the line is
        straight; before the first and after the last it is level.
    base_day
        Day number of the base date, when the factor is one.
    edges
        Day numbers of the steps.

    Raises
    ------
    InputError
        When columns or ages are missing, or an age has no children.
    """
    missing = [name for name in COLUMNS if name not in projection]
    if missing:
        raise InputError(f"population projection has no column {', '.join(missing)}; it needs {', '.join(COLUMNS)}")
    table = projection.pivot_table(index="year", columns="age", values="children", aggfunc="sum").sort_index()
    absent = [age for age in range(ADULT_AGE) if age not in table]
    if absent:
        raise InputError(f"population projection has no age {absent[0]}; ages 0 to 17 are needed to drive entries")
    years = table.index.to_numpy(dtype="float64")
    at = _years(np.array([base_day, *((edges[1:] + edges[:-1]) // 2)]))
    children = np.stack([np.interp(at, years + 0.5, table[age].to_numpy()) for age in range(ADULT_AGE)], axis=1)
    if np.any(children <= 0) or not np.all(np.isfinite(children)):
        raise InputError("population projection has an age without children; a growth from nothing means nothing")
    factors: Floats = children[1:] / children[0]
    return factors


def read_population(path: Path) -> pd.DataFrame:
    """Read a child population from a text file or the first sheet of a workbook.

    Raises
    ------
    InputError
        With a finding that says what is wrong and how to repair it.
    """
    try:
        cells = read_grids(path)[0].cells
    except UnreadableFile:
        raise _refused(path.name, "It is missing, or neither a text file with separators nor a workbook.") from None
    rows = [row for row in cells if any(row)]
    names = [cell.strip().lower() for cell in rows[0]] if rows else []
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise _refused(path.name, f"It has no column {', '.join(missing)}; {', '.join(COLUMNS)} are needed.")
    width = len(names)
    frame = pd.DataFrame([[*row, *[""] * width][:width] for row in rows[1:]], columns=names)[list(COLUMNS)]
    plain = frame.apply(lambda column: column.str.replace(",", "").str.strip())
    numbers = plain.apply(pd.to_numeric, errors="coerce")
    if numbers.isna().any(axis=None) or numbers.duplicated(["year", "age"]).any():
        raise _refused(
            path.name, "It has a year, age or number that is missing or no number, or one that stands twice."
        )
    if not set(range(ADULT_AGE)) <= set(numbers["age"]) or bool((numbers["children"] <= 0).any()):
        raise _refused(path.name, "Each age from 0 to 17 needs children in each year.")
    return pd.DataFrame(numbers)


def _refused(file: str, expected: str) -> InputError:
    """Return the fault of a file that cannot be used, with its finding."""
    repair = "Give the columns year, age and children, one row a mid-year and age."
    code = "demand.population.unusable"
    findings = Findings()
    findings.add(Finding(code, Severity.REFUSED, file, None, "", "", expected, repair, "Nothing of it is used."))
    return InputError(f"The child population cannot be used. {file}: {expected} {repair}", findings)


def _years(days: NDArray[np.int64]) -> Floats:
    """Return days as years and parts of them."""
    calendar = pd.DatetimeIndex(dates(days))
    leap = np.where(calendar.is_leap_year, 366.0, 365.0)
    return np.asarray(calendar.year + (calendar.day_of_year - 1) / leap, dtype="float64")
