"""What one more unit saves, what one fewer costs, and the least change for those left without, against re-solving."""

import numpy as np
import pytest

from solvers.allocation import margins as margins_module
from solvers.allocation.columns import of_columns, with_singles
from solvers.allocation.margins import margins
from solvers.allocation.problem import Problem
from solvers.allocation.relaxed import Relaxations, least_changes
from solvers.allocation.solve import solve
from tests.unit.solvers.toys import brute_force, changed, four_members, problem_of, random_problem, whole


def with_one(problem: Problem, place: int, change: int) -> int:
    capacity = problem.capacity.copy()
    capacity[place] += change
    return brute_force(changed(problem, capacity=capacity))


@pytest.mark.parametrize("around", [1, 40])
@pytest.mark.parametrize("seed", range(12))
def test_margins_enclose_what_trying_everything_finds(seed: int, around: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more and one fewer of every place, on contested problems with families, wide use and contracts.

    So it is whether hardly anybody around the place is placed anew at first, or everybody.
    """
    monkeypatch.setattr(margins_module, "AROUND", around)
    monkeypatch.setattr(margins_module, "CONTENDERS", around)
    problem = random_problem(np.random.default_rng(seed))
    answer = solve(problem)
    for found in margins(problem, answer, range(problem.places)):
        saved = answer.value - with_one(problem, found.place, 1)
        assert found.saved_by_more.least <= saved <= found.saved_by_more.most
        assert (found.lost_by_fewer is None) == (problem.capacity[found.place] == 0)
        if found.lost_by_fewer is not None:
            lost = with_one(problem, found.place, -1) - answer.value
            assert found.lost_by_fewer.least <= lost <= found.lost_by_fewer.most


def test_a_value_that_holds_is_told_from_one_that_does_not() -> None:
    """Two members who save 500 each: with one unit the next is worth as much as the last, with two nothing more."""
    places = [((0,), 0, 1, 500), ((1,), 0, 1, 500)]
    same = problem_of([1, 1], [0, 1], [1], places)
    assert margins(same, solve(same), [0])[0].holds
    enough = changed(same, capacity=whole(2))
    found = margins(enough, solve(enough), [0])[0]
    assert (found.saved_by_more.least, found.lost_by_fewer and found.lost_by_fewer.most) == (0, 500)
    assert not found.holds


def test_fewer_columns_cost_no_less_and_keep_their_terms() -> None:
    """Choosing among some columns never beats choosing among all; choosing among all is the same problem."""
    rng = np.random.default_rng(4)
    for _ in range(6):
        problem = random_problem(rng)
        assert solve(of_columns(problem, np.arange(problem.columns))).value == brute_force(problem)
        some = np.flatnonzero((problem.place < 0) | (np.arange(problem.columns) % 2 == 0))
        assert solve(of_columns(problem, some)).value >= brute_force(problem)


def test_further_columns_are_taken_when_they_pay() -> None:
    """Member 2 of the toy is without at 1000; a column of his own at 10 that takes no room brings 990."""
    more = with_singles(four_members(), whole(2), whole(0), whole(0), whole(10))
    assert solve(more).value == 1800 - 990


def offered(*rows: tuple[int, int, int, int, bool]) -> Relaxations:
    member, place, cost, count, unit = zip(*rows, strict=True)
    return Relaxations(whole(*member), whole(*place), whole(*cost), whole(*count), np.array(unit))


def test_the_fewest_changes_come_before_the_cheapest() -> None:
    """Member 2 needs a place: one more unit at 900 is one change, waiving two rules at 5 is two."""
    problem = four_members()
    answer = solve(problem)
    found = least_changes(problem, answer, offered((2, 1, 5, 2, True), (2, 0, 900, 0, True)))
    assert found.chosen.tolist() == [1]
    assert found.without.tolist() == []


def test_others_move_to_make_room_for_a_waived_rule() -> None:
    """Waiving a rule in the full home of one is enough: member 3 who lives there has nowhere better, so moves to 0."""
    columns = [((0,), 0, 1, 100), ((1,), 0, 1, 300), ((1,), 1, 1, 200)]
    problem = problem_of([1, 1, 1], [0, 1, 2], [2, 1], columns)
    answer = solve(problem)
    assert answer.amount[np.flatnonzero(problem.place == 1)].tolist() == [1]
    found = least_changes(problem, answer, offered((2, 1, 50, 1, False)))
    assert found.chosen.tolist() == [0]
    assert found.answer.amount.sum() == 3
    assert found.without.tolist() == []


def test_when_nothing_is_offered_that_helps_it_is_said() -> None:
    """A waived rule in a home without room leaves the member without, and says who it is."""
    problem = problem_of([1, 1], [0, 1], [0], [((0,), 0, 1, 100)])
    found = least_changes(problem, solve(problem), offered((1, 0, 50, 1, False)))
    assert found.chosen.tolist() == []
    assert found.without.tolist() == [0, 1]
