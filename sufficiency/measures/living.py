"""Where children live: by setting and cost line, how much of it is the council's own, and how far from home."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sufficiency.domain.settings import PLANNED_SETTINGS, CostLine, Sector, Setting
from sufficiency.finance.shapes import PlanShape
from sufficiency.measures.grouping import Over, at_period_end, columns_of, only_planned_settings, share, total_by
from sufficiency.measures.registry import measure

LEFT_OVER_CHILDREN = 1e-9

IN_HOUSE_LINES = (CostLine.IN_HOUSE_FOSTER.value, CostLine.OWN_HOME.value)


@measure(
    "placement mix",
    "children",
    "Children in care at the end of each period by setting and cost line, the base date included, and their share of "
    "all children in care then.",
)
def mix(
    plan: PlanShape,
    by: str | Sequence[str] = ("setting", "line"),
    over: Over = "financial_year",
    planned_only: bool = False,
) -> pd.DataFrame:
    """Return who lives where: ``by, period, children, share``."""
    stock = only_planned_settings(at_period_end(plan.stock, over, plan), planned_only)
    table = total_by(stock, [*columns_of(by, stock), "period"], ["children"])
    table["share"] = share(table["children"], table.groupby("period")["children"].transform("sum"))
    return table


@measure(
    "in-house share",
    "children",
    "in_house_share: children in in-house foster care and own homes, of all children in foster care, homes and "
    "supported accommodation. own_provision_share: as DfE counts it, children in any home the authority itself "
    "provides, kinship carers included because the authority approves them, of all children in care.",
)
def in_house(plan: PlanShape, over: Over = "financial_year") -> pd.DataFrame:
    """Return both readings of "in-house", with their parts.

    Returns
    -------
    pandas.DataFrame
        ``period, in_house, planned, in_house_share, own_provision, children, own_provision_share``.
    """
    stock = at_period_end(plan.stock, over, plan)
    children = stock["children"]
    by_council = np.array([sector is Sector.OWN for sector in plan.places.sector])[stock["place"].to_numpy()]
    own = by_council | (stock["setting"] == str(Setting.KINSHIP)).to_numpy()
    parts = stock[["period"]].assign(
        in_house=children.where(stock["line"].isin(IN_HOUSE_LINES), 0),
        planned=children.where(stock["setting"].isin([str(each) for each in PLANNED_SETTINGS]), 0),
        own_provision=children.where(own, 0),
        children=children,
    )
    table = total_by(parts, ["period"], ["in_house", "planned", "own_provision", "children"])
    table["in_house_share"] = share(table["in_house"], table["planned"])
    table["own_provision_share"] = share(table["own_provision"], table["children"])
    order = ["period", "in_house", "planned", "in_house_share", "own_provision", "children", "own_provision_share"]
    return table[order]


@measure(
    "distance and locality",
    "children",
    "Children at the end of each period by straight-line distance between home and placement (20.0 miles counts as "
    "within 20) and by area: the council's own, a neighbouring one, or distant, which needs the director's approval. "
    "Unknown stays unknown and is never counted as near. mean_miles is over children with a known distance.",
)
def distance(
    plan: PlanShape, by: str | Sequence[str] = (), over: Over = "financial_year", planned_only: bool = False
) -> pd.DataFrame:
    """Return how far from home children live.

    Returns
    -------
    pandas.DataFrame
        ``by, period, children, within_20, over_20, distance_unknown, in_area, neighbouring, distant, area_unknown,
        mean_miles``.
    """
    stock = only_planned_settings(at_period_end(plan.stock, over, plan), planned_only)
    sums = ["children", "miles_known", "miles", "over_20", "in_area", "neighbouring", "distant"]
    keys = [*columns_of(by, stock), "period"]
    table = total_by(stock, keys, sums)
    table["within_20"] = _rest(table["miles_known"], table["over_20"])
    table["distance_unknown"] = _rest(table["children"], table["miles_known"])
    table["area_unknown"] = _rest(table["children"], table[["in_area", "neighbouring", "distant"]].sum(axis=1))
    table["mean_miles"] = share(table["miles"], table["miles_known"])
    counts = ["within_20", "over_20", "distance_unknown", "in_area", "neighbouring", "distant", "area_unknown"]
    return table[[*keys, "children", *counts, "mean_miles"]]


def _rest(whole: pd.Series, part: pd.Series) -> pd.Series:
    """Return what is left of a whole, nobody where only the last binary digits of expected children are left."""
    left: pd.Series = whole - part
    return left.mask(left.abs() < LEFT_OVER_CHILDREN, 0.0)
