"""Splitting a difference over its changes: whatever the game, the parts add up, and fairness holds."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.attribution import MOST_EXACT, split, subsets_needed, whole_pence

amounts = st.integers(-10_000_000, 10_000_000)


@st.composite
def games(draw: st.DrawFn) -> tuple[int, dict[frozenset[int], np.ndarray]]:
    parts = draw(st.integers(1, 4))
    subsets = [frozenset(chosen) for size in range(parts + 1) for chosen in combinations(range(parts), size)]
    return parts, {subset: np.array([float(draw(amounts)), float(draw(amounts))]) for subset in subsets}


@given(games())
def test_parts_add_up_to_the_whole(game: tuple[int, dict[frozenset[int], np.ndarray]]) -> None:
    """Every measure's parts sum to the value of all changes less the value of none; in whole pence, to the penny."""
    parts, values = game
    whole = values[frozenset(range(parts))] - values[frozenset()]
    answer = split(values, parts)
    assert answer.share.sum(axis=0) == pytest.approx(whole, abs=1e-3)
    assert whole_pence(answer.share[:, 0], int(whole[0])).sum() == whole[0]


@given(st.lists(amounts, min_size=1, max_size=5))
def test_changes_that_do_not_meet_get_what_they_do_alone(sizes: list[int]) -> None:
    """When effects simply add, each change's part is its own effect and there is no interaction."""
    parts = len(sizes)
    subsets, orders = subsets_needed(parts, 0)
    values = {subset: np.array([float(sum(sizes[part] for part in subset))]) for subset in subsets}
    answer = split(values, parts, orders)
    assert answer.share[:, 0] == pytest.approx([float(size) for size in sizes], abs=1e-3)
    assert answer.alone == pytest.approx(answer.share, abs=1e-3)


@given(amounts, amounts)
def test_two_changes_share_their_interaction_evenly(alone: int, extra: int) -> None:
    """Two like changes get the same, and a change that does nothing gets nothing."""
    values = {
        frozenset(): np.array([0.0]),
        frozenset({0}): np.array([float(alone)]),
        frozenset({1}): np.array([float(alone)]),
        frozenset({2}): np.array([0.0]),
        frozenset({0, 1}): np.array([float(2 * alone + extra)]),
        frozenset({0, 2}): np.array([float(alone)]),
        frozenset({1, 2}): np.array([float(alone)]),
        frozenset({0, 1, 2}): np.array([float(2 * alone + extra)]),
    }
    share = split(values, 3).share[:, 0]
    assert share == pytest.approx([alone + extra / 2, alone + extra / 2, 0.0], abs=1e-3)


def test_beyond_eight_changes_orders_are_drawn_and_still_add_up() -> None:
    """Nine changes: far fewer subsets than 512, the same ones for one seed, and parts that sum exactly."""
    parts = MOST_EXACT + 1
    subsets, orders = subsets_needed(parts, 3)
    assert len(subsets) < 300
    assert (subsets, orders) == subsets_needed(parts, 3)
    rng = np.random.default_rng(0)
    values = {subset: rng.normal(size=1) for subset in sorted(subsets, key=sorted)}
    answer = split(values, parts, orders)
    whole = values[frozenset(range(parts))] - values[frozenset()]
    assert answer.share.sum(axis=0) == pytest.approx(whole)
    assert answer.orders == len(orders) > 0
