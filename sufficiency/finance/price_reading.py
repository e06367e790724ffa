"""Price lists read: from the ``prices`` frame of the capacity files, with the stated defaults behind it."""

from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from sufficiency.assumptions.prices import default_prices
from sufficiency.assumptions.values import Assumptions
from sufficiency.domain.errors import InputError
from sufficiency.domain.money import PriceBase, pence
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import CostLine
from sufficiency.finance.prices import ANY_LEVEL, COLUMNS, Price, PriceList


def read_prices(frame: pd.DataFrame) -> PriceList:
    """Read the ``prices`` frame of the capacity files.

    Raises
    ------
    InputError
        Naming the row (the header is row 1) and what to do about it.
    """
    missing = [name for name in COLUMNS[:5] if name not in frame.columns]
    if missing:
        raise InputError(f"prices: column {', '.join(missing)} is missing; the template has all of them.")
    if frame.empty:
        raise InputError("prices: no rows; leave the file out to use the stated defaults.")
    rows = list(enumerate(frame.to_dict("records"), start=2))
    bases = {_price_base(row["price_base"], number) for number, row in rows}
    if len(bases) > 1:
        raise InputError(
            "prices: placement only and full S251 prices stand in one list. They cover different costs; keep one."
        )
    return PriceList(bases.pop(), tuple(_price(row, number) for number, row in rows))


def price_list(frame: pd.DataFrame | None, assumptions: Assumptions) -> PriceList:
    """Return the council's own prices, with the stated defaults for lines it gave none for.

    Parameters
    ----------
    frame
        The ``prices`` frame, or None when there is no such file.
    assumptions
        Where the defaults are: ``price.<line>``, ``price.<line>.level_<n>`` and ``uplift.<line>``.

    Raises
    ------
    InputError, AssumptionError
        When a row cannot be used, or the defaults that are needed stand on another price base.
    """
    defaults = read_prices(pd.DataFrame(default_prices(assumptions)))
    return defaults if frame is None else read_prices(frame).with_defaults(defaults)


def financial_year(value: object) -> FinancialYear:
    """Read a financial year: ``2025-26``, ``2025/26``, or the year in which it begins.

    >>> str(financial_year("2025/26")), str(financial_year(2025))
    ('2025-26', '2025-26')
    """
    text = str(value).strip().removesuffix(".0").replace("/", "-")
    start, _, end = text.partition("-")
    if not (start.isdigit() and len(start) == 4):
        raise InputError(f'"{text}" is not a financial year; write 2025-26.')
    if end and end not in (f"{(int(start) + 1) % 100:02d}", str(int(start) + 1)):
        raise InputError(f'"{text}" is not one financial year; write {start}-{(int(start) + 1) % 100:02d}.')
    return FinancialYear(int(start))


def _price(row: dict[Any, Any], number: int) -> Price:
    weekly = _decimal(row["weekly_pounds"], number, "weekly_pounds")
    if weekly is None:
        raise InputError(f"prices row {number}, weekly_pounds: a price in pounds a week is needed.")
    level = _decimal(row["need_level"], number, "need_level")
    uplift = _decimal(row.get("uplift_percent"), number, "uplift_percent")
    return Price(
        line=_line(row["line"], number),
        need_level=ANY_LEVEL if level is None else int(level),
        weekly_pence=pence(weekly),
        year=financial_year(row["financial_year"]),
        uplift_percent=uplift,
        source=_text(row.get("source")),
        status=_text(row.get("status")),
    )


def _line(value: object, number: int) -> CostLine:
    try:
        return CostLine(str(value).strip().lower())
    except ValueError:
        lines = ", ".join(CostLine)
        raise InputError(f'prices row {number}, line: "{value}" is not a cost line; use one of {lines}.') from None


def _price_base(value: object, number: int) -> PriceBase:
    for base in PriceBase:
        if str(value).strip().lower() == base.value.lower():
            return base
    choices = " or ".join(f'"{base}"' for base in PriceBase)
    raise InputError(f'prices row {number}, price_base: "{value}" does not say what the price covers; use {choices}.')


def _decimal(value: object, number: int, column: str) -> Decimal | None:
    if value is None or value == "" or value is pd.NA or value != value:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise InputError(f'prices row {number}, {column}: "{value}" is not a number.') from None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
