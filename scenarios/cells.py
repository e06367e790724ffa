"""Cells: one scenario under one draw, as a task that any process of this computer can work on alone."""

import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from time import perf_counter

import numpy as np
import pandas as pd

from scenarios.draws import draw_ground, draw_prices, draw_pulls
from scenarios.figures import COLUMNS, figures_of
from scenarios.forward import walk_ground
from scenarios.ground import Ground, ground_of
from scenarios.inputs import Inputs, Progress, assumptions_of, no_progress, read_inputs
from scenarios.lever import Pull
from scenarios.levers import apply_pulls
from scenarios.program import program_digest
from scenarios.scenario import Resolved, Scenario, named, resolve, scenario_book
from sufficiency.assumptions import Assumptions
from sufficiency.matching.sampled.plan import WalkPolicy
from sufficiency.project import Project


@dataclass(frozen=True, eq=False)
class Warm:
    """A project read once, with the ground of each set of assumptions made once.

    Attributes
    ----------
    inputs
        Everything the council put in.
    assumptions
        Defaults with the project's changes.
    book
        Every scenario by name.
    hashes
        SHA-256 of each input.
    """

    project: Project
    inputs: Inputs
    assumptions: Assumptions
    months: int
    book: Mapping[str, Scenario]
    hashes: Mapping[str, str]
    grounds: dict[tuple[object, ...], Ground] = field(default_factory=dict)

    def ground(self, assumptions: Assumptions) -> Ground:
        """Return the ground under some assumptions."""
        key = assumptions.changed
        if key not in self.grounds:
            self.grounds[key] = ground_of(self.inputs, assumptions, self.months)
        return self.grounds[key]

    def resolved(self, name: str, one_off: Mapping[str, str] | None = None) -> Resolved:
        """Return a scenario by name, ready to be walked."""
        return resolve(named(self.book, name), self.book, self.assumptions, self.inputs.base_date, one_off)


def warm_up(project: Project, months: int | None = None, *, progress: Progress = no_progress) -> Warm:
    """Read a project once for many scenarios."""
    book = scenario_book(project.folder)
    inputs = read_inputs(project, progress=progress)
    return Warm(project, inputs, assumptions_of(project), months or project.months, book, project.input_hashes())


@dataclass(frozen=True)
class Task:
    """One cell to work out.

    Attributes
    ----------
    key
        Hash of everything that makes its figures.
    digest, blob
        The ground as bytes, and their hash: workers open each ground once.
    children
        How whole children are placed, a word of :class:`WalkPolicy`; "" for expected children.
    """

    key: str
    scenario: str
    replication: int
    seed: int
    months: int
    pulls: tuple[Pull, ...]
    digest: str
    blob: bytes = field(repr=False)
    children: str = ""


@dataclass(frozen=True, eq=False)
class CellResult:
    """The figures of a finished cell: ``measure, line, financial_year, value``."""

    key: str
    scenario: str
    replication: int
    figures: pd.DataFrame
    seconds: float


def tasks_of(
    warm: Warm, chosen: Mapping[str, Resolved], replications: int, seed: int, children: str = ""
) -> tuple[Task, ...]:
    """Return the cells of some scenarios: the expected one of each, then replication by replication.

    Whole children have no expected replication: the mean of what is drawn stands for it.
    """
    blobs = {name: pickle.dumps(warm.ground(each.assumptions)) for name, each in chosen.items()}
    return tuple(
        _task(warm, name, chosen[name], blobs[name], seed if replication else 0, replication, children)
        for replication in range(1 if children else 0, replications + 1)
        for name in chosen
    )


def _task(warm: Warm, name: str, scenario: Resolved, blob: bytes, seed: int, replication: int, children: str) -> Task:
    made_of = {
        "program": program_digest(),
        "packages": {name: version(name) for name in ("numpy", "ortools", "pandas")},
        "inputs": dict(sorted(warm.hashes.items())),
        "cleaning": warm.project.cleaning.model_dump(),
        "code_map": warm.project.code_map,
        "authority": warm.project.authority,
        "base_date": warm.inputs.base_date.isoformat(),
        "months": warm.months,
        "assumptions": [(row["name"], str(row["value"])) for row in scenario.assumptions.as_rows()],
        "pulls": [repr(pull) for pull in scenario.pulls],
        "seed": seed,
        "replication": replication,
        "children": children,
    }
    key = sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    digest = sha256(blob).hexdigest()  # of the ground itself: a worker that lives on must not take another for it
    return Task(key, name, replication, seed, warm.months, scenario.pulls, digest, blob, children)


def work(task: Task) -> CellResult:
    """Work out one cell.

    Raises
    ------
    VerificationError
        When the plan fails its audit: then there are no figures.
    """
    began = perf_counter()
    opened = _opened(task.digest, task.blob)
    pulls = draw_pulls(task.pulls, task.seed, task.replication)
    if task.children:
        from scenarios.whole_children import children_figures  # brings the solvers of sibling groups

        ground = apply_pulls(draw_prices(opened, task.seed, task.replication), pulls)
        figures = children_figures(ground, WalkPolicy(task.children), task.seed, task.replication)
    else:
        ground = apply_pulls(draw_ground(opened, task.seed, task.replication), pulls)
        figures = figures_of(walk_ground(ground), ground)
    return CellResult(task.key, task.scenario, task.replication, figures, perf_counter() - began)


@lru_cache(maxsize=4)
def _open(digest: str) -> list[Ground]:
    return []


def _opened(digest: str, blob: bytes) -> Ground:
    """Return the ground of some bytes, opened once a process."""
    kept = _open(digest)
    if not kept:
        kept.append(pickle.loads(blob))  # noqa: S301 - made by this program, on this computer, a moment ago
    return kept[0]


def figures_text(figures: pd.DataFrame) -> str:
    """Write figures as JSON text, exactly: what is not known is null."""
    rows = [
        [measure, line, year, None if np.isnan(value) else value]
        for measure, line, year, value in figures[COLUMNS].itertuples(index=False, name=None)
    ]
    return json.dumps(rows)


def figures_read(text: str) -> pd.DataFrame:
    """Read what :func:`figures_text` wrote."""
    frame = pd.DataFrame(json.loads(text), columns=COLUMNS)
    return frame.assign(value=frame["value"].astype("float64"))
