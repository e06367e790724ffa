"""The allocation in hand, neighbourhoods and the opening: always feasible, never dearer, what they say adds up."""

import numpy as np
import pytest

from solvers.allocation.greedy import cheapest_first
from solvers.allocation.ground import Effort, Ground
from solvers.allocation.groups import entries_of, rank_in_run
from solvers.allocation.neighbourhoods import Occupants, Wishes, neighbourhoods, stakes
from solvers.allocation.opening import opening
from solvers.allocation.partitions import Subsets, least_charges
from solvers.allocation.polish import polish
from solvers.allocation.prices import ascend
from solvers.allocation.problem import Problem
from solvers.allocation.standing import Change, Offers, Standing
from solvers.allocation.worth import charges, is_feasible, used, value_of, volumes
from solvers.stop import AnyOf, Watch
from tests.unit.solvers.toys import four_members, problem_of, random_problem, whole


def ground_of(problem: Problem, workers: int = 1) -> Ground:
    subsets = Subsets.of(problem)
    effort = Effort(smallest=1, largest=2, offers=3, wishes=3)
    return Ground.of(problem, subsets, ascend(problem, subsets), effort, 0, Watch(AnyOf()), workers)


def many(seed: int, count: int) -> list[Problem]:
    rng = np.random.default_rng(seed)
    return [random_problem(rng) for _ in range(count)]


@pytest.mark.parametrize("problem", many(21, 12))
def test_polish_keeps_every_limit_and_only_betters(problem: Problem) -> None:
    """From the opening on the value falls, the books of the standing allocation stay true, every limit is kept."""
    ground = ground_of(problem)
    first = opening(ground)
    assert is_feasible(problem, first)
    standing = Standing(problem, first)
    polish(ground, standing)
    assert standing.value <= value_of(problem, first)
    assert standing.value == value_of(problem, standing.amount)
    assert is_feasible(problem, standing.amount)
    assert standing.used.tolist() == used(problem, standing.amount).tolist()
    assert standing.bought.tolist() == volumes(problem, standing.amount).tolist()


@pytest.mark.parametrize("problem", many(22, 6))
def test_how_many_work_at_once_changes_nothing(problem: Problem) -> None:
    """One worker and three find the same allocation."""
    found = []
    for workers in (1, 3):
        ground = ground_of(problem, workers)
        standing = Standing(problem, opening(ground))
        polish(ground, standing)
        found.append(standing.amount.tolist())
    assert found[0] == found[1]


@pytest.mark.parametrize("problem", many(23, 10))
def test_the_gap_is_regrets_and_empty_room_and_what_contracts_leave(problem: Problem) -> None:
    """To the penny, for any allocation: nothing else separates value from bound. Stakes are made of the same three."""
    ground = ground_of(problem)
    priced, subsets = ground.priced, ground.subsets
    standing = Standing(problem, cheapest_first(problem, problem.cost))
    paid = problem.cost + np.append(priced.prices.place, 0)[problem.place] * problem.use
    paid += np.append(priced.prices.contract, 0)[problem.under()] * problem.terms.volume
    table = subsets.split(paid)
    regret = int(paid @ standing.amount) - int(subsets.worth(table) @ subsets.weight)
    empty = int((problem.capacity - standing.used) @ priced.prices.place)
    left = charges(problem, standing.bought) - priced.prices.contract * standing.bought
    left = left - least_charges(problem, priced.prices)
    assert standing.value - priced.bound == regret + empty + int(left.sum())
    assert (stakes(standing, subsets, priced) >= 0).all()


def test_a_change_is_refused_when_what_it_rests_on_has_changed() -> None:
    """Worked out from other amounts, over-filling, or dearer: refused, and nothing is touched."""
    problem = four_members()
    standing = Standing(problem, whole(1, 0, 0, 0, 1, 0, 0, 1, 0))
    before = standing.amount.tolist()
    columns = np.array([3, 7])
    assert not standing.accept(Change(columns, whole(1, 0), whole(0, 1)))
    assert not standing.accept(Change(columns, whole(0, 1), whole(1, 0)))
    assert not standing.accept(Change(np.array([4, 8]), whole(1, 0), whole(0, 1)))
    assert standing.amount.tolist() == before
    assert standing.value == 1800


def test_a_change_for_the_better_is_made() -> None:
    """From everybody without, member 3 into the home of one saves 700."""
    problem = four_members()
    standing = Standing(problem, whole(0, 0, 0, 0, 0, 1, 1, 1, 1))
    assert standing.accept(Change(np.array([4, 8]), whole(0, 1), whole(1, 0)))
    assert standing.value == 3300


@pytest.mark.parametrize("problem", many(24, 8))
def test_neighbourhoods_of_a_round_share_no_family(problem: Problem) -> None:
    """Each family is in one neighbourhood at most, seeds come highest stake first, sizes are kept, no stake is lost."""
    ground = ground_of(problem)
    standing = Standing(problem, cheapest_first(problem, problem.cost))
    stake = stakes(standing, ground.subsets, ground.priced)
    occupants = Occupants.of(standing, ground.subsets.family)
    size = np.full(problem.families, 2)
    groups = list(neighbourhoods(stake, ground.wishes, occupants, problem.place, size))
    families = np.concatenate([np.zeros(0, np.intp), *groups])
    assert len(families) == len(set(families.tolist()))
    assert max((len(group) for group in groups), default=0) <= 2
    seeds = [stake[group[0]] for group in groups]
    assert seeds == sorted(seeds, reverse=True)
    assert max(seeds, default=0) == (stake.max() if stake.max() >= 1 else 0)


def test_who_is_left_too_few_to_compete_with_waits() -> None:
    """Three in a row compete for two places; once the first has taken its neighbour, the third waits for a round."""
    problem = problem_of([1] * 3, [0, 1, 2], [1, 1], [((0,), 0, 1, 10), ((1,), 0, 1, 5), ((2,), 1, 1, 9)])
    subsets = Subsets.of(problem)
    wishes = Wishes(Offers.of(subsets.family, 3, whole(1, 1, 1, 0, 0, 0) > 0))
    standing = Standing(problem, whole(0, 1, 0, 1, 0, 1))
    stake, occupants = np.array([9.0, 0.0, 4.0]), Occupants.of(standing, subsets.family)
    found = list(neighbourhoods(stake, wishes, occupants, problem.place, np.full(3, 2)))
    assert [group.tolist() for group in found] == [[0, 1], [2]]


def test_ranks_and_entries() -> None:
    """Rows are counted within runs of equal keys; entries of rows are found one row after another."""
    assert rank_in_run(whole(4, 4, 4, 7, 9, 9)).tolist() == [0, 1, 2, 0, 0, 1]
    assert rank_in_run(whole()).tolist() == []
    assert entries_of(whole(0, 2, 2, 5), whole(2, 0)).tolist() == [2, 3, 4, 0, 1]
