"""Unit costs as DfE works them out from S251 returns, so that a council can tie its own figures to the published ones.

All of these are full S251 cost (staff and overheads included). They are another base than placement prices and never
stand beside them without saying so. Source: LAIT, unit costs of children looked after.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pandas as pd

from sufficiency.domain.errors import InputError
from sufficiency.domain.money import PriceBase
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import CostLine, Setting
from sufficiency.finance.rounding import DAYS_A_WEEK, nearest
from sufficiency.finance.stays import days_by_month
from sufficiency.finance.weeks import Weeks

PUBLISHED_STEP_POUNDS = 5

ALL, FOSTERING, RESIDENTIAL = "all children looked after", "fostering", "residential"
MEASURES = (ALL, FOSTERING, RESIDENTIAL)
"""What DfE publishes a unit cost of."""

_FOSTER = (str(Setting.KINSHIP), str(Setting.FOSTERING))
_FOSTER_LINES = (str(CostLine.KINSHIP), str(CostLine.IN_HOUSE_FOSTER), str(CostLine.IFA))
_HOME_LINES = (str(CostLine.OWN_HOME), str(CostLine.EXTERNAL_HOME))


@dataclass(frozen=True)
class Activity:
    """What a year's spend is divided by.

    Attributes
    ----------
    year
        Collection year.
    children, fostered
        In care, and in foster care (with relatives or friends included), on 31 March that closes it.
    residential_days
        Days lived in children's homes and residential schools during it.
    """

    year: FinancialYear
    children: int
    fostered: int
    residential_days: int


def activity(stays: pd.DataFrame, year: FinancialYear) -> Activity:
    """Count the children and days that DfE divides a year's spend by."""
    last = pd.Timestamp(year.last_day)
    here = stays[(stays["start"] <= last) & (stays["end"].isna() | (stays["end"] > last))]
    homes = stays[stays["setting"] == str(Setting.RESIDENTIAL)].reset_index(drop=True)
    days = days_by_month(homes, year.first_day, year.last_day)["days"].sum()
    return Activity(year, here["child"].nunique(), int(here["setting"].isin(_FOSTER).sum()), int(days))


def unit_costs(
    spent_pence: Mapping[str, int], counted: Activity, basis: PriceBase, published: Mapping[str, int], weeks: Weeks
) -> pd.DataFrame:
    """Return unit costs of one year on one price base, as DfE works them out, beside the published ones.

    Parameters
    ----------
    spent_pence
        Spend of the year by measure (:data:`MEASURES`); measures left out are not shown.
    published
        Published pounds a week by measure.

    Returns
    -------
    pandas.DataFrame
        ``measure, basis, financial_year, spend_pence, divided_by, weekly_pence, rounded_weekly_pence,
        published_weekly_pence, difference_weekly_pence``; rounded to five pounds as DfE prints them.
    """
    rows = []
    for measure in MEASURES:
        if measure in spent_pence and _divisor(measure, counted):
            weekly = _weekly(measure, spent_pence[measure], counted, weeks)
            rounded, told = as_published(weekly) * 100, _in_pence(published.get(measure))
            gap = None if told is None else rounded - told
            by = _by(measure, counted, weeks)
            spent = spent_pence[measure]
            rows.append((measure, str(basis), str(counted.year), spent, by, weekly, rounded, told, gap))
    whole = ["rounded_weekly_pence", "published_weekly_pence", "difference_weekly_pence"]
    names = ["measure", "basis", "financial_year", "spend_pence", "divided_by", "weekly_pence", *whole]
    table = pd.DataFrame(rows, columns=names).astype(dict.fromkeys(whole, "Int64"))
    table.attrs = {
        "name": f"unit costs, {basis}",
        "unit": "as named",
        "definition": (
            "Spend / (children on 31 March x weeks a year) for all children and for fostering (relatives and friends "
            "included), spend / (days / 7) for residential care; to the nearest five pounds, as published."
        ),
        "price_base": str(basis),
    }
    return table


def spent_by_measure(cells: pd.DataFrame) -> dict[str, int]:
    """Return spend of all, foster and home lines: what the measures are about."""
    line = cells["line"]
    return {
        ALL: int(cells["spend_pence"].sum()),
        FOSTERING: int(cells.loc[line.isin(_FOSTER_LINES), "spend_pence"].sum()),
        RESIDENTIAL: int(cells.loc[line.isin(_HOME_LINES), "spend_pence"].sum()),
    }


def _in_pence(pounds: int | None) -> int | None:
    return None if pounds is None else pounds * 100


def _divisor(measure: str, counted: Activity) -> int:
    return {ALL: counted.children, FOSTERING: counted.fostered, RESIDENTIAL: counted.residential_days}[measure]


def _weekly(measure: str, spent: int, counted: Activity, weeks: Weeks) -> int:
    if measure == RESIDENTIAL:
        return per_care_week(spent, counted.residential_days)
    return per_child_week(spent, _divisor(measure, counted), weeks)


def _by(measure: str, counted: Activity, weeks: Weeks) -> str:
    number = _divisor(measure, counted)
    return f"{number:,} days / 7" if measure == RESIDENTIAL else f"{number:,} children x {weeks.value} weeks"


def per_child_week(total_pence: int, children: int, weeks: Weeks = Weeks.DAYS_365) -> int:
    """Return pence a child a week by head count: total / (children on 31 March x weeks).

    DfE's way for all children looked after and for fostering.
    """
    if children <= 0:
        raise InputError("unit cost: there are no children to divide by.")
    return nearest(total_pence / (children * weeks.number))


def per_care_week(total_pence: int, care_days: int) -> int:
    """Return pence a week of care given: total / (care days / 7). DfE's way for residential care."""
    if care_days <= 0:
        raise InputError("unit cost: there are no care days to divide by.")
    return nearest(Fraction(total_pence * DAYS_A_WEEK, care_days))


def as_published(weekly_pence: int) -> int:
    """Return whole pounds to the nearest five, as DfE prints unit costs.

    >>> as_published(per_child_week(43_488_370_00, 307))
    2715
    """
    steps = Decimal(weekly_pence) / (100 * PUBLISHED_STEP_POUNDS)
    return int(steps.quantize(Decimal(1), rounding=ROUND_HALF_UP)) * PUBLISHED_STEP_POUNDS
