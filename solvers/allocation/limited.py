"""The same problem with one limit more: the chosen columns may not add up to more than so much of some measure.

Miles, further parts of families, columns of a kind: any count of columns that is never negative. The limit is written
as a contract that charges nothing and may not be bought beyond its maximum, so every method and the certificate know
it already. Columns without a place move to a place of their own that holds everybody, since they count too; what
remains without a place stands for "the limit cannot be kept" at a cost beyond all others.
"""

from dataclasses import dataclass

import numpy as np

from solvers.allocation.answer import Answer, Warm
from solvers.allocation.arrays import Integers, require_integers, require_length
from solvers.allocation.contracts import Contracts
from solvers.allocation.problem import NO_PLACE, Problem


@dataclass(frozen=True, eq=False)
class Limited:
    """A problem under a limit, and the way back.

    Attributes
    ----------
    problem
        The problem to solve.
    columns
        How many of its columns are those of the problem without the limit, in the same order.
    """

    problem: Problem
    columns: int

    def amount(self, answer: Answer) -> Integers | None:
        """Read the allocation off an answer; ``None`` when the limit cannot be kept."""
        if answer.amount[self.columns :].any():
            return None
        return answer.amount[: self.columns]

    def warm(self, amount: Integers) -> Warm:
        """Start from an allocation of the problem without the limit."""
        return Warm(np.concatenate((amount, np.zeros(self.problem.columns - self.columns, np.int64))))


def limited(problem: Problem, measure: Integers, most: int) -> Limited:
    """Return the problem in which ``sum_j measure_j x_j`` is at most ``most``."""
    if problem.contracts is not None:
        raise ValueError("A problem with contracts cannot be given a further limit.")
    require_integers("measure", measure)
    require_length("measure", measure, problem.columns)
    if (measure < 0).any() or most < 0:
        raise ValueError("A measure and its limit must be at least 0.")
    members = np.arange(problem.members)
    never = np.full(problem.members, _beyond_all(problem))
    without = problem.place == NO_PLACE
    place = np.concatenate((np.where(without, problem.places, problem.place), np.full(problem.members, NO_PLACE)))
    return Limited(
        Problem(
            demand=problem.demand,
            family=problem.family,
            capacity=np.append(problem.capacity, problem.demand.sum()),
            cost=np.concatenate((problem.cost, never)),
            place=place,
            use=np.concatenate((np.where(without, 1, problem.use), np.zeros(problem.members, np.int64))),
            column_start=np.concatenate((problem.column_start, problem.column_start[-1] + 1 + members)),
            column_member=np.concatenate((problem.column_member, members)),
            units_per_child=problem.units_per_child,
            contracts=_limit(problem, measure, most),
        ),
        problem.columns,
    )


def _limit(problem: Problem, measure: Integers, most: int) -> Contracts:
    one, none = np.zeros(1, np.int64), np.zeros(0, np.int64)
    return Contracts(
        contract=np.zeros(problem.places + 1, np.int64),
        volume=np.concatenate((measure, np.zeros(problem.members, np.int64))),
        maximum=np.array([most]),
        minimum=one,
        shortfall_price=one,
        step_start=np.zeros(2, np.int64),
        step_threshold=none,
        step_discount=none,
        on_every_unit=one,
    )


def _beyond_all(problem: Problem) -> int:
    """Return a cost that no saving elsewhere is worth: more than twice all that could be paid."""
    dearest = int(np.abs(problem.cost).max(initial=0))
    return 1 + 2 * dearest * max(1, int(np.count_nonzero(problem.demand)))
