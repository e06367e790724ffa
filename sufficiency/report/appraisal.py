"""What a saving is worth today, and when money spent ahead of it has come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

DISCOUNT, INFLATION = "appraisal.discount_rate_percent", "appraisal.inflation_percent"


@dataclass(frozen=True)
class Discounting:
    """By how much a pound a year later counts for less.

    Attributes
    ----------
    real_percent
        Social time preference rate, in real terms.
    inflation_percent
        General price growth, which turns the cash of a later year into pounds of the first.
    """

    real_percent: float
    inflation_percent: float

    def factor(self, years: int) -> float:
        """Return what a pound of cash counts for so many years after the first.

        >>> round(Discounting(3.5, 0).factor(1), 4)
        0.9662
        """
        return (1 + self.real_percent / 100) ** -years * (1 + self.inflation_percent / 100) ** -years


def present_value(cash: Sequence[float], how: Discounting) -> float:
    """Return yearly cash in pounds of the first year, discounted; the first year counts whole (year 0).

    >>> present_value([-100, 103.5], Discounting(3.5, 0))
    0.0
    """
    return round(sum(pounds * how.factor(year) for year, pounds in enumerate(cash)), 6)


def payback(cash: Sequence[float], years: Sequence[str]) -> str:
    """Return by the end of which year money spent ahead has come back for good, in cash.

    >>> payback([-100, 60, 60], ["2025-26", "2026-27", "2027-28"]), payback([5, 5], ["2025-26", "2026-27"])
    ('by 2027-28', 'nothing is spent ahead')
    """
    running = list(accumulate(cash))
    if min(running) >= 0:
        return "nothing is spent ahead"
    last_short = max(place for place, total in enumerate(running) if total < 0)
    return f"by {years[last_short + 1]}" if last_short + 1 < len(years) else f"not by {years[-1]}"
