"""Contracts: places bought ahead, and what frameworks and the spot market offer at stated prices and rings."""

from typing import Any

import numpy as np
import pandas as pd

from sufficiency.domain.findings import Findings
from sufficiency.domain.places import UNLIMITED, PlaceKind
from sufficiency.domain.settings import PLANNED_SETTINGS, CostLine, Sector, Setting, cost_line
from sufficiency.supply.entries import Entries, entries
from sufficiency.supply.inputs import Context
from sufficiency.supply.market import LOCALITIES, VERY_COMPLEX, MarketHistory
from sufficiency.supply.prices import PriceList
from sufficiency.supply.rules import finding

_FILE = "contracts"


def contract_entries(
    contracts: pd.DataFrame, history: MarketHistory, context: Context, prices: PriceList
) -> tuple[Entries, Findings, frozenset[CostLine]]:
    """Return the entries of a contracts file, and the lines whose spot market it describes."""
    findings = Findings()
    rows = contracts[contracts["setting"].isin([setting.value for setting in PLANNED_SETTINGS])]
    empty = (rows["kind"] == "block") & rows["places"].isna()
    if empty.any():
        findings.add(finding("supply.contracts.no_places", "Rows left out.", int(empty.sum()), file=_FILE))
    rows = _with_minimum(_priced(rows[~empty].reset_index(drop=True), prices))
    block = (rows["kind"] == "block").to_numpy(dtype=bool)
    starts = rows["starts_per_month"].fillna(UNLIMITED).to_numpy(dtype=np.float64)
    places = rows["places"].fillna(UNLIMITED).to_numpy(dtype=np.int64)
    supported = (rows["setting"] == Setting.SUPPORTED.value).to_numpy(dtype=bool)
    columns: dict[str, Any] = {
        "id": rows["id"],
        "kind": np.where(block, PlaceKind.BLOCK.value, PlaceKind.SPOT.value),
        "setting": rows["setting"],
        "sector": rows["sector"].replace("", Sector.PRIVATE.value),
        "line": rows["line"],
        **_rings(rows, history),
        "age_min": np.where(supported, context.whole("supply.supported_age_min"), 0),
        "need_level_max": rows["need_level"].fillna(VERY_COMPLEX),
        # A place bought for one child at the highest level can be a home of the child's own.
        "solo": ~block & (rows["need_level"].fillna(VERY_COMPLEX) >= VERY_COMPLEX).to_numpy(dtype=bool),
        "starts_per_month": starts,
        "weekly_pence": rows["weekly_pence"],
        "fixed_weekly_pence": rows["fixed_pence"],
    }
    opens = context.calendar.open_months(rows["from"], rows["to"])
    covered = frozenset(CostLine(line) for line in rows.loc[~block, "line"])
    return entries(columns, places[:, None] * opens), findings, covered


def _priced(rows: pd.DataFrame, prices: PriceList) -> pd.DataFrame:
    """Add the cost line and the weekly price in pence: as given, else the price list at the row's need level."""
    sector = rows["sector"].replace("", Sector.PRIVATE.value)
    line = [cost_line(Setting(a), Sector(b)) for a, b in zip(rows["setting"], sector, strict=True)]
    level = rows["need_level"].fillna(0).to_numpy(dtype=np.int64)
    listed = np.array([prices.pence(*pair) for pair in zip(line, level.tolist(), strict=True)], dtype=np.float64)
    given = rows["weekly_price_pounds"].to_numpy(dtype=np.float64) * 100
    pence = np.rint(np.where(np.isnan(given), listed, given)).astype(np.int64)
    again = rows.groupby("contract_id").cumcount()
    name = rows["contract_id"].astype(str) + ("-" + (again + 1).astype(str)).where(again > 0, "")
    return rows.assign(id=name, line=[value.value for value in line], weekly_pence=pence, fixed_pence=0)


def _with_minimum(rows: pd.DataFrame) -> pd.DataFrame:
    """Split a contract with a minimum: places paid for in any case cost nothing more when used; the rest do."""
    least = rows["minimum_places"].fillna(0)
    paid, rest = rows[least > 0], rows[~(least > 0) | (rows["places"].fillna(UNLIMITED) > least)]
    paid = paid.assign(
        id=paid["id"] + "-minimum",
        kind="block",
        places=least[least > 0],
        fixed_pence=(least[least > 0] * paid["weekly_pence"]).astype("int64"),
        weekly_pence=0,
    )
    rest = rest.assign(places=rest["places"] - least.loc[rest.index])
    return pd.concat([paid, rest]).sort_index(kind="stable").reset_index(drop=True)


def _rings(rows: pd.DataFrame, history: MarketHistory) -> dict[str, Any]:
    """Return the typical miles of each row and where it lies, from the history of its line when the row leaves it open.

    A row for any place, beside rows of the same line and ring that name a locality, stands for the other localities. A
    ring with both ends and no history counts as its middle; one without a far end and without history is unknown.
    """
    low = rows["miles_from"].fillna(0).to_numpy(dtype=np.float64)
    high = rows["miles_to"].to_numpy(dtype=np.float64)
    beyond = np.where(np.isnan(high), np.inf, high)
    stated = rows["locality"].replace("any", "").astype(object)
    ring = list(zip(rows["line"], low.tolist(), beyond.tolist(), strict=True))
    named = {key: {place for at, place in zip(ring, stated, strict=True) if at == key and place} for key in set(ring)}
    typical = [
        history.typical(CostLine(key[0]), key[1], key[2], {place} if place else set(LOCALITIES) - named[key])
        for key, place in zip(ring, stated, strict=True)
    ]
    seen = np.array([miles for miles, _ in typical], dtype=np.float64)
    return {
        "ring_miles": np.round(np.where(np.isnan(seen), (low + high) / 2, seen), 1),
        "ring_locality": stated.where(stated != "", pd.Series([common for _, common in typical], dtype=object)),
    }
