"""Who may live where, and what it costs."""

import numpy as np
import pytest

from sufficiency.domain.needs import PROFILE_INDEX
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import Sector, Setting
from sufficiency.matching.columns import Members, eligible, price_pairs
from sufficiency.matching.reach import measure_reach

from .conftest import BIRMINGHAM, HOME, POLICY, SWINDON, WILTSHIRE, place


def one_member(profile: str = "foster", age: int = 10, sex: int = 0) -> Members:
    return Members(*(np.array([v]) for v in (age, age, PROFILE_INDEX[profile], 0, sex)))


def allowed(member: Members, where: Places) -> bool:
    return bool(eligible(member, where)[0, 0])


def test_a_foster_home_takes_the_ages_it_is_approved_for_and_no_other() -> None:
    """Both ends of an approval are inclusive whole years."""
    home = place("a", age_min=5, age_max=10)
    assert [allowed(one_member(age=age), home) for age in (4, 5, 10, 11)] == [False, True, True, False]


def test_a_class_that_spans_two_ages_needs_both_of_them_taken() -> None:
    """A class of children aged 10 or 11 may not use a place that stops at 10."""
    spanning = Members(*(np.array([v]) for v in (10, 11, PROFILE_INDEX["foster"], 0, 0)))
    assert not allowed(spanning, place("a", age_max=10))
    assert allowed(spanning, place("a", age_max=11))


@pytest.mark.parametrize(("age", "lawful"), [(15, False), (16, True)])
def test_supported_accommodation_is_never_planned_under_16_whatever_the_file_says(age: int, lawful: bool) -> None:
    """The age rule of 2021 stands above the approved range in the file."""
    flat = place("a", kind=PlaceKind.HOME, setting=Setting.SUPPORTED, age_min=0)
    assert allowed(one_member("supported", age), flat) is lawful


def test_unsuitable_settings_are_never_paired() -> None:
    """A child who needs a home is not given a foster place, and nobody an unregistered one."""
    assert not allowed(one_member("residential"), place("a"))
    assert not allowed(one_member("foster"), place("a", setting=Setting.UNREGISTERED, kind=PlaceKind.HOME))
    assert allowed(one_member("foster"), place("a", setting=Setting.RESIDENTIAL, kind=PlaceKind.HOME))


def test_need_level_sex_and_living_alone_are_hard_rules() -> None:
    """Each rule alone is enough to refuse a pair."""
    home = {"kind": PlaceKind.HOME, "setting": Setting.RESIDENTIAL}
    assert not allowed(one_member("residential"), place("a", **home, need_level_max=2))
    assert not allowed(one_member("residential", sex=1), place("a", **home, sex="M"))
    assert allowed(one_member("residential", sex=0), place("a", **home, sex="M"))
    assert not allowed(one_member("residential-solo"), place("a", **home))
    assert allowed(one_member("residential-solo"), place("a", **home, solo=True))


@pytest.mark.parametrize("kind", [PlaceKind.EXISTING, PlaceKind.STREAM, PlaceKind.UNMET])
def test_what_the_engine_may_not_choose_is_never_a_pair(kind: PlaceKind) -> None:
    """Existing arrangements end, streams follow law and courts."""
    assert not allowed(one_member(), place("a", kind=kind))


def cost_of(where: Places, profile: str = "foster") -> dict[str, int]:
    reach = measure_reach([np.array([HOME])], where, SWINDON, POLICY)
    member = one_member(profile)
    pairs = price_pairs(member, where, reach, POLICY, np.array([[True]]))
    assert int(pairs.cost[0]) == sum(int(part[0]) for part in pairs.cost_parts.values())
    return {name: int(part[0]) for name, part in pairs.cost_parts.items()}


def test_distance_is_free_then_gentle_then_steep() -> None:
    """4 miles cost nothing, 12 cost seven gentle miles, 25 cost fifteen gentle and five steep ones."""
    costs = [cost_of(place("a", miles=miles))["distance"] for miles in (4, 12, 25)]
    assert costs == [0, 7_000, 15 * 1_000 + 5 * 3_000]


def test_borders_cost_once_outside_and_again_when_distant() -> None:
    """In area nothing, a neighbouring authority the one price, further away both."""
    costs = [cost_of(place("a", authority=code))["out of area"] for code in (SWINDON, WILTSHIRE, BIRMINGHAM)]
    assert costs == [0, 5_000, 20_000]


def test_a_second_best_setting_pays_for_it() -> None:
    """Residential care for a child who needs fostering costs the setting penalty; for one who needs it, nothing."""
    home = place("a", kind=PlaceKind.HOME, setting=Setting.RESIDENTIAL, sector=Sector.PRIVATE)
    assert cost_of(home, "foster")["setting"] == 50_000
    assert cost_of(home, "residential")["setting"] == 0


def test_a_child_whose_home_is_unknown_is_not_cheaper_to_send_away() -> None:
    """The unknown zone is priced from everybody's homes, while its distance stays missing."""
    far = place("a", miles=25)
    reach = measure_reach([np.array([HOME])], far, SWINDON, POLICY)
    assert np.isnan(reach.miles[-1, 0])
    assert np.isnan(reach.far_share[-1, 0])
    assert reach.cost[-1, 0] == reach.cost[0, 0] > 0


def test_a_place_without_an_address_is_not_next_door() -> None:
    """An unknown distance is priced as 20 miles, never as nought."""
    nowhere = place("a", kind=PlaceKind.SPOT, ring=np.nan)
    reach = measure_reach([np.array([HOME])], nowhere, SWINDON, POLICY)
    assert reach.cost[0, 0] == 15_000
    assert np.isnan(reach.miles[0, 0])


def test_twenty_miles_is_within_twenty_miles() -> None:
    """20.0 miles counts as within, 20.1 as over."""
    both = Places.join([place("a", miles=20.0), place("b", miles=20.1)])
    reach = measure_reach([np.array([HOME])], both, SWINDON, POLICY)
    assert reach.miles[0].tolist() == [20.0, 20.1]
    assert reach.far_share[0].tolist() == [0.0, 1.0]
