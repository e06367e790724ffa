"""Budget against forecast by month, as a monitoring report shows it: what was spent, and what is to come."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sufficiency.domain.errors import InputError
from sufficiency.domain.periods import FinancialYear, Month


def budget_by_month(annual_pence: int, year: FinancialYear) -> pd.DataFrame:
    """Return an annual budget spread over its months by days; the months add up to it to the penny.

    Returns
    -------
    pandas.DataFrame
        ``month`` (first day), ``budget_pence``.
    """
    first = Month.containing(year.first_day)
    months = [first.plus(step) for step in range(12)]
    days = np.array([month.days for month in months], dtype=np.int64)
    running = (2 * annual_pence * np.cumsum(days) + year.days) // (2 * year.days)
    first_days = np.array([month.first_day for month in months], dtype="datetime64[s]")
    return pd.DataFrame({"month": first_days, "budget_pence": np.diff(running, prepend=0)})


def budget_monitor(
    forecast: pd.DataFrame,
    annual_pence: int,
    year: FinancialYear,
    actual_pence: Mapping[pd.Timestamp, int] | None = None,
) -> pd.DataFrame:
    """Return budget, outturn and variance of each month of a year, and running.

    Parameters
    ----------
    forecast
        What :func:`~sufficiency.finance.spend.spend` returned.
    annual_pence
        Approved budget of the year.
    actual_pence
        Ledger spend of the months already closed, by first day of the month; it takes the place of the forecast.

    Returns
    -------
    pandas.DataFrame
        ``month, kind`` ("actual" or "forecast"), ``budget_pence, outturn_pence, variance_pence,
        running_variance_pence``; above nothing is overspent.

    Raises
    ------
    InputError
        When a month has neither an actual nor a forecast figure.
    """
    table = budget_by_month(annual_pence, year)
    expected = forecast.groupby("month")["spend_pence"].sum()
    actual = pd.Series(dict(actual_pence or {}), dtype="float64")
    closed = table["month"].isin(actual.index)
    outturn = table["month"].map(actual).where(closed, table["month"].map(expected))
    if outturn.isna().any():
        missing = ", ".join(table.loc[outturn.isna(), "month"].dt.strftime("%Y-%m"))
        raise InputError(f"budget monitor: {missing} has neither an actual nor a forecast figure.")
    table["kind"] = np.where(closed, "actual", "forecast")
    table["outturn_pence"] = outturn.astype("int64")
    table["variance_pence"] = table["outturn_pence"] - table["budget_pence"]
    table["running_variance_pence"] = table["variance_pence"].cumsum()
    return table[["month", "kind", "budget_pence", "outturn_pence", "variance_pence", "running_variance_pence"]]
