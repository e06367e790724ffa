"""Whether anybody was lost on the way: stock + entries - leavers - aged out = next stock, every month."""

import pandas as pd

from sufficiency.finance.shapes import PlanShape
from sufficiency.measures.registry import measure

TOLERANCE_CHILDREN = 1e-6


@measure(
    "conservation",
    "children",
    "For each month: children before, plus entries, less leavers and those turned eighteen, must be children after; "
    "that must be the next month's children before (the first: the base date's); and the children in the table of who "
    "lives where, those without a suitable place among them, must be the children after. Differences are shown, and "
    "holds is true where all three are nothing.",
)
def conservation(plan: PlanShape) -> pd.DataFrame:
    """Return the check of every month.

    Returns
    -------
    pandas.DataFrame
        ``month, stock_before, entries, leavers, aged_out, stock_after, flow_difference, carry_difference,
        counted_difference, holds``.
    """
    flow = plan.flow.sort_values("month", ignore_index=True)
    counted = plan.stock.groupby("month")["children"].sum()
    at_base = counted.get(pd.Timestamp(plan.base_date.replace(day=1)), 0.0)
    table = flow[["month", "stock_before", "entries", "leavers", "aged_out", "stock_after"]].copy()
    expected = flow["stock_before"] + flow["entries"] - flow["leavers"] - flow["aged_out"]
    table["flow_difference"] = flow["stock_after"] - expected
    table["carry_difference"] = flow["stock_before"] - flow["stock_after"].shift(fill_value=float(at_base))
    table["counted_difference"] = flow["month"].map(counted).fillna(0.0) - flow["stock_after"]
    differences = table[["flow_difference", "carry_difference", "counted_difference"]]
    table["holds"] = (differences.abs() <= TOLERANCE_CHILDREN).all(axis=1)
    return table
