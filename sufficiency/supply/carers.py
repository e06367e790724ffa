"""In-house foster carers: each row of the carers file becomes one entry a household."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.findings import Findings
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import Sector, Setting, cost_line
from sufficiency.supply.entries import Entries, entries, located
from sufficiency.supply.inputs import Context
from sufficiency.supply.prices import PriceList
from sufficiency.supply.rules import finding

FOSTER_TYPES: tuple[str, ...] = ("", "general", "long-term", "short-term", "emergency", "specialist")
"""Kinds of approval that are capacity for any child."""

LODGINGS_TYPES: tuple[str, ...] = ("supported lodgings",)
"""Kinds of approval that are supported accommodation."""

_FILE = "carers"
_SPLIT = ("approved_places", "usable_places", "in_use")


def household_entries(carers: pd.DataFrame, context: Context, prices: PriceList) -> tuple[Entries, Findings]:
    """Return one entry a household of a kind that is planned, with its usable places in each month."""
    findings = Findings()
    kinds = carers["type"].fillna("").astype(object).str.lower()
    planned = kinds.isin(FOSTER_TYPES + LODGINGS_TYPES)
    if not planned.all():
        left_out = int((~planned).sum())
        findings.add(finding("supply.carers.type_left_out", "Rows left out.", left_out, file=_FILE, column="type"))
    rows = _households(carers.assign(type=kinds)[planned])
    setting = np.where(rows["type"].isin(LODGINGS_TYPES), Setting.SUPPORTED.value, Setting.FOSTERING.value)
    usable = _usable(rows, setting, context, findings)
    opens = context.calendar.open_months(rows["from"], rows["to"])
    columns: dict[str, Any] = {
        "id": rows["id"],
        "kind": PlaceKind.HOUSEHOLD,
        "setting": setting,
        "sector": Sector.OWN,
        "line": [cost_line(Setting(value), Sector.OWN) for value in setting],
        **located(context.directory, rows["postcode"], rows["authority"]),
        **_ages(rows, setting, context),
        "sex": rows["sex"].replace("", "any").fillna("any"),
        "need_level_max": rows["need_level_max"].fillna(context.whole("needs.level_in_house_foster")),
        "solo": rows["solo"],
        "sibling_exemption": rows["sibling_exemption"],
        "weekly_pence": _weekly_pence(rows, setting, prices, findings),
        "in_use": rows["in_use"],
        "postcode": rows["postcode"],
    }
    return entries(columns, usable[:, None] * opens), findings


def _households(carers: pd.DataFrame) -> pd.DataFrame:
    """Repeat a row that stands for several households and share its places out, the remainder to the first."""
    count = carers["households"].fillna(1).clip(lower=1).to_numpy(dtype=np.int64)
    row = np.repeat(np.arange(len(carers)), count)
    each = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    rows = carers.iloc[row].reset_index(drop=True)
    share = {name: _share(rows[name].to_numpy(dtype=np.float64), count[row], each) for name in _SPLIT}
    number = pd.Series(each + 1).astype(str).str.zfill(2)
    grouped = pd.Series(count[row] > 1)
    return rows.assign(id=rows["carer_id"].astype(str) + ("-" + number).where(grouped, ""), **share)


def _share(total: NDArray[np.float64], count: NDArray[np.int64], each: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a household's whole part of a total over its group, NaN where the total is unknown."""
    whole = np.floor(total / count)
    return np.asarray(whole + (each < total - whole * count) * 1.0 + 0 * total)


def _usable(rows: pd.DataFrame, setting: NDArray[Any], context: Context, findings: Findings) -> NDArray[np.int64]:
    """Return usable places: as given, else as approved; one for a solo home; never over the usual fostering limit."""
    places = rows["usable_places"].fillna(rows["approved_places"]).fillna(0).to_numpy(dtype=np.int64)
    solo = rows["solo"].to_numpy(dtype=bool)
    exempt = rows["sibling_exemption"].to_numpy(dtype=bool)
    limit = context.whole("supply.foster_usual_limit")
    over = (setting == Setting.FOSTERING.value) & ~exempt & ~solo & (places > limit)
    if over.any():
        action = f"Counted as {limit} places."
        findings.add(finding("supply.carers.over_limit", action, int(over.sum()), file=_FILE, column="usable_places"))
    return np.where(solo, np.minimum(places, 1), np.where(over, limit, places))


def _ages(rows: pd.DataFrame, setting: NDArray[Any], context: Context) -> dict[str, Any]:
    """Return the ages taken: 0 to 17 unless given, and never under 16 in supported lodgings (2021 Regulations)."""
    lowest = np.where(setting == Setting.SUPPORTED.value, context.whole("supply.supported_age_min"), 0)
    return {
        "age_min": np.maximum(rows["age_min"].fillna(0).to_numpy(dtype=np.int64), lowest),
        "age_max": rows["age_max"].fillna(17),
    }


def _weekly_pence(
    rows: pd.DataFrame, setting: NDArray[Any], prices: PriceList, findings: Findings
) -> NDArray[np.int64]:
    """Return fee and allowance a week, or the price list where neither is given."""
    parts = rows[["weekly_fee_pounds", "weekly_allowance_pounds"]].to_numpy(dtype=np.float64)
    one_only = np.isnan(parts).sum(axis=1) == 1
    if one_only.any():
        action = "The given part was taken."
        findings.add(finding("supply.carers.part_price", action, int(one_only.sum()), file=_FILE))
    listed = [prices.pence(cost_line(Setting(value), Sector.OWN)) for value in setting]
    stated = np.rint(np.nansum(parts, axis=1) * 100)
    return np.where(np.isnan(parts).all(axis=1), listed, stated).astype(np.int64)
