"""T11: what it costs, and why that moves."""

from itertools import pairwise

import pandas as pd

from sufficiency.finance.bridge import bridge
from sufficiency.finance.spend import TOTAL
from sufficiency.report import groups
from sufficiency.report.desk import ENGINE, Desk, share, text
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

_TOTAL = "All lines"
MONTHS, PART = 12, "part of the year"
_WEEK_DAYS, _PENCE = 7, 100


def _by_year(desk: Desk) -> pd.DataFrame:
    """Spend in whole pounds and average children by line and year, entered in the ledger."""
    table = pounds_of(desk.facts.plan)
    for period, rows in table.groupby("financial_year"):
        days = _days_held(desk, str(period))
        number = groups.whole_parts(rows["child_days"] / days)
        counted = pd.DataFrame({"line": rows["line"], "n": number, "pounds": rows["pounds"]})
        desk.ledger.cube(f"average {period}", counted, ["line"], count="n")
        desk.ledger.cube(f"pounds {period}", counted, ["line"], count="pounds")
        for line in rows["line"]:
            desk.ledger.tie(key(f"pounds {period}", line=line), _behind(desk, str(period), {"line": str(line)}))
        desk.ledger.tie((f"pounds {period}",), (f"average {period}",))
    return table


def _days_held(desk: Desk, period: str) -> int:
    """Return the days of a financial year that the plan holds."""
    frame = desk.facts.plan.tables["spend"]
    months = frame.loc[frame["financial_year"] == period, "month"].unique()
    return sum(int(pd.Timestamp(month).days_in_month) for month in months)


def _behind(desk: Desk, period: str, chosen: dict[str, str]) -> Key:
    """Return the key of the children whose cost an amount is: never nobody, though their average rounds to none."""
    children, pounds = key(f"average {period}", **chosen), key(f"pounds {period}", **chosen)
    if desk.ledger.value(children) or not desk.ledger.amount(pounds):
        return children
    few = key(f"fewer than one {period}", **chosen)
    desk.ledger.enter(few, 1)
    return few


def pounds_of(walk: Walked) -> pd.DataFrame:
    """Return spend by line and year in whole pounds: every total is the sum of these, so that tables agree."""
    cells = walk.tables["spend"]
    table = cells.groupby(["line", "financial_year"], as_index=False, sort=False)[["child_days", "spend_pence"]].sum()
    return table.assign(pounds=(table["spend_pence"] / _PENCE).round())


def months_of(desk: Desk) -> dict[str, int]:
    """Return how many months of each financial year the plan holds."""
    months = desk.facts.plan.tables["spend"].groupby("financial_year")["month"].nunique()
    return {str(year): int(number) for year, number in sorted(months.items())}


def whole_years(desk: Desk) -> list[str]:
    """Return the financial years that the plan holds whole: a part year is never set beside a whole one."""
    return [year for year, number in months_of(desk).items() if number == MONTHS]


def year_heading(desk: Desk, year: str) -> str:
    """Return a year as a heading, saying when the plan holds only a part of it."""
    number = months_of(desk)[year]
    return year if number == MONTHS else f"{year} ({PART}, months: {number})"


def unit_costs(desk: Desk) -> Draft:
    """T11: children, weekly cost and spend by cost line in the first year, and the change to the last."""
    table = _by_year(desk)
    years = whole_years(desk) or list(months_of(desk))
    first, last = years[0], years[-1]
    lines = list(dict.fromkeys(table["line"]))
    rows = [_cost_row(desk, table, line, first, last) for line in [*lines, ""]]
    words = Words(
        "Unit cost and spend by cost line",
        "children; pounds",
        f"Expected average number of children in {first}, cost of one child for a week, cost of the year, and where "
        "the plan holds a later whole year its cost and the change a year between them. Placement prices with fixed "
        "costs of open places; staff and overheads are left out, so these are not the full S251 unit costs.",
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
    kept = len(columns) if first != last else len(columns) - 2  # one whole year has no later one beside it
    return Draft("T11", words, columns[:kept], tuple(row[:kept] for row in rows), _say_cost)


def _cost_row(desk: Desk, table: pd.DataFrame, line: str, first: str, last: str) -> tuple[Cell, ...]:
    chosen = {"line": line} if line else {}
    rows = table[table["line"] == line] if line else table
    now = rows[rows["financial_year"] == first]
    number, spent, later = (
        _behind(desk, first, chosen),
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
        Cell(round(after), _with(later, _behind(desk, last, chosen))),
    )
    children = Cell(desk.ledger.value(key(f"average {first}", **chosen)), (number,))
    return (text(line or _TOTAL), children, weekly, *money, change)


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
    columns = (Column("Cost line"), *(Column(year_heading(desk, year), POUNDS) for year in years))
    return Draft("T11b", words, columns, tuple(rows), _say_spend)


def _spend_cell(desk: Desk, chosen: dict[str, str], year: str) -> Cell:
    spent, number = key(f"pounds {year}", **chosen), _behind(desk, year, chosen)
    return Cell(round(desk.ledger.amount(spent)), (spent, number))


def _say_spend(table: Table) -> str:
    whole = [column.heading for column in table.columns[1:] if PART not in column.heading]
    if not whole:
        return "The plan holds no whole year, so no cost of a year is stated."
    first, last = whole[0], whole[-1]
    before, after = table.number_at(_TOTAL, first), table.number_at(_TOTAL, last)
    if before is None or after is None:
        return "The cost of all placements is withheld: too few children."
    if first == last:
        return f"Placements are expected to cost £{after:,.0f} in {last}."
    word = "stays at" if before == after else "rises to" if after > before else "falls to"
    return f"Expected spend of £{before:,.0f} in {first} {word} £{after:,.0f} in {last}, prices included."


def expected_share(desk: Desk, whole: Key, name: str, part: float, of: float) -> Cell:
    """Return a share of an expected number, withheld when it or its complement is a small count."""
    yes, no, both = ((*whole, f"{name}={each}") for each in ("yes", "no", "all"))
    counts = (round(part), round(of) - round(part), round(of))
    for asked, number in zip((yes, no, both), counts, strict=True):
        desk.ledger.enter(asked, number)
    desk.ledger.add_up(both, [yes, no])
    return share(part, of, (yes, both))


_STEPS = {
    "volume": "More or fewer days in placement",
    "mix": "Days in other kinds of home",
    "price": "Dearer days in the same kinds of home",
    "interaction": "Both at once",
    "fixed": "Fixed cost of open places",
}


_NO_PAIR, _BLANK = "No two whole years", [Cell(NOT_AVAILABLE)]


def why_spend_moves(desk: Desk) -> Draft:
    """T11c: price, volume and mix, year by year."""
    cells, years = desk.facts.plan.tables["spend"], whole_years(desk)
    pairs = list(pairwise(years)) + ([(years[0], years[-1])] if len(years) > 2 else [])
    totals = pounds_of(desk.facts.plan).groupby("financial_year")["pounds"].sum()
    bridges = [_bridge(cells, totals, *pair) for pair in pairs]
    keys = [tuple((f"{what} {year}",) for year in pair for what in ("pounds", "average")) for pair in pairs]
    rows = [
        (text(words), *([Cell(each[step], told) for each, told in zip(bridges, keys, strict=True)] or _BLANK))
        for step, words in {"before": "Spend before", **_STEPS, "after": "Spend after"}.items()
    ]
    words = Words(
        "Why spend moves: volume, mix and price",
        "pounds",
        "Change of expected spend between two years, in steps that add up: more or fewer days in placement at the "
        "prices and mix of before; days in other kinds of home; dearer days in the same kinds; both at once; the fixed "
        "cost of open places. Price is the average of a kind of home: dearer homes within a kind show as price, beside "
        "the rise of each April.",
        ENGINE,
        f"{years[0]} to {years[-1]}" if years else "no whole year",
        () if pairs else ("The plan holds fewer than two whole years, so there is nothing to compare.",),
    )
    headings = [f"{before} to {after}" for before, after in pairs] or [_NO_PAIR]
    columns = (Column("Step"), *(Column(heading, POUNDS) for heading in headings))
    return Draft("T11c", words, columns, tuple(rows), _say_moves)


def _bridge(cells: pd.DataFrame, totals: "pd.Series[float]", before: str, after: str) -> dict[str, int]:
    """Return the steps in whole pounds between the totals of T11b; the odd pound is in the step where both move."""
    year = cells["financial_year"].astype("str")
    total = bridge(cells[year == before], cells[year == after]).loc[TOTAL].to_dict()
    pounds = {step: round(float(total[step]) / _PENCE) for step in _STEPS}
    pounds |= {"before": round(float(totals[before])), "after": round(float(totals[after]))}
    pounds["interaction"] += pounds["after"] - pounds["before"] - sum(pounds[step] for step in _STEPS)
    return pounds


def _say_moves(table: Table) -> str:
    if table.columns[1].heading == _NO_PAIR:
        return "The plan holds fewer than two whole years, so nothing is said of why spend moves."
    column = table.columns[-1].heading
    steps = {words: table.number_at(words, column) for words in _STEPS.values()}
    known = {words: value for words, value in steps.items() if value is not None}
    if not known:
        return "Why spend moves is withheld: too few children."
    words, value = max(known.items(), key=lambda each: abs(each[1]))
    return f"{column}, what moves spend most: {words.lower()}, £{abs(value):,.0f} {'more' if value > 0 else 'less'}."
