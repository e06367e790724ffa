"""The same problem with other columns: fewer of them, or some more."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.groups import entries_of
from solvers.allocation.problem import Problem


def of_columns(problem: Problem, columns: NDArray[np.intp]) -> Problem:
    """Return the problem in which only some columns may be chosen; they must leave each member one without a place."""
    size = problem.column_size[columns]
    terms = problem.contracts
    return replace(
        problem,
        cost=problem.cost[columns],
        place=problem.place[columns],
        use=problem.use[columns],
        column_start=np.concatenate(([0], np.cumsum(size))),
        column_member=problem.column_member[entries_of(problem.column_start, columns)],
        cost_parts={},
        contracts=None if terms is None else replace(terms, volume=terms.volume[columns]),
    )


def with_singles(problem: Problem, member: Integers, place: Integers, use: Integers, cost: Integers) -> Problem:
    """Return the problem with further columns behind its own, one member each; no contract counts them."""
    more = len(member)
    terms = problem.contracts
    none = np.zeros(more, np.int64)
    return replace(
        problem,
        cost=np.concatenate((problem.cost, cost)),
        place=np.concatenate((problem.place, place)),
        use=np.concatenate((problem.use, use)),
        column_start=np.concatenate((problem.column_start, problem.column_start[-1] + 1 + np.arange(more))),
        column_member=np.concatenate((problem.column_member, member)),
        cost_parts={},
        contracts=None if terms is None else replace(terms, volume=np.concatenate((terms.volume, none))),
    )
