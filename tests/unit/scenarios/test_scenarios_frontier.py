"""Pounds against miles on a few of today's children: a convex hull whose ends are the best of each side."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.cells import Warm
from scenarios.frontier import AXES, POLICIES, desk_for, frontier, picture_of, point_at, price_of
from scenarios.ground import Ground
from scenarios.today import TodayPicture, figures_beside
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.needs import PROFILE_INDEX
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import Setting
from sufficiency.matching.columns import Members
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import Reach
from sufficiency.matching.today import allocate

FEW = 14


@pytest.fixture(scope="module")
def picture(ground: Ground) -> TodayPicture:
    """Return the first children only, over all places: small enough to be solved at once."""
    whole = picture_of(ground, 0)
    few = {name: getattr(whole.members, name)[:FEW] for name in Members.__dataclass_fields__}
    return replace(whole, members=Members(**few), sibling_group=whole.sibling_group[:FEW], used=whole.used[:FEW])


@pytest.fixture(scope="module")
def policy(warm: Warm) -> Policy:
    return Policy.from_assumptions(warm.assumptions)


def test_the_frontier_is_convex_and_ends_at_the_best_of_each_side(picture: TodayPicture, policy: Policy) -> None:
    """From point to point miles fall and cost rises, each mile saved dearer than the one before; nobody is given up."""
    table = frontier(picture, policy, "miles", 0)
    cost, miles = table["cost_pounds_weekly"].to_numpy(), table["axis"].to_numpy()
    assert len(table) >= 2
    assert (np.diff(miles) < 0).all()
    assert (np.diff(cost) >= 0).all()
    slope = np.diff(cost) / -np.diff(miles)
    assert (np.diff(slope) >= -1e-6 * np.abs(slope[1:])).all()
    assert table["unmet"].nunique() == 1
    desk = desk_for(picture, policy, "miles")
    for weight in (500.0, 5_000.0):
        inner = point_at(desk, weight, 0)
        value = inner.pounds_weekly * 100 + weight * inner.figures["miles"] * 10
        assert value >= (cost * 100 + weight * miles * 10).min() - 2e-4 * abs(value)


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_keeping_a_policy_never_looks_better_than_it_is(picture: TodayPicture, policy: Policy, name: str) -> None:
    """With the policy, what it protects is at least as good as without, and nobody more is left without a place."""
    table = price_of(picture, policy, name, 0).set_index("measure")
    protects = {
        "siblings-together": "sibling_splits",
        "within-20-miles": "over_20",
        "in-area": "out_of_area",
        "preferred-setting": "unmet",
        "near-home": "mean_miles",
    }
    assert table.loc[protects[name], "difference"] <= 1e-9
    assert table.loc["unmet", "difference"] == 0


def test_unknown_axes_and_policies_are_answered(picture: TodayPicture, policy: Policy) -> None:
    """The nearest is named."""
    with pytest.raises(AssumptionError, match="miles"):
        desk_for(picture, policy, "mile")
    with pytest.raises(AssumptionError, match="siblings-together"):
        price_of(picture, policy, "siblings", 0)
    assert set(AXES) == {"miles", "unmet", "splits", "out-of-area"}


@pytest.fixture
def one_alone(picture: TodayPicture) -> TodayPicture:
    """One child to live alone, and one home of three, bought ahead, at 500 pounds a place."""
    three = picture.places.take(np.array([0, len(picture.places) - 1]))
    home = replace(
        three,
        kind=(PlaceKind.HOME, *three.kind[1:]),
        setting=(Setting.RESIDENTIAL, *three.setting[1:]),
        age_min=np.zeros(2, dtype=np.int64),
        age_max=np.full(2, 17),
        need_level_max=np.full(2, 4),
        solo=np.array([False, True]),
        capacity=np.full_like(three.capacity, 3),
        weekly_pence=np.array([50_000, 1]),
        bought_ahead=np.array([True, False]),
    )
    one = Members(*(getattr(picture.members, name)[:1] for name in Members.__dataclass_fields__))
    alone = replace(one, profile=np.array([PROFILE_INDEX["residential-solo"]]))
    near = {name: getattr(picture.reach, name)[..., [0, -1]] for name in Reach.__dataclass_fields__}
    nothing = np.zeros(1, dtype=np.int64)
    reach = replace(picture.reach, **near)
    return replace(picture, members=alone, sibling_group=nothing, places=home, reach=reach, used=nothing)


def test_a_child_with_all_of_a_home_costs_every_place_of_it(one_alone: TodayPicture, policy: Policy) -> None:
    """Three places at 500 pounds on the frontier; without the policy the child goes without."""
    for most, price, unmet in ((1, 0.0, 1.0), (3, 1_500.0, 0.0)):
        desk = desk_for(one_alone, replace(policy, solo_in_larger_homes=most), "miles")
        figures = point_at(desk, 0.0, 0).figures
        assert (figures["price_pounds_weekly"], figures["unmet"]) == (price, unmet)


def test_the_match_says_how_many_places_are_kept_empty(one_alone: TodayPicture, policy: Policy) -> None:
    """One child has all of a home and keeps two places empty; by default nothing is said of it."""
    rows = {}
    for most in (1, 3):
        opened = replace(policy, solo_in_larger_homes=most)
        desk = desk_for(one_alone, opened, "miles")
        rows[most] = figures_beside(one_alone, desk.today, allocate(desk.today), opened).set_index("measure")
    assert rows[3].loc["weekly price, pounds"].tolist() == [500.0, 1_500.0]
    told = [name for name in rows[3].index if name not in rows[1].index]
    assert rows[3].loc[told, "matched"].tolist() == [1.0, 2.0]
    assert rows[3].loc[told, "today"].isna().all()
