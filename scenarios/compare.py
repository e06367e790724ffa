"""Scenarios beside each other: every measure, its difference from doing nothing, and how sure that difference is."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from scenarios.draws import EXPECTED, interval
from scenarios.figures import ALL_LINES, FIGURE, FIGURES, SPEND
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
        ``scenario, measure, line, financial_year, value, baseline, difference, low, high, draws``: expected values
        (the mean of draws where whole children were walked), and the middle 80% of the paired differences. Without
        draws the interval is not known.
    """
    whole = with_horizon(figures)
    keys = ["measure", "line", "financial_year"]
    base = whole[whole["scenario"] == BASELINE].set_index(["replication", *keys])["value"].rename("baseline")
    paired = whole.join(base, on=["replication", *keys])
    paired[["value", "baseline"]] = _zero_where_no_row(paired)
    paired["difference"] = paired["value"] - paired["baseline"]
    drawn = paired[paired["replication"] != EXPECTED]
    expected = paired[paired["replication"] == EXPECTED].drop(columns="replication")
    if expected.empty:
        values = ["value", "baseline", "difference"]
        expected = drawn.groupby(["scenario", *keys], sort=False, as_index=False)[values].mean()
    bands = drawn.groupby(["scenario", *keys], sort=False)["difference"].agg([_low, _high, "count"])
    bands.columns = pd.Index(["low", "high", "draws"])
    table = expected.join(bands, on=["scenario", *keys]).fillna({"draws": 0}).astype({"draws": "int64"})
    table = table[["scenario", *keys, "value", "baseline", "difference", "low", "high", "draws"]]
    return described(
        table.reset_index(drop=True),
        "scenarios beside doing nothing",
        "as named",
        "Expected value of each measure, that of doing nothing, and the difference; low and high hold the middle 80% "
        "of differences between pairs that share every draw.",
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
    wide = wide.mul([shown_unit(name)[0] for name in wide.index], axis=0)
    units = [shown_unit(name)[1] for name in wide.index]
    money = [unit == "pounds" for unit in units]
    wide.loc[money] = wide.loc[money].round()
    wide.insert(0, "unit", units)
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


def shown_unit(measure: str) -> tuple[float, str]:
    """Return by what a measure is multiplied for reading, and the unit it then has."""
    return _SHOWN.get(FIGURE[measure].unit, (1.0, FIGURE[measure].unit))


def differences(table: pd.DataFrame, scenarios: Sequence[str]) -> pd.DataFrame:
    """Return what each scenario changes over the whole horizon, in words and units for reading."""
    rows = table[(table["financial_year"] == HORIZON) & (table["line"] == ALL_LINES)]
    rows = rows[rows["scenario"].isin([name for name in scenarios if name != BASELINE])]
    order = {figure.name: number for number, figure in enumerate(FIGURES)}
    rows = rows.assign(order=rows["measure"].map(order)).sort_values(["scenario", "order"], ignore_index=True)
    factor = rows["measure"].map({name: shown_unit(name)[0] for name in order})
    numbers = rows[["baseline", "value", "difference", "low", "high"]].mul(factor, axis=0)
    money = rows["measure"].map({name: shown_unit(name)[1] == "pounds" for name in order})
    numbers.loc[money] = numbers.loc[money].round()
    words = {
        "scenario": rows["scenario"],
        "measure": rows["measure"].map({name: FIGURE[name].title for name in order}),
        "unit": rows["measure"].map({name: shown_unit(name)[1] for name in order}),
    }
    frame = pd.concat([pd.DataFrame(words), numbers.rename(columns={"baseline": "do nothing"})], axis=1)
    known = rows["draws"].max() > 0
    return described(
        frame if known else frame.drop(columns=["low", "high"]),
        "what changes over all years",
        "as named",
        "Sums over all years for what adds up, the end of the last year for the rest; low and high hold the middle 80% "
        "of paired differences.",
    )


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
