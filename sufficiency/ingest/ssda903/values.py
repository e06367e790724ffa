"""From text to dates, identifiers, codes and postcodes, each distinct value once."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Texts = NDArray[np.object_]
Days = NDArray[np.datetime64]

FIRST_DAY = np.datetime64("1980-01-01", "s")
LAST_DAY = np.datetime64("2049-12-31", "s")
"""Dates outside are mistyped: nobody in a return since 2015-16 was born before, and no return is later."""

NO_DAY = np.datetime64("NaT", "s")

_SERIAL_EPOCH = np.datetime64("1899-12-30", "s")
_SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_CLOCK = re.compile(r"^(\S+)[ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?Z?$")
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII), "%d/%m/%Y"),
    (re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII), "%Y-%m-%d"),
    (re.compile(r"\d{1,2}-\d{1,2}-\d{4}", re.ASCII), "%d-%m-%Y"),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}", re.ASCII), "%d.%m.%Y"),
    (re.compile(r"\d{4}/\d{1,2}/\d{1,2}", re.ASCII), "%Y/%m/%d"),
    (re.compile(r"\d{1,2} [A-Za-z]{3} \d{4}", re.ASCII), "%d %b %Y"),
    (re.compile(r"\d{1,2} [A-Za-z]{4,9} \d{4}", re.ASCII), "%d %B %Y"),
    (re.compile(r"\d{1,2}-[A-Za-z]{3}-\d{4}", re.ASCII), "%d-%b-%Y"),
)
"""How dates are spelt, most usual first."""

_DECIMAL_ID = re.compile(r"\d+\.0+", re.ASCII)


@dataclass(frozen=True, eq=False)
class Dates:
    """Days read from text.

    Attributes
    ----------
    days
        One a row, NaT when blank or unreadable, shape (n,).
    unreadable, serial
        Which rows were not a date, and which were a spreadsheet's day number, shape (n,).
    """

    days: Days
    unreadable: NDArray[np.bool_]
    serial: NDArray[np.bool_]


def each(values: Texts, change: Callable[[str], str]) -> Texts:
    """Return every value changed, working each distinct value out once."""
    places, distinct = pd.factorize(values)
    changed = np.array([change(value) for value in distinct], dtype=object)
    return changed[places] if len(changed) else values


def read_dates(values: Texts) -> Dates:
    """Read dates as dd/mm/yyyy, ISO, a spreadsheet's day number and a few spellings; never as mm/dd.

    Years of two digits are not read: for a date of birth the century would be a guess.
    """
    places, distinct = pd.factorize(each(values, _date_text))
    days = np.full(len(distinct), NO_DAY)
    serial = np.array([_SERIAL.fullmatch(text) is not None for text in distinct], dtype=bool)
    numbers = [int(text[:5]) for text in distinct[serial]]
    days[serial] = _SERIAL_EPOCH + np.array(numbers, dtype="timedelta64[D]")
    rest = ~serial & (distinct != "")
    for spelling, pattern in _SPELLINGS:
        if not rest.any():
            break
        alike = rest.copy()
        alike[rest] = [spelling.fullmatch(text) is not None for text in distinct[rest]]
        if alike.any():
            parsed = pd.to_datetime(pd.Series(distinct[alike], dtype="str"), format=pattern, errors="coerce")
            days[alike] = parsed.to_numpy().astype("datetime64[s]")
        rest &= ~alike
    days[~((days >= FIRST_DAY) & (days <= LAST_DAY))] = NO_DAY
    bad = np.isnat(days) & (distinct != "")
    return Dates(days[places], bad[places], (serial & ~bad)[places])


def _date_text(text: str) -> str:
    stripped = text.strip()
    with_clock = _CLOCK.match(stripped)
    return with_clock.group(1) if with_clock else stripped


def identifier(text: str) -> str:
    """Return an identifier without blanks around it, and without the ".0" that spreadsheets append to numbers."""
    stripped = text.strip()
    return stripped.partition(".")[0] if _DECIMAL_ID.fullmatch(stripped) else stripped


def code(text: str) -> str:
    """Return a code in upper case without blanks; "1.0", as spreadsheets write it, is 1."""
    return identifier("".join(text.split())).upper()


def postcode(text: str) -> str:
    """Return a postcode in upper case without blanks."""
    return "".join(text.split()).upper()
