"""The spot market as rings of distance, from what it gave in the history."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.findings import Findings
from sufficiency.domain.places import UNLIMITED, PlaceKind
from sufficiency.domain.settings import CostLine, Sector, Setting
from sufficiency.geography import Locality, locality, statutory_miles
from sufficiency.supply.entries import Entries, entries, join
from sufficiency.supply.inputs import Context
from sufficiency.supply.prices import PriceList
from sufficiency.supply.rules import finding

RING_EDGES: tuple[float, ...] = (0.0, 10.0, 20.0, 50.0, np.inf)
"""Miles from home at which rings end, each included: 20.0 miles is within the statutory twenty, 20.1 is over."""

SPOT_LINES: tuple[tuple[CostLine, Setting], ...] = (
    (CostLine.IFA, Setting.FOSTERING),
    (CostLine.EXTERNAL_HOME, Setting.RESIDENTIAL),
    (CostLine.SUPPORTED, Setting.SUPPORTED),
)
"""Cost lines bought on the market, and the setting of each."""


VERY_COMPLEX = 4
"""Need level of children who have to live alone: a place bought at it can be a home of the child's own."""

LOCALITIES: tuple[str, ...] = tuple(Locality)
"""Where a start may lie, seen from the council."""


@dataclass(frozen=True)
class Band:
    """Part of a line's starts: up to a need level, at that level's price."""

    level: int
    starts: float


@dataclass(frozen=True, eq=False)
class MarketHistory:
    """New placements on the market in the window, one row a start.

    Attributes
    ----------
    starts
        ``line``, ``miles`` (NaN when unknown), ``locality``.
    months
        Months of history behind them.
    """

    starts: pd.DataFrame
    months: int

    def of(self, line: CostLine) -> pd.DataFrame:
        """Return the starts of one line."""
        return self.starts[self.starts["line"] == line.value]

    def typical(
        self, line: CostLine, miles_from: float, miles_to: float, localities: Collection[str] = LOCALITIES
    ) -> tuple[float, str]:
        """Return the median miles and the commonest locality of the starts in a ring, NaN and "unknown" for none.

        Parameters
        ----------
        line
            Cost line.
        miles_from, miles_to
            Ring; its far edge belongs to it.
        localities
            Localities of the starts that count.
        """
        rows = self.of(line)
        rows = rows[rows["locality"].isin(localities)]
        rows = rows[((rows["miles"] > miles_from) | (miles_from == 0)) & (rows["miles"] <= miles_to)]
        if rows.empty:
            return np.nan, "unknown"
        known = rows.loc[rows["locality"] != "unknown", "locality"]
        common = known.value_counts().sort_index().idxmax() if len(known) else "unknown"
        return round(float(rows["miles"].median()), 1), str(common)


def market_history(context: Context) -> MarketHistory:
    """Return every new placement on a market line in the months of history before the base date."""
    months = context.whole("market.history_months")
    start = context.stays["start"]
    recent = (start > context.calendar.back(months)) & (start <= context.calendar.base)
    bought = context.stays["line"].isin([line.value for line, _setting in SPOT_LINES])
    own = context.stays["sector"] == Sector.OWN.value
    rows = context.stays[recent & bought & ~own]
    home = context.directory.locate(rows["home_postcode"].to_numpy(dtype=object))
    there = context.directory.locate(rows["placement_postcode"].to_numpy(dtype=object))
    found = {
        "line": rows["line"].to_numpy(),
        "miles": statutory_miles(home.easting, home.northing, there.easting, there.northing),
        "locality": locality(context.authority, there.authority),
    }
    return MarketHistory(pd.DataFrame(found), months)


def market_entries(
    history: MarketHistory, covered: frozenset[CostLine], context: Context, prices: PriceList
) -> tuple[Entries, Findings]:
    """Return the rings of each market line that no contract covers.

    A line gives ``starts a month x (1 + market.start_slack)`` new placements a month, a fraction where it gave fewer
    than one. A share of them is kept for complex needs at that level's price; each part is shared over the rings as the
    starts were.
    """
    findings, parts = Findings(), []
    for line, setting in SPOT_LINES:
        rows = history.of(line)
        if line in covered or rows.empty:
            continue
        findings.add(finding("supply.market.inferred", f"Rings made for {line.value}.", len(rows), file="history"))
        unknown = int(rows["miles"].isna().sum())
        if unknown:
            action = "Shared over the rings as the others."
            findings.add(finding("supply.market.distance_unknown", action, unknown, file="history", found=line.value))
        parts.append(_line_entries(line, setting, history, context, prices))
    return (join(parts) if parts else entries({}, np.zeros((0, context.calendar.months + 1)))), findings


def _line_entries(
    line: CostLine, setting: Setting, history: MarketHistory, context: Context, prices: PriceList
) -> Entries:
    rows = history.of(line)
    ring = _rings(rows["miles"].dropna().to_numpy(dtype=np.float64))
    total = len(rows) / history.months * (1 + context.number("market.start_slack"))
    share = ring / ring.sum()
    columns: dict[str, list[Any]] = {name: [] for name in ("id", "ring_miles", "ring_locality", "need", "starts")}
    for band in _bands(line, total, context):
        for number, starts in enumerate(band.starts * share):
            if starts > 0:
                low, high = _edges(number, ring)
                miles, common = history.typical(line, low, high)
                columns["id"].append(f"market-{line.value.replace(' ', '-')}-{_ring_name(low, high)}-{band.level}")
                columns["ring_miles"].append(miles)
                columns["ring_locality"].append(common)
                columns["need"].append(band.level)
                columns["starts"].append(float(starts))
    return entries(
        {
            **_market_columns(line, setting, context),
            **{name: columns[name] for name in ("id", "ring_miles", "ring_locality")},
            "need_level_max": columns["need"],
            "starts_per_month": columns["starts"],
            "solo": [level >= VERY_COMPLEX for level in columns["need"]],
            "weekly_pence": [prices.pence(line, level) for level in columns["need"]],
        },
        np.full((len(columns["id"]), context.calendar.months + 1), UNLIMITED),
    )


def _market_columns(line: CostLine, setting: Setting, context: Context) -> dict[str, Any]:
    lowest = {
        Setting.RESIDENTIAL: "supply.inferred_home_age_min",
        Setting.SUPPORTED: "supply.supported_age_min",
    }.get(setting)
    return {
        "kind": PlaceKind.SPOT,
        "setting": setting,
        "sector": Sector.PRIVATE,
        "line": line,
        "age_min": context.whole(lowest) if lowest else 0,
        "inferred": True,
    }


def _bands(line: CostLine, total: float, context: Context) -> list[Band]:
    """Split a line's starts by need: the ordinary part and the complex part."""
    if line is CostLine.SUPPORTED:
        return [Band(context.whole("needs.level_supported_accommodation"), total)]
    low, high, share = (
        (1, 3, "market.complex_foster_share") if line is CostLine.IFA else (3, 4, "needs.solo_share_of_homes")
    )
    complex_starts = total * context.number(share)
    return [Band(low, total - complex_starts), Band(high, complex_starts)]


def _rings(miles: NDArray[np.float64]) -> NDArray[np.int64]:
    """Count the starts in each ring; none known at all is one ring of unknown distance."""
    if not len(miles):
        return np.array([1])
    return np.bincount(np.searchsorted(RING_EDGES[1:-1], miles, side="left"), minlength=len(RING_EDGES) - 1)


def _edges(number: int, ring: NDArray[np.int64]) -> tuple[float, float]:
    return (np.nan, np.nan) if len(ring) == 1 else (RING_EDGES[number], RING_EDGES[number + 1])


def _ring_name(low: float, high: float) -> str:
    if np.isnan(low):
        return "distance-unknown"
    return f"{low:.0f}-to-{high:.0f}-miles" if np.isfinite(high) else f"over-{low:.0f}-miles"
