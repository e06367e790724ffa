"""What one more place would be worth: the plan's own prices, told by setting and cost line."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sufficiency.domain.places import PlaceKind
from sufficiency.finance.shapes import PlanShape
from sufficiency.measures.grouping import Over, columns_of, share, total_by, with_period
from sufficiency.measures.registry import measure

_NOT_CREATED = (PlaceKind.STREAM, PlaceKind.EXISTING)


@measure(
    "value of the next place",
    "pounds a week",
    "What one more place of a kind would save a week, by the prices that prove the plan: typical_pounds_weekly is the "
    "mean over open places and months, best_pounds_weekly the dearest place of each month averaged over the months, "
    "months_full the share of place-months in which another place would have been worth something. In the share "
    "ends_unmet of place-months the next place would house a child who has no suitable one: that has no price, so "
    "those place-months are left out of the pounds. The value holds for the next place only, not for ten.",
)
def next_place(
    plan: PlanShape, by: str | Sequence[str] = ("setting", "line"), over: Over = "financial_year"
) -> pd.DataFrame:
    """Return the value of the next place.

    Parameters
    ----------
    by
        ``setting``, ``line``, ``sector``, ``kind``, ``authority``, or several of them.

    Returns
    -------
    pandas.DataFrame
        ``by, period, typical_pounds_weekly, best_pounds_weekly, months_full, ends_unmet``; pounds are missing where
        every place-month would end an unmet need.
    """
    prices = _prices_with_places(plan)
    names = columns_of(by, prices)
    monthly = prices.groupby([*names, "month"], as_index=False, sort=False).agg(
        price=("money", "sum"),
        best=("money", "max"),
        priced=("money", "count"),
        full=("full", "sum"),
        ends_unmet=("ends_unmet", "sum"),
        places=("full", "size"),
    )
    monthly["months"] = (monthly["priced"] > 0).astype(np.int64)
    sums = ["price", "best", "priced", "full", "ends_unmet", "places", "months"]
    table = total_by(with_period(monthly.fillna({"best": 0.0}), over), [*names, "period"], sums)
    table["typical_pounds_weekly"] = share(table["price"], table["priced"]) / 100
    table["best_pounds_weekly"] = share(table["best"], table["months"]) / 100
    table["months_full"] = table["full"] / table["places"]
    table["ends_unmet"] = table["ends_unmet"] / table["places"]
    return table[[*names, "period", "typical_pounds_weekly", "best_pounds_weekly", "months_full", "ends_unmet"]]


def _prices_with_places(plan: PlanShape) -> pd.DataFrame:
    """Prices of open places that a council could have more of, with what each place is."""
    places = plan.places
    what = pd.DataFrame(
        {
            "setting": [str(each) for each in places.setting],
            "line": [str(each) for each in places.line],
            "sector": [str(each) for each in places.sector],
            "kind": [str(each) for each in places.kind],
            "authority": list(places.authority),
        },
        dtype="str",
    )
    could_grow = np.array([kind not in _NOT_CREATED for kind in places.kind])
    kept = (plan.prices["capacity"] > 0) & could_grow[plan.prices["place"].to_numpy()]
    prices: pd.DataFrame = plan.prices[kept]
    # The weight of an unmet need is policy, not money: a price beyond half of it could only come from ending one.
    ends = prices["price_pence"] > plan.unmet_pence / 2
    prices = prices.assign(
        full=(prices["price_pence"] > 0).astype(np.int64),
        ends_unmet=ends.astype(np.int64),
        money=prices["price_pence"].where(~ends).astype(np.float64),
    )
    return prices.join(what, on="place")
