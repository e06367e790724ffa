"""What one more place would be worth: the plan's own prices, told by setting and cost line."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sufficiency.domain.places import PlaceKind
from sufficiency.finance.shapes import PlanShape
from sufficiency.measures.grouping import Over, columns_of, total_by, with_period
from sufficiency.measures.registry import measure

_NOT_CREATED = (PlaceKind.STREAM, PlaceKind.EXISTING)


@measure(
    "value of the next place",
    "pounds a week",
    "What one more place of a kind would save a week, by the prices that prove the plan: typical_pounds_weekly is the "
    "mean over open places and months, best_pounds_weekly the dearest place of each month averaged over the months, "
    "months_full the share of place-months in which another place would have been worth something. The value holds for "
    "the next place only, not for ten.",
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
        ``by, period, typical_pounds_weekly, best_pounds_weekly, months_full``.
    """
    prices = _prices_with_places(plan)
    names = columns_of(by, prices)
    monthly = prices.groupby([*names, "month"], as_index=False, sort=False).agg(
        price=("price_pence", "sum"), best=("price_pence", "max"), full=("full", "sum"), places=("full", "size")
    )
    monthly["months"] = 1
    table = total_by(with_period(monthly, over), [*names, "period"], ["price", "best", "full", "places", "months"])
    table["typical_pounds_weekly"] = table["price"] / table["places"] / 100
    table["best_pounds_weekly"] = table["best"] / table["months"] / 100
    table["months_full"] = table["full"] / table["places"]
    return table[[*names, "period", "typical_pounds_weekly", "best_pounds_weekly", "months_full"]]


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
    prices = prices.assign(full=(prices["price_pence"] > 0).astype(np.int64))
    return prices.join(what, on="place")
