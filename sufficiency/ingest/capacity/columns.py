"""Columns of text read as typed values, whole columns at a time: what stands there, what does not fit, and why."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd

from sufficiency.assumptions.table import Attribute
from sufficiency.ingest.capacity.authorities import authority_codes
from sufficiency.ingest.capacity.dates import read_dates
from sufficiency.ingest.capacity.headers import data_rows
from sufficiency.ingest.capacity.sheets import Mask

_NOTHING = ("", "n/a", "na", "#n/a", "null", "nan", "nat", "-", "--", "redacted")
_THOUSANDS = r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})"
_WHOLE = _THOUSANDS + r"(?:\.0+)?"
_NUMBER = _THOUSANDS + r"(?:\.[0-9]+)?|[+-]?\.[0-9]+"
_DECIMAL_COMMA = r"[+-]?[0-9]{1,9},[0-9]{1,2}"
_AROUND_NUMBERS = r"^£\s*|\s*(?:%|pw|p\.w\.|per week|a week)$"
_OUTWARD = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
_POSTCODE = rf"{_OUTWARD}(?:[0-9](?:[A-Z]{{2}})?)?"
_URN = r"(?:SC)?[0-9]{5,7}|XXXXXXX"
_YEAR = r"(?:20)?([0-9]{2})\s*[-/–]\s*(?:20)?([0-9]{2})"
_YES = ("yes", "y", "true", "1")
_NO = ("no", "n", "false", "0")


@dataclass(frozen=True, eq=False)
class Reading:
    """One column read.

    Attributes
    ----------
    typed
        Typed values; NaN, NaT or "" where blank or not usable.
    blank
        Where nothing stood.
    faults
        Where something stood that is not usable, by kind: invalid, range or choice.
    repairs
        Where something was read by a stated rule: serial_date, decimal_comma.
    synonyms
        Where another word for a choice stood, by that word and its meaning.
    """

    typed: pd.Series
    blank: Mask
    faults: dict[str, Mask] = field(default_factory=dict)
    repairs: dict[str, Mask] = field(default_factory=dict)
    synonyms: dict[tuple[str, str], Mask] = field(default_factory=dict)

    @property
    def bad(self) -> Mask:
        """Where something stood that is not usable."""
        bad = np.zeros(len(self.typed), dtype=bool)
        for mask in self.faults.values():
            bad |= mask
        return bad


def read_column(row: Attribute, text: pd.Series, table: str = "") -> Reading:
    """Read one column of text as its attribute says."""
    text = text.fillna("").str.strip()
    if row.type in ("choice", "choices"):
        return _read_choice(row, text, table or row.table)
    blank = _mask(text.str.lower().isin(_NOTHING))
    if row.type == "str":
        return Reading(text.str.replace(r"\s+", " ", regex=True), _mask(text == ""))
    if row.type == "date":
        return _read_date(row, text, blank)
    if row.numeric:
        return _read_number(row, text, blank)
    if row.type == "bool":
        return _read_bool(text, blank)
    if row.type == "authority":
        codes = authority_codes(text.mask(blank, ""))
        return Reading(codes, blank, {"invalid": _mask(codes == "") & ~blank})
    return _read_pattern(row.type, text, blank)


def _read_number(row: Attribute, text: pd.Series, blank: Mask) -> Reading:
    plain = text.str.replace(_AROUND_NUMBERS, "", regex=True) if row.type == "float" else text
    fits = _mask(plain.str.fullmatch(_WHOLE if row.type == "int" else _NUMBER)) & ~blank
    comma = _mask(plain.str.fullmatch(_DECIMAL_COMMA)) & ~fits & ~blank & (row.type == "float")
    plain = plain.str.replace(",", "", regex=False).where(~comma, plain.str.replace(",", ".", regex=False))
    values = pd.to_numeric(plain.where(fits | comma), errors="coerce").astype("float64")
    outside = np.zeros(len(values), dtype=bool)
    if isinstance(row.low, int | float):
        outside |= _mask(values < row.low)
    if isinstance(row.high, int | float):
        outside |= _mask(values > row.high)
    faults = {"invalid": ~(fits | comma | blank), "range": outside}
    return Reading(values.mask(outside), blank, faults, {"decimal_comma": comma & ~outside})


def _read_date(row: Attribute, text: pd.Series, blank: Mask) -> Reading:
    values, serial = read_dates(text.mask(blank, ""))
    missing = _mask(values.isna())
    outside = _mask(values < pd.Timestamp(str(row.low))) | _mask(values > pd.Timestamp(str(row.high)))
    faults = {"invalid": missing & ~blank, "range": outside}
    return Reading(values.mask(outside), blank, faults, {"serial_date": serial & ~outside})


def _read_bool(text: pd.Series, blank: Mask) -> Reading:
    lower = text.str.lower()
    yes, no = _mask(lower.isin(_YES)), _mask(lower.isin(_NO))
    return Reading(pd.Series(yes, index=text.index), blank, {"invalid": ~(yes | no | blank)})


def _read_pattern(kind: str, text: pd.Series, blank: Mask) -> Reading:
    if kind == "year":
        return _read_year(text, blank)
    plain = text.str.upper().str.replace(r"\s+", "", regex=True)
    fits = _mask(plain.str.fullmatch(_POSTCODE if kind == "postcode" else _URN)) & ~blank
    return Reading(plain.where(fits, ""), blank, {"invalid": ~(fits | blank)})


def _read_year(text: pd.Series, blank: Mask) -> Reading:
    parts = text.str.extract(f"^(?:{_YEAR})$")
    start = pd.to_numeric(parts[0], errors="coerce")
    end = pd.to_numeric(parts[1], errors="coerce")
    fits = _mask(end == (start + 1) % 100) & ~blank
    values = ("20" + parts[0].fillna("") + "-" + parts[1].fillna("")).where(fits, "")
    return Reading(values.astype("str"), blank, {"invalid": ~(fits | blank)})


def _read_choice(row: Attribute, text: pd.Series, table: str) -> Reading:
    key = word_key(text)
    own = {choice_key(choice): choice for choice in row.choices}
    blank = _mask(key.isin(("", "n/a", "na", "#n/a", "null", "nan"))) & ~_mask(key.isin(list(own)))
    if row.type == "choices":
        return _read_choices(text, blank, own)
    other = {
        word: value for word, value in synonyms(table, row.name).items() if value in row.choices and word not in own
    }
    values = key.map(own | other).mask(blank)
    met = {word: _mask(key == word) for word in sorted(set(key.unique()) & set(other))}
    faults = {"choice": _mask(values.isna()) & ~blank}
    return Reading(values.fillna("").astype("str"), blank, faults, synonyms={(w, other[w]): m for w, m in met.items()})


def _read_choices(text: pd.Series, blank: Mask, own: dict[str, str]) -> Reading:
    parts = text.reset_index(drop=True).str.split(r"[;,|\n]", regex=True).explode()
    key = word_key(parts)
    named = key.map(own)
    wrong = (named.isna() & (key != "")).groupby(level=0).any()
    joined = named.dropna().groupby(level=0).agg("; ".join).reindex(range(len(text)), fill_value="")
    faults = {"choice": _mask(wrong) & ~blank}
    values = pd.Series(joined.to_numpy(), index=text.index, dtype="str").mask(faults["choice"] | blank, "")
    return Reading(values, blank, faults)


def word_key(text: pd.Series) -> pd.Series:
    """Return words with case, spaces, hyphens and underscores taken out, so that spelling variants meet."""
    return text.str.casefold().str.replace("’", "'", regex=False).str.replace(r"[\s_\-]+", "", regex=True)


def choice_key(word: str) -> str:
    """Return one word as :func:`word_key` does."""
    return re.sub(r"[\s_\-]+", "", word.casefold().replace("’", "'"))


@lru_cache(maxsize=256)
def synonyms(table: str, column: str) -> dict[str, str]:
    """Return other words for the choices of a column, by key."""
    rows = [row for row in data_rows("synonyms.csv") if row["table"] in (table, "*") and row["column"] in (column, "*")]
    return {choice_key(row["word"]): row["value"] for row in rows}


def _mask(values: pd.Series) -> Mask:
    mask: Mask = values.fillna(False).to_numpy(dtype=bool)
    return mask
