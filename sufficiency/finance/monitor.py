"""Budget against forecast by month, as a monitoring report shows it: what was spent, and what is to come."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sufficiency.domain.errors import InputError
from sufficiency.domain.periods import FinancialYear, Month
from sufficiency.domain.settings import CostLine
from sufficiency.finance.spend import TOTAL


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
    profile_pence: Mapping[pd.Timestamp, int] | None = None,
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
    profile_pence
        The council's own budget of all twelve months; spread by days when None or empty.

    Returns
    -------
    pandas.DataFrame
        ``month, kind`` ("actual" or "forecast"), ``budget_pence, outturn_pence, variance_pence,
        running_variance_pence``; above nothing is overspent.

    Raises
    ------
    InputError
        When a month has neither an actual nor a forecast figure, or the months of the budget do not add up to it.
    """
    table = budget_by_month(annual_pence, year)
    if profile_pence:
        if sum(profile_pence.values()) != annual_pence:
            raise InputError(f"budget monitor: the monthly budgets of {year} do not add up to its budget; check both.")
        table["budget_pence"] = table["month"].map(pd.Series(dict(profile_pence))).astype("int64")
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
    table = table[["month", "kind", "budget_pence", "outturn_pence", "variance_pence", "running_variance_pence"]]
    table.attrs = {
        "name": "budget and forecast by month",
        "unit": "pence",
        "definition": (
            "Closed months at what the ledger says, else days x list prices; later ones as forecast; above nothing is "
            "overspent."
        ),
    }
    return table


def outturn_by_line(
    forecast: pd.DataFrame, year: FinancialYear, actual: pd.DataFrame | None, budget_pence: Mapping[str, int]
) -> pd.DataFrame:
    """Return budget, actual to date, forecast of the rest, outturn and variance of each cost line in a year.

    Parameters
    ----------
    forecast
        ``line, month, spend_pence`` of the year's months.
    actual
        Ledger by ``month, line, actual_pence``. A month told only as a total cannot be put on lines, so it is refused
        by leaving the whole ledger out: lines are then forecast throughout.
    budget_pence
        By cost line; a line without a budget has no variance, which is not nought.

    Returns
    -------
    pandas.DataFrame
        ``line, budget_pence, actual_pence, forecast_rest_pence, outturn_pence, variance_pence`` and a total row.
    """
    cells = forecast[forecast["financial_year"] == str(year)]
    told = _told_by_line(actual, cells)
    closed = cells["month"].isin(told["month"])
    lines = [str(line) for line in CostLine if line in set(cells["line"]) | set(told["line"]) | set(budget_pence)]
    table = pd.DataFrame({"line": lines})
    table["budget_pence"] = table["line"].map(pd.Series(dict(budget_pence), dtype="Int64")).astype("Int64")
    for name, spent in (
        ("actual_pence", told.groupby("line")["actual_pence"].sum()),
        ("forecast_rest_pence", cells[~closed].groupby("line")["spend_pence"].sum()),
    ):
        table[name] = table["line"].map(spent).fillna(0).astype("int64")
    table["outturn_pence"] = table["actual_pence"] + table["forecast_rest_pence"]
    total = table.drop(columns=["line", "budget_pence"]).sum().to_dict()
    whole = table["budget_pence"].sum() if table["budget_pence"].notna().all() else budget_pence.get(TOTAL)
    table = pd.concat([table, pd.DataFrame([{"line": TOTAL, "budget_pence": whole, **total}])], ignore_index=True)
    table["budget_pence"] = table["budget_pence"].astype("Int64")
    table["variance_pence"] = table["outturn_pence"] - table["budget_pence"]
    table.attrs = {
        "name": f"outturn by line, {year}",
        "unit": "pence",
        "definition": "Ledger to date and forecast of the months left; a line without a budget has no variance.",
    }
    return table


def _told_by_line(actual: pd.DataFrame | None, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger's rows of the year's months; none when it knows some of them only in total."""
    nothing = pd.DataFrame({"month": cells["month"].iloc[:0], "line": [], "actual_pence": []})
    if actual is None:
        return nothing
    told = actual[actual["month"].isin(cells["month"])].dropna(subset="actual_pence")
    return nothing if told.empty or (told["line"] == TOTAL).any() else told
