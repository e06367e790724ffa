"""The forward walk on councils small enough to follow by hand, and the audit that must catch every planted fault."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sufficiency.domain.errors import VerificationError
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import SETTINGS, Sector, Setting
from sufficiency.matching.audit import AuditFacts, audit, require_passed
from sufficiency.matching.plan import Plan
from sufficiency.matching.walk import Walk, forward

from .conftest import MONTHS, MakeWalk, child, place, with_streams

NEAR = 0.05
"""Entries are a rate of an average month: April has a seventieth less of them, May a fiftieth more."""

FOSTERING = SETTINGS.index(Setting.FOSTERING)
SUPPORTED = SETTINGS.index(Setting.SUPPORTED)


def children_in(plan: Plan, identifier: str) -> list[float]:
    """Children at the end of each month, the base date first, in a place."""
    index = plan.places.id.index(identifier)
    months = pd.to_datetime([date(2025, 3, 1), *(month.first_day for month in plan.calendar)])
    rows = plan.stock[plan.stock["place"] == index].groupby("month")["children"].sum()
    return [float(rows.get(month, 0.0)) for month in months]


def entries(per_month: float, age: int, setting: int = FOSTERING) -> np.ndarray:
    array = np.zeros((18, 2, len(SETTINGS)))
    array[age, 0, setting] = per_month
    return array


def test_settled_children_stay_where_they_are(make_walk: MakeWalk) -> None:
    """With no rates nobody moves, though a cheaper place stands empty."""
    places = with_streams(place("dear", weekly_pence=90_000), place("cheap", weekly_pence=1_000))
    plan = forward(make_walk(places, [child(date(2015, 5, 5), 0), child(date(2016, 6, 6), 0)]))
    assert children_in(plan, "dear") == [2.0] * (MONTHS + 1)
    assert plan.need.empty or plan.need["needed"].sum() == 0


def test_the_eighteenth_birthday_frees_the_place_on_the_day(make_walk: MakeWalk) -> None:
    """A child born on 11 May 2007 lives 30 days of April and 10 of May, then has left care."""
    plan = forward(make_walk(with_streams(place("a")), [child(date(2007, 5, 11), 0)]))
    assert children_in(plan, "a") == [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    days = plan.stock.groupby("month")["child_days"].sum().tolist()
    assert days == [0.0, 30.0, 10.0]
    assert plan.flow["aged_out"].tolist() == [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]


def test_entrants_fill_the_cheapest_place_first_and_then_the_next(make_walk: MakeWalk) -> None:
    """An entrant an average month: two places at 100 pounds, then two at 200, then nobody can be placed."""
    places = with_streams(place("near", weekly_pence=10_000), place("next", weekly_pence=20_000))
    plan = forward(make_walk(places, [child(date(2015, 1, 1), 1)], entries_per_month=entries(1.0, 6)))
    assert children_in(plan, "near") == pytest.approx([0, 1, 2, 2, 2, 2, 2], abs=NEAR)
    assert children_in(plan, "next") == pytest.approx([1, 1, 1, 2, 2, 2, 2], abs=NEAR)
    assert plan.flow["unmet"].tolist() == pytest.approx([0, 0, 0, 1, 2, 3], abs=NEAR)


def test_the_price_of_the_next_place_is_what_it_would_save(make_walk: MakeWalk) -> None:
    """When the cheap place is full and the dear one is used, one more cheap place saves the difference."""
    places = with_streams(
        place("cheap", weekly_pence=10_000, capacity=1),
        place("dear", weekly_pence=70_000, capacity=9),
    )
    plan = forward(make_walk(places, [child(date(2015, 1, 1), 1)], entries_per_month=entries(2.0, 6)))
    first = plan.prices[plan.prices["month"] == pd.Timestamp("2025-04-01")].set_index("place")["price_pence"]
    assert first.loc[0] == 60_000
    assert first.loc[1] == 0


def test_a_place_that_closes_displaces_and_its_child_is_placed_again(make_walk: MakeWalk) -> None:
    """A home that closes in June sends its child to the other home; nobody is lost."""
    closing = place("closing", capacity=[2, 2, 2, 0, 0, 0, 0])
    plan = forward(make_walk(with_streams(closing, place("other")), [child(date(2015, 1, 1), 0)]))
    assert children_in(plan, "closing") == pytest.approx([1, 1, 1, 0, 0, 0, 0])
    assert children_in(plan, "other") == pytest.approx([0, 0, 0, 1, 1, 1, 1])
    assert plan.flow["displaced"].tolist() == pytest.approx([0, 0, 1, 0, 0, 0])
    assert plan.stock.groupby("month")["child_days"].sum().tolist()[1:] == pytest.approx([30, 31, 30, 31, 31, 30])


def test_the_market_gives_only_so_many_places_a_month(make_walk: MakeWalk) -> None:
    """A market that can start one child a month leaves the second of two entrants without a place."""
    market = place("market", kind=PlaceKind.SPOT, sector=Sector.PRIVATE, ring=8.0, capacity=99, starts_per_month=1)
    plan = forward(
        make_walk(
            with_streams(market, place("full", capacity=1)),
            [child(date(2015, 1, 1), 1)],
            entries_per_month=entries(2.0, 6),
        )
    )
    assert children_in(plan, "market") == pytest.approx([0, 1, 2, 3, 4, 5, 6])


def test_who_waits_for_a_place_is_placed_when_one_opens(make_walk: MakeWalk) -> None:
    """A child unmet in April gets the home that opens in May."""
    opening = place("opening", capacity=[0, 0, 5, 5, 5, 5, 5])
    walk = make_walk(
        with_streams(opening, place("full", capacity=1)),
        [child(date(2015, 1, 1), 1)],
        entries_per_month=entries(1.0, 6),
    )
    plan = forward(walk)
    assert plan.flow["unmet"].tolist() == pytest.approx([1, 0, 0, 0, 0, 1], abs=NEAR)
    assert children_in(plan, "opening")[2] == pytest.approx(2.0, abs=NEAR)


def test_movers_leave_and_are_placed_without_being_counted_twice(make_walk: MakeWalk) -> None:
    """Moving changes homes, not head count, and child-days add up to one child every day."""
    rates = {"move_per_day": np.full((5, len(SETTINGS)), 0.01)}
    plan = forward(make_walk(with_streams(place("a"), place("b")), [child(date(2015, 1, 1), 0)], **rates))
    assert plan.flow["stock_after"].tolist() == pytest.approx([1.0] * MONTHS)
    assert plan.flow["moves"].min() > 0.2
    assert plan.stock.groupby("month")["child_days"].sum().tolist()[1:] == pytest.approx([30, 31, 30, 31, 31, 30])


def test_supported_need_waits_for_the_sixteenth_birthday(make_walk: MakeWalk) -> None:
    """Entrants of 15 whose history says supported accommodation go to fostering, those of 16 to the flat."""
    flat = place("flat", kind=PlaceKind.HOME, setting=Setting.SUPPORTED, age_min=0, capacity=50)
    places = with_streams(flat, place("foster", capacity=50))
    for age, identifier in ((15, "foster"), (16, "flat")):
        plan = forward(make_walk(places, [child(date(2015, 1, 1), 1)], entries_per_month=entries(1.0, age, SUPPORTED)))
        assert children_in(plan, identifier)[1] > 0.9


@pytest.fixture
def busy(make_walk: MakeWalk) -> Walk:
    """A walk in which people enter, leave, move, and some find nothing."""
    size = len(SETTINGS)
    places = with_streams(
        place("a", age_max=9, capacity=2),
        place("b", miles=12, authority="E06000054", age_min=8, capacity=2),
        place(
            "market",
            kind=PlaceKind.SPOT,
            sector=Sector.PRIVATE,
            ring=30.0,
            ring_locality="distant",
            capacity=9,
            starts_per_month=1,
            weekly_pence=100_000,
        ),
    )
    rates = {
        "entries_per_month": entries(0.7, 6) + entries(0.5, 12),
        "leave_per_day": np.full((5, size), 0.002),
        "move_per_day": np.full((5, size), 0.002),
    }
    return make_walk(places, [child(date(2015, 5, 5), 0), child(date(2012, 6, 6), 1)], **rates)


def test_a_true_plan_passes_its_audit(busy: Walk, facts: AuditFacts) -> None:
    """Every check looks at something and none fails."""
    plan = audit(forward(busy), facts)
    assert plan.audit.passed, [c for c in plan.audit.checks if not c.passed]
    assert all(check.cases > 0 for check in plan.audit.checks if check.name != "ended arrangements not refilled")


def spoil_age(plan: Plan) -> Plan:
    return replace(
        plan, places=replace(plan.places, age_max=np.where(plan.places.age_max == 9, 5, plan.places.age_max))
    )


def spoil_capacity(plan: Plan) -> Plan:
    return replace(plan, places=replace(plan.places, capacity=np.minimum(plan.places.capacity, 1)))


def spoil_market(plan: Plan) -> Plan:
    return replace(plan, places=replace(plan.places, starts_per_month=np.zeros_like(plan.places.starts_per_month)))


def spoil_cost(plan: Plan) -> Plan:
    return replace(plan, placements=plan.placements.assign(cost_pence=plan.placements["cost_pence"] - 500))


def spoil_stock(plan: Plan) -> Plan:
    lost = plan.stock.assign(children=plan.stock["children"].where(plan.stock.index != len(plan.stock) - 1, 0.0))
    return replace(plan, stock=lost)


def spoil_flow(plan: Plan) -> Plan:
    return replace(plan, flow=plan.flow.assign(entries=plan.flow["entries"] + 0.01))


def spoil_proof(plan: Plan) -> Plan:
    return replace(plan, solves=plan.solves.assign(certified=False))


def spoil_value(plan: Plan) -> Plan:
    return replace(plan, solves=plan.solves.assign(value_pence=plan.solves["value_pence"] * 1.01))


def spoil_need(plan: Plan) -> Plan:
    return replace(plan, need=plan.need.assign(unmet=0.0))


def spoil_level(plan: Plan) -> Plan:
    return replace(plan, places=replace(plan.places, need_level_max=np.zeros_like(plan.places.need_level_max)))


def spoil_sex(plan: Plan) -> Plan:
    return replace(
        plan, places=replace(plan.places, sex=("F",) * len(plan.places)), placements=plan.placements.assign(sex=0)
    )


def spoil_setting(plan: Plan) -> Plan:
    places = plan.places
    changed = tuple(Setting.SECURE if s is Setting.FOSTERING else s for s in places.setting)
    return replace(plan, places=replace(places, setting=changed))


def spoil_kind(plan: Plan) -> Plan:
    changed = tuple(PlaceKind.EXISTING if k is PlaceKind.SPOT else k for k in plan.places.kind)
    return replace(plan, places=replace(plan.places, kind=changed))


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (spoil_age, "age within approval"),
        (spoil_capacity, "within capacity"),
        (spoil_market, "within what the market gives"),
        (spoil_cost, "cost of each placement"),
        (spoil_stock, "places hold exactly the stock"),
        (spoil_flow, "stock adds up in every month"),
        (spoil_proof, "every month certified"),
        (spoil_value, "value is the cost of the placements"),
        (spoil_need, "need is met or unmet"),
        (spoil_level, "need level taken"),
        (spoil_sex, "sex taken"),
        (spoil_setting, "setting suits the need"),
        (spoil_kind, "only places that may be chosen"),
    ],
)
def test_the_audit_catches_a_planted_fault(busy: Walk, facts: AuditFacts, spoil: object, check: str) -> None:
    """Each fault fails the check that names it, and the plan is refused."""
    assert callable(spoil)
    plan = audit(spoil(forward(busy)), facts)
    assert check in [one.name for one in plan.audit.checks if not one.passed]
    with pytest.raises(VerificationError, match=check):
        require_passed(plan)


def test_a_plan_nobody_audited_is_refused(busy: Walk) -> None:
    """No checks is not a pass."""
    with pytest.raises(VerificationError, match="Nothing was checked"):
        require_passed(forward(busy))


def test_the_same_walk_twice_gives_the_same_plan(busy: Walk) -> None:
    """Nothing depends on anything but the inputs."""
    first, second = forward(busy), forward(busy)
    pd.testing.assert_frame_equal(first.stock, second.stock)
    pd.testing.assert_frame_equal(first.prices, second.prices)


def test_another_place_never_makes_a_month_dearer(busy: Walk, make_walk: MakeWalk) -> None:
    """Adding a place to the first month cannot raise its value."""
    extra = Places.join([place("extra", weekly_pence=80_000), busy.places])
    more = make_walk(extra, [replace(busy.residents, place=busy.residents.place + 1)])
    richer = forward(replace(more, rates=busy.rates))
    assert richer.solves["value_pence"].iloc[0] <= forward(busy).solves["value_pence"].iloc[0]
