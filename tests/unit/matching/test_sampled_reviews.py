"""Looking again at settled children: what a review may end in, and that it never takes a home away."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sufficiency.domain.needs import PROFILE_INDEX
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import Setting
from sufficiency.matching.policy import Reviews
from sufficiency.matching.residents import Residents
from sufficiency.matching.sampled.audit import audit_sampled, require_passed
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy
from sufficiency.matching.sampled.reviews import SIBLINGS
from sufficiency.matching.sampled.solving import BestUse
from sufficiency.matching.sampled.walking import walk_sampled

from .conftest import child, place, quiet_rates, walk_of, with_streams
from .sampled_ground import ask_of, ground_of

BOTH = pytest.mark.parametrize("policy", list(WalkPolicy))


def last_homes(plan: SampledPlan) -> list[str]:
    """Homes of the children at the end, in the first replication."""
    end = plan.stock[(plan.stock["month"] == plan.stock["month"].max()) & (plan.stock["replication"] == 1)]
    return sorted(plan.places.id[row.place] for row in end.itertuples() for _ in range(int(row.children)))


def reviewed(
    places: Places, residents: list[Residents], reviews: Reviews, policy: WalkPolicy, groups: list[int] | None = None
) -> SampledPlan:
    ground = ground_of(walk_of(places, residents), groups, reviews=reviews)
    return require_passed(audit_sampled(walk_sampled(ground, policy, 3, 1), ground.facts))


@BOTH
def test_step_down_moves_a_child_to_the_preferred_setting_and_without_it_nobody(policy: WalkPolicy) -> None:
    """A child in a children's home who should be fostered goes to the foster home, though it is dearer; else stays."""
    places = with_streams(
        place("home", kind=PlaceKind.HOME, setting=Setting.RESIDENTIAL), place("foster", weekly_pence=90_000)
    )
    settled = [child(date(2013, 5, 5), 0, "foster-complex")]
    always = Reviews(step_down=1.0)
    assert last_homes(reviewed(places, settled, always, policy)) == ["foster"]
    assert last_homes(reviewed(places, settled, Reviews(), policy)) == ["home"]
    content = [child(date(2013, 5, 5), 0, "residential")]
    assert last_homes(reviewed(places, content, always, policy)) == ["home"]


@BOTH
def test_return_closer_moves_only_children_far_from_home_and_only_nearer(policy: WalkPolicy) -> None:
    """Thirty miles away comes home; ten miles away is left alone, though a nearer and cheaper place is free."""
    places = with_streams(place("far", miles=30), place("mid", miles=10), place("near", capacity=9, weekly_pence=1_000))
    far = replace(child(date(2013, 5, 5), 0), miles=np.array([30.0]), far=np.array([1.0]))
    mid = replace(child(date(2014, 5, 5), 1), miles=np.array([10.0]))
    assert last_homes(reviewed(places, [far, mid], Reviews(return_closer=1.0), policy)) == ["mid", "near"]


@BOTH
def test_siblings_who_came_apart_are_brought_together(policy: WalkPolicy) -> None:
    """Two in two homes come to live in the home with room for both; strangers do not."""
    places = with_streams(place("a", capacity=1), place("b", capacity=1), place("big", capacity=2, weekly_pence=50_000))
    residents = [child(date(2013, 5, 5), 0), child(date(2015, 5, 5), 1)]
    together = Reviews(siblings=1.0)
    plan = reviewed(places, residents, together, policy, groups=[0, 0])
    assert last_homes(plan) == ["big", "big"]
    assert (plan.stays.loc[plan.stays["cause"] == "reviewed", "began"] == 1).all()
    assert last_homes(reviewed(places, residents, together, policy, groups=[0, 1])) == ["a", "b"]


def test_one_sibling_joins_the_other_where_there_is_room() -> None:
    """The home of one has a place left: one moves, the other never does."""
    places = with_streams(place("a", capacity=2), place("b", capacity=1))
    residents = [child(date(2013, 5, 5), 0), child(date(2015, 5, 5), 1)]
    plan = reviewed(places, residents, Reviews(siblings=1.0), WalkPolicy.BEST_USE, groups=[0, 0])
    assert last_homes(plan) == ["a", "a"]
    assert (plan.stays["cause"] == "reviewed").sum() == plan.replications


def test_siblings_never_change_homes_with_each_other_to_save_money() -> None:
    """Neither home has room for both, so both stay, however dear their homes are."""
    ground = ground_of(
        walk_of(with_streams(place("a", capacity=1), place("b", capacity=1)), [child(date(2013, 5, 5), 0)])
    )
    ask = ask_of(
        ground,
        [("foster", 6, 1), ("foster", 9, 1)],
        [[0, 0]],
        review=np.full(2, SIBLINGS),
        now=np.array([0, 1]),
        stay_cost=np.array([900_000, 900_000]),
    )
    assert BestUse(ground)(ask).position.tolist() == [-1, -1]


def test_a_review_never_leaves_a_child_without_a_home() -> None:
    """Entrants compete for the few places; whoever is looked at again keeps a home all the same."""
    places = with_streams(
        place("home", kind=PlaceKind.HOME, setting=Setting.RESIDENTIAL, capacity=3), place("foster", capacity=1)
    )
    coming = np.zeros((18, 2, 10))
    coming[12, 0, 1] = 2.0
    walk = walk_of(
        places,
        [child(date(2013, month, 5), 0, "foster-complex") for month in (1, 2, 3)],
        entries_per_month=coming,
        move_per_day=quiet_rates().move_per_day,
    )
    ground = ground_of(walk, reviews=Reviews(1.0, 1.0, 1.0))
    plan = require_passed(audit_sampled(walk_sampled(ground, WalkPolicy.BEST_USE, 8, 1), ground.facts))
    base = plan.stays.loc[plan.stays["cause"] == "base date", ["replication", "child"]]
    theirs = plan.stays.merge(base, on=["replication", "child"])
    assert len(places) - 1 not in set(theirs["place"])
    assert plan.flow["unmet"].sum() > 0
    assert PROFILE_INDEX["foster-complex"] in set(theirs["profile"])
    assert isinstance(theirs, pd.DataFrame)
