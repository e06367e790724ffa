"""Problems that fall apart, and neighbourhoods that want the same room: one answer, whoever works on what."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.allocation_instances import Recipe, instance
from solvers.allocation import mip
from solvers.allocation.answer import Answer
from solvers.allocation.components import components
from solvers.allocation.contracts import Contracts
from solvers.allocation.ground import Effort, Ground
from solvers.allocation.mip import ColumnMip
from solvers.allocation.partitions import Subsets
from solvers.allocation.polish import Polishing, polish
from solvers.allocation.prices import ascend
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import Abilities
from solvers.allocation.solve import solve
from solvers.allocation.standing import Standing
from solvers.outcome import Outcome, Reason
from solvers.stop import AnyOf, GapBelow, TimeLimit, Watch
from tests.unit.solvers.toys import problem_of, random_problem, whole

APART = ColumnMip(small=0, apart=1)


def side_by_side(one: Problem, other: Problem) -> Problem:
    """Put two problems into one; nothing joins them."""

    def after(first: np.ndarray, second: np.ndarray, by: int) -> np.ndarray:
        return np.concatenate((first, np.where(second < 0, second, second + by)))

    def ends(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return np.concatenate((first, first[-1] + second[1:]))

    a, b = one.terms, other.terms
    names = ("volume", "maximum", "minimum", "shortfall_price", "step_threshold", "step_discount", "on_every_unit")
    terms = Contracts(
        contract=after(a.contract, b.contract, a.count),
        step_start=ends(a.step_start, b.step_start),
        **{name: np.concatenate((getattr(a, name), getattr(b, name))) for name in names},
    )
    return Problem(
        demand=np.concatenate((one.demand, other.demand)),
        family=after(one.family, other.family, one.families),
        capacity=np.concatenate((one.capacity, other.capacity)),
        cost=np.concatenate((one.cost, other.cost)),
        place=after(one.place, other.place, one.places),
        use=np.concatenate((one.use, other.use)),
        column_start=ends(one.column_start, other.column_start),
        column_member=np.concatenate((one.column_member, other.column_member + one.members)),
        contracts=terms if terms.count else None,
    )


@pytest.mark.parametrize("seed", range(6))
def test_parts_that_nothing_joins_cost_together_what_they_cost_apart(seed: int) -> None:
    """Solved as one, two problems cost the sum of the least costs of both, and the whole is proven."""
    rng = np.random.default_rng(seed)
    one, other = random_problem(rng), random_problem(rng)
    answer = solve(side_by_side(one, other), method=APART)
    assert answer.value == solve(one).value + solve(other).value
    assert answer.outcome is Outcome.OPTIMAL
    assert answer.best_bound == answer.value


def test_two_councils_are_solved_as_each_would_be_alone() -> None:
    """Amounts, prices, value and bound of the whole are those of the parts, one behind the other."""
    one, other = (instance(Recipe(40, nearest=(20, 10), seed=seed)) for seed in (1, 2))
    both = side_by_side(one, other)
    least = min(one.columns, other.columns)
    assert [part.problem.columns for part in components(both, least)] == [one.columns, other.columns]
    method = ColumnMip(small=0, apart=least)
    answer, first, second = (solve(problem, method=method) for problem in (both, one, other))
    assert answer.value == first.value + second.value
    assert answer.bound == first.bound + second.bound
    assert answer.amount.tolist() == [*first.amount, *second.amount]
    assert answer.price.tolist() == [*first.price, *second.price]
    assert answer.contract_price.tolist() == [*first.contract_price, *second.contract_price]


def test_parts_keep_a_warm_start_and_say_when_the_clock_cut_them_short() -> None:
    """With no time to think, the warm allocation comes back whole, and the answer owns up to the clock."""
    both = side_by_side(*(instance(Recipe(40, nearest=(20, 10), seed=seed)) for seed in (1, 2)))
    best = solve(both, method=ColumnMip(small=0, apart=500))
    again = solve(both, stop=TimeLimit(1e-6), warm=best, method=ColumnMip(small=0, apart=500))
    assert again.value == best.value
    assert again.reason in (Reason.TIME_LIMIT, Reason.PROVEN)


def test_a_contract_joins_places_that_nobody_shares() -> None:
    """Two families who share no place are one component once a contract covers both places."""
    problem = problem_of([1, 1], [0, 1], [1, 1], [((0,), 0, 1, 100), ((1,), 1, 1, 100)])
    assert len(components(problem, 1)) == 2
    terms = Contracts.none(2, problem.columns)
    one = replace(
        terms,
        contract=whole(0, 0),
        volume=problem.use,
        maximum=whole(2),
        minimum=whole(0),
        shortfall_price=whole(0),
        step_start=whole(0, 0),
        on_every_unit=whole(0),
    )
    assert len(components(replace(problem, contracts=one), 1)) == 1


def test_small_components_are_taken_together_and_none_is_lost() -> None:
    """Every column, place and contract is in exactly one part, whatever the least size."""
    rng = np.random.default_rng(5)
    problem = side_by_side(side_by_side(random_problem(rng), random_problem(rng)), random_problem(rng))
    for least in (1, 10, 10_000):
        parts = components(problem, least)
        for name, count in (("columns", problem.columns), ("places", problem.places)):
            together = np.sort(np.concatenate([getattr(part, name) for part in parts]))
            assert together.tolist() == list(range(count))
        assert all(part.problem.columns >= least for part in parts) or len(parts) == 1


def test_who_finds_the_room_taken_looks_again_in_the_same_round() -> None:
    """Two who both want the one free home at 100 end with 100 and 200 after a single round, not with 100 and 500."""
    columns = [((0,), 0, 2, 100), ((0,), 1, 2, 200), ((0,), 2, 2, 500)]
    columns += [((1,), 0, 2, 100), ((1,), 3, 2, 200), ((1,), 4, 2, 500)]
    columns += [((i,), 3 + i, 2, 50) for i in (2, 3)]
    problem = problem_of([1] * 4, [0, 1, 2, 3], [2] * 7, columns)
    subsets = Subsets.of(problem)
    effort = Effort(smallest=1, largest=1)
    ground = Ground.of(problem, subsets, ascend(problem, subsets), effort, 0, Watch(AnyOf()))
    amount = np.zeros(problem.columns, np.int64)
    amount[[2, 5, 6, 7]] = 1
    standing = Standing(problem, amount)
    with ThreadPoolExecutor(1) as executor:
        polishing = Polishing(ground, standing, executor)
        polishing.round(polishing.plan())
    assert standing.value == 100 + 200 + 50 + 50


SMALL_SEARCHES = Effort(smallest=30, largest=30, nodes=20)


def polished(effort: Effort | None, workers: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Answer, Effort, int]:
    """Return an answer, the effort with which it was bettered on the way, and by how much."""
    problem = instance(Recipe(200, nearest=(30, 15), seed=4))
    made: list[tuple[Effort, int]] = []

    def watched(ground: Ground, standing: Standing) -> Reason | None:
        before = standing.value
        reason = polish(ground, standing)
        made.append((ground.effort, before - standing.value))
        return reason

    with monkeypatch.context() as patched:
        patched.setattr(mip, "polish", watched)
        answer = solve(problem, stop=GapBelow(0.0), method=ColumnMip(effort=effort, workers=workers, small=0))
    return answer, *made[0]


def test_an_effort_that_is_given_is_the_one_that_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fits the size of a problem is tried only where nobody said otherwise."""
    _, fitting, _ = polished(None, 1, monkeypatch)
    _, given, _ = polished(SMALL_SEARCHES, 1, monkeypatch)
    assert fitting == Effort.fitting(200) != Effort.fitting(2_000) != Effort.fitting(8_000)
    assert given == SMALL_SEARCHES


def test_the_number_of_workers_does_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker and two find the same allocation and prices, by neighbourhoods that better it."""
    one, _, bettered = polished(SMALL_SEARCHES, 1, monkeypatch)
    two, _, _ = polished(SMALL_SEARCHES, 2, monkeypatch)
    assert bettered > 0
    assert one.amount.tolist() == two.amount.tolist()
    assert one.price.tolist() == two.price.tolist()
    assert APART.abilities == Abilities(siblings=True, whole_homes=True, contracts=True, proves=True)
