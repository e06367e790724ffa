"""Climbing a smooth concave function whose arguments may be bounded below: limited-memory BFGS on the free ones.

scipy's L-BFGS-B looks, at each step, for the point where the path along the bounded slope bends most; with tens of
thousands of prices that takes as long as the function itself. Here an argument at its bound that would go lower is
left out of the step, and a step that runs into bounds is cut off there (Bertsekas 1982, projected Newton methods),
which is enough where few arguments change sides: the same bound in about as many evaluations.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Slope = Callable[[Reals], tuple[float, Reals]]
"""Value and slope at a point."""

MEMORY = 10
"""Past steps that curvature is read off; 30 climb no faster."""

ENOUGH = 1e-4
"""Share of the rise that the slope promises with which a step is content."""

CUTS = 20
"""Times a step is shortened before it is given up."""

UNBENT = 1e-10
"""Curvature along a step, beside the change in slope, below which it says nothing."""


@dataclass(frozen=True)
class Rules:
    """When to end a climb.

    Attributes
    ----------
    steps
        At most so many.
    rise
        Less than this share of the value is too little to go on for.
    first_move
        How far the first step moves the argument of steepest slope.
    """

    steps: int
    rise: float
    first_move: float


@dataclass
class Curvature:
    """What the last steps said of how the slope changes, as an approximate inverse of the second derivative."""

    size: int
    moves: Reals = field(init=False)
    changes: Reals = field(init=False)
    weight: Reals = field(init=False)
    seen: int = 0
    scale: float = 1.0

    def __post_init__(self) -> None:
        self.moves, self.changes = np.zeros((MEMORY, self.size)), np.zeros((MEMORY, self.size))
        self.weight = np.zeros(MEMORY)

    def step(self, slope: Reals) -> Reals:
        """Return the step that a function of this curvature would be highest after."""
        step = slope.copy()
        latest_first = [number % MEMORY for number in range(self.seen - 1, max(-1, self.seen - 1 - MEMORY), -1)]
        along = np.zeros(MEMORY)
        for k in latest_first:
            along[k] = self.weight[k] * (self.moves[k] @ step)
            step -= along[k] * self.changes[k]
        step *= self.scale
        for k in reversed(latest_first):
            step += (along[k] - self.weight[k] * (self.changes[k] @ step)) * self.moves[k]
        return step

    def learn(self, move: Reals, change: Reals) -> bool:
        """Remember a move and by how much the slope fell along it; say whether it told anything."""
        bend, whole = float(move @ change), float(change @ change)
        if bend <= UNBENT * whole:
            return False
        k = self.seen % MEMORY
        self.moves[k], self.changes[k], self.weight[k] = move, change, 1 / bend
        self.scale = bend / whole
        self.seen += 1
        return True

    def forget(self) -> None:
        """Begin anew."""
        self.seen, self.scale = 0, 1.0


def highest(value_and_slope: Slope, start: Reals, lowest: Reals, rules: Rules) -> Reals:
    """Return a point near the top.

    Parameters
    ----------
    value_and_slope
        The function and its slope.
    start
        Where to begin, shape (arguments,).
    lowest
        What no argument may fall below; minus infinity where there is no bound.
    rules
        When to end.
    """
    point = np.maximum(start, lowest)
    value, slope = value_and_slope(point)
    curvature = Curvature(len(point))
    little, move = False, rules.first_move
    for _ in range(rules.steps):
        free = (point > lowest) | (slope > 0)
        step = _step(curvature, slope, free, move)
        found = _along(value_and_slope, point, value, slope, step, lowest)
        if found is None and (little or not curvature.seen):
            break
        if found is None:
            curvature.forget()
            continue
        new, higher, new_slope = found
        bent = curvature.learn(np.where(free, new - point, 0.0), np.where(free, slope - new_slope, 0.0))
        move = rules.first_move if bent else 4 * move
        was_little, little = little, higher - value <= rules.rise * max(abs(value), 1.0)
        point, value, slope = new, higher, new_slope
        if little and was_little:  # one alone may have overshot a top that others are still far from
            break
    return point


def _step(curvature: Curvature, slope: Reals, free: NDArray[np.bool_], first_move: float) -> Reals:
    """Return a step along which the function rises; the slope itself, scaled, where nothing is known of it."""
    steepest = np.where(free, slope, 0.0)
    if curvature.seen:
        step = np.where(free, curvature.step(steepest), 0.0)
        if step @ steepest > 0:
            return step
        curvature.forget()
    most = float(np.abs(steepest).max())
    return steepest * (first_move / most) if most else steepest


def _along(
    value_and_slope: Slope, point: Reals, value: float, slope: Reals, step: Reals, lowest: Reals
) -> tuple[Reals, float, Reals] | None:
    """Go a step, or as much of it as raises the function enough; return point, value and slope, or nothing."""
    length, rise = 1.0, float(step @ slope)
    for _ in range(CUTS):
        new = np.maximum(point + length * step, lowest)
        higher, new_slope = value_and_slope(new)
        if higher >= value + ENOUGH * float(slope @ (new - point)):
            return new, higher, new_slope
        # Where a parabola through what is known would be highest, within reason.
        length *= float(np.clip(0.5 * rise * length / (rise * length - (higher - value)), 0.1, 0.5))
    return None
