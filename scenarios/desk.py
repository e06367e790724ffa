"""Questions about the base date alone, as records the store can keep: the frontier, and the price of a policy."""

from dataclasses import replace
from time import perf_counter

import numpy as np
import pandas as pd

from scenarios import frontier as trade
from scenarios.cells import Warm, warm_up
from scenarios.inputs import Progress, no_progress
from scenarios.levers import apply_pulls
from scenarios.record import make_record
from scenarios.scenario import BASELINE, Resolved
from scenarios.today import TodayPicture
from sufficiency.matching.policy import Policy
from sufficiency.project import Project, RunRecord


def frontier_of(
    project: Project, against: str, scenario: str, seed: int, *, progress: Progress = no_progress
) -> RunRecord:
    """Trade pounds against miles, unmet need, splits or borders on the base date."""
    began = perf_counter()
    warm, resolved, picture, policy = _desk(project, scenario, seed, progress)
    table = trade.frontier(picture, policy, against, seed, progress=progress)
    table.attrs["axis"] = trade.AXES[against]
    ends: dict[str, str | int | float | bool | None] = {
        "points": len(table),
        "cheapest_pounds_weekly": float(table["cost_pounds_weekly"].iloc[0]),
    }
    ends |= {
        "dearest_pounds_weekly": float(table["cost_pounds_weekly"].iloc[-1]),
        "largest_gap": float(table["gap"].max()),
    }
    outcome = "optimal" if set(table["outcome"]) == {"optimal"} else "feasible"
    return make_record(
        project, "frontier", warm.inputs, 0, seed, outcome, ends, {"frontier": table}, resolved.assumptions, began
    )


def price_of_policy(
    project: Project, policy_name: str, scenario: str, seed: int, *, progress: Progress = no_progress
) -> RunRecord:
    """Price a policy on the base date."""
    began = perf_counter()
    warm, resolved, picture, policy = _desk(project, scenario, seed, progress)
    table = trade.price_of(picture, policy, policy_name, seed, progress=progress)
    by_measure = table.set_index("measure")
    summary: dict[str, str | int | float | bool | None] = {
        "policy": policy_name,
        "price_pounds_weekly": _number(by_measure, "price_pounds_weekly", "difference"),
        "largest_gap": max(_number(by_measure, "gap", side) for side in ("without", "with_policy")),
    }
    return make_record(
        project, "price", warm.inputs, 0, seed, "feasible", summary, {"price": table}, resolved.assumptions, began
    )


def _desk(
    project: Project, scenario: str, seed: int, progress: Progress
) -> tuple[Warm, Resolved, TodayPicture, Policy]:
    """Today's picture in a scenario: its places are those of the end of the horizon, so that what it opens is open."""
    warm = warm_up(project, 1 if scenario == BASELINE else None, progress=progress)
    resolved = warm.resolved(scenario)
    ground = apply_pulls(warm.ground(resolved.assumptions), resolved.pulls)
    places = ground.places
    if scenario != BASELINE:
        capacity = places.capacity.copy()
        capacity[:, 0] = capacity[:, -1]
        ground = ground.with_places(replace(places, capacity=capacity))
    return warm, resolved, trade.picture_of(ground, seed), Policy.from_assumptions(resolved.assumptions)


def _number(table: pd.DataFrame, row: str, column: str) -> float:
    return float(table[column].to_numpy(dtype=np.float64)[list(table.index).index(row)])
