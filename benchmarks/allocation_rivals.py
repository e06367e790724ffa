"""What a user would otherwise reach for, on the very same columns: each takes a problem and a time limit.

The direct model covers every member and fills no place beyond its capacity; nothing that this project adds to make it
easier (prices, partitions of families, neighbourhoods) is in it. Plain problems go to the usual tools for flows and
assignments too.
"""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import networkx as nx
import numpy as np
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_matrix

from solvers.allocation.arrays import Integers
from solvers.allocation.cp_sat import write
from solvers.allocation.greedy import cheapest_first
from solvers.allocation.highs import as_lp
from solvers.allocation.model import Model, build_model
from solvers.allocation.problem import Problem
from solvers.allocation.worth import is_feasible, value_of

WHOLE = 1e-5
"""Farther than this from a whole number, an amount is a fraction."""


@dataclass(frozen=True)
class Result:
    """Value and bound that a rival ends with; ``None`` where it has none to show."""

    value: float | None
    bound: float | None


def greedy_nearest(problem: Problem, seconds: float) -> Result:
    """Nearest suitable place first, one family after another: today's practice."""
    return _allocated(problem, cheapest_first(problem, problem.cost_parts["away"]))


def greedy_cheapest(problem: Problem, seconds: float) -> Result:
    """Cheapest suitable place first, one family after another."""
    return _allocated(problem, cheapest_first(problem, problem.cost))


def highs_direct(problem: Problem, seconds: float) -> Result:
    """HiGHS on the direct model, its own settings."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(as_lp(build_model(problem, tight=False), whole=True))
    solver.run()
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return Result(info.objective_function_value if found else None, info.mip_dual_bound)


def scipy_milp(problem: Problem, seconds: float) -> Result:
    """scipy.optimize.milp on the direct model."""
    model = build_model(problem, tight=False)
    matrix, low, high = _matrix(model)
    result = milp(
        model.cost.astype(float),
        integrality=np.ones(len(model.cost)),
        bounds=Bounds(0, model.upper),
        constraints=LinearConstraint(matrix, low, high),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    value = None if result.x is None else float(result.fun) + model.constant
    bound = getattr(result, "mip_dual_bound", None)
    return Result(value, None if bound is None else bound + model.constant)


def pulp_cbc(problem: Problem, seconds: float) -> Result:
    """PuLP writing the direct model for CBC, two threads."""
    import pulp  # only in the bench extra

    model = build_model(problem, tight=False)
    matrix, low, high = _matrix(model)
    written = pulp.LpProblem("allocation", pulp.LpMinimize)
    variables = [pulp.LpVariable(f"x{j}", 0, upper, "Integer") for j, upper in enumerate(model.upper.tolist())]
    written += pulp.LpAffineExpression(zip(variables, model.cost.tolist(), strict=True)) + model.constant
    for row in range(len(low)):
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        terms = zip((variables[j] for j in matrix.indices[entries]), matrix.data[entries].tolist(), strict=True)
        total = pulp.LpAffineExpression(terms)
        if low[row] == high[row]:
            written += total == high[row]
        else:
            written += total <= high[row] if np.isinf(low[row]) else total >= low[row]
    written.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=2, gapRel=0.0))
    found = np.array([variable.varValue or 0.0 for variable in variables[: problem.columns]])
    amount = np.rint(found).astype(np.int64)
    if np.abs(found - amount).max() > WHOLE or not is_feasible(problem, amount):
        return Result(None, None)  # stopped by the clock, CBC hands over fractions as if they were a solution
    value = value_of(problem, amount)
    return Result(value, value if written.sol_status == pulp.LpSolutionOptimal else None)


def cp_sat_direct(problem: Problem, seconds: float) -> Result:
    """CP-SAT on the direct model, two workers."""
    model = build_model(problem, tight=False)
    written, _ = write(model, np.zeros(0, np.int64))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(written)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Result(solver.objective_value if found else None, solver.best_objective_bound)


def networkx_flow(problem: Problem, seconds: float) -> Result:
    """Networkx's network simplex on a plain problem."""
    graph = nx.DiGraph()
    graph.add_node("sink", demand=int(problem.demand.sum()))
    graph.add_nodes_from((f"m{i}", {"demand": -int(units)}) for i, units in enumerate(problem.demand))
    graph.add_edges_from((f"h{h}", "sink", {"capacity": int(c), "weight": 0}) for h, c in enumerate(problem.capacity))
    for member, place, cost in zip(problem.column_member, problem.place, problem.cost, strict=True):
        graph.add_edge(f"m{member}", f"h{place}" if place >= 0 else "sink", weight=int(cost))
    value, _ = nx.network_simplex(graph)
    return Result(value, value)


def scipy_assignment(problem: Problem, seconds: float) -> Result:
    """Scipy's linear_sum_assignment on a plain problem, a dense matrix of members by single units of capacity."""
    unit = np.repeat(np.arange(problem.places), problem.capacity)
    first = np.concatenate(([0], np.cumsum(problem.capacity)))
    never = 4 * int(problem.cost.max())
    costs = np.full((problem.members, len(unit) + problem.members), never, np.int64)
    placed = problem.place >= 0
    by_place = np.full((problem.members, problem.places), never, np.int64)
    by_place[problem.column_member[placed], problem.place[placed]] = problem.cost[placed]
    costs[:, : first[-1]] = by_place[:, unit]
    without = problem.column_member[~placed]
    costs[without, len(unit) + without] = problem.cost[~placed]
    rows, columns = linear_sum_assignment(costs)
    value = int(costs[rows, columns].sum())
    return Result(value, value)


RIVALS: dict[str, Callable[[Problem, float], Result]] = {
    "nearest first": greedy_nearest,
    "cheapest first": greedy_cheapest,
    "HiGHS direct": highs_direct,
    "scipy.milp": scipy_milp,
    "PuLP + CBC": pulp_cbc,
    "CP-SAT direct": cp_sat_direct,
}
PLAIN_RIVALS: dict[str, Callable[[Problem, float], Result]] = {
    "nearest first": greedy_nearest,
    "HiGHS direct": highs_direct,
    "networkx flow": networkx_flow,
    "scipy assignment": scipy_assignment,
}


def _allocated(problem: Problem, amount: Integers) -> Result:
    assert is_feasible(problem, amount)
    return Result(value_of(problem, amount), None)


def _matrix(model: Model) -> tuple["csr_matrix[np.int64]", np.ndarray, np.ndarray]:
    before = np.cumsum([0, *(len(rows.low) for rows in model.rows)])
    row = np.concatenate([rows.row + first for rows, first in zip(model.rows, before[:-1], strict=True)])
    column = np.concatenate([rows.column for rows in model.rows])
    entries = np.concatenate([rows.coefficient for rows in model.rows])
    matrix = csr_matrix((entries, (row, column)), shape=(int(before[-1]), len(model.cost)))
    low, high = (np.concatenate([getattr(rows, name) for rows in model.rows]) for name in ("low", "high"))
    return matrix, low, high
