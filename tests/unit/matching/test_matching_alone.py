"""One child with all of a home for several, on the base date: who may, what it costs, and what outbids it."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from solvers.allocation.worth import used
from sufficiency.assumptions import Assumptions
from sufficiency.domain.errors import VerificationError
from sufficiency.domain.needs import PROFILE_INDEX
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import Sector, Setting
from sufficiency.matching.audit_today import audit_match, require_match
from sufficiency.matching.columns import Members, eligible, price_pairs
from sufficiency.matching.explain_unmet import NOTHING, WHOLE, Unmet, changes, reasons
from sufficiency.matching.plan import Audit
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import Reach, measure_reach
from sufficiency.matching.today import TodayProblem, allocate, build_problem, place_of_member, places_used

from .conftest import HOME, POLICY, SWINDON, place

UP_TO_TWO = replace(POLICY, solo_in_larger_homes=2)
ALONE, BESIDE = "residential-solo", "residential"


def home(identifier: str, **changes: object) -> Places:
    """A two-place home of the council's own next door that takes every need."""
    own = {"kind": PlaceKind.HOME, "setting": Setting.RESIDENTIAL, "weekly_pence": 30_000}
    return place(identifier, **(own | changes))


def market(weekly_pence: int) -> Places:
    """One spot place for one child."""
    spot = {"kind": PlaceKind.SPOT, "setting": Setting.RESIDENTIAL, "sector": Sector.PRIVATE}
    return place("spot", capacity=1, solo=True, ring=10.0, weekly_pence=weekly_pence, **spot)


def children(*profiles: str) -> Members:
    number = len(profiles)
    age, nothing = np.full(number, 14), np.zeros(number, dtype=np.int64)
    return Members(age, age, np.array([PROFILE_INDEX[profile] for profile in profiles]), nothing, nothing)


class Matched:
    """A match of some children with some homes."""

    def __init__(self, policy: Policy, profiles: list[str], homes: list[Places], groups: list[int] | None = None):
        self.policy, self.members, self.places = policy, children(*profiles), Places.join(homes)
        self.groups = np.arange(len(profiles)) if groups is None else np.array(groups)
        self.reach: Reach = measure_reach([np.array([HOME])], self.places, SWINDON, policy)
        self.capacity = self.places.capacity[:, 0]
        self.today: TodayProblem = build_problem(
            self.members, self.groups, self.places, self.capacity, self.reach, policy
        )
        self.answer = allocate(self.today)
        self.where = place_of_member(self.today, self.answer)
        self.used = places_used(self.today, self.answer)

    @property
    def value(self) -> int:
        return self.answer.value - self.today.one_part_pence

    def audit(self, where: list[int], value: int) -> Audit:
        """Audit children living somewhere as a match said to cost something."""
        place_of, families = np.array(where), self.today.families
        return audit_match(self.members, families, place_of, value, self.places, self.capacity, self.reach, self.policy)

    def explained(self) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        unmet = np.flatnonzero(self.where < 0)
        free = self.capacity - used(self.today.problem, self.answer.amount)
        near = np.ones((len(self.members), len(self.places)), dtype=bool)
        known = np.arange(len(self.places))
        compared = Unmet.of(self.members, self.places, known, unmet, free, near, self.today.emptied)
        found = changes(self.today, self.answer, compared, self.places, self.reach, self.policy)
        return reasons(compared, self.members).to_dict("records"), found.to_dict("records")


def test_the_policy_is_read_from_the_assumption() -> None:
    """A place for one alone by default; the number is the council's to set."""
    assumptions = Assumptions.defaults()
    assert Policy.from_assumptions(assumptions).solo_in_larger_homes == 1
    changed = assumptions.with_changes({"policy.solo_in_larger_homes": 3})
    assert Policy.from_assumptions(changed).solo_in_larger_homes == 3


def test_a_child_who_must_live_alone_takes_and_costs_every_place_of_a_small_home() -> None:
    """Without the policy the child goes without beside an empty home of two; with it, both places are paid for."""
    assert Matched(POLICY, [ALONE], [home("two")]).where.tolist() == [-1]
    matched = Matched(UP_TO_TWO, [ALONE], [home("two")])
    assert (matched.where.tolist(), matched.used.tolist(), matched.value) == ([0], [2], 2 * 30_000)


def test_all_of_a_home_is_chosen_where_it_is_cheaper_than_a_place_for_one() -> None:
    """Two places at 300 pounds beat one spot place at 700, and lose to one at 450, what its miles weigh included."""
    for spot, expected in ((70_000, 0), (45_000, 1)):
        matched = Matched(UP_TO_TWO, [ALONE], [home("two"), market(spot)])
        assert matched.where.tolist() == [expected]


def test_two_siblings_outbid_one_child_for_a_home_of_two() -> None:
    """The home houses two who would be without, so the child alone is bought a dear place instead."""
    profiles, homes = [ALONE, BESIDE, BESIDE], [home("two"), market(900_000)]
    matched = Matched(UP_TO_TWO, profiles, homes, [0, 1, 1])
    assert matched.where.tolist() == [1, 0, 0]
    assert Matched(UP_TO_TWO, [ALONE], homes).where.tolist() == [0]


def test_brothers_and_sisters_do_not_live_beside_a_child_who_has_all_of_a_home() -> None:
    """One of two siblings must live alone: the other is not put beside it, however much a split weighs."""
    parted = replace(UP_TO_TWO, sibling_split=20_000_000)
    matched = Matched(parted, [ALONE, BESIDE], [home("a"), home("b")], [0, 0])
    assert sorted(matched.where.tolist()) == [0, 1]
    assert matched.used.tolist() == [2, 1]


@pytest.mark.parametrize(
    "never",
    [
        {"capacity": 3},
        {"bought_ahead": False, "sector": Sector.PRIVATE},
        {"kind": PlaceKind.SPOT, "ring": 5.0},
        {"kind": PlaceKind.BLOCK},
        {"kind": PlaceKind.HOUSEHOLD, "setting": Setting.FOSTERING},
        {"need_level_max": 3},
        {"age_min": 15},
    ],
    ids=["larger", "spot home", "market", "block of places", "foster home", "need", "age"],
)
def test_no_other_home_is_emptied_for_one_child(never: dict[str, object]) -> None:
    """A home of more places, one not bought ahead, markets, contracts of places, foster homes, what is not approved."""
    assert Matched(UP_TO_TWO, [ALONE], [home("no", **never)]).where.tolist() == [-1]


def test_a_block_home_charges_each_of_its_places() -> None:
    """A private home under a block contract counts as bought ahead."""
    block = home("block", sector=Sector.PRIVATE, bought_ahead=True, capacity=2, weekly_pence=25_000)
    assert Matched(UP_TO_TWO, [ALONE], [block]).value == 50_000


def cheapest_by_trying(matched: Matched) -> int:
    """Least objective over every way to house the children."""
    places, policy, members = matched.places, matched.policy, matched.members
    solo = np.array([index == PROFILE_INDEX[ALONE] for index in members.profile])
    small = places.bought_ahead & ~places.solo & (matched.capacity <= policy.solo_in_larger_homes)
    opened = eligible(members, replace(places, solo=places.solo | small))
    pairs = price_pairs(members, places, matched.reach, policy, opened)
    cost = np.full(opened.shape, -1)
    cost[pairs.member, pairs.place] = pairs.cost
    best = policy.unmet * len(solo)
    for chosen in product(*([-1, *np.flatnonzero(row)] for row in opened)):
        at = np.array(chosen)
        whole = solo & (at >= 0) & small[at]
        taken = np.where(whole, matched.capacity[at], 1) * (at >= 0)
        if (np.bincount(at[at >= 0], taken[at >= 0], len(places)) > matched.capacity).any():
            continue
        each = np.where(at < 0, policy.unmet, cost[np.arange(len(at)), at] + (taken - 1) * places.weekly_pence[at])
        homes = {
            (group, home if home >= 0 else -1 - k)
            for k, (group, home) in enumerate(zip(matched.groups, at, strict=True))
        }
        total = int(each.sum()) + policy.sibling_split * (len(homes) - len(set(matched.groups.tolist())))
        best = min(best, total)
    return best


@pytest.mark.parametrize("seed", range(20))
def test_the_match_is_what_trying_everything_finds(seed: int) -> None:
    """Random homes and prices, some children to live alone, some siblings: the least cost, and a clean audit."""
    rng = np.random.default_rng(seed)
    homes = [
        home(
            f"h{index}",
            capacity=int(rng.integers(1, 4)),
            weekly_pence=int(rng.integers(10, 300)) * 1_000,
            bought_ahead=bool(rng.random() < 0.8),
            miles=float(rng.integers(0, 20)),
        )
        for index in range(3)
    ]
    profiles = [ALONE if rng.random() < 0.5 else BESIDE for _ in range(5)]
    policy = replace(UP_TO_TWO, unmet=900_000, solo_in_larger_homes=int(rng.integers(2, 4)))
    matched = Matched(policy, profiles, [*homes, market(500_000)], [0, 0, 1, 2, 3])
    assert matched.value == cheapest_by_trying(matched)
    require_match(matched.audit(matched.where.tolist(), matched.value))


def test_the_audit_of_a_match_catches_an_intruder() -> None:
    """Another child beside the one who has all of a home is refused, though each rule of the other is kept."""
    matched = Matched(UP_TO_TWO, [ALONE, BESIDE], [home("two"), home("three", capacity=3)])
    assert matched.where.tolist() == [0, 1]
    require_match(matched.audit([0, 1], matched.value))
    with pytest.raises(VerificationError, match="nobody beside a child who has all of a home: 1 of 1"):
        require_match(matched.audit([0, 0], matched.value))


def test_the_audit_of_a_match_catches_a_home_too_large_and_places_not_paid_for() -> None:
    """A home of three is not emptied where two is the most; one place's price for two is refused."""
    matched = Matched(UP_TO_TWO, [ALONE], [home("two"), home("three", capacity=3)])
    with pytest.raises(VerificationError, match="living alone: 1 of 1"):
        require_match(matched.audit([1], matched.value))
    with pytest.raises(VerificationError, match="value is the cost"):
        require_match(matched.audit([0], matched.value - 30_000))


def test_the_least_change_is_to_let_one_child_have_all_of_a_larger_home() -> None:
    """A home of three, where two is the most: its price is that of three places."""
    why, what = Matched(UP_TO_TWO, [ALONE], [home("three", capacity=3)]).explained()
    assert [(row["not_for_one_alone"], row["approved_and_free"]) for row in why] == [(1, 0)]
    assert [(row["change"], row["mean_price_pence"]) for row in what] == [(WHOLE, 90_000)]


def test_a_small_home_with_anybody_in_it_is_full_for_a_child_alone() -> None:
    """Two of whom one must live alone want the home of two; the other has it, and a bed more would not help."""
    homes = [home("two", need_level_max=4)]
    why, what = Matched(UP_TO_TWO, [ALONE, BESIDE, BESIDE], homes).explained()
    assert [(row["approved_and_full"], row["not_for_one_alone"]) for row in why] == [(1, 0)]
    assert [row["change"] for row in what] == [NOTHING]
