"""SSDA903 codes by collection year: which are valid, what they mean, and which setting each placement code is.

The lists are data files in ``codelists``: the first year whole, each later year as what it added and removed, every
change with its source and status. A return is known by the calendar year in which it closes (2025 for 2024-25).
"""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import SECTOR_OF_PROVIDER, Sector, Setting

FIRST_RETURN_YEAR = 2016
"""The return of collection year 2015-16, the first whose codes are known."""

LAST_RETURN_YEAR = 2027
"""The return of collection year 2026-27, the last whose codes are known."""

CATEGORY_MAPS: tuple[str, ...] = ("ours", "dfe", "older")
"""Ways of grouping placement codes into settings; see ``codelists/settings.toml``."""

SHORT_BREAK_STATUSES: frozenset[str] = frozenset({"V3", "V4"})
"""Legal statuses of short breaks, which DfE leaves out of the count of children looked after."""

TEMPORARY_PLACES: frozenset[str] = frozenset({"T0", "T1", "T2", "T3", "T4"})
"""Temporary moves: not a placement of their own, the child keeps the one they interrupt (903 rule 383)."""


@dataclass(frozen=True)
class Code:
    """One code of one list.

    Attributes
    ----------
    code, meaning
        The code in upper case, and what it stands for in a few words.
    source, status
        Where this was read; cited, derived or assumption.
    last_day
        Last day on which the code may be used, where that is not the end of a collection year.
    """

    code: str
    meaning: str
    source: str
    status: str
    last_day: date | None = None


@dataclass(frozen=True)
class CodeLists:
    """Every code list of one collection year, by column name."""

    return_year: int
    lists: Mapping[str, Mapping[str, Code]] = field(repr=False)

    def __getitem__(self, column: str) -> Mapping[str, Code]:
        return self.lists[column]

    def valid(self, column: str, code: str) -> bool:
        """Return whether a code (in any case) is in a column's list this year."""
        return code.upper() in self.lists[column]

    def valid_on(self, column: str, code: str, day: date) -> bool:
        """Return whether a code is in the list and may still be used on a day of this year."""
        known = self.lists[column].get(code.upper())
        return known is not None and (known.last_day is None or day <= known.last_day)

    def nearest(self, column: str, code: str, limit: int = 3) -> tuple[str, ...]:
        """Return the codes most like one that is not in the list, best first; empty when none is close."""
        return tuple(difflib.get_close_matches(code.upper(), list(self.lists[column]), n=limit, cutoff=0.5))


def codes(return_year: int) -> CodeLists:
    """Return the code lists of a return.

    A year before the first known one answers with the first, a year after the last with the last: lists change little
    from one year to the next, and :func:`known_codes` tells whether a code was ever valid.

    Examples
    --------
    >>> codes(2025).valid("PLACE", "k3"), codes(2023).valid("PLACE", "K3")
    (True, False)
    """
    return _codes(min(max(return_year, FIRST_RETURN_YEAR), LAST_RETURN_YEAR))


def codes_on(day: date) -> CodeLists:
    """Return the code lists of the collection year in which a day falls."""
    return codes(FinancialYear.containing(day).start_year + 1)


@cache
def known_codes(column: str) -> Mapping[str, tuple[int, int]]:
    """Return every code a column has ever had, with the first and the last return in which it was valid."""
    years: dict[str, tuple[int, int]] = {}
    for year in range(FIRST_RETURN_YEAR, LAST_RETURN_YEAR + 1):
        for code in codes(year)[column]:
            years[code] = (years.get(code, (year, year))[0], year)
    return MappingProxyType(years)


def setting_of(place: str, provider: str = "", category_map: str = "ours") -> Setting:
    """Return the setting of a placement code; unknown codes are ``other``.

    The provider does not change the setting in any of the present maps; it decides the sector (:func:`sector_of`).
    Temporary moves (T codes) have no setting of their own and answer ``other`` here: whoever holds the child's
    episodes gives them the setting they interrupt where :func:`temporary_moves_carry`.

    Examples
    --------
    >>> setting_of("k3", "PR4"), setting_of("K3", category_map="older")
    (<Setting.SUPPORTED: 'supported accommodation'>, <Setting.OTHER: 'other'>)
    """
    del provider
    return _settings(category_map).get(place.upper(), Setting.OTHER)


def sector_of(place: str, provider: str) -> Sector:
    """Return who provides a placement: by PLACE_PROVIDER, and family where the child lives with parents (P1)."""
    if place.upper() == "P1":
        return Sector.FAMILY
    return SECTOR_OF_PROVIDER.get(provider.upper(), Sector.UNKNOWN)


def temporary_moves_carry(category_map: str = "ours") -> bool:
    """Return whether a temporary move keeps the setting it interrupts under a category map."""
    return bool(_settings_file()[category_map]["temporary_moves_carry"])


@cache
def _codes(return_year: int) -> CodeLists:
    changes = _read(f"{FinancialYear(return_year - 1)}.toml")
    if changes.pop("return_year") != return_year:
        raise ValueError(f"the code list file of return {return_year} holds another year")
    lists = dict(_codes(return_year - 1).lists) if return_year > FIRST_RETURN_YEAR else {}
    for column, change in changes.items():
        lists[column] = MappingProxyType(_changed(lists.get(column, {}), change))
    return CodeLists(return_year, MappingProxyType(lists))


def _changed(before: Mapping[str, Code], change: Mapping[str, Any]) -> dict[str, Code]:
    missing = set(change.get("remove", ())) - set(before)
    if missing:
        raise ValueError(f"codes removed that were not there: {sorted(missing)}")
    after = {code: fact for code, fact in before.items() if code not in change.get("remove", ())}
    for code, meaning in change.get("add", {}).items():
        after[code] = Code(code, meaning, change["source"], change["status"])
    for code, day in change.get("last_day", {}).items():
        after[code] = Code(code, after[code].meaning, change["source"], change["status"], day)
    return after


@cache
def _settings(category_map: str) -> Mapping[str, Setting]:
    maps = _settings_file()
    if category_map not in maps:
        raise ValueError(f"category map {category_map!r}: one of {', '.join(CATEGORY_MAPS)} is needed")
    return MappingProxyType({place: Setting(name) for place, name in maps[category_map]["places"].items()})


@cache
def _settings_file() -> Mapping[str, Any]:
    return MappingProxyType(_read("settings.toml"))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("sufficiency.domain") / "codelists" / name).read_text("utf-8"))
