"""One month, and many, of leaving, moving and coming of age."""

import dataclasses
from datetime import date

import numpy as np
import pytest

from sufficiency.demand.ages import Ages
from sufficiency.demand.cohort import Projection, project
from sufficiency.demand.days import DAYS_A_MONTH, day_number
from sufficiency.demand.departures import departures, entrant_departures
from sufficiency.domain.errors import VerificationError
from sufficiency.domain.periods import Month
from tests.unit.demand.demand_worlds import FOSTERING, RESIDENTIAL, children, flat_rates, stays_frame

BASE = date(2025, 3, 31)
APRIL = Month(2025, 4)


def known(*births: date) -> Ages:
    return Ages.known(np.array([day_number(birth) for birth in births]))


def test_the_eighteenth_birthday_ends_care_on_the_day() -> None:
    """Without hazards only birthdays end care: on the 1st no day is lived, on the 11th ten are."""
    rates = flat_rates(0.0, 0.0)
    rows = known(date(2007, 4, 1), date(2007, 4, 11), date(2007, 5, 1))
    out = departures(rows, np.full(3, FOSTERING), rates, APRIL)
    assert out.aged_out.tolist() == [1, 1, 0]
    assert out.child_days == pytest.approx([0, 10, 30])
    assert out.stay == pytest.approx([0, 0, 1])


def test_a_constant_hazard_leaves_by_the_exponential() -> None:
    """Shares and mean days of leaving and moving are those of constant hazards, worked out by hand."""
    leave, move = 0.01, 0.02
    out = departures(known(date(2013, 4, 20)), np.array([FOSTERING]), flat_rates(leave, move), APRIL)
    stay = np.exp(-30 * leave)
    assert out.leave[0] == pytest.approx(1 - stay)
    assert out.leave_days[0] == pytest.approx((1 - stay) / leave - 30 * stay)
    assert out.move[0] == pytest.approx(stay * (1 - np.exp(-30 * move)))


def test_hazards_change_on_the_birthday() -> None:
    """A child who turns sixteen on the 11th faces ten days of one hazard and twenty of the next."""
    rates = flat_rates(0.0, 0.0)
    leave = rates.leave_per_day.copy()
    leave[3], leave[4] = 0.01, 0.05
    out = departures(
        known(date(2009, 4, 11)), np.array([FOSTERING]), dataclasses.replace(rates, leave_per_day=leave), APRIL
    )
    assert out.in_care[0] == pytest.approx(np.exp(-0.1 - 1.0))


def test_a_year_of_births_is_the_mean_of_its_birth_days() -> None:
    """One row of a year of births answers as 365 rows of one day each, on average."""
    rates = flat_rates(0.004, 0.006)
    start = day_number(date(2006, 11, 3))
    births = np.arange(start, start + 365)
    row = departures(Ages(births[:1], births[-1:] + 1), np.array([FOSTERING]), rates, APRIL)
    each = departures(Ages.known(births), np.full(365, FOSTERING), rates, APRIL)
    for name in ("aged_out", "leave", "move", "aged_out_days", "leave_days", "move_days"):
        assert getattr(row, name)[0] == pytest.approx(getattr(each, name).mean(), abs=1e-11)


def test_entrants_live_half_the_month() -> None:
    """Children entering evenly over April's thirty days live fifteen and a half of them."""
    out = entrant_departures(known(date(2015, 1, 1)), np.array([FOSTERING]), flat_rates(0.0, 0.0), APRIL)
    assert out.child_days[0] == pytest.approx(15.5)


def test_mass_is_never_lost_or_negative() -> None:
    """Whatever the age, from unborn to adult, the four outcomes add up to one."""
    births = np.arange(day_number(date(2003, 1, 1)), day_number(date(2025, 5, 1)), 17)
    for function in (departures, entrant_departures):
        out = function(Ages.known(births), np.full(len(births), FOSTERING), flat_rates(0.003, 0.01), APRIL)
        parts = np.stack([out.aged_out, out.leave, out.move, out.stay])
        assert np.all(parts >= -1e-12)
        assert parts.sum(axis=0) == pytest.approx(np.ones(len(births)))


def two_children(months: int, **options: float) -> Projection:
    stays = stays_frame(
        ("a", 1, "2024-05-01", None, FOSTERING, "open", None),
        ("b", 1, "2024-05-01", None, RESIDENTIAL, "open", None),
        ("c", 1, "2024-05-01", None, FOSTERING, "open", None),
        ("d", 1, "2020-05-01", None, FOSTERING, "open", None),
    )
    records = children({"a": "2015-05-10", "b": "2007-06-15", "c": None, "d": "2006-01-01"})
    rates = flat_rates(options.get("leave", 0.0), options.get("move", 0.0), options.get("entries", 0.0))
    return project(rates, records, stays, BASE, months)


def test_without_hazards_only_birthdays_change_the_stock() -> None:
    """One child changes age band in May and one comes of age in June; nothing else happens."""
    result = two_children(4)
    assert result.stock[:, 2, FOSTERING].tolist() == [1, 1, 0, 0, 0]
    assert result.stock[:, 3, FOSTERING].tolist() == [0, 0, 1, 1, 1]
    assert result.stock[:, 4, RESIDENTIAL].tolist() == [1, 1, 1, 0, 0]
    assert result.aged_out[:, 4, RESIDENTIAL].tolist() == [0, 0, 1, 0]
    assert result.child_days[1, 2:4, FOSTERING] == pytest.approx([9, 22])
    assert result.child_days[2, 4, RESIDENTIAL] == pytest.approx(14)


def test_children_who_cannot_be_aged_are_counted() -> None:
    """A child of unknown birth date and one already eighteen are left out, and said so."""
    assert two_children(1).left_out == 2


def test_moves_arrive_where_destinations_say() -> None:
    """Every move goes to residential, so what fostering loses residential gains."""
    result = two_children(1, move=0.01)
    moved = 1 - np.exp(-30 * 0.01)
    assert result.moves[0].sum(axis=0)[[FOSTERING, RESIDENTIAL]] == pytest.approx([moved, moved])
    assert result.arrivals[0].sum(axis=0)[[FOSTERING, RESIDENTIAL]] == pytest.approx([0, 2 * moved])
    assert result.child_days[0].sum() == pytest.approx(60)


def test_steady_inflow_meets_the_stationary_stock() -> None:
    """Entries at age one and a hazard of leaving give the stock that inflow times mean stay says."""
    stays = stays_frame(("a", 1, "2024-05-01", None, FOSTERING, "open", None))
    rates = flat_rates(0.01, 0.0, entries=5.0, entry_age=1)
    result = project(rates, children({"a": "2015-05-10"}), stays, BASE, 48)
    daily = 5 * 12 / 365.25
    assert result.stock[-1].sum() == pytest.approx(daily / 0.01, rel=0.02)


def test_the_frame_is_tidy_and_adds_up() -> None:
    """The frame has one row a month, band and setting, and the same totals as the arrays."""
    result = two_children(3, leave=0.001, move=0.002, entries=2.0)
    frame = result.frame()
    assert len(frame) == 4 * 5 * 10
    assert frame.groupby("step")["stock"].sum().to_numpy() == pytest.approx(result.stock.sum(axis=(1, 2)))
    assert frame["entries"].sum() == pytest.approx(2.0 * 91 / DAYS_A_MONTH)


def test_a_projection_that_does_not_add_up_is_refused() -> None:
    """Losing one child's leaving is found and named by month."""
    result = two_children(3, leave=0.001)
    broken = result.leavers.copy()
    broken[1] = 0.0
    with pytest.raises(VerificationError, match="2025-05"):
        dataclasses.replace(result, leavers=broken)
