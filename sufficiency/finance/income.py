"""Money that comes in: the grant for unaccompanied children, what health and education pay. Always apart from spend.

Income never lowers a price: an optimiser that saw it would choose homes by who pays, not by who needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from sufficiency.domain.periods import horizon
from sufficiency.finance.rounding import DAYS_A_WEEK, day_units, whole_pence
from sufficiency.finance.shapes import StockShape

UASC_GRANT = "UASC grant"


@dataclass(frozen=True)
class Contribution:
    """A steady weekly payment by another body.

    Attributes
    ----------
    source
        Who pays: "health", "education", or a name of one's own.
    weekly_pence
        What it pays a week.
    first_day, last_day
        Days paid, both included.
    """

    source: str
    weekly_pence: int
    first_day: date
    last_day: date


def income(plan: StockShape, grant_daily_pence: int, contributions: Sequence[Contribution] = ()) -> pd.DataFrame:
    """Return income by source and month, in whole pence.

    Parameters
    ----------
    grant_daily_pence
        Grant for one unaccompanied child for one day.
    contributions
        Payments by health, education and others.

    Returns
    -------
    pandas.DataFrame
        ``source, month, financial_year, income_pence``: income is positive and belongs beside spend, not inside it.
    """
    months = horizon(plan.base_date, plan.months)
    first_days = pd.to_datetime([month.first_day for month in months]).astype("datetime64[s]")
    unaccompanied = (
        plan.stock[plan.stock["uasc"]].groupby("month")["child_days"].sum().reindex(first_days, fill_value=0.0)
    )
    grant = whole_pence(day_units(unaccompanied) * grant_daily_pence * DAYS_A_WEEK)
    columns = {UASC_GRANT: grant}
    for each in contributions:
        days = [_days_paid(each, month.first_day, month.days) for month in months]
        paid = whole_pence(day_units(days) * each.weekly_pence)
        columns[each.source] = columns[each.source] + paid if each.source in columns else paid
    table = pd.DataFrame(columns, index=first_days).rename_axis("month")
    frame = table.melt(ignore_index=False, var_name="source", value_name="income_pence").reset_index()
    frame["financial_year"] = frame["month"].map(
        {day: str(month.financial_year) for day, month in zip(first_days, months, strict=True)}
    )
    frame = frame[["source", "month", "financial_year", "income_pence"]]
    frame.attrs = {
        "name": "income",
        "unit": "pence",
        "definition": "Grants and contributions, never set against spend.",
    }
    return frame


def _days_paid(contribution: Contribution, first_day: date, days: int) -> int:
    last_day = first_day + timedelta(days=days - 1)
    begin, end = max(contribution.first_day, first_day), min(contribution.last_day, last_day)
    return max((end - begin).days + 1, 0)
