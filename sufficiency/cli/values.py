"""How single values and column names read on the screen."""

import math
from datetime import date
from typing import Any

from sufficiency.domain.money import pounds_text

UNKNOWN = "not known"
_PENCE_IN_A_POUND = 100


def heading(column: str) -> str:
    """Return a column's name in words: ``spend_pence`` is "spend (£)"."""
    words = column.removesuffix("_pence").replace("_", " ")
    return f"{words} (£)" if column.endswith("_pence") else words


def cell(value: Any, column: str = "") -> str:
    """Return a value as people read it; what is missing is "not known", never zero."""
    if _missing(value):
        return UNKNOWN
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, str):
        return value
    return _number(float(value), column)


def _number(value: float, column: str) -> str:
    if column.endswith("_pence"):
        return pounds_text(round(value / _PENCE_IN_A_POUND) * _PENCE_IN_A_POUND)
    if "share" in column.split("_"):
        return f"{value:.0%}"
    if column in ("year", "return_year"):
        return f"{value:.0f}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>")


def is_number(kind: str) -> bool:
    """Whether a numpy dtype kind is a number, set to the right in a table."""
    return kind in "iufb"
