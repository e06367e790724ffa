"""The plan in the middle of many futures: every group's children and days, averaged over the replications."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from sufficiency.domain.places import Places
from sufficiency.finance.shapes import SampledShape
from sufficiency.finance.spend import KEPT_EMPTY

COUNTS = ["children", "child_days", "miles_known", "miles", "over_20", "in_area", "neighbouring", "distant"]
GROUPS = ["month", "age_band", "profile", "zone", "uasc", "place", "setting", "line"]


@dataclass(frozen=True, eq=False)
class AveragePlan:
    """Expected children by month, group and place; see :class:`~sufficiency.finance.shapes.StockShape`."""

    base_date: date
    months: int
    places: Places
    stock: pd.DataFrame


def average_plan(sampled: SampledShape) -> AveragePlan:
    """Return the mean of a sampled plan: expected children, in parts of a child."""
    counts = [name for name in (*COUNTS, "kept_empty", KEPT_EMPTY) if name in sampled.stock]
    stock = sampled.stock.groupby(GROUPS, as_index=False, observed=True, sort=True)[counts].sum()
    stock[counts] = stock[counts] / sampled.replications
    words = {name: "str" for name in GROUPS if str(stock[name].dtype) == "category"}
    return AveragePlan(sampled.base_date, sampled.months, sampled.places, stock.astype(words))
