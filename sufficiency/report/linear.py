"""The two optimisers that disclosure control uses, behind plain types: HiGHS through scipy."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

DONE, INFEASIBLE, UNBOUNDED = 0, 2, (3, 4)
"""Statuses; 4 is "unbounded or infeasible", and ours always has the truth as a solution."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What an optimiser found: its status, the least value, and where."""

    status: int
    value: float
    at: NDArray[np.float64]


def linear(
    cost: NDArray[np.float64], equal: Any, right: NDArray[np.float64], low: NDArray[np.float64], high: Any = np.inf
) -> Answer:
    """Return the least ``cost . x`` with ``equal @ x == right`` and ``low <= x <= high``."""
    limits = np.column_stack([low, np.broadcast_to(np.asarray(high, dtype=np.float64), low.shape)])
    matrix = equal if equal.shape[0] else None
    solve = cast("Any", optimize.linprog)
    return _answer(solve(cost, A_eq=matrix, b_eq=right if equal.shape[0] else None, bounds=limits, method="highs"))


def whole(cost: NDArray[np.float64], equal: Any, right: NDArray[np.float64], low: NDArray[np.float64]) -> Answer:
    """Return the same with every number whole."""
    rows = [optimize.LinearConstraint(equal, right, right)] if equal.shape[0] else []
    solve = cast("Any", optimize.milp)
    return _answer(
        solve(cost, constraints=rows, bounds=optimize.Bounds(low, np.inf), integrality=np.ones(len(cost), dtype=int))
    )


def _answer(found: Any) -> Answer:
    at = np.empty(0) if found.x is None else np.asarray(found.x, dtype=np.float64)
    return Answer(int(found.status), float("nan") if found.fun is None else float(found.fun), at)
