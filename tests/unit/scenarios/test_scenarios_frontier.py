"""Pounds against miles on a few of today's children: a convex hull whose ends are the best of each side."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.cells import Warm
from scenarios.frontier import AXES, POLICIES, desk_for, frontier, picture_of, point_at, price_of
from scenarios.ground import Ground
from scenarios.today import TodayPicture
from sufficiency.domain.errors import AssumptionError
from sufficiency.matching.columns import Members
from sufficiency.matching.policy import Policy

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
