"""Spend by where the home is: in the council's area, in a neighbouring one, distant, or not known."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.periods import horizon
from sufficiency.finance.prices import PriceList
from sufficiency.finance.rounding import shares_in_whole_pence
from sufficiency.finance.shapes import StockShape
from sufficiency.finance.spend import priced_rows

AREAS = ("in area", "neighbouring", "distant", "not known")
_COUNTED = ["in_area", "neighbouring", "distant"]


def spend_by_area(plan: StockShape, prices: PriceList) -> pd.DataFrame:
    """Return placement spend by month, cost line and area; parts of a line's month add up to its placement spend.

    A group's days lie where its children live at the end of the month; a group that has gone by then lies where the
    children of its place lived otherwise, and is not known where nobody ever did.

    Returns
    -------
    pandas.DataFrame
        ``line, month, financial_year, area, child_days, placement_pence``. Fixed cost is left out.
    """
    rows = priced_rows(plan, prices, horizon(plan.base_date, plan.months)).reset_index(drop=True)
    share = _shares(plan.stock, rows)
    units = np.rint(rows["unit_pence"].to_numpy(dtype=np.float64)[:, None] * share).astype(np.int64)
    largest = share.argmax(axis=1)
    units[np.arange(len(rows)), largest] += rows["unit_pence"].to_numpy() - units.sum(axis=1)
    parts = [
        rows[["line", "month", "financial_year"]].assign(
            area=area, child_days=rows["child_days"] * share[:, index], unit_pence=units[:, index]
        )
        for index, area in enumerate(AREAS)
    ]
    keys = ["line", "month", "financial_year", "area"]
    table = pd.concat(parts, ignore_index=True).groupby(keys, as_index=False, sort=True)[["child_days", "unit_pence"]]
    cells = table.sum()
    cell = cells.groupby(["line", "month"], sort=False).ngroup().to_numpy()
    cells["placement_pence"] = shares_in_whole_pence(cells.pop("unit_pence").to_numpy(), cell)
    cells.attrs = {
        "name": "placement spend by area",
        "unit": "pence",
        "definition": (
            "Days x weekly price of the place / 7, by where the home is: the council's own area, an adjoining one, or "
            "further away. Parts of a line's month add up to its placement spend."
        ),
        "price_base": prices.base.value,
    }
    return cells


def _shares(stock: pd.DataFrame, rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return the share of each row that lies in each of AREAS; rows sum to 1."""
    own = _with_unknown(rows)
    place = stock.groupby("place")[["children", *_COUNTED]].sum()
    usual = _with_unknown(place.reindex(rows["place"].to_numpy()))
    share = np.where(own.sum(axis=1, keepdims=True) > 0, own, usual)
    share[share.sum(axis=1) <= 0, len(AREAS) - 1] = 1.0
    return np.asarray(share / share.sum(axis=1, keepdims=True))


def _with_unknown(frame: pd.DataFrame) -> NDArray[np.float64]:
    known = frame[_COUNTED].fillna(0.0).to_numpy(dtype=np.float64)
    left = np.maximum(frame["children"].fillna(0.0).to_numpy(dtype=np.float64) - known.sum(axis=1), 0.0)
    return np.column_stack([known, np.where(left > 1e-9, left, 0.0)])
