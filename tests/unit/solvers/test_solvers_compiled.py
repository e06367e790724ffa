"""The compiled soft minimum: what trying every partition gives, also where compiled code cannot be kept."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numba.core.caching import CacheImpl

from solvers.allocation.compiled import compiled
from solvers.allocation.dual import Dual
from solvers.allocation.partitions import Subsets, priced_costs
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import no_prices
from tests.unit.solvers.toys import random_problem


def soft_least_by_hand(problem: Problem, temperature: float) -> float:
    """Sum over every choice of columns that covers each member of a family once, family by family."""
    cost = priced_costs(problem, no_prices(problem)).astype(float)
    members = [
        frozenset(problem.column_member[problem.column_start[j] : problem.column_start[j + 1]].tolist())
        for j in range(problem.columns)
    ]
    total = 0.0
    for family in range(problem.families):
        own = np.flatnonzero(problem.family == family)
        mine = np.flatnonzero(problem.column_family == family)
        by_first = [[j for j in mine if min(members[j]) == i] for i in own]
        weights = []
        for chosen in product(*([None, *columns] for columns in by_first)):
            covered = [i for j in chosen if j is not None for i in members[j]]
            if sorted(covered) == own.tolist():
                weights.append(-sum(cost[j] for j in chosen if j is not None) / temperature)
        times = problem.demand[own].max()
        total += -temperature * float(np.logaddexp.reduce(weights)) * times
    return total


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("temperature", [20.0, 500.0])
def test_it_sums_over_every_partition(seed: int, temperature: float) -> None:
    """Without prices and contracts the smoothed bound is the soft least over all partitions of every family."""
    problem = random_problem(np.random.default_rng(seed))
    problem = replace(problem, contracts=None)
    value, _ = Dual.of(problem, Subsets.of(problem)).value_and_slope(np.zeros(problem.places), temperature)
    assert value == pytest.approx(soft_least_by_hand(problem, temperature), rel=1e-6, abs=1e-3)


def test_where_nothing_can_be_kept_it_compiles_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only installation without a home folder costs time, not the answer."""
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])

    def doubled(x: float) -> float:
        return 2 * x

    assert compiled(doubled)(21.0) == 42.0
