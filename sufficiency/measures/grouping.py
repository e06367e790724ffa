"""The keywords all measures share: by which column, over which period, and whether only planned need counts."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.needs import AGE_BANDS, PROFILES
from sufficiency.domain.periods import FINANCIAL_YEAR_FIRST_MONTH, FinancialYear
from sufficiency.domain.settings import PLANNED_SETTINGS, CostLine, Setting
from sufficiency.finance.shapes import PlanShape

Over = Literal["month", "quarter", "financial_year"]
"""Length of a period. Quarters are those of the financial year: Q1 is April to June."""

_MONTHS_IN: dict[str, int] = {"month": 1, "quarter": 3, "financial_year": 12}

PREFERRED_SETTING = {profile.key: profile.preferred.value for profile in PROFILES}
PLANNED_PROFILES = frozenset(profile.key for profile in PROFILES if profile.planned)

_ORDER: dict[str, list[str]] = {
    "age_band": list(AGE_BANDS),
    "setting": [setting.value for setting in Setting],
    "line": [line.value for line in CostLine],
    "profile": [profile.key for profile in PROFILES],
}


def with_period(frame: pd.DataFrame, over: Over) -> pd.DataFrame:
    """Return the frame with a ``period`` column: ``2025-04``, ``2025-26 Q1`` or ``2025-26``."""
    if over not in _MONTHS_IN:
        raise AssumptionError(f'"{over}" is not a period; use {", ".join(_MONTHS_IN)}.')
    if over == "month":
        return frame.assign(period=frame["month"].dt.strftime("%Y-%m").astype("str"))
    step = _months_since_april(frame["month"])
    start = frame["month"].dt.year - (frame["month"].dt.month < FINANCIAL_YEAR_FIRST_MONTH)
    period = start.map({int(year): str(FinancialYear(int(year))) for year in start.unique()}).astype("str")
    if over == "quarter":
        period = period + " Q" + (step // 3 + 1).astype("str")
    return frame.assign(period=period)


def at_period_end(frame: pd.DataFrame, over: Over, plan: PlanShape) -> pd.DataFrame:
    """Return only the rows of the last month of each period, with ``period``: for counts at a date.

    The last period ends with the last month of the plan, when the plan ends inside it.
    """
    named = with_period(frame, over)
    length = _MONTHS_IN[over]
    to_end = length - 1 - _months_since_april(frame["month"]) % length
    to_last = _month_number(plan.base_date.year, plan.base_date.month) + plan.months
    left = to_last - _month_number(frame["month"].dt.year, frame["month"].dt.month)
    kept: pd.DataFrame = named[(to_end == 0) | (left == 0)]
    return kept


def only_planned(frame: pd.DataFrame, planned_only: bool) -> pd.DataFrame:
    """Return the rows whose profile the engine chooses a home for; all rows when not asked to."""
    return frame[frame["profile"].isin(PLANNED_PROFILES)] if planned_only else frame


def only_planned_settings(frame: pd.DataFrame, planned_only: bool) -> pd.DataFrame:
    """Return the rows living in a setting the engine chooses between; all rows when not asked to."""
    return frame[frame["setting"].isin([str(each) for each in PLANNED_SETTINGS])] if planned_only else frame


def columns_of(by: str | Sequence[str], frame: pd.DataFrame) -> list[str]:
    """Return ``by`` as a list of columns the frame has.

    Raises
    ------
    AssumptionError
        Naming what can be asked for instead.
    """
    asked = [by] if isinstance(by, str) else list(by)
    unknown = [name for name in asked if name not in frame.columns]
    if unknown:
        known = ", ".join(name for name in frame.columns if frame[name].dtype.kind not in "fiM")
        raise AssumptionError(f"{', '.join(unknown)} cannot be grouped by here; use one of {known}.")
    return asked


def total_by(frame: pd.DataFrame, keys: list[str], values: Sequence[str]) -> pd.DataFrame:
    """Add values up by keys, rows in the order tables show them."""
    totals = frame.groupby(keys, as_index=False, sort=False, observed=True)[list(values)].sum()
    return totals.sort_values(keys, key=_rank, kind="stable", ignore_index=True)


def share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return part / whole, NaN (not known) where there is nobody."""
    return part / whole.where(whole > 0, np.nan)


def _months_since_april(month: pd.Series) -> pd.Series:
    since: pd.Series = (month.dt.month - FINANCIAL_YEAR_FIRST_MONTH) % 12
    return since


def _month_number(year: Any, month: Any) -> Any:
    return year * 12 + month


def _rank(column: pd.Series) -> pd.Series:
    order = _ORDER.get(str(column.name))
    return column if order is None else column.map({value: place for place, value in enumerate(order)})
