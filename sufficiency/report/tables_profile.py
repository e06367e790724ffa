"""T1 and T2: how many children, how that changed, and who they are."""

import pandas as pd

from sufficiency.domain.needs import AGE_BANDS
from sufficiency.report.benchmarks import ENGLAND
from sufficiency.report.desk import (
    IN_CARE,
    RETURNS,
    Desk,
    as_cell,
    capital,
    day_text,
    direction,
    england,
    largest,
    people_text,
    text,
)
from sufficiency.report.ledger import Key, key
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

YEARS_SHOWN = 5
_PER = 10_000


def rate_and_flows(desk: Desk) -> Draft:
    """T1: children in care, rate, started and ceased over five years, beside England."""
    stock, flows = desk.facts.past.tables["stock_by_year"], desk.facts.past.tables["flows_by_year"]
    ends = pd.DatetimeIndex(stock["year_end"])
    by_year = {int(day.year): int(number) for day, number in zip(ends, stock["children"], strict=True)}
    years = sorted(by_year)[-YEARS_SHOWN:]
    at_base = desk.facts.base_date.year if (desk.facts.base_date.month, desk.facts.base_date.day) == (3, 31) else None
    keys: dict[int, Key] = {year: IN_CARE if year == at_base else (f"in care {year}",) for year in years}
    for year in years:
        if keys[year] != IN_CARE:
            desk.ledger.enter(keys[year], by_year[year])
    name = desk.facts.council.name
    rows = [
        _row(f"{name}: children in care at 31 March", [desk.count(keys[year]) for year in years]),
        _row(f"{name}: rate per 10,000 children", [_rate(desk, keys[year]) for year in years]),
        _flow_row(desk, f"{name}: started in the year", flows, "starts", years),
        _flow_row(desk, f"{name}: ceased in the year", flows, "leavers", years),
        *_others(desk, years),
    ]
    population = desk.facts.council.population
    words = Words(
        "Children in care: number, rate and flows",
        "children",
        "Children in care on 31 March; children who started to be looked after and who ceased in the year to that day, "
        "each counted once a year, as DfE counts them. Short breaks are left out.",
        f"{RETURNS}; DfE, Children looked after in England including adoption, 2025 (England, rounded to 10)",
        f"years to 31 March {years[-1]}",
        (
            (f"Rate over {population:,} children aged 0 to 17 ({desk.facts.council.population_source}).",)
            if population
            else ("The rate needs the number of children in the area: give it with --population.",)
        )
        + ((_NOT_GIVEN,) if desk.facts.published is None else ()),
    )
    columns = (Column("Area and measure"), *(Column(str(year), CHILDREN) for year in years))
    return Draft("T1", words, columns, tuple(rows), _say_flows)


_MEASURES = ("children in care", "rate per 10,000", "started in year", "ceased in year")
_NOT_GIVEN = "Region and statistical neighbours come from DfE's files: give them with --published and --neighbours."


def _others(desk: Desk, years: list[int]) -> list[tuple[Cell, ...]]:
    """Return the rows of England, and of the region and the statistical neighbours where the files hold them."""
    compared = desk.comparison
    rows = [
        _row(f"{area}: {measure}", [as_cell(compared.area(measure, area, str(year))) for year in years])
        for area in dict.fromkeys((compared.region, ENGLAND))
        for measure in _MEASURES
    ]
    rows += [
        _row(f"Neighbours, median: {measure}", [as_cell(compared.like(measure, str(year))) for year in years])
        for measure in _MEASURES
    ]
    # An area with no figure at all would be a row of marks.
    return [row for row in rows if any(cell.value != NOT_AVAILABLE for cell in row[1:])]


def _row(label: str, cells: list[Cell]) -> tuple[Cell, ...]:
    return (text(label), *cells)


def _rate(desk: Desk, asked: Key) -> Cell:
    population = desk.facts.council.population
    if not population:
        return Cell(NOT_AVAILABLE)
    return Cell(round(_PER * desk.ledger.value(asked) / population), (asked,))


def _flow_row(desk: Desk, label: str, flows: pd.DataFrame, column: str, years: list[int]) -> tuple[Cell, ...]:
    named = {f"{year - 1}-{year % 100:02d}": year for year in years}
    found = dict(zip(flows["financial_year"].astype("str"), flows[column], strict=True))
    cells = []
    for period in named:
        if period not in found:
            cells.append(Cell(NOT_AVAILABLE))
            continue
        last = period == str(desk.year) and named[period] == desk.facts.base_date.year
        asked = ({"starts": "started", "leavers": "ceased"}[column],) if last else (f"{column} {period}",)
        desk.ledger.enter(asked, int(found[period]))
        cells.append(desk.count(asked))
    return (text(label), *cells)


def _say_flows(table: Table) -> str:
    first, last = table.columns[1].heading, table.columns[-1].heading
    before, after = table.number_at(1, first), table.number_at(1, last)
    started, ceased = table.number_at(3, last), table.number_at(4, last)
    if before is None or after is None:
        return "The number of children in care is too small to publish for every year."
    sentence = f"Children in care {direction(before, after)} between 31 March {first} and 31 March {last}"
    if started is None or ceased is None:
        return sentence + "."
    return f"{sentence}; in the last year {started:,.0f} started and {ceased:,.0f} ceased."


_SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("age", "Age", AGE_BANDS),
    ("sex", "Sex", ("male", "female")),
    ("ethnicity", "Ethnicity", ("White", "Mixed", "Black", "Asian", "other")),
    (
        "need",
        "Need",
        (
            "abuse or neglect",
            "child's disability",
            "parental illness or disability",
            "family in acute stress",
            "family dysfunction",
            "socially unacceptable behaviour",
            "low income",
            "absent parenting",
        ),
    ),
    (
        "legal",
        "Legal status",
        ("interim care order", "full care order", "placement order", "section 20", "other"),
    ),
    ("uasc", "Unaccompanied", ("unaccompanied", "not unaccompanied")),
)


def profile(desk: Desk) -> Draft:
    """T2: who the children are, beside England."""
    rows = []
    for dim, title, categories in _SECTIONS:
        desk.ledger.cube("in care", desk.people.in_care, [dim])
        present = [*categories, *(["unknown"] if desk.ledger.value(key("in care", **{dim: "unknown"})) else [])]
        rows += [_profile_row(desk, dim, title, category) for category in present]
    rows.append((text("All children in care"), desk.count(IN_CARE), Cell(100), Cell(100)))
    words = Words(
        "Profile of children in care",
        "children",
        "Children in care on the day by age, sex, ethnicity, main need when they came in (CIN code), legal status and "
        "whether they are unaccompanied asylum-seeking children. Every child is once in each group.",
        f"{RETURNS}; DfE, Children looked after in England including adoption, 2025",
        day_text(desk.facts.base_date),
    )
    columns = (
        Column("Group"),
        Column("Children", CHILDREN),
        Column("Share", PERCENT),
        Column("England 2025", PERCENT),
    )
    return Draft("T2", words, columns, tuple(rows), _say_profile)


def _profile_row(desk: Desk, dim: str, title: str, category: str) -> tuple[Cell, ...]:
    asked = key("in care", **{dim: category})
    return (
        text(f"{title}: {category}"),
        desk.count(asked),
        desk.percent(asked, IN_CARE),
        england(dim, category),
    )


def _say_profile(table: Table) -> str:
    ages = largest(table, "Children", starting="Age: ")
    total = table.number_at("All children in care", "Children")
    if ages is None or total is None:
        return "Too few children are in care to publish their profile."
    percent = table.number_at(ages.label, "Share")
    share_words = f" ({percent:.0f}%)" if percent is not None else ""
    band = ages.label.removeprefix("Age: ")
    return capital(f"{people_text(ages.value)}{share_words} of the {total:,.0f} in care are aged {band}, {ages.words}.")
