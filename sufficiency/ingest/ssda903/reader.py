"""The door: from paths to care records."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd

from sufficiency.domain.errors import InputError
from sufficiency.ingest.ssda903.assemble import children_frame, episodes_frame, incidents_frame
from sufficiency.ingest.ssda903.cleaning import close_and_cut, one_record_each
from sufficiency.ingest.ssda903.coding import check_episode_codes, map_codes
from sufficiency.ingest.ssda903.extract import tables_in
from sufficiency.ingest.ssda903.log import FindingLog
from sufficiency.ingest.ssda903.records import CareRecords, CleaningOptions
from sufficiency.ingest.ssda903.sources import find_sources
from sufficiency.ingest.ssda903.stack import stack
from sufficiency.ingest.ssda903.tables import COLUMNS, Kind, RawTable
from sufficiency.ingest.ssda903.years import (
    event_days,
    named_years,
    report_late_dates,
    return_years,
    table_order,
    years_of_episodes,
)

Progress = Callable[[str, int, int], None]
"""Told after each file: its name, how many are done, how many there are."""

_MISSING = {"child": "child", "MISSING": "kind", "MIS_START": "start", "MIS_END": "end", "year": "return_year"}
_ADOPTION = {
    "child": "child",
    "DATE_PLACED": "start",
    "DATE_PLACED_CEASED": "end",
    "REASON_PLACED_CEASED": "reason_ceased",
    "year": "return_year",
}

_QUIET_DAYS = 31
_QUIET_GAPS = 10
"""A last return is a part-year extract when its quiet end is longer than a month and than ten usual gaps."""

_DEFAULTS = CleaningOptions()


def read_returns(
    paths: str | Path | Sequence[str | Path],
    *,
    options: CleaningOptions = _DEFAULTS,
    progress: Progress | None = None,
) -> CareRecords:
    """Read SSDA903 returns and clean them across years.

    Parameters
    ----------
    paths
        Files, folders and archives in any mix: csv, xlsx, zip, 903 XML. Listed later wins where two speak of one
        episode in one year.
    options
        What to keep that planning leaves out, and how placements are grouped.
    progress
        Told after each file.

    Returns
    -------
    CareRecords
        Children, episodes and everything found while reading.

    Raises
    ------
    InputError
        When no header table or no episode can be used; it carries the findings.
    """
    log = FindingLog()
    tables = _read_tables(paths, log, progress)
    stacks = {kind: stack(tables, kind, log) for kind in COLUMNS}
    _count_rows(tables, stacks, log)
    log.collapse("ssda903.table.not_used")
    if stacks[Kind.HEADER].empty or stacks[Kind.EPISODES].empty:
        raise _nothing_usable(stacks, log)
    stacks[Kind.EPISODES] = map_codes(stacks[Kind.EPISODES], options.code_map, log)
    years = _with_years(tables, stacks, log)
    if options.until is not None:
        stacks = {kind: frame[frame["year"] <= options.until] for kind, frame in stacks.items()}
        if stacks[Kind.HEADER].empty or stacks[Kind.EPISODES].empty:
            raise _nothing_usable(stacks, log)
    _with_children(stacks, log)
    episodes = one_record_each(stacks[Kind.EPISODES], log)
    episodes = close_and_cut(episodes, keep_lapsed=options.keep_lapsed, log=log)
    if not any(table.kind is Kind.UASC for table in tables):
        log.add("ssda903.uasc.no_table", "all files")
    return CareRecords(
        children=children_frame(stacks, episodes, log),
        episodes=episodes_frame(episodes, options, log),
        returns=_returns_frame(tables, stacks[Kind.EPISODES]),
        missing=incidents_frame(stacks[Kind.MISSING], _MISSING),
        placed_for_adoption=incidents_frame(stacks[Kind.ADOPTION], _ADOPTION),
        data_end=_data_end(stacks[Kind.EPISODES], log),
        files=_files_frame(tables, stacks, years),
        findings=log.findings,
    )


def _read_tables(
    paths: str | Path | Sequence[str | Path], log: FindingLog, progress: Progress | None
) -> list[RawTable]:
    listed = [paths] if isinstance(paths, str | Path) else paths
    loaders = list(find_sources([Path(path) for path in listed], log))
    tables: list[RawTable] = []
    for done, load in enumerate(loaders, 1):
        sources = load()
        tables += [table for source in sources for table in tables_in(source, log)]
        if progress is not None and sources:
            progress(sources[0].label, done, len(loaders))
    return _told_apart(tables)


def _told_apart(tables: Sequence[RawTable]) -> list[RawTable]:
    """Give tables of the same label a number, so that each can be found in findings and counts."""
    taken: set[str] = set()
    apart = []
    for table in tables:
        labels = (table.label if number == 1 else f"{table.label} ({number})" for number in count(1))
        label = next(label for label in labels if label not in taken)
        taken.add(label)
        apart.append(replace(table, label=label))
    return apart


def _nothing_usable(stacks: dict[Kind, pd.DataFrame], log: FindingLog) -> InputError:
    absent = [str(kind) for kind in (Kind.HEADER, Kind.EPISODES) if stacks[kind].empty]
    log.add("ssda903.nothing_usable", "all files", found="no usable row: " + ", ".join(absent))
    return InputError(
        f"The returns cannot be used: no usable row of {' and '.join(absent)}. At least one header table and one "
        "episodes table are needed. See the findings, and check that the right files were given.",
        log.findings,
    )


def _count_rows(tables: Sequence[RawTable], stacks: dict[Kind, pd.DataFrame], log: FindingLog) -> None:
    for position, table in enumerate(tables):
        used = int((stacks[table.kind]["_table"] == position).sum())
        log.findings.count_rows(table.label, table.rows_read, used)


def _with_years(tables: Sequence[RawTable], stacks: dict[Kind, pd.DataFrame], log: FindingLog) -> dict[int, int]:
    """Add ``year`` to every stack, and return the year of every table."""
    episodes = stacks[Kind.EPISODES]
    years = years_of_episodes(episodes, tables, log)
    order = table_order(tables, years.tables)
    for kind, frame in stacks.items():
        named, of_table = named_years(frame), frame["_table"].map(order).to_numpy(dtype=np.int64)
        stacks[kind] = frame.assign(year=np.where(named > 0, named + years.shift, of_table))
    stacks[Kind.EPISODES] = episodes.assign(year=years.rows)
    check_episode_codes(episodes, years.rows, log)
    report_late_dates(episodes, years.rows, log)
    return order


def _with_children(stacks: dict[Kind, pd.DataFrame], log: FindingLog) -> None:
    """Add ``child`` to every stack: the identifier, with the authority before it when there are several."""
    authorities = sorted(set(stacks[Kind.EPISODES]["LA"]) - {""})
    several = len(authorities) > 1
    if several:
        log.add("ssda903.authority.several", "all files", column="LA", count=len(authorities))
    for kind, frame in stacks.items():
        apart = several & (frame["LA"] != "")
        stacks[kind] = frame.assign(child=frame["CHILD"].where(~apart, frame["LA"] + "/" + frame["CHILD"]))


def _returns_frame(tables: Sequence[RawTable], episodes: pd.DataFrame) -> pd.DataFrame:
    used = episodes.groupby(["year", "_table"]).size().reset_index(name="rows_used")
    chosen = [tables[position] for position in used["_table"]]
    return pd.DataFrame(
        {
            "return_year": used["year"].to_numpy(),
            "file": pd.Series([table.label for table in chosen], dtype="str"),
            "rows_read": np.array([table.rows_read for table in chosen], dtype=np.int64),
            "rows_used": used["rows_used"].to_numpy(),
            "sha256": pd.Series([table.sha256 for table in chosen], dtype="str"),
        }
    )


def _files_frame(tables: Sequence[RawTable], stacks: dict[Kind, pd.DataFrame], years: dict[int, int]) -> pd.DataFrame:
    used = [int((stacks[table.kind]["_table"] == position).sum()) for position, table in enumerate(tables)]
    return pd.DataFrame(
        {
            "file": pd.Series([table.label for table in tables], dtype="str"),
            "table": pd.Series([str(table.kind) for table in tables], dtype="str"),
            "return_year": np.array([years[position] for position in range(len(tables))], dtype=np.int64),
            "rows_read": np.array([table.rows_read for table in tables], dtype=np.int64),
            "rows_used": np.array(used, dtype=np.int64),
            "sha256": pd.Series([table.sha256 for table in tables], dtype="str"),
        }
    )


def _data_end(episodes: pd.DataFrame, log: FindingLog) -> date:
    """Return the 31 March of the last return, or its last event when far longer than usual nothing happens after."""
    year = int(episodes["year"].max())
    closing = date(year, 3, 31)
    days = event_days(episodes)
    events = np.sort(days[return_years(days) == year])
    if not len(events):
        return closing
    last: date = events[-1].astype("datetime64[D]").item()
    quiet = (closing - last).days
    usual = (last - date(year - 1, 4, 1)).days / len(events)
    if quiet <= max(_QUIET_DAYS, _QUIET_GAPS * usual):
        return closing
    log.add("ssda903.data.partial_year", "all files", found=last.isoformat())
    return last
