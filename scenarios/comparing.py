"""From a question about scenarios to a record the project's store can keep: compare and sweep."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter

import pandas as pd

from scenarios.attribution import attribution, in_short
from scenarios.cells import Warm, warm_up
from scenarios.compare import HORIZON, comparison, described, differences, side_by_side, spend_by_line
from scenarios.figures import ALL_LINES, SPEND
from scenarios.inputs import Progress, no_progress
from scenarios.levers import not_begun
from scenarios.record import make_record
from scenarios.robust import FUTURES, SWINGS, combined, ranges, regret_table, tornado
from scenarios.scenario import BASELINE, Resolved
from scenarios.sweep import Executors, SweepResult, dask, in_this_process, processes, sweep
from scenarios.varied import steps_table, swings, varied
from sufficiency.domain.errors import AssumptionError
from sufficiency.project import ChangeRow, Project, RunRecord

HOW_SURE = (
    "Differences are between walks that share every draw of rates, prices and lever sizes (middle 80%). Chance within "
    "a month is not drawn, so a single year can turn out further off."
)
HOW_SURE_CHILDREN = (
    "Differences are between walks of the same whole children with the same luck, rates, prices and lever sizes "
    "(middle 80%). Figures are the mean over replications"
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
    children
        How whole children are placed, "best-use" or "practice"; "" walks expected children.
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
    children: str = ""
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
    children: str = ""
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
    children = children_word(question.children, question.replications)
    result = sweep(
        warm, scenarios, question.replications, question.seed, executors, count, children=children, progress=progress
    )
    table = comparison(result.figures)
    tables = _tables(table, scenarios)
    last = list(scenarios)[-1]
    if question.attribution:
        wide = executors_of(workers)
        tables["attribution"] = attribution(warm, scenarios[last], *wide, seed=question.seed, progress=progress)
        tables["attribution_in_short"] = in_short(tables["attribution"])
    if question.futures:
        tables |= _in_futures(warm, scenarios, question, workers, progress)
    return _record(warm, "compare", question.seed, scenarios, result, tables, began, children)


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
    steps = varied(warm, scenarios, question.vary)
    ends = swings(warm, scenarios[list(scenarios)[-1] if question.scenarios else BASELINE]) if question.tornado else {}
    children = children_word(question.children, question.replications)
    every = {**scenarios, **steps}
    result = sweep(
        warm, every, question.replications, question.seed, executors, count, children=children, progress=progress
    )
    table = comparison(result.figures)
    tables = _tables(table, scenarios)
    if steps:
        tables["varied"] = steps_table(table, steps)
    if question.tornado:
        tried = sweep(warm, {**scenarios, **ends}, 0, 0, executors, count, progress=progress)
        base = list(scenarios)[-1] if question.scenarios else BASELINE
        tables["tornado"] = tornado(tried.figures, base, SWINGS, question.measure)
    return _record(warm, "sweep", question.seed, every, result, tables, began, children)


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
        "differences": differences(table, list(scenarios)),
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


def _record(
    warm: Warm,
    kind: str,
    seed: int,
    scenarios: Mapping[str, Resolved],
    result: SweepResult,
    tables: Mapping[str, pd.DataFrame],
    began: float,
    children: str = "",
) -> RunRecord:
    """Make the record; one scenario's changes are the run's, more are told apart by their names."""
    record = make_record(
        warm.project,
        kind,
        warm.inputs,
        warm.months,
        seed,
        "feasible" if children else "optimal",
        _summary(warm, scenarios, result, children),
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


def _summary(
    warm: Warm, scenarios: Mapping[str, Resolved], result: SweepResult, children: str
) -> dict[str, str | int | float | bool | None]:
    drawn = result.figures["replication"].max() > 0
    late = {name: not_begun(each.pulls, warm.months) for name, each in scenarios.items()}
    words = [f"{name}: {', '.join(keys)}" for name, keys in late.items() if keys]
    summary: dict[str, str | int | float | bool | None] = {
        "scenarios": ", ".join(scenarios),
        "cells_worked_out": result.worked,
        "cells_taken_from_the_store": result.kept,
        "intervals": (HOW_SURE_CHILDREN if children else HOW_SURE) if drawn else "none: ask for --replications",
    }
    return summary | ({"begins_after_the_months_walked": "; ".join(words)} if words else {})


def children_word(word: str, replications: int) -> str:
    """Return how whole children are placed, "" for expected ones.

    Raises
    ------
    AssumptionError
        When whole children are asked for without replications.
    """
    if word and not replications:
        raise AssumptionError(f"--policy {word}: one walk of whole children says little. Give --replications, say 20.")
    return word
