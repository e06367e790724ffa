"""Dear placements: which they are, and what one more or one fewer does to a year."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import CostLine
from sufficiency.finance.effects import one_child_more
from sufficiency.finance.prices import PriceList
from sufficiency.finance.rounding import nearest
from sufficiency.finance.spot import SpotPrices
from sufficiency.finance.weeks import Weeks, annual_pence

MARKING = "OFFICIAL-SENSITIVE"


@dataclass(frozen=True)
class OneMore:
    """A child more or fewer at a weekly price: what it is called, its line, and pence a week in a year's prices."""

    name: str
    line: CostLine
    weekly_pence: int
    year: FinancialYear


def top_high_cost(
    children: pd.DataFrame, weekly_pence: NDArray[np.int64], weeks: Weeks = Weeks.DAYS_365, how_many: int = 20
) -> pd.DataFrame:
    """Return the dearest placements of the base date, one row a child: for use inside the council only.

    Parameters
    ----------
    children
        One row a child with ``child, setting, line, age_band, start`` and ``price_from`` (where the price comes from).
    weekly_pence
        Price of each, shape (children,).

    Returns
    -------
    pandas.DataFrame
        ``rank, child, age_band, setting, line, since, weekly_pence, annual_pence, price_from``, the dearest first.
    """
    order = np.argsort(-weekly_pence, kind="stable")[:how_many]
    rows = children.iloc[order].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "rank": np.arange(1, len(rows) + 1),
            **{name: rows[name].to_numpy() for name in ("child", "age_band", "setting", "line")},
            "since": rows["start"].to_numpy(),
            "weekly_pence": weekly_pence[order],
            "annual_pence": [annual_pence(int(each), weeks) for each in weekly_pence[order]],
            "price_from": rows["price_from"].to_numpy(),
        }
    )
    table.attrs = {
        "name": f"{MARKING}: dearest placements today",
        "unit": "as named",
        "definition": f"{MARKING}. One row a child, by weekly price on the base date; a year is {weeks.text}.",
    }
    return table


def sensitivity(
    cases: Sequence[OneMore], prices: PriceList, years: Sequence[FinancialYear], further: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return what one child more and one fewer at stated weekly prices do to each whole year.

    Parameters
    ----------
    further
        Other rows with the same columns, shown below.

    Returns
    -------
    pandas.DataFrame
        ``change, weekly_pence, financial_year, effect_pence``; weekly prices are those of the year.
    """
    rows = []
    for case in cases:
        for year in years:
            weekly = nearest(case.weekly_pence * prices.factor(case.line, case.year, year))
            for sign, word in ((1, "one more"), (-1, "one fewer")):
                rows.append((f"{word}: {case.name}", weekly, str(year), one_child_more(weekly, year, sign)))
    table = pd.DataFrame(rows, columns=["change", "weekly_pence", "financial_year", "effect_pence"])
    table = table.sort_values(["change", "financial_year"], kind="stable", ignore_index=True)
    if further is not None and len(further):
        table = pd.concat([table, further], ignore_index=True)
    table.attrs = {
        "name": "sensitivity",
        "unit": "pence",
        "definition": "What a whole year costs more (or less) for one more child (or one fewer) at a weekly price.",
    }
    return table


def price_points(forecast: pd.DataFrame, years: Sequence[FinancialYear], points: int = 1) -> pd.DataFrame:
    """Return what each percentage point on all prices of a year does to it: rows as in :func:`sensitivity`."""
    spent = forecast.groupby("financial_year")["spend_pence"].sum()
    rows = [
        (
            f"all prices {points} point{'s' * (points > 1)} higher",
            None,
            str(year),
            round(int(spent[str(year)]) * points / 100),
        )
        for year in years
    ]
    table = pd.DataFrame(rows, columns=["change", "weekly_pence", "financial_year", "effect_pence"])
    return table.astype({"weekly_pence": "Int64"})


def emergency(
    starts_pence: pd.DataFrame, share: float, premium_percent: float, years: Sequence[FinancialYear]
) -> pd.DataFrame:
    """Return what an emergency premium would add: a share of new spot placements, dearer by so much.

    Parameters
    ----------
    starts_pence
        ``financial_year, spend_pence`` of spot placements begun after the base date.
    """
    spent = starts_pence.groupby("financial_year")["spend_pence"].sum()
    name = f"{share:.0%} of new spot placements {premium_percent:g}% dearer (emergency)"
    rows = [
        (name, None, str(year), round(int(spent.get(str(year), 0)) * share * premium_percent / 100)) for year in years
    ]
    table = pd.DataFrame(rows, columns=["change", "weekly_pence", "financial_year", "effect_pence"])
    return table.astype({"weekly_pence": "Int64"})


def spread_of(mean_pence: int, high_pence: int, share_at_or_above: float) -> float:
    """Return how widely single spot prices spread: the curve with this mean and this share at the high price."""
    return SpotPrices.from_mean_and_tail(mean_pence, high_pence, share_at_or_above).spread
