"""Cost against a measure, and measures in order of importance, against trying everything."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.allocation.arrays import Integers, exact_dot
from solvers.allocation.limited import limited
from solvers.allocation.problem import Problem
from solvers.allocation.solve import solve
from solvers.allocation.worth import is_feasible
from solvers.certificate import check
from solvers.frontier import Point, between, hull, undominated
from solvers.lexicographic import solve_in_order
from tests.unit.solvers.toys import changed, problems

few = settings(max_examples=15, deadline=None)


def allocations(problem: Problem, rng: np.random.Generator, tries: int = 120) -> list[Integers]:
    """Random feasible allocations: columns taken in random order as long as they fit."""
    from solvers.allocation.greedy import fill

    found = [fill(problem, _by_family(problem, rng.permutation(problem.columns))) for _ in range(tries)]
    return [amount for amount in found if is_feasible(problem, amount)]


def _by_family(problem: Problem, order: Integers) -> Integers:
    return order[np.argsort(problem.column_family[order], kind="stable")]


@st.composite
def measured(draw: st.DrawFn) -> tuple[Problem, Integers]:
    """A problem without contracts, costs from 0 up, and a measure of its columns."""
    problem = draw(problems(contracts=False))
    problem = changed(problem, cost=np.maximum(problem.cost, 0))
    measure = draw(st.lists(st.integers(0, 6), min_size=problem.columns, max_size=problem.columns))
    return problem, np.array(measure, np.int64)


@few
@given(case=measured(), seed=st.integers(0, 99))
def test_no_allocation_lies_below_the_hull(case: tuple[Problem, Integers], seed: int) -> None:
    """Whatever the weight, some point of the hull is at least as good as any allocation one stumbles upon."""
    problem, measure = case
    points = hull(problem, measure, far=(1, 100_000), near=(100_000, 1), most=50)
    everything = allocations(problem, np.random.default_rng(seed))
    for amount, weight in product(everything, (0.3, 7.0, 400.0)):
        here = exact_dot(problem.cost, amount) + weight * exact_dot(measure, amount)
        assert min(point.cost + weight * point.measure for point in points) <= here + 1e-6 * (1 + abs(here))


@few
@given(case=measured(), cost=st.integers(0, 9), beaten=st.integers(1, 9))
def test_a_point_beaten_on_both_sides_is_not_shown(case: tuple[Problem, Integers], cost: int, beaten: int) -> None:
    """A search that the clock cut short may hand over an end that another point beats: it is left out."""
    problem, measure = case
    best = hull(problem, measure, far=(1, 100_000), near=(100_000, 1))
    poor = replace(best[0], cost=best[0].cost + cost, measure=best[0].measure + beaten)
    assert undominated([poor, *best]) == best


@few
@given(case=measured())
def test_points_between_are_the_least_cost_under_their_limit(case: tuple[Problem, Integers]) -> None:
    """Cost rises as the measure falls, and what lies between two points is within its limit."""
    problem, measure = case
    first = hull(problem, measure, far=(1, 100_000), near=(100_000, 1))
    points = between(problem, measure, first, count=3)
    assert len(points) >= len(first)
    for left, right in pairwise(points):
        assert left.cost <= right.cost
        assert left.measure >= right.measure
    for point in points:
        assert is_feasible(problem, point.amount)
        assert (point.cost, point.measure) == _figures(problem, measure, point)


def _figures(problem: Problem, measure: Integers, point: Point) -> tuple[int, int]:
    return exact_dot(problem.cost, point.amount), exact_dot(measure, point.amount)


@few
@given(case=measured(), seed=st.integers(0, 99), share=st.floats(0, 1))
def test_a_limit_is_kept_and_costs_no_more_than_it_must(
    case: tuple[Problem, Integers], seed: int, share: float
) -> None:
    """Under a limit, the value is at most that of any allocation within it; where none is, that is said."""
    problem, measure = case
    everything = allocations(problem, np.random.default_rng(seed))
    most = round(share * max(exact_dot(measure, amount) for amount in everything))
    under = limited(problem, measure, most)
    answer = solve(under.problem)
    assert check(under.problem, answer).valid
    amount = under.amount(answer)
    within = [exact_dot(problem.cost, each) for each in everything if exact_dot(measure, each) <= most]
    if amount is None:
        assert not within
        return
    assert is_feasible(problem, amount)
    assert exact_dot(measure, amount) <= most
    assert answer.value <= min(within, default=answer.value)


@few
@given(case=measured(), seed=st.integers(0, 99))
def test_what_comes_first_is_not_bought_off(case: tuple[Problem, Integers], seed: int) -> None:
    """The measure is as low as any allocation has it, and no allocation that low costs less."""
    problem, measure = case
    ranked = solve_in_order(problem, [measure])
    assert ranked.proven
    assert ranked.reached == (exact_dot(measure, ranked.amount), exact_dot(problem.cost, ranked.amount))
    for amount in allocations(problem, np.random.default_rng(seed), 100):
        assert ranked.reached <= (exact_dot(measure, amount), exact_dot(problem.cost, amount))
    second = np.arange(problem.columns) % 2
    thrice = solve_in_order(problem, [measure, second])
    assert thrice.reached[0] == ranked.reached[0]
    assert thrice.reached[2] >= ranked.reached[1]
