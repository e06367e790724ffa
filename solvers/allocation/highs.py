"""HiGHS behind three verbs: hand a model over, solve its linear relaxation for prices, search it for whole numbers."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solvers.allocation.answer import Prices
from solvers.allocation.arrays import Integers
from solvers.allocation.model import Model, Reals
from solvers.allocation.problem import Problem
from solvers.outcome import SolverFault

try:
    import highspy
except ImportError as error:
    # Both wheels carry a libhighs.so.1; from highspy 1.15 on the second to load is given the first's (or-tools 5246).
    raise SolverFault("highspy cannot be loaded beside ortools. Install highspy below 1.15.") from error

Interrupt = Callable[[float, float], bool]
"""Asked with the value and bound of the search, says whether to stop it."""

SAME_PENNY = 0.5
"""A gap below this many pence is none: values are whole pence."""

PRESOLVABLE = 4_000
"""Columns beyond which presolve costs more than it gives: measured, the root node can stand still for half a minute."""

ROUNDING = 1e-9
"""Share of a bound by which floating point may have put it too high."""


@dataclass(frozen=True)
class Limits:
    """When a search is to end."""

    seconds: float
    relative_gap: float
    seed: int
    nodes: int = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Searched:
    """What a search came back with.

    Attributes
    ----------
    amount
        Units of each kept column, ``None`` when nothing was found.
    bound
        What no choice among the kept columns can cost less than; minus infinity when unknown.
    exhausted
        Whether the search ended by itself rather than being cut short.
    """

    amount: Integers | None
    bound: float
    exhausted: bool


def version() -> str:
    """Version of the library."""
    return f"highs {_solver().version()}"


def relaxed_prices(problem: Problem, model: Model, seconds: float) -> Prices | None:
    """Prices from the duals of the linear relaxation, rounded to whole pence; ``None`` when time ran out."""
    solver = _hand_over(model, whole=False)
    solver.setOptionValue("time_limit", _limit(seconds))
    _run(solver)
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    dual = np.rint(-np.asarray(solver.getSolution().row_dual)).astype(np.int64)
    place = np.zeros(problem.places, np.int64)
    contract = np.zeros(problem.terms.count, np.int64)
    before, rows = model.rows_of("capacity")
    place[rows.about] = np.maximum(dual[before : before + len(rows.about)], 0)
    if len(model.contracts):
        before, rows = model.rows_of("volume")
        contract[rows.about] = dual[before : before + len(rows.about)]
    return Prices(place, contract)


def search(model: Model, limits: Limits, start: Reals | None, interrupt: Interrupt) -> Searched:
    """Branch and bound on one thread, from a start when there is one, until exhausted or told to stop."""
    solver = _hand_over(model, whole=True)
    for option, value in (
        ("time_limit", _limit(limits.seconds)),
        ("random_seed", limits.seed % 2**31),
        ("mip_rel_gap", limits.relative_gap),
        ("mip_abs_gap", SAME_PENNY),
        ("mip_max_nodes", limits.nodes),
        ("presolve", "choose" if len(model.cost) <= PRESOLVABLE else "off"),
    ):
        solver.setOptionValue(option, value)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    _listen(solver, interrupt)
    _run(solver)
    return _searched(solver, len(model.columns))


def _hand_over(model: Model, whole: bool) -> highspy.Highs:
    solver = _solver()
    solver.setOptionValue("threads", 1)
    if solver.passModel(as_lp(model, whole)) == highspy.HighsStatus.kError:
        raise SolverFault("HiGHS refused the model.")
    return solver


def _solver() -> highspy.Highs:
    make: Callable[[], highspy.Highs] = highspy.Highs
    solver = make()
    solver.setOptionValue("output_flag", False)
    return solver


def as_lp(model: Model, whole: bool) -> highspy.HighsLp:
    """Write a model for HiGHS, entries sorted by column: the form that it takes without copying entry by entry."""
    before = np.cumsum([0, *(len(rows.low) for rows in model.rows)])
    column = np.concatenate([rows.column for rows in model.rows])
    row = np.concatenate([rows.row + first for rows, first in zip(model.rows, before[:-1], strict=True)])
    coefficient = np.concatenate([rows.coefficient for rows in model.rows])
    order = np.argsort(column, kind="stable")
    count = len(model.cost)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, int(before[-1])
    lp.col_cost_ = model.cost.astype(float)
    lp.offset_ = float(model.constant)
    lp.col_lower_ = np.zeros(count)
    lp.col_upper_ = model.upper
    lp.row_lower_ = np.concatenate([rows.low for rows in model.rows])
    lp.row_upper_ = np.concatenate([rows.high for rows in model.rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(column[order], np.arange(count + 1)).astype(np.int32)
    lp.a_matrix_.index_ = row[order].astype(np.int32)
    lp.a_matrix_.value_ = coefficient[order].astype(float)
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    return lp


def _listen(solver: highspy.Highs, interrupt: Interrupt) -> None:
    """Ask now and then whether to stop."""

    def ask(event: highspy.highs.HighsCallbackEvent) -> None:
        if interrupt(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound):
            event.interrupt()

    solver.cbMipInterrupt.subscribe(ask)


def _run(solver: highspy.Highs) -> None:
    if solver.run() == highspy.HighsStatus.kError:
        raise SolverFault(f"HiGHS failed: {solver.modelStatusToString(solver.getModelStatus())}.")


def _searched(solver: highspy.Highs, columns: int) -> Searched:
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value)[:columns] if found else None
    amount = None if values is None else np.rint(values).astype(np.int64)
    exhausted = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Searched(amount, info.mip_dual_bound, exhausted)


def whole_bound(bound: float) -> int | None:
    """Round a floating-point bound up to a whole penny, allowing for rounding error."""
    if not math.isfinite(bound):
        return None
    return math.ceil(bound - max(1e-3, abs(bound) * ROUNDING))


def _limit(seconds: float) -> float:
    return min(max(seconds, 0.01), 1e9)
