"""Many contested random instances through every method: same value, every certificate holds."""

import numpy as np
import pytest

from solvers.allocation.cp_sat import CpSat
from solvers.allocation.greedy import Greedy
from solvers.allocation.ground import Effort
from solvers.allocation.mip import ColumnMip
from solvers.allocation.solve import solve
from tests.unit.solvers.toys import brute_force, random_problem

ALL_THE_WAY = ColumnMip(effort=Effort(workers=2, sizes=(1, 2), offers=2, wishes=2), small=0, comfortable=4)
"""Small problems treated as large ones: prices by ascent, neighbourhoods, filters."""


def agree(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    for number in range(count):
        problem = random_problem(rng)
        best = brute_force(problem)
        assert solve(problem, method=ColumnMip()).value == best
        if number % 4 == 0:
            assert solve(problem, method=ALL_THE_WAY).value == best
        assert solve(problem, method=CpSat()).value == best
        greedy = solve(problem, method=Greedy())
        assert greedy.bound <= best <= greedy.value


def test_methods_agree_on_random_problems() -> None:
    """Brute force, HiGHS and CP-SAT find the same value on contested problems with families, solo and contracts."""
    agree(seed=1, count=120)


@pytest.mark.slow
def test_methods_agree_on_ten_thousand_random_problems() -> None:
    """The same, ten thousand times."""
    agree(seed=2, count=10_000)
