"""T9b: how far the number of children may turn out from what the plan expects."""

from sufficiency.report.desk import ENGINE, Desk, periods_of, text
from sufficiency.report.intervals import EDGES, HELD, HIGH, LOW, bound, futures_at
from sufficiency.report.table import CHILDREN, NOT_AVAILABLE, Cell, Column, Draft, Table, Words
from sufficiency.report.tables_ahead import forecast_key


def forecast_by_year(desk: Desk) -> Draft:
    """T9b: children in care at the end of each year, as the plan expects them and in futures drawn."""
    frame = desk.facts.plan.tables["mix"]
    periods = [period for period in periods_of(frame) if period != str(desk.year)]
    futures = desk.facts.futures
    edges = {} if futures is None else futures_at(futures, desk.facts.plan.run.months)
    drawn = 0 if futures is None else int(str(futures.run.summary["futures"]))
    rows = tuple(_year_row(desk, period, edges.get(period)) for period in periods)
    words = Words(
        "Forecast by year, with intervals",
        "children",
        f"Children in care at the end of each financial year: as the plan expects them, and the counts between which "
        f"80 and 95 in a hundred of {drawn:,} futures lie, drawn on the plan's own rates as if homes went on being "
        f"used as in the past. {HELD}",
        ENGINE,
        f"{periods[0]} to {periods[-1]}",
        () if futures is not None else ("No forecast is stored: sufficiency forecast makes one.",),
    )
    columns = (
        Column("Year"),
        Column("Expected", CHILDREN),
        Column(LOW, CHILDREN),
        Column(HIGH, CHILDREN),
        Column("Low, 95%", CHILDREN),
        Column("High, 95%", CHILDREN),
    )
    return Draft("T9b", words, columns, rows, _say_years)


def _year_row(desk: Desk, period: str, edges: dict[str, int] | None) -> tuple[Cell, ...]:
    asked = forecast_key(period)
    blanks = [Cell(NOT_AVAILABLE)] * len(EDGES)
    cells = blanks if edges is None else [bound(desk, f"{period} {edge}", edges[edge], (asked,)) for edge in EDGES]
    return (text(period), desk.count(asked), *cells)


def _say_years(table: Table) -> str:
    last = len(table.rows)
    period, low, high = table.labels[-1], table.number_at(last, LOW), table.number_at(last, HIGH)
    expected = table.number_at(last, "Expected")
    if expected is None:
        return "The number of children in care is too small to publish a forecast."
    if low is None or high is None:
        return f"{expected:,.0f} children in care are expected at the end of {period}; no interval is published."
    return (
        f"At the end of {period}, four in five futures hold between {low:,.0f} and {high:,.0f} children in care; "
        f"the plan expects {expected:,.0f}."
    )
