"""T11 and T12: what it costs, and how the scenarios compare."""

import pandas as pd

from sufficiency.domain.periods import FinancialYear
from sufficiency.report import groups
from sufficiency.report.desk import ENGINE, Desk, periods_of, share, text
from sufficiency.report.facts import Walked
from sufficiency.report.ledger import Key, key
from sufficiency.report.table import (
    CHILDREN,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    PERCENT,
    POUNDS,
    POUNDS_WEEKLY,
    Cell,
    Column,
    Draft,
    Table,
    Words,
)
from sufficiency.report.tables_ahead import forecast_key

_TOTAL = "All lines"
_WEEK_DAYS, _PENCE = 7, 100


def _by_year(desk: Desk) -> pd.DataFrame:
    """Spend in whole pounds and average children by line and year, entered in the ledger."""
    table = _pounds(desk.facts.plan)
    for period, rows in table.groupby("financial_year"):
        days = FinancialYear(int(str(period)[:4])).days
        number = groups.whole_parts(rows["child_days"] / days)
        counted = pd.DataFrame({"line": rows["line"], "n": number, "pounds": rows["pounds"]})
        desk.ledger.cube(f"average {period}", counted, ["line"], count="n")
        desk.ledger.cube(f"pounds {period}", counted, ["line"], count="pounds")
        for line in rows["line"]:
            desk.ledger.tie(key(f"pounds {period}", line=line), key(f"average {period}", line=line))
        desk.ledger.tie((f"pounds {period}",), (f"average {period}",))
    return table


def _pounds(walk: Walked) -> pd.DataFrame:
    """Spend by line and year in whole pounds: every total is the sum of these, so that tables agree."""
    cells = walk.tables["spend"]
    table = cells.groupby(["line", "financial_year"], as_index=False, sort=False)[["child_days", "spend_pence"]].sum()
    return table.assign(pounds=(table["spend_pence"] / _PENCE).round())


def unit_costs(desk: Desk) -> Draft:
    """T11: children, weekly cost and spend by cost line in the first year, and the change to the last."""
    table = _by_year(desk)
    years = sorted(table["financial_year"].unique())
    first, last = str(years[0]), str(years[-1])
    lines = list(dict.fromkeys(table["line"]))
    rows = [_cost_row(desk, table, line, first, last) for line in [*lines, ""]]
    words = Words(
        "Unit cost and spend by cost line",
        "children; pounds",
        f"Expected average number of children in {first}, cost of one child for a week, cost of the year, cost of "
        f"{last}, and the change a year between them. Placement prices with fixed costs of open places; staff and "
        "overheads are left out, so these are not the full S251 unit costs.",
        ENGINE,
        f"{first} to {last}",
        ("Costs of fewer than six children are withheld.", "Prices are the council's, or cited defaults by line."),
    )
    columns = (
        Column("Cost line"),
        Column(f"Average children {first}", CHILDREN),
        Column("Weekly cost", POUNDS_WEEKLY),
        Column(f"Cost {first}", POUNDS),
        Column(f"Cost {last}", POUNDS),
        Column("Change a year", PERCENT),
    )
    return Draft("T11", words, columns, tuple(rows), _say_cost)


def _cost_row(desk: Desk, table: pd.DataFrame, line: str, first: str, last: str) -> tuple[Cell, ...]:
    chosen = {"line": line} if line else {}
    rows = table[table["line"] == line] if line else table
    now = rows[rows["financial_year"] == first]
    number, spent, later = (
        key(f"average {first}", **chosen),
        key(f"pounds {first}", **chosen),
        key(f"pounds {last}", **chosen),
    )
    pounds, after = desk.ledger.amount(spent), desk.ledger.amount(later)
    weeks = float(now["child_days"].sum()) / _WEEK_DAYS
    weekly = Cell(NOT_APPLICABLE) if weeks <= 0 or pounds <= 0 else Cell(round(pounds / weeks), (number, spent))
    years = int(last[:4]) - int(first[:4])
    change = Cell(NOT_APPLICABLE)
    if pounds > 0 and after > 0 and years:
        change = Cell(round(100 * ((after / pounds) ** (1 / years) - 1), 1), (spent, later))
    money = (
        Cell(round(pounds), _with(spent, number)),
        Cell(round(after), _with(later, key(f"average {last}", **chosen))),
    )
    return (text(line or _TOTAL), Cell(desk.ledger.value(number), (number,)), weekly, *money, change)


def _with(amount: Key, children: Key) -> tuple[Key, ...]:
    return (amount, children)


def _say_cost(table: Table) -> str:
    total, most = table.number_at(_TOTAL, 4), table.numbers(table.columns[3].heading)
    most.pop(_TOTAL, None)
    if total is None or not most:
        return "The cost is withheld: too few children."
    label, value = max(most.items(), key=lambda each: each[1])
    year = table.columns[3].heading.removeprefix("Cost ")
    most_words = f"the largest published line is {label}, £{value:,.0f}"
    return f"Placements are expected to cost £{total:,.0f} in {year}; {most_words}."


def spend_by_year(desk: Desk) -> Draft:
    """T11b: spend by cost line and year."""
    cells = desk.facts.plan.tables["spend"]
    years = sorted(str(each) for each in cells["financial_year"].unique())
    lines = [*dict.fromkeys(cells["line"]), ""]
    rows = [
        (
            text(line or _TOTAL),
            *(_spend_cell(desk, {"line": line} if line else {}, year) for year in years),
        )
        for line in lines
    ]
    words = Words(
        "Spend by cost line and year",
        "pounds",
        "Expected cost of placements in each financial year: days in placement by the weekly price, plus the fixed "
        "cost of open places; prices rise by line each April.",
        ENGINE,
        f"{years[0]} to {years[-1]}",
        ("Costs of fewer than six children are withheld.",),
    )
    columns = (Column("Cost line"), *(Column(year, POUNDS) for year in years))
    return Draft("T11b", words, columns, tuple(rows), _say_spend)


def _spend_cell(desk: Desk, chosen: dict[str, str], year: str) -> Cell:
    spent, number = key(f"pounds {year}", **chosen), key(f"average {year}", **chosen)
    return Cell(round(desk.ledger.amount(spent)), (spent, number))


def _say_spend(table: Table) -> str:
    first, last = table.columns[1].heading, table.columns[-1].heading
    before, after = table.number_at(_TOTAL, first), table.number_at(_TOTAL, last)
    if before is None or after is None:
        return "The cost of all placements is withheld: too few children."
    word = "stays at" if before == after else "rises to" if after > before else "falls to"
    return f"Expected spend of £{before:,.0f} in {first} {word} £{after:,.0f} in {last}, prices included."


def scenarios(desk: Desk) -> Draft:
    """T12: every stored run with changed assumptions beside the plan."""
    walks = [desk.facts.plan, *desk.facts.scenarios]
    rows = [_scenario_row(desk, walk) for walk in walks]
    last = periods_of(desk.facts.plan.tables["in_house"])[-1]
    years = sorted(str(each) for each in desk.facts.plan.tables["spend"]["financial_year"].unique())
    note = "" if desk.facts.scenarios else "No scenario has been run in this project: only the plan as things are."
    words = Words(
        "Scenarios compared",
        "children; percent; pounds",
        f"At the end of {last}: children in care, shares in-house (of those in foster care, homes and supported "
        "accommodation), in the council's area and more than 20 miles from home; spend by year.",
        ENGINE,
        f"to {last}",
        tuple(
            each for each in (note, "Net present value and payback come with the appraisal of an investment.") if each
        ),
    )
    columns = (
        Column("Scenario"),
        Column("Children in care", CHILDREN),
        Column("In-house", PERCENT),
        Column("In area", PERCENT),
        Column("Over 20 miles", PERCENT),
        *(Column(f"Spend {year}", POUNDS) for year in years),
        Column("Saving over all years", POUNDS),
        Column("Net present value", POUNDS),
        Column("Payback, years", "number"),
    )
    return Draft("T12", words, columns, tuple(rows), _say_scenarios)


def _scenario_row(desk: Desk, walk: Walked) -> tuple[Cell, ...]:
    base = walk is desk.facts.plan
    houses, far = walk.tables["in_house"].iloc[-1], walk.tables["distance"].iloc[-1]
    asked = forecast_key(str(houses["period"]), "" if base else walk.name)
    if not base:
        desk.ledger.enter(asked, round(float(houses["children"])))
        desk.ledger.difference(walk.name, asked, forecast_key(str(houses["period"])))
    spent = _pounds(walk).groupby("financial_year")["pounds"].sum()
    before = float(_pounds(desk.facts.plan)["pounds"].sum())
    saving = Cell(NOT_APPLICABLE) if base else Cell(round(before - float(spent.sum())))
    children = float(houses["children"])
    return (
        text(walk.name),
        desk.count(asked),
        expected_share(desk, asked, "in house", float(houses["in_house"]), float(houses["planned"])),
        expected_share(desk, asked, "in area", float(far["in_area"]), children),
        expected_share(desk, asked, "over 20", float(far["over_20"]), children),
        *(Cell(round(float(spent[year])), ((f"pounds {year}",),) if base else ()) for year in sorted(spent.index)),
        saving,
        Cell(NOT_AVAILABLE),
        Cell(NOT_AVAILABLE),
    )


def expected_share(desk: Desk, whole: Key, name: str, part: float, of: float) -> Cell:
    """Return a share of an expected number, withheld when it or its complement is a small count."""
    yes, no, both = ((*whole, f"{name}={each}") for each in ("yes", "no", "all"))
    counts = (round(part), round(of) - round(part), round(of))
    for asked, number in zip((yes, no, both), counts, strict=True):
        desk.ledger.enter(asked, number)
    desk.ledger.add_up(both, [yes, no])
    return share(part, of, (yes, both))


def _say_scenarios(table: Table) -> str:
    savings = table.numbers("Saving over all years")
    if not savings:
        percent = table.number_at(1, "In-house")
        told = f": {percent:.0f}% in-house at its end" if percent is not None else ""
        return f"Only the plan as things are has been run{told}; there is nothing to compare it with yet."
    label, value = max(savings.items(), key=lambda each: each[1])
    if value <= 0:
        return f"None of the {len(savings)} scenarios costs less than the plan as things are."
    return f"Of {len(savings)} scenarios compared, {label} saves most against the plan: £{value:,.0f} over all years."
