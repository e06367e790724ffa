"""Checks codes against the lists of each row's collection year, and says what is unknown."""

import re
from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.codes import codes, known_codes
from sufficiency.domain.findings import shape_of
from sufficiency.ingest.ssda903.log import FindingLog
from sufficiency.ingest.ssda903.values import Texts, each

EPISODE_CODES: tuple[str, ...] = ("PLACE", "PLACE_PROVIDER", "LS", "CIN", "RNE", "REC", "REASON_PLACE_CHANGE")
"""Columns of the episodes table that hold codes."""

UNREGISTERED_PLACES: frozenset[str] = frozenset({"Z11", "Z12", "Z13", "Z14"})

_SEXES: dict[str, str] = {"1": "M", "2": "F", "M": "M", "F": "F", "U": "U"}
_LOOKS_LIKE_A_CODE = re.compile(r"[A-Z]|[A-Z]\d{1,2}|PR\d")


def shown_code(column: str, code: str) -> str:
    """Return a code as it may be shown: one that could be anything else (columns may have slipped) as its shape.

    Examples
    --------
    >>> shown_code("PLACE", "K9"), shown_code("PLACE", "SN12AB"), shown_code("REASON_PLACE_CHANGE", "CUSTOD")
    ('K9', 'AA99AA', 'CUSTOD')
    """
    safe = code in known_codes(column) or _LOOKS_LIKE_A_CODE.fullmatch(code)
    return code if safe else shape_of(code)


def map_codes(episodes: pd.DataFrame, code_map: Mapping[str, Mapping[str, str]], log: FindingLog) -> pd.DataFrame:
    """Return the episodes with local codes replaced by what the council says they mean; each change is reported."""
    files, rows = episodes["_file"].to_numpy(), episodes["_row"].to_numpy()
    for column in EPISODE_CODES:
        meant = {found.upper(): code.upper() for found, code in code_map.get(column, {}).items()}
        values = episodes[column].to_numpy()
        local = np.isin(values.astype(str), list(meant))
        details = {found: f"means {code}" for found, code in meant.items()}
        log.rows("ssda903.code.mapped", files[local], rows[local], column=column, found=values[local], details=details)
        episodes = episodes.assign(**{column: each(values, partial(_meaning, meant))})
    return episodes


def _meaning(meant: Mapping[str, str], code: str) -> str:
    return meant.get(code, code)


def check_episode_codes(episodes: pd.DataFrame, years: NDArray[np.int64], log: FindingLog) -> None:
    """Report codes of episodes that are unknown or of another year; the rows are kept."""
    files, rows = episodes["_file"].to_numpy(), episodes["_row"].to_numpy()
    for column in EPISODE_CODES:
        values = episodes[column].to_numpy()
        prefix = "ssda903.place" if column == "PLACE" else "ssda903.code"
        _check(column, prefix, values, years, (files, rows), log)
    places = episodes["PLACE"].to_numpy()
    blank = places == ""
    log.rows("ssda903.place.missing", files[blank], rows[blank], column="PLACE")
    unregistered = np.isin(places.astype(str), list(UNREGISTERED_PLACES))
    log.rows(
        "ssda903.place.unregistered",
        files[unregistered],
        rows[unregistered],
        column="PLACE",
        found=places[unregistered],
    )


def read_sexes(header: pd.DataFrame, years: NDArray[np.int64], log: FindingLog) -> Texts:
    """Return the sex of each header row as M, F, U, or "" when blank or not a code."""
    files, rows = header["_file"].to_numpy(), header["_row"].to_numpy()
    values = header["SEX"].to_numpy()
    sexes = each(values, lambda text: _SEXES.get(text, ""))
    bad = (sexes == "") & (values != "")
    log.rows(
        "ssda903.sex.unknown", files[bad], rows[bad], column="SEX", found=each(values[bad], partial(shown_code, "SEX"))
    )
    good = ~bad
    _check("SEX", "ssda903.code", values[good], years[good], (files[good], rows[good]), log)
    return sexes


def _check(
    column: str,
    prefix: str,
    values: Texts,
    years: NDArray[np.int64],
    where: tuple[Texts, NDArray[np.int64]],
    log: FindingLog,
) -> None:
    pairs = pd.DataFrame({"code": values, "year": years})
    distinct = pairs[pairs["code"] != ""].drop_duplicates()
    pairs_of = list(zip(distinct["code"], distinct["year"].tolist(), strict=True))
    odd = {code for code, year in pairs_of if not codes(year).valid(column, code)}
    if not odd:
        return
    unknown = odd - set(known_codes(column))
    mask = np.isin(values.astype(str), list(unknown))
    details = {
        shown_code(column, code): _nearest(column, code, max(y for c, y in pairs_of if c == code)) for code in unknown
    }
    _report(f"{prefix}.unknown", column, values, mask, where, details, log)
    wrong_year = {
        (code, year) for code, year in pairs_of if code in odd - unknown and not codes(year).valid(column, code)
    }
    index = pd.MultiIndex.from_frame(pairs)
    mask = index.isin(wrong_year) if wrong_year else np.zeros(len(values), dtype=bool)
    details = {code: _span(column, code) for code, _ in wrong_year}
    _report(f"{prefix}.other_year", column, values, mask, where, details, log)


def _report(
    rule: str,
    column: str,
    values: Texts,
    mask: NDArray[np.bool_],
    where: tuple[Texts, NDArray[np.int64]],
    details: dict[str, str],
    log: FindingLog,
) -> None:
    files, rows = where
    log.rows(
        rule,
        files[mask],
        rows[mask],
        column=column,
        found=each(values[mask], partial(shown_code, column)),
        details=details,
    )


def _nearest(column: str, code: str, year: int) -> str:
    near = codes(year).nearest(column, code)
    return f"Nearest codes: {', '.join(near)}." if near else ""


def _span(column: str, code: str) -> str:
    first, last = known_codes(column)[code]
    return f"It is in the lists of the returns of {first} to {last}."
