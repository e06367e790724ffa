"""Stacks the tables of one kind from all files, and drops what cannot be used from each."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.findings import shape_of
from sufficiency.ingest.ssda903.log import FindingLog
from sufficiency.ingest.ssda903.tables import COLUMNS, Kind, RawTable
from sufficiency.ingest.ssda903.values import Dates, Texts, code, each, identifier, postcode, read_dates

_DATES = frozenset(
    {"DECOM", "DEC", "DOB", "DUC", "MIS_START", "MIS_END", "DATE_PLACED", "DATE_PLACED_CEASED"},
)
_IDENTIFIERS = frozenset({"CHILD", "URN"})
_POSTCODES = frozenset({"HOME_POST", "PL_POST"})


def stack(tables: Sequence[RawTable], kind: Kind, log: FindingLog) -> pd.DataFrame:
    """Return the rows of every table of a kind, typed, with ``_table`` (position in the list), ``_file`` and ``_row``.

    Rows without a child are refused; episodes also without a start, or ending before it.
    """
    chosen = [(position, table) for position, table in enumerate(tables) if table.kind is kind]
    lengths = [len(table.rows) for _, table in chosen]
    frame = pd.DataFrame(
        {
            "_table": np.repeat(np.array([p for p, _ in chosen], dtype=np.int64), lengths),
            "_file": np.repeat(np.array([table.label for _, table in chosen], dtype=object), lengths),
            "_row": np.array([row for _, table in chosen for row in table.rows], dtype=np.int64),
        }
    )
    keep = np.ones(len(frame), dtype=bool)
    for name in COLUMNS[kind]:
        values: Texts = np.empty(len(frame), dtype=object)
        values[:] = [cell for _, table in chosen for cell in table.columns[name]]
        if name in _DATES:
            dates = read_dates(values)
            frame[name] = dates.days
            keep &= _checked_dates(frame, name, values, dates, kind, log)
        else:
            frame[name] = pd.Series(each(values, _cleaner(name)), dtype=object)
    keep &= _refused(frame, keep & (frame["CHILD"] == "").to_numpy(), "ssda903.child.missing", "CHILD", log)
    if kind is Kind.EPISODES:
        backwards = keep & (frame["DEC"] < frame["DECOM"]).to_numpy()
        keep &= _refused(frame, backwards, "ssda903.end.before_start", "DEC", log)
    return frame[keep].reset_index(drop=True)


def _cleaner(name: str) -> Callable[[str], str]:
    if name in _IDENTIFIERS:
        return identifier
    return postcode if name in _POSTCODES else code


def _checked_dates(
    frame: pd.DataFrame, name: str, values: Texts, dates: Dates, kind: Kind, log: FindingLog
) -> NDArray[np.bool_]:
    """Report dates that are wrong, and return which rows can be kept."""
    files, rows = frame["_file"].to_numpy(), frame["_row"].to_numpy()
    starts = kind is Kind.EPISODES and name == "DECOM"
    bad = dates.unreadable
    rule = "ssda903.start.unreadable" if starts else "ssda903.date.unreadable"
    log.rows(rule, files[bad], rows[bad], column=name, found=each(values[bad], shape_of))
    log.rows("ssda903.date.serial", files[dates.serial], rows[dates.serial], column=name)
    if not starts:
        return np.ones(len(frame), dtype=bool)
    blank = np.isnat(dates.days) & ~bad
    log.rows("ssda903.start.missing", files[blank], rows[blank], column=name)
    return ~(bad | blank)


def _refused(frame: pd.DataFrame, bad: NDArray[np.bool_], rule: str, column: str, log: FindingLog) -> NDArray[np.bool_]:
    log.rows(rule, frame["_file"].to_numpy()[bad], frame["_row"].to_numpy()[bad], column=column)
    return ~bad
