"""The narrowed flow against the flow over every column: same value, same least prices, whatever it starts from."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.allocation.answer import Warm
from solvers.allocation.flow import Flow
from solvers.allocation.narrowing import NEVER, Board, NarrowFlow, best_start, cheapest_flow, least_prices
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import Request
from solvers.allocation.solve import solve
from solvers.outcome import Outcome, SolverFault
from tests.unit.solvers.toys import brute_force, plain_problems

few = settings(max_examples=60, deadline=None)


@st.composite
def crowded(draw: st.DrawFn) -> Problem:
    """Many members and places with few different costs, so that ties and scarcity are everywhere."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    members, places = draw(st.integers(0, 25)), draw(st.integers(0, 12))
    there = rng.random((members, places)) < draw(st.sampled_from([0.2, 0.6, 1.0]))
    member, place = np.nonzero(there)
    top = draw(st.sampled_from([3, 40, 90_000]))
    demand = rng.integers(0, draw(st.sampled_from([2, 9, 10**9])), members)
    return Problem.singles(
        demand=demand,
        capacity=rng.integers(0, max(1, 2 * int(demand.sum()) // max(places, 1)) + 1, places),
        member=np.concatenate([member, np.arange(members)]).astype(np.int64),
        place=np.concatenate([place, np.full(members, -1)]).astype(np.int64),
        cost=np.concatenate([rng.integers(0, top, len(member)), np.full(members, 10 * top)]),
    )


def one_place(demand: int, capacity: int, cost: int) -> Problem:
    """One member and one place; being left without costs 90."""
    return Problem.singles(
        demand=np.array([demand]),
        capacity=np.array([capacity]),
        member=np.array([0, 0]),
        place=np.array([0, -1]),
        cost=np.array([cost, 90]),
    )


@st.composite
def starts(draw: st.DrawFn, places: int) -> tuple[np.ndarray, ...]:
    """No prices, or some that may be far off."""
    some = st.lists(st.integers(0, 200_000), min_size=places, max_size=places)
    return tuple(np.array(one, dtype=np.int64) for one in draw(st.lists(some, max_size=3)))


@few
@given(problem=plain_problems(), rounds=st.integers(0, 5), within=st.sampled_from([0, 50, 10**6]))
def test_the_optimum_by_trying_everything(problem: Problem, rounds: int, within: int) -> None:
    """However narrow the start and however few the rounds, the value is that of the best of all allocations."""
    method = NarrowFlow((np.zeros(problem.places, np.int64),), rounds=rounds, within=within)
    answer = solve(problem, method=method)
    assert answer.value == answer.bound == brute_force(problem)
    assert answer.outcome is Outcome.OPTIMAL


@few
@given(data=st.data(), problem=crowded(), rounds=st.integers(0, 4), within=st.sampled_from([0, 5, 400_000]))
def test_value_and_least_prices_are_those_of_the_full_flow(
    data: st.DataObject, problem: Problem, rounds: int, within: int
) -> None:
    """The certificate holds over all columns, and each price is the least: what one more unit would save."""
    full = solve(problem, method=Flow())
    narrow = solve(problem, method=NarrowFlow(data.draw(starts(problem.places)), rounds=rounds, within=within))
    assert narrow.value == narrow.bound == full.value
    assert narrow.price.tolist() == full.price.tolist()


@few
@given(data=st.data(), problem=crowded())
def test_where_the_search_starts_leaves_no_trace(data: st.DataObject, problem: Problem) -> None:
    """From no prices, good prices or bad ones: the very same allocation, ties included."""
    cold = solve(problem, method=NarrowFlow())
    bad = solve(problem, method=NarrowFlow(data.draw(starts(problem.places)), rounds=1, within=3))
    good = solve(problem, method=NarrowFlow(), warm=Warm(price=cold.price))
    assert cold.amount.tolist() == bad.amount.tolist() == good.amount.tolist()


@few
@given(problem=crowded(), seed=st.integers(0, 99))
def test_the_second_cost_decides_between_equals_and_nothing_else(problem: Problem, seed: int) -> None:
    """Value as without it; among allocations of that value, none has less second cost."""
    second = np.random.default_rng(seed).integers(0, 30, problem.columns)
    answer = solve(problem, method=NarrowFlow(second=second))
    assert answer.value == solve(problem, method=Flow()).value
    weight = 100 * (problem.members + problem.places + 1)
    both = solve(replace(problem, cost=problem.cost * weight + second), method=Flow())
    assert int(second @ answer.amount) == both.value - weight * answer.value


def test_of_several_columns_in_one_place_the_cheapest_counts() -> None:
    """Two ways into one place at different costs: the cheap one is used, in whatever order they come."""
    for costs in ([70, 30, 900], [30, 70, 900]):
        problem = Problem.singles(
            demand=np.array([2]),
            capacity=np.array([5]),
            member=np.array([0, 0, 0]),
            place=np.array([0, 0, -1]),
            cost=np.array(costs),
        )
        answer = solve(problem, method=NarrowFlow())
        assert answer.value == 60
        assert answer.amount[costs.index(30)] == 2


def test_the_prices_that_prove_most_are_taken() -> None:
    """Of three starts the one with the highest bound."""
    problem = one_place(demand=3, capacity=2, cost=10)
    prices = [np.array([price]) for price in (0, 80, 500)]
    assert best_start(Board.of(problem), prices).tolist() == [80, 0]


def test_a_flow_that_is_not_optimal_has_no_prices() -> None:
    """Whoever stays without while a cheaper place is empty raises prices for ever, and that is a fault."""
    cost = np.array([[10, 90], [0, 0]])
    with pytest.raises(SolverFault, match="not optimal"):
        least_prices(cost, np.array([0, 1]), np.array([1, 0]))


def test_what_cannot_be_covered_is_a_fault() -> None:
    """A member without any column in the table is never silently left out."""
    board = Board(
        np.array([[NEVER, NEVER], [0, 0]]), np.full((2, 2), -1), demand=np.array([1, 1]), capacity=np.array([1, 1])
    )
    with pytest.raises(SolverFault, match="ended with"):
        cheapest_flow(board, np.array([1, 1]), np.array([0, 1]), np.array([0, 0]))


def test_progress_hears_of_the_proof() -> None:
    """The watch is told value and bound, and the answer carries seed and library."""
    problem = one_place(demand=1, capacity=1, cost=5)
    answer = NarrowFlow().solve(problem, Request(seed=7))
    assert (answer.seed, answer.solver, answer.version.split()[0]) == (7, "narrowed flow", "ortools")
