"""Siblings together always: groups who ask together have one home or none, but for those no home could ever take."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sufficiency.assumptions import Assumptions
from sufficiency.domain.errors import VerificationError
from sufficiency.domain.needs import PROFILE_INDEX
from sufficiency.domain.places import Places
from sufficiency.matching.columns import Members
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import measure_reach
from sufficiency.matching.sampled.audit import audit_sampled, require_passed
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy
from sufficiency.matching.sampled.practice import Practice
from sufficiency.matching.sampled.reviews import STEP_DOWN
from sufficiency.matching.sampled.setup import Habits, SampledWalk
from sufficiency.matching.sampled.solving import BestUse
from sufficiency.matching.sampled.walking import walk_sampled
from sufficiency.matching.today import allocate, build_problem, place_of_member

from .conftest import HOME, POLICY, SWINDON, child, place, quiet_rates, walk_of, with_streams
from .sampled_ground import ANY_OWN, ask_of, ground_of

ALWAYS = replace(POLICY, siblings_together=True)
PAIR = [("foster", 6, 1), ("foster", 9, 1)]
CHOOSERS = (BestUse, Practice)
NEVER_TOGETHER = Habits(ANY_OWN.sector_share, 0.0)


def council(*places: Places, policy: Policy = ALWAYS) -> SampledWalk:
    """A council whose history never kept siblings together, so that only the policy does."""
    return ground_of(walk_of(with_streams(*places), [child(date(2015, 1, 1), 0)], policy), habit=NEVER_TOGETHER)


def matched(policy: Policy, ages: list[int], groups: list[int], *where: Places) -> list[int]:
    number, places = len(ages), Places.join(where)
    nothing = np.zeros(number, dtype=np.int64)
    members = Members(np.array(ages), np.array(ages), nothing + PROFILE_INDEX["foster"], nothing, nothing)
    reach = measure_reach([np.array([HOME])], places, SWINDON, policy)
    today = build_problem(members, np.array(groups), places, places.capacity[:, 0], reach, policy)
    return place_of_member(today, allocate(today)).tolist()


def test_the_policy_is_read_from_the_assumption() -> None:
    """Priced by default; the word "always" turns it on."""
    assumptions = Assumptions.defaults()
    assert not Policy.from_assumptions(assumptions).siblings_together
    changed = assumptions.with_changes({"policy.siblings_together": "always"})
    assert Policy.from_assumptions(changed).siblings_together


@pytest.mark.parametrize("chooser", CHOOSERS)
def test_siblings_wait_together_for_a_home_that_could_take_both(chooser: type[BestUse] | type[Practice]) -> None:
    """The only home for two has one free place: nobody is placed, where a priced split would place both apart."""
    homes = (place("a", capacity=1), place("b", capacity=1), place("big", capacity=2))
    ground, priced = council(*homes), council(*homes, policy=POLICY)
    assert chooser(ground)(ask_of(ground, PAIR, [[1, 1, 1]])).position.tolist() == [-1, -1]
    assert (chooser(priced)(ask_of(priced, PAIR, [[1, 1, 1]])).position >= 0).all()


@pytest.mark.parametrize("chooser", CHOOSERS)
def test_siblings_take_the_home_for_both_at_any_price(chooser: type[BestUse] | type[Practice]) -> None:
    """The home with room for both costs 3,000 pounds a week more than two apart, and is nine miles away."""
    big = place("big", capacity=2, weekly_pence=346_000, miles=9)
    ground = council(place("a", capacity=1), place("b", capacity=1), big)
    assert chooser(ground)(ask_of(ground, PAIR, [[1, 1, 2]])).position.tolist() == [2, 2]


@pytest.mark.parametrize("chooser", CHOOSERS)
def test_siblings_no_home_could_ever_take_are_placed_apart(chooser: type[BestUse] | type[Practice]) -> None:
    """Homes of one place each, and a larger one that takes only the older: waiting would be for nothing."""
    ground = council(place("a", capacity=1), place("b", capacity=1), place("teens", capacity=2, age_min=8))
    given = chooser(ground)(ask_of(ground, PAIR, [[1, 1, 2]]))
    assert (given.position >= 0).all()


def test_the_answer_under_the_rule_is_proven() -> None:
    """Value and bound meet, and the value is that of going without, splits of the two counted."""
    ground = council(place("a", capacity=1), place("big", capacity=2))
    given = BestUse(ground)(ask_of(ground, [*PAIR, ("foster", 7, 2)], [[1, 1]]))
    assert given.certified.all()
    assert given.value[0] == given.bound[0] == 2 * POLICY.unmet + POLICY.sibling_split + 46_000


def test_a_review_does_not_part_those_who_live_together() -> None:
    """A step-down to a preferred home is not offered to a child who would leave a settled sibling behind."""
    ground, priced = (council(place("now"), place("better"), policy=policy) for policy in (ALWAYS, POLICY))
    child_under_review = {
        "review": np.array([STEP_DOWN]),
        "now": np.array([0]),
        "stay_cost": np.array([900_000]),
        "miles": np.array([30.0]),
    }
    asks = [ask_of(g, [("foster", 6, 1)], [[1, 1]], settled=[(1, 0)], **child_under_review) for g in (ground, priced)]
    assert BestUse(ground)(asks[0]).position.tolist() == [-1]
    assert BestUse(priced)(asks[1]).position.tolist() == [1]


def walked(policy: WalkPolicy, rule: Policy, *places: Places) -> tuple[SampledPlan, SampledWalk]:
    """Pairs of the base date lose their homes in June, and ask together."""
    closing = place("closing", capacity=[4, 4, 4, 0, 0, 0, 0])
    residents = [child(date(2015, 1, born), 0) for born in (1, 2, 3, 4)]
    walk = replace(walk_of(with_streams(closing, *places), residents, rule), rates=quiet_rates())
    ground = ground_of(walk, [0, 0, 1, 1], NEVER_TOGETHER)
    ground = replace(ground, facts=replace(ground.facts, policy=rule))
    return audit_sampled(walk_sampled(ground, policy, 3, 1), ground.facts), ground


SMALL = (place("one", capacity=1), place("two", capacity=1), place("big", capacity=2))


@pytest.mark.parametrize("policy", list(WalkPolicy))
def test_a_walk_never_parts_siblings_and_its_audit_looks(policy: WalkPolicy) -> None:
    """Two pairs, one home for two: one pair lives there, the other goes without, month after month."""
    plan, _ = walked(policy, ALWAYS, *SMALL)
    require_passed(plan)
    last = plan.stays[plan.stays["ended"] == plan.months + 1]
    assert (last.groupby(["replication", "group"])["place"].nunique() == 1).all()
    assert "siblings apart only where no home takes all" in {check.name for check in plan.audit.checks}
    assert plan.siblings["no_home_for_all"].sum() == 0


@pytest.mark.parametrize("policy", list(WalkPolicy))
def test_the_audit_catches_siblings_apart(policy: WalkPolicy) -> None:
    """The plan of a council that prices splits, audited as one that never parts: refused."""
    plan, ground = walked(policy, POLICY, *SMALL)
    require_passed(plan)
    judged = audit_sampled(plan, replace(ground.facts, policy=ALWAYS))
    with pytest.raises(VerificationError, match="siblings apart only where no home takes all"):
        require_passed(judged)


def test_groups_no_home_could_ever_take_are_counted() -> None:
    """With homes of one place alone both pairs are apart in June, and counted as such."""
    plan, _ = walked(WalkPolicy.BEST_USE, ALWAYS, *(place(f"p{index}", capacity=1) for index in range(4)))
    require_passed(plan)
    june = plan.siblings[plan.siblings["no_home_for_all"] > 0]
    assert june["no_home_for_all"].tolist() == [2, 2, 2]
    assert june["split"].tolist() == [2, 2, 2]


def test_today_siblings_share_a_home_or_wait_and_only_the_impossible_are_apart() -> None:
    """One home for two: one of two pairs has it, the other none; without any home for two, both are apart."""
    homes = (place("one", capacity=1), place("two", capacity=1), place("big", capacity=2))
    where = matched(ALWAYS, [6, 9, 7, 8], [1, 1, 2, 2], *homes)
    assert sorted(where) == [-1, -1, 2, 2]
    assert where[0] == where[1]
    assert sorted(matched(POLICY, [6, 9, 7, 8], [1, 1, 2, 2], *homes)) == [0, 1, 2, 2]
    assert sorted(matched(ALWAYS, [6, 9], [1, 1], *homes[:2])) == [0, 1]
