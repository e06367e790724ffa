"""T6 and T7: how settled children are, and at what age they come and go."""

from sufficiency.report import groups
from sufficiency.report.desk import IN_CARE, RETURNS, Desk, england, largest, people_text, text
from sufficiency.report.ledger import Key, key
from sufficiency.report.table import CHILDREN, PERCENT, Cell, Column, Draft, Table, Words

MANY, SETTLED = "three or more placements in the year", "same home for two years"
_LONG = "long in care"
_AGES = ("under 1", "1 to 4", "5 to 9", "10 to 15", "16 and 17", "18 and over", "unknown")


def stability(desk: Desk) -> Draft:
    """T6: placements in the year, the same home for two years, and why children moved."""
    people = desk.people.stability
    flags = people.replace({True: "yes", False: "no"}).astype("str")
    desk.ledger.cube("in care", flags, ["many"])
    desk.ledger.cube(_LONG, flags[people["long"]], ["settled"])
    desk.ledger.cube("moves", desk.people.moves, ["reason"])
    rows = [
        _stable_row(desk, MANY, key("in care", many="yes"), IN_CARE),
        _stable_row(desk, SETTLED, key(_LONG, settled="yes"), (_LONG,)),
        (text("moves in the year"), desk.count(("moves",)), Cell(100), Cell(100)),
        *(_move_row(desk, reason) for reason in desk.people.moves["reason"].value_counts().sort_index().index),
    ]
    words = Words(
        "Stability: placements in the year and moves by reason",
        "children; moves",
        "Children in care on the day with three or more placements in the year to it, of all in care; children under "
        "16 and in care for two and a half years who lived in the same home for two, of all such children, as DfE "
        "defines both. Moves are changes of placement by the reason recorded.",
        f"{RETURNS}; DfE, Children looked after in England including adoption, 2025 (moves: 2024)",
        f"year {desk.year}",
    )
    columns = (
        Column("Measure"),
        Column("Number", CHILDREN),
        Column("Share", PERCENT),
        Column("England", PERCENT),
    )
    return Draft("T6", words, columns, tuple(rows), _say_stability)


def _stable_row(desk: Desk, label: str, part: Key, whole: Key) -> tuple[Cell, ...]:
    return (text(label), desk.count(part), desk.percent(part, whole), england("stability", label))


def _move_row(desk: Desk, reason: str) -> tuple[Cell, ...]:
    asked = key("moves", reason=reason)
    return (
        text(f"moves: {reason}"),
        desk.count(asked),
        desk.percent(asked, ("moves",)),
        england("move reason", reason),
    )


def _say_stability(table: Table) -> str:
    many, there = table.number_at(MANY, "Share"), table.number_at(MANY, "England")
    settled, settled_there = table.number_at(SETTLED, "Share"), table.number_at(SETTLED, "England")
    parts = []
    if many is not None and there is not None:
        parts.append(f"{many:.0f}% of children had three or more placements in the year (England {there:.0f}%)")
    if settled is not None and settled_there is not None:
        parts.append(
            f"{settled:.0f}% of those long in care lived in the same home for two years ({settled_there:.0f}%)"
        )
    return "; ".join(parts) + "." if parts else "The stability measures are withheld: too few children."


def entries_and_exits(desk: Desk) -> Draft:
    """T7: ages at which children started and ceased."""
    desk.ledger.cube("started", desk.people.starts, ["age"])
    desk.ledger.cube("ceased", desk.people.leavers, ["age"])
    bands = [band for band in _AGES if band != "unknown" or _anybody(desk, band)]
    rows = [_flow_row(desk, band) for band in bands]
    started, ceased = desk.count(("started",)), desk.count(("ceased",))
    rows.append((text("All"), started, Cell(100), Cell(100), ceased, Cell(100)))
    words = Words(
        "Children who started and ceased to be looked after, by age",
        "children",
        "Children who started to be looked after in the year by age at the first start, and who ceased by age at the "
        "last leaving; each child once in each, as DfE counts them.",
        f"{RETURNS}; DfE, Children looked after in England including adoption, 2025",
        f"year {desk.year}",
    )
    columns = (
        Column("Age"),
        Column("Started", CHILDREN),
        Column("Share of started", PERCENT),
        Column("England, started", PERCENT),
        Column("Ceased", CHILDREN),
        Column("Share of ceased", PERCENT),
    )
    return Draft("T7", words, columns, tuple(rows), _say_flows)


def _anybody(desk: Desk, band: str) -> bool:
    return any(desk.ledger.value(key(population, age=band)) for population in ("started", "ceased"))


def _flow_row(desk: Desk, band: str) -> tuple[Cell, ...]:
    started, ceased = key("started", age=band), key("ceased", age=band)
    return (
        text(band),
        desk.count(started),
        desk.percent(started, ("started",)),
        england("age starting", band),
        desk.count(ceased),
        desk.percent(ceased, ("ceased",)),
    )


def _say_flows(table: Table) -> str:
    most = largest(table, "Started", ["All"])
    total = table.number_at("All", "Started")
    if most is None or total is None:
        return "Too few children started to be looked after to publish their ages."
    started = f"{most.value:,.0f} of the {people_text(total)} who started in the year"
    return f"{started} were aged {most.label}, {most.words}."


def destinations(desk: Desk) -> Draft:
    """T7b: where children went."""
    desk.ledger.cube("ceased", desk.people.leavers, ["destination"])
    order = [*dict.fromkeys(groups.DESTINATIONS.values()), "other"]
    rows = [_destination_row(desk, each) for each in order]
    rows.append((text("All"), desk.count(("ceased",)), Cell(100), Cell(100)))
    words = Words(
        "Where children went when they ceased to be looked after",
        "children",
        "Children who ceased to be looked after in the year by the reason recorded at the last leaving, each once.",
        f"{RETURNS}; DfE, Children looked after in England including adoption, 2025",
        f"year {desk.year}",
        ("England's share of returned home adds planned (16%) and unplanned (3%) returns.",),
    )
    columns = (
        Column("Destination"),
        Column("Ceased", CHILDREN),
        Column("Share", PERCENT),
        Column("England 2025", PERCENT),
    )
    return Draft("T7b", words, columns, tuple(rows), _say_destinations)


def _destination_row(desk: Desk, where: str) -> tuple[Cell, ...]:
    asked = key("ceased", destination=where)
    return (
        text(where),
        desk.count(asked),
        desk.percent(asked, ("ceased",)),
        england("destination", where),
    )


def _say_destinations(table: Table) -> str:
    most = largest(table, "Ceased", ["All"])
    total = table.number_at("All", "Ceased")
    if most is None or total is None:
        return "Too few children left care to publish where they went."
    return f"{most.value:,.0f} of the {people_text(total)} who left care in the year: {most.label}, {most.words}."
