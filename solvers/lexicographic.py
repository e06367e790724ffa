"""First things first: the least of one measure, then the least of the next among what is best for the first, and so on.

A legal preference is not bought off at any price, so it cannot be a weight. Each step is solved and certified by
itself; the next step may not exceed what the last one reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from solvers.allocation.answer import Answer
from solvers.allocation.arrays import Integers, exact_dot
from solvers.allocation.limited import limited
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import DEFAULT_STOP
from solvers.allocation.solve import solve
from solvers.outcome import Outcome, SolverFault
from solvers.stop import StopRule

LARGEST_FOLD = 2**40
"""Beyond this, a linear solver can no longer tell one unit of the last measure."""


@dataclass(frozen=True, eq=False)
class Ranked:
    """An allocation that puts one measure before the next.

    Attributes
    ----------
    amount
        Units of each column of the problem.
    reached
        What it comes to on each measure, most important first; the last is the cost.
    steps
        The certified answer of each step.
    """

    amount: Integers
    reached: tuple[int, ...]
    steps: tuple[Answer, ...]

    @property
    def proven(self) -> bool:
        """Whether every step was proven."""
        return all(step.outcome is Outcome.OPTIMAL for step in self.steps)


def solve_in_order(problem: Problem, first: Sequence[Integers], stop: StopRule = DEFAULT_STOP, seed: int = 0) -> Ranked:
    """Minimise each measure in turn, then the cost of the problem.

    Parameters
    ----------
    problem
        Without contracts; its cost is what counts last.
    first
        Measures by column, whole numbers from 0 up, the most important first. Each is folded with those before it: a
        later measure cannot undo an earlier one.

    Examples
    --------
    Two members want the one cheap place. Cost alone gives it to the one it saves more for; if leaving the other in the
    dear column breaks a preference, that is avoided first.

    >>> import numpy as np
    >>> problem = Problem.singles(demand=np.array([1, 1]), capacity=np.array([1]), member=np.array([0, 0, 1, 1]),
    ...                           place=np.array([0, -1, 0, -1]), cost=np.array([100, 900, 300, 900]))
    >>> solve(problem).amount.tolist()
    [1, 0, 0, 1]
    >>> solve_in_order(problem, [np.array([0, 0, 0, 1])]).amount.tolist()
    [0, 1, 1, 0]
    """
    measures = (*first, problem.cost)
    answer = solve(replace(problem, cost=measures[0], cost_parts={}), stop=stop, seed=seed)
    amount, steps, before = answer.amount, [answer], measures[0]
    for position, measure in enumerate(measures[1:], start=1):
        before = measures[0] if position == 1 else _folded(problem, before, measures[position - 1])
        answer, amount = _step(replace(problem, cost=measure, cost_parts={}), before, amount, stop, seed)
        steps.append(answer)
    return Ranked(amount, tuple(exact_dot(measure, amount) for measure in measures), tuple(steps))


def _step(problem: Problem, before: Integers, amount: Integers, stop: StopRule, seed: int) -> tuple[Answer, Integers]:
    """Solve one step: what came before may not get worse than it is in the allocation in hand."""
    under = limited(problem, before, exact_dot(before, amount))
    answer = solve(under.problem, stop=stop, seed=seed, warm=under.warm(amount))
    kept = under.amount(answer)
    if kept is None:
        raise SolverFault("A step of the ranking lost what the step before it had reached.")
    return answer, kept


def _folded(problem: Problem, before: Integers, measure: Integers) -> Integers:
    """Write two measures as one in which no amount of the second outweighs a unit of the first."""
    most = int(measure.max(initial=0)) * int(problem.demand.sum()) + 1
    if int(before.max(initial=0)) * most > LARGEST_FOLD:
        raise ValueError("Measures are too large to be put before one another; use coarser units.")
    return before * most + measure
