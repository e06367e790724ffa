"""Pounds against miles, and what a policy costs: today's children over today's places under other weights.

Every point is an allocation with its own proof. The frontier is the lower convex hull as :mod:`solvers.frontier` finds
it, exact up to the gap of each solve, which is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.compare import described
from scenarios.forward import prepared_of
from scenarios.ground import Ground
from scenarios.inputs import Progress, no_progress
from scenarios.today import CLOSE_ENOUGH, TodayPicture, picture_today
from solvers.allocation.answer import Answer
from solvers.allocation.solve import solve
from solvers.frontier import hull
from solvers.stop import AnyOf, GapBelow, TimeLimit
from sufficiency.domain.errors import AssumptionError
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import FAR_MILES, LOCALITIES
from sufficiency.matching.today import TodayProblem, build_problem, place_of_member, places_used, splits
from sufficiency.project.config import nearest

IntArray = NDArray[np.int64]

AXES: Mapping[str, str] = {
    "miles": "miles from home, where known",
    "unmet": "children without a suitable place",
    "splits": "further parts of sibling groups",
    "out-of-area": "children outside the council's area",
}
"""What pounds can be traded against."""

HARD_PENCE = 10_000_000
"""Pence a week on breaking a rule that is always kept: more than any price, less than being without a place."""

LARGEST_WEIGHT: Mapping[str, float] = {
    "miles": 100_000.0,
    "unmet": float(HARD_PENCE),
    "splits": float(HARD_PENCE),
    "out-of-area": float(HARD_PENCE),
}
"""Pence a unit (a tenth of a mile) at which nothing is dearer than the axis: the far end of the frontier."""

MOST_POINTS = 12
SOLVE_SECONDS = 20.0
STOP = AnyOf(TimeLimit(SOLVE_SECONDS), GapBelow(CLOSE_ENOUGH))


@dataclass(frozen=True)
class Point:
    """One allocation: its axis, what it costs, and its proof."""

    pounds_weekly: float
    axis: float
    figures: Mapping[str, float]
    weight: float
    gap: float
    outcome: str


@dataclass(frozen=True, eq=False)
class Desk:
    """Today's picture with the two halves of a problem: what everything else costs, and the axis.

    Attributes
    ----------
    cost, axis
        Of each column: pence a week of everything but the axis, and the axis in its own unit (miles in tenths).
    """

    picture: TodayPicture
    policy: Policy
    today: TodayProblem
    cost: IntArray
    axis: IntArray


def picture_of(ground: Ground, seed: int) -> TodayPicture:
    """Return today's children and places; need profiles that no return tells are drawn in the assumed shares."""
    return picture_today(prepared_of(ground), np.random.default_rng(seed))


def desk_for(picture: TodayPicture, policy: Policy, against: str) -> Desk:
    """Split the cost of every column into the axis and the rest.

    The weights that stand for the axis are taken out of the rest: those of distance and borders for miles and
    out-of-area, that of splits for splits. Leaving a child without a place dominates in both, unless it is the axis.

    Raises
    ------
    AssumptionError
        When there is no such axis.
    """
    if against not in AXES:
        raise AssumptionError(f"--against {against}: {nearest(against, list(AXES))}")
    flat = replace(picture.reach, cost=np.zeros_like(picture.reach.cost))
    place_bound = against in ("miles", "out-of-area")
    rest = replace(
        policy,
        out_of_area=0 if place_bound else policy.out_of_area,
        distant=0 if place_bound else policy.distant,
        sibling_split=0 if against == "splits" else policy.sibling_split,
        unmet=HARD_PENCE // 10 if against == "unmet" else policy.unmet,
    )
    cost = _problem(replace(picture, reach=flat) if place_bound else picture, rest)
    axis = _problem(*_axis_only(picture, policy, against))
    return Desk(picture, policy, cost, cost.problem.cost, axis.problem.cost)


def _axis_only(picture: TodayPicture, policy: Policy, against: str) -> tuple[TodayPicture, Policy]:
    """Return the picture and policy that cost nothing but the axis; being without a place is the worst of it.

    Rules of the policy stay, so that there is the same to choose from.
    """
    rules = (policy.siblings_together, policy.max_miles_new, policy.usual_limit, policy.solo_in_larger_homes)
    nothing = Policy(0.0, 0, 1e9, 0, 0, 0, 0, 0, 0, 0, *rules)
    free = replace(picture.places, weekly_pence=np.zeros_like(picture.places.weekly_pence))
    blank = replace(picture, places=free, reach=replace(picture.reach, cost=np.zeros_like(picture.reach.cost)))
    if against == "miles":
        tenths = np.rint(np.nan_to_num(picture.reach.miles) * 10).astype(np.int64)
        worst = replace(nothing, unmet=int(tenths.max()) + 1)
        return replace(blank, reach=replace(picture.reach, cost=tenths)), worst
    if against == "out-of-area":
        return blank, replace(nothing, out_of_area=1, unmet=2)
    if against == "splits":
        return blank, replace(nothing, sibling_split=1, unmet=2)
    return blank, replace(nothing, unmet=1)


def _problem(picture: TodayPicture, policy: Policy) -> TodayProblem:
    return build_problem(
        picture.members, picture.sibling_group, picture.places, picture.capacity, picture.reach, policy
    )


def point_at(desk: Desk, weight: float, seed: int) -> Point:
    """Solve with the axis at a weight in pence a unit, and measure the answer."""
    cost = desk.cost + np.rint(weight * desk.axis).astype(np.int64)
    answer = solve(replace(desk.today.problem, cost=cost), stop=STOP, seed=seed)
    return _measured(desk, answer, weight)


def _measured(desk: Desk, answer: Answer, weight: float) -> Point:
    chosen = np.flatnonzero(answer.amount > 0)
    return Point(
        pounds_weekly=float(desk.cost[chosen].sum()) / 100,
        axis=float(desk.axis[chosen].sum()),
        figures=figures_today(desk.picture, desk.today, answer),
        weight=weight,
        gap=answer.gap,
        outcome=str(answer.outcome),
    )


def figures_today(picture: TodayPicture, today: TodayProblem, answer: Answer) -> dict[str, float]:
    """Return what an allocation of today's children comes to."""
    unmet = len(picture.places) - 1
    found, used = place_of_member(today, answer), places_used(today, answer)
    place = np.where(found < 0, unmet, found)
    housed = place != unmet
    miles = picture.reach.miles[picture.members.zone, place]
    locality = picture.reach.locality[place]
    return {
        "price_pounds_weekly": float((picture.places.weekly_pence[place] * used).sum()) / 100,
        "miles": float(np.nansum(np.where(housed, miles, np.nan))),
        "mean_miles": float(np.nanmean(miles)) if (~np.isnan(miles)).any() else float("nan"),
        "over_20": float((miles > FAR_MILES).sum()),
        "out_of_area": float((housed & (locality != LOCALITIES.index("in area"))).sum()),
        "sibling_splits": float(splits(today, found)),
        "unmet": float((~housed).sum()),
    }


def frontier(
    picture: TodayPicture, policy: Policy, against: str, seed: int, *, progress: Progress = no_progress
) -> pd.DataFrame:
    """Return the points of the hull from the cheapest to the best on the axis.

    Returns
    -------
    pandas.DataFrame
        ``point, weight_pounds, cost_pounds_weekly, axis, price_pounds_weekly, mean_miles, over_20, out_of_area,
        sibling_splits, unmet, gap, outcome``.
    """
    desk = desk_for(picture, policy, against)
    problem = replace(desk.today.problem, cost=desk.cost, cost_parts={})
    far = (1, round(LARGEST_WEIGHT[against]))
    found = hull(
        problem,
        desk.axis,
        far,
        most=MOST_POINTS,
        stop=STOP,
        seed=seed,
        told=lambda points: progress("solving points", points, MOST_POINTS),
    )
    points = [_measured(desk, each.answer, each.weight) for each in found]
    return _frame(sorted(points, key=lambda each: (-each.axis, each.pounds_weekly)), against)


def _frame(points: list[Point], against: str) -> pd.DataFrame:
    unit = 10.0 if against == "miles" else 1.0
    shown = {"miles": "miles", "unmet": "unmet", "splits": "sibling_splits", "out-of-area": "out_of_area"}[against]
    rows = [
        {
            "point": number,
            "weight_pounds": point.weight * unit / 100,
            "cost_pounds_weekly": point.pounds_weekly,
            "axis": point.figures[shown],
            **point.figures,
            "gap": point.gap,
            "outcome": point.outcome,
        }
        for number, point in enumerate(points, start=1)
    ]
    words = (
        f"Pounds a week against {AXES[against]} on the base date; cost: prices and the policy's other weights. "
        "weight_pounds is what one unit is worth a week at that point. Between two neighbours no point is better than "
        "the line that joins them, up to the gap."
    )
    return described(pd.DataFrame(rows), f"pounds against {AXES[against]}", "as named", words)


POLICIES: Mapping[str, str] = {
    "siblings-together": "brothers and sisters are never parted while a place exists for them",
    "within-20-miles": "nobody lives more than 20 miles from home while a place exists nearer",
    "in-area": "everybody lives in the council's area while a place exists there",
    "preferred-setting": "everybody lives in the setting that suits best while a place exists",
    "near-home": "miles and borders weigh as the project says, against weighing nothing",
}
"""Policies that can be priced."""


def price_of(
    picture: TodayPicture, policy: Policy, name: str, seed: int, *, progress: Progress = no_progress
) -> pd.DataFrame:
    """Return what keeping a policy costs: today's children matched with it and without it.

    Returns
    -------
    pandas.DataFrame
        ``measure, without, with_policy, difference``; the weekly price of the policy is the first row.

    Raises
    ------
    AssumptionError
        When there is no such policy; the nearest is named.
    """
    if name not in POLICIES:
        raise AssumptionError(f"--policy {name}: is not known. {nearest(name, list(POLICIES))}")
    sides = []
    for number, (sided, weights) in enumerate(_sides(picture, policy, name)):
        today = _problem(sided, weights)
        answer = solve(today.problem, stop=STOP, seed=seed)
        figures = figures_today(picture, today, answer)
        sides.append({**figures, "gap": answer.gap})
        progress("solving without and with", number + 1, 2)
    without, kept = sides
    rows = [
        {
            "measure": measure,
            "without": without[measure],
            "with_policy": kept[measure],
            "difference": kept[measure] - without[measure],
        }
        for measure in without
    ]
    words = f"Today's children matched without and with: {POLICIES[name]}. Nobody is proposed for a move."
    return described(pd.DataFrame(rows), f"the price of {name}", "as named", words)


def _sides(picture: TodayPicture, policy: Policy, name: str) -> list[tuple[TodayPicture, Policy]]:
    """Return the picture and policy without and with the named policy."""
    if name == "siblings-together":
        free = replace(policy, siblings_together=False)
        return [(picture, replace(free, sibling_split=weight)) for weight in (0, HARD_PENCE)]
    if name == "preferred-setting":
        return [(picture, replace(policy, not_preferred=weight)) for weight in (0, HARD_PENCE)]
    if name == "in-area":
        return [(picture, replace(policy, out_of_area=weight, distant=0)) for weight in (0, HARD_PENCE)]
    if name == "within-20-miles":
        far = np.where(np.nan_to_num(picture.reach.miles) > FAR_MILES, HARD_PENCE, 0)
        return [(picture, policy), (_with_distance(picture, picture.reach.cost + far), policy)]
    flat = _with_distance(picture, np.zeros_like(picture.reach.cost))
    return [(flat, replace(policy, out_of_area=0, distant=0)), (picture, policy)]


def _with_distance(picture: TodayPicture, cost: IntArray) -> TodayPicture:
    return replace(picture, reach=replace(picture.reach, cost=cost.astype(np.int64)))
