"""Published figures to compare with, each with its year and source: ``data/benchmarks.csv``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
