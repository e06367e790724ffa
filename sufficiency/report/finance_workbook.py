"""The workbook for finance: summary, notes, inputs, assumptions, prices, every table, and checks against the engine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sufficiency.project.record import RunRecord
from sufficiency.report.finance_book import (
    HEADER_ROW,
    PENCE,
    TOTAL,
    Book,
    Page,
    cell,
    kind_of,
    rows_of,
    write_page,
)

OFFICIAL = "OFFICIAL"
SENSITIVE = "OFFICIAL-SENSITIVE"

DATA = "Spend data"
MONTHS_A_PAGE = 12

PAGES: tuple[Page, ...] = (
    Page(DATA, "spend", {"spend_pence": "{placement_pence}+{fixed_pence}"}, total=True),
    Page("Committed", "committed", {"forecast_pence": "{committed_pence}+{allowance_pence}"}, total=True),
    Page("Age", "spend_by_age", total=True),
    Page("Area", "spend_by_area", total=True),
    Page("Fixed and voids", "fixed_and_voids", total=True),
    Page("Income", "income_by_year", total=True),
    Page("Risk", "at_risk", {"contingency_pence": "{p80_pence}-{p50_pence}"}),
    Page("Budget by month", "budget_by_month", {"variance_pence": "{outturn_pence}-{budget_pence}"}, total=True),
    Page("Outturn by line", "outturn_by_line", {"outturn_pence": "{actual_pence}+{forecast_rest_pence}"},
         whole="SUM({first}:{last})"),
    Page("Scenario by line", "scenario_by_line", {"scenario_pence": "{base_pence}+{difference_pence}"}, total=True),
    Page("Scenario by year", "scenario_by_year", {"scenario_pence": "{base_pence}+{effect_pence}"}),
    Page("Levers", "lever_effects"),
    Page("Bridge", "bridge", {
        "after_pence": "{before_pence}+{volume_pence}+{mix_pence}+{price_pence}+{interaction_pence}+{fixed_pence}",
    }),
    Page("MTFS", "mtfs", whole="SUM({first}:{last})", chain=9),
    Page("Savings", "savings"),
    Page("Sensitivity", "sensitivity"),
    Page("Closed year", "backcast"),
    Page("Unit costs", "unit_costs"),
    Page("Unit costs S251", "unit_costs_s251"),
    Page("High cost", "high_cost"),
)  # fmt: skip
"""Sheets made of one table each, in order; those without a table are left out."""


def write_finance_workbook(
    path: Path,
    council: str,
    synthetic: bool,
    record: RunRecord,
    tables: Mapping[str, pd.DataFrame],
    prices: pd.DataFrame,
    run_number: int,
) -> Path:
    """Write the workbook of a spend run and return where it is.

    Parameters
    ----------
    tables
        Of the run; ``high_cost``, one row a child, marks the whole workbook OFFICIAL-SENSITIVE.
    prices
        The price list with source and status.
    """
    marking = SENSITIVE if "high_cost" in tables else OFFICIAL
    title = f"Spend forecast: {council}"
    book = Book.open(str(path), title, marking)
    _summary(book, title, marking, synthetic, record, tables, run_number)
    _notes(book, marking, synthetic, record, tables)
    _by_line(book, "Spend by year", tables, "financial_year")
    _by_line(book, "Spend by month", tables, "month")
    for page in PAGES:
        if page.table in tables:
            write_page(book, page, tables[page.table])
    _reference(book, record, prices)
    _checks(book, tables)
    book.file.close()
    return path


def _summary(
    book: Book,
    title: str,
    marking: str,
    synthetic: bool,
    record: RunRecord,
    tables: Mapping[str, pd.DataFrame],
    run_number: int,
) -> None:
    words = f"{marking}. Base date {record.base_date:%d %B %Y}. Run {run_number}."
    words += " SYNTHETIC COUNCIL: the children, carers and homes are invented." if synthetic else ""
    years = _years(tables)
    sheet = book.sheet("Summary", title, words, 8)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, max(len(years), 7), 16)
    sheet.write(HEADER_ROW, 0, "Pounds", book.formats["header"])
    for place, year in enumerate(years, start=1):
        sheet.write(HEADER_ROW, place, year, book.formats["header_number"])
    row = HEADER_ROW + 1
    for name, line in _summary_lines(tables, years).items():
        sheet.write(row, 0, name, book.formats["text"])
        for place, (formula, value) in enumerate(line, start=1):
            if value is not None:
                sheet.write_formula(row, place, formula, book.formats["money"], value)
        row += 1
    row += 1
    sheet.write(row, 0, "How it was worked out", book.formats["header"])
    for name, fact in record.summary.items():
        if not name.endswith("_pence") and fact is not None:
            row += 1
            sheet.write(row, 0, name.replace("_", " ").capitalize(), book.formats["text"])
            sheet.merge_range(row, 1, row, 7, str(fact), book.formats["wrapped"])
            sheet.set_row(row, 15 * (1 + len(str(fact)) // 105))


def _summary_lines(tables: Mapping[str, pd.DataFrame], years: list[str]) -> dict[str, list[tuple[str, Any]]]:
    """Return each line of the summary: a formula on another sheet and the engine's value, by year."""
    spend = tables["spend"].groupby("financial_year")["spend_pence"].sum()
    found: dict[str, list[tuple[str, Any]]] = {
        "Forecast spend": [
            (_sum_of(DATA, tables["spend"], "spend_pence", year), _pounds(spend, year)) for year in years
        ]
    }
    if "budget_by_month" in tables:
        budget = int(tables["budget_by_month"]["budget_pence"].sum())
        at = f"='Budget by month'!{_letter(2)}{HEADER_ROW + 14}"
        found["Budget of the first year"] = [(at, budget / PENCE)]
    for name, sheet, key, column in (
        ("of which committed", "Committed", "committed", "committed_pence"),
        ("of which allowance for new starts", "Committed", "committed", "allowance_pence"),
        ("Income, apart from spend", "Income", "income_by_year", "income_pence"),
    ):
        sums = tables[key].groupby("financial_year")[column].sum()
        found[name] = [(_sum_of(sheet, tables[key], column, year), _pounds(sums, year)) for year in years]
    if "at_risk" in tables:
        risk = tables["at_risk"]
        whole = risk[risk["line"] == TOTAL]
        for name, column in (
            ("P50", "p50_pence"),
            ("P80", "p80_pence"),
            ("Contingency: P80 less P50", "contingency_pence"),
        ):
            sums = whole.set_index("financial_year")[column]
            found[name] = [(_sum_of("Risk", risk, column, year, TOTAL), _pounds(sums, year)) for year in years]
    if "scenario_by_year" in tables:
        table = tables["scenario_by_year"]
        for name, column in (
            ("Difference of the scenario", "effect_pence"),
            ("Spend in the scenario", "scenario_pence"),
        ):
            sums = table.set_index("financial_year")[column]
            found[name] = [(_sum_of("Scenario by year", table, column, year), _pounds(sums, year)) for year in years]
    return found


def _sum_of(sheet: str, frame: pd.DataFrame, column: str, year: str, line: str = "") -> str:
    columns = [str(name) for name in frame.columns]
    places = [columns.index(name) for name in (column, "financial_year")]
    values, keys = (f"'{sheet}'!{rows_of(place, len(frame))}" for place in places)
    more = f",'{sheet}'!{rows_of(columns.index('line'), len(frame))},\"{line}\"" if line else ""
    return f'=SUMIFS({values},{keys},"{year}"{more})'


def _pounds(sums: "pd.Series[Any]", year: str) -> float | None:
    return int(sums[year]) / PENCE if year in sums.index else None


def _years(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    return sorted(str(year) for year in tables["spend"]["financial_year"].unique())


def _notes(book: Book, marking: str, synthetic: bool, record: RunRecord, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write the one sheet of notes: what is counted on each sheet, and what to keep in mind."""
    general = [
        f"Marking: {marking}.",
        "Pounds are shown without pence; cells hold the pence. Spend is days x weekly price / 7, exact by day.",
        f"{str(record.summary.get('weeks', '')).capitalize()}.",
        f"Price base of every sheet but 'Unit costs S251': {record.summary.get('price_base', '')}. Full S251 cost "
        "covers staff and overheads too and is never added to it.",
        "Totals are formulas; sheet Checks holds them against the engine. Blank is not known, never nought.",
        "Income is never set against spend.",
    ]
    general += ["The council is synthetic: children, carers and homes are invented."] if synthetic else []
    rows = [("General", words) for words in general]
    rows += [(page.name, str(tables[page.table].attrs.get("definition", ""))) for page in PAGES if page.table in tables]
    sheet = book.sheet("Notes", "Notes", "What is counted, sheet by sheet.", 2)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 115)
    for row, (name, words) in enumerate(rows, start=HEADER_ROW):
        sheet.write_string(row, 0, name, book.formats["text"])
        sheet.write_string(row, 1, words, book.formats["wrapped"])
        sheet.set_row(row, 15 * (1 + len(words) // 112))


def _by_line(book: Book, name: str, tables: Mapping[str, pd.DataFrame], by: str) -> None:
    """Write lines down and years or months across, every cell a sum over the data sheet, with both totals."""
    data = tables["spend"]
    table = data.pivot_table(index="line", columns=by, values="spend_pence", aggfunc="sum", sort=False)
    columns = [str(each) for each in data.columns]
    ranges = {key: f"'{DATA}'!{rows_of(columns.index(key), len(data))}" for key in ("spend_pence", "line", by)}
    words = f"Spend is {data.attrs.get('weeks', '')}. Price base: {data.attrs.get('price_base', '')}."
    sheet = book.sheet(name, name.replace("Spend by", "Spend by line and"), words, len(table.columns) + 2)
    sheet.write(HEADER_ROW, 0, "line", book.formats["header"])
    sheet.set_column(0, 0, 25)
    sheet.set_column(1, len(table.columns) + 1, 14 if by == "financial_year" else 12)
    sheet.freeze_panes(HEADER_ROW + 1, 1)
    sheet.repeat_columns(0)
    sheet.fit_to_pages(-(-len(table.columns) // MONTHS_A_PAGE), 0)
    heads = [pd.Timestamp(each).strftime("%b %Y") if by == "month" else str(each) for each in table.columns]
    for place, head in enumerate([*heads, TOTAL], start=1):
        sheet.write(HEADER_ROW, place, head, book.formats["header_number"])
    for row, (line, values) in enumerate(zip(table.index, table.to_numpy(), strict=True)):
        sheet.write(HEADER_ROW + 1 + row, 0, str(line), book.formats["text"])
        for place, (key, value) in enumerate(zip(table.columns, values, strict=True), start=1):
            wanted = _date_of(key) if by == "month" else f'"{key}"'
            formula = f'=SUMIFS({ranges["spend_pence"]},{ranges["line"]},"{line}",{ranges[by]},{wanted})'
            sheet.write_formula(HEADER_ROW + 1 + row, place, formula, book.formats["money"], int(value) / PENCE)
        last = len(table.columns)
        total = f"=SUM({cell(1, row)}:{cell(last, row)})"
        sheet.write_formula(HEADER_ROW + 1 + row, last + 1, total, book.formats["money"], int(values.sum()) / PENCE)
    _totals_below(book, sheet, table)


def _totals_below(book: Book, sheet: Any, table: pd.DataFrame) -> None:
    rows, sums = len(table), [*table.sum().tolist(), int(table.to_numpy().sum())]
    sheet.write(HEADER_ROW + 1 + rows, 0, TOTAL, book.formats["total_text"])
    for place, value in enumerate(sums, start=1):
        formula = f"=SUM({cell(place, 0)}:{cell(place, rows - 1)})"
        sheet.write_formula(HEADER_ROW + 1 + rows, place, formula, book.formats["total_money"], int(value) / PENCE)


def _date_of(key: object) -> str:
    day = pd.Timestamp(str(key))
    return f"DATE({day.year},{day.month},1)"


def _reference(book: Book, record: RunRecord, prices: pd.DataFrame) -> None:
    """Write inputs, assumptions and prices with their sources."""
    inputs = pd.DataFrame(sorted(record.input_hashes.items()), columns=["file", "sha256"])
    inputs.attrs = {
        "name": "inputs",
        "definition": "Every file read, with its SHA-256: the same files give the same hash.",
    }
    write_page(book, Page("Inputs", "inputs"), inputs)
    rows = [
        (row.name, _plain(row.value), _plain(row.default), row.status, row.source, row.reason)
        for row in record.assumptions
    ]
    names = ["assumption", "value", "default", "status", "source", "reason_for_change"]
    assumptions = pd.DataFrame(rows, columns=names)
    assumptions.attrs = {
        "name": "assumptions",
        "definition": "Every assumption with its value, its default, whether it is cited, derived, an assumption or "
        "local, and its source.",
    }
    write_page(book, Page("Assumptions", "assumptions"), assumptions)
    priced = prices.assign(weekly_pence=(prices["weekly_pounds"] * PENCE).round().astype("int64"))
    priced = priced[
        ["line", "need_level", "weekly_pence", "price_base", "financial_year", "uplift_percent", "status", "source"]
    ]
    priced.attrs = {
        "name": "prices",
        "definition": "Weekly prices at the level of their year, and growth each April. A blank need level is every "
        "level without a row of its own.",
    }
    write_page(book, Page("Prices", "prices"), priced)


def _plain(value: object) -> str:
    return "" if value is None else f"{value:,g}" if isinstance(value, float) else str(value)


def _checks(book: Book, tables: Mapping[str, pd.DataFrame]) -> None:
    """Hold the workbook's totals against the engine's, as numbers that no formula made."""
    data, parts = tables["spend"], []
    engine = int(data["spend_pence"].sum())
    bottom = f"{len(data['line'].unique()) + HEADER_ROW + 2}"
    for name, count in (
        ("Spend by year", data["financial_year"].nunique()),
        ("Spend by month", data["month"].nunique()),
    ):
        parts.append((name, f"='{name}'!{_letter(count + 1)}{bottom}", engine))
    for page in PAGES:
        if page.total and page.table in tables:
            frame = tables[page.table]
            for place, column in enumerate(str(each) for each in frame.columns):
                if kind_of(column, frame[column]) == "money" and not column.startswith("running"):
                    at = f"='{page.name}'!{_letter(place)}{len(frame) + HEADER_ROW + 2}"
                    parts.append(
                        (
                            f"{page.name}: {column.removesuffix('_pence').replace('_', ' ')}",
                            at,
                            int(frame[column].sum()),
                        )
                    )
    sheet = book.sheet(
        "Checks", "Checks", "Totals of this workbook beside those of the engine; they agree to the penny.", 4
    )
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 3, 18)
    for place, head in enumerate(("total of", "workbook (£)", "engine (£)", "difference (£)")):
        sheet.write(HEADER_ROW, place, head, book.formats["header" if place == 0 else "header_number"])
    for row, (name, formula, value) in enumerate(parts, start=HEADER_ROW + 1):
        sheet.write(row, 0, name, book.formats["text"])
        sheet.write_formula(row, 1, formula, book.formats["money_weekly"], value / PENCE)
        sheet.write_number(row, 2, value / PENCE, book.formats["money_weekly"])
        sheet.write_formula(row, 3, f"=ROUND(B{row + 1}-C{row + 1},2)", book.formats["money_weekly"], 0)


def _letter(place: int) -> str:
    return cell(place, 0).rstrip("0123456789")
