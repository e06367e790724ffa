"""Cost against one other measure: the points of the lower hull by weights, and points between them by a limit.

A point of the hull is an allocation that is best at some weight of the measure. Starting from two ends, the weight at
which two neighbours are worth the same is tried until nothing better lies between them (dichotomic search, Aneja and
Nair 1979). Where the hull leaves a gap, the least cost is found under a limit on the measure. Every point carries its
answer, which carries its proof.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import gcd, nan

from solvers.allocation.answer import Answer, Warm
from solvers.allocation.arrays import Integers, exact_dot
from solvers.allocation.limited import limited
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import DEFAULT_STOP
from solvers.allocation.solve import solve
from solvers.stop import StopRule

LARGEST_WEIGHT = 1_000
"""The smaller of two weights is rounded to this at most, so that weighed costs stay within what floating point can
tell apart. A point found is best at its own weights in any case."""


@dataclass(frozen=True, eq=False)
class Point:
    """One allocation between cost and measure.

    Attributes
    ----------
    cost, measure
        What it comes to on each.
    amount
        Units of each column of the problem.
    weights
        Weight of cost and of the measure at which it is best; ``None`` for a point found under a limit.
    answer
        The certified answer behind it: of the weighted problem, or of the problem with the limit.
    """

    cost: int
    measure: int
    amount: Integers
    weights: tuple[int, int] | None
    answer: Answer

    @property
    def weight(self) -> float:
        """What a unit of the measure is worth at this point; not a number for one found under a limit."""
        return nan if self.weights is None else self.weights[1] / self.weights[0]


PointListener = Callable[[int], None]
"""Hears how many points there are so far."""


def _unheard(points: int) -> None:
    """Listen to nothing."""


def hull(
    problem: Problem,
    measure: Integers,
    far: tuple[int, int],
    *,
    near: tuple[int, int] = (1_000, 1),
    most: int = 12,
    stop: StopRule = DEFAULT_STOP,
    seed: int = 0,
    told: PointListener = _unheard,
) -> list[Point]:
    """Return points of the lower hull, cheapest first.

    Parameters
    ----------
    problem
        Without contracts; its cost is one side.
    measure
        The other side, whole numbers by column.
    near, far
        Weights of cost and measure at the two ends: as good as all for the cost, and as good as all for the measure.
    most
        Points at most.
    """
    if problem.contracts is not None:
        raise ValueError("A frontier is drawn without contracts: their charges cannot be weighed.")
    ends = [_weighed(problem, measure, weights, None, stop, seed) for weights in (near, far)]
    told(2)
    points, sides = list(ends), deque([(ends[0], ends[1])])
    while sides and len(points) < most:
        cheap, other = sides.popleft()
        if cheap.measure <= other.measure or other.cost <= cheap.cost:
            continue
        weights = _rounded(cheap.measure - other.measure, other.cost - cheap.cost)
        found = _weighed(problem, measure, weights, cheap.amount, stop, seed)
        told(len(points) + 1)
        if _below(found, cheap, weights):
            points.append(found)
            sides += [(cheap, found), (found, other)]
    return undominated(points)


def between(
    problem: Problem,
    measure: Integers,
    points: list[Point],
    *,
    count: int,
    stop: StopRule = DEFAULT_STOP,
    seed: int = 0,
) -> list[Point]:
    """Return all points with up to ``count`` more, each the least cost halfway across the widest gap in the measure."""
    points = sorted(points, key=lambda point: -point.measure)
    tried: set[tuple[int, int]] = set()
    for _ in range(count):
        gaps = [
            (left.measure - right.measure, place)
            for place, (left, right) in enumerate(pairwise(points))
            if left.measure - right.measure > 1 and (left.measure, right.measure) not in tried
        ]
        if not gaps:
            break
        place = max(gaps, key=lambda gap: (gap[0], -gap[1]))[1]
        left, right = points[place], points[place + 1]
        found = _under(problem, measure, (left.measure + right.measure) // 2, right.amount, stop, seed)
        if found.measure > right.measure and found.cost < right.cost:
            points.insert(place + 1, found)
        else:
            tried.add((left.measure, right.measure))
    return undominated(points)


def _weighed(
    problem: Problem, measure: Integers, weights: tuple[int, int], amount: Integers | None, stop: StopRule, seed: int
) -> Point:
    weighed = replace(problem, cost=weights[0] * problem.cost + weights[1] * measure, cost_parts={})
    answer = solve(weighed, stop=stop, seed=seed, warm=Warm(amount))
    return _point(problem, measure, answer.amount, weights, answer)


def _under(problem: Problem, measure: Integers, most: int, amount: Integers, stop: StopRule, seed: int) -> Point:
    """Find the least cost with at most so much of the measure; ``amount`` keeps to that."""
    under = limited(problem, measure, most)
    answer = solve(under.problem, stop=stop, seed=seed, warm=under.warm(amount))
    kept = under.amount(answer)
    return _point(problem, measure, amount if kept is None else kept, None, answer)


def _point(
    problem: Problem, measure: Integers, amount: Integers, weights: tuple[int, int] | None, answer: Answer
) -> Point:
    return Point(exact_dot(problem.cost, amount), exact_dot(measure, amount), amount, weights, answer)


def undominated(points: list[Point]) -> list[Point]:
    """Cheapest first, without points that another beats on both sides: a search cut short may leave such."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda point: (point.cost, point.measure)):
        if not kept or point.measure < kept[-1].measure:
            kept.append(point)
    return kept


def _below(found: Point, cheap: Point, weights: tuple[int, int]) -> bool:
    """Whether a point lies below the line through the neighbours it was sought between, by more than its own gap."""
    on_line = weights[0] * cheap.cost + weights[1] * cheap.measure
    better = on_line - (weights[0] * found.cost + weights[1] * found.measure)
    return better > max(0, 2 * (found.answer.value - found.answer.best_bound))


def _rounded(first: int, second: int) -> tuple[int, int]:
    """Bring two whole numbers down to ones of like proportion that are small enough to weigh costs with."""
    shared = gcd(first, second)
    first, second = first // shared, second // shared
    shrink = max(1, -(-min(first, second) // LARGEST_WEIGHT))
    return max(1, round(first / shrink)), max(1, round(second / shrink))
