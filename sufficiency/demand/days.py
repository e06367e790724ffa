"""Days as whole numbers since 1970-01-01: what the arithmetic of demand counts in."""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

OPEN = np.iinfo("int64").max // 4
"""Stands for "not ended" where dates are numbers."""

DAYS_A_MONTH = 365.25 / 12
"""Days of an average month."""


def day_number(day: date) -> int:
    """Return the number of a day."""
    return int(np.datetime64(day, "D").astype("int64"))


def day_numbers(column: pd.Series, missing: int = OPEN) -> NDArray[np.int64]:
    """Return the numbers of a column of dates; missing dates answer with ``missing``."""
    numbers = column.to_numpy().astype("datetime64[D]").astype("int64")
    return np.where(column.isna().to_numpy(), missing, numbers)


def dates(numbers: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Return day numbers as dates of the resolution frames use."""
    return numbers.astype("datetime64[D]").astype("datetime64[s]")
