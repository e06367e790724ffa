"""The model of a toy problem, kept as text: a change to the mathematics shows as a readable difference."""

from pathlib import Path

import numpy as np
import pytest

from solvers.allocation.model import Scope, build_model
from solvers.allocation.model_text import model_text
from solvers.allocation.problem import Problem
from tests.unit.solvers.toys import four_members, one_contract

SNAPSHOTS = Path(__file__).parents[2] / "snapshots"
TOYS = {
    "allocation_four_members": four_members(),
    "allocation_contract": one_contract(4, 2, 70, [(2, 10), (3, 25)], 0, four_members()),
}


@pytest.mark.parametrize(("name", "problem"), TOYS.items())
def test_the_model_reads_as_it_was_reviewed(name: str, problem: Problem) -> None:
    """Every constraint of the toy is as it was when somebody last read it."""
    assert model_text(build_model(problem)) == (SNAPSHOTS / f"{name}.txt").read_text()


def test_columns_left_out_leave_the_model() -> None:
    """Kept columns keep their names and constraints."""
    text = model_text(build_model(four_members(), Scope.of(four_members(), np.array([8, 7, 6, 5, 1]))))
    assert "x0" not in text
    assert "coverage[0]: +1 x1 +1 x5 = 1" in text
    assert "capacity[0]: +1 x1 <= 2" in text
