"""The child population as a driver of entries: more children in the area, more who enter, age by age."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.days import dates
from sufficiency.domain.errors import InputError
from sufficiency.domain.needs import ADULT_AGE

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


def _years(days: NDArray[np.int64]) -> Floats:
    """Return days as years and parts of them."""
    calendar = pd.DatetimeIndex(dates(days))
    leap = np.where(calendar.is_leap_year, 366.0, 365.0)
    return np.asarray(calendar.year + (calendar.day_of_year - 1) / leap, dtype="float64")
