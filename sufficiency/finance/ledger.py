"""A council's ledger and budget by month, as a file: text or a workbook with ``month, line`` and pounds."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from sufficiency.domain.errors import InputError
from sufficiency.domain.money import pence
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import CostLine
from sufficiency.finance.spend import TOTAL
from sufficiency.ingest.capacity.grids import UnreadableFile, read_grids

COLUMNS = ("month", "line", "actual_pounds", "budget_pounds")
_DAY = ("%Y-%m", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%m/%Y", "%b %Y", "%B %Y", "%b-%y")


def read_ledger(path: Path) -> pd.DataFrame:
    """Read a ledger file.

    ``month`` is 2025-04, a day of the month, or Apr 2025; ``line`` a cost line or ``total``. A blank amount is not
    known, never nought. A month is told by its lines or by its total, not by both.

    Returns
    -------
    pandas.DataFrame
        ``month`` (first day), ``line, actual_pence, budget_pence`` (Int64, missing where blank).

    Raises
    ------
    InputError
        Naming the file, the row (the header is row 1) and what to do about it.
    """
    header, rows = _table(path)
    read = [_row(path.name, number, dict(zip(header, row, strict=False))) for number, row in rows if any(row)]
    frame = pd.DataFrame(read, columns=["row", "month", "line", "actual_pence", "budget_pence"])
    frame = frame.astype({"actual_pence": "Int64", "budget_pence": "Int64", "month": "datetime64[s]"})
    _refuse_repeats(path.name, frame)
    return frame.drop(columns="row")


def actual_by_month(ledger: pd.DataFrame, year: FinancialYear) -> dict[pd.Timestamp, int]:
    """Return what the ledger says was spent in each month of a year, over all lines; months it is silent on are out."""
    return _by_month(ledger, year, "actual_pence")


def budget_by_month_given(ledger: pd.DataFrame, year: FinancialYear) -> dict[pd.Timestamp, int]:
    """Return the profiled budget of each month of a year; empty unless the ledger has one for all twelve."""
    given = _by_month(ledger, year, "budget_pence")
    return given if len(given) == 12 else {}


def actual_by_line(ledger: pd.DataFrame, year: FinancialYear) -> dict[str, int]:
    """Return what the ledger says was spent on each line in a year, ``total`` included where it is told so."""
    rows = _of_year(ledger, year).dropna(subset="actual_pence")
    return {str(line): int(value) for line, value in rows.groupby("line")["actual_pence"].sum().items()}


def closed_until(ledger: pd.DataFrame | None, year: FinancialYear) -> date | None:
    """Return the last day of the last month of a year with an actual figure."""
    if ledger is None:
        return None
    months = _of_year(ledger, year).dropna(subset="actual_pence")["month"]
    return None if months.empty else (months.max() + pd.offsets.MonthEnd(0)).date()


def _of_year(ledger: pd.DataFrame, year: FinancialYear) -> pd.DataFrame:
    inside = (ledger["month"] >= pd.Timestamp(year.first_day)) & (ledger["month"] <= pd.Timestamp(year.last_day))
    return ledger[inside]


def _by_month(ledger: pd.DataFrame, year: FinancialYear, column: str) -> dict[pd.Timestamp, int]:
    rows = _of_year(ledger, year).dropna(subset=column)
    return {pd.Timestamp(str(month)): int(value) for month, value in rows.groupby("month")[column].sum().items()}


def _table(path: Path) -> tuple[list[str], list[tuple[int, tuple[str, ...]]]]:
    try:
        grids = read_grids(path)
    except (UnreadableFile, OSError):
        raise InputError(f"{path.name}: cannot be read. Save it as CSV or as an .xlsx workbook.") from None
    for grid in grids:
        for at, cells in enumerate(grid.cells):
            names = [re.sub(r"[^a-z]+", "_", cell.strip().lower()).strip("_") for cell in cells]
            if {"month", "line"} <= set(names) and set(names) & set(COLUMNS[2:]):
                return names, list(enumerate(grid.cells[at + 1 :], start=at + 2))
    raise InputError(f"{path.name}: has no header with month, line and actual_pounds or budget_pounds. Add one.")


def _row(file: str, number: int, cells: dict[str, str]) -> tuple[int, date, str, int | None, int | None]:
    line = " ".join(cells["line"].strip().lower().split())
    if line not in {*CostLine, TOTAL}:
        raise InputError(
            f'{file} row {number}, line: "{cells["line"]}" is not a cost line; use {", ".join(CostLine)} or {TOTAL}.'
        )
    month = _month(file, number, cells["month"])
    return number, month, line, _pence(file, number, cells, COLUMNS[2]), _pence(file, number, cells, COLUMNS[3])


def _month(file: str, number: int, text: str) -> date:
    for form in _DAY:
        try:
            return datetime.strptime(text.strip(), form).date().replace(day=1)  # noqa: DTZ007 - a month, no clock
        except ValueError:
            continue
    raise InputError(f'{file} row {number}, month: "{text}" is not a month; write 2025-04.')


def _pence(file: str, number: int, cells: dict[str, str], column: str) -> int | None:
    text = cells.get(column, "").strip().replace(",", "").removeprefix("£")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise InputError(f'{file} row {number}, {column}: "{text}" is not an amount in pounds.')
    return pence(amount)


def _refuse_repeats(file: str, frame: pd.DataFrame) -> None:
    again = frame.duplicated(["month", "line"])
    if again.any():
        number = int(frame.loc[again, "row"].iloc[0])
        raise InputError(f"{file} row {number}: this month and line stand in the file twice; keep one.")
    for column in ("actual_pence", "budget_pence"):
        told = frame.dropna(subset=column)
        both = told.groupby("month")["line"].agg(lambda lines: TOTAL in set(lines) and len(lines) > 1)
        if both.any():
            month = pd.Timestamp(str(both.index[both][0]))
            raise InputError(
                f"{file}: {month:%Y-%m} has {column.removesuffix('_pence')} figures by line and a total; keep one of "
                "the two, so that nothing is counted twice."
            )
