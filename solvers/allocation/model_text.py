"""A model written out for a reader, one line a constraint, so that a change to the mathematics shows as a change."""

import numpy as np

from solvers.allocation.arrays import Integers
from solvers.allocation.model import Model


def model_text(model: Model) -> str:
    """Write a small model out."""
    names = _names(model)
    constant = f" {model.constant:+d}" if model.constant else ""
    lines = ["minimise", f"  {_sum(model.cost, names)}{constant}", "subject to"]
    for rows in model.rows:
        for row, (about, low, high) in enumerate(zip(rows.about, rows.low, rows.high, strict=True)):
            entries = np.flatnonzero(rows.row == row)
            left = _sum(rows.coefficient[entries], [names[column] for column in rows.column[entries]])
            lines.append(f"  {rows.family}[{about}]: {_relation(left, low, high)}")
    bounds = (f"  0 <= {name} <= {upper:g}" for name, upper in zip(names, model.upper, strict=True))
    return "\n".join([*lines, "whole numbers", *bounds, ""])


def _names(model: Model) -> list[str]:
    """Name the variables: columns, segments that hold, volumes on segments, shortfalls, splits of families."""
    pieces = range(len(model.pieces.contract))
    columns = [f"x{j}" for j in model.columns.tolist()]
    shortfalls = [f"short{k}" for k in model.contracts.tolist()]
    splits = [f"z{w}" for w in range(len(model.splits.family))]
    return [*columns, *(f"y{s}" for s in pieces), *(f"v{s}" for s in pieces), *shortfalls, *splits]


def _sum(coefficients: Integers, names: list[str]) -> str:
    terms = (f"{coefficient:+d} {name}" for coefficient, name in zip(coefficients.tolist(), names, strict=True))
    return " ".join(terms) or "0"


def _relation(left: str, low: float, high: float) -> str:
    if low == high:
        return f"{left} = {low:g}"
    return f"{left} <= {high:g}" if np.isinf(low) else f"{left} >= {low:g}"
