"""Events, child-days and the rates they give."""

from datetime import date

import numpy as np
import pytest

from sufficiency.demand.england import LEAVE_PER_DAY, leave_profile
from sufficiency.demand.rates import Window, fit_rates
from sufficiency.domain.settings import SETTINGS, Setting
from tests.unit.demand.demand_worlds import FOSTERING, RESIDENTIAL, SUPPORTED, children, live, stays_frame

YEAR = Window(date(2024, 4, 1), date(2025, 3, 31))


def test_exposure_is_cut_at_the_birthday_and_the_window() -> None:
    """A fifth birthday on 1 July gives 91 days to the younger band and the rest of the year to the older."""
    stays = stays_frame(("a", 1, "2023-01-01", None, FOSTERING, "open", None))
    rates = fit_rates(children({"a": "2019-07-01"}), stays, YEAR)
    assert rates.exposure_days[:, FOSTERING].tolist() == [0, 91, 274, 0, 0]
    assert rates.exposure_days.sum() == YEAR.days == 365


def test_two_children_one_move_one_leaver() -> None:
    """Each event falls once, in the cell of the setting left; a move within a setting is a move."""
    stays = stays_frame(
        ("a", 1, "2024-05-01", "2024-06-01", FOSTERING, "moved", RESIDENTIAL),
        ("a", 1, "2024-06-01", "2024-07-01", RESIDENTIAL, "moved", RESIDENTIAL),
        ("a", 1, "2024-07-01", None, RESIDENTIAL, "open", None),
        ("b", 1, "2023-05-01", "2024-09-01", FOSTERING, "left", None),
    )
    rates = fit_rates(children({"a": "2012-01-01", "b": "2008-09-01"}), stays, YEAR)
    assert rates.move_events[3, FOSTERING, RESIDENTIAL] == 1
    assert rates.move_events[3, RESIDENTIAL, RESIDENTIAL] == 1
    assert rates.move_events.sum() == 2
    # The leaver turned sixteen on the day of leaving: the days and the event belong to the band lived in.
    assert rates.leave_events[3, FOSTERING] == rates.leave_events.sum() == 1
    assert rates.entry_events[12, 0, FOSTERING] == rates.entry_events.sum() == 1
    assert rates.entries_per_month.sum() == pytest.approx(1 / YEAR.months)


def test_ageing_out_is_not_a_hazard_of_leaving() -> None:
    """Leaving on the eighteenth birthday, or in the week before, is the birthday; a month before is leaving."""
    stays = stays_frame(
        ("a", 1, "2023-05-01", "2024-09-01", SUPPORTED, "left", None),
        ("b", 1, "2023-05-01", "2024-08-28", SUPPORTED, "left", None),
        ("c", 1, "2023-05-01", "2024-08-01", SUPPORTED, "left", None),
        ("d", 1, "2023-05-01", None, SUPPORTED, "open", None),
    )
    born = dict.fromkeys("abcd", "2006-09-01")
    rates = fit_rates(children(born), stays, YEAR)
    assert rates.leave_events.sum() == 1
    days_to_eighteen = (date(2024, 9, 1) - YEAR.first_day).days
    assert rates.exposure_days[4, SUPPORTED] == 3 * days_to_eighteen - 4 + 122


def test_unknown_birth_dates_are_left_out_and_counted() -> None:
    """A child of unknown age gives no days to any band, and is not forgotten."""
    stays = stays_frame(
        ("a", 1, "2024-05-01", "2024-06-01", FOSTERING, "left", None),
        ("b", 1, "2024-05-01", "2024-06-01", FOSTERING, "left", None),
    )
    rates = fit_rates(children({"a": None, "b": "2014-01-01"}), stays, YEAR)
    assert (rates.unknown_births, rates.exposure_days.sum(), rates.leave_events.sum()) == (1, 31, 1)


def test_no_history_borrows_from_england() -> None:
    """Where nobody has lived the rates are England's, every row of destinations adds up, and nothing is missing."""
    stays = stays_frame(("a", 1, "2010-05-01", "2010-06-01", FOSTERING, "left", None))
    rates = fit_rates(children({"a": "2005-01-01"}), stays, YEAR)
    england = LEAVE_PER_DAY * leave_profile()
    assert rates.leave_by_care == pytest.approx(np.broadcast_to(england[:, None], rates.leave_by_care.shape))
    assert rates.move_to.sum(axis=2) == pytest.approx(np.ones(rates.move_to.shape[:2]))
    assert np.all(rates.move_per_day > 0)


def test_young_children_never_borrow_a_move_to_supported_accommodation() -> None:
    """Supported accommodation is for 16 and 17 year olds: moves there are not lent to younger ages."""
    stays = stays_frame(
        ("a", 1, "2024-05-01", "2024-06-01", FOSTERING, "moved", SUPPORTED),
        ("a", 1, "2024-06-01", None, SUPPORTED, "open", None),
    )
    rates = fit_rates(children({"a": "2007-12-01"}), stays, YEAR)
    assert rates.move_to[4, FOSTERING, SUPPORTED] > 0.5
    assert np.all(rates.move_to[:4, [FOSTERING, RESIDENTIAL], SUPPORTED] == 0)


def test_known_rates_are_recovered() -> None:
    """Three thousand children living by constant hazards give those hazards back within four standard errors."""
    leave, move = 0.002, 0.004
    records, stays = live(np.random.default_rng(7), 3000, leave, move, 4, date(2018, 4, 1))
    rates = fit_rates(records, stays, Window(date(2019, 4, 1), date(2022, 3, 31)))
    settings = [SETTINGS.index(Setting.FOSTERING), SETTINGS.index(Setting.RESIDENTIAL)]
    days = rates.exposure_days[:, settings]
    enough = days > 20_000
    assert enough.sum() >= 4
    for fitted, truth in ((rates.leave_per_day, leave), (rates.move_per_day, move)):
        errors = (fitted[:, settings] - truth)[enough] / np.sqrt(truth / days[enough])
        assert np.abs(errors).max() < 4
    assert rates.move_to[2, FOSTERING, RESIDENTIAL] == pytest.approx(0.5, abs=0.1)


def test_a_window_cannot_end_before_it_begins() -> None:
    """A window of no days has no rates."""
    with pytest.raises(ValueError, match="before it begins"):
        Window(date(2025, 1, 2), date(2025, 1, 1))
