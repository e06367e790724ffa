"""What a plan costs: children by day x the price of the place they live in, and homes that are paid for full or empty.

.. math:: spend_{line, month} = round( sum_{places} days x weekly / 7 ) + round( sum_{open places} days x fixed / 7 )

Each term is rounded once, to the whole penny, at cost line x month. Every larger figure is a sum of those cells, so
tables add up both ways to the penny.
"""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.assumptions.values import Assumptions
from sufficiency.domain.periods import FinancialYear, Month, horizon
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import CostLine
from sufficiency.finance.prices import PriceList, uplifted
from sufficiency.finance.rounding import day_units, shares_in_whole_pence, sum_by_cell, whole_pence
from sufficiency.finance.shapes import HasPlaces, StockShape
from sufficiency.finance.weeks import Weeks, weeks_named

TOTAL = "total"

KEPT_EMPTY = "kept_empty_days"
"""Days of places that a child keeps empty by having all of a home; a stock has it where the policy allows that."""

CELL_COLUMNS = ["line", "month", "financial_year", "child_days", "placement_pence", "fixed_pence", "spend_pence"]


def spend(plan: StockShape, prices: PriceList, assumptions: Assumptions) -> pd.DataFrame:
    """Return what a plan costs by cost line and month, in whole pence.

    A place costs its own weekly price (at the base date's price level), uplifted by line each April after the base
    date; a child who has all of a home costs every place of it. Fixed cost is paid for every day of a month in which an
    entry has capacity, used or not. Days of children without a suitable place are booked on line "other" at the price
    assumed for them; ``attrs["unmet_pence"]`` says how much of the spend that is.

    Returns
    -------
    pandas.DataFrame
        ``line, month, financial_year, child_days, placement_pence, fixed_pence, spend_pence``; one row for each line
        of the plan's places in each month walked, with ``attrs`` name, unit, definition, price_base and weeks.
    """
    months = horizon(plan.base_date, plan.months)
    lines = lines_in_order(plan)
    rows = priced_rows(plan, prices, months)
    cells = len(lines) * len(months)
    cell = line_of_place(plan, lines)[rows["place"].to_numpy()] * len(months) + rows["step"].to_numpy()
    frame = grid_of(lines, months)
    frame["child_days"] = np.bincount(cell, rows["child_days"], minlength=cells)
    frame["placement_pence"] = whole_pence(sum_by_cell(rows["unit_pence"].to_numpy(), cell, cells))
    frame["fixed_pence"] = whole_pence(fixed_of_lines(plan, prices, months, lines)).ravel()
    frame["spend_pence"] = frame["placement_pence"] + frame["fixed_pence"]
    weeks = weeks_named(assumptions.text("money.weeks_convention"))
    return _described(frame[CELL_COLUMNS], prices, weeks, _unmet_pence(plan, rows))


def spend_by_year(cells: pd.DataFrame, value: str = "spend_pence") -> pd.DataFrame:
    """Return cost line x financial year with a total row and a total column.

    Parameters
    ----------
    cells
        What :func:`spend` or :func:`~sufficiency.finance.stays.spend_of_stays` returned.
    value
        Which column to add up.
    """
    lines = [line.value for line in CostLine if line.value in set(cells["line"])]
    table = cells.pivot_table(index="line", columns="financial_year", values=value, aggfunc="sum", fill_value=0)
    table = table.reindex(lines)
    table.loc[TOTAL] = table.sum(axis=0)
    table[TOTAL] = table.sum(axis=1)
    table.columns.name = "financial_year"
    table.attrs = dict(cells.attrs)
    return table


def spend_of_groups(plan: StockShape, prices: PriceList, by: list[str]) -> pd.DataFrame:
    """Return placement spend by month and cost line, split by columns of the plan's stock (age band, zone, setting).

    The parts of a line's month add up to its ``placement_pence`` in :func:`spend` exactly: running totals are rounded,
    so a part is within a penny of its own exact value. Fixed cost belongs to places, not to children, and is left out.

    Returns
    -------
    pandas.DataFrame
        ``line, month, financial_year``, the columns of ``by``, ``child_days, placement_pence``.
    """
    months = horizon(plan.base_date, plan.months)
    rows = priced_rows(plan, prices, months)
    keys = ["line", "month", "financial_year", *by]
    parts = rows.groupby(keys, as_index=False, sort=True, observed=True)[["child_days", "unit_pence"]].sum()
    cell = parts.groupby(["line", "month"], sort=False).ngroup().to_numpy()
    parts["placement_pence"] = shares_in_whole_pence(parts.pop("unit_pence").to_numpy(), cell)
    parts.attrs = {
        "name": "placement spend by " + ", ".join(by),
        "unit": "pence",
        "definition": "Days x weekly price of the place / 7. Parts of a line's month add up to its placement spend.",
        "price_base": prices.base.value,
    }
    return parts


def priced_rows(plan: StockShape, prices: PriceList, months: tuple[Month, ...]) -> pd.DataFrame:
    """Return rows of the stock in the months walked, with ``unit_pence``: day units x weekly price of their place."""
    return priced_stock(plan.stock, plan, prices, months)


def priced_stock(stock: pd.DataFrame, plan: HasPlaces, prices: PriceList, months: tuple[Month, ...]) -> pd.DataFrame:
    """Price rows of a stock, one future's or many's; see :func:`priced_rows`."""
    step = step_of(stock["month"], plan.base_date)
    rows = stock.loc[step >= 0].assign(step=step[step >= 0])
    years, year_of_month = years_of(months)
    weekly = uplifted_places(plan, prices, plan.places.weekly_pence, years)
    year = year_of_month[rows["step"].to_numpy()]
    rows["unit_pence"] = day_units(place_days(rows)) * weekly[rows["place"].to_numpy(), year]
    rows["financial_year"] = np.array([str(each) for each in years])[year]
    rows["line"] = np.array([line.value for line in plan.places.line])[rows["place"].to_numpy()]
    return rows


def place_days(stock: pd.DataFrame) -> pd.Series:
    """Return the days of places that rows of a stock take: of children, and beside a child who has all of a home."""
    return stock["child_days"] + stock[KEPT_EMPTY] if KEPT_EMPTY in stock else stock["child_days"]


def fixed_of_places(plan: HasPlaces, prices: PriceList, months: tuple[Month, ...]) -> NDArray[np.int64]:
    """Return day units x weekly pence of fixed cost of each place in each month it is open, shape (places, months)."""
    years, year_of_month = years_of(months)
    weekly = uplifted_places(plan, prices, plan.places.fixed_weekly_pence, years)[:, year_of_month]
    open_in = plan.places.capacity[:, 1 : len(months) + 1] > 0
    units: NDArray[np.int64] = weekly * open_in * day_units([month.days for month in months])
    return units


def fixed_of_lines(
    plan: HasPlaces, prices: PriceList, months: tuple[Month, ...], lines: list[CostLine]
) -> NDArray[np.int64]:
    """Return day units x weekly pence of fixed cost of open places, used or not, shape (lines, months)."""
    totals = np.zeros((len(lines), len(months)), np.int64)
    np.add.at(totals, line_of_place(plan, lines), fixed_of_places(plan, prices, months))
    return totals


def line_of_place(plan: HasPlaces, lines: list[CostLine]) -> NDArray[np.int64]:
    """Return the position of each place's line in a list of lines, shape (places,)."""
    return np.array([lines.index(line) for line in plan.places.line], dtype=np.int64)


def uplifted_places(
    plan: HasPlaces, prices: PriceList, weekly: NDArray[np.int64], years: tuple[FinancialYear, ...]
) -> NDArray[np.int64]:
    """Return a weekly amount of each place in each year, grown by its line from the base date's, (places, years)."""
    return uplifted(prices, plan.places.line, weekly, FinancialYear.containing(plan.base_date), years)


def years_of(months: tuple[Month, ...]) -> tuple[tuple[FinancialYear, ...], NDArray[np.int64]]:
    """Return the financial years of some months, and which of them each month falls in."""
    years = tuple(dict.fromkeys(month.financial_year for month in months))
    return years, np.array([years.index(month.financial_year) for month in months])


def step_of(month: pd.Series, base_date: date) -> NDArray[np.int64]:
    """Return months after the first month walked; the base date's own month is -1."""
    first = np.datetime64(base_date, "M").astype(np.int64)
    return np.asarray(month.to_numpy().astype("datetime64[M]").astype(np.int64) - first - 1, dtype=np.int64)


def lines_in_order(plan: HasPlaces) -> list[CostLine]:
    """Return the cost lines of the plan's places, in the order of tables."""
    used = set(plan.places.line)
    return [line for line in CostLine if line in used]


def grid_of(lines: list[CostLine], months: tuple[Month, ...]) -> pd.DataFrame:
    """Return ``line, month, financial_year`` of every line in every month."""
    first_days = np.array([month.first_day for month in months], dtype="datetime64[s]")
    return pd.DataFrame(
        {
            "line": np.repeat([line.value for line in lines], len(months)),
            "month": np.tile(first_days, len(lines)),
            "financial_year": np.tile([str(month.financial_year) for month in months], len(lines)),
        }
    )


def _unmet_pence(plan: StockShape, rows: pd.DataFrame) -> int:
    """Spend on children without a suitable place: an assumption within the figure, so it is told apart."""
    unmet = np.array([kind is PlaceKind.UNMET for kind in plan.places.kind])
    total = rows.loc[unmet[rows["place"].to_numpy()], "unit_pence"].sum()
    return int(whole_pence(np.array([total], dtype=np.int64))[0])


def _described(frame: pd.DataFrame, prices: PriceList, weeks: Weeks, unmet_pence: int) -> pd.DataFrame:
    frame.attrs = {
        "name": "spend",
        "unit": "pence",
        "definition": (
            "Days in placement x the weekly price of the place / 7, plus the fixed cost of open places by day; "
            "each rounded once to the whole penny at cost line and month. Prices are uplifted by line each April."
        ),
        "price_base": prices.base.value,
        "weeks": f"exact by day; weekly and annual figures use {weeks.text}",
        "unmet_pence": unmet_pence,
    }
    return frame
