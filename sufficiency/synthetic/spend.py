"""What the synthetic council paid in its last year, to hold against the published outturn."""

from datetime import date, timedelta

from sufficiency.domain.settings import CostLine
from sufficiency.synthetic import targets
from sufficiency.synthetic.prices import price_2024_25
from sufficiency.synthetic.stays import Stays

LINE_OF_CELL = {
    "kinship": CostLine.KINSHIP,
    "in-house": CostLine.IN_HOUSE_FOSTER,
    "other council's carer": CostLine.IN_HOUSE_FOSTER,
    "agency": CostLine.IFA,
    "home": CostLine.EXTERNAL_HOME,
    "residential school": CostLine.EXTERNAL_HOME,
    "supported": CostLine.SUPPORTED,
    "secure": CostLine.SECURE,
    "parents": CostLine.WITH_FAMILY,
    "adoption": CostLine.WITH_FAMILY,
}
"""Everything else is booked under other."""


def spend_last_year(made: Stays) -> dict[CostLine, int]:
    """Return whole pounds by cost line in 2024-25: days in care times the weekly price over seven, placement only."""
    first = date(targets.LAST_RETURN - 1, 4, 1)
    after = targets.BASE_DATE + timedelta(days=1)
    care_days = dict.fromkeys(CostLine, 0)
    for stay in made.stays:
        line = LINE_OF_CELL.get(made.arrangements[stay.arrangement].cell, CostLine.OTHER)
        care_days[line] += max((min(stay.end or after, after) - max(stay.start, first)).days, 0)
    return {line: round(total * price_2024_25(line) / 7) for line, total in care_days.items()}
