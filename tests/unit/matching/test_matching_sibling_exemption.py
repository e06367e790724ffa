"""A household exempt from the usual limit of three takes a larger sibling group, alone; no other household does."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sufficiency.domain.errors import VerificationError
from sufficiency.domain.needs import PROFILE_INDEX
from sufficiency.domain.places import Places
from sufficiency.domain.settings import SETTINGS, Setting
from sufficiency.matching.columns import Members
from sufficiency.matching.reach import measure_reach
from sufficiency.matching.sampled.audit import audit_sampled, require_passed
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy
from sufficiency.matching.sampled.practice import Practice
from sufficiency.matching.sampled.setup import SampledWalk
from sufficiency.matching.sampled.solving import BestUse
from sufficiency.matching.sampled.walking import walk_sampled
from sufficiency.matching.today import allocate, build_problem, place_of_member

from .conftest import HOME, POLICY, SWINDON, child, place, walk_of, with_streams
from .sampled_ground import ask_of, ground_of

FOUR = [("foster", age, 1) for age in (4, 6, 8, 10)]
CHOOSERS = pytest.mark.parametrize("chooser", [BestUse, Practice])


def exempt(identifier: str = "exempt", **changes: object) -> Places:
    return place(identifier, **({"capacity": 3, "sibling_exemption": True} | changes))


def council(*places: Places) -> SampledWalk:
    return ground_of(walk_of(with_streams(*places), [child(date(2015, 1, 1), 0)]))


@CHOOSERS
def test_an_empty_exempt_household_takes_four_siblings_in_three_places(
    chooser: type[BestUse] | type[Practice],
) -> None:
    """All four live together; a fifth child, no relation, is not put beside them."""
    ground = council(exempt())
    ask = ask_of(ground, [*FOUR, ("foster", 7, 2)], [[3]])
    assert chooser(ground)(ask).position.tolist() == [0, 0, 0, 0, -1]


@CHOOSERS
@pytest.mark.parametrize(
    ("household", "free"),
    [
        (place("ordinary", capacity=3), 3),
        (exempt("somebody lives there"), 2),
        (exempt("two places: not the limit that binds", capacity=2), 2),
        (replace(exempt("inferred"), inferred=np.array([True])), 3),
    ],
    ids=["no exemption", "occupied", "small", "inferred"],
)
def test_no_other_household_takes_more_than_its_places(
    chooser: type[BestUse] | type[Practice], household: Places, free: int
) -> None:
    """Without an exemption in the file, with anybody there already, or below the limit, places are places."""
    ground = council(household)
    position = chooser(ground)(ask_of(ground, FOUR, [[free]])).position
    assert (position >= 0).sum() <= free


@CHOOSERS
def test_children_who_are_not_siblings_never_exceed_the_places(chooser: type[BestUse] | type[Practice]) -> None:
    """Two pairs in a household of three: one pair, or three of the four, never all."""
    ground = council(exempt())
    pairs = [("foster", 4, 1), ("foster", 6, 1), ("foster", 8, 2), ("foster", 10, 2)]
    assert (chooser(ground)(ask_of(ground, pairs, [[3]])).position >= 0).sum() <= 3


def test_the_answer_that_exceeds_places_is_proven() -> None:
    """Value and bound meet at four prices of the household."""
    ground = council(exempt(), place("one", capacity=1))
    given = BestUse(ground)(ask_of(ground, FOUR, [[3, 1]]))
    assert given.certified.all()
    assert given.value[0] == given.bound[0] == 4 * 46_000


def walked(policy: WalkPolicy, entering: float = 0.0) -> tuple[SampledPlan, SampledWalk]:
    """Four siblings and an only child lose their home in June; others come beside them."""
    closing = place("closing", capacity=[5, 5, 5, 0, 0, 0, 0])
    entries = np.zeros((18, 2, len(SETTINGS)))
    entries[6, 0, SETTINGS.index(Setting.FOSTERING)] = entering
    residents = [child(date(2015, 1, born), 0) for born in (1, 2, 3, 4, 5)]
    # The household opens as the home closes, so that nobody lives there before.
    places = with_streams(closing, exempt(capacity=[0, 0, 0, 3, 3, 3, 3]))
    ground = ground_of(walk_of(places, residents, entries_per_month=entries), [0, 0, 0, 0, 1])
    return audit_sampled(walk_sampled(ground, policy, 3, 1), ground.facts), ground


@pytest.mark.parametrize("policy", list(WalkPolicy))
def test_a_walk_keeps_the_group_in_the_household_and_nobody_joins(policy: WalkPolicy) -> None:
    """Where the four live in three places they stay alone, though others come every month; the audit accepts it."""
    plan, _ = walked(policy, entering=2.0)
    require_passed(plan)
    there = plan.stays[plan.stays["place"] == 1]
    full = there.groupby("replication").agg(children=("child", "nunique"), groups=("group", "nunique"))
    assert full["children"].max() == 4
    assert (full.loc[full["children"] > 3, "groups"] == 1).all()


@pytest.mark.parametrize("fault", ["no exemption", "no relation"])
def test_the_audit_catches_a_household_over_full_without_leave(fault: str) -> None:
    """The same plan in a household without an exemption, or with one of the four no relation: refused."""
    plan, ground = walked(WalkPolicy.BEST_USE)
    require_passed(plan)
    if fault == "no exemption":
        bad = replace(plan, places=replace(plan.places, sibling_exemption=np.zeros(len(plan.places), dtype=bool)))
    else:
        first = plan.stays["child"] == plan.stays.loc[plan.stays["place"] == 1, "child"].iloc[0]
        bad = replace(plan, stays=plan.stays.assign(group=plan.stays["group"].where(~first, 99)))
    with pytest.raises(VerificationError, match="within capacity"):
        require_passed(audit_sampled(bad, ground.facts))


def test_today_four_siblings_fill_an_exempt_household_of_three() -> None:
    """On the base date too: all four together, and the fifth child elsewhere or nowhere."""
    places, ages = Places.join([exempt(), place("ordinary", capacity=3, weekly_pence=40_000)]), np.array([4, 6, 8, 10])
    nothing = np.zeros(4, dtype=np.int64)
    members = Members(ages, ages, nothing + PROFILE_INDEX["foster"], nothing, nothing)
    reach = measure_reach([np.array([HOME])], places, SWINDON, POLICY)
    today = build_problem(members, nothing, places, places.capacity[:, 0], reach, POLICY)
    assert place_of_member(today, allocate(today)).tolist() == [0, 0, 0, 0]
