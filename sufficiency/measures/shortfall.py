"""What is missing: need that no suitable registered place could meet, and places beside the children who need them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sufficiency.domain.places import UNLIMITED, PlaceKind
from sufficiency.domain.settings import PLANNED_SETTINGS
from sufficiency.finance.shapes import PlanShape
from sufficiency.measures.grouping import (
    PREFERRED_SETTING,
    Over,
    at_period_end,
    columns_of,
    only_planned,
    total_by,
    with_period,
)
from sufficiency.measures.registry import measure

_COUNTS = ("arising", "met_preferred", "met_suitable", "unmet")
_KNOWN_KINDS = (PlaceKind.HOUSEHOLD, PlaceKind.HOME, PlaceKind.BLOCK)


@measure(
    "gap",
    "children",
    "arising is how many children came to need a place in the period; met_preferred and met_suitable how many were "
    "placed, in the setting their need prefers or in another suitable one; without_place_mean how many were without a "
    "suitable place in an average month, unmet_at_end in the last. over_20_at_end and distant_at_end are children of "
    "the group living that far away at the end.",
)
def gap(
    plan: PlanShape, by: str | Sequence[str] = "profile", over: Over = "financial_year", planned_only: bool = True
) -> pd.DataFrame:
    """Return met and unmet need.

    Parameters
    ----------
    by
        ``profile``, ``age_band``, ``setting`` (the one the need prefers), ``zone``, ``uasc``, or several of them.
    over
        Period.
    planned_only
        Leave out need whose home is decided by law, court or family.

    Returns
    -------
    pandas.DataFrame
        ``by, period, arising, met_preferred, met_suitable, without_place_mean, unmet_at_end, over_20_at_end,
        distant_at_end``.
    """
    need = _by_need(plan.need, planned_only)
    need = need.assign(arising=need["needed"] - need["waiting"])
    living = _by_need(plan.stock, planned_only)
    keys = [*columns_of(by, need), "period"]
    table = total_by(with_period(need, over), keys, _COUNTS)
    months = with_period(_calendar(plan), over).groupby("period").size()
    table.insert(len(keys) + 3, "without_place_mean", table.pop("unmet") / table["period"].map(months))
    last = total_by(at_period_end(need, over, plan), keys, ["unmet"]).rename(columns={"unmet": "unmet_at_end"})
    far = total_by(at_period_end(living, over, plan), keys, ["over_20", "distant"])
    far = far.rename(columns={"over_20": "over_20_at_end", "distant": "distant_at_end"})
    table = table.merge(last, how="left", on=keys, validate="1:1").merge(far, how="left", on=keys, validate="1:1")
    # A group in the table with no row of its own at the period's end has nobody there: a true zero.
    ends = ["unmet_at_end", "over_20_at_end", "distant_at_end"]
    table[ends] = table[ends].fillna(0.0)
    return table


@measure(
    "places and demand",
    "children",
    "At the end of each period: usable places in households, homes and block contracts, what the spot market can still "
    "hold (blank when unlimited), children whose need prefers the setting, and the places short of that demand. The "
    "shortfall counts known places only, so a council sees what it relies on the market for.",
)
def places_and_demand(plan: PlanShape, over: Over = "financial_year") -> pd.DataFrame:
    """Return usable places beside demand, by setting.

    Places that a child keeps empty by having all of a home are not usable.

    Returns
    -------
    pandas.DataFrame
        ``setting, period, usable_places, market_places, living, demand, shortfall``.
    """
    places, stock = at_period_end(_places(plan), over, plan), at_period_end(plan.stock, over, plan)
    keys = ["setting", "period"]
    table = total_by(places, keys, ["usable_places", "unlimited"])
    market = places[places["market"]].groupby(keys)["market_places"].sum(min_count=1)
    table = table.join(market, on=keys)
    table["market_places"] = table["market_places"].where(table["unlimited"] == 0)
    if "kept_empty" in stock:
        kept = stock.groupby(keys)["kept_empty"].sum().rename("kept")
        table["usable_places"] -= table.join(kept, on=keys)["kept"].fillna(0.0)
    table = table.join(stock.groupby(keys)["children"].sum().rename("living"), on=keys)
    table = table.join(_demand(plan, over), on=keys).fillna({"living": 0.0, "demand": 0.0})
    table["shortfall"] = (table["demand"] - table["usable_places"]).clip(lower=0.0)
    return table.drop(columns="unlimited")


def _by_need(frame: pd.DataFrame, planned_only: bool) -> pd.DataFrame:
    kept = only_planned(frame, planned_only)
    return kept.assign(setting=kept["profile"].map(PREFERRED_SETTING))


def _calendar(plan: PlanShape) -> pd.DataFrame:
    first = np.datetime64(plan.base_date, "M")
    step = np.arange(1, plan.months + 1).astype("timedelta64[M]")
    return pd.DataFrame({"month": (first + step).astype("datetime64[s]")})


def _demand(plan: PlanShape, over: Over) -> pd.Series:
    """Children at the period's end by the setting their need prefers, with a place or without."""
    by_need = at_period_end(_by_need(plan.stock, True), over, plan)
    return by_need.groupby(["setting", "period"])["children"].sum().rename("demand")


def _places(plan: PlanShape) -> pd.DataFrame:
    """One row a month x planned-setting place."""
    places = plan.places
    months = plan.months + 1
    first = np.datetime64(plan.base_date, "M")
    month = (first + np.arange(months).astype("timedelta64[M]")).astype("datetime64[s]")
    kind = np.repeat([str(each) for each in places.kind], months)
    capacity = places.capacity[:, :months].ravel()
    known = np.isin(kind, [str(each) for each in _KNOWN_KINDS])
    market = kind == str(PlaceKind.SPOT)
    unlimited = market & (capacity >= UNLIMITED)
    frame = pd.DataFrame(
        {
            "setting": np.repeat([str(each) for each in places.setting], months),
            "month": np.tile(month, len(places)),
            "usable_places": np.where(known, capacity, 0),
            "market": market,
            "market_places": np.where(market, capacity, 0),
            "unlimited": unlimited.astype(np.int64),
        }
    )
    return frame[frame["setting"].isin([str(each) for each in PLANNED_SETTINGS])]
