"""The problem as a linear model, column by column: one function a family of constraints, each with its formula.

Rows and columns are kept as flat arrays of entries (row, column, coefficient) until the model is handed over whole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.contracts import Contracts, Segments
from solvers.allocation.problem import Problem
from solvers.allocation.worth import volumes

UNBOUNDED = np.inf
Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rows:
    """One family of constraints: ``low <= sum of entries <= high``."""

    family: str
    low: Reals
    high: Reals
    row: Integers
    column: Integers
    coefficient: Integers


@dataclass(frozen=True, eq=False)
class Variables:
    """What is to be chosen: the kept columns first, then what contracts need. All are whole numbers from zero up."""

    cost: Integers
    upper: Reals


@dataclass(frozen=True, eq=False)
class Model:
    """A mixed-integer linear model of the kept columns of a problem.

    Attributes
    ----------
    kept
        Columns of the problem that the first variables stand for.
    variables, rows
        What is chosen and under which limits.
    """

    kept: NDArray[np.intp]
    variables: Variables
    rows: tuple[Rows, ...]

    def rows_before(self, family: str) -> int:
        """How many rows precede a family of constraints."""
        names = [rows.family for rows in self.rows]
        return sum(len(rows.low) for rows in self.rows[: names.index(family)])


def build_model(problem: Problem, kept: NDArray[np.intp] | None = None) -> Model:
    """Write the model of a problem, or of some of its columns."""
    chosen = np.arange(problem.columns) if kept is None else np.sort(kept)
    rows = [coverage(problem, chosen), capacity(problem, chosen)]
    variables = _column_variables(problem, chosen)
    if problem.contracts is None:
        return Model(chosen, variables, tuple(rows))
    rows += [volume(problem, chosen), one_segment(problem, len(chosen)), segment_limits(problem, len(chosen))]
    return Model(chosen, _with_contracts(problem, variables), (*rows, shortfall(problem, len(chosen))))


def coverage(problem: Problem, kept: NDArray[np.intp]) -> Rows:
    """Cover every member exactly: ``sum_{j covers i} x_j = demand_i``."""
    size = problem.column_size
    chosen = np.zeros(problem.columns, bool)
    chosen[kept] = True
    member = problem.column_member[np.repeat(chosen, size)]
    column = np.repeat(np.arange(len(kept)), size[kept])
    demand = problem.demand.astype(float)
    return Rows("coverage", demand, demand, member, column, np.ones_like(member))


def capacity(problem: Problem, kept: NDArray[np.intp]) -> Rows:
    """Fill no place beyond its capacity: ``sum_{j at h} use_j x_j <= capacity_h``."""
    column = np.flatnonzero((problem.place[kept] >= 0) & (problem.use[kept] > 0))
    at = kept[column]
    free = np.full(problem.places, -UNBOUNDED)
    return Rows("capacity", free, problem.capacity.astype(float), problem.place[at], column, problem.use[at])


def volume(problem: Problem, kept: NDArray[np.intp]) -> Rows:
    """Tie what is bought under a contract to its segments: ``sum_{j under k} volume_j x_j - sum_s v_s = 0``."""
    terms, pieces = _terms(problem)
    under = np.append(terms.contract, -1)[problem.place[kept]]
    column = np.flatnonzero((under >= 0) & (terms.volume[kept] > 0))
    zero = np.zeros(terms.count)
    first = len(kept) + len(pieces.contract)
    return Rows(
        "volume",
        zero,
        zero,
        np.concatenate((under[column], pieces.contract)),
        np.concatenate((column, first + np.arange(len(pieces.contract)))),
        np.concatenate((terms.volume[kept][column], -np.ones_like(pieces.contract))),
    )


def one_segment(problem: Problem, columns: int) -> Rows:
    """Put a contract on exactly one of its segments: ``sum_{s of k} y_s = 1``."""
    terms, pieces = _terms(problem)
    one = np.ones(terms.count)
    column = columns + np.arange(len(pieces.contract))
    return Rows("one segment", one, one, pieces.contract, column, np.ones_like(pieces.contract))


def segment_limits(problem: Problem, columns: int) -> Rows:
    """Keep volume within the segment that holds: ``first_s y_s <= v_s <= last_s y_s``."""
    _, pieces = _terms(problem)
    count = len(pieces.contract)
    piece = np.arange(count)
    one = np.ones(count, np.int64)
    return Rows(
        "segment limits",
        np.concatenate((np.zeros(count), np.full(count, -UNBOUNDED))),
        np.concatenate((np.full(count, UNBOUNDED), np.zeros(count))),
        np.concatenate((piece, piece, count + piece, count + piece)),
        columns + np.concatenate((count + piece, piece, count + piece, piece)),
        np.concatenate((one, -pieces.first, one, -pieces.last)),
    )


def shortfall(problem: Problem, columns: int) -> Rows:
    """Pay what is short of a minimum anyway: ``short_k + sum_{s of k} v_s >= minimum_k``."""
    terms, pieces = _terms(problem)
    count = len(pieces.contract)
    contract = np.arange(terms.count)
    return Rows(
        "shortfall",
        terms.minimum.astype(float),
        np.full(terms.count, UNBOUNDED),
        np.concatenate((contract, pieces.contract)),
        np.concatenate((columns + 2 * count + contract, columns + count + np.arange(count))),
        np.ones(terms.count + count, np.int64),
    )


def start_values(problem: Problem, model: Model, amount: Integers) -> Reals:
    """Value of every variable of the model at an allocation whose columns are all kept."""
    columns = amount[model.kept].astype(float)
    if problem.contracts is None:
        return columns
    terms, pieces = _terms(problem)
    bought = volumes(problem, amount)
    inside = (pieces.first <= bought[pieces.contract]) & (bought[pieces.contract] <= pieces.last)
    short = np.maximum(0, terms.minimum - bought)
    return np.concatenate((columns, inside, inside * bought[pieces.contract], short)).astype(float)


def model_text(model: Model) -> str:
    """Write a small model out for a reader, one line a constraint, so that a change to the mathematics shows."""
    names = _names(model)
    lines = ["minimise", f"  {_sum(model.variables.cost, names)}", "subject to"]
    for rows in model.rows:
        for row, (low, high) in enumerate(zip(rows.low, rows.high, strict=True)):
            entries = np.flatnonzero(rows.row == row)
            left = _sum(rows.coefficient[entries], [names[column] for column in rows.column[entries]])
            lines.append(f"  {rows.family}[{row}]: {_relation(left, low, high)}")
    bounds = (f"  0 <= {name} <= {upper:g}" for name, upper in zip(names, model.variables.upper, strict=True))
    return "\n".join([*lines, "whole numbers", *bounds, ""])


def _column_variables(problem: Problem, kept: NDArray[np.intp]) -> Variables:
    upper = np.minimum.reduceat(problem.demand[problem.column_member], problem.column_start[:-1])[kept]
    return Variables(problem.cost[kept], upper.astype(float))


def _with_contracts(problem: Problem, columns: Variables) -> Variables:
    terms, pieces = _terms(problem)
    count = len(pieces.contract)
    return Variables(
        np.concatenate((columns.cost, pieces.offset, -pieces.discount, terms.shortfall_price)),
        np.concatenate((columns.upper, np.ones(count), pieces.last, terms.minimum)),
    )


def _terms(problem: Problem) -> tuple[Contracts, Segments]:
    if problem.contracts is None:
        raise ValueError("The problem has no contracts.")
    return problem.contracts, problem.contracts.segments()


def _names(model: Model) -> list[str]:
    """Name the variables: columns, segments that hold, volumes on segments, shortfalls."""
    columns = [f"x{j}" for j in model.kept.tolist()]
    beyond = len(model.variables.cost) - len(columns)
    if not beyond:
        return columns
    contracts = len(model.rows[-1].low)
    pieces = (beyond - contracts) // 2
    counted = (("y", pieces), ("v", pieces), ("short", contracts))
    return columns + [f"{letter}{index}" for letter, count in counted for index in range(count)]


def _sum(coefficients: Integers, names: list[str]) -> str:
    terms = (f"{coefficient:+d} {name}" for coefficient, name in zip(coefficients.tolist(), names, strict=True))
    return " ".join(terms) or "0"


def _relation(left: str, low: float, high: float) -> str:
    if low == high:
        return f"{left} = {low:g}"
    return f"{left} <= {high:g}" if np.isinf(low) else f"{left} >= {low:g}"
