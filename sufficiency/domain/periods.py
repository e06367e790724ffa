"""Months and financial years. A month is known by its first day; a financial year by the year in which it begins."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering

FINANCIAL_YEAR_FIRST_MONTH = 4


@total_ordering
@dataclass(frozen=True)
class Month:
    """A calendar month, for example ``Month(2025, 4)``."""

    year: int
    number: int

    @classmethod
    def containing(cls, day: date) -> "Month":
        """Return the month in which a day falls."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """First day of the month."""
        return date(self.year, self.number, 1)

    @property
    def days(self) -> int:
        """Days in the month, leap years included."""
        return (self.plus(1).first_day - self.first_day).days

    @property
    def financial_year(self) -> "FinancialYear":
        """Financial year in which the month falls."""
        return FinancialYear(self.year if self.number >= FINANCIAL_YEAR_FIRST_MONTH else self.year - 1)

    def plus(self, months: int) -> "Month":
        """Return the month a number of months later (earlier when negative)."""
        total = self.year * 12 + (self.number - 1) + months
        return Month(total // 12, total % 12 + 1)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Month):
            return NotImplemented
        return (self.year, self.number) < (other.year, other.number)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


@dataclass(frozen=True, order=True)
class FinancialYear:
    """A local-authority financial year, 1 April to 31 March, for example ``FinancialYear(2025)`` for 2025-26."""

    start_year: int

    @classmethod
    def containing(cls, day: date) -> "FinancialYear":
        """Return the financial year in which a day falls. SSDA903 collection years run over the same days."""
        return Month.containing(day).financial_year

    @property
    def first_day(self) -> date:
        """1 April."""
        return date(self.start_year, FINANCIAL_YEAR_FIRST_MONTH, 1)

    @property
    def last_day(self) -> date:
        """31 March of the next calendar year."""
        return date(self.start_year + 1, FINANCIAL_YEAR_FIRST_MONTH, 1) - timedelta(days=1)

    @property
    def days(self) -> int:
        """365, or 366 when the 29 February in it exists."""
        return (self.last_day - self.first_day).days + 1

    def __str__(self) -> str:
        return f"{self.start_year}-{(self.start_year + 1) % 100:02d}"


def horizon(base_date: date, months: int) -> tuple[Month, ...]:
    """Return the months walked after a base date: the first begins on the day after it.

    Raises
    ------
    ValueError
        When the base date is not the last day of a month, or the horizon is not positive.
    """
    first_day = base_date + timedelta(days=1)
    if first_day.day != 1:
        raise ValueError(f"base date {base_date} is not the last day of a month")
    if months < 1:
        raise ValueError(f"horizon of {months} months; at least 1 is needed")
    first = Month.containing(first_day)
    return tuple(first.plus(step) for step in range(months))
