"""What is paid whether a place is used or not: own homes, block contracts, contract minimums, and their voids."""

import numpy as np
import pandas as pd

from sufficiency.domain.periods import horizon
from sufficiency.finance.prices import PriceList
from sufficiency.finance.rounding import shares_in_whole_pence
from sufficiency.finance.shapes import StockShape
from sufficiency.finance.spend import fixed_of_places, place_days, step_of


def fixed_and_voids(plan: StockShape, prices: PriceList) -> pd.DataFrame:
    """Return fixed cost by cost line, kind and year, and how much of it was paid for places nobody lived in.

    Returns
    -------
    pandas.DataFrame
        ``line, kind, financial_year, paid_days, used_days, void_days, fixed_pence, void_pence``. Days are place-days of
        entries with a fixed cost, and places kept empty beside a child who has all of a home are used; void cost is
        their fixed cost x the unused share of each month. ``fixed_pence`` adds up to the fixed cost of
        :func:`~sufficiency.finance.spend.spend`.
    """
    months = horizon(plan.base_date, plan.months)
    step = step_of(plan.stock["month"], plan.base_date)
    used = np.zeros((len(plan.places), len(months)))
    walked = step >= 0
    at = (plan.stock["place"].to_numpy()[walked], step[walked])
    np.add.at(used, at, place_days(plan.stock).to_numpy(dtype=np.float64)[walked])
    days = np.array([month.days for month in months])
    paid = plan.places.capacity[:, 1 : len(months) + 1] * days
    units = fixed_of_places(plan, prices, months)
    place, month = np.nonzero(units)
    void = np.maximum(paid - used, 0.0)[place, month]
    rows = pd.DataFrame(
        {
            "line": np.array([line.value for line in plan.places.line])[place],
            "kind": np.array([kind.value for kind in plan.places.kind])[place],
            "financial_year": np.array([str(each.financial_year) for each in months])[month],
            "month": month,
            "paid_days": paid[place, month],
            "used_days": np.minimum(used, paid)[place, month],
            "void_days": void,
            "fixed_pence": units[place, month],
            "void_pence": np.rint(units[place, month] * void / paid[place, month]).astype(np.int64),
        }
    )
    cell = rows.groupby(["line", "month"], sort=False).ngroup().to_numpy()
    for name in ("fixed_pence", "void_pence"):
        rows[name] = shares_in_whole_pence(rows[name].to_numpy(dtype=np.int64), cell)
    table = rows.drop(columns="month").groupby(["line", "kind", "financial_year"], as_index=False, sort=True).sum()
    table.attrs = {
        "name": "fixed cost and voids",
        "unit": "pence",
        "definition": (
            "Own homes, block contracts and contract minimums: place-days paid, used and unused, their fixed cost, and "
            "the part of it paid for places nobody lived in."
        ),
        "price_base": prices.base.value,
    }
    return table
