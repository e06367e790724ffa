"""The medium term financial strategy: how next year's budget is made from this year's, cause by cause.

Each year's requirement is the last one's plus growth. Growth in the forecast is told apart in this order:

- full-year effect: the last month of the year before, carried through a whole year, less what that year cost;
- pay and price: the uplift of the April between: pay for the fixed cost of own homes (staff), price for all else;
- demography: the rest, which is more, fewer or other placements at the prices of the year before.

Savings, invest-to-save and one-off sums are the council's own lines. One-off sums leave again the year after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

import pandas as pd

from sufficiency.domain.errors import InputError
from sufficiency.domain.periods import FinancialYear, Month
from sufficiency.domain.settings import CostLine
from sufficiency.finance.prices import PriceList
from sufficiency.finance.rounding import nearest
from sufficiency.finance.spend import TOTAL

ROWS = (
    "base budget",
    "base correction",
    "full-year effect",
    "demography",
    "pay",
    "price",
    "savings",
    "invest to save",
    "one-off",
)
"""Rows of the table above its total, in order."""


class ItemKind(StrEnum):
    """Kinds of lines a council adds to its forecast."""

    SAVINGS = "savings"
    INVEST_TO_SAVE = "invest to save"
    ONE_OFF = "one-off"


@dataclass(frozen=True)
class BudgetItem:
    """One line that the council adds: what it changes in the year it begins.

    Attributes
    ----------
    name
        What it is called.
    kind
        Savings and invest-to-save stay in the base; a one-off sum leaves again after its year.
    year
        Financial year in which it first counts.
    pence
        Change to the budget: a saving is negative.
    """

    name: str
    kind: ItemKind
    year: FinancialYear
    pence: int


def mtfs(
    cells: pd.DataFrame, prices: PriceList, base_budget_pence: int, items: Sequence[BudgetItem] = ()
) -> pd.DataFrame:
    """Return the budget requirement of each whole year after the first, and what it is made of.

    Parameters
    ----------
    cells
        :func:`~sufficiency.finance.spend.spend` of a plan.
    prices
        The price list of ``cells``.
    base_budget_pence
        Approved budget of the first whole year of the plan. Where the forecast of that year differs, the difference is
        the base correction, in sight.
    items
        The council's own lines.

    Returns
    -------
    pandas.DataFrame
        Rows of :data:`ROWS` and a total, columns financial years, whole pence. Every column adds up, and each total is
        the next year's base budget.

    Raises
    ------
    InputError
        When the plan has fewer than two whole financial years, or an item's year is not one of the table.
    """
    years = _whole_years(cells)
    if len(years) < 2:
        raise InputError("MTFS: two whole financial years are needed; plan for 24 months or more from 31 March.")
    _check_items(items, years)
    forecast = {year: _total(cells, year) for year in years}
    base, table = base_budget_pence, {}
    for before, year in pairwise(years):
        growth = _growth(cells, prices, before, year)
        correction = forecast[years[0]] - base_budget_pence if before == years[0] else 0
        column = {"base budget": base, "base correction": correction, **growth, **_added(items, year)}
        base = sum(column.values())
        table[str(year)] = {**column, TOTAL: base}
    frame = pd.DataFrame(table, dtype="int64").reindex([*ROWS, TOTAL]).rename_axis("row")
    frame.columns.name = "financial_year"
    frame.attrs = {
        "name": "medium term financial strategy",
        "unit": "pence",
        "definition": "Budget requirement by year: last year's, and what changes it.",
        "price_base": prices.base.value,
    }
    return frame


def _growth(cells: pd.DataFrame, prices: PriceList, before: FinancialYear, year: FinancialYear) -> dict[str, int]:
    uplift = _uplift_part(cells, prices, before, year)
    carried = _carried(cells, before, year)
    return {
        "full-year effect": carried - _total(cells, before),
        "demography": _total(cells, year) - sum(uplift.values()) - carried,
        **uplift,
    }


def _carried(cells: pd.DataFrame, before: FinancialYear, year: FinancialYear) -> int:
    """Spend of the last month of one year at its daily rate through the whole next year."""
    march = Month.containing(before.last_day)
    last = cells.loc[cells["month"] == pd.Timestamp(march.first_day), "spend_pence"].sum()
    return nearest(Fraction(int(last) * year.days, march.days))


def _uplift_part(cells: pd.DataFrame, prices: PriceList, before: FinancialYear, year: FinancialYear) -> dict[str, int]:
    """Return the uplift of a year's April: pay for the fixed cost of own homes, price for the rest."""
    rows = cells[cells["financial_year"] == str(year)]
    sums = rows.groupby("line")[["placement_pence", "fixed_pence"]].sum()
    parts = {"pay": 0, "price": 0}
    for name, placement, fixed in sums.itertuples():
        line = CostLine(name)
        if placement or fixed:
            back = prices.factor(line, year, before)
            parts["price"] += placement - nearest(placement * back)
            parts["pay" if line is CostLine.OWN_HOME else "price"] += fixed - nearest(fixed * back)
    return parts


def _whole_years(cells: pd.DataFrame) -> list[FinancialYear]:
    months = cells[["financial_year", "month"]].drop_duplicates().groupby("financial_year").size()
    return [FinancialYear(int(name[:4])) for name in sorted(months.index[months == 12])]


def _total(cells: pd.DataFrame, year: FinancialYear) -> int:
    return int(cells.loc[cells["financial_year"] == str(year), "spend_pence"].sum())


def _added(items: Sequence[BudgetItem], year: FinancialYear) -> dict[str, int]:
    """Return the council's own lines in one year; last year's one-off sums leave."""
    before = FinancialYear(year.start_year - 1)
    here = [item for item in items if item.year == year]
    added = {kind.value: sum(item.pence for item in here if item.kind is kind) for kind in ItemKind}
    leaving = sum(item.pence for item in items if item.kind is ItemKind.ONE_OFF and item.year == before)
    return {**added, ItemKind.ONE_OFF.value: added[ItemKind.ONE_OFF.value] - leaving}


def _check_items(items: Sequence[BudgetItem], years: Sequence[FinancialYear]) -> None:
    for item in items:
        if item.year not in years[1:]:
            raise InputError(f'MTFS: "{item.name}" begins in {item.year}; use {years[1]} to {years[-1]}.')
