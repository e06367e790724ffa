"""What finance can put in the budget: one question, one record, every table a business partner asks for.

Read in this order: :mod:`.spending_books` (what finance brings), :mod:`.spending_plans` (the plans behind it),
:mod:`.spending_past` (what is known without a forecast), :mod:`.spending_tables` (the tables), and this page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter

import pandas as pd

from scenarios.cells import Warm, warm_up
from scenarios.compare import described
from scenarios.forward import prepared_of
from scenarios.ground import Ground
from scenarios.inputs import Progress, children_now, no_progress
from scenarios.record import make_record
from scenarios.scenario import BASELINE
from scenarios.spending_books import (
    Books,
    known_arrangements,
    own_prices_used,
    read_books,
    require_placement_only,
    with_own_prices,
)
from scenarios.spending_past import closed_year, dearest, last_closed, tail_of, with_england
from scenarios.spending_plans import Ask, Change, change_of, costed, futures_spend, require_futures
from scenarios.spending_tables import (
    Desk,
    Tables,
    bridges,
    budget_tables,
    by_month,
    mtfs_table,
    savings_table,
    sensitivities,
    spend_tables,
    totals_of,
)
from sufficiency.domain.periods import FinancialYear
from sufficiency.finance.dear import MARKING
from sufficiency.finance.drawn import spend_at_risk
from sufficiency.finance.effects import effect_of_levers, effect_of_scenario
from sufficiency.finance.spend import TOTAL
from sufficiency.finance.weeks import Weeks
from sufficiency.matching.sampled.plan import WalkPolicy
from sufficiency.project import Project
from sufficiency.project.record import RunRecord

Summary = dict[str, str | int | float | bool | None]


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    policy, replications, seed, workers
        How plans are walked: see :class:`~scenarios.spending_plans.Ask`.
    scenario
        Scenario put beside the base; doing nothing adds none.
    months
        Months walked; the project's when None.
    weeks
        Weeks a year for unit costs and annual figures; the assumption's when None.
    year
        Closed year worked out again; the last one when None.
    ledger_pence
        Its ledger by cost line or ``total``.
    internal
        Whether the dearest placements are listed, one row a child.
    """

    policy: WalkPolicy = WalkPolicy.PRACTICE
    replications: int = 100
    seed: int = 0
    workers: int = 1
    scenario: str = BASELINE
    months: int | None = None
    weeks: str | None = None
    year: FinancialYear | None = None
    ledger_pence: Mapping[str, int] = field(default_factory=dict)
    internal: bool = False


@dataclass(frozen=True, eq=False)
class Spent:
    """The answer.

    Attributes
    ----------
    record
        What the store keeps: groups only.
    internal
        Tables with one row a child, never stored; empty unless asked for.
    prices
        The price list, with source and status.
    """

    record: RunRecord
    internal: Tables
    prices: pd.DataFrame


def spent(project: Project, question: Question, *, progress: Progress = no_progress) -> Spent:
    """Work out the spend of a project.

    Raises
    ------
    InputError
        When the returns, the ledger or the list of placement costs cannot be used.
    AssumptionError
        When a scenario, a year or a basis cannot be used, or practice is asked for without futures.
    VerificationError
        When a plan fails its audit.
    """
    began = perf_counter()
    require_futures(question.policy, question.replications)
    warm = _warm(project, question, progress)
    books = read_books(project, warm.inputs)
    for name in {question.scenario, *(one.scenario for one in books.savings if one.scenario)}:
        warm.resolved(name)  # a wrong name is told before anything is walked
    ground = with_own_prices(warm.ground(warm.assumptions), books.own_pence)
    require_placement_only(ground.prices)
    ask = Ask(question.policy, question.replications, question.seed, question.workers).for_ground(ground)
    weeks = Weeks(warm.assumptions.text("money.weeks_convention"))
    year = question.year or last_closed(warm.inputs.base_date)
    past = closed_year(warm.inputs, ground.prices, books, year, question.ledger_pence, weeks)
    base = costed(ground, ask, progress)
    desk = Desk(ground, base, books, warm.inputs.stays, prepared_of(ground).place_of)
    changes = _changes(warm, question, desk, ask, progress)
    change = changes.get(question.scenario)
    tables, at_risk = _forecast_tables(desk, change, changes, warm, question.seed)
    if "unit_costs_s251" in past:
        past["unit_costs_s251"] = with_england(past["unit_costs_s251"], warm.assumptions)
    warm.inputs.findings.extend(books.findings)
    record = make_record(
        project, "spend", warm.inputs, warm.months, question.seed, "optimal",
        _summary(desk, ask, change, tables, at_risk, weeks), tables | past, warm.assumptions, began,
    )  # fmt: skip
    record = replace(record, input_hashes={**record.input_hashes, **books.hashes})
    if change is not None:
        record = replace(record, changes=(*record.changes, *warm.resolved(question.scenario).record))
    internal = _internal(warm, desk, books, weeks) if question.internal else {}
    return Spent(record, internal, ground.prices.frame())


def _warm(project: Project, question: Question, progress: Progress) -> Warm:
    warm = warm_up(project, question.months, progress=progress)
    if question.weeks is None:
        return warm
    changed = warm.assumptions.with_changes({"money.weeks_convention": question.weeks}, "--weeks")
    return replace(warm, assumptions=changed)


def _changes(warm: Warm, question: Question, desk: Desk, ask: Ask, progress: Progress) -> dict[str, Change]:
    """Walk the scenario asked for, lever by lever, and those that savings name."""
    asked = [question.scenario] if question.scenario != BASELINE else []
    named = dict.fromkeys([*asked, *(one.scenario for one in desk.books.savings if one.scenario)])
    found = {}
    for name in named:
        resolved = warm.resolved(name)
        there = desk.ground
        if resolved.assumptions.changed != warm.assumptions.changed:
            there = with_own_prices(warm.ground(resolved.assumptions), desk.books.own_pence)
        found[name] = change_of(resolved, (desk.ground, there), desk.base, ask, progress, parts=name in asked)
    return found


def _forecast_tables(
    desk: Desk, change: Change | None, changes: Mapping[str, Change], warm: Warm, seed: int
) -> tuple[Tables, str]:
    """Return every table of the forecast, and what the spread of spot prices rests on."""
    known_ids = known_arrangements(desk.ground, desk.books.own_pence)
    places = desk.base.plan.places
    known = frozenset(index for index, name in enumerate(places.id) if name in known_ids)
    tail, rests_on = tail_of(warm.inputs, desk.books, warm.assumptions, known)
    tables = spend_tables(desk)
    tables["spend_by_month"] = by_month(desk.cells)
    drawn = futures_spend(desk.base, desk.ground, tail, seed)
    if drawn is not None:
        tables["at_risk"] = spend_at_risk(drawn)
        tables["at_risk_by_year"] = totals_of(tables["at_risk"], "spend at risk by year")
    tables |= budget_tables(desk)
    tables |= {} if change is None else _scenario_tables(change)
    tables |= mtfs_table(desk, change)
    bridged = bridges(desk, change)
    if not bridged.empty:
        tables |= {"bridge": bridged, "bridge_by_year": totals_of(bridged, "price, volume and mix, all lines")}
    tables |= savings_table(desk, changes)
    tables["sensitivity"] = sensitivities(desk)
    return tables, rests_on


def _scenario_tables(change: Change) -> Tables:
    """Return base, difference and scenario by line and by year, and the effect of each lever."""
    keys = ["line", "financial_year"]
    one, two = (cells.groupby(keys, sort=False)["spend_pence"].sum() for cells in (change.base, change.cells))
    index = two.index.union(one.index, sort=False)
    table = pd.DataFrame({"base_pence": one.reindex(index, fill_value=0), "scenario_pence": two.reindex(index)})
    table = table.fillna(0).astype("int64").reset_index()
    table.insert(3, "difference_pence", table["scenario_pence"] - table["base_pence"])
    lines = described(
        table,
        f"base and {change.name} by line and year",
        "pence",
        f"Base + difference = scenario; {change.how}. What levers cost beside places is a line of its own; capital is "
        "never part of spend.",
    )
    by_year = effect_of_scenario(change.base, change.cells)
    by_year = by_year.merge(change.capital, on="financial_year", how="left")
    years = described(by_year, f"{change.title}: effect by year", "pence", f"Base + effect = scenario; {change.how}.")
    tables = {"scenario_by_line": lines, "scenario_by_year": years}
    if change.alone:
        tables["lever_effects"] = effect_of_levers(change.base, change.alone, change.cells)
    return tables


def _internal(warm: Warm, desk: Desk, books: Books, weeks: Weeks) -> Tables:
    now = children_now(warm.inputs)
    price = pd.Series(desk.base.plan.places.weekly_pence[desk.place])
    return {"high_cost": dearest(warm.inputs, now, books, price, weeks)}


def _summary(desk: Desk, ask: Ask, change: Change | None, tables: Tables, rests_on: str, weeks: Weeks) -> Summary:
    """Return the headline figures of the first year walked."""
    year = str(desk.first_year)
    of_year = desk.cells[desk.cells["financial_year"] == year]
    committed = tables["committed"]
    known = own_prices_used(desk.ground, desk.books.own_pence)
    facts: Summary = {
        "price_base": str(desk.prices.base),
        "weeks": f"spend is exact by day; unit costs and annual figures use {weeks.text}",
        "policy": _policy_words(ask, desk.ground),
        "first_year": year,
        "spend_first_year_pence": int(of_year["spend_pence"].sum()),
        "committed_first_year_pence": int(committed.loc[committed["financial_year"] == year, "committed_pence"].sum()),
        "income_first_year_pence": int(
            tables["income"].loc[tables["income"]["financial_year"] == year, "income_pence"].sum()
        ),
        "unmet_all_years_pence": int(desk.cells.attrs["unmet_pence"]),
        "own_placement_costs": f"in use for {known} of {len(desk.books.own_pence)} children",
    }
    if "at_risk" in tables:
        whole = tables["at_risk"]
        row = whole[(whole["line"] == TOTAL) & (whole["financial_year"] == year)].iloc[0]
        facts |= {f"{name}_first_year_pence": int(row[f"{name}_pence"]) for name in ("p50", "p80", "contingency")}
        facts["intervals"] = (
            f"P50 and P80 over {ask.replications} futures of whole children, with rates, price growth and single spot "
            f"prices drawn ({rests_on})"
        )
    if change is not None:
        facts["scenario"] = f"{change.name}: {change.how}"
    return facts


def _policy_words(ask: Ask, ground: Ground) -> str:
    if ground.steered is not None:
        return "best-use, expected children: whole children cannot follow a projection made elsewhere"
    return f"{ask.policy}, {ask.replications} futures" if ask.replications else f"{ask.policy}, expected children"


__all__ = ["MARKING", "Question", "Spent", "spent"]
