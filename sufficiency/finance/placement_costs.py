"""What single placements cost now: from a list of placement costs, or from the national placements standard."""

from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from sufficiency.domain.errors import InputError
from sufficiency.domain.findings import shape_of
from sufficiency.domain.money import pence
from sufficiency.ingest.capacity.grids import UnreadableFile, read_grids

CHILD, COST = "child_id", "weekly_pounds"


def read_placement_costs(path: Path) -> "pd.Series[int]":
    """Read a list of placement costs: ``child_id, weekly_pounds``, one row a child.

    Returns
    -------
    pandas.Series
        Weekly pence by child; rows without an amount are left out, for missing is never nought.

    Raises
    ------
    InputError
        Naming the file and the row, never the child.
    """
    header, rows = _table(path)
    child, cost = header.index(CHILD), header.index(COST)
    found: dict[str, int] = {}
    for number, cells in rows:
        who = cells[child].strip() if child < len(cells) else ""
        amount = cells[cost].strip().replace(",", "").removeprefix("£") if cost < len(cells) else ""
        if not who or not amount:
            continue
        if who in found:
            raise InputError(f"{path.name} row {number}: this child stands in the list twice; keep the present cost.")
        found[who] = _pence(path.name, number, amount)
    return pd.Series(found, dtype="int64")


def costs_of_standard(needs: pd.DataFrame | None) -> "pd.Series[int]":
    """Return the weekly cost that the placements standard gives for a child: its total, else the sum of its parts."""
    if needs is None:
        return pd.Series(dtype="int64")
    parts = ["cost_core_weekly", "cost_additional_support_weekly", "cost_education_weekly", "cost_other_weekly"]
    known = [name for name in parts if name in needs.columns]
    pounds = needs[known].astype("float64").sum(axis=1, min_count=1)
    if "cost_total_weekly" in needs.columns:
        pounds = needs["cost_total_weekly"].astype("float64").fillna(pounds)
    told = pounds.notna() & (pounds > 0)
    values = (pounds[told] * 100).round().astype("int64").to_numpy()
    return pd.Series(values, index=needs.loc[told, "child_ID"].astype("str").to_numpy(), dtype="int64")


def _table(path: Path) -> tuple[list[str], list[tuple[int, tuple[str, ...]]]]:
    try:
        grids = read_grids(path)
    except (UnreadableFile, OSError):
        raise InputError(f"{path.name}: cannot be read. Save it as CSV or as an .xlsx workbook.") from None
    for grid in grids:
        for at, cells in enumerate(grid.cells):
            names = [cell.strip().lower().replace(" ", "_") for cell in cells]
            if {CHILD, COST} <= set(names):
                return names, list(enumerate(grid.cells[at + 1 :], start=at + 2))
    raise InputError(f"{path.name}: has no header with {CHILD} and {COST}. Add one.")


def _pence(file: str, number: int, text: str) -> int:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise InputError(f'{file} row {number}, {COST}: "{shape_of(text)}" is not an amount in pounds a week.')
    return pence(amount)
