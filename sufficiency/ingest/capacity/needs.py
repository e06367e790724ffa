"""The placements standard: what is kept of it, and one row a child."""

from collections.abc import Sequence

import pandas as pd

from sufficiency.ingest.capacity.drafts import Draft

SOLO = "Solo placement recommended"
OFFICERS: tuple[str, ...] = ("name_of_officer_referral", "name_of_officer_placement", "name_of_officer_placement_cost")
"""Columns that name staff: read and dropped, never kept."""


def latest_rows(drafts: Sequence[Draft]) -> None:
    """Refuse all but the last written row of each child, over all sheets: the standard has one row a home found."""
    frames = [draft.frame.loc[~draft.refused, ["child_ID", "Date_entry_referral"]] for draft in drafts]
    if not frames:
        return
    rows = pd.concat(frames, keys=range(len(frames)))
    order = rows.sort_values("Date_entry_referral", kind="stable", na_position="first")
    older = order.duplicated("child_ID", keep="last")
    for number, draft in enumerate(drafts):
        mine = older.loc[[number]].droplevel(0) if number in older.index else older.iloc[:0].droplevel(0)
        draft.refuse("capacity.needs.superseded", "child_ID", mine.reindex(draft.frame.index, fill_value=False))


def finish_needs(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the needs without names of staff, with ``solo``: whether the child has to live alone."""
    solo = frame["who_can_the_child_be_cared_for_alongside"] == SOLO
    return frame.assign(**dict.fromkeys(OFFICERS, ""), solo=solo.astype(bool)).astype(dict.fromkeys(OFFICERS, "str"))
