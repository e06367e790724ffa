"""What the tables of a run hold, in words: those that are not measures and so carry none of their own."""

import pandas as pd

TABLES: dict[str, tuple[str, str, str]] = {
    "stock": (
        "children by month and group",
        "children",
        "Expected children at the end of each month walked, the base date first, by age band, need profile, setting "
        "and cost line; child_days are the days lived there in the month, miles the sum over children whose distance "
        "is known, over_20, in_area, neighbouring and distant are children.",
    ),
    "flow": (
        "children coming and going",
        "children",
        "Expected children in each month: stock before + entries - leavers - aged out = stock after. moves, displaced "
        "and unmet stay in care.",
    ),
    "projection": (
        "projection from past use",
        "children",
        "Expected children by age band and setting if moves go on as in the window of history, whatever places there "
        "are: what the walk is compared with.",
    ),
    "solves": (
        "proof of each month",
        "as named",
        "How each month's allocation ended: outcome, reason, value and the bound that no allocation can beat (pence a "
        "week), gap between them, whether the certificate holds, seconds taken.",
    ),
    "audit": (
        "audit of the plan",
        "cases",
        "What was recomputed from the plan by code that shares nothing with its builder: cases looked at and failures.",
    ),
}
"""Name, unit and definition of each table."""


def described(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return the frame with the name, unit and definition of a table."""
    name, unit, definition = TABLES[table]
    described_frame = frame.copy(deep=False)
    described_frame.attrs = {"name": name, "unit": unit, "definition": definition}
    return described_frame
