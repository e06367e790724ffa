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
    "forecast": (
        "forecast of children in care",
        "children",
        "Children in care at the end of each month, in total, by setting and by age band: the expected number, and the "
        "counts below which 2.5, 10, 25, 50, 75, 90 and 97.5 in a hundred of the futures drawn from the council's own "
        "rates lie. Each future draws once what the rates may be, how they drift from year to year, and what a later "
        "return may make of the count on the base date; and then every child's chance.",
    ),
    "past": (
        "children in care before the forecast",
        "children",
        "Children in care at the end of each month before the base date, in total, by setting and by age band.",
    ),
    "backtest_paths": (
        "forecasts remade beside what happened",
        "children",
        "From each earlier day, about month by month: the children expected, the counts below which 10 and 90 in a "
        "hundred futures lie, and the children who were in care.",
    ),
    "windows": (
        "windows of history compared",
        "children",
        "Mean absolute error over the year after, by setting and by age band, of forecasts remade from earlier days on "
        "each window of history; the longest plain window among those as good as the best is chosen.",
    ),
    "backtest": (
        "back-test of the forecast",
        "children",
        "By view, line, horizon and kind of group: mean absolute error and pinball loss (children), the share of days "
        "on which what happened lay inside the 50, 80 and 95% bands, and skill (1 less the error over the better naive "
        "line's; below 0 the naive line was better).",
    ),
    "backtest_errors": (
        "back-test, every group and origin",
        "children",
        "The same for each origin and each group: what the back-test is the mean of.",
    ),
    "sampled_by_year": (
        "whole children by financial year",
        "as named",
        "Over replications of the walk on whole children: the mean, and the figures below which 10, 50, 80 and 90 in a "
        "hundred of them lie. Children in care, outside the area and more than 20 miles from home are means of month "
        "ends; without a suitable place is the mean month; sibling groups placed apart, those whom no home in the "
        "list could ever take together, and spend are totals of the year. Each replication draws rates of its own, "
        "and chance within them.",
    ),
    "sampled_by_month": (
        "whole children by month",
        "as named",
        "The same by month: month ends, and what happened or was spent in the month.",
    ),
    "sampled_difference": (
        "practice less best use of the same places",
        "as named",
        "Each replication walked twice on the same children: homes chosen as in the council's history, less homes "
        "chosen for least objective. What better matching alone could change, with the share of replications in which "
        "practice is higher.",
    ),
    "sampled_audit": (
        "audit of the walks on whole children",
        "cases",
        "What was recomputed child by child, for both policies: cases looked at and failures.",
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
