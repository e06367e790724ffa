"""Allocation on the base date: brothers and sisters, places, and what is reported of it."""

import numpy as np
import pytest

from solvers.certificate import check
from solvers.outcome import Outcome
from sufficiency.domain.needs import PROFILE_INDEX
from sufficiency.domain.places import Places
from sufficiency.matching.columns import Members
from sufficiency.matching.reach import measure_reach
from sufficiency.matching.today import (
    LARGEST_FAMILY,
    TodayProblem,
    allocate,
    build_problem,
    place_of_member,
    splits,
)

from .conftest import HOME, POLICY, SWINDON, place


def build(ages: list[int], groups: list[int], *where: Places, capacity: list[int] | None = None) -> TodayProblem:
    number = len(ages)
    places = Places.join(where)
    members = Members(
        np.array(ages),
        np.array(ages),
        np.full(number, PROFILE_INDEX["foster"]),
        np.zeros(number, dtype=np.int64),
        np.zeros(number, dtype=np.int64),
    )
    reach = measure_reach([np.array([HOME])], places, SWINDON, POLICY)
    room = places.capacity[:, 0] if capacity is None else np.array(capacity)
    return build_problem(members, np.array(groups), places, room, reach, POLICY)


def matched(today: TodayProblem) -> list[int]:
    answer = allocate(today)
    assert answer.outcome is Outcome.OPTIMAL
    assert check(today.problem, answer).valid
    return place_of_member(today, answer).tolist()


def test_brothers_and_sisters_stay_together_when_a_home_can_take_them() -> None:
    """Two siblings and another child: the dear two-place home takes the pair, though each alone would be cheaper."""
    homes = place("one", capacity=1), place("another", capacity=1), place("pair", weekly_pence=90_000)
    assert matched(build([7, 9, 8], [5, 5, 6], *homes))[:2] == [2, 2]


def test_a_split_is_accepted_when_no_home_takes_both_and_is_counted() -> None:
    """Only single places: the pair is split into two parts, one more than it need be."""
    today = build([7, 9], [5, 5], place("one", capacity=1), place("another", capacity=1))
    where = matched(today)
    assert sorted(where) == [0, 1]
    assert splits(today, np.array(where)) == 1


def test_an_only_child_is_never_a_split() -> None:
    """Children of groups of their own pay nothing for parts, and count no split."""
    today = build([7, 9], [1, 2], place("one", capacity=1), place("another", capacity=1))
    assert today.one_part_pence == 0
    assert splits(today, np.array(matched(today))) == 0


def test_the_value_without_the_first_part_is_the_price_of_the_places() -> None:
    """A pair together in a home next door costs two weekly prices and nothing for being together."""
    today = build([7, 9], [5, 5], place("pair", weekly_pence=46_000))
    assert allocate(today).value - today.one_part_pence == 92_000


def test_a_child_for_whom_there_is_no_room_is_unmet_and_not_forgotten() -> None:
    """Three children, two places: one is unmet at the dominating price."""
    today = build([7, 9, 11], [1, 2, 3], place("pair"))
    assert sorted(matched(today)) == [-1, 0, 0]


def test_a_closed_place_is_not_used() -> None:
    """Capacity 0 today means no column at all."""
    today = build([7], [1], place("closed", weekly_pence=1), place("open"), capacity=[0, 1])
    assert matched(today) == [1]
    assert not (today.problem.place == 0).any()


@pytest.mark.parametrize("number", [LARGEST_FAMILY, LARGEST_FAMILY + 2])
def test_large_sibling_groups_are_matched_in_parts_of_at_most_five(number: int) -> None:
    """Five brothers and sisters are one family; seven are two, and all of them have a place."""
    today = build([10] * number, [1] * number, place("big", capacity=9))
    assert np.bincount(today.families).max() <= LARGEST_FAMILY
    assert matched(today) == [0] * number
