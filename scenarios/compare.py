"""Scenarios beside each other: every measure, its difference from doing nothing, and how sure that difference is."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from scenarios.draws import EXPECTED, interval
from scenarios.figures import ALL_LINES, FIGURES, SPEND
from scenarios.scenario import BASELINE

HORIZON = "all years"


def with_horizon(figures: pd.DataFrame) -> pd.DataFrame:
    """Add rows for the whole horizon: sums of what adds up, the last year of what does not."""
    keys = ["scenario", "replication", "measure", "line"]
    summed = {figure.name for figure in FIGURES if figure.total == "sum"}
    adds = figures["measure"].isin(summed)
    total = figures[adds].groupby(keys, sort=False, as_index=False)["value"].sum(min_count=1)
    last = figures[~adds].groupby(keys, sort=False, as_index=False)["value"].last()
    ends = figures[~adds].drop_duplicates(keys, keep="last").drop(columns="value").merge(last, on=keys, how="left")
    ends.loc[ends["value"].notna() & (ends["financial_year"] != figures["financial_year"].iloc[-1]), "value"] = np.nan
    whole = pd.concat([total, ends.drop(columns="financial_year")]).assign(financial_year=HORIZON)
    return pd.concat([figures, whole], ignore_index=True)


def comparison(figures: pd.DataFrame) -> pd.DataFrame:
    """Return each measure of each scenario beside the baseline.

    Parameters
    ----------
    figures
        Of a sweep that holds the baseline.

    Returns
    -------
    pandas.DataFrame
        ``scenario, measure, line, financial_year, value, baseline, difference, low, high, draws``: expected values, and
        the middle 80% of the paired differences. Without draws the interval is not known.
    """
    whole = with_horizon(figures)
    keys = ["measure", "line", "financial_year"]
    base = whole[whole["scenario"] == BASELINE].set_index(["replication", *keys])["value"].rename("baseline")
    paired = whole.join(base, on=["replication", *keys])
    paired[["value", "baseline"]] = _zero_where_no_row(paired)
    paired["difference"] = paired["value"] - paired["baseline"]
    expected = paired[paired["replication"] == EXPECTED].drop(columns="replication")
    drawn = paired[paired["replication"] != EXPECTED]
    bands = drawn.groupby(["scenario", *keys], sort=False)["difference"].agg([_low, _high, "count"])
    bands.columns = pd.Index(["low", "high", "draws"])
    table = expected.join(bands, on=["scenario", *keys]).fillna({"draws": 0}).astype({"draws": "int64"})
    table = table[["scenario", *keys, "value", "baseline", "difference", "low", "high", "draws"]]
    return described(
        table.reset_index(drop=True),
        "scenarios beside doing nothing",
        "as named",
        "Expected value of each measure, that of doing nothing, and the difference; low and high hold the middle 80% "
        "of differences between pairs that share every draw of rates, prices and lever sizes.",
    )


def _zero_where_no_row(paired: pd.DataFrame) -> pd.DataFrame:
    """Put nought where one of two plans has no such cost line; other gaps stay unknown."""
    money = paired["measure"] == SPEND
    return paired[["value", "baseline"]].where(~money, paired[["value", "baseline"]].fillna(0.0))


def side_by_side(table: pd.DataFrame, scenarios: Sequence[str]) -> pd.DataFrame:
    """Return measures down and scenarios across, over the whole horizon: the first table anybody looks at."""
    whole = table[(table["financial_year"] == HORIZON) & (table["line"] == ALL_LINES)]
    wide = whole.pivot_table(index="measure", columns="scenario", values="value", dropna=False).reindex(
        [f.name for f in FIGURES]
    )
    titles = {figure.name: figure for figure in FIGURES}
    wide = wide[[name for name in scenarios if name in wide.columns]]
    wide = wide.mul([_SHOWN.get(titles[name].unit, (1.0, ""))[0] for name in wide.index], axis=0)
    wide.insert(0, "unit", [_SHOWN.get(titles[name].unit, (1.0, titles[name].unit))[1] for name in wide.index])
    wide.index = pd.Index([titles[name].title for name in wide.index], name="measure")
    return described(
        wide.reset_index().rename_axis(columns=None),
        "side by side over all years",
        "as named",
        "Sums over all years for what adds up, the end of the last year for the rest. "
        + " ".join(f"{figure.title}: {figure.definition}" for figure in FIGURES),
    )


_SHOWN = {"pence": (0.01, "pounds"), "share": (100.0, "%")}
"""What a table for reading shows instead of a unit for reckoning."""


def spend_by_line(table: pd.DataFrame) -> pd.DataFrame:
    """Return spend of each scenario by line and year, with its difference from doing nothing; lines add up."""
    rows = table[(table["measure"] == SPEND) & (table["line"] != ALL_LINES)]
    rows = rows[["scenario", "line", "financial_year", "value", "baseline", "difference"]]
    rows = rows.rename(columns={"value": "spend_pence", "baseline": "baseline_pence", "difference": "difference_pence"})
    return described(
        rows.reset_index(drop=True),
        "spend by line and year",
        "pence",
        "Placements and fixed costs by cost line and financial year, beside doing nothing.",
    )


def described(frame: pd.DataFrame, name: str, unit: str, definition: str) -> pd.DataFrame:
    """Return a table with its name, unit and definition."""
    frame.attrs = {"name": name, "unit": unit, "definition": definition}
    return frame


def _low(values: "pd.Series[float]") -> float:
    return interval(np.asarray(values, dtype=np.float64))[0]


def _high(values: "pd.Series[float]") -> float:
    return interval(np.asarray(values, dtype=np.float64))[1]
