"""Every method against brute force, and what must hold of any allocation and any prices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers import certificate
from solvers.allocation.answer import Prices, Warm
from solvers.allocation.cp_sat import CpSat
from solvers.allocation.flow import Flow
from solvers.allocation.greedy import Greedy
from solvers.allocation.mip import ColumnMip
from solvers.allocation.partitions import Subsets, lagrangian_bound, priced_costs
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import Method
from solvers.allocation.solve import solve
from solvers.outcome import Outcome
from tests.unit.solvers.toys import brute_force, changed, plain_problems, problems

few = settings(max_examples=60, deadline=None)
fewer = settings(max_examples=30, deadline=None)


@pytest.mark.parametrize("method", [Flow(), Flow(columns_a_member=1), ColumnMip(), CpSat()], ids=lambda m: repr(m))
@fewer
@given(problem=plain_problems())
def test_every_method_finds_the_optimum_of_plain_problems(method: Method, problem: Problem) -> None:
    """The optimum by trying everything is what each method returns and calls optimal."""
    answer = solve(problem, method=method)
    assert answer.value == brute_force(problem)
    assert answer.outcome is Outcome.OPTIMAL


@pytest.mark.parametrize("method", [ColumnMip(), CpSat()], ids=lambda m: m.name)
@few
@given(problem=problems())
def test_every_method_finds_the_optimum_with_families_wide_use_and_contracts(method: Method, problem: Problem) -> None:
    """The optimum by trying everything is what each method returns and calls optimal."""
    answer = solve(problem, method=method)
    assert answer.value == brute_force(problem)
    assert answer.outcome is Outcome.OPTIMAL


@few
@given(problem=problems())
def test_greedy_keeps_every_limit_and_is_never_better_than_the_optimum(problem: Problem) -> None:
    """Today's practice is an allocation (its certificate holds) that costs at least the optimum."""
    answer = solve(problem, method=Greedy())
    assert answer.bound <= brute_force(problem) <= answer.value


@few
@given(problem=plain_problems())
def test_flow_proves_itself_by_prices_alone(problem: Problem) -> None:
    """On plain problems the bound by prices meets the value to the penny."""
    answer = solve(problem)
    assert answer.bound == answer.value
    assert answer.search_bound is None


@few
@given(problem=plain_problems(), data=st.data())
def test_a_price_is_what_one_more_unit_there_would_save(problem: Problem, data: st.DataObject) -> None:
    """Least prices are exact: one more unit of a place lowers the value by its price."""
    place = data.draw(st.integers(0, problem.places - 1))
    more = problem.capacity.copy()
    more[place] += 1
    answer = solve(problem)
    assert answer.value - solve(changed(problem, capacity=more)).value == answer.price[place]


@few
@given(problem=problems(), data=st.data())
def test_any_prices_prove_a_bound(problem: Problem, data: st.DataObject) -> None:
    """Whatever the prices, the certificate's bound is no more than the optimum, and the solvers reckon the same."""
    contracts = 0 if problem.contracts is None else problem.contracts.count
    place = data.draw(st.lists(st.integers(0, 900), min_size=problem.places, max_size=problem.places))
    contract = data.draw(st.lists(st.integers(-500, 500), min_size=contracts, max_size=contracts))
    prices = Prices(np.array(place, np.int64), np.array(contract, np.int64))
    bound = certificate.bound_of(problem, prices)
    assert bound <= brute_force(problem)
    subsets = Subsets.of(problem)
    table = subsets.split(priced_costs(problem, prices))
    assert lagrangian_bound(problem, subsets, prices, table) == bound


@few
@given(problem=problems(), data=st.data())
def test_regret_is_a_floor_under_every_use_of_a_column(problem: Problem, data: st.DataObject) -> None:
    """Bound plus regret of a column is at most the least cost of any allocation that uses it."""
    place = data.draw(st.lists(st.integers(0, 900), min_size=problem.places, max_size=problem.places))
    prices = Prices(np.array(place, np.int64), np.zeros(problem.contracts.count if problem.contracts else 0, np.int64))
    subsets = Subsets.of(problem)
    priced = priced_costs(problem, prices)
    table = subsets.split(priced)
    floor = lagrangian_bound(problem, subsets, prices, table) + subsets.regret(priced, table)
    answer = solve(problem, method=CpSat())
    assert (floor[answer.amount > 0] <= answer.value).all()


@fewer
@given(problem=problems(), data=st.data())
def test_one_more_unit_never_makes_it_worse(problem: Problem, data: st.DataObject) -> None:
    """Adding capacity anywhere cannot raise the value."""
    more = problem.capacity.copy()
    more[data.draw(st.integers(0, problem.places - 1))] += 1
    assert solve(changed(problem, capacity=more)).value <= solve(problem).value


@fewer
@given(problem=problems(contracts=False), data=st.data())
def test_the_order_of_places_does_not_matter(problem: Problem, data: st.DataObject) -> None:
    """Numbering places otherwise leaves the value as it is."""
    order = np.array(data.draw(st.permutations(range(problem.places))), np.int64)
    capacity = np.empty_like(problem.capacity)
    capacity[order] = problem.capacity
    place = np.where(problem.place < 0, -1, order[problem.place])
    assert solve(changed(problem, capacity=capacity, place=place)).value == solve(problem).value


@fewer
@given(problem=problems(contracts=False))
def test_doubling_costs_doubles_the_value(problem: Problem) -> None:
    """The value is free of scale."""
    assert solve(changed(problem, cost=2 * problem.cost)).value == 2 * solve(problem).value


@fewer
@given(problem=plain_problems(), data=st.data())
def test_a_warm_start_changes_nothing_but_the_way(problem: Problem, data: st.DataObject) -> None:
    """Whatever prices a flow starts from, value and least prices are the same."""
    start = data.draw(st.lists(st.integers(0, 900), min_size=problem.places, max_size=problem.places))
    cold = solve(problem)
    warm = solve(problem, warm=Warm(price=np.array(start, np.int64)), method=Flow(columns_a_member=1))
    assert warm.value == cold.value
    assert warm.price.tolist() == cold.price.tolist()


@fewer
@given(problem=problems())
def test_the_same_seed_gives_the_same_answer(problem: Problem) -> None:
    """Two runs agree in every unit and every price."""
    first, second = solve(problem, seed=7), solve(problem, seed=7)
    assert first.amount.tolist() == second.amount.tolist()
    assert first.price.tolist() == second.price.tolist()
