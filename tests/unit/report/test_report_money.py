"""Money of the statement: what a saving is worth, when it pays back, and that part years and small costs stay apart."""

import pytest

from sufficiency.report.appraisal import Discounting, payback, present_value

YEARS = ["2025-26", "2026-27", "2027-28"]


def test_a_pound_today_is_a_pound() -> None:
    """Without discounting or inflation the value is the sum; with them a later pound counts for less."""
    assert present_value([-10.0, 4.0, 7.0], Discounting(0, 0)) == 1
    assert present_value([0.0, 100.0], Discounting(3.5, 0)) == pytest.approx(100 / 1.035)
    assert present_value([0.0, 100.0], Discounting(3.5, 2)) == pytest.approx(100 / 1.035 / 1.02)


def test_the_green_book_rate_over_ten_years() -> None:
    """A hundred pounds in the eleventh year are worth 70.89 at 3.5% (the Green Book's own discount factor, 0.7089)."""
    assert Discounting(3.5, 0).factor(10) == pytest.approx(0.7089, abs=5e-5)


def test_payback_is_when_the_money_has_come_back_for_good() -> None:
    """A dip below nought after a good year moves the payback; what never comes back says so."""
    assert payback([-5.0, 6.0, 1.0], YEARS) == "by 2026-27"
    assert payback([-5.0, 6.0, -3.0], YEARS) == "not by 2027-28"
    assert payback([-5.0, 1.0, 1.0], YEARS) == "not by 2027-28"
    assert payback([1.0, 1.0, -1.0], YEARS) == "nothing is spent ahead"
