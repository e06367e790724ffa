"""The plan: the outcome of the walk as tidy frames, with the proof and the verdict that travel with it."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sufficiency.domain.periods import horizon

if TYPE_CHECKING:
    import pandas as pd

    from sufficiency.domain.periods import Month
    from sufficiency.domain.places import Places


@dataclass(frozen=True)
class Check:
    """One thing the audit looked at: what, in how many cases, and how many of them failed."""

    name: str
    cases: int
    failures: int
    detail: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return self.failures == 0


@dataclass(frozen=True)
class Audit:
    """The verdict on a plan, recomputed by code that shares nothing with the code that made it."""

    checks: tuple[Check, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every check passed; an audit that looked at nothing has not passed."""
        return bool(self.checks) and all(check.passed for check in self.checks)


@dataclass(frozen=True, eq=False)
class Plan:
    """Who lives where month by month, in expected children.

    Attributes
    ----------
    base_date
        The day the walk starts from.
    months
        How many months were walked.
    places
        Every place the plan may use; the last entry stands for "no suitable place".
    zones
        Name of each home zone; the last is the one of unknown homes.
    stock
        One row a month x need group x place with anybody in it; month 0 is the base date. Columns in
        ``docs/borders.md``.
    need
        One row a month x need group: children who needed a place that month, how many of them waited for one already,
        and how the need was met.
    placements
        One row a month x class x place: the placements made, with their weekly cost. What the audit reads.
    flow
        One row a month: stock before, entries, leavers, aged out, moves, displaced, unmet, stock after.
    solves
        One row a month: outcome, reason, value, bound, gap, whether certified, seconds.
    prices
        One row a month x place: capacity, free, used, and what one more place there would save a week.
    unmet_pence
        Weight of a child without a suitable place, pence a week: a price near it means "ends an unmet need".
    audit
        The verdict.
    """

    base_date: date
    months: int
    places: "Places"
    zones: tuple[str, ...]
    stock: "pd.DataFrame"
    need: "pd.DataFrame"
    placements: "pd.DataFrame"
    flow: "pd.DataFrame"
    solves: "pd.DataFrame"
    prices: "pd.DataFrame"
    unmet_pence: int
    audit: Audit = field(default_factory=Audit)

    @property
    def calendar(self) -> "tuple[Month, ...]":
        """The months walked, first to last."""
        return horizon(self.base_date, self.months)
