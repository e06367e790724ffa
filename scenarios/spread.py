"""How far the plan may turn out otherwise: walked for whole children many times, its measures in bands."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

import pandas as pd

from scenarios.inputs import Progress, assumptions_of, no_progress, read_inputs
from scenarios.record import make_record
from scenarios.run import MEASURED, prepare_walk
from scenarios.sampling import sampled_plan
from sufficiency.finance.shapes import PlanShape
from sufficiency.matching.sampled.plan import WalkPolicy
from sufficiency.measures import living, shortfall
from sufficiency.measures.bands import bands, measured
from sufficiency.project import Project
from sufficiency.project.record import RunRecord
from sufficiency.report.groups import kind_of

HELD = (
    "Each replication draws rates from what the returns allow, then every child's arrival, need, move and leaving, and "
    "what the spot market gives each month; homes are chosen as the plan chooses them, for whole children. Places that "
    "open or close otherwise than planned, and prices, are not drawn."
)
"""What a band holds, in words for readers."""


@dataclass(frozen=True)
class Spread:
    """What is asked for.

    Attributes
    ----------
    months
        Months walked.
    replications
        How many times.
    seed, workers
        Seed of the draws, and processes that share the work; numbers do not depend on the second.
    """

    months: int
    replications: int
    seed: int = 0
    workers: int = 1


def spread(
    project: Project,
    asked: Spread,
    *,
    changes: Mapping[str, object] | None = None,
    progress: Progress = no_progress,
) -> RunRecord:
    """Walk whole children many times and return bands of who lives where, need, and places short.

    Raises
    ------
    InputError
        When the returns cannot be used.
    VerificationError
        When the walks fail their audit.
    """
    began = perf_counter()
    assumptions = assumptions_of(project, changes)
    inputs = read_inputs(project, progress=progress)
    prepared, _ = prepare_walk(inputs, assumptions, asked.months, progress=progress)
    sampled = sampled_plan(
        prepared, WalkPolicy.BEST_USE, asked.replications, asked.seed, workers=asked.workers, progress=progress
    )
    found = measured(sampled, {"kinds": _kinds, "places": shortfall.places_and_demand})
    kinds = bands(found["kinds"], ["kind", "period"], ["children"])
    places = bands(found["places"], ["setting", "period"], ["demand", "shortfall"])
    tables = {"kind_bands": _named("who lives where", kinds), "places_bands": _named("places and demand", places)}
    summary: dict[str, str | int | float | bool | None] = {"replications": asked.replications, "policy": sampled.policy}
    return make_record(
        project, "spread", inputs, asked.months, asked.seed, MEASURED, summary, tables, assumptions, began
    )


def _kinds(plan: PlanShape) -> pd.DataFrame:
    mix = living.mix(plan)
    return mix.assign(kind=kind_of(mix["setting"], mix["line"]))


def _named(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    definition = f"Mean, and 10, 50 and 90 in a hundred, over replications of the walk. {HELD}"
    frame.attrs = {"name": f"{name}, in bands", "unit": "children", "definition": definition}
    return frame
