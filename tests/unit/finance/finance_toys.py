"""A council small enough to cost by hand: four homes, a few children, prices one can multiply in the head."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from sufficiency.domain.money import PriceBase
from sufficiency.domain.periods import FinancialYear, horizon
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import CostLine, Sector, Setting, cost_line
from sufficiency.finance.prices import ANY_LEVEL, Price, PriceList

BASE = date(2025, 3, 31)
STOCK_COLUMNS = ("month", "age_band", "profile", "zone", "uasc", "place", "setting", "line", "children", "child_days")
STOCK_EXTRA = ("miles_known", "miles", "over_20", "in_area", "neighbouring", "distant")
NEED_COLUMNS = (
    "month",
    "age_band",
    "profile",
    "zone",
    "uasc",
    "needed",
    "waiting",
    "met_preferred",
    "met_suitable",
    "unmet",
)


@dataclass(frozen=True)
class ToyPlan:
    """The fields of a plan that finance and measures read."""

    base_date: date
    months: int
    places: Places
    stock: pd.DataFrame
    need: pd.DataFrame = field(default_factory=lambda: need_rows([]))
    flow: pd.DataFrame = field(default_factory=pd.DataFrame)
    prices: pd.DataFrame = field(default_factory=pd.DataFrame)
    unmet_pence: int = 25_000_000


def places(*entries: dict[str, Any], months: int = 12) -> Places:
    """Places from short descriptions: id, setting, sector, weekly, fixed, capacity (one number or one a month)."""
    n = len(entries)
    settings = tuple(entry.get("setting", Setting.FOSTERING) for entry in entries)
    sectors = tuple(entry.get("sector", Sector.OWN) for entry in entries)
    capacity = [np.broadcast_to(np.asarray(entry.get("capacity", 1)), (months + 1,)) for entry in entries]
    return Places(
        id=tuple(entry.get("id", f"place-{index}") for index, entry in enumerate(entries)),
        kind=tuple(entry.get("kind", PlaceKind.HOME) for entry in entries),
        setting=settings,
        sector=sectors,
        line=tuple(cost_line(*pair) for pair in zip(settings, sectors, strict=True)),
        easting=np.full(n, np.nan),
        northing=np.full(n, np.nan),
        authority=("",) * n,
        ring_miles=np.full(n, np.nan),
        ring_locality=("",) * n,
        age_min=np.zeros(n, np.int64),
        age_max=np.full(n, 17),
        sex=("any",) * n,
        need_level_max=np.full(n, 4),
        solo=np.zeros(n, bool),
        sibling_exemption=np.zeros(n, bool),
        capacity=np.array(capacity, dtype=np.int64).reshape(n, months + 1),
        starts_per_month=np.full(n, 1_000_000),
        weekly_pence=np.array([entry.get("weekly", 0) for entry in entries], dtype=np.int64),
        fixed_weekly_pence=np.array([entry.get("fixed", 0) for entry in entries], dtype=np.int64),
        inferred=np.zeros(n, bool),
        bought_ahead=np.zeros(n, bool),
    )


def month(text: str) -> pd.Timestamp:
    """First day of a month, ``2025-04``."""
    return pd.Timestamp(f"{text}-01")


def stock_rows(where: Places, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Stock rows from short descriptions: month, place, children, child_days; everything else ordinary."""
    table = []
    for row in rows:
        place = row["place"]
        defaults = {
            "age_band": "10 to 15",
            "profile": "foster",
            "zone": "zone 1",
            "uasc": False,
            "setting": str(where.setting[place]),
            "line": str(where.line[place]),
            "children": 1.0,
            "child_days": 0.0,
            **dict.fromkeys(STOCK_EXTRA, 0.0),
        }
        table.append({**defaults, **row, "month": month(row["month"])})
    frame = pd.DataFrame(table, columns=[*STOCK_COLUMNS, *STOCK_EXTRA])
    return frame.astype({"month": "datetime64[s]", "place": "int64", "uasc": "bool"})


def need_rows(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Need rows from short descriptions."""
    defaults = {"age_band": "10 to 15", "profile": "foster", "zone": "zone 1", "uasc": False}
    counts = dict.fromkeys(NEED_COLUMNS[5:], 0.0)
    table = [{**defaults, **counts, **row, "month": month(row["month"])} for row in rows]
    frame = pd.DataFrame(table, columns=list(NEED_COLUMNS))
    return frame.astype({"month": "datetime64[s]", **dict.fromkeys(NEED_COLUMNS[5:], "float64")})


def full_months(where: Places, place: int, months: int, children: float = 1.0) -> list[dict[str, Any]]:
    """Rows of children who live in one place for every day of every month walked."""
    return [
        {"month": str(each), "place": place, "children": children, "child_days": children * each.days}
        for each in horizon(BASE, months)
    ]


def flat_prices(uplift: str = "0", base: PriceBase = PriceBase.PLACEMENT) -> PriceList:
    """Price every line at 700 pounds a week (100 a day), all with one uplift."""
    year = FinancialYear(2024)
    return PriceList(base, tuple(Price(line, ANY_LEVEL, 70_000, year, Decimal(uplift)) for line in CostLine))
