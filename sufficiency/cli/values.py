"""How single values and column names read on the screen."""

import math
from datetime import date
from typing import Any

from sufficiency.domain.money import pounds_text

UNKNOWN = "not known"
_PENCE_IN_A_POUND = 100


_MONEY = {
    "_pounds_weekly": "£ a week",
    "_pence_weekly": "£ a week",
    "_weekly_pence": "£ a week",
    "_pounds": "£",
    "_pence": "£",
}


def heading(column: str) -> str:
    """Return a column's name in words: ``spend_pence`` is "spend (£)"."""
    for ending, words in _MONEY.items():
        if column.endswith(ending):
            return f"{column.removesuffix(ending).replace('_', ' ')} ({words})"
    return column.replace("_", " ")


def cell(value: Any, column: str = "") -> str:
    """Return a value as people read it; what is missing is "not known", never zero."""
    if _missing(value):
        return UNKNOWN
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value:%b %Y}" if column == "month" else f"{value.day} {value:%b %Y}"
    if isinstance(value, str):
        return value
    return _number(float(value), column)


def _number(value: float, column: str) -> str:
    if column.endswith(("_pounds_weekly", "_pounds")):
        return pounds_text(round(value) * _PENCE_IN_A_POUND)
    if column.endswith(("_pence", "_pence_weekly")):
        return pounds_text(round(value / _PENCE_IN_A_POUND) * _PENCE_IN_A_POUND)
    if column.endswith("share") or column.startswith("cover_") or column == "skill":
        return f"{value:.0%}"
    if column.endswith("gap") and abs(value) < 1:
        return f"{value:.2%}"
    if column in ("year", "return_year"):
        return f"{value:.0f}"
    return f"{value:,.0f}" if value == round(value) else f"{round(value, 1) + 0.0:,.1f}"  # never "-0.0"


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>")
