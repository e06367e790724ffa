"""The keywords all measures share: by which column, over which period, and whether only planned need counts."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.needs import AGE_BANDS, PROFILES
from sufficiency.domain.periods import FINANCIAL_YEAR_FIRST_MONTH, FinancialYear
from sufficiency.domain.settings import PLANNED_SETTINGS, CostLine, Setting

Over = Literal["month", "quarter", "financial_year"]
"""Length of a period. Quarters are those of the financial year: Q1 is April to June."""

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
    year, month = frame["month"].dt.year, frame["month"].dt.month
    start = year.where(month >= FINANCIAL_YEAR_FIRST_MONTH, year - 1)
    names = {int(value): str(FinancialYear(int(value))) for value in start.unique()}
    if over == "month":
        period = frame["month"].dt.strftime("%Y-%m")
    elif over == "quarter":
        period = start.map(names) + " Q" + ((month - FINANCIAL_YEAR_FIRST_MONTH) % 12 // 3 + 1).astype(str)
    elif over == "financial_year":
        period = start.map(names)
    else:
        raise AssumptionError(f'"{over}" is not a period; use month, quarter or financial_year.')
    return frame.assign(period=period.astype("str"))


def at_period_end(frame: pd.DataFrame, over: Over) -> pd.DataFrame:
    """Return only the rows of the last month of each period, with ``period``: for counts at a date."""
    named = with_period(frame, over)
    return named[named["month"] == named.groupby("period")["month"].transform("max")]


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


def _rank(column: pd.Series) -> pd.Series:
    order = _ORDER.get(str(column.name))
    return column if order is None else column.map({value: place for place, value in enumerate(order)})
