"""The board page: eight measures with trend, target, forecast and a rating by a stated rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from sufficiency.report import groups
from sufficiency.report.benchmarks import published
from sufficiency.report.desk import IN_CARE, RETURNS, Desk, day_text, periods_of, text
from sufficiency.report.ledger import Key, key
from sufficiency.report.people import living_on, stability_on
from sufficiency.report.table import (
    CHILDREN,
    NOT_AVAILABLE,
    PERCENT,
    Cell,
    Column,
    Draft,
    Table,
    Words,
)
from sufficiency.report.tables_ahead import forecast_key, needing_key
from sufficiency.report.tables_flows import MANY, SETTLED
from sufficiency.report.tables_money import expected_share, pounds_of, whole_years

GREEN, AMBER, RED, UNRATED = "green", "amber", "red", "not rated"
AMBER_POINTS = 5
"""Percentage points by which a measure may miss its target and still be amber (assumption)."""

RULE = (
    "Rated against the council's target where it gave one, else against England: green at or on the good side of it, "
    f"amber within {AMBER_POINTS} percentage points on the other side, red beyond. Not rated where neither is known."
)

_TREND_YEARS = 3
_THOUSAND = 1_000
_UNRATED = text(UNRATED)
PLACES_SHORT, SPEND = "known places short of need", "spend on placements in the year, £ thousand"
"""Lines that are no share of children."""


@dataclass(frozen=True)
class Measured:
    """One line of the board page.

    Attributes
    ----------
    name
        As shown, and as targets name it.
    better
        1 where more is better, -1 where less is, 0 where neither is.
    England
        England's figure, None where none is cited.
    flags
        From the children in care on a day (and their stability) to those who count and those they are counted of.
    forecast
        From the plan's tables to a percentage at its end, None where the plan does not say.
    """

    name: str
    better: int
    england: float | None
    flags: Callable[[pd.DataFrame, pd.DataFrame], tuple[pd.Series, pd.Series]]
    forecast: tuple[str, str, str] | None = None


def _everybody(people: pd.DataFrame) -> pd.Series:
    return pd.Series(True, index=people.index)


def _england(measure: str, category: str = "all") -> float | None:
    found = published(measure, category)
    return None if found is None else found.value


def measures() -> tuple[Measured, ...]:
    """Return the lines of the board page after the number of children."""
    return (
        Measured(
            "in-house share of foster care, homes and supported accommodation",
            1,
            None,
            lambda people, _: (people["kind"].isin(groups.IN_HOUSE_KINDS), people["kind"].isin(groups.PLANNED_KINDS)),
            ("in_house", "in_house", "planned"),
        ),
        Measured(
            "inside the council's area",
            1,
            _complement(_england("outside the council's area")),
            lambda people, _: (people["locality"] == "in area", _everybody(people)),
            ("distance", "in_area", "children"),
        ),
        Measured(
            "more than 20 miles from home",
            -1,
            _england("distance", "over 20 miles"),
            lambda people, _: (people["distance"] == "over 20 miles", _everybody(people)),
            ("distance", "over_20", "children"),
        ),
        Measured(
            "distant placements",
            -1,
            None,
            lambda people, _: (people["locality"] == "distant", _everybody(people)),
            ("distance", "distant", "children"),
        ),
        Measured(
            "in children's homes",
            -1,
            None,
            lambda people, _: (people["broad"] == "children's homes", _everybody(people)),
        ),
        Measured(MANY, -1, _england("stability", MANY), lambda people, calm: (calm["many"], _everybody(people))),
        Measured(SETTLED, 1, _england("stability", SETTLED), lambda _, calm: (calm["settled"], calm["long"])),
    )


def board(desk: Desk) -> Draft:
    """Draft the board page's table."""
    days = _trend_days(desk)
    held = {day: (living_on(desk.facts, day), stability_on(desk.facts, day)) for day in days}
    rows = [
        _number_row(desk, held),
        *(_measure_row(desk, each, held) for each in measures()),
        _places_short(desk),
        _spend(desk),
        _unregistered(desk),
    ]
    words = Words(
        "Board page",
        "percent; children",
        "Eight measures at a glance, with the gap, spend and children in unregistered provision: the trend at the same "
        "day of each year, the council's target, England, what the plan expects at its end, and a rating. " + RULE,
        f"{RETURNS}; DfE, Children looked after in England including adoption, 2025",
        day_text(desk.facts.base_date),
        (
            "Shares in percent; the first and the last line are numbers of children. Known places short: T10 over all "
            "settings; spend is that of the last whole year of the plan, as in T11b.",
        ),
    )
    columns = (
        Column("Measure"),
        *(Column(day_text(day), PERCENT) for day in days),
        Column("Target", PERCENT),
        Column("England", PERCENT),
        Column("Expected at the end of the plan", PERCENT),
        Column("Rating"),
    )
    return Draft("Board", words, _plain(columns), tuple(rows), _say_board)


def _plain(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Give number columns the unit children: the lines differ in unit and each says which in its name."""
    return tuple(Column(each.heading, CHILDREN if each.unit == PERCENT else each.unit) for each in columns)


def rating(value: float | None, against: float | None, better: int) -> str:
    """Return green, amber or red by the stated rule.

    >>> rating(22, 20, -1), rating(18, 20, -1), rating(30, 20, -1), rating(None, 20, 1)
    ('amber', 'green', 'red', 'not rated')
    """
    if value is None or against is None or better == 0:
        return UNRATED
    short = (against - value) * better
    return GREEN if short <= 0 else AMBER if short <= AMBER_POINTS else RED


def _complement(percent: float | None) -> float | None:
    return None if percent is None else 100 - percent


def _trend_days(desk: Desk) -> list[date]:
    base = pd.Timestamp(desk.facts.base_date)
    days = [(base - pd.DateOffset(years=back)).date() for back in range(_TREND_YEARS, -1, -1)]
    return [day for day in days if day >= desk.facts.history.first_day]


def _population(desk: Desk, day: date) -> str:
    return IN_CARE[0] if day == desk.facts.base_date else f"in care on {day}"


def _number_row(desk: Desk, held: dict[date, tuple[pd.DataFrame, pd.DataFrame]]) -> tuple[Cell, ...]:
    cells = []
    for day, (people, _) in held.items():
        asked = (_population(desk, day),)
        desk.ledger.enter(asked, len(people))
        cells.append(desk.count(asked))
    end = round(float(desk.facts.plan.tables["flow"]["stock_after"].iloc[-1]))
    last = str(desk.facts.plan.tables["in_house"]["period"].iloc[-1])
    target = desk.facts.targets.get("children in care")
    blank = Cell(NOT_AVAILABLE)
    return (text("children in care"), *cells, _target(target), blank, Cell(end, (forecast_key(last),)), text(UNRATED))


def _measure_row(desk: Desk, line: Measured, held: dict[date, tuple[pd.DataFrame, pd.DataFrame]]) -> tuple[Cell, ...]:
    cells = []
    for day, (people, calm) in held.items():
        part, whole = line.flags(people, calm)
        cells.append(_percent(desk, f"{_population(desk, day)}, {line.name}", part.to_numpy(), whole.to_numpy()))
    target = desk.facts.targets.get(line.name)
    against = target if target is not None else line.england
    now = cells[-1].value
    told = rating(float(now) if not isinstance(now, str) else None, against, line.better)
    return (
        text(line.name),
        *cells,
        _target(target),
        _target(line.england),
        _expected(desk, line),
        Cell(told, cells[-1].keys),
    )


def _percent(desk: Desk, name: str, part: np.ndarray, whole: np.ndarray) -> Cell:
    flags = pd.DataFrame({"counts": np.where(part[whole], "yes", "no")})
    desk.ledger.cube(name, flags, ["counts"])
    _tie_to_tables(desk, name)
    return desk.percent(key(name, counts="yes"), (name,))


_SAME_AS: dict[str, Key] = {
    "inside the council's area": key("in care", locality="in area"),
    "more than 20 miles from home": key("in care", distance="over 20 miles"),
    "distant placements": key("in care", locality="distant"),
    "in children's homes": key("in care", broad="children's homes"),
    MANY: key("in care", many="yes"),
    SETTLED: key("long in care", settled="yes"),
}
"""Counts of the base date that other tables show under their own keys."""


def _tie_to_tables(desk: Desk, name: str) -> None:
    population, _, measure = name.partition(", ")
    if population == IN_CARE[0] and measure in _SAME_AS:
        desk.ledger.add_up(key(name, counts="yes"), [_SAME_AS[measure]])


def _target(value: float | None) -> Cell:
    return Cell(NOT_AVAILABLE) if value is None else Cell(round(value))


def _expected(desk: Desk, line: Measured) -> Cell:
    if line.forecast is None:
        return Cell(NOT_AVAILABLE)
    table, part, whole = line.forecast
    last = desk.facts.plan.tables[table].iloc[-1]
    asked = forecast_key(str(last["period"]))
    return expected_share(desk, asked, part.replace("_", " "), float(last[part]), float(last[whole]))


def _places_short(desk: Desk) -> tuple[Cell, ...]:
    """Return the gap on the base date and at the end of the plan, as T10 has it."""
    frame = desk.facts.plan.tables["places_and_demand"]
    periods = periods_of(frame)
    now = _short(desk, frame, periods[0]) if periods[0] == str(desk.year) else Cell(NOT_AVAILABLE)
    blanks = [Cell(NOT_AVAILABLE)] * (len(_trend_days(desk)) - 1)
    target = _target(desk.facts.targets.get(PLACES_SHORT))
    return (text(PLACES_SHORT), *blanks, now, target, Cell(NOT_AVAILABLE), _short(desk, frame, periods[-1]), _UNRATED)


def _short(desk: Desk, frame: pd.DataFrame, period: str) -> Cell:
    rows = [row for row in frame.to_dict("records") if str(row["period"]) == period]
    keys = tuple((*needing_key(period), f"setting={row['setting']}") for row in rows)
    usable = [round(float(row["usable_places"])) for row in rows]
    return Cell(sum(max(desk.ledger.value(each) - places, 0) for each, places in zip(keys, usable, strict=True)), keys)


def _spend(desk: Desk) -> tuple[Cell, ...]:
    """Return the spend of the last whole year of the plan, in thousands of pounds."""
    cells = pounds_of(desk.facts.plan)
    whole = whole_years(desk)
    blanks = [Cell(NOT_AVAILABLE)] * len(_trend_days(desk))
    target = _target(desk.facts.targets.get(SPEND))
    if not whole:
        return (text(SPEND), *blanks, target, *[Cell(NOT_AVAILABLE)] * 2, _UNRATED)
    total = float(cells.loc[cells["financial_year"] == whole[-1], "pounds"].sum())
    expected = Cell(round(total / _THOUSAND), ((f"pounds {whole[-1]}",), (f"average {whole[-1]}",)))
    return (text(SPEND), *blanks, target, Cell(NOT_AVAILABLE), expected, _UNRATED)


def _unregistered(desk: Desk) -> tuple[Cell, ...]:
    asked = key("in care", kind="unregistered")
    blanks = [Cell(NOT_AVAILABLE)] * (len(_trend_days(desk)) - 1)
    value = desk.ledger.value(asked)
    told = Cell(GREEN if value == 0 else RED, (asked,))
    return (
        text("children in unregistered provision"),
        *blanks,
        desk.count(asked),
        Cell(0),
        *[Cell(NOT_AVAILABLE)] * 2,
        told,
    )


def exceptions(table: Table) -> list[str]:
    """Return what a board has to look at: every red line, in words made from the table."""
    return [f"{row[0]}: {_told(row[-5])}, rated red." for row in table.rows if row[-1] == RED]


def _told(value: object) -> str:
    return str(value) if isinstance(value, str) else f"{value:,.0f}"


def _say_board(table: Table) -> str:
    ratings = [str(row[-1]) for row in table.rows]
    counted = {each: ratings.count(each) for each in (GREEN, AMBER, RED)}
    rated = sum(counted.values())
    parts = ", ".join(f"{number} {colour}" for colour, number in counted.items())
    return f"Of {rated} rated measures: {parts}."
