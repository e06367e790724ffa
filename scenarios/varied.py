"""Scenarios with one lever or assumption at other sizes: what a sweep varies, and what a tornado swings."""

import re
from collections.abc import Mapping

import pandas as pd

from scenarios.cells import Warm
from scenarios.compare import HORIZON
from scenarios.figures import ALL_LINES
from scenarios.levers import LEVERS, overlapping, read_pull, sized
from scenarios.robust import SWINGS, swung
from scenarios.scenario import Resolved
from sufficiency.domain.errors import AssumptionError
from sufficiency.project import ChangeRow

_VARY = re.compile(r"^(?P<name>[a-z0-9_.]+)=(?P<low>-?[0-9.]+)\.\.(?P<high>-?[0-9.]+):(?P<steps>[0-9]+)$")


def varied(warm: Warm, scenarios: Mapping[str, Resolved], texts: tuple[str, ...]) -> dict[str, Resolved]:
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


def steps_table(table: pd.DataFrame, tried: Mapping[str, Resolved]) -> pd.DataFrame:
    """Return the difference from doing nothing over all years, step by step."""
    rows = table[(table["financial_year"] == HORIZON) & (table["line"] == ALL_LINES) & table["scenario"].isin(tried)]
    rows = rows.drop(columns=["line", "financial_year"]).reset_index(drop=True)
    rows.attrs = table.attrs | {"name": "step by step over all years"}
    return rows


def swings(warm: Warm, base: Resolved) -> dict[str, Resolved]:
    """Return a scenario with each assumption that matters at its low and at its high."""
    ends = [(swing, value) for swing in SWINGS for value in (swing.low, swing.high)]
    ends_tried = [swung(base, swing, value, warm.inputs.base_date) for swing, value in ends]
    return {each.name: each for each in ends_tried}
