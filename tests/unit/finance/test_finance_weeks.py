"""Weeks a year: three conventions, printed, and apart from spend by day."""

import pytest

from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.periods import FinancialYear
from sufficiency.finance.weeks import Weeks, annual_pence, exact_year_pence, weekly_pence, weeks_named


@pytest.mark.parametrize(
    ("weeks", "annual"), [(Weeks.DAYS_365, 3_650_000), (Weeks.WHOLE, 3_640_000), (Weeks.DAYS_366, 3_660_000)]
)
def test_700_pounds_a_week_by_each_convention(weeks, annual):
    """700 pounds a week (100 a day) is 36,500, 36,400 or 36,600 a year, and back."""
    assert annual_pence(70_000, weeks) == annual
    assert weekly_pence(annual, weeks) == 70_000


def test_coventry_foster_home():
    """Coventry prints 23,993 a year and 460 a week: its convention is 365/7, to the nearest pound."""
    assert round(weekly_pence(2_399_300) / 100) == 460


def test_the_exact_year_counts_its_own_days():
    """2027-28 holds 29 February 2028 and so 366 days; 2025-26 has 365."""
    assert exact_year_pence(70_000, FinancialYear(2025)) == 3_650_000
    assert exact_year_pence(70_000, FinancialYear(2027)) == 3_660_000


def test_the_convention_prints_itself():
    """A reader sees which weeks were used."""
    assert [weeks.text for weeks in Weeks] == [
        "365/7 = 52.143 weeks a year",
        "52 = 52.000 weeks a year",
        "366/7 = 52.286 weeks a year",
    ]


def test_an_unknown_convention_is_refused():
    """Only the three conventions of the field are known."""
    with pytest.raises(AssumptionError, match="365/7, 52, 366/7"):
        weeks_named("53")
