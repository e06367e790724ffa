"""What care that really happened cost: days of each stay in each month x the price of that stay / 7, to the penny.

A stay is ``[start, end)``: the day a child moves is paid at the new home, the day a child leaves is not paid.
"""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.errors import InputError
from sufficiency.domain.periods import FinancialYear, Month
from sufficiency.domain.settings import CostLine
from sufficiency.finance.prices import ANY_LEVEL, PriceList, uplifted
from sufficiency.finance.rounding import day_units, shares_in_whole_pence

PriceOfStay = Callable[[pd.DataFrame, FinancialYear], NDArray[np.int64]]
"""Weekly pence of each stay in a financial year, shape (stays,)."""


def list_price(prices: PriceList, need_level: int = ANY_LEVEL) -> PriceOfStay:
    """Price every stay of a line at the list price of the year."""

    def price(stays: pd.DataFrame, year: FinancialYear) -> NDArray[np.int64]:
        weekly = {line: prices.weekly_pence(CostLine(line), need_level, year) for line in stays["line"].unique()}
        return stays["line"].map(weekly).to_numpy(dtype=np.int64)

    return price


def own_price(column: str, prices: PriceList, level_of: FinancialYear) -> PriceOfStay:
    """Price every stay by a column of weekly pence at one year's price level, uplifted by line each April."""

    def price(stays: pd.DataFrame, year: FinancialYear) -> NDArray[np.int64]:
        lines = tuple(CostLine(line) for line in stays["line"])
        return uplifted(prices, lines, stays[column].to_numpy(dtype=np.int64), level_of, (year,))[:, 0]

    return price


def days_by_month(stays: pd.DataFrame, first_day: date, last_day: date) -> pd.DataFrame:
    """Return the days of each stay in each month between two days, both included.

    Parameters
    ----------
    stays
        Columns ``start`` and ``end``; an open stay (``NaT``) runs to ``last_day``.

    Returns
    -------
    pandas.DataFrame
        ``row`` (position in ``stays``), ``month`` (first day), ``financial_year``, ``days``; only cells with a day.

    Raises
    ------
    InputError
        When the last day is before the first.
    """
    if last_day < first_day:
        raise InputError(f"the last day, {last_day}, is before the first, {first_day}; change them round.")
    months = _months(first_day, last_day)
    window_start, window_end = np.datetime64(first_day, "D"), np.datetime64(last_day + timedelta(days=1), "D")
    edges = np.array([month.first_day for month in (*months, months[-1].plus(1))], dtype="datetime64[D]")
    edges = np.clip(edges, window_start, window_end)
    start = stays["start"].to_numpy(dtype="datetime64[D]")[:, None]
    end = stays["end"].fillna(pd.Timestamp(window_end)).to_numpy(dtype="datetime64[D]")[:, None]
    days = (np.minimum(end, edges[1:]) - np.maximum(start, edges[:-1])).astype(np.int64)
    row, step = np.nonzero(days > 0)
    return pd.DataFrame(
        {
            "row": row,
            "month": np.array([month.first_day for month in months], dtype="datetime64[s]")[step],
            "financial_year": np.array([str(month.financial_year) for month in months])[step],
            "days": days[row, step],
        }
    )


def spend_of_stays(
    stays: pd.DataFrame, price_of_stay: PriceOfStay, first_day: date, last_day: date, by: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return what stays cost between two days, both included, by cost line and month.

    Rounded once, to the whole penny, at each line x month; parts split by further columns add up to that.

    Parameters
    ----------
    stays
        ``start``, ``end``, ``line`` and the columns of ``by``.
    price_of_stay
        :func:`list_price`, :func:`own_price` or a function of one's own; asked once for each financial year.
    by
        Further columns of ``stays`` to split by.

    Returns
    -------
    pandas.DataFrame
        ``line, month, financial_year``, ``by``, ``child_days, spend_pence``.
    """
    cells = days_by_month(stays, first_day, last_day)
    held = stays.iloc[cells["row"].to_numpy()].reset_index(drop=True)
    cells["line"] = held["line"].to_numpy()
    for column in by:
        cells[column] = held[column].to_numpy()
    cells["unit_pence"] = day_units(cells["days"]) * _weekly(cells, held, price_of_stay)
    keys = ["line", "month", "financial_year", *by]
    out = cells.groupby(keys, as_index=False, sort=True, dropna=False).agg(
        child_days=("days", "sum"), unit_pence=("unit_pence", "sum")
    )
    cell = out.groupby(["line", "month"], sort=False).ngroup().to_numpy()
    out["spend_pence"] = shares_in_whole_pence(out.pop("unit_pence").to_numpy(), cell)
    out.attrs = {
        "name": "spend on stays",
        "unit": "pence",
        "definition": "Days of each stay in the month x its weekly price / 7, rounded once at cost line and month.",
    }
    return out


def _weekly(cells: pd.DataFrame, held: pd.DataFrame, price_of_stay: PriceOfStay) -> NDArray[np.int64]:
    weekly = np.zeros(len(cells), np.int64)
    for name in cells["financial_year"].unique():
        rows = np.flatnonzero(cells["financial_year"] == name)
        weekly[rows] = price_of_stay(held.iloc[rows], FinancialYear(int(name[:4])))
    return weekly


def _months(first_day: date, last_day: date) -> list[Month]:
    month, last = Month.containing(first_day), Month.containing(last_day)
    months = [month]
    while months[-1] < last:
        months.append(months[-1].plus(1))
    return months
