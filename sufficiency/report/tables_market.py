"""T13 to T15: what is sought, what will be done, and how the council compares."""

import pandas as pd

from sufficiency.domain.needs import PROFILES
from sufficiency.measures import dfe
from sufficiency.report.benchmarks import ENGLAND
from sufficiency.report.desk import ENGINE, IN_CARE, RETURNS, Desk, as_cell, day_text, joined, text
from sufficiency.report.ledger import SMALL_COUNTS, Key, key
from sufficiency.report.table import (
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    NUMBER,
    PERCENT,
    POUNDS_WEEKLY,
    Cell,
    Column,
    Draft,
    Table,
    Words,
)
from sufficiency.report.tables_ahead import needing_key
from sufficiency.report.tables_flows import MANY, SETTLED

_PREFERS = {profile.key: profile.preferred.value for profile in PROFILES}
_NAMED_PLACES = 3


def market_message(desk: Desk) -> Draft:
    """T13: what is sought, where, by when and for whom."""
    frame = desk.facts.plan.tables["places_and_demand"]
    settings = list(dict.fromkeys(frame["setting"]))
    rows = [_message_row(desk, setting, frame[frame["setting"] == setting]) for setting in settings]
    words = Words(
        "Market message: what the council is looking for",
        "places",
        "Places sought is the largest shortfall of known places against need over the years of the plan, from when. "
        "For whom and near where are the age groups and home areas with the most need arising over all years, where "
        "at least six children are expected. The last column is what one more place would save a week: not a price "
        "offered, and true of the next place only.",
        ENGINE,
        "years of the plan",
    )
    columns = (
        Column("Setting"),
        Column("Places sought", NUMBER),
        Column("From"),
        Column("Most at the end of"),
        Column("For whom"),
        Column("Near where"),
        Column("Value of the next place", POUNDS_WEEKLY),
    )
    return Draft("T13", words, columns, tuple(rows), _say_message)


def _message_row(desk: Desk, setting: str, frame: pd.DataFrame) -> tuple[Cell, ...]:
    short = _shortfalls(desk, setting, frame)
    most = max(short, key=lambda period: short[period])
    first = next((period for period, number in short.items() if number), "")
    told = tuple((*needing_key(period), f"setting={setting}") for period in short)
    none = [Cell(NOT_APPLICABLE, told)] * 4
    if not first:
        return (text(setting), Cell(0, told), *none, _next_place(desk, setting))
    whom = _leading(desk.facts.plan.tables["gap_by_age"], "age_band", setting)
    where = _leading(desk.facts.plan.tables["gap_by_zone"], "zone", setting)
    return (
        text(setting),
        Cell(short[most], told),
        Cell(first, told),
        Cell(most, told),
        Cell(whom),
        Cell(where),
        _next_place(desk, setting),
    )


def _shortfalls(desk: Desk, setting: str, frame: pd.DataFrame) -> dict[str, int]:
    """Return the places short at the end of each year, as T10 has them."""
    usable = zip(frame["period"].astype("str"), frame["usable_places"], strict=True)
    needing = {period: (*needing_key(period), f"setting={setting}") for period in frame["period"].astype("str")}
    return {period: max(desk.ledger.value(needing[period]) - round(float(places)), 0) for period, places in usable}


def _leading(frame: pd.DataFrame, column: str, setting: str) -> str:
    """Name the groups with the most need arising, leaving out small ones and the unknown."""
    rows = frame[(frame["profile"].map(_PREFERS) == setting) & (frame[column] != "unknown")]
    arising = rows.groupby(column)["arising"].sum().sort_values(ascending=False)
    named = [str(name) for name in arising[arising > SMALL_COUNTS[-1] + 0.5].index[:_NAMED_PLACES]]
    return "; ".join(named) if named else NOT_AVAILABLE


def _next_place(desk: Desk, setting: str) -> Cell:
    frame = desk.facts.plan.tables["next_place"]
    rows = frame[(frame["setting"] == setting) & (frame["period"] == frame["period"].min())]
    best = rows["typical_pounds_weekly"].max()
    return Cell(NOT_AVAILABLE) if pd.isna(best) else Cell(round(float(best)))


def _say_message(table: Table) -> str:
    sought = {label: number for label, number in table.numbers("Places sought").items() if number >= 1}
    if not sought:
        return "No published shortfall: the places the council can count on meet the need expected."
    return (
        f"The council is looking for {joined([f'{number:,.0f} places in {name}' for name, number in sought.items()])}."
    )


def actions(desk: Desk) -> Draft:
    """T14: the council's own actions, or the priorities that the gap sets with what only the council can fill in."""
    given = desk.facts.actions
    rows = _given_actions(given) if given is not None and len(given) else _open_actions(desk)
    note = () if given is not None and len(given) else ("The council gives its actions in a file: see docs/report.md.",)
    words = Words(
        "Actions",
        "actions",
        "What will be done about each priority, by whom, by when, and how it will be measured.",
        "The council's list of actions" if not note else "Priorities from T13; the rest is for the council to decide",
        day_text(desk.facts.base_date),
        note,
    )
    columns = tuple(Column(each) for each in ("Priority", "Action", "Lead", "Deadline", "Measure"))
    return Draft("T14", words, columns, rows, _say_actions)


def _given_actions(given: pd.DataFrame) -> tuple[tuple[Cell, ...], ...]:
    names = ["priority", "action", "lead", "deadline", "measure"]
    values = given.reindex(columns=names).fillna("").astype("str")
    return tuple(tuple(text(each or NOT_AVAILABLE) for each in row) for row in values.to_numpy())


def _open_actions(desk: Desk) -> tuple[tuple[Cell, ...], ...]:
    blank = Cell(NOT_AVAILABLE)
    frame = desk.facts.plan.tables["places_and_demand"]
    settings = dict.fromkeys(str(each) for each in frame["setting"])
    short = {each: max(_shortfalls(desk, each, frame[frame["setting"] == each]).values()) for each in settings}
    return tuple(
        (text(f"known places in {each}"), blank, blank, blank, text(f"places short in {each} (T10)"))
        for each, number in short.items()
        if number > SMALL_COUNTS[-1]
    )


def _say_actions(table: Table) -> str:
    number = len(table.rows)
    agreed = sum(row[1] != NOT_AVAILABLE for row in table.rows)
    if not number:
        return "No setting is short of more than a few known places, so no priority follows from the gap."
    priorities = f"{number} priority" if number == 1 else f"{number} priorities"
    if agreed == number:
        return (
            f"An action is named for all of {priorities}." if number > 1 else "An action is named for the 1 priority."
        )
    return f"An action is named for {agreed} of {priorities}."


def comparison(desk: Desk) -> Draft:
    """T15: the council beside its region and England."""
    desk.ledger.cube("in care", desk.people.in_care, ["dfe_provider"])
    people = desk.people.in_care
    flags = pd.DataFrame(
        {"outside": people["locality"].isin(["neighbouring", "distant"]).map({True: "yes", False: "no"})}
    )
    desk.ledger.cube("in care", flags, ["outside"])
    outside = key("in care", outside="yes")
    desk.ledger.add_up(outside, [key("in care", locality=each) for each in ("neighbouring", "distant")])
    parts: list[tuple[str, Key, Key]] = [
        ("outside the council's area", outside, IN_CARE),
        ("more than 20 miles from home", key("in care", distance="over 20 miles"), IN_CARE),
        ("own provision", key("in care", dfe_provider=dfe.PROVIDER_GROUPS["PR1"]), IN_CARE),
        ("children's homes and secure", key("in care", dfe_group="secure homes and children's homes"), IN_CARE),
        ("foster care", key("in care", dfe_group="foster"), IN_CARE),
        (MANY, key("in care", many="yes"), IN_CARE),
        (SETTLED, key("long in care", settled="yes"), ("long in care",)),
    ]
    rows = tuple(_compare_row(desk, label, part, whole) for label, part, whole in parts)
    files = desk.facts.published is not None and bool(desk.facts.neighbours)
    words = Words(
        "The council beside its region and England",
        "percent",
        "Share of children in care on the day, in the definitions DfE publishes: see T3b, T4 and T6.",
        f"{RETURNS}; DfE, Children looked after in England including adoption, 2025",
        day_text(desk.facts.base_date),
        (
            _NEIGHBOURS if files else _NO_NEIGHBOURS,
            "Unit costs are not compared: the council's here are placement prices, the published ones full S251 costs.",
        ),
    )
    columns = (
        Column("Measure"),
        Column(desk.facts.council.name, PERCENT),
        Column(desk.comparison.region, PERCENT),
        Column("Statistical neighbours, median", PERCENT),
        Column(ENGLAND, PERCENT),
        Column("Published for"),
    )
    return Draft("T15", words, columns, rows, _say_comparison)


_NEIGHBOURS = "Statistical neighbours: the median of the councils named, where at least half of them have a figure."
_NO_NEIGHBOURS = (
    "The shipped table holds England and the regions. Statistical neighbours need DfE's published files: give them "
    "with --published and --neighbours."
)


def _compare_row(desk: Desk, label: str, part: Key, whole: Key) -> tuple[Cell, ...]:
    compared = desk.comparison
    found = [compared.area(label, compared.region), compared.like(label), compared.area(label, ENGLAND)]
    years = sorted({each.period for each in found if each is not None})
    told = text(joined(years) or NOT_AVAILABLE)
    return (text(label), desk.percent(part, whole), *(as_cell(each) for each in found), told)


def _say_comparison(table: Table) -> str:
    here, there = (table.number_at("more than 20 miles from home", column) for column in (2, ENGLAND))
    if here is None or there is None:
        return "The share of children far from home is withheld."
    compare = "the same as in England" if here == there else f"against {there:.0f}% in England"
    return f"{here:.0f}% of children live more than 20 miles from home, {compare}."
