"""No new placement beyond so many miles: in expected values, on whole children, on the base date, and in the audit."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sufficiency.assumptions import Assumptions
from sufficiency.domain.errors import VerificationError
from sufficiency.domain.needs import PROFILE_INDEX
from sufficiency.domain.periods import horizon
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import SETTINGS, Sector, Setting
from sufficiency.matching.audit import AuditFacts, audit, require_passed
from sufficiency.matching.columns import Members
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import measure_reach
from sufficiency.matching.sampled import audit as sampled_audit
from sufficiency.matching.sampled.plan import WalkPolicy
from sufficiency.matching.sampled.practice import Practice
from sufficiency.matching.sampled.solving import BestUse
from sufficiency.matching.sampled.walking import walk_sampled
from sufficiency.matching.today import allocate, build_problem, place_of_member
from sufficiency.matching.walk import Walk, Walker, forward

from .conftest import BASE, HOME, MONTHS, POLICY, SWINDON, child, place, walk_of, with_streams
from .sampled_ground import ask_of, ground_of

WITHIN = replace(POLICY, max_miles_new=12.0)
POINTS = [np.array([HOME])]


def homes() -> Places:
    """A full home, a cheap one at 15 miles, a dear one at 9, and a cheap market ring of 30 miles."""
    return with_streams(
        place("full", capacity=1),
        place("far", miles=15, weekly_pence=1_000, capacity=99),
        place("near", miles=9, weekly_pence=90_000, capacity=99),
        place("ring", kind=PlaceKind.SPOT, sector=Sector.PRIVATE, ring=30.0, weekly_pence=500, capacity=99),
    )


def walk_under(policy: Policy) -> Walk:
    entering = np.zeros((18, 2, len(SETTINGS)))
    entering[6, 0, SETTINGS.index(Setting.FOSTERING)] = 1.0
    return walk_of(homes(), [child(date(2015, 1, 1), 0)], policy, entries_per_month=entering)


def facts_under(policy: Policy) -> AuditFacts:
    return AuditFacts(SWINDON, POINTS, policy)


def test_the_limit_is_read_from_the_assumption() -> None:
    """Blank is no limit."""
    assumptions = Assumptions.defaults()
    assert Policy.from_assumptions(assumptions).max_miles_new == np.inf
    changed = assumptions.with_changes({"policy.max_miles_new": 12})
    assert Policy.from_assumptions(changed).max_miles_new == 12.0


def test_the_expected_walk_places_nobody_newly_beyond_the_limit() -> None:
    """Without a limit the cheap home 15 miles away is used; with one, the dear one at nine, and never the ring."""
    free, kept = (forward(walk_under(policy)) for policy in (POLICY, WITHIN))
    assert 1 in set(free.placements["place"])
    assert set(kept.placements["place"]) == {2}
    require_passed(audit(kept, facts_under(WITHIN)))


def test_who_lives_beyond_the_limit_stays() -> None:
    """A child settled at 15 miles is left there month after month."""
    plan = forward(walk_of(homes(), [child(date(2015, 1, 1), 1)], WITHIN))
    assert set(plan.stock["place"]) == {1}
    assert not len(plan.placements)


def test_the_limit_may_begin_in_a_later_month() -> None:
    """Beyond twelve miles from the fourth month on, nowhere before: each month's placements keep that month's limit."""
    walker = Walker(walk_under(POLICY))
    limits = [np.inf, np.inf, np.inf, 12.0, 12.0, 12.0]
    for step, month in enumerate(horizon(BASE, MONTHS), start=1):
        walker.step(month, step, walker.walk.rates, walker.walk.places, limits[step - 1])
    plan = walker.record.plan()
    used = plan.placements.groupby("month")["place"].agg(set).tolist()
    assert all(2 not in places for places in used[:3])
    assert used[3:] == [{2}] * 3
    require_passed(audit(plan, replace(facts_under(POLICY), max_miles=limits)))
    with pytest.raises(VerificationError, match="beyond the miles"):
        require_passed(audit(plan, facts_under(WITHIN)))


@pytest.mark.parametrize("policy", list(WalkPolicy))
def test_whole_children_are_placed_within_the_limit_and_the_audit_looks(policy: WalkPolicy) -> None:
    """Every placement is at nine miles; the plan made without a limit is refused by an audit that knows one."""
    ground = replace(ground_of(walk_under(WITHIN)), facts=facts_under(WITHIN))
    plan = walk_sampled(ground, policy, 3, 1)
    assert set(plan.placements["place"]) == {2}
    sampled_audit.require_passed(sampled_audit.audit_sampled(plan, ground.facts))
    unlimited = walk_sampled(ground_of(walk_under(POLICY)), WalkPolicy.BEST_USE, 3, 1)
    with pytest.raises(VerificationError, match="beyond the miles"):
        sampled_audit.require_passed(sampled_audit.audit_sampled(unlimited, ground.facts))


@pytest.mark.parametrize("chooser", [BestUse, Practice])
def test_a_month_is_asked_within_its_own_limit(chooser: type[BestUse] | type[Practice]) -> None:
    """The same question with and without a limit: going without comes before going too far."""
    ground = ground_of(walk_under(POLICY))
    ask = ask_of(ground, [("foster", 6, 1)], [[0, 1, 0, 0]])
    assert chooser(ground)(ask).position.tolist() == [1]
    assert chooser(ground)(replace(ask, max_miles=12.0)).position.tolist() == [-1]


def test_an_unknown_home_is_held_to_the_rings_alone() -> None:
    """Miles that nobody knows forbid no home; a ring beyond the limit is beyond it for everybody."""
    ground = ground_of(walk_under(WITHIN))
    ask = ask_of(ground, [("foster", 6, 1)], [[0, 1, 0, 1]], home=np.array([1]))
    assert BestUse(ground)(ask).position.tolist() == [1]


@pytest.mark.parametrize(("policy", "where"), [(POLICY, 3), (WITHIN, 2)])
def test_the_match_of_the_base_date_keeps_the_limit(policy: Policy, where: int) -> None:
    """The cheapest is the ring without a limit, and the home at nine miles with one."""
    places, one = homes(), np.zeros(1, dtype=np.int64)
    members = Members(one + 6, one + 6, one + PROFILE_INDEX["foster"], one, one)
    reach = measure_reach(POINTS, places, SWINDON, replace(policy, distance_per_mile=0, distance_steep_per_mile=0))
    cheap = replace(policy, out_of_area=0, distant=0)
    room = np.where(np.isin(places.id, ["full", "no suitable place"]), 0, places.capacity[:, 0])
    today = build_problem(members, one, places, room, reach, cheap)
    assert place_of_member(today, allocate(today)).tolist() == [where]
