"""Which return each row belongs to: the dates inside decide, folders and YEAR columns are checked against them.

A return is known by the calendar year in which its collection year closes. Folders are named in practice by the year
in which a return starts as well as by the one in which it closes, so both fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.codes import FIRST_RETURN_YEAR, LAST_RETURN_YEAR
from sufficiency.ingest.ssda903.log import FindingLog
from sufficiency.ingest.ssda903.sources import year_in
from sufficiency.ingest.ssda903.tables import RawTable
from sufficiency.ingest.ssda903.values import Days

_LEAST_SHARE = 0.005
"""A year with a smaller share of a table's dates is taken as mistyped."""

_FEW, _MANY = 2, 5
"""So few dates after a gap of years, with so many before it, are taken as mistyped."""


def return_years(days: Days) -> NDArray[np.int64]:
    """Return the calendar year in which the collection year of each day closes; 0 where there is no day.

    Examples
    --------
    >>> return_years(np.array(["2024-03-31", "2024-04-01"], dtype="datetime64[s]"))
    array([2024, 2025])
    """
    months = days.astype("datetime64[M]").astype(np.int64)
    return np.where(np.isnat(days), 0, (months - 3) // 12 + 1971)


def latest_year(days: Days) -> int:
    """Return the latest collection year that a table's dates speak of, single mistyped dates apart; 0 when none."""
    years, counts = np.unique(return_years(days[~np.isnat(days)]), return_counts=True)
    enough = counts >= _LEAST_SHARE * counts.sum()
    years, counts = years[enough], counts[enough]
    while len(years) > 1 and counts[-1] <= _FEW and counts[-2] >= _MANY and years[-1] - years[-2] > 1:
        years, counts = years[:-1], counts[:-1]
    return int(years[-1]) if len(years) else 0


def event_days(episodes: pd.DataFrame) -> Days:
    """Return starts and last days in care: an episode that ends on 1 April belongs to the year before."""
    return np.concatenate([episodes["DECOM"].to_numpy(), _days_before(episodes["DEC"].to_numpy(), 1)])


def _days_before(days: Days, number: int) -> Days:
    return days - np.timedelta64(number, "D")


@dataclass(frozen=True, eq=False)
class ReturnYears:
    """Return years of the episodes.

    Attributes
    ----------
    rows
        Return year of each row, shape (n,).
    tables
        Latest return year of each table, by position.
    shift
        1 where the YEAR column names the year in which returns start, else 0.
    """

    rows: NDArray[np.int64]
    tables: dict[int, int]
    shift: int


def years_of_episodes(episodes: pd.DataFrame, tables: Sequence[RawTable], log: FindingLog) -> ReturnYears:
    """Tell the return of every episode row, and report years that are missing, double or do not fit."""
    rows = np.zeros(len(episodes), dtype=np.int64)
    by_table: dict[int, int] = {}
    shifts = [0]
    for key, part in episodes.groupby("_table", sort=False):
        position = int(str(key))
        named = named_years(part)
        if named.any():
            years, shift = _by_column(part, named, tables[position], log)
            shifts.append(shift)
        else:
            years = _by_dates(part, tables[position], log)
        rows[part.index] = years
        by_table[position] = int(years.max())
    _report_returns(episodes, rows, log)
    return ReturnYears(rows, by_table, max(shifts))


def named_years(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Return the year that each row's YEAR column names ("2019", "2018-19"), 0 where it names none."""
    places, distinct = pd.factorize(frame["YEAR"])
    years = np.array([year_in(str(text)) or 0 for text in distinct], dtype=np.int64)
    return years[places] if len(years) else np.zeros(len(frame), dtype=np.int64)


def _by_dates(part: pd.DataFrame, table: RawTable, log: FindingLog) -> NDArray[np.int64]:
    year = latest_year(event_days(part))
    if table.hint is not None and table.hint not in (year, year - 1):
        log.add("ssda903.year.disagrees", table.label, found=str(table.hint), detail=f"The dates say {_text(year)}.")
    return np.full(len(part), year, dtype=np.int64)


def _by_column(
    part: pd.DataFrame, named: NDArray[np.int64], table: RawTable, log: FindingLog
) -> tuple[NDArray[np.int64], int]:
    """Return the YEAR column's years, moved on by one where it names the year in which returns start, and the move.

    A return without any event in its own year is possible, so dates one year short of the column do not overrule it.
    """
    found = {int(year): latest_year(event_days(part[named == year])) for year in np.unique(named[named > 0])}
    starts = sum(inside == year + 1 for year, inside in found.items())
    closes = sum(inside == year for year, inside in found.items())
    shift = int(starts > closes)
    decided = {year: (year + shift if inside == year + shift - 1 else inside) for year, inside in found.items()}
    for year, inside in found.items():
        if decided[year] != year + shift:
            log.add(
                "ssda903.year.disagrees",
                table.label,
                column="YEAR",
                found=str(year),
                detail=f"The dates say {_text(inside)}.",
            )
    latest = max(decided.values())
    return np.array([decided.get(int(year), latest) for year in named], dtype=np.int64), shift


def _text(year: int) -> str:
    return f"{year - 1}-{year % 100:02d}"


def _report_returns(episodes: pd.DataFrame, rows: NDArray[np.int64], log: FindingLog) -> None:
    pairs = pd.DataFrame({"year": rows, "file": episodes["_file"], "la": episodes["LA"]}).drop_duplicates()
    for year, part in pairs.groupby("year"):
        files = part["file"].unique()
        if len(files) > 1 and part["la"].duplicated().any():
            log.add("ssda903.year.twice", str(files[-1]), found=_text(int(str(year))), count=len(files))
    present = sorted(set(rows.tolist()))
    for year in sorted(set(range(present[0], present[-1])) - set(present)) if present else []:
        log.add("ssda903.year.gap", "all files", found=_text(year))
    for year in (year for year in present if not FIRST_RETURN_YEAR <= year <= LAST_RETURN_YEAR):
        log.add("ssda903.year.outside_lists", "all files", found=_text(year))


def report_late_dates(episodes: pd.DataFrame, years: NDArray[np.int64], log: FindingLog) -> None:
    """Report starts and ends after the 31 March of their return (1 April is a last day of 31 March)."""
    for column, days in (("DECOM", 0), ("DEC", 1)):
        late = return_years(_days_before(episodes[column].to_numpy(), days)) > years
        log.rows(
            "ssda903.date.after_year",
            episodes["_file"].to_numpy()[late],
            episodes["_row"].to_numpy()[late],
            column=column,
        )


def table_order(tables: Sequence[RawTable], years: dict[int, int]) -> dict[int, int]:
    """Return a year for every table: its own, that of the episodes beside it, or that of its folder's name.

    A table other than episodes holds no date that tells its year, so it takes the year of the episodes table of its
    folder or workbook; where several lie there, the one whose file name names the same year.
    """
    order = dict(years)
    for position, table in enumerate(tables):
        if position in years:
            continue
        beside = [other for other in years if tables[other].group == table.group]
        alike = [other for other in beside if year_in(tables[other].label) == year_in(table.label)]
        order[position] = max((years[other] for other in alike or beside), default=table.hint or 0)
    return order
