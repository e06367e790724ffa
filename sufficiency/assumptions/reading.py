"""Single values read strictly from text, as the attribute table and a scenario file write them."""

import math
import re
from collections.abc import Callable
from datetime import date

Value = int | float | str | bool | date | None
"""A value of an attribute; None when there is none."""

_BOOLS = {"yes": True, "true": True, "no": False, "false": False}


def parse(kind: str, text: str) -> Value:
    """Read one value of a type of the attribute table; "" is None.

    Raises
    ------
    ValueError
        When the text is not of that type.
    """
    text = text.strip()
    if not text:
        return None
    return _READERS.get(kind, str)(text)


def shown(value: Value) -> str:
    """Write a value for people: thousands separated, yes and no, days as 31/03/2025."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}".removesuffix(".0")
    return value if isinstance(value, str) else value.strftime("%d/%m/%Y")


def normal_year(text: str) -> str:
    """Return a financial year as ``2024-25``.

    >>> normal_year("2024/2025"), normal_year("24-25")
    ('2024-25', '2024-25')

    Raises
    ------
    ValueError
        When the text is not two years that follow each other.
    """
    found = re.fullmatch(r"((?:20)?\d\d)\s*[-/–]\s*((?:20)?\d\d)", text.strip())
    if found is None:
        raise ValueError("not a financial year")
    start, end = int(found[1]) % 100, int(found[2]) % 100
    if end != (start + 1) % 100:
        raise ValueError("not two years that follow each other")
    return f"20{start:02d}-{end:02d}"


def _whole(text: str) -> int:
    number = _number(text)
    if number != int(number):
        raise ValueError("not a whole number")
    return int(number)


def _number(text: str) -> float:
    number = float(text.replace(",", ""))
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


def _flag(text: str) -> bool:
    try:
        return _BOOLS[text.lower()]
    except KeyError:
        raise ValueError("neither yes nor no") from None


_READERS: dict[str, Callable[[str], Value]] = {
    "int": _whole,
    "float": _number,
    "bool": _flag,
    "date": date.fromisoformat,
    "year": normal_year,
}
