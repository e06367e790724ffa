"""Homes the council runs, has bought ahead, or knows it can use: one entry a home."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.findings import Findings
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import PLANNED_SETTINGS, Sector, Setting, cost_line
from sufficiency.supply.entries import Entries, entries, located
from sufficiency.supply.inputs import Context
from sufficiency.supply.prices import PriceList
from sufficiency.supply.rules import finding

BOUGHT_AHEAD: tuple[str, ...] = ("own", "block")
"""Contracts under which every registered place is the council's to use."""

_FILE = "homes"


def home_entries(homes: pd.DataFrame, context: Context, prices: PriceList) -> tuple[Entries, Findings]:
    """Return one entry a home that gives capacity, with its usable places in each month."""
    findings = Findings()
    usable = _usable(homes)
    planned = homes["setting"].isin([setting.value for setting in PLANNED_SETTINGS]).to_numpy(dtype=bool)
    counted = planned & (usable > 0)
    if not counted.all():
        action = "No capacity counted."
        findings.add(finding("supply.homes.not_planned", action, int((~counted).sum()), file=_FILE))
    rows, usable = homes[counted].reset_index(drop=True), usable[counted]
    setting = [Setting(value) for value in rows["setting"]]
    sector = [_sector(value, contract) for value, contract in zip(rows["sector"], rows["contract"], strict=True)]
    line = [cost_line(*pair) for pair in zip(setting, sector, strict=True)]
    opens = context.calendar.open_months(rows["from"], rows["to"])
    lowest = np.where(rows["setting"] == Setting.SUPPORTED.value, context.whole("supply.supported_age_min"), 0)
    solo = rows["solo"].to_numpy(dtype=bool)
    usable = np.where(solo, np.minimum(usable, 1), usable)
    listed = np.array([prices.pence(value) for value in line], dtype=np.int64)
    columns: dict[str, Any] = {
        "id": _ids(rows),
        "kind": PlaceKind.HOME,
        "setting": setting,
        "sector": sector,
        "line": line,
        **located(context.directory, rows["postcode"], rows["authority"]),
        "age_min": np.maximum(rows["age_min"].fillna(0).to_numpy(dtype=np.int64), lowest),
        "age_max": rows["age_max"].fillna(17),
        "sex": rows["sex"].replace("", "any").fillna("any"),
        "need_level_max": rows["need_level_max"].fillna(3),
        "solo": solo,
        "weekly_pence": _weekly_pence(rows, usable, listed, findings),
        "fixed_weekly_pence": _pence(rows["fixed_weekly_pounds"].fillna(0)),
        "in_use": rows["in_use"],
        "postcode": rows["postcode"],
        "urn": rows["urn"],
        "bought_ahead": rows["contract"].isin(BOUGHT_AHEAD),
    }
    return entries(columns, usable[:, None] * opens), findings


def _usable(homes: pd.DataFrame) -> NDArray[np.int64]:
    """Return usable places: as given; blank is every registered place of own and block homes, none of others."""
    registered = homes["registered_places"].where(homes["contract"].isin(BOUGHT_AHEAD), 0)
    return homes["usable_places"].fillna(registered).fillna(0).to_numpy(dtype=np.int64)


def _sector(sector: str, contract: str) -> Sector:
    """Return the sector; a home under contract "own" is the council's whatever the sector column leaves blank."""
    known = Sector(sector) if sector else Sector.UNKNOWN
    return Sector.OWN if contract == "own" and known is Sector.UNKNOWN else known


def _ids(rows: pd.DataFrame) -> pd.Series:
    """Return identifiers, a number added where a file repeats one."""
    base = rows["home_id"].astype(str).where(rows["home_id"].fillna("") != "", rows["urn"].astype(str))
    again = base.groupby(base).cumcount()
    return base + ("-" + (again + 1).astype(str)).where(again > 0, "")


def _weekly_pence(
    rows: pd.DataFrame, usable: NDArray[np.int64], listed: NDArray[np.int64], findings: Findings
) -> NDArray[np.int64]:
    """Return the avoidable weekly price: as given, else the price list less the fixed cost a place."""
    given = rows["weekly_price_pounds"].to_numpy(dtype=np.float64)
    fixed = rows["fixed_weekly_pounds"].to_numpy(dtype=np.float64)
    derived = np.isnan(given) & (fixed > 0)
    if derived.any():
        action = "Price list less fixed cost a place, at least nought."
        findings.add(finding("supply.homes.avoidable_derived", action, int(derived.sum()), file=_FILE))
    a_place = np.rint(np.nan_to_num(fixed) * 100 / np.maximum(usable, 1))
    left = np.maximum(listed - a_place, 0)
    return np.where(np.isnan(given), left, _pence(rows["weekly_price_pounds"].fillna(0))).astype(np.int64)


def _pence(pounds: pd.Series) -> NDArray[np.int64]:
    return np.asarray(np.rint(pounds.to_numpy(dtype=np.float64) * 100), dtype=np.int64)
