"""The walk: from a council's files to a plan, a gap and a spend figure, one function each for what a user asks.

Each function reads the project, works, and returns a record that the project's store can keep. Nothing is written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scenarios.demanded import project_children, steering
from scenarios.describe import described
from scenarios.forward import forward_with
from scenarios.ground import Flows
from scenarios.inputs import (
    Inputs,
    Progress,
    assumptions_of,
    children_now,
    no_progress,
    places_of,
    rates_of,
    read_inputs,
)
from scenarios.record import make_record
from sufficiency.assumptions import Assumptions
from sufficiency.domain.errors import InputError
from sufficiency.domain.findings import Findings
from sufficiency.domain.periods import FinancialYear
from sufficiency.finance.price_reading import price_list
from sufficiency.finance.prices import PriceList
from sufficiency.finance.spend import spend, spend_by_year
from sufficiency.matching.audit import audit, require_passed
from sufficiency.matching.plan import Plan
from sufficiency.matching.setup import Prepared, prepare
from sufficiency.measures import checks, living, shortfall, value
from sufficiency.measures import history as past
from sufficiency.project import Project
from sufficiency.project.record import RunRecord

if TYPE_CHECKING:
    from scenarios.sampling import Futures

MEASURED = "measured"
"""Outcome of a run that solves nothing."""


@dataclass(frozen=True)
class CheckResult:
    """Whether a project's files can be used, and all that was found in them.

    Attributes
    ----------
    findings
        Everything found while reading.
    usable
        Whether the walk can be made.
    rows
        One row a file: rows read, used, refused.
    reason
        Why not, in words, when not usable.
    """

    findings: Findings
    usable: bool
    rows: pd.DataFrame
    reason: str = ""


def check(project: Project, *, progress: Progress = no_progress) -> CheckResult:
    """Read everything a project holds and say what was found; never raises for what a file contains."""
    try:
        inputs = read_inputs(project, progress=progress)
        inputs.findings.extend(inputs.demand.check(inputs.known, inputs.base_date, project.months))
    except InputError as error:
        return CheckResult(error.findings, False, _row_counts(error.findings), str(error))
    return CheckResult(inputs.findings, True, _row_counts(inputs.findings))


def history(project: Project, *, progress: Progress = no_progress) -> RunRecord:
    """Count what happened: stock, starts and leavers by month and year, and where children live on the base date."""
    began = perf_counter()
    inputs = read_inputs(project, progress=progress)
    past_of, day = inputs.history, inputs.base_date
    tables = {
        "stock_by_year": past.stock_by_year(past_of),
        "flows_by_year": past.flows_by_year(past_of),
        "stock_by_month": past.stock_by_month(past_of),
        "flows_by_month": past.flows_by_month(past_of),
        **{f"stock_by_{by}": past.stock_by(past_of, day, by) for by in STOCK_BY},
        "distance": past.distance(past_of, day),
        "locality": past.locality(past_of, day),
    }
    in_care = len(past_of.on(day))
    summary = {"in_care": in_care, "returns": len(inputs.records.returns)}
    return make_record(project, "history", inputs, 0, None, MEASURED, summary, tables, assumptions_of(project), began)


STOCK_BY = ("setting", "sector", "age_band", "sex", "uasc", "dfe_group")
"""What the stock on the base date is counted by."""


def run(
    project: Project,
    *,
    months: int | None = None,
    seed: int = 0,
    changes: Mapping[str, object] | None = None,
    futures: "Futures | None" = None,
    progress: Progress = no_progress,
) -> RunRecord:
    """Walk from the returns to an audited plan, its gap and its spend.

    Parameters
    ----------
    months
        Months to walk; the project's own when None.
    changes
        One-off changes of assumptions by dotted name, over the project's.
    futures
        Whole children to be walked too, for bands; only expected values are walked when None.

    Raises
    ------
    InputError
        When the returns cannot be used.
    AssumptionError
        When a change is unknown or out of range.
    VerificationError
        When the plan fails its audit.
    """
    began = perf_counter()
    assumptions = assumptions_of(project, changes)
    length = months or project.months
    inputs = read_inputs(project, progress=progress)
    inputs.findings.extend(inputs.demand.check(inputs.known, inputs.base_date, length))
    prepared, findings = prepare_walk(inputs, assumptions, length, progress=progress)
    rates = prepared.walk.rates
    steered = steering(inputs.demand, inputs.known, rates, inputs.base_date, length)
    walked = forward_with(prepared.walk, Flows.of(rates, length, steered), seed=seed, progress=progress)
    plan = require_passed(audit(walked, prepared.facts))
    progress("counting", 0, 1)
    prices = prices_of(inputs, assumptions)
    tables = plan_tables(plan, prices, assumptions)
    projection = project_children(inputs.demand, inputs.known, rates, inputs.base_date, length)
    tables["projection"] = described(projection.frame(), "projection")
    chosen = inputs.window(assumptions)
    tables["windows"] = described(chosen.scores, "windows")
    summary = plan_summary(plan, tables) | {"window": chosen.candidate.text, "why": chosen.reason}
    summary |= {"projection": f"{inputs.demand.file}, made elsewhere"} if inputs.demand.file else {}
    if futures is not None:
        from scenarios.sampling import sampled_tables  # whole children: the walk on expected values needs none of it

        more, bands = sampled_tables(prepared, futures, prices, seed, progress=progress)
        summary, tables = summary | more, tables | bands
    inputs.findings.extend(findings)
    progress("counting", 1, 1)
    return make_record(project, "run", inputs, length, seed, "optimal", summary, tables, assumptions, began)


def match(
    project: Project, *, seed: int = 0, changes: Mapping[str, object] | None = None, progress: Progress = no_progress
) -> RunRecord:
    """Allocate the children of the base date over the places of the base date, beside what is used today."""
    from scenarios.today import match_tables  # brings the column solver and the graph library, which no other run needs

    began = perf_counter()
    assumptions = assumptions_of(project, changes)
    inputs = read_inputs(project, progress=progress)
    prepared, findings = prepare_walk(inputs, assumptions, 1, progress=progress)
    progress("matching", 0, 1)
    answer, summary, tables = match_tables(prepared, np.random.default_rng(seed), seed)
    inputs.findings.extend(findings)
    progress("matching", 1, 1)
    return make_record(project, "match", inputs, 0, seed, str(answer.outcome), summary, tables, assumptions, began)


def prepare_walk(
    inputs: Inputs, assumptions: Assumptions, months: int, *, progress: Progress = no_progress
) -> tuple[Prepared, Findings]:
    """Fit rates, build places, and put every child of the base date into one; returns what was found on the way."""
    progress("fitting rates", 0, 2)
    rates = rates_of(inputs, assumptions)
    progress("building places", 1, 2)
    supply = places_of(inputs, assumptions, months)
    now = children_now(inputs)
    progress("building places", 2, 2)
    prepared = prepare(now, supply, rates, assumptions, inputs.authority, inputs.base_date, months, inputs.files.needs)
    return prepared, supply.findings


def prices_of(inputs: Inputs, assumptions: Assumptions) -> PriceList:
    """Return the council's prices, with the cited defaults where it gave none."""
    return price_list(inputs.files.prices, assumptions)


def plan_tables(plan: Plan, prices: PriceList, assumptions: Assumptions) -> dict[str, pd.DataFrame]:
    """Return every result table of a plan."""
    cells = spend(plan, prices, assumptions)
    return {
        "stock": described(_stock_by_group(plan), "stock"),
        "flow": described(plan.flow, "flow"),
        "gap": shortfall.gap(plan, by="profile"),
        "gap_by_age": shortfall.gap(plan, by=["profile", "age_band"]),
        "gap_by_zone": shortfall.gap(plan, by=["profile", "zone"]),
        "places_and_demand": shortfall.places_and_demand(plan),
        "mix": living.mix(plan),
        "in_house": living.in_house(plan),
        "distance": living.distance(plan),
        "spend": cells,
        "spend_by_year": spend_by_year(cells).reset_index(),
        "next_place": value.next_place(plan),
        "conservation": checks.conservation(plan),
        "solves": described(plan.solves, "solves"),
        "audit": described(_audit_frame(plan), "audit"),
    }


def plan_summary(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, str | int | float | bool | None]:
    """Return the headline figures of a plan."""
    end = plan.flow["stock_after"].to_numpy()
    first_year = FinancialYear.containing(plan.calendar[0].first_day)
    by_line = tables["spend"].groupby("financial_year")["spend_pence"].sum()
    return {
        "in_care": float(plan.flow["stock_before"].iloc[0]),
        "in_care_at_horizon": float(end[-1]),
        "unmet_at_horizon": float(plan.flow["unmet"].iloc[-1]),
        "unmet_mean": float(plan.flow["unmet"].mean()),
        "spend_first_year_pence": int(by_line.get(str(first_year), 0)),
        "largest_gap": float(plan.solves["gap"].max()),
        "months_proven": int((plan.solves["outcome"] == "optimal").sum()),
        "audit_passed": plan.audit.passed,
        "audit_checks": len(plan.audit.checks),
    }


def _stock_by_group(plan: Plan) -> pd.DataFrame:
    keys = ["month", "age_band", "profile", "setting", "line"]
    counts = ["children", "child_days", "miles_known", "miles", "over_20", "in_area", "neighbouring", "distant"]
    return plan.stock.groupby(keys, as_index=False, observed=True)[counts].sum()


def _audit_frame(plan: Plan) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"check": one.name, "cases": one.cases, "failures": one.failures, "passed": one.passed}
            for one in plan.audit.checks
        ]
    )


def _row_counts(findings: Findings) -> pd.DataFrame:
    rows = [
        {"file": name, "rows_read": read, "rows_used": findings.rows_used.get(name, 0)}
        for name, read in findings.rows_read.items()
    ]
    frame = pd.DataFrame(rows, columns=["file", "rows_read", "rows_used"])
    return frame.assign(rows_refused=frame["rows_read"] - frame["rows_used"])
