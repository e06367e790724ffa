"""One verb: a problem, a stopping rule and a seed give an answer that has passed its certificate."""

from solvers.allocation.answer import Answer, Warm
from solvers.allocation.flow import Flow
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import DEFAULT_STOP, Method, Request
from solvers.certificate import require_valid
from solvers.stop import ProgressListener, StopRule


def solve(
    problem: Problem,
    stop: StopRule = DEFAULT_STOP,
    seed: int = 0,
    warm: Warm | Answer | None = None,
    progress: ProgressListener | None = None,
    method: Method | None = None,
) -> Answer:
    """Find an allocation and its proof.

    Parameters
    ----------
    problem
        What may be chosen, and the limits on it.
    stop
        When to stop thinking; proof ends the search in any case.
    seed
        Passed to solvers that draw lots. Same problem, rule and seed give the same answer unless the clock cut it
        short.
    warm
        An earlier answer, or parts of one, to start from.
    progress
        Called with each better value or bound.
    method
        A method by name of its class instead of the one chosen by shape.

    Raises
    ------
    ValueError
        When the method cannot take the problem.
    solvers.outcome.SolverFault
        When the solver broke or its answer fails the certificate.

    Examples
    --------
    >>> import numpy as np
    >>> problem = Problem.singles(demand=np.array([1, 1]), capacity=np.array([1]), member=np.array([0, 0, 1, 1]),
    ...                           place=np.array([0, -1, 0, -1]), cost=np.array([100, 900, 300, 900]))
    >>> answer = solve(problem)
    >>> answer.outcome.value, answer.value, answer.amount.tolist(), answer.price.tolist()
    ('optimal', 1000, [1, 0, 0, 1], [600])
    """
    chosen = method or choose(problem)
    refusal = chosen.abilities.refusal(problem)
    if refusal is not None:
        raise ValueError(f"The method {chosen.name} cannot take {refusal}.")
    start = Warm.of(warm) if isinstance(warm, Answer) else warm or Warm()
    return require_valid(problem, chosen.solve(problem, Request(stop, seed, start, progress)))


def choose(problem: Problem) -> Method:
    """Choose by shape: network flow where it is exact, columns and prices elsewhere."""
    flow = Flow()
    if flow.abilities.refusal(problem) is None:
        return flow
    from solvers.allocation.mip import ColumnMip  # loading HiGHS takes half a second that the plain case need not pay

    return ColumnMip()
