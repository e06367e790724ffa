"""One month's question to each policy: siblings, and exactness against trying everything."""

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest

from sufficiency.domain.places import Places
from sufficiency.matching.columns import price_pairs
from sufficiency.matching.policy import Policy
from sufficiency.matching.sampled.asking import Ask, Given
from sufficiency.matching.sampled.offers import lawful, members_of
from sufficiency.matching.sampled.practice import Practice
from sufficiency.matching.sampled.setup import Habits, SampledWalk
from sufficiency.matching.sampled.solving import BestUse

from .conftest import POLICY, MakeWalk, child, place, walk_of, with_streams
from .sampled_ground import ANY_OWN, ask_of, ground_of


def council(*places: Places, policy: Policy = POLICY) -> SampledWalk:
    return ground_of(walk_of(with_streams(*places), [child(date(2015, 1, 1), 0)], policy))


def cheapest_by_trying(ground: SampledWalk, ask: Ask) -> int:
    """Least objective over every way to place everybody who asks, unmet included."""
    allowed, askers = lawful(ground, ask), ask.askers
    pairs = price_pairs(members_of(askers), ground.chosen_places, ground.chosen_reach, ground.walk.policy, allowed)
    cost = {(int(m), int(p)): int(c) for m, p, c in zip(pairs.member, pairs.place, pairs.cost, strict=True)}
    options = [[-1, *(p for (m, p) in cost if m == member)] for member in range(len(askers))]
    best = None
    for chosen in product(*options):
        if (np.bincount([p for p in chosen if p >= 0], minlength=ask.free.shape[1]) > ask.free[0]).any():
            continue
        total = sum(ground.walk.policy.unmet if p < 0 else cost[m, p] for m, p in enumerate(chosen))
        total += ground.walk.policy.sibling_split * _further_parts(ask, chosen)
        best = total if best is None else min(best, total)
    assert best is not None
    return best


def _further_parts(ask: Ask, chosen: tuple[int, ...]) -> int:
    parts = 0
    for group in set(ask.askers.group.tolist()):
        settled = {int(at) for g, at in zip(ask.sibling_group, ask.sibling_at, strict=True) if g == group}
        members = np.flatnonzero(ask.askers.group == group)
        homes = {chosen[m] if chosen[m] >= 0 else -1 - int(m) for m in members}
        parts += len(homes - settled) - (not settled)
    return parts


def test_siblings_stay_together_when_that_is_cheaper() -> None:
    """Two at 300 pounds more in one home beat two homes, since a split weighs 2,000."""
    ground = council(place("a", capacity=1), place("b", capacity=1), place("big", capacity=2, weekly_pence=61_000))
    given = BestUse(ground)(ask_of(ground, [("foster", 6, 1), ("foster", 9, 1)], [[1, 1, 2]]))
    assert given.position.tolist() == [2, 2]
    assert given.value[0] == given.bound[0] == 2 * 61_000


def test_siblings_are_split_when_together_would_cost_more_than_a_split_weighs() -> None:
    """The only home with room for both costs 3,000 pounds a week more."""
    ground = council(place("a", capacity=1), place("b", capacity=1), place("big", capacity=2, weekly_pence=346_000))
    given = BestUse(ground)(ask_of(ground, [("foster", 6, 1), ("foster", 9, 1)], [[1, 1, 2]]))
    assert sorted(given.position.tolist()) == [0, 1]
    assert given.value[0] == 2 * 46_000 + POLICY.sibling_split


def test_a_child_joins_a_settled_brother_or_sister() -> None:
    """A place beside a settled sibling is worth up to what a split weighs, and no more."""
    ground = council(place("with", weekly_pence=200_000), place("apart", weekly_pence=46_000))
    alone = ask_of(ground, [("foster", 6, 1)], [[1, 1]])
    joining = ask_of(ground, [("foster", 6, 1)], [[1, 1]], settled=[(1, 0)])
    assert BestUse(ground)(alone).position.tolist() == [1]
    assert BestUse(ground)(joining).position.tolist() == [0]


def test_a_replication_never_takes_the_place_of_another() -> None:
    """Each replication has places of its own: the same two children, one place in the first, two in the second."""
    ground = council(place("a", capacity=2))
    children = [("foster", 6, 1), ("foster", 9, 2)] * 2
    ask = ask_of(ground, children, [[1], [2]], replication=np.array([0, 0, 1, 1]), group=np.arange(4))
    given = BestUse(ground)(ask)
    assert sorted(given.position[:2].tolist()) == [-1, 0]
    assert given.position[2:].tolist() == [0, 0]
    assert Practice(ground)(ask).position[2:].tolist() == [0, 0]


def test_practice_keeps_siblings_together_as_often_as_history_did() -> None:
    """Always together: one home with room for both, though two nearer ones have one place each; never: the nearest."""
    ground = council(place("near", capacity=1), place("next", capacity=1, miles=1), place("big", miles=4))
    ask = ask_of(ground, [("foster", 6, 1), ("foster", 9, 1)], [[1, 1, 2]])
    assert Practice(ground)(ask).position.tolist() == [2, 2]
    never = replace(ground, habits=Habits(ANY_OWN.sector_share, 0.0))
    assert Practice(never)(ask).position.tolist() == [0, 1]


def test_practice_takes_the_nearest_home_and_who_asks_first_comes_first() -> None:
    """Price plays no part; the child who asked earlier gets the nearer home."""
    ground = council(place("far", miles=9, weekly_pence=1_000), place("near", capacity=1, weekly_pence=90_000))
    ask = ask_of(ground, [("foster", 6, 1), ("foster", 9, 2)], [[2, 1]], day=np.array([5, 3]))
    assert Practice(ground)(ask).position.tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(25))
def test_best_use_is_what_trying_everything_finds(seed: int) -> None:
    """Random small months with sibling groups, some settled: value is the least there is, and the bound meets it."""
    rng = np.random.default_rng(seed)
    places = [
        place(
            f"p{index}",
            capacity=3,
            weekly_pence=int(rng.integers(30, 400)) * 1_000,
            miles=float(rng.uniform(0, 30)),
            age_min=int(rng.integers(0, 8)),
            age_max=int(rng.integers(8, 18)),
        )
        for index in range(4)
    ]
    ground = council(*places)
    children = [("foster", int(rng.integers(0, 18)), int(rng.integers(0, 3))) for _ in range(int(rng.integers(2, 6)))]
    free = rng.integers(0, 4, (1, 4)).tolist()
    ask = ask_of(ground, children, free, settled=[(0, int(rng.integers(0, 4)))] if rng.random() < 0.5 else [])
    given = _certified(BestUse(ground)(ask))
    assert given.value[0] == cheapest_by_trying(ground, ask) == given.bound[0]


def _certified(given: Given) -> Given:
    assert given.certified.all()
    assert (given.outcome == "optimal").all()
    return given


def test_nobody_is_moved_back_into_the_home_they_move_out_of() -> None:
    """The home a child leaves is the nearest and cheapest, and free again: it is for somebody else."""
    ground = council(place("left", weekly_pence=1_000), place("other", miles=9, weekly_pence=90_000))
    ask = ask_of(ground, [("foster", 6, 1), ("foster", 9, 2)], [[1, 1]], leaving=np.array([0, -1]))
    for choose in (BestUse(ground), Practice(ground)):
        assert choose(ask).position.tolist() == [1, 0]


def test_nobody_asking_is_an_answer_too(make_walk: MakeWalk) -> None:
    """A month in which nobody needs a place costs nothing."""
    ground = council(place("a"))
    for choose in (BestUse(ground), Practice(ground)):
        given = choose(ask_of(ground, [], [[2], [2]]))
        assert len(given.position) == 0
        assert given.value.tolist() == [0, 0]
