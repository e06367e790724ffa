"""The plan of many replications: the frames of :class:`sufficiency.matching.plan.Plan`, each with its replication."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sufficiency.domain.periods import horizon
from sufficiency.matching.plan import Audit, Plan

if TYPE_CHECKING:
    import pandas as pd

    from sufficiency.domain.periods import Month
    from sufficiency.domain.places import Places


class WalkPolicy(StrEnum):
    """How homes are chosen."""

    PRACTICE = "practice"
    BEST_USE = "best-use"


@dataclass(frozen=True, eq=False)
class SampledPlan:
    """Who lives where month by month, in whole children, in every replication.

    The frames have the columns of a plan's frames after a first column ``replication`` (1, 2, ...). Columns of words
    are categories.

    Attributes
    ----------
    base_date, months, replications
        The day the walk starts from, how many months were walked, and how many times.
    seed, draw_parameters
        What the draws came from, and whether each replication drew rates of its own.
    policy
        ``practice`` or ``best-use``.
    places, zones
        As in a plan.
    stock, need, placements, flow, solves, prices
        As in a plan. Prices have rows only where a place is worth something.
    siblings
        One row a replication x month: sibling groups of whom several were placed that month, and how many of those
        groups came to live in more than one home (or some of them in none); ``no_home_for_all``: groups asking
        together whom no home in the list could ever take all, so that they are placed apart under any policy.
    stays
        One row a stay of a child: ``replication, child`` (a number), ``group`` (shared by brothers and sisters),
        ``profile, place, began, ended`` (months after the base date's; 0 is the base date, the months walked plus one
        is still there), ``cause`` (how it began) and ``reason`` (how it ended).
    unmet_pence
        Weight of a child without a suitable place, pence a week.
    audit
        The verdict.
    """

    base_date: date
    months: int
    replications: int
    policy: str
    places: "Places"
    zones: tuple[str, ...]
    stock: "pd.DataFrame"
    need: "pd.DataFrame"
    placements: "pd.DataFrame"
    flow: "pd.DataFrame"
    solves: "pd.DataFrame"
    prices: "pd.DataFrame"
    siblings: "pd.DataFrame"
    stays: "pd.DataFrame"
    unmet_pence: int
    seed: int = 0
    draw_parameters: bool = True
    audit: Audit = field(default_factory=Audit)

    @property
    def calendar(self) -> "tuple[Month, ...]":
        """The months walked, first to last."""
        return horizon(self.base_date, self.months)

    def plan(self, replication: int) -> Plan:
        """Return one replication as a plan, with the verdict on all.

        Raises
        ------
        ValueError
            When there is no such replication.
        """
        if not 1 <= replication <= self.replications:
            raise ValueError(f"replication {replication} is not between 1 and {self.replications}")
        names = ("stock", "need", "placements", "flow", "solves", "prices")
        frames = {name: _one(getattr(self, name), replication) for name in names}
        return Plan(
            base_date=self.base_date,
            months=self.months,
            places=self.places,
            zones=self.zones,
            unmet_pence=self.unmet_pence,
            audit=self.audit,
            **frames,
        )


def _one(frame: "pd.DataFrame", replication: int) -> "pd.DataFrame":
    """Rows of one replication, which lie together, with words as words."""
    first, last = frame["replication"].searchsorted([replication, replication + 1])
    rows = frame.iloc[first:last].drop(columns="replication").reset_index(drop=True)
    words = {name: "str" for name in rows if str(rows[name].dtype) == "category"}
    return rows.astype(words)
