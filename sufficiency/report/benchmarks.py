"""Published figures to compare with, each with its year and source: ``data/benchmarks.csv``, and files the user has."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

ENGLAND = "England"
_FILE = Path(__file__).parent / "data" / "benchmarks.csv"


@cache
def benchmarks() -> pd.DataFrame:
    """Return the table: ``measure, category, area, period, value, unit, source, status``."""
    return pd.read_csv(_FILE, dtype={"period": "str", "value": "float64"})


@dataclass(frozen=True)
class Published:
    """One published figure."""

    value: float
    period: str
    source: str


def published(measure: str, category: str = "all", area: str = ENGLAND, period: str = "") -> Published | None:
    """Return a published figure, the latest unless a period is named; None where the table has none."""
    table = benchmarks()
    chosen = (table["measure"] == measure) & (table["category"] == category) & (table["area"] == area)
    found = table[chosen & ((table["period"] == period) if period else True)]
    if found.empty:
        return None
    last = found.sort_values("period").iloc[-1]
    return Published(float(last["value"]), str(last["period"]), str(last["source"]))


def statistical_region(dfe_region: str) -> str:
    """Return the region of the published table; London is one there.

    >>> statistical_region("Inner London"), statistical_region("Yorkshire and The Humber")
    ('London', 'Yorkshire and Humber')
    """
    if "London" in dfe_region:
        return "London"
    return "Yorkshire and Humber" if dfe_region.startswith("Yorkshire") else dfe_region


@dataclass(frozen=True, eq=False)
class Comparison:
    """Whom a council is compared with, and the published figures of them.

    Attributes
    ----------
    region
        Region as the published table names it.
    rows
        Rows read from DfE's files (``measure, level, area, code, period, value``), None where none were given.
    neighbours
        Codes of statistical neighbours, nearest first; () where the user named none.
    """

    region: str
    rows: pd.DataFrame | None = None
    neighbours: tuple[str, ...] = ()

    def area(self, measure: str, area: str, period: str = "") -> Published | None:
        """Return the figure of England or a region: from the user's files if they hold it, else the shipped table."""
        found = self._rows(measure, period or self._latest(measure))
        same = found[(found["level"] != "authority") & (found["area"].map(statistical_region) == area)]
        if same.empty:
            category = measure if measure in _STABILITY else "all"
            return published("stability" if category != "all" else measure, category, area, period)
        last = same.iloc[-1]
        return Published(float(last["value"]), str(last["period"]), f"DfE, {last['file']}")

    def like(self, measure: str, period: str = "") -> Published | None:
        """Return the median of the statistical neighbours; None unless at least half of them have a figure."""
        found = self._rows(measure, period or self._latest(measure))
        last = found[found["code"].isin(self.neighbours)]
        if last.empty or 2 * len(last) < len(self.neighbours):
            return None
        source = f"DfE, {last['file'].iloc[0]} ({len(last)} of {len(self.neighbours)} councils)"
        return Published(float(np.median(last["value"])), str(last["period"].iloc[0]), source)

    def _latest(self, measure: str) -> str:
        """Return the last year the files hold, so that a withheld figure is not replaced by an older one unseen."""
        return "" if self.rows is None else str(self.rows.loc[self.rows["measure"] == measure, "period"].max())

    def _rows(self, measure: str, period: str) -> pd.DataFrame:
        if self.rows is None:
            return _NO_ROWS
        chosen = (self.rows["measure"] == measure) & (self.rows["period"] == period)
        return self.rows[chosen & self.rows["value"].notna()]


_NO_ROWS = pd.DataFrame(columns=["measure", "level", "area", "code", "period", "value", "file"])
_STABILITY = ("three or more placements in the year", "same home for two years")
