"""How many weeks make a year. It only turns a weekly figure into an annual one and back: spend itself goes by day."""

from enum import StrEnum
from fractions import Fraction

from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.periods import FinancialYear
from sufficiency.finance.rounding import DAYS_A_WEEK, nearest


class Weeks(StrEnum):
    """Weeks in a year, as the field counts them."""

    DAYS_365 = "365/7"
    WHOLE = "52"
    DAYS_366 = "366/7"

    @property
    def number(self) -> Fraction:
        """Weeks in a year, exactly."""
        return Fraction(self.value)

    @property
    def text(self) -> str:
        """What is printed beside a figure: ``365/7 = 52.143 weeks a year``."""
        return f"{self.value} = {float(self.number):.3f} weeks a year"


def weeks_named(name: str) -> Weeks:
    """Return the convention a person chose.

    Raises
    ------
    AssumptionError
        When it is none of the three.
    """
    try:
        return Weeks(name)
    except ValueError:
        raise AssumptionError(f'"{name}" weeks a year is not known; use {", ".join(Weeks)}.') from None


def annual_pence(weekly_pence: int, weeks: Weeks = Weeks.DAYS_365) -> int:
    """Return a year at a weekly price, to the nearest penny."""
    return nearest(weekly_pence * weeks.number)


def weekly_pence(annual: int, weeks: Weeks = Weeks.DAYS_365) -> int:
    """Return the weekly price that makes an annual one, to the nearest penny."""
    return nearest(annual / weeks.number)


def exact_year_pence(weekly: int, year: FinancialYear) -> int:
    """Return a financial year at a weekly price by its own days: 365, or 366 when it holds a 29 February."""
    return nearest(Fraction(weekly * year.days, DAYS_A_WEEK))
