"""The one rounding rule of all money here: to the nearest whole penny, halves up, once, at a stated place.

Nothing passes through a float on the way. Days are counted in millionths (expected children make parts of days), prices
in whole pence, so days x weekly price is an integer and only the division by seven is rounded.
"""

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

DAYS_A_WEEK = 7
UNITS_A_DAY = 1_000_000


def nearest(value: Fraction) -> int:
    """Return the nearest whole number, halves up.

    >>> nearest(Fraction(5, 2)), nearest(Fraction(17, 7))
    (3, 2)
    """
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def day_units(days: ArrayLike) -> NDArray[np.int64]:
    """Return days as whole millionths of a day."""
    return np.rint(np.asarray(days, dtype=np.float64) * UNITS_A_DAY).astype(np.int64)


def whole_pence(unit_pence: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return whole pence from sums of day units x weekly pence: divided by seven and rounded, halves up."""
    week = DAYS_A_WEEK * UNITS_A_DAY
    return np.asarray((2 * unit_pence + week) // (2 * week), dtype=np.int64)


def sum_by_cell(values: NDArray[np.int64], cell: NDArray[Any], cells: int) -> NDArray[np.int64]:
    """Add integers up by cell without leaving integers, shape (cells,)."""
    totals = np.zeros(cells, np.int64)
    np.add.at(totals, cell, values)
    return totals


def shares_in_whole_pence(unit_pence: NDArray[np.int64], cell: NDArray[Any]) -> NDArray[np.int64]:
    """Round the parts of each cell so that they add up to the rounded whole of the cell.

    Running totals within a cell are rounded and differenced, so every part is within a penny of its exact value.

    Parameters
    ----------
    unit_pence
        Day units x weekly pence of each part, shape (n,).
    cell
        The cell each part belongs to, shape (n,), in any order.
    """
    running = whole_pence(pd.Series(unit_pence).groupby(cell).cumsum().to_numpy(dtype=np.int64))
    before = pd.Series(running).groupby(cell).shift(1, fill_value=0).to_numpy(dtype=np.int64)
    parts: NDArray[np.int64] = running - before
    return parts


def nearest_array(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the nearest whole numbers of measured (not counted) amounts, halves up."""
    return np.floor(values + 0.5).astype(np.int64)
