"""Birthdays, and what part of a row turns an age when."""

from datetime import date

import numpy as np
import pytest

from sufficiency.demand import ages
from sufficiency.demand.ages import Ages


def day(text: str) -> int:
    return int(np.datetime64(text, "D").astype("int64"))


def born(*texts: str) -> Ages:
    return Ages.known(np.array([day(text) for text in texts]))


@pytest.mark.parametrize(
    ("birth", "years", "expected"),
    [("2007-05-17", 18, "2025-05-17"), ("2008-02-29", 18, "2026-03-01"), ("2008-02-29", 16, "2024-02-29")],
)
def test_birthday_is_the_calendar_day(birth: str, years: int, expected: str) -> None:
    """A birthday falls on the calendar day, and on 1 March for leap-day births in other years."""
    assert ages.birthday(np.array([day(birth)]), years)[0] == day(expected)


def test_latest_birth_answers_the_inverse_question() -> None:
    """The latest birth of anyone aged 18 on a day is found by trying every birth date, leap days included."""
    births = np.arange(day("2003-12-01"), day("2012-04-01"))
    for today in (day("2026-02-28"), day("2026-03-01"), day("2028-02-29"), day("2028-02-28"), day("2027-12-31")):
        reached = births[ages.birthday(births, 18) <= today]
        assert ages.latest_birth(np.array([today]), 18)[0] == reached.max()


def test_turning_of_a_known_birth_date_is_all_or_nothing() -> None:
    """A child turning eighteen on the tenth lives nine days of the month; others do not turn."""
    rows = born("2007-06-10", "2007-07-01", "2007-06-01")
    share, mean = ages.turning(rows, day("2025-06-01"), day("2025-07-01"), 18)
    assert share.tolist() == [1.0, 0.0, 1.0]
    assert mean.tolist() == [9.0, 0.0, 0.0]


def test_turning_of_an_interval_matches_every_birth_date_in_it() -> None:
    """The share and mean days of a year of births equal those counted over its days one by one."""
    births = np.arange(day("2007-01-15"), day("2008-01-15"))
    start, finish = day("2025-02-01"), day("2025-03-01")
    turned = ages.birthday(births, 18)
    waiting, inside = turned >= start, (turned >= start) & (turned < finish)
    share, mean = ages.turning(Ages(births[:1], births[-1:] + 1), start, finish, 18)
    assert share[0] == pytest.approx(inside.sum() / waiting.sum())
    assert mean[0] == pytest.approx((turned[inside] - start).mean())


def test_band_shares_split_the_month_at_the_birthday() -> None:
    """A child whose fifth birthday is the eleventh spends ten days in the younger band and twenty in the older."""
    shares = ages.band_shares(born("2020-06-11"), day("2025-06-01"), day("2025-07-01"))
    assert shares[0] == pytest.approx([0, 10 / 30, 20 / 30, 0, 0])


def test_band_shares_leave_out_adulthood() -> None:
    """Days from the eighteenth birthday on belong to no band."""
    assert ages.band_shares(born("2007-06-16"), day("2025-06-01"), day("2025-07-01")).sum() == pytest.approx(0.5)


def test_narrow_drops_those_who_have_left() -> None:
    """Once a month of eighteenth birthdays is gone, the rest of the year of births stays."""
    row = Ages(np.array([day("2007-05-01")]), np.array([day("2008-05-01")]))
    left = ages.narrow(row, day("2025-07-01"), 18)
    assert (left.birth_from[0], left.birth_to[0]) == (day("2007-07-01"), day("2008-05-01"))


def test_age_in_years_and_born_to_be_agree() -> None:
    """Everybody born in the interval for an age is that age on the day, and the day either side is not."""
    today = day("2024-02-29")
    for age in (0, 1, 4, 17):
        start, finish = ages.born_to_be(age, today)
        near = Ages.known(np.array([start - 1, start, finish - 1, finish]))
        assert ages.age_in_years(near, today).tolist()[:3] == [age + 1, age, age]
        assert ages.age_in_years(near, today)[3] == max(age - 1, 0)


def test_age_band_of_an_adult_is_past_the_last() -> None:
    """Bands change on the birthday, and eighteen is no band at all."""
    rows = born("2024-06-01", "2023-06-01", "2009-06-01", "2009-06-02", "2007-06-01")
    assert ages.age_band_index(rows, day("2025-06-01")).tolist() == [1, 1, 4, 3, 5]


def test_an_empty_interval_is_refused() -> None:
    """A row of nobody's birth dates is a mistake of the caller."""
    with pytest.raises(ValueError, match="empty"):
        Ages(np.array([5]), np.array([5]))


def test_days_are_counted_from_1970() -> None:
    """The day number is the one numpy gives a calendar date."""
    assert day(date(1970, 1, 2).isoformat()) == 1
