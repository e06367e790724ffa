"""From a question about scenarios to a record the project's store can keep: compare, sweep, frontier, price."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
import pandas as pd

from scenarios import frontier as trade
from scenarios.attribution import attribution
from scenarios.cells import Warm, warm_up
from scenarios.compare import HORIZON, comparison, described, side_by_side, spend_by_line
from scenarios.figures import ALL_LINES, SPEND
from scenarios.inputs import Progress, no_progress
from scenarios.levers import LEVERS, apply_pulls, overlapping, read_pull, sized
from scenarios.record import make_record
from scenarios.robust import FUTURES, SWINGS, combined, ranges, regret_table, swung, tornado
from scenarios.scenario import BASELINE, Resolved
from scenarios.sweep import Executors, SweepResult, dask, in_this_process, processes, sweep
from scenarios.today import TodayPicture
from sufficiency.domain.errors import AssumptionError
from sufficiency.matching.policy import Policy
from sufficiency.project import ChangeRow, Project, RunRecord

HOW_SURE = (
    "Differences are between walks that share every draw of rates, prices and lever sizes (middle 80%). Chance within "
    "a month is not drawn, so a single year can turn out further off."
)


@dataclass(frozen=True)
class Question:
    """What a comparison asks.

    Attributes
    ----------
    scenarios
        Names; doing nothing is always added, first.
    replications, months, seed
        Draws of each, months walked (the project's when None), and the seed of the draws.
    attribution
        Whether to split the difference of the last scenario over its changes.
    futures
        Whether to try each scenario in every future.
    measure
        Of the regret table.
    one_off
        ``--set`` values, over every scenario but doing nothing.
    """

    scenarios: tuple[str, ...]
    replications: int = 0
    months: int | None = None
    seed: int = 1
    attribution: bool = False
    futures: bool = False
    measure: str = SPEND
    one_off: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Swept:
    """What a sweep asks; see :class:`Question`.

    Attributes
    ----------
    vary
        ``NAME=LOW..HIGH:N`` texts.
    tornado
        Whether to try the assumptions that matter one by one.
    """

    scenarios: tuple[str, ...]
    replications: int = 20
    vary: tuple[str, ...] = ()
    tornado: bool = False
    measure: str = SPEND
    months: int | None = None
    seed: int = 1
    one_off: Mapping[str, str] = field(default_factory=dict)


def executors_of(workers: int | None, address: str = "") -> tuple[Executors, int]:
    """Return what opens an executor, and how many workers it has: Dask at an address, else processes, else this one."""
    count = workers or max(os.cpu_count() or 1, 1)
    if address:
        return dask(address), max(count, 4)
    return (in_this_process, 1) if count == 1 else (processes(count), count)


def compared(
    project: Project, question: Question, workers: int | None = None, *, progress: Progress = no_progress
) -> RunRecord:
    """Compare scenarios with doing nothing.

    Raises
    ------
    AssumptionError
        When a scenario is unknown or cannot be used.
    """
    began = perf_counter()
    warm = warm_up(project, question.months, progress=progress)
    scenarios = _chosen(warm, question.scenarios, question.one_off)
    executors, count = executors_of(1 if not question.replications and len(scenarios) < 3 else workers)
    result = sweep(warm, scenarios, question.replications, question.seed, executors, count, progress=progress)
    table = comparison(result.figures)
    tables = _tables(table, scenarios)
    last = list(scenarios)[-1]
    if question.attribution:
        wide = executors_of(workers)
        tables["attribution"] = attribution(warm, scenarios[last], *wide, seed=question.seed, progress=progress)
    if question.futures:
        tables |= _in_futures(warm, scenarios, question, workers, progress)
    return _record(warm, "compare", question.seed, scenarios, result, tables, began)


def swept(
    project: Project,
    question: Swept,
    workers: int | None = None,
    address: str = "",
    *,
    progress: Progress = no_progress,
) -> RunRecord:
    """Sweep scenarios over draws and steps of a lever.

    Raises
    ------
    AssumptionError
        When a scenario, a lever or an address cannot be used.
    """
    began = perf_counter()
    executors, count = executors_of(workers, address)
    warm = warm_up(project, question.months, progress=progress)
    names = question.scenarios or tuple(warm.book)
    scenarios = _chosen(warm, names, question.one_off)
    varied = _varied(warm, scenarios, question.vary)
    swings = (
        _swings(warm, scenarios[list(scenarios)[-1] if question.scenarios else BASELINE]) if question.tornado else {}
    )
    result = sweep(
        warm, {**scenarios, **varied}, question.replications, question.seed, executors, count, progress=progress
    )
    table = comparison(result.figures)
    tables = _tables(table, scenarios)
    if varied:
        tables["varied"] = _steps(table, varied)
    if question.tornado:
        tried = sweep(warm, {**scenarios, **swings}, 0, 0, executors, count, progress=progress)
        base = list(scenarios)[-1] if question.scenarios else BASELINE
        tables["tornado"] = tornado(tried.figures, base, SWINGS, question.measure)
    return _record(warm, "sweep", question.seed, {**scenarios, **varied}, result, tables, began)


def frontier_of(
    project: Project, against: str, scenario: str, seed: int, *, progress: Progress = no_progress
) -> RunRecord:
    """Trade pounds against miles, unmet need, splits or borders on the base date."""
    began = perf_counter()
    warm, resolved, picture, policy = _desk(project, scenario, seed, progress)
    table = trade.frontier(picture, policy, against, seed, progress=progress)
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


def _chosen(warm: Warm, names: tuple[str, ...], one_off: Mapping[str, str]) -> dict[str, Resolved]:
    """Return doing nothing and the scenarios asked for, in their order."""
    others = [name for name in dict.fromkeys(names) if name != BASELINE]
    return {BASELINE: warm.resolved(BASELINE)} | {name: warm.resolved(name, one_off) for name in others}


def _tables(table: pd.DataFrame, scenarios: Mapping[str, Resolved]) -> dict[str, pd.DataFrame]:
    main = table["scenario"].isin(set(scenarios) - {BASELINE})
    whole = table[(table["financial_year"] == HORIZON) & (table["line"] == ALL_LINES) & main]
    short = whole.drop(columns=["line", "financial_year"]).reset_index(drop=True)
    short.attrs = table.attrs | {"name": "difference from doing nothing over all years"}
    return {
        "side_by_side": side_by_side(table, list(scenarios)),
        "compared": short,
        "by_year": table,
        "spend_by_line": spend_by_line(table[table["scenario"].isin(set(scenarios))]),
        "changes": _changes(scenarios),
    }


def _changes(scenarios: Mapping[str, Resolved]) -> pd.DataFrame:
    rows = [
        {
            "scenario": name,
            "change": row.name,
            "old": str(row.old),
            "new": str(row.new),
            "reason": row.reason,
            "source": row.source,
        }
        for name, each in scenarios.items()
        for row in each.record
    ]
    columns = ["scenario", "change", "old", "new", "reason", "source"]
    words = "Every change applied over the project, old to new."
    return described(pd.DataFrame(rows, columns=columns), "changes of each scenario", "", words)


def _in_futures(
    warm: Warm, scenarios: Mapping[str, Resolved], question: Question, workers: int | None, progress: Progress
) -> dict[str, pd.DataFrame]:
    futures = {name: warm.resolved(name) for name in FUTURES}
    pairs = [combined(option, future, warm.assumptions) for option in scenarios.values() for future in futures.values()]
    executors, count = executors_of(workers)
    result = sweep(warm, {pair.name: pair for pair in pairs}, 0, 0, executors, count, progress=progress)
    names = (list(scenarios), list(futures))
    regret = regret_table(result.figures, *names, question.measure)
    return {"regret": regret, "ranges": ranges(result.figures, *names)}


_VARY = re.compile(r"^(?P<name>[a-z0-9_.]+)=(?P<low>-?[0-9.]+)\.\.(?P<high>-?[0-9.]+):(?P<steps>[0-9]+)$")


def _varied(warm: Warm, scenarios: Mapping[str, Resolved], texts: tuple[str, ...]) -> dict[str, Resolved]:
    """Return each scenario at each step of what is varied."""
    found: dict[str, Resolved] = {}
    for text in texts:
        match = _VARY.match(text)
        if match is None or int(match["steps"]) < 2:
            raise AssumptionError(f"--vary {text}: write it as carers.recruited=0..20:5, with two steps or more.")
        low, high, steps = float(match["low"]), float(match["high"]), int(match["steps"])
        for scenario in scenarios.values():
            for step in range(steps):
                one = at_size(scenario, match["name"], low + (high - low) * step / (steps - 1), warm)
                found[one.name] = one
    return found


def at_size(scenario: Resolved, name: str, value: float, warm: Warm) -> Resolved:
    """Return a scenario with a lever at another size (added with its defaults when it has none), or an assumption."""
    label = f"{scenario.name} {name}={value:g}"
    if name not in LEVERS:
        number: float | int = int(value) if float(value).is_integer() else value
        changed = scenario.assumptions.with_changes({name: number}, "--vary")
        return Resolved(label, label, changed, scenario.pulls, scenario.record)
    own = [pull for pull in scenario.pulls if pull.lever == name]
    if len(own) > 1:
        raise AssumptionError(
            f"--vary {name}: {scenario.name} pulls this lever {len(own)} times; vary a copy of its file."
        )
    pull = sized(own[0], value) if own else read_pull(name, {"value": value}, warm.inputs.base_date)
    others = tuple(other for other in scenario.pulls if not overlapping(other, pull))
    row = ChangeRow(pull.key, own[0].value if own else "as in the history", value, "--vary")
    return Resolved(label, label, scenario.assumptions, (*others, pull), (*scenario.record, row))


def _steps(table: pd.DataFrame, varied: Mapping[str, Resolved]) -> pd.DataFrame:
    rows = table[(table["financial_year"] == HORIZON) & (table["line"] == ALL_LINES) & table["scenario"].isin(varied)]
    rows = rows.drop(columns=["line", "financial_year"]).reset_index(drop=True)
    rows.attrs = table.attrs | {"name": "step by step over all years"}
    return rows


def _swings(warm: Warm, base: Resolved) -> dict[str, Resolved]:
    ends = [(swing, value) for swing in SWINGS for value in (swing.low, swing.high)]
    tried = [swung(base, swing, value, warm.inputs.base_date) for swing, value in ends]
    return {each.name: each for each in tried}


def _record(
    warm: Warm,
    kind: str,
    seed: int,
    scenarios: Mapping[str, Resolved],
    result: SweepResult,
    tables: Mapping[str, pd.DataFrame],
    began: float,
) -> RunRecord:
    """Make the record; one scenario's changes are the run's, more are told apart by their names."""
    record = make_record(
        warm.project,
        kind,
        warm.inputs,
        warm.months,
        seed,
        "optimal",
        _summary(scenarios, result),
        tables,
        warm.assumptions,
        began,
    )
    rows = [
        ChangeRow(f"{name}: {row.name}", row.old, row.new, row.reason, row.source)
        for name, each in scenarios.items()
        for row in each.record
    ]
    return replace(record, changes=(*record.changes, *rows))


def _summary(scenarios: Mapping[str, Resolved], result: SweepResult) -> dict[str, str | int | float | bool | None]:
    return {
        "scenarios": ", ".join(scenarios),
        "cells_worked_out": result.worked,
        "cells_taken_from_the_store": result.kept,
        "intervals": HOW_SURE if result.figures["replication"].max() > 0 else "none: ask for --replications",
    }
