"""Entries for the children who are in no listed place, and for what law, courts or families decide."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.places import UNLIMITED, PlaceKind
from sufficiency.domain.settings import PLANNED_SETTINGS, SETTINGS, CostLine, Sector, Setting, cost_line
from sufficiency.supply.entries import Entries, entries, located
from sufficiency.supply.inputs import Context
from sufficiency.supply.prices import PriceList

STREAMS: tuple[Setting, ...] = tuple(setting for setting in SETTINGS if setting not in PLANNED_SETTINGS)
"""Settings decided elsewhere, one unlimited entry each."""

_FAMILY = (Setting.KINSHIP, Setting.PARENTS)
_BY = ["line", "setting", "sector", "placement_postcode"]


def stream_entries(context: Context, prices: PriceList) -> Entries:
    """Return one unlimited entry for each setting that law, courts or families decide."""
    sector = [Sector.FAMILY if setting in _FAMILY else Sector.UNKNOWN for setting in STREAMS]
    line = [cost_line(*pair) for pair in zip(STREAMS, sector, strict=True)]
    columns: dict[str, Any] = {
        "id": [f"stream-{setting.value.replace(' ', '-')}" for setting in STREAMS],
        "kind": PlaceKind.STREAM,
        "setting": list(STREAMS),
        "sector": sector,
        "line": line,
        "ring_locality": "unknown",
        "weekly_pence": [prices.pence(value) for value in line],
    }
    return entries(columns, np.full((len(STREAMS), context.calendar.months + 1), UNLIMITED))


def existing_entries(now: pd.DataFrame, context: Context, prices: PriceList) -> tuple[Entries, NDArray[np.int64]]:
    """Return arrangements for children in no listed place, and the row of each child.

    One entry a cost line, setting, sector and address, so that distance from home is kept; those without an address
    share one. It holds those who are in it and is never refilled.
    """
    group = now.groupby(_BY, sort=True, dropna=False)
    rows = group.size().rename("children").reset_index()
    children = rows["children"].to_numpy(dtype=np.int64)
    columns: dict[str, Any] = {
        "id": [f"existing-{number:05d}" for number in range(1, len(rows) + 1)],
        "kind": PlaceKind.EXISTING,
        **{name: rows[name] for name in ("setting", "sector", "line")},
        **located(context.directory, rows["placement_postcode"]),
        "weekly_pence": [prices.pence(CostLine(line)) for line in rows["line"]],
    }
    built = entries(columns, np.repeat(children[:, None], context.calendar.months + 1, axis=1))
    nowhere = (built.rows["easting"].isna() & (built.rows["authority"] == "")).to_numpy(dtype=bool)
    rows = built.rows.assign(ring_locality=np.where(nowhere, "unknown", ""))
    return Entries(rows, built.capacity), np.asarray(group.ngroup(), dtype=np.int64)
