"""Of equally good allocations one stands out, and it stays when the list of places grows."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.allocation.problem import Problem
from solvers.allocation.solve import solve
from solvers.allocation.ties import key_of, ties_of
from tests.unit.solvers.toys import changed, plain_problems, whole


def tied(problem: Problem, place_key: list[int]) -> Problem:
    keys = np.append(np.array(place_key, np.int64), key_of("none"))
    return changed(problem, tie=ties_of(problem.column_member, keys[problem.place]))


@settings(max_examples=80, deadline=None)
@given(problem=plain_problems())
def test_ties_never_change_value_bound_or_prices(problem: Problem) -> None:
    """However ties are broken, the answer costs the same and proves the same."""
    free, chosen = solve(problem), solve(tied(problem, list(range(problem.places))))
    assert (chosen.value, chosen.bound, chosen.price.tolist()) == (free.value, free.bound, free.price.tolist())


@settings(max_examples=80, deadline=None)
@given(problem=plain_problems(), data=st.data())
def test_a_place_not_open_yet_leaves_the_choice_as_it_is(problem: Problem, data: st.DataObject) -> None:
    """With a place of no capacity put first in the list, everybody stays where the shorter list puts them."""
    cost = st.integers(-50, 1_500)
    offers = whole(*(data.draw(cost) for _ in range(problem.members)))
    longer = Problem.singles(
        demand=problem.demand,
        capacity=np.append(np.int64(0), problem.capacity),
        member=np.concatenate((np.arange(problem.members), problem.column_member)),
        place=np.concatenate((np.zeros(problem.members, np.int64), np.where(problem.place < 0, -1, problem.place + 1))),
        cost=np.concatenate((offers, problem.cost)),
    )
    here = solve(tied(problem, list(range(problem.places))))
    there = solve(tied(longer, [99, *range(problem.places)]))
    assert there.amount[problem.members :].tolist() == here.amount.tolist()


def test_of_two_equal_places_the_lower_tie_is_taken() -> None:
    """One member, two places at the same cost: the tie decides, not the order of columns."""
    problem = Problem.singles(
        demand=whole(1), capacity=whole(1, 1), member=whole(0, 0, 0), place=whole(0, 1, -1), cost=whole(5, 5, 90)
    )
    assert solve(changed(problem, tie=whole(2, 1, 0))).amount.tolist() == [0, 1, 0]
    assert solve(changed(problem, tie=whole(1, 2, 0))).amount.tolist() == [1, 0, 0]
