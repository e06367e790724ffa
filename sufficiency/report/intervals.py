"""Edges of the intervals around what the plan expects, and how they are published."""

import pandas as pd

from sufficiency.domain.periods import FinancialYear
from sufficiency.report.desk import Desk
from sufficiency.report.facts import Walked
from sufficiency.report.ledger import Key
from sufficiency.report.table import NOT_AVAILABLE, Cell

EDGES = ("p10", "p90", "p2.5", "p97.5")
LOW, HIGH = "Low, 80%", "High, 80%"
HELD = (
    "Each future draws the rates once from what the returns allow, and then every child's arrival, move and leaving. "
    "What the future does with rates, places and prices that never stood in the returns is not in the interval."
)
WALKED = (
    "walks of whole children that choose homes as the plan does, each with its own rates, children and offers of the "
    "spot market; places that open or close unplanned are not in it."
)


def futures_at(futures: Walked, months: int) -> dict[str, dict[str, int]]:
    """Return the edges of the futures of all children in care at the end of each financial year walked."""
    table = futures.tables["forecast"]
    total = table[table["of"] == "total"].reset_index(drop=True).iloc[: months + 1]
    year = [str(FinancialYear.containing(day.date())) for day in pd.DatetimeIndex(total["day"])]
    last = total.assign(period=year).drop_duplicates("period", keep="last")
    return {str(row["period"]): {edge: round(float(row[edge])) for edge in EDGES} for row in last.to_dict("records")}


def bound(desk: Desk, name: str, value: int, with_keys: tuple[Key, ...] = ()) -> Cell:
    """Return a bound of an interval: withheld when it is a small count itself, or with the number it belongs to."""
    asked = (f"bound {name}",)
    desk.ledger.enter(asked, value)
    return Cell(value, (asked, *with_keys))


def spread_edges(desk: Desk, table: str, of: str, value: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the 80% band of a value by ``of`` (kind or setting) and period; nothing where the plan was not sampled."""
    if desk.facts.spread is None:
        return {}
    frame = desk.facts.spread.tables[table]
    rows = frame[frame["value"] == value]
    keys = zip(rows[of].astype("str"), rows["period"].astype("str"), strict=True)
    edges = zip(rows["p10"].round().astype("int64"), rows["p90"].round().astype("int64"), strict=True)
    return {one: (int(low), int(high)) for one, (low, high) in zip(keys, edges, strict=True)}


def interval(desk: Desk, name: str, edges: tuple[int, int] | None, with_keys: tuple[Key, ...]) -> tuple[Cell, Cell]:
    """Return the cells of a band; not available where there is none."""
    if edges is None:
        return Cell(NOT_AVAILABLE), Cell(NOT_AVAILABLE)
    low, high = edges
    return bound(desk, f"{name} low", low, with_keys), bound(desk, f"{name} high", high, with_keys)


def walks_note(desk: Desk) -> str:
    """Return what the interval of a table holds, in words."""
    if desk.facts.spread is None:
        return "No interval is given: the plan was not walked for whole children."
    number = int(str(desk.facts.spread.run.summary["replications"]))
    return f"Low and high hold 80 in a hundred of {number:,} {WALKED}"
