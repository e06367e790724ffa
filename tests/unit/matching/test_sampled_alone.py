"""One child with all of a home for several, in the walk on whole children: it enters, blocks, leaves, and frees."""

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest

from scenarios.sampling import monthly_measures
from sufficiency.domain.errors import VerificationError
from sufficiency.domain.needs import PROFILE_INDEX
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import Sector, Setting
from sufficiency.finance.spend import KEPT_EMPTY
from sufficiency.matching.policy import NO_REVIEWS, Policy, Reviews
from sufficiency.matching.sampled.asking import Ask
from sufficiency.matching.sampled.audit import audit_sampled, require_passed
from sufficiency.matching.sampled.myopia import price_of_myopia
from sufficiency.matching.sampled.offers import build_offers
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy
from sufficiency.matching.sampled.practice import Practice
from sufficiency.matching.sampled.setup import SampledWalk
from sufficiency.matching.sampled.solving import BestUse
from sufficiency.matching.sampled.walking import walk_sampled
from sufficiency.measures.shortfall import places_and_demand
from tests.unit.finance.finance_toys import flat_prices

from .conftest import POLICY, child, place, walk_of, with_streams
from .sampled_ground import ask_of, ground_of

UP_TO_TWO = replace(POLICY, solo_in_larger_homes=2)
ALONE, BESIDE = "residential-solo", "residential"
TEEN, LEAVES_IN_JUNE = date(2012, 1, 1), date(2007, 6, 11)


def home(identifier: str, **changes: object) -> Places:
    """A two-place home of the council's own next door that takes every need."""
    own = {"kind": PlaceKind.HOME, "setting": Setting.RESIDENTIAL, "weekly_pence": 30_000}
    return place(identifier, **(own | changes))


def market(weekly_pence: int) -> Places:
    """One place for one child, in a private home."""
    private = {"setting": Setting.RESIDENTIAL, "sector": Sector.PRIVATE, "kind": PlaceKind.HOME}
    return place("one", capacity=1, solo=True, weekly_pence=weekly_pence, **private)


def council(*places: Places, policy: Policy = UP_TO_TWO) -> SampledWalk:
    return ground_of(walk_of(with_streams(*places), [child(date(2015, 1, 1), 0)], policy))


def waiting(
    children: list[tuple[date, str]],
    *homes: Places,
    policy: Policy = UP_TO_TWO,
    groups: list[int] | None = None,
    reviews: Reviews = NO_REVIEWS,
) -> SampledWalk:
    """A council whose children all wait for a home on the base date."""
    places = with_streams(*homes)
    residents = [child(born, len(places) - 1, profile) for born, profile in children]
    return ground_of(walk_of(places, residents, policy), groups, reviews=reviews)


def walked(ground: SampledWalk, policy: WalkPolicy = WalkPolicy.BEST_USE) -> SampledPlan:
    """A plan of two replications that has passed its audit."""
    return require_passed(audit_sampled(walk_sampled(ground, policy, 2, 1), ground.facts))


def living(plan: SampledPlan, identifier: str) -> list[tuple[str, float, float]]:
    """Who lives in a home at the end of which month: profile, children, days kept empty; of the first replication."""
    rows = plan.stock[(plan.stock["replication"] == 1) & (plan.stock["place"] == plan.places.id.index(identifier))]
    rows = rows[rows["children"] > 0].sort_values(["month", "profile"])
    return [
        (f"{one.month:%b} {one.profile}", float(one.children), float(one.kept_empty_days)) for one in rows.itertuples()
    ]


def test_best_use_gives_all_of_an_empty_home_at_the_price_of_all_of_it() -> None:
    """An empty home of two is the child's, proven; with one place taken there is none."""
    ground = council(home("two"))
    given = BestUse(ground)(ask_of(ground, [(ALONE, 14, 1)], [[2]]))
    assert (given.position.tolist(), given.cost.tolist()) == ([0], [60_000])
    assert given.value[0] == given.bound[0] == 60_000
    assert given.certified.all()
    twice = ask_of(ground, [(ALONE, 14, 1), (ALONE, 14, 2)], [[1], [2]], replication=np.array([0, 1]))
    assert BestUse(ground)(twice).position.tolist() == [-1, 0]


def test_two_siblings_outbid_the_child_alone() -> None:
    """Two who would go without are worth more than a dear place for one; without them the child has the home."""
    ground = council(home("two"), market(900_000))
    both = ask_of(ground, [(ALONE, 14, 1), (BESIDE, 12, 2), (BESIDE, 13, 2)], [[2, 1]])
    given = BestUse(ground)(both)
    assert given.position.tolist() == [1, 0, 0]
    assert given.value[0] == given.bound[0] == 900_000 + 2 * 30_000
    assert BestUse(ground)(ask_of(ground, [(ALONE, 14, 1)], [[2, 1]])).position.tolist() == [0]


def test_practice_keeps_to_places_for_one() -> None:
    """History says nothing of emptied homes."""
    ground = council(home("two"), market(900_000))
    assert Practice(ground)(ask_of(ground, [(ALONE, 14, 1)], [[2, 1]])).position.tolist() == [1]
    assert Practice(ground)(ask_of(ground, [(ALONE, 14, 1)], [[2, 0]])).position.tolist() == [-1]


def test_by_default_the_problem_is_the_same_with_larger_homes_and_without() -> None:
    """With places for one only, no column takes more than its part of a home, and no column is added."""
    ground, opened = (council(home("two"), market(9_000), policy=policy) for policy in (POLICY, UP_TO_TWO))
    asked = [(ALONE, 14, 1), (BESIDE, 12, 2)]
    plain, wide = (build_offers(one, ask_of(one, asked, [[2, 1]])).problem for one in (ground, opened))
    assert not plain.has_wide_use
    assert wide.has_wide_use
    assert wide.columns == plain.columns + 1


def cheapest_by_trying(ground: SampledWalk, ask: Ask, homes: list[Places]) -> int:
    """Least objective over every way to give those who ask, all next door, the homes there are."""
    policy, askers = ground.walk.policy, ask.askers
    price = [int(one.weekly_pence[0]) for one in homes]
    best = None
    for chosen in product(range(-1, len(homes)), repeat=len(askers)):
        total, free = 0, ask.free[0].copy()
        for member, at in enumerate(chosen):
            alone = askers.profile[member] == PROFILE_INDEX[ALONE]
            whole = alone and at >= 0 and not homes[at].solo[0]
            if whole and (free[at] != homes[at].capacity[0, 0] or free[at] > policy.solo_in_larger_homes):
                break
            taken = int(free[at]) if whole else 1
            total += policy.unmet if at < 0 else price[at] * taken
            free[at] -= taken if at >= 0 else 0
            if free[at] < 0 and at >= 0:
                break
        else:
            parts = {(g, at if at >= 0 else -1 - k) for k, (g, at) in enumerate(zip(askers.group, chosen, strict=True))}
            total += policy.sibling_split * (len(parts) - len(set(askers.group.tolist())))
            best = total if best is None else min(best, total)
    assert best is not None
    return best


@pytest.mark.parametrize("seed", range(25))
def test_best_use_is_what_trying_everything_finds(seed: int) -> None:
    """Random small homes, children alone, siblings and others: the least cost, proven and certified."""
    rng = np.random.default_rng(seed)
    policy = replace(POLICY, unmet=700_000, solo_in_larger_homes=3)
    homes = [
        home(f"h{index}", capacity=int(rng.integers(1, 4)), weekly_pence=int(rng.integers(10, 300)) * 1_000)
        for index in range(3)
    ]
    homes.append(market(int(rng.integers(200, 600)) * 1_000))
    ground = council(*homes, policy=policy)
    profiles = [ALONE if rng.random() < 0.5 else BESIDE for _ in range(5)]
    groups = [1, 1, 2, 3, 3] if rng.random() < 0.5 else [1, 2, 3, 4, 5]
    full = [int(one.capacity[0, 0]) for one in homes]
    free = [room - int(rng.random() < 0.3) for room in full]
    ask = ask_of(ground, list(zip(profiles, [14] * 5, groups, strict=True)), [free])
    given = BestUse(ground, seed)(ask)
    assert given.value[0] == given.bound[0] == cheapest_by_trying(ground, ask, homes)
    assert given.certified.all()


def test_a_child_enters_blocks_the_home_leaves_and_frees_it() -> None:
    """The one alone is 18 on 11 June: two whose home closes in May find no bed beside it, and both beds in June."""
    places = with_streams(home("two"), home("closing", capacity=[2, 2, 0, 0, 0, 0, 0]))
    waits, others = child(LEAVES_IN_JUNE, len(places) - 1, ALONE), [child(TEEN, 1, BESIDE), child(TEEN, 1, BESIDE)]
    plan = walked(ground_of(walk_of(places, [waits, *others], UP_TO_TWO)))
    assert living(plan, "two") == [
        ("Apr residential-solo", 1.0, 15.0),
        ("May residential-solo", 1.0, 31.0),
        *((f"{month} residential", 2.0, 0.0) for month in ("Jun", "Jul", "Aug", "Sep")),
    ]
    first = plan.flow[plan.flow["replication"] == 1]
    assert first["unmet"].tolist() == [0, 2, 0, 0, 0, 0]
    june = plan.stock[(plan.stock["month"] == pd.Timestamp("2025-06-01")) & (plan.stock[KEPT_EMPTY] > 0)]
    assert june[KEPT_EMPTY].tolist() == june["child_days"].tolist() == [10.0, 10.0]


def test_practice_walks_as_it_did() -> None:
    """Under practice the child alone goes without, and the two others share the home, whatever the policy opens."""
    plan = walked(waiting([(TEEN, ALONE), (TEEN, BESIDE), (TEEN, BESIDE)], home("two")), WalkPolicy.PRACTICE)
    assert {profile.split()[1] for profile, _, _ in living(plan, "two")} == {BESIDE}


def test_a_closure_displaces_the_child_and_growth_lets_nobody_in() -> None:
    """The home grows to three in June, is the child's all the same, and closes in August."""
    changing = home("two", capacity=[2, 2, 2, 3, 3, 0, 0])
    ground = waiting([(TEEN, ALONE), (TEEN, BESIDE)], changing, home("other", capacity=1, need_level_max=3))
    plan = walked(ground)
    assert [(when, kept) for when, _, kept in living(plan, "two")] == [
        ("Apr residential-solo", 15.0),
        ("May residential-solo", 31.0),
        ("Jun residential-solo", 60.0),
        ("Jul residential-solo", 62.0),
    ]
    assert plan.flow[plan.flow["replication"] == 1]["displaced"].tolist() == [0, 0, 0, 0, 1, 0]
    assert plan.flow[plan.flow["replication"] == 1]["unmet"].tolist() == [0, 0, 0, 0, 1, 1]


def test_who_lives_in_a_home_on_the_base_date_takes_one_place_of_it() -> None:
    """Only the walk gives all of a home: a child in it before, to live alone or not, takes one bed."""
    places = with_streams(home("two"))
    residents = [child(TEEN, 0, ALONE), child(TEEN, len(places) - 1, BESIDE)]
    plan = walked(ground_of(walk_of(places, residents, UP_TO_TWO)))
    assert [children for _, children, _ in living(plan, "two")][:3] == [1.0, 1.0, 1.0]
    assert plan.stock[KEPT_EMPTY].sum() == 0


def test_a_review_moves_the_child_only_to_another_home_of_its_own() -> None:
    """The far home of two is the child's, at the price of two; a nearer one is found, and it has all of that one."""
    # Dearer than one place of the far home and its miles, cheaper than both places.
    near = home("near", capacity=[0, 0, 0, 2, 2, 2, 2], weekly_pence=40_000)
    far = home("far", miles=30)
    plan = walked(waiting([(TEEN, ALONE)], far, near, reviews=Reviews(return_closer=1.0)))
    assert [when for when, _, _ in living(plan, "far")] == ["Apr residential-solo", "May residential-solo"]
    assert [kept for _, _, kept in living(plan, "near")][1:] == [31.0, 31.0, 30.0]


def planted(plan: SampledPlan, **change: object) -> SampledPlan:
    """Put the other child of the first replication into the home of the one who has all of it."""
    other = (plan.stays["replication"] == 1) & (plan.stays["profile"] == PROFILE_INDEX[BESIDE])
    rows = plan.stays.index[other & (plan.stays["began"] == 1)]
    stays = plan.stays.copy()
    for name, value in change.items():
        stays.loc[rows, name] = value
    return replace(plan, stays=stays)


@pytest.mark.parametrize("began", [1, 3])
def test_the_audit_catches_an_intruder(began: int) -> None:
    """Another child beside the one who has all of a home, from the first day or later, though there is a free bed."""
    ground = waiting([(TEEN, ALONE), (TEEN, BESIDE)], home("two"), home("other", capacity=1, need_level_max=3))
    plan = walked(ground)
    intruded = audit_sampled(planted(plan, place=0, began=began), ground.facts)
    failed = {check.name: check.failures for check in intruded.audit.checks if not check.passed}
    assert failed["nobody beside a child who has all of a home"] == 1
    assert "within capacity" not in failed
    with pytest.raises(VerificationError, match="nobody beside"):
        require_passed(intruded)


def test_the_audit_catches_a_child_who_was_there_before() -> None:
    """The home opens in June for the one alone: somebody who lived there since April is beside it."""
    opening = home("two", capacity=[0, 0, 0, 2, 2, 2, 2])
    ground = waiting([(TEEN, ALONE), (TEEN, BESIDE)], opening, home("other", capacity=1, need_level_max=3))
    intruded = audit_sampled(planted(walked(ground), place=0), ground.facts)
    failed = {check.name: check.failures for check in intruded.audit.checks if not check.passed}
    assert failed["nobody beside a child who has all of a home"] == 1


def test_the_audit_knows_that_practice_empties_no_home() -> None:
    """A plan of best use under the name of practice is refused."""
    ground = waiting([(TEEN, ALONE)], home("two"))
    named = audit_sampled(replace(walked(ground), policy=str(WalkPolicy.PRACTICE)), ground.facts)
    assert "living alone" in {check.name for check in named.audit.checks if not check.passed}


def test_the_audit_catches_a_home_that_may_not_be_emptied() -> None:
    """The plan of a council that empties homes of two, audited as one that does not, and the price of half a home."""
    ground = waiting([(TEEN, ALONE)], home("two"))
    plan = walked(ground)
    strict = audit_sampled(plan, replace(ground.facts, policy=POLICY))
    assert {"living alone", "cost of each placement"} <= {one.name for one in strict.audit.checks if not one.passed}
    cheap = replace(plan, placements=plan.placements.assign(cost_pence=30_000))
    judged = {one.name for one in audit_sampled(cheap, ground.facts).audit.checks if not one.passed}
    assert "cost of each placement" in judged


def test_places_kept_empty_are_shown_as_neither_free_nor_usable() -> None:
    """A second child would rather live in the home of two, so its places have a price: both are used, and unusable."""
    dearer = home("three", capacity=3, weekly_pence=31_000)
    plan = walked(waiting([(TEEN, ALONE), (TEEN, BESIDE)], home("two"), dearer))
    first = plan.prices[(plan.prices["place"] == 0) & (plan.prices["month"] == pd.Timestamp("2025-04-01"))]
    assert first[["free", "used"]].to_numpy().tolist() == [[2.0, 2.0], [2.0, 2.0]]
    table = places_and_demand(plan.plan(1), "month").set_index(["setting", "period"]).loc["residential"]
    assert table[["usable_places", "living", "demand"]].iloc[-1].tolist() == [4.0, 2.0, 2.0]


def test_the_bands_say_how_many_places_are_kept_empty() -> None:
    """From mid-April on one place is kept empty beside the one child; by default nothing is said of it."""
    plan = walked(waiting([(TEEN, ALONE)], home("two")))
    measured = monthly_measures(plan, flat_prices())["places kept empty beside one child"]
    assert measured.groupby("month").mean().tolist() == [0.5, 1.0, 1.0, 1.0, 1.0, 1.0]
    default = walked(waiting([(TEEN, ALONE)], home("two"), policy=POLICY))
    assert KEPT_EMPTY not in default.stock
    assert "places kept empty beside one child" not in monthly_measures(default, flat_prices()).index


def test_a_clairvoyant_may_empty_homes_too() -> None:
    """The walk's only placement costs 600 pounds; the bound knows that home, so it lies no higher."""
    ground = waiting([(TEEN, ALONE)], home("two"))
    found = price_of_myopia(ground, walked(ground), 1)
    assert found.walk_pence_weekly == pytest.approx(60_000)
    assert found.bound_pence_weekly == pytest.approx(60_000)
