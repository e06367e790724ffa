"""T3 to T5: where children live, who provides it, and how far from home."""

import numpy as np
import pandas as pd

from sufficiency.domain.needs import AGE_BANDS
from sufficiency.measures import dfe
from sufficiency.report import groups
from sufficiency.report.desk import (
    IN_CARE,
    RETURNS,
    Desk,
    capital,
    day_text,
    england,
    largest,
    people_text,
    text,
)
from sufficiency.report.ledger import key
from sufficiency.report.table import (
    CHILDREN,
    MILES,
    NOT_AVAILABLE,
    PERCENT,
    Cell,
    Column,
    Draft,
    Table,
    Words,
)

_TOTAL = "All children in care"
_KNOWN = "known distance"


def mix(desk: Desk) -> Draft:
    """T3: kinds of home with locality and distance."""
    people = desk.people.in_care
    desk.ledger.cube("in care", people, ["kind", "locality"])
    desk.ledger.cube("in care", people, ["kind", "distance"])
    desk.ledger.cube("in care", people, ["uasc", "distance"])
    known = people[people["miles"].notna()]
    desk.ledger.cube(_KNOWN, known, ["kind"])
    desk.ledger.cube("miles", known, ["kind"], count="miles")
    rows = [_mix_row(desk, kind, known) for kind in groups.KINDS]
    rows.append(_mix_row(desk, "", known))
    words = Words(
        "Where children live: kind of home, area and distance",
        "children",
        "Children in care on the day by kind of home. In area is inside the council's boundary, neighbouring an "
        "adjoining authority, distant further away (needs the director's approval). Distance is a straight line "
        "between home and placement; exactly 20.0 miles counts as within 20. It is not recorded for unaccompanied "
        "children.",
        f"{RETURNS}",
        day_text(desk.facts.base_date),
        ("Mean and median are over children whose distance is known.",),
    )
    columns = (
        Column("Kind of home"),
        Column("Children", CHILDREN),
        Column("Share", PERCENT),
        Column("In area", CHILDREN),
        Column("Neighbouring", CHILDREN),
        Column("Distant", CHILDREN),
        Column("Area unknown", CHILDREN),
        Column("Over 20 miles", CHILDREN),
        Column("Distance unknown", CHILDREN),
        Column("Mean", MILES),
        Column("Median", MILES),
    )
    return Draft("T3", words, columns, tuple(rows), _say_mix)


def _mix_row(desk: Desk, kind: str, known: pd.DataFrame) -> tuple[Cell, ...]:
    chosen = {"kind": kind} if kind else {}
    asked = key("in care", **chosen)
    localities = [desk.count(key("in care", **chosen, locality=each)) for each in groups.LOCALITIES]
    far = [desk.count(key("in care", **chosen, distance=each)) for each in ("over 20 miles", "unknown")]
    return (
        text(kind or _TOTAL),
        desk.count(asked),
        desk.percent(asked, IN_CARE),
        *localities,
        *far,
        *_miles(desk, kind, known),
    )


def _miles(desk: Desk, kind: str, known: pd.DataFrame) -> tuple[Cell, Cell]:
    chosen = {"kind": kind} if kind else {}
    number, total = key(_KNOWN, **chosen), key("miles", **chosen)
    links = [key("in care", **chosen, distance=each) for each in ("within 20 miles", "over 20 miles")]
    desk.ledger.add_up(number, links)
    desk.ledger.tie(total, number)
    rows = known[known["kind"] == kind] if kind else known
    if rows.empty:
        return Cell(NOT_AVAILABLE), Cell(NOT_AVAILABLE)
    keys = (number, total)
    mean, median = float(rows["miles"].mean()), float(np.median(rows["miles"]))
    return Cell(round(mean, 1), keys), Cell(round(median, 1), (number,))


def _say_mix(table: Table) -> str:
    total = table.number_at(_TOTAL, "Children")
    area, far = table.number_at(_TOTAL, "In area"), table.number_at(_TOTAL, "Over 20 miles")
    most = largest(table, "Children", [_TOTAL])
    if total is None or most is None:
        return "Too few children are in care to publish where they live."
    parts = [f"{capital(most.label)}: {most.value:,.0f} of {total:,.0f} children, {most.words}"]
    if area is not None:
        parts.append(f"{area:,.0f} live inside the council's area")
    if far is not None:
        parts.append(f"{far:,.0f} live more than 20 miles from home")
    return "; ".join(parts) + "."


def home_areas(desk: Desk) -> Draft:
    """T3c: where children of each home area live."""
    people = desk.people.in_care
    desk.ledger.cube(IN_CARE[0], people, ["zone", "locality"])
    known = sorted(set(people["zone"]) - {"unknown"})
    zones = [*known, *(["unknown"] if "unknown" in set(people["zone"]) else [])]
    rows = [_zone_row(desk, {"zone": str(zone)}) for zone in zones]
    rows.append(_zone_row(desk, {}))
    words = Words(
        "Home area and where its children live",
        "children",
        "Children in care on the day by the part of the council they come from (home postcode areas joined until each "
        "has at least 15 children over the years) and whether they live in the council's area, a neighbouring one "
        "or further away. Unaccompanied children have no home area here and are under unknown.",
        RETURNS,
        day_text(desk.facts.base_date),
    )
    columns = (
        Column("Home area"),
        *(Column(capital(each) if each != "unknown" else "Area unknown", CHILDREN) for each in groups.LOCALITIES),
        Column("All", CHILDREN),
    )
    return Draft("T3c", words, columns, tuple(rows), _say_zones)


def _zone_row(desk: Desk, chosen: dict[str, str]) -> tuple[Cell, ...]:
    cells = [desk.count(key(IN_CARE[0], **chosen, locality=each)) for each in groups.LOCALITIES]
    return (text(chosen.get("zone", _TOTAL)), *cells, desk.count(key(IN_CARE[0], **chosen)))


def _say_zones(table: Table) -> str:
    most = largest(table, "All", [_TOTAL, "unknown"])
    if most is None:
        return "No home area has enough children in care to publish."
    near = table.number_at(most.label, "In area")
    told = f", of whom {near:,.0f} live inside the council's area" if near is not None else ""
    return f"{most.label}: {people_text(most.value)} in care come from this home area, {most.words}{told}."


def dfe_groups(desk: Desk) -> Draft:
    """T3b: the groups in which DfE publishes, so that the figures tie."""
    desk.ledger.cube("in care", desk.people.in_care, ["kind", "dfe_group"])
    rows = [
        (
            text(group),
            desk.count(key("in care", dfe_group=group)),
            desk.percent(key("in care", dfe_group=group), IN_CARE),
            england("dfe group", group),
        )
        for group in dfe.GROUP_ORDER
    ]
    rows.append((text(_TOTAL), desk.count(IN_CARE), Cell(100), Cell(100)))
    words = Words(
        "Where children live, in the groups DfE publishes",
        "children",
        "Children in care on the day by placement group as DfE publishes it: foster is every U code, kinship carers "
        "included; homes include secure ones.",
        f"{RETURNS}; DfE, Children looked after in England including adoption, 2025",
        day_text(desk.facts.base_date),
        ("England's residential schools are below half a percent and published as such; shown here as [x].",),
    )
    columns = (
        Column("DfE placement group"),
        Column("Children", CHILDREN),
        Column("Share", PERCENT),
        Column("England 2025", PERCENT),
    )
    return Draft("T3b", words, columns, tuple(rows), _say_dfe)


def _say_dfe(table: Table) -> str:
    here, there = table.number_at("foster", "Share"), table.number_at("foster", "England 2025")
    if here is None or there is None:
        return "The share of children in foster care is withheld."
    compare = "the same share as" if here == there else f"compared with {there:.0f}% in"
    return f"{here:.0f}% of children are in foster care as DfE counts it, {compare} England."


def by_provider(desk: Desk) -> Draft:
    """T4: kind of home by provider and locality."""
    people = desk.people.in_care
    desk.ledger.cube("in care", people, ["kind", "dfe_provider", "locality"])
    pairs = [
        (kind, provider)
        for kind in groups.KINDS
        for provider in dfe.PROVIDER_ORDER
        if desk.ledger.value(key("in care", kind=kind, dfe_provider=provider))
    ]
    rows = [_provider_row(desk, {"kind": kind, "dfe_provider": provider}) for kind, provider in pairs]
    rows.append(_provider_row(desk, {}))
    words = Words(
        "Kind of home by provider and area",
        "children",
        "Children in care on the day by kind of home, who provides it (SSDA903 PLACE_PROVIDER) and where it is. "
        "Combinations without children are left out.",
        f"{RETURNS}",
        day_text(desk.facts.base_date),
    )
    columns = (
        Column("Kind of home and provider"),
        *(Column(capital(each) if each != "unknown" else "Area unknown", CHILDREN) for each in groups.LOCALITIES),
        Column("All", CHILDREN),
    )
    return Draft("T4", words, columns, tuple(rows), _say_provider)


def _provider_row(desk: Desk, chosen: dict[str, str]) -> tuple[Cell, ...]:
    localities = [desk.count(key("in care", **chosen, locality=each)) for each in groups.LOCALITIES]
    label = f"{chosen['kind']}, {chosen['dfe_provider']}" if chosen else _TOTAL
    return (text(label), *localities, desk.count(key("in care", **chosen)))


def _say_provider(table: Table) -> str:
    most = largest(table, "Distant", [_TOTAL])
    if most is None:
        return "No group of children in distant placements is large enough to publish."
    return f"{capital(most.label)}: {people_text(most.value)} in distant placements, {most.words}."


def by_age(desk: Desk) -> Draft:
    """T5: age by broad kind of home."""
    people = desk.people.in_care
    desk.ledger.cube("in care", people, ["age", "broad"])
    desk.ledger.cube("in care", people, ["kind", "broad"])
    bands = [*AGE_BANDS, *(["unknown"] if desk.ledger.value(key("in care", age="unknown")) else [])]
    rows = [_age_row(desk, {"age": band}) for band in bands]
    rows.append(_age_row(desk, {}))
    words = Words(
        "Age by kind of home",
        "children",
        "Children in care on the day by age and broad kind of home. All other is parents, adoption, secure, other and "
        "unregistered.",
        f"{RETURNS}",
        day_text(desk.facts.base_date),
    )
    columns = (
        Column("Age"),
        *(Column(capital(each), CHILDREN) for each in groups.BROAD_ORDER),
        Column("All", CHILDREN),
    )
    return Draft("T5", words, columns, tuple(rows), _say_age)


def _age_row(desk: Desk, chosen: dict[str, str]) -> tuple[Cell, ...]:
    cells = [desk.count(key("in care", **chosen, broad=each)) for each in groups.BROAD_ORDER]
    return (text(chosen.get("age", _TOTAL)), *cells, desk.count(key("in care", **chosen)))


def _say_age(table: Table) -> str:
    most = largest(table, "Children's homes", [_TOTAL])
    if most is None:
        return "No age group in children's homes is large enough to publish."
    total = table.number_at(_TOTAL, "Children's homes")
    of = f" of the {total:,.0f} children" if total is not None else ""
    return f"Aged {most.label}: {most.value:,.0f}{of} in children's homes, {most.words}."
