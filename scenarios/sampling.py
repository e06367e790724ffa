"""The walk on whole children, many times over: bands of what may come, and what better use of the same places saves.

Both policies walk the same children: the same entrants with the same chances. So the difference of a replication is
the difference the choice of homes makes, and bands of differences are far narrower than differences of bands.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.describe import described
from scenarios.inputs import Progress, no_progress
from sufficiency.domain.periods import FinancialYear
from sufficiency.finance.drawn import spend_drawn
from sufficiency.finance.prices import PriceList
from sufficiency.finance.spend import KEPT_EMPTY
from sufficiency.matching.sampled.audit import audit_sampled, require_passed
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy
from sufficiency.matching.sampled.setup import sampled_walk_of
from sufficiency.matching.sampled.walking import walk_sampled
from sufficiency.matching.setup import Prepared

BANDS = {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}
"""Shares of replications that lie below each band."""

POUNDS = 100.0

NO_HOME_FOR_ALL = "sibling groups no home could take together"
ADDED_UP = ("sibling groups placed apart", NO_HOME_FOR_ALL, "spend, pounds")
"""Measures added up over a year; the others are means of its months."""

Summary = dict[str, str | int | float | bool | None]


@dataclass(frozen=True)
class Futures:
    """What is asked of the walk on whole children.

    Attributes
    ----------
    policy
        How homes are chosen in the bands; the other policy is walked beside it for the difference.
    replications
        How many times.
    workers
        Processes that share the work; as many as the computer has when None. No number depends on it.
    """

    policy: WalkPolicy
    replications: int
    workers: int | None = None


def sampled_plan(
    prepared: Prepared,
    policy: WalkPolicy,
    replications: int,
    seed: int,
    *,
    workers: int = 1,
    progress: Progress = no_progress,
) -> SampledPlan:
    """Walk whole children many times, and return the plan when it has passed its audit.

    Parameters
    ----------
    policy
        How homes are chosen. The same seed gives the same children under both.
    replications
        How many times; each draws rates of its own.
    workers
        Processes that share the work; no number depends on it.

    Raises
    ------
    VerificationError
        When the plan fails its audit.
    """
    ground = sampled_walk_of(prepared)
    plan = walk_sampled(ground, policy, replications, seed, workers=workers, progress=progress)
    return require_passed(audit_sampled(plan, prepared.facts))


def sampled_tables(
    prepared: Prepared,
    futures: Futures,
    prices: PriceList,
    seed: int,
    *,
    progress: Progress = no_progress,
) -> tuple[Summary, dict[str, pd.DataFrame]]:
    """Walk both policies and return headline figures and the tables of bands and of the difference."""
    workers = futures.workers or max(os.cpu_count() or 1, 1)
    measured: dict[WalkPolicy, pd.Series[float]] = {}
    audits: list[pd.DataFrame] = []
    summary: Summary = {
        "replications": futures.replications,
        "policy": str(futures.policy),
        "intervals": f"bands are over {futures.replications} walks on whole children, each with rates of its own; all "
        "other tables are expected values",
    }
    for policy in WalkPolicy:
        plan = sampled_plan(prepared, policy, futures.replications, seed, workers=workers, progress=progress)
        measured[policy] = monthly_measures(plan, prices)
        audits.append(_audit_frame(plan))
        if policy is WalkPolicy.BEST_USE:
            summary |= _proof(plan)
    years = {policy: by_year(table) for policy, table in measured.items()}
    own = futures.policy
    saving = years[WalkPolicy.PRACTICE] - years[WalkPolicy.BEST_USE]
    difference = banded(saving, ["measure", "financial_year"])
    above = (saving > 0).groupby(level=["measure", "financial_year"], sort=False).mean()
    difference["positive_share"] = above.to_numpy()
    tables = {
        "sampled_by_year": described(banded(years[own], ["measure", "financial_year"]), "sampled_by_year"),
        "sampled_by_month": described(banded(measured[own], ["measure", "month"]), "sampled_by_month"),
        "sampled_difference": described(difference, "sampled_difference"),
        "sampled_audit": described(pd.concat(audits, ignore_index=True), "sampled_audit"),
    }
    return summary, tables


def monthly_measures(plan: SampledPlan, prices: PriceList) -> "pd.Series[float]":
    """Return each measure of each replication and month walked, indexed by measure, month and replication."""
    first = pd.Timestamp(plan.calendar[0].first_day)
    keys = ["month", "replication"]
    ends = plan.stock.loc[plan.stock["month"] >= first, [*keys, "neighbouring", "distant", "over_20"]]
    ends = ends.groupby(keys)[["neighbouring", "distant", "over_20"]].sum()
    flow, siblings = (frame.set_index(keys).sort_index() for frame in (plan.flow, plan.siblings))
    measures = {
        "children in care": flow["stock_after"],
        "without a suitable place": flow["unmet"],
        "outside the area": ends["neighbouring"] + ends["distant"],
        "more than 20 miles from home": ends["over_20"],
        "sibling groups placed apart": siblings["split"],
        NO_HOME_FOR_ALL: siblings["no_home_for_all"],
        "spend, pounds": _spend(plan, prices),
        **_kept_empty(plan, first),
    }
    rows = {name: values.reindex(flow.index).fillna(0.0).astype(np.float64) for name, values in measures.items()}
    return pd.concat(rows, names=["measure"])


def _kept_empty(plan: SampledPlan, first: pd.Timestamp) -> "dict[str, pd.Series[float]]":
    """Return the places that children keep empty by having all of a home; nothing where the policy gives none."""
    if KEPT_EMPTY not in plan.stock:
        return {}
    walked = plan.stock.loc[plan.stock["month"] >= first, ["month", "replication", KEPT_EMPTY]]
    days = walked[KEPT_EMPTY] / walked["month"].dt.days_in_month
    return {"places kept empty beside one child": days.groupby([walked["month"], walked["replication"]]).sum()}


def by_year(monthly: "pd.Series[float]") -> "pd.Series[float]":
    """Return measures by financial year and replication: means of months, or sums of :data:`ADDED_UP`."""
    rows = monthly.rename("value").reset_index()
    years = {month: str(FinancialYear.containing(month.date())) for month in rows["month"].unique()}
    rows["financial_year"] = rows["month"].map(years)
    grouped = rows.groupby(["measure", "financial_year", "replication"], sort=False)["value"]
    totals, means = grouped.sum(), grouped.mean()
    return means.where(~means.index.get_level_values("measure").isin(ADDED_UP), totals)


def banded(values: "pd.Series[float]", by: list[str]) -> pd.DataFrame:
    """Return the mean and the bands over replications."""
    grouped = values.groupby(level=by, sort=False)
    bands = grouped.quantile(np.array(list(BANDS.values()))).unstack()  # noqa: PD010 - levels of an index, no pivot
    frame = bands.set_axis(list(BANDS), axis=1).reindex(grouped.mean().index)
    frame.insert(0, "mean", grouped.mean())
    return frame.reset_index()


def _spend(plan: SampledPlan, prices: PriceList) -> "pd.Series[float]":
    """Spend of each replication by month, in pounds."""
    spent = spend_drawn(plan, prices).groupby(["month", "replication"])["spend_pence"].sum() / POUNDS
    by_month: pd.Series[float] = spent.sort_index()
    return by_month


def _proof(plan: SampledPlan) -> Mapping[str, float | int]:
    proven = (plan.solves["outcome"] == "optimal").to_numpy()
    return {"sampled_months_proven_share": float(proven.mean()), "sampled_largest_gap": float(plan.solves["gap"].max())}


def _audit_frame(plan: SampledPlan) -> pd.DataFrame:
    rows = [
        {"policy": plan.policy, "check": one.name, "cases": one.cases, "failures": one.failures, "passed": one.passed}
        for one in plan.audit.checks
    ]
    return pd.DataFrame(rows)
