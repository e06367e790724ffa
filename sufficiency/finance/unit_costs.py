"""Unit costs as DfE works them out from S251 returns, so that a council can tie its own figures to the published ones.

All of these are full S251 cost (staff and overheads included). They are another base than placement prices and never
stand beside them without saying so. Source: LAIT, unit costs of children looked after.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from sufficiency.domain.errors import InputError
from sufficiency.finance.rounding import DAYS_A_WEEK, nearest
from sufficiency.finance.weeks import Weeks

PUBLISHED_STEP_POUNDS = 5


def per_child_week(total_pence: int, children: int, weeks: Weeks = Weeks.DAYS_365) -> int:
    """Return pence a child a week by head count: total / (children on 31 March x weeks).

    DfE's way for all children looked after and for fostering.
    """
    if children <= 0:
        raise InputError("unit cost: there are no children to divide by.")
    return nearest(total_pence / (children * weeks.number))


def per_care_week(total_pence: int, care_days: int) -> int:
    """Return pence a week of care given: total / (care days / 7). DfE's way for residential care."""
    if care_days <= 0:
        raise InputError("unit cost: there are no care days to divide by.")
    return nearest(Fraction(total_pence * DAYS_A_WEEK, care_days))


def as_published(weekly_pence: int) -> int:
    """Return whole pounds to the nearest five, as DfE prints unit costs.

    >>> as_published(per_child_week(43_488_370_00, 307))
    2715
    """
    steps = Decimal(weekly_pence) / (100 * PUBLISHED_STEP_POUNDS)
    return int(steps.quantize(Decimal(1), rounding=ROUND_HALF_UP)) * PUBLISHED_STEP_POUNDS
