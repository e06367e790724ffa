"""The verb: method by shape, refusals, stopping early, progress, warm starts."""

import subprocess
import sys

import numpy as np
import pytest

from solvers.allocation.answer import Warm
from solvers.allocation.cp_sat import CpSat
from solvers.allocation.flow import Flow
from solvers.allocation.greedy import Greedy
from solvers.allocation.mip import ColumnMip
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import Method
from solvers.allocation.solve import choose, solve
from solvers.certificate import check
from solvers.outcome import Outcome, Reason
from solvers.stop import Cancelled, GapBelow, Progress
from tests.unit.solvers.toys import brute_force, four_members, one_contract, random_problem, whole


def expected_values(members: int = 60, places: int = 25, seed: int = 3) -> Problem:
    """Classes of members with demand in millionths, too little room."""
    rng = np.random.default_rng(seed)
    member = np.repeat(np.arange(members), places + 1)
    place = np.tile(np.arange(-1, places), members)
    return Problem.singles(
        demand=rng.integers(0, 2_000_000, members),
        capacity=rng.integers(0, 3_000_000, places),
        member=member,
        place=place,
        cost=np.where(place < 0, 5_000_000, rng.integers(20_000, 600_000, len(place))),
        units_per_child=1_000_000,
    )


def test_the_hand_worked_problem() -> None:
    """Siblings together, the plain member in the small home, the solo member without: 1800."""
    answer = solve(four_members())
    assert answer.value == brute_force(four_members()) == 1800
    assert np.flatnonzero(answer.amount).tolist() == [0, 4, 7]


def test_plain_problems_go_to_the_flow_and_others_to_columns() -> None:
    """The method follows the shape."""
    assert choose(expected_values()).name == "flow"
    assert choose(four_members()).name == "column mip"
    assert choose(one_contract(1, 0, 0, [], 0, four_members())).name == "column mip"


def test_a_method_refuses_what_it_cannot_take() -> None:
    """The flow names what it cannot take instead of answering another question."""
    with pytest.raises(ValueError, match="flow cannot take families of several members"):
        solve(four_members(), method=Flow())


def test_expected_values_are_proven_to_the_penny() -> None:
    """With demand in millionths the flow is optimal and its prices prove it; the column search agrees."""
    problem = expected_values()
    answer = solve(problem)
    assert answer.outcome is Outcome.OPTIMAL
    assert answer.bound == answer.value
    assert solve(problem, method=ColumnMip()).value == answer.value


def test_a_warm_price_from_last_month_gives_the_same_optimum() -> None:
    """Prices of a like problem speed the flow up and leave value and prices as they are."""
    this, last = expected_values(), expected_values(seed=3)
    cold = solve(this)
    warm = solve(this, warm=solve(last))
    assert (warm.value, warm.price.tolist()) == (cold.value, cold.price.tolist())


def test_a_warm_start_of_another_shape_is_left_aside() -> None:
    """Amounts and prices that do not fit are not used."""
    warm = Warm(amount=whole(1), price=whole(1, 2, 3))
    assert solve(four_members(), warm=warm).value == 1800
    assert solve(expected_values(), warm=warm).value == solve(expected_values()).value


@pytest.mark.parametrize("method", [ColumnMip(), CpSat()], ids=lambda method: method.name)
def test_a_cancelled_search_still_gives_a_certified_allocation(method: Method) -> None:
    """Asked to stop at once, a search returns what it has and says why."""
    problem = four_members()
    answer = solve(problem, stop=Cancelled(lambda: True), method=method)
    assert check(problem, answer).valid
    assert answer.outcome is Outcome.OPTIMAL or answer.reason is Reason.CANCELLED


@pytest.mark.parametrize("method", [ColumnMip(), CpSat()], ids=lambda method: method.name)
def test_a_gap_asked_for_is_kept(method: Method) -> None:
    """A search content with a tenth ends with at most that, certified."""
    rng = np.random.default_rng(5)
    for _ in range(20):
        problem = random_problem(rng)
        answer = solve(problem, stop=GapBelow(0.1), method=method)
        assert answer.gap <= 0.1


def test_progress_tells_values_down_and_bounds_up() -> None:
    """The listener sees values fall and bounds rise."""
    told: list[Progress] = []
    rng = np.random.default_rng(8)
    for _ in range(10):
        told.clear()
        answer = solve(random_problem(rng), progress=told.append, method=ColumnMip())
        assert told[-1].value == answer.value
        values = [progress.value for progress in told if progress.value is not None]
        assert values == sorted(values, reverse=True)


def test_greedy_proves_nothing_it_cannot() -> None:
    """Today's practice is feasible, finished and carries a true bound."""
    answer = solve(four_members(), method=Greedy())
    assert answer.reason is Reason.FINISHED
    assert answer.outcome is Outcome.FEASIBLE
    assert answer.bound <= 1800 <= answer.value


def test_a_problem_of_nobody_is_answered() -> None:
    """No members, no columns: nothing to pay."""
    empty = Problem.singles(demand=whole(), capacity=whole(3), member=whole(), place=whole(), cost=whole())
    assert solve(empty).value == 0
    assert solve(empty, method=Greedy()).value == 0


def test_members_who_need_nothing_cost_nothing() -> None:
    """A class with no demand is covered by nothing."""
    idle = Problem.singles(demand=whole(0), capacity=whole(3), member=whole(0, 0), place=whole(0, -1), cost=whole(4, 9))
    assert solve(idle).value == solve(idle, method=ColumnMip()).value == 0


def test_the_answer_names_its_library() -> None:
    """Solver and version travel with the answer."""
    assert solve(expected_values()).version.startswith("ortools 9")
    assert solve(four_members()).version.startswith("highs 1")


def test_the_plain_case_does_not_load_highs() -> None:
    """Loading HiGHS takes half a second that a flow need not pay."""
    code = "import sys, solvers.allocation.solve; sys.exit('highspy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
