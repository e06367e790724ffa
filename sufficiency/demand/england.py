"""What England knows when a council has too little history: the last parent that every rate borrows from.

Figures are DfE's, *Children looked after in England including adoptions* (``docs/sources.md``); what is worked out from
them is called derived. They matter only where the council's own events are few, and the borrowing is shown.
"""

import numpy as np

from sufficiency.domain.settings import Setting

CARE_EDGES: tuple[int, ...] = (0, 28, 182, 365, 730, 1825)
"""First day of each band of time in care (assumption: early leaving, the first year, and the long stays apart)."""

STAY_EDGES: tuple[int, ...] = (0, 91, 365, 730)
"""First day of each band of time in one placement (assumption: a settled child moves less)."""

CHILDREN_2025 = 81_770
LEAVERS_2025 = 34_450
LEFT_AT_18_2025 = 0.40
"""31 March 2025 and the year before it: children in care, leavers, and the share of leavers aged 18 (cited)."""

CHILDREN_2024 = 83_530
PLACEMENT_CHANGES_2024 = 66_070
STATUS_ONLY_2024 = 0.24
"""31 March 2024 and the year before it: children, placement changes, the share that changed status only (cited)."""

STILL_IN_CARE = {14: 0.93, 56: 0.86, 182: 0.72, 365: 0.53, 730: 0.32, 1095: 0.23, 1825: 0.14, 3650: 0.05}
"""Share of leavers whose last period of care lasted longer than so many days, 2024 (derived from the cited shares)."""

DRIFT_PER_YEAR = 0.05
"""Standard deviation of a year's change in log entries, and in leavers for each child in care, 2021 to 2025 (derived:
28,470 to 32,270 entrants, 28,120 to 34,450 leavers). One council drifts at least as much; moves are taken alike."""

ENTRANTS_BY_BAND = (0.16, 0.14, 0.15, 0.27, 0.28)
"""Share of children entering care by age band, 2025 (cited)."""

FIRST_SETTINGS = {
    Setting.FOSTERING: 0.55, Setting.SUPPORTED: 0.20, Setting.PARENTS: 0.07, Setting.OTHER: 0.14,
    Setting.RESIDENTIAL: 0.04,
}  # fmt: skip
"""First placement of entrants, 2024 (cited; other residential counts as other, secure with homes)."""

INFANT_EDGES: tuple[int, ...] = (0, 28, 91, 182, 365)
"""Days of age that part the entrants under one, and the end of the last part."""

INFANT_SHARES = (0.45, 0.20, 0.18, 0.17)
"""Share of entrants under one in each part (assumption: most come in their first weeks; spread evenly over the year, no
more than half of a year's entrants would be in care under one)."""

LEAVE_PER_DAY = LEAVERS_2025 * (1 - LEFT_AT_18_2025) / CHILDREN_2025 / 365
"""Leaving before 18, per child in care and day (derived)."""

MOVE_PER_DAY = PLACEMENT_CHANGES_2024 * (1 - STATUS_ONLY_2024) / CHILDREN_2024 / 365
"""Changing placement, per child in care and day (derived)."""


def leave_profile() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return how much faster than average children leave in each band of time in care (derived).

    From the survival of last periods of care, leaving at 18 included: the shape is used, not the level.
    """
    days = np.array([0, *STILL_IN_CARE])
    hazard = -np.log([1.0, *STILL_IN_CARE.values()])
    edges = np.array([*CARE_EDGES, days[-1]])
    per_day = np.diff(np.interp(edges, days, hazard)) / np.diff(edges)
    overall = hazard[-1] / days[-1]
    shape: np.ndarray[tuple[int], np.dtype[np.float64]] = per_day / overall
    return shape
