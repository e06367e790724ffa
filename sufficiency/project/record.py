"""What a run leaves behind: everything that is needed to trace a number back and to repeat it.

A stage above makes a :class:`RunRecord`; the store writes it whole or not at all and gives back a :class:`StoredRun`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

import pandas as pd

from sufficiency.domain.findings import Findings

Scalar: TypeAlias = str | int | float | bool | None
"""A single value as it can be stored and shown."""

RUN_KINDS: tuple[str, ...] = (
    "run", "match", "history", "forecast", "backtest", "compare", "sweep", "frontier", "price",
    "spend", "spread",
)  # fmt: skip
"""Kinds of run: the whole walk, the base date alone, the history, the projection with bands, and its back-test;
scenarios beside each other, a sweep of them, pounds against miles, what a policy costs, spend for finance, and
plans walked for whole children."""


@dataclass(frozen=True)
class AssumptionRow:
    """The value of one assumption in one run.

    Attributes
    ----------
    name
        Dotted name, for example ``policy.distance_pounds_per_mile``.
    value, default
        What was used and what is built in.
    source
        Where the value comes from, with its year.
    status
        "cited", "derived" or "assumption".
    changed_from
        The value before it was changed, None when it was left alone.
    reason
        Why it was changed, in the user's words.
    """

    name: str
    value: Scalar
    default: Scalar
    source: str
    status: str
    changed_from: Scalar = None
    reason: str = ""


@dataclass(frozen=True)
class ChangeRow:
    """One change applied over the base of a run: old -> new, with its reason and source."""

    name: str
    old: Scalar
    new: Scalar
    reason: str = ""
    source: str = ""


@dataclass(frozen=True)
class InputFile:
    """One input as it stood when it was read: where, which bytes, how many."""

    path: str
    sha256: str
    bytes: int | None


@dataclass(frozen=True, eq=False)
class RunRecord:
    """One finished run, ready to be stored and shown.

    Attributes
    ----------
    kind
        One of :data:`RUN_KINDS`.
    base_date
        Last day that is known; the walk begins on the day after.
    months
        Months walked; 0 where none was.
    seed
        Seed of the random generator, None when nothing was drawn.
    outcome
        "optimal", "feasible", "infeasible" or "unknown"; "measured" for a history, which solves nothing.
    summary
        Headline figures by name; units are in the names (``_pence``, ``_miles``, ``_share``).
    tables
        Tidy frames of groups by name, never a row a child. ``attrs`` may hold ``name``, ``unit``, ``definition`` and
        ``units`` (column -> unit).
    assumptions, changes
        Values used, and changes applied over the defaults.
    input_hashes
        SHA-256 of each input by its location in the project.
    versions
        Solvers and packages that took part, by name.
    findings
        What was found while reading.
    seconds
        How long the run took.
    """

    kind: str
    base_date: date
    months: int
    seed: int | None
    outcome: str
    summary: Mapping[str, Scalar]
    tables: Mapping[str, pd.DataFrame]
    assumptions: tuple[AssumptionRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    input_hashes: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in RUN_KINDS:
            raise ValueError(f"run kind {self.kind!r}; known: {', '.join(RUN_KINDS)}")


@dataclass(frozen=True)
class StoredRun:
    """A run as the store knows it, without its tables (ask :meth:`sufficiency.project.Project.result` for those).

    Attributes
    ----------
    id
        Number of the run in its project, counting up.
    created_at, finished_at
        When the run began and when it was written (UTC).
    version, python
        Versions of sufficiency and of Python.
    versions
        Versions of the solvers and packages.
    """

    id: int
    kind: str
    created_at: datetime
    finished_at: datetime
    outcome: str
    seed: int | None
    base_date: date
    months: int
    seconds: float
    version: str
    python: str
    versions: Mapping[str, str]
    summary: Mapping[str, Scalar]
    input_hashes: Mapping[str, str]
