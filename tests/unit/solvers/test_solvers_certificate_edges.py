"""The certificate at the very edge of what is allowed: one unit too many is too many."""

from dataclasses import replace

import numpy as np

from solvers.allocation.problem import Problem
from solvers.allocation.solve import solve
from solvers.certificate import check


def test_a_place_over_full_by_one_unit_is_refused() -> None:
    """Two members in a place for one: the answer names the place, however good its cost."""
    problem = Problem.singles(
        demand=np.array([1, 1]),
        capacity=np.array([1]),
        member=np.array([0, 0, 1, 1]),
        place=np.array([0, -1, 0, -1]),
        cost=np.array([100, 900, 300, 900]),
    )
    answer = replace(solve(problem), amount=np.array([1, 0, 1, 0]), value=400)
    certificate = check(problem, answer)
    assert not certificate.valid
    assert any("over-full" in fault for fault in certificate.faults)
