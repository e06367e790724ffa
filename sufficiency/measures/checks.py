"""Whether anybody was lost on the way: stock + entries - leavers - aged out = next stock, every month."""

import pandas as pd

from sufficiency.finance.shapes import PlanShape
from sufficiency.measures.registry import measure

TOLERANCE_CHILDREN = 1e-6


@measure(
    "conservation",
    "children",
    "For each month: children before, plus entries, less leavers and those turned eighteen, must be children after; "
    "that must be the next month's children before; and the children placed plus those without a place must be the "
    "children after. Differences are shown, and holds is true where all three are nothing.",
)
def conservation(plan: PlanShape) -> pd.DataFrame:
    """Return the check of every month.

    Returns
    -------
    pandas.DataFrame
        ``month, stock_before, entries, leavers, aged_out, stock_after, flow_difference, carry_difference,
        placed_difference, holds``.
    """
    flow = plan.flow.sort_values("month", ignore_index=True)
    placed = flow["month"].map(plan.stock.groupby("month")["children"].sum()).fillna(0.0)
    table = flow[["month", "stock_before", "entries", "leavers", "aged_out", "stock_after"]].copy()
    expected = flow["stock_before"] + flow["entries"] - flow["leavers"] - flow["aged_out"]
    table["flow_difference"] = flow["stock_after"] - expected
    table["carry_difference"] = (flow["stock_before"] - flow["stock_after"].shift()).fillna(0.0)
    table["placed_difference"] = placed + flow["unmet"] - flow["stock_after"]
    differences = table[["flow_difference", "carry_difference", "placed_difference"]]
    table["holds"] = (differences.abs() <= TOLERANCE_CHILDREN).all(axis=1)
    return table
