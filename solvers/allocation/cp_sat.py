"""CP-SAT by ortools on all columns: whole numbers throughout, so a second opinion where HiGHS works in floating point.

It gets little of a bound from this model at council size; small problems it settles fast.
"""

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from solvers.allocation.answer import Answer
from solvers.allocation.arrays import Integers
from solvers.allocation.greedy import cheapest_first
from solvers.allocation.model import Model, Scope, build_model, start_values
from solvers.allocation.partitions import Subsets, lagrangian_bound, priced_costs
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import Abilities, Found, Request, hand_in, library_version, no_prices
from solvers.allocation.worth import value_of
from solvers.outcome import Reason, SolverFault
from solvers.stop import Watch

LONGEST_SECONDS = 1e6


@dataclass(frozen=True)
class CpSat:
    """Constraint programming with clause learning, one worker, all columns."""

    @property
    def name(self) -> str:
        """Short name, kept with every answer."""
        return "cp-sat"

    @property
    def abilities(self) -> Abilities:
        """Takes everything, and proves it given time."""
        return Abilities(siblings=True, whole_homes=True, contracts=True, proves=True)

    def solve(self, problem: Problem, request: Request) -> Answer:
        """Search from the greedy allocation."""
        watch = request.watch()
        amount = cheapest_first(problem, problem.cost)
        prices = no_prices(problem)
        subsets = Subsets.of(problem)
        bound = lagrangian_bound(problem, subsets, prices, subsets.split(priced_costs(problem, prices)))
        first = Found(amount, prices, value_of(problem, amount), bound)
        reason = watch.report(first.value, first.bound)
        found = first if first.proven or reason else _searched(problem, first, request, watch)
        reason = reason or watch.report(found.value, found.search_bound) or Reason.FAILED
        return hand_in(self, library_version("ortools"), found, reason, watch, request)


class _Listener(cp_model.CpSolverSolutionCallback):
    """Reports each better solution and stops the search when the rule says so."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watch = watch

    def on_solution_callback(self) -> None:
        if self.watch.report(round(self.objective_value)):
            self.stop_search()


def _searched(problem: Problem, first: Found, request: Request, watch: Watch) -> Found:
    scope = Scope.of(problem)
    model = build_model(problem, scope)
    written, variables = write(model, start_values(problem, model, scope, first.amount).astype(np.int64))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = request.seed % 2**31
    solver.parameters.relative_gap_limit = request.stop.widest_gap
    solver.parameters.max_time_in_seconds = min(max(watch.seconds_left, 0.01), LONGEST_SECONDS)
    status = solver.solve(written, _Listener(watch))
    if status in (cp_model.INFEASIBLE, cp_model.MODEL_INVALID):
        raise SolverFault(f"CP-SAT ended with {solver.status_name(status)}.")
    amount = first.amount
    if status != cp_model.UNKNOWN:
        amount = np.array([solver.value(variable) for variable in variables[: problem.columns]], np.int64)
    value = value_of(problem, amount)
    proven = value if status == cp_model.OPTIMAL and not request.stop.widest_gap else _floor(solver, value)
    return Found(amount, first.prices, value, first.bound, proven)


def _floor(solver: cp_model.CpSolver, value: int) -> int:
    """Round the bound down to a whole penny, one more for the way through floating point."""
    return min(value, int(np.floor(solver.best_objective_bound)) - 1)


def write(model: Model, start: Integers) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """Write a model for CP-SAT, with a hint for as many variables as have a start."""
    written = cp_model.CpModel()
    upper = model.upper.astype(np.int64).tolist()
    variables = [written.new_int_var(0, most, "") for most in upper]
    for rows in model.rows:
        order = np.argsort(rows.row, kind="stable")
        edges = np.searchsorted(rows.row[order], np.arange(len(rows.low) + 1)).tolist()
        column, coefficient = rows.column[order].tolist(), rows.coefficient[order].tolist()
        for row, (low, high) in enumerate(zip(rows.low.tolist(), rows.high.tolist(), strict=True)):
            entries = slice(edges[row], edges[row + 1])
            total = cp_model.LinearExpr.weighted_sum([variables[j] for j in column[entries]], coefficient[entries])
            written.add_linear_constraint(total, _whole(low), _whole(high))
    written.minimize(cp_model.LinearExpr.weighted_sum(variables, model.cost.tolist()) + model.constant)
    for variable, value in zip(variables, start.tolist(), strict=False):
        written.add_hint(variable, value)
    return written, variables


def _whole(limit: float) -> int:
    if np.isinf(limit):
        return cp_model.INT32_MAX**2 if limit > 0 else -(cp_model.INT32_MAX**2)
    return int(limit)
