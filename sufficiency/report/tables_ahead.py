"""T9 and T10: how many children the plan expects in which homes, and what is missing."""

from typing import Any

import pandas as pd

from sufficiency.domain.needs import PROFILES
from sufficiency.report import groups
from sufficiency.report.desk import ENGINE, IN_CARE, Desk, periods_of, text
from sufficiency.report.intervals import futures_at, interval, spread_edges, walks_note
from sufficiency.report.ledger import Key, key
from sufficiency.report.table import CHILDREN, LOW, NUMBER, Cell, Column, Draft, Table, Words

_TOTAL = "All children in care"
Edges = dict[tuple[str, str], tuple[int, int]]
"""Low and high by kind or setting, and period."""

_FRACTIONS = (
    "Expected values share children over homes in fractions, and whole children cannot be shared: one can "
    "lie near an edge of its interval, or beyond it."
)
_TITLES = {profile.key: profile.title for profile in PROFILES}


def forecast_key(period: str, name: str = "") -> Key:
    """Return the key of children in care at the end of a year of a plan."""
    return (f"expected {period} {name}".strip(),)


def forecast(desk: Desk) -> Draft:
    """T9: children by kind of home at the end of each year of the plan."""
    frame = desk.facts.plan.tables["mix"]
    frame = frame.assign(kind=groups.kind_of(frame["setting"], frame["line"]))
    periods = [period for period in periods_of(frame) if period != str(desk.year)]
    table = frame.pivot_table(index="kind", columns="period", values="children", aggfunc="sum", fill_value=0.0)
    expected = {period: table[period].reindex(list(groups.KINDS), fill_value=0.0) for period in periods}
    whole = {period: groups.whole_parts(parts) for period, parts in expected.items()}
    for period in periods:
        counted = pd.DataFrame({"kind": whole[period].index, "n": whole[period].to_numpy()})
        desk.ledger.cube(forecast_key(period)[0], counted, ["kind"], count="n")
    edges = spread_edges(desk, "kind_bands", "kind", "children")
    rows = [
        _forecast_row(desk, kind, edges, {period: float(parts[kind]) for period, parts in expected.items()})
        for kind in groups.KINDS
    ]
    total = [desk.count(forecast_key(period)) for period in periods]
    rows.append((text(_TOTAL), desk.count(IN_CARE), *total, *_total_interval(desk, periods[-1])))
    words = Words(
        "Forecast: children in care by kind of home",
        "children",
        "Children in care on the base date, and expected at the end of each financial year if entries, leaving and "
        "moves go on at the rates of the returns and places are used as the plan uses them. Whole numbers that add up.",
        ENGINE,
        f"{desk.year} to {periods[-1]}",
        (walks_note(desk), "The interval of all children is that of T9b.", _FRACTIONS),
    )
    columns = (
        Column("Kind of home"),
        Column(f"{desk.year} (counted)", CHILDREN),
        *(Column(period, CHILDREN) for period in periods),
        Column(f"{periods[-1]} low", CHILDREN),
        Column(f"{periods[-1]} high", CHILDREN),
    )
    return Draft("T9", words, columns, tuple(rows), _say_forecast)


def _total_interval(desk: Desk, period: str) -> tuple[Cell, Cell]:
    futures = desk.facts.futures
    edges = None if futures is None else futures_at(futures, desk.facts.plan.run.months)[period]
    return interval(
        desk, f"{period} all", None if edges is None else (edges["p10"], edges["p90"]), (forecast_key(period),)
    )


def _forecast_row(desk: Desk, kind: str, edges: Edges, expected: dict[str, float]) -> tuple[Cell, ...]:
    cells = []
    for period, children in expected.items():
        asked = (*forecast_key(period), f"kind={kind}")
        cells.append(Cell(LOW) if children > 1e-9 and not desk.ledger.value(asked) else desk.count(asked))
    now = desk.count(key("in care", kind=kind))
    last = list(expected)[-1]
    nobody = (0, 0) if edges else None  # a kind that no walk ever used
    band = interval(desk, f"{last} {kind}", edges.get((kind, last), nobody), ((*forecast_key(last), f"kind={kind}"),))
    return (text(kind), now, *cells, *band)


def _say_forecast(table: Table) -> str:
    last = table.columns[-3].heading
    before, after = table.number_at(_TOTAL, 2), table.number_at(_TOTAL, last)
    if before is None or after is None:
        return "The number of children in care is too small to publish a forecast."
    if round(before) == round(after):
        return f"Children in care are expected to stay at {after:,.0f} to the end of {last}."
    word = "rise" if after > before else "fall"
    return f"Children in care are expected to {word} from {before:,.0f} to {after:,.0f} by the end of {last}."


def gap(desk: Desk) -> Draft:
    """T10: children who need each setting beside the places the council can count on."""
    frame = desk.facts.plan.tables["places_and_demand"]
    periods = periods_of(frame)
    for period in periods:
        now = frame[frame["period"] == period]
        counted = pd.DataFrame({"setting": now["setting"], "n": groups.whole_parts(now["demand"])})
        desk.ledger.cube(needing_key(period)[0], counted, ["setting"], count="n")
    need, short = (spread_edges(desk, "places_bands", "setting", value) for value in ("demand", "shortfall"))
    rows = [_gap_row(desk, row, need, short) for row in frame.to_dict("records")]
    words = Words(
        "Gap: need beside places the council can count on",
        "children; places",
        "At the end of each financial year: children whose need prefers the setting, usable places in the council's "
        "own and contracted households, homes and blocks, and the places short of that need, which the spot market has "
        "to fill. Year and setting, then need less places.",
        ENGINE,
        f"{periods[0]} to {periods[-1]}",
        (
            walks_note(desk),
            _FRACTIONS,
            "A shortfall is what the council relies on the market for, not children without a home.",
        ),
    )
    columns = (
        Column("Setting and year"),
        Column("Children needing it", CHILDREN),
        Column("Usable places", NUMBER),
        Column("Places short", NUMBER),
        Column("Need, low", CHILDREN),
        Column("Need, high", CHILDREN),
        Column("Short, low", NUMBER),
        Column("Short, high", NUMBER),
    )
    return Draft("T10", words, columns, tuple(rows), _say_gap)


def needing_key(period: str) -> Key:
    """Return the key of children in planned settings by need at the end of a year."""
    return (f"needing {period}",)


def _gap_row(desk: Desk, row: dict[Any, Any], need: Edges, shortfall: Edges) -> tuple[Cell, ...]:
    setting, period, usable = str(row["setting"]), str(row["period"]), round(float(row["usable_places"]))
    asked = (*needing_key(period), f"setting={setting}")
    short = max(desk.ledger.value(asked) - usable, 0)
    name, here = f"{setting}, {period}", (setting, period)
    wide = interval(desk, f"need {name}", need.get(here), (asked,))
    missing = interval(desk, f"short {name}", shortfall.get(here), (asked,))
    return (text(name), desk.count(asked), Cell(usable), Cell(short, (asked,)), *wide, *missing)


def _say_gap(table: Table) -> str:
    last = table.labels[-1].split(", ")[-1]
    short = {label: value for label, value in table.numbers("Places short").items() if label.endswith(last)}
    named = {label.split(", ")[0]: value for label, value in short.items() if value >= 1}
    bands = {name: _between(table, f"{name}, {last}") for name in named}
    if not named:
        return f"At the end of {last} no published shortfall of known places is expected."
    parts = ", ".join(f"{value:,.0f}{bands[setting]} in {setting}" for setting, value in named.items())
    return f"By the end of {last} known places fall short of need: {parts}."


def _between(table: Table, label: str) -> str:
    low, high = table.number_at(label, "Short, low"), table.number_at(label, "Short, high")
    return "" if low is None or high is None else f" ({low:,.0f} to {high:,.0f} in four of five walks)"


_COLUMNS = {
    "arising": "Arising in the year",
    "met_preferred": "Placed in the preferred setting",
    "met_suitable": "Placed in another suitable setting",
    "without_place_mean": "Without a place, average month",
    "over_20_at_end": "Over 20 miles at year end",
}


def gap_by_need(desk: Desk) -> Draft:
    """T10b: need arising, met and unmet by need group and year."""
    frame = desk.facts.plan.tables["gap"]
    periods = periods_of(frame)
    for column in _COLUMNS:
        for period in periods:
            now = frame[frame["period"] == period]
            counted = pd.DataFrame({"need": now["profile"], "n": groups.whole_parts(now[column])})
            desk.ledger.cube(f"{column} {period}", counted, ["need"], count="n")
    for row in frame.to_dict("records"):
        keys = [(f"{column} {row['period']}", f"need={row['profile']}") for column in ("arising", "met_preferred")]
        desk.ledger.difference(f"placed elsewhere {row['period']}", *keys)  # it tells who was placed elsewhere
    rows = [_need_row(desk, row) for row in frame.to_dict("records")]
    words = Words(
        "Need by group: arising, placed and without a place",
        "children",
        "Children who came to need a place in the year by what they need; how many were placed in the setting their "
        "need prefers or another suitable registered one; how many were without one in an average month; how many of "
        "the group live more than 20 miles from home at the year's end.",
        ENGINE,
        f"{periods[0]} to {periods[-1]}",
        (
            "These are expected values, and the true numbers will differ.",
            "Need whose home is decided by law, court or family is left out.",
        ),
    )
    columns = (Column("Need and year"), *(Column(title, CHILDREN) for title in _COLUMNS.values()))
    return Draft("T10b", words, columns, tuple(rows), _say_need)


def _need_row(desk: Desk, row: dict[Any, Any]) -> tuple[Cell, ...]:
    cells = []
    for column in _COLUMNS:
        asked = (f"{column} {row['period']}", f"need={row['profile']}")
        some = float(str(row[column])) > 1e-9
        cells.append(Cell(LOW) if some and not desk.ledger.value(asked) else desk.count(asked))
    return (text(f"{_TITLES[str(row['profile'])]}, {row['period']}"), *cells)


def _say_need(table: Table) -> str:
    without = [row[4] for row in table.rows]
    if any(not isinstance(each, str) and each > 0 for each in without):
        label, value = max(table.numbers(_COLUMNS["without_place_mean"]).items(), key=lambda each: each[1])
        return f"Most without a suitable registered place in an average month: {value:,.0f}, of the group: {label}."
    if all(each == 0 for each in without):
        return "The plan finds a suitable registered place for every child, many of them on the spot market."
    return "Where children are expected to be without a suitable place, they are too few to publish."
