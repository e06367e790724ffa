"""T8: the homes and carers there are, and the places the plan counts on."""

import numpy as np
import pandas as pd

from sufficiency.domain.settings import Sector
from sufficiency.report.desk import ENGINE, Desk, day_text, largest, periods_of, rounded, text
from sufficiency.report.ledger import key
from sufficiency.report.table import CHILDREN, NOT_AVAILABLE, NUMBER, Cell, Column, Draft, Table, Words

_HOUSEHOLDS = "in-house foster households"


def supply_now(desk: Desk) -> Draft:
    """T8: households and homes with approved, usable, filled and vacant places."""
    rows = []
    if desk.facts.carers is not None:
        rows.append(_supply_row(desk, _HOUSEHOLDS, desk.facts.carers, "approved_places", "households"))
    if desk.facts.homes is not None:
        own = desk.facts.homes["sector"].eq(Sector.OWN.value).map({True: "own", False: "others'"})
        names = own.astype("str") + " " + desk.facts.homes["setting"].astype("str")
        for name in sorted(names.unique()):
            rows.append(_supply_row(desk, f"{name} homes", desk.facts.homes[names == name], "registered_places", ""))
    if not rows:
        rows = [(text("no carers or homes file was given"), *(Cell(NOT_AVAILABLE) for _ in range(5)))]
    words = Words(
        "Supply today: homes and places",
        "places",
        "Households and homes on the council's list that were open on the day; places they are approved or registered "
        "for; places usable now (less those on hold or blocked); children in them; usable places without a child.",
        "The council's carers and homes files",
        day_text(desk.facts.base_date),
        ("Homes run by others also serve other councils: filled is children of this council where the file says so.",),
    )
    columns = (
        Column("Kind"),
        Column("Homes", NUMBER),
        Column("Approved places", NUMBER),
        Column("Usable places", NUMBER),
        Column("Filled", CHILDREN),
        Column("Vacant", NUMBER),
    )
    return Draft("T8", words, columns, tuple(rows), _say_now)


def _supply_row(desk: Desk, label: str, frame: pd.DataFrame, approved: str, households: str) -> tuple[Cell, ...]:
    rows = frame[_open(desk, frame)]
    homes = rows[households].fillna(1).sum() if households else len(rows)
    usable, filled = _sum(rows["usable_places"]), _sum(rows["in_use"])
    usable_cell = Cell(NOT_AVAILABLE) if usable is None else Cell(usable)
    if usable is None or filled is None:
        return (text(label), Cell(int(homes)), _number(rows[approved]), usable_cell, *[Cell(NOT_AVAILABLE)] * 2)
    vacant = int(np.maximum(rows["usable_places"] - rows["in_use"], 0).sum())
    asked = key("filled", row=label)
    desk.ledger.enter(asked, filled)
    # Vacant places are withheld with the children: usable places are no secret, and the rest would be the children.
    cells = (usable_cell, desk.count(asked), Cell(vacant, (asked,)))
    return (text(label), Cell(int(homes)), _number(rows[approved]), *cells)


def _open(desk: Desk, frame: pd.DataFrame) -> pd.Series:
    moment = pd.Timestamp(desk.facts.base_date)
    return (frame["from"].isna() | (frame["from"] <= moment)) & (frame["to"].isna() | (frame["to"] > moment))


def _sum(column: pd.Series) -> int | None:
    """Add up; None when any is missing, which is not zero."""
    return None if column.isna().any() else int(column.sum())


def _number(column: pd.Series) -> Cell:
    total = _sum(column)
    return Cell(NOT_AVAILABLE) if total is None else Cell(total)


def _say_now(table: Table) -> str:
    approved, usable = table.number_at(_HOUSEHOLDS, "Approved places"), table.number_at(_HOUSEHOLDS, "Usable places")
    if approved is None or usable is None or approved == 0:
        return "How many approved foster places are usable is not known: no complete carers file was given."
    share = 100 * usable / approved
    return f"Of {approved:,.0f} approved in-house foster places, {usable:,.0f} ({share:.0f}%) are usable today."


def supply_by_zone(desk: Desk) -> Draft:
    """T8c: children in care and usable places by home area."""
    grid = desk.facts.zones
    places = _places_by_zone(desk)
    rows = [_zone_row(desk, name, places.get(name, 0)) for name in (grid.names if grid is not None else ())]
    words = Words(
        "Need and places by home area",
        "children; places",
        "Children in care by the part of the council they come from, usable places today of foster households and "
        "homes on the council's list that stand there, and the first less the second (below zero: more places than "
        "children). "
        "Children need not live where they come from, and some need no such place.",
        f"{ENGINE}; the council's carers and homes files",
        day_text(desk.facts.base_date),
        ("Outlines are approximate: land takes the home area of the nearest postcode.",),
    )
    columns = (
        Column("Home area"),
        Column("Children in care", CHILDREN),
        Column("Usable places", NUMBER),
        Column("Children less places", NUMBER),
    )
    return Draft("T8c", words, columns, tuple(rows), _say_zones)


def _zone_row(desk: Desk, name: str, places: int) -> tuple[Cell, ...]:
    asked = key("in care", zone=name)
    return (text(name), desk.count(asked), Cell(places), Cell(desk.ledger.value(asked) - places, (asked,)))


def _places_by_zone(desk: Desk) -> dict[str, int]:
    """Add up usable places by home area; places whose address or number is not known are nowhere."""
    found: dict[str, int] = {}
    grid = desk.facts.zones
    for frame, points in ((getattr(desk.facts, name), at) for name, at in desk.facts.place_points.items()):
        if grid is None or frame is None:
            continue
        zone = grid.at(points[:, 0], points[:, 1])
        usable = frame["usable_places"].where(_open(desk, frame), 0).fillna(0).to_numpy(dtype=np.float64)
        for place, name in enumerate(grid.names):
            found[name] = found.get(name, 0) + int(usable[zone == place].sum())
    return found


def _say_zones(table: Table) -> str:
    if not table.rows:
        return "The home areas could not be placed on a map."
    most = largest(table, "Children less places")
    if most is None:
        return "No home area that can be published has more children in care than usable places."
    return f"{most.label}: {most.value:,.0f} more children in care than usable places, {most.words}."


def supply_ahead(desk: Desk) -> Draft:
    """T8b: usable places by setting, now and in each year of the plan."""
    frame = desk.facts.plan.tables["places_and_demand"]
    periods = periods_of(frame)
    places = {(row["setting"], row["period"]): float(row["usable_places"]) for row in frame.to_dict("records")}
    settings = dict.fromkeys(str(each) for each in frame["setting"])
    rows = [(text(setting), *(rounded(places[setting, period]) for period in periods)) for setting in settings]
    words = Words(
        "Usable places the council can count on, now and ahead",
        "places",
        "At the end of each financial year: usable places in the council's own and contracted households, homes and "
        "blocks, as the plan has them. What the spot market may offer is not counted.",
        ENGINE,
        f"{periods[0]} to {periods[-1]}",
        ("No change is planned beyond what the files hold: openings and closures appear when the files have dates.",),
    )
    columns = (Column("Setting"), *(Column(period, NUMBER) for period in periods))
    return Draft("T8b", words, columns, tuple(rows), _say_ahead)


def _say_ahead(table: Table) -> str:
    first, last = table.columns[1].heading, table.columns[-1].heading
    label = "fostering"
    before, after = table.number_at(label, first), table.number_at(label, last)
    if before is None or after is None:
        return "The plan holds no usable foster places."
    if before == after:
        return f"Usable foster places the council can count on stay at {after:,.0f} from {first} to {last}."
    return f"Usable foster places the council can count on go from {before:,.0f} in {first} to {after:,.0f} in {last}."
