"""Which option stands up when the future is not as expected: ranges, regret, and which assumptions matter most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from scenarios.compare import HORIZON, described, with_horizon
from scenarios.draws import EXPECTED
from scenarios.figures import ALL_LINES, FIGURE
from scenarios.levers import LEVERS, overlapping, read_pull, sized
from scenarios.scenario import Resolved
from sufficiency.assumptions import Assumptions
from sufficiency.domain.errors import AssumptionError
from sufficiency.project.record import ChangeRow

FUTURES = ("do-nothing", "low-demand", "high-demand", "uasc-surge", "price-shock", "provider-failure")
"""Futures every option is tried in; the first is the expected one."""

AND = " in "


def combined(option: Resolved, future: Resolved, base: Assumptions) -> Resolved:
    """Return an option in a future: both sets of changes together.

    Raises
    ------
    AssumptionError
        When both change the same thing, by name.
    """
    for one in option.pulls:
        for other in future.pulls:
            if overlapping(one, other):
                raise AssumptionError(
                    f"{one.key} is changed by {option.name} and by {future.name}; they cannot be put together."
                )
    both = set(dict(option.assumptions.changed)) & set(dict(future.assumptions.changed))
    differing = {name for name in both if option.assumptions.value(name) != future.assumptions.value(name)}
    clash = [
        name
        for name in differing
        if base.value(name) not in (option.assumptions.value(name), future.assumptions.value(name))
    ]
    if clash:
        raise AssumptionError(f"{clash[0]} is changed by {option.name} and by {future.name}.")
    changed = {name: value for name, value in future.assumptions.changed if value != base.value(name)}
    name = f"{option.name}{AND}{future.name}"
    assumptions = option.assumptions.with_changes(changed, f"future {future.name}") if changed else option.assumptions
    return Resolved(name, name, assumptions, (*option.pulls, *future.pulls), (*option.record, *future.record))


def regret_table(figures: pd.DataFrame, options: Sequence[str], futures: Sequence[str], measure: str) -> pd.DataFrame:
    """Return how much worse each option is than the best one in each future, and at worst.

    Parameters
    ----------
    figures
        Of a sweep over ``option in future`` for every pair.
    measure
        What is compared; one in which less or more is better.

    Returns
    -------
    pandas.DataFrame
        ``option, future, value, regret, worst_regret``.

    Raises
    ------
    AssumptionError
        When neither more nor less of the measure is better.
    """
    if measure not in FIGURE or not FIGURE[measure].better:
        good = ", ".join(name for name, figure in FIGURE.items() if figure.better)
        raise AssumptionError(f"{measure}: neither more nor less of it is better. Measures with a better side: {good}.")
    value = _horizon(figures, measure)
    grid = np.array([[value[f"{option}{AND}{future}"] for future in futures] for option in options])
    best = grid.min(axis=0) if FIGURE[measure].better == "less" else grid.max(axis=0)
    regret = np.abs(grid - best)
    frame = pd.DataFrame(
        {
            "option": np.repeat(list(options), len(futures)),
            "future": list(futures) * len(options),
            "value": grid.ravel(),
            "regret": regret.ravel(),
            "worst_regret": np.repeat(regret.max(axis=1), len(futures)),
        }
    )
    words = f"{FIGURE[measure].title} over all years; regret is the distance from the best option in the same future."
    return described(frame, f"regret: {FIGURE[measure].title}", FIGURE[measure].unit, words)


def ranges(figures: pd.DataFrame, options: Sequence[str], futures: Sequence[str]) -> pd.DataFrame:
    """Return the least, expected and most of every measure of each option over the futures."""
    rows = []
    for measure, figure in FIGURE.items():
        value = _horizon(figures, measure)
        for option in options:
            over = np.array([value[f"{option}{AND}{future}"] for future in futures])
            if not np.isnan(over).any():
                rows.append((option, measure, figure.unit, over.min(), over[0], over.max()))
    frame = pd.DataFrame(rows, columns=["option", "measure", "unit", "least", "expected", "most"])
    return described(
        frame,
        "range over futures",
        "as named",
        "Over all years, in each of the futures tried: " + ", ".join(futures) + ".",
    )


@dataclass(frozen=True)
class Swing:
    """One assumption or lever tried low and high.

    Attributes
    ----------
    name
        Lever or assumption.
    low, high
        Values tried.
    source
        Why these.
    """

    name: str
    low: float
    high: float
    source: str


SWINGS: tuple[Swing, ...] = (
    Swing("entries.percent", -15, 15, "England started 28,470 (2021) to 33,130 (2024), DfE"),
    Swing("uasc.arrivals", -0.5, 1, "unaccompanied children in England 4,150 (2021) to 7,440 (2024), DfE; assumption"),
    Swing("stability.moves_percent", -20, 20, "a fifth more or fewer moves; assumption"),
    Swing("carers.lost", 0, 11.1, "Ofsted, Fostering in England 2023-24: 4,820 of 43,405 households left"),
    Swing("market.price_percent", -5, 12.1, "LAIT: residential grew 12.1% a year since 2019-20"),
    Swing("market.capacity_percent", -25, 25, "a quarter less or more; assumption"),
    Swing("inflation.price_points", -1.1, 2, "LAIT: residential 9.0% to 12.1% around 10.1%"),
    Swing("inflation.pay_points", -2, 2.7, "in-house foster 1.6% (Coventry) to 6.3% (LAIT) around 3.6%"),
    Swing("needs.homes_with_foster_plan_share", 0.2, 0.5, "Ofsted: just over one third; assumption of the range"),
    Swing("needs.solo_share_of_homes", 0.05, 0.2, "9% of private homes have one bed (Ofsted); assumption of the range"),
    Swing("market.complex_foster_share", 0.1, 0.4, "no figure found; assumption"),
    Swing("demand.window_months", 12, 48, "the reference window matters more than the model; back-test it"),
)
"""What a tornado chart tries unless told otherwise."""


def swung(base: Resolved, swing: Swing, value: float, base_date: date) -> Resolved:
    """Return a scenario with one assumption or lever at another value."""
    name = f"{swing.name}={value:g}"
    if swing.name not in LEVERS:
        whole = int(value) if float(value).is_integer() else value
        changed = base.assumptions.with_changes({swing.name: whole}, "tried in turn", swing.source)
        return replace(base, name=name, assumptions=changed)
    pull = sized(read_pull(swing.name, {"value": value}, base_date), value)
    kept = tuple(other for other in base.pulls if not overlapping(other, pull))
    row = ChangeRow(pull.key, "as in the scenario", value, "tried in turn", swing.source)
    return replace(base, name=name, pulls=(*kept, pull), record=(*base.record, row))


def tornado(figures: pd.DataFrame, base: str, swings: Sequence[Swing], measure: str) -> pd.DataFrame:
    """Return what each assumption does to a measure at its low and its high, the largest swing first.

    Returns
    -------
    pandas.DataFrame
        ``name, low, high, at_low, at_high, difference_low, difference_high, swing, source``.
    """
    value = _horizon(figures, measure)
    middle = value[base]
    rows = [
        {
            "name": swing.name,
            "low": swing.low,
            "high": swing.high,
            "at_low": value[f"{swing.name}={swing.low:g}"],
            "at_high": value[f"{swing.name}={swing.high:g}"],
            "source": swing.source,
        }
        for swing in swings
    ]
    frame = pd.DataFrame(rows)
    frame["difference_low"], frame["difference_high"] = frame["at_low"] - middle, frame["at_high"] - middle
    ends = frame[["difference_low", "difference_high"]].assign(none=0.0)
    frame["swing"] = ends.max(axis=1) - ends.min(axis=1)
    frame = frame.sort_values("swing", ascending=False, ignore_index=True)
    words = (
        f"{FIGURE[measure].title} over all years with one assumption at its low and its high, the others as they are."
    )
    return described(frame, f"what moves {FIGURE[measure].title} most", FIGURE[measure].unit, words)


def _horizon(figures: pd.DataFrame, measure: str) -> Mapping[str, float]:
    whole = with_horizon(figures[figures["replication"] == EXPECTED])
    rows = whole[(whole["financial_year"] == HORIZON) & (whole["line"] == ALL_LINES) & (whole["measure"] == measure)]
    return dict(zip(rows["scenario"], rows["value"], strict=True))
