"""Which lever did what: the difference of a scenario split over its changes, adding up exactly, in no order of doubt.

A change's share is the mean of what it adds over every order in which the changes could be made (Shapley): exact up to
eight changes, over drawn orders beyond. What a change does alone stands beside it; the gap between the two is the
interaction, shown and not hidden.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from scenarios.cells import Warm
from scenarios.compare import HORIZON, described, shown_unit, with_horizon
from scenarios.draws import EXPECTED
from scenarios.figures import ALL_LINES, FIGURE, FIGURES
from scenarios.ground import FloatArray
from scenarios.inputs import Progress, no_progress
from scenarios.scenario import BASELINE, Resolved
from scenarios.sweep import Executors, sweep

MOST_EXACT = 8
"""Changes up to which every subset is walked: 256 walks."""

SAMPLED_ORDERS = 24
"""Orders drawn beyond that, half of them the others reversed."""

Subset = frozenset[int]


@dataclass(frozen=True, eq=False)
class Split:
    """The parts of a difference; p parts, m measures.

    Attributes
    ----------
    share
        What each part adds, averaged over orders; columns add up to the whole difference, shape (p, m).
    alone
        What each part does alone, shape (p, m).
    orders
        Orders averaged; 0 when all of them, exactly.
    """

    share: FloatArray
    alone: FloatArray
    orders: int


def subsets_needed(parts: int, seed: int) -> tuple[set[Subset], list[tuple[int, ...]]]:
    """Return the subsets whose value is needed, and the orders drawn (none when every subset is)."""
    if parts <= MOST_EXACT:
        every = range(parts + 1)
        return {frozenset(chosen) for size in every for chosen in combinations(range(parts), size)}, []
    rng = np.random.default_rng(seed)
    drawn = [tuple(int(part) for part in rng.permutation(parts)) for _ in range(SAMPLED_ORDERS // 2)]
    orders = [*drawn, *(order[::-1] for order in drawn)]
    prefixes = {frozenset(order[:size]) for order in orders for size in range(parts + 1)}
    return prefixes | {frozenset([part]) for part in range(parts)}, orders


def split(
    values: Mapping[Subset, FloatArray],
    parts: int,
    orders: Iterable[tuple[int, ...]] = (),
) -> Split:
    """Split the value of all parts together over the parts.

    Parameters
    ----------
    values
        Value of each subset needed, a vector of measures.
    orders
        Orders to average over; all of them, by the closed formula, when none are given.
    """
    drawn = list(orders)
    nothing = values[frozenset()]
    share = np.zeros((parts, len(nothing)))
    if drawn:
        for order in drawn:
            for place, part in enumerate(order):
                share[part] += (values[frozenset(order[: place + 1])] - values[frozenset(order[:place])]) / len(drawn)
    else:
        for part in range(parts):
            for without, value in values.items():
                if part not in without:
                    weight = factorial(len(without)) * factorial(parts - len(without) - 1) / factorial(parts)
                    share[part] += weight * (values[without | {part}] - value)
    alone = np.stack([values[frozenset([part])] - nothing for part in range(parts)]) if parts else share
    return Split(share, alone, len(drawn))


def attribution(
    warm: Warm,
    scenario: Resolved,
    executors: Executors,
    workers: int,
    *,
    seed: int = 0,
    progress: Progress = no_progress,
) -> pd.DataFrame:
    """Return the expected difference of a scenario from doing nothing, split over its changes.

    Returns
    -------
    pandas.DataFrame
        ``measure, change, alone, adds, interaction, running``: ``adds`` adds up to the difference exactly (money to
        the penny); ``running`` is where the bar of a waterfall ends.
    """
    names, subset_of = _parts(warm, scenario)
    parts = len(names)
    needed, orders = subsets_needed(parts, seed)
    label = {subset: _label(subset) for subset in needed}
    result = sweep(
        warm,
        {label[subset]: subset_of(subset) for subset in sorted(needed, key=sorted)},
        0,
        0,
        executors,
        workers,
        progress=progress,
    )
    whole = with_horizon(result.figures)
    rows = whole[
        (whole["financial_year"] == HORIZON) & (whole["line"] == ALL_LINES) & (whole["replication"] == EXPECTED)
    ]
    table = rows.pivot_table(index="scenario", columns="measure", values="value", dropna=False)
    measures = [figure.name for figure in FIGURES if table[figure.name].notna().all()]
    values = {subset: table.loc[label[subset], measures].to_numpy(dtype=np.float64) for subset in needed}
    table = _table(split(values, parts, orders), names, measures, values)
    table.attrs["scenario"] = scenario.name
    return table


def _parts(warm: Warm, scenario: Resolved) -> tuple[list[str], Callable[[Subset], Resolved]]:
    """Name the changes of a scenario, and what a subset of them is as a scenario of its own."""
    base = warm.resolved(BASELINE).assumptions
    changed = [row for row in scenario.record if row.name not in {pull.key for pull in scenario.pulls}]
    names = [*(row.name for row in changed), *(pull.key for pull in scenario.pulls)]

    def subset_of(subset: Subset) -> Resolved:
        assumptions = base
        for number, row in enumerate(changed):
            if number in subset:
                assumptions = assumptions.with_changes({row.name: row.new}, row.reason, row.source)
        pulls = tuple(pull for number, pull in enumerate(scenario.pulls, start=len(changed)) if number in subset)
        return replace(scenario, name=_label(subset), assumptions=assumptions, pulls=pulls)

    return names, subset_of


def _label(subset: Subset) -> str:
    return "changes " + ",".join(str(part) for part in sorted(subset)) if subset else BASELINE


def _table(
    parts: Split,
    names: list[str],
    measures: list[str],
    values: Mapping[Subset, FloatArray],
) -> pd.DataFrame:
    frames = []
    whole = values[frozenset(range(len(names)))] - values[frozenset()]
    for column, measure in enumerate(measures):
        share = parts.share[:, column]
        if measure.endswith("_pence"):
            share = whole_pence(share, int(whole[column]))
        start = values[frozenset()][column]
        frames.append(
            pd.DataFrame(
                {
                    "measure": measure,
                    "change": names,
                    "alone": parts.alone[:, column],
                    "adds": share,
                    "interaction": share - parts.alone[:, column],
                    "running": start + np.cumsum(share),
                }
            )
        )
    how = f"{parts.orders} drawn orders" if parts.orders else "every order, exactly"
    empty = pd.DataFrame(columns=["measure", "change", "alone", "adds", "interaction", "running"])
    return described(
        pd.concat(frames, ignore_index=True) if names else empty,
        "the difference by change",
        "as named",
        f"Expected children. Mean of what each change adds over {how}; they add up to the whole difference. alone is "
        "the change without the others, interaction what the others make of it, running where a waterfall then stands.",
    )


IN_SHORT = ("spend_pence", "children", "without_place_mean", "own_provision_share", "over_20", "out_of_area")
"""Measures of the table that is read; every measure is in the whole one."""


def in_short(table: pd.DataFrame) -> pd.DataFrame:
    """Return what each change adds to the measures people ask about first, with what they come to together."""
    wide = {}
    changes = list(dict.fromkeys(table["change"]))
    for measure in [name for name in IN_SHORT if (table["measure"] == name).any()]:
        factor, unit = shown_unit(measure)
        adds = table[table["measure"] == measure].set_index("change")["adds"].reindex(changes) * factor
        wide[f"{FIGURE[measure].title} ({unit})"] = [*adds.round(0 if unit == "pounds" else 2), float(adds.sum())]
    frame = pd.DataFrame({"change": [*changes, "all together"], **wide})
    words = str(table.attrs["definition"])
    return described(frame, "which change does what, over all years", "as named", words)


def whole_pence(share: FloatArray, total: int) -> FloatArray:
    """Round shares of money to whole pence that add up to a total: the largest remainders get the odd pennies."""
    if not len(share):
        return share
    low = np.floor(share)
    odd = round(total - float(low.sum()))
    order = np.argsort(-(share - low), kind="stable")
    low[order[:odd]] += 1
    return low
