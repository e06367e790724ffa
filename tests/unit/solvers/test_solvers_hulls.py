"""What contracts charge as convex functions: below or above the charge, meeting it where they say, and in the flow."""

import numpy as np
import pytest

from solvers.allocation.arrays import Integers
from solvers.allocation.greedy import cheapest_first
from solvers.allocation.ground import Effort, Ground
from solvers.allocation.hulls import Corners, Slopes
from solvers.allocation.opening import opening
from solvers.allocation.partitions import Subsets
from solvers.allocation.prices import ascend
from solvers.allocation.problem import Problem
from solvers.allocation.worth import is_feasible, value_of
from solvers.stop import AnyOf, Watch
from tests.unit.solvers.toys import charge, one_contract, problem_of, random_problem, whole

TERMS = [
    (6, 4, 100, [], 0),
    (8, 0, 0, [(3, 10), (6, 30)], 1),
    (8, 0, 0, [(3, 10), (6, 30)], 0),
    (9, 5, 70, [(2, 15), (7, 40)], 1),
    (1, 1, 50, [], 1),
]


def under(terms: tuple[int, int, int, list[tuple[int, int]], int]) -> Problem:
    """Ten who could all live in one home under a contract."""
    return one_contract(*terms, of=problem_of([1] * 10, list(range(10)), [10], [((i,), 0, 1, 100) for i in range(10)]))


def along(slopes: Slopes, start: int) -> Integers:
    """Value at each volume, from a start."""
    return start + np.concatenate(([0], np.cumsum(np.repeat(slopes.price, slopes.units))))


def charges_of(problem: Problem, bought: int) -> Integers:
    return whole(*(charge(problem.terms, 0, volume) for volume in range(bought, int(problem.terms.maximum[0]) + 1)))


@pytest.mark.parametrize("terms", TERMS)
@pytest.mark.parametrize("bought", [0, 1])
def test_the_lower_hull_is_convex_and_nowhere_above_the_charge(
    terms: tuple[int, int, int, list[tuple[int, int]], int], bought: int
) -> None:
    """It meets the charge at both ends, and at every volume that it calls a corner; prices rise from unit to unit."""
    problem = under(terms)
    corners = Corners.of(problem, whole(bought))
    hull, true = corners.lower_hull(), charges_of(problem, bought)
    seen = along(hull, int(true[0]))
    assert (np.diff(hull.price) >= 0).all()
    assert (seen <= true + len(true)).all()  # slopes are rounded to whole pence
    for reached in range(bought, bought + len(true)):
        met = int(corners.nearest_of_hull(whole(reached))[0]) - bought
        assert abs(seen[met] - true[met]) <= len(true)


@pytest.mark.parametrize("terms", TERMS)
def test_the_upper_hull_is_convex_and_nowhere_below_the_charge_and_meets_it(
    terms: tuple[int, int, int, list[tuple[int, int]], int],
) -> None:
    """At whatever volume it is asked to."""
    problem = under(terms)
    true = charges_of(problem, 0)
    for at in range(len(true)):
        hull = Corners.of(problem, whole(0), whole(at)).upper_hull(whole(at))
        seen = along(hull, 0)
        seen += true[at] - seen[at]
        assert (np.diff(hull.price) >= 0).all()
        assert (seen >= true - len(true)).all()


@pytest.mark.parametrize("seed", range(12))
def test_placing_plain_members_anew_never_costs_more(seed: int) -> None:
    """From any allocation, contracts or not; and every limit is kept, a contract's maximum too."""
    problem = random_problem(np.random.default_rng(seed))
    subsets = Subsets.of(problem)
    ground = Ground.of(problem, subsets, ascend(problem, subsets), Effort(), 0, Watch(AnyOf()))
    before = cheapest_first(problem, problem.cost)
    counted = (ground.plain.contract == problem.terms.contract).all()
    if len(ground.plain.columns) and counted:
        after = ground.plain.placed(problem, before)
        assert is_feasible(problem, after)
        assert value_of(problem, after) <= value_of(problem, before)


def test_the_opening_fills_a_minimum_that_is_paid_for_anyway() -> None:
    """Three would rather live elsewhere by 10, but two short of a minimum cost 500 each: two go there, not three."""
    columns = [((i,), 0, 1, 110) for i in range(3)] + [((i,), 1, 1, 100) for i in range(3)]
    plain = problem_of([1] * 3, [0, 1, 2], [3, 3], columns)
    problem = one_contract(6, 2, 500, [], 0, of=plain)
    terms = problem.terms
    object.__setattr__(terms, "contract", whole(0, -1))
    object.__setattr__(terms, "volume", np.where(problem.place == 0, 1, 0))
    subsets = Subsets.of(problem)
    ground = Ground.of(problem, subsets, ascend(problem, subsets), Effort(), 0, Watch(AnyOf()))
    assert value_of(problem, opening(ground)) == 110 + 110 + 100


def test_siblings_buy_no_more_under_a_contract_than_its_minimum_is_worth() -> None:
    """Two pairs want the home under contract; beyond a minimum of two a unit earns nothing, so one pair goes there."""
    pairs = [((0, 1), 0, 2, 600), ((2, 3), 0, 2, 600), ((0, 1), 1, 2, 500), ((2, 3), 1, 2, 500)]
    problem = one_contract(8, 2, 300, [], 0, of=problem_of([1] * 4, [0, 0, 1, 1], [4, 4], pairs))
    terms = problem.terms
    object.__setattr__(terms, "contract", whole(0, -1))
    object.__setattr__(terms, "volume", np.where(problem.place == 0, problem.use, 0))
    subsets = Subsets.of(problem)
    ground = Ground.of(problem, subsets, ascend(problem, subsets), Effort(), 0, Watch(AnyOf()))
    assert value_of(problem, opening(ground)) == 600 + 500
