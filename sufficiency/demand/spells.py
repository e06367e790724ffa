"""Episodes become spells (unbroken time in care) and stays (unbroken time in one setting with one carer).

The first step of the demand walk: everything later counts events and days on these two frames, which are sorted by
child and start, so that no child is in two places on one day.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SPELL_COLUMNS = ("child", "spell", "start", "end", "reason_ceased")
STAY_COLUMNS = (
    "child", "spell", "stay", "start", "end", "place", "provider", "setting", "sector", "line", "legal_status",
    "home_postcode", "placement_postcode", "urn", "ended_by", "next_setting",
)  # fmt: skip

CARRIED = ("place", "provider", "setting", "sector", "line", "placement_postcode", "urn")
"""What a temporary placement (T codes) takes from the placement it interrupts."""

SAME_CARER_REASONS = ("L", "T", "U")
"""RNE codes that say the child stayed with the same carer: legal status, placement status, or both, changed."""


def spells(episodes: pd.DataFrame) -> pd.DataFrame:
    """Return unbroken times in care, one row a spell, numbered from 1 within a child.

    An episode that starts on the day the last one ended continues the spell. Time of no length is not time in care.
    """
    rows = _with_spells(_disjoint(episodes))
    first = _first_of(rows["child"], rows["spell"])
    last = np.append(first[1:], True)[: len(rows)]
    frame = pd.DataFrame(
        {
            "child": rows["child"].to_numpy()[first],
            "spell": rows["spell"].to_numpy()[first],
            "start": rows["start"].to_numpy()[first],
            "end": rows["end"].to_numpy()[last],
            "reason_ceased": rows["reason_ceased"].to_numpy()[last],
        }
    )
    lived = frame["end"].isna() | (frame["end"] > frame["start"])
    frame = frame[lived].reset_index(drop=True)
    frame["spell"] = _count_within(frame["child"])
    return frame


def stays(episodes: pd.DataFrame) -> pd.DataFrame:
    """Return unbroken times in one setting with one carer, one row a stay, numbered from 1 within a child.

    A temporary placement (T codes) counts as the placement it interrupts. Episodes that change only legal or placement
    status (RNE L, T or U) with the same carer are one stay. A move within a setting starts a new stay. Place, provider
    and legal status are the latest of the stay, the home postcode its first.
    """
    rows = _disjoint(episodes)
    rows = _with_spells(rows[rows["end"].isna() | (rows["end"] > rows["start"])].reset_index(drop=True))
    temporary = rows["place"].str.upper().str.startswith("T").to_numpy(dtype=bool)
    rows = _carry_interrupted(rows, temporary)
    return _merge(rows, _starts_of_stays(rows, temporary))


def in_care_on(stays: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the rows of a stays (or spells, or episodes) frame that are running on a day."""
    moment = pd.Timestamp(day)
    return stays[(stays["start"] <= moment) & (stays["end"].isna() | (stays["end"] > moment))]


def daily_stock(
    rows: pd.DataFrame,
    by: Sequence[str] = ("setting",),
    first_day: date | None = None,
    last_day: date | None = None,
) -> pd.DataFrame:
    """Return the number of children in care on each day, one column a value of ``by``.

    Parameters
    ----------
    rows
        Stays, spells or episodes: anything with ``start`` and ``end`` and the columns named in ``by``.
    by
        Columns to count by; none gives one column ``children``, several give a column index of several levels.
    first_day, last_day
        First and last day of the answer, both included; the days on which anything starts or ends when left out.
    """
    start, end, open_ended = _days(rows["start"]), _days(rows["end"]), rows["end"].isna().to_numpy()
    if len(rows) == 0 and (first_day is None or last_day is None):
        return pd.DataFrame(index=pd.DatetimeIndex([], name="day"))
    day0 = _day(first_day) if first_day is not None else int(start.min())
    day1 = _day(last_day) if last_day is not None else int(max(start.max(), end[~open_ended].max(initial=0)))
    length = day1 - day0 + 1
    codes, columns = _columns(rows, by)
    counts = _running_total(start - day0, np.where(open_ended, day1 + 1, end) - day0, codes, length, len(columns))
    index = pd.DatetimeIndex((day0 + np.arange(length)).astype("datetime64[D]").astype("datetime64[s]"), name="day")
    return pd.DataFrame(counts, index=index, columns=columns)


def _disjoint(episodes: pd.DataFrame) -> pd.DataFrame:
    """Sort by child and start, and end each episode where the child's next begins: a child is in one place a day."""
    keys = ["child", "start", "end"]
    rows = episodes.sort_values(keys, kind="stable", na_position="last").reset_index(drop=True)
    same_child = rows["child"].to_numpy()[1:] == rows["child"].to_numpy()[:-1]
    next_start = rows["start"].shift(-1).where(np.append(same_child, False)[: len(rows)])
    late = next_start.notna() & (rows["end"].isna() | (rows["end"] > next_start))
    return rows.assign(end=rows["end"].where(~late, next_start))


def _with_spells(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with spells numbered from 1 within each child: a gap of a day or more begins a new one."""
    child, start, end = rows["child"].to_numpy(), rows["start"].to_numpy(), rows["end"].to_numpy()
    breaks = np.ones(len(rows), dtype=bool)
    breaks[1:] = (child[1:] != child[:-1]) | (start[1:] > end[:-1])
    running = pd.Series(breaks).groupby(child, sort=False).cumsum().astype("int64")
    return rows.assign(spell=running.to_numpy())


def _carry_interrupted(rows: pd.DataFrame, temporary: NDArray[np.bool_]) -> pd.DataFrame:
    """Give temporary placements the placement before them in the same spell, where there is one."""
    first = _first_of(rows["child"], rows["spell"])
    spell_start = np.maximum.accumulate(np.where(first, np.arange(len(rows)), 0))
    last_settled = np.maximum.accumulate(np.where(temporary, -1, np.arange(len(rows))))
    known = temporary & (last_settled >= spell_start)
    source = np.where(known, last_settled, np.arange(len(rows)))
    return rows.assign(**{name: rows[name].to_numpy()[source] for name in CARRIED})


def _starts_of_stays(rows: pd.DataFrame, temporary: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark the rows that begin a stay: a new spell, another carer, or a placement change with a new carer."""
    starts = np.ones(len(rows), dtype=bool)
    status_only = rows["reason_started"].str.upper().isin(SAME_CARER_REASONS).to_numpy()
    interrupted = temporary[1:] | temporary[:-1]
    starts[1:] = ~(
        ~_first_of(rows["child"], rows["spell"])[1:]
        & _agree(rows["setting"], missing_agrees=False)
        & _agree(rows["provider"])
        & _agree(rows["placement_postcode"])
        & _agree(rows["urn"])
        & (status_only[1:] | interrupted)
    )
    return starts


def _agree(column: pd.Series, missing_agrees: bool = True) -> NDArray[np.bool_]:
    """Whether each value agrees with the one before; a missing value contradicts nothing."""
    values = column.to_numpy(dtype=object)
    same = values[1:] == values[:-1]
    if missing_agrees:
        same = same | (values[1:] == "") | (values[:-1] == "")
    return np.asarray(same, dtype=bool)


def _merge(rows: pd.DataFrame, starts: NDArray[np.bool_]) -> pd.DataFrame:
    """Fold each run of rows into one stay."""
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(rows))[: len(first)] - 1
    latest = ("end", "place", "provider", "setting", "sector", "line", "legal_status", "placement_postcode", "urn")
    merged = pd.DataFrame(
        {name: rows[name].to_numpy()[first] for name in ("child", "spell", "start", "home_postcode")}
        | {name: rows[name].to_numpy()[last] for name in latest}
    )
    moved = np.append(~_first_of(merged["child"], merged["spell"])[1:], False)[: len(merged)]
    ended_by = np.where(moved, "moved", np.where(merged["end"].isna(), "open", "left"))
    merged["ended_by"] = pd.array(ended_by, dtype="str")
    merged["next_setting"] = merged["setting"].shift(-1).where(pd.Series(moved), "").astype("str")
    merged["stay"] = _count_within(merged["child"])
    return merged.loc[:, list(STAY_COLUMNS)]


def _first_of(*keys: pd.Series) -> NDArray[np.bool_]:
    """Mark the first row of each run of equal keys."""
    first = np.ones(len(keys[0]), dtype=bool)
    first[1:] = np.any([key.to_numpy()[1:] != key.to_numpy()[:-1] for key in keys], axis=0)
    return first


def _count_within(child: pd.Series) -> NDArray[np.int64]:
    """Return rows numbered from 1 within each child."""
    return (child.groupby(child, sort=False).cumcount() + 1).to_numpy().astype("int64")


def _days(column: pd.Series) -> NDArray[np.int64]:
    """Days since 1970-01-01 (missing dates are very negative)."""
    return column.to_numpy().astype("datetime64[D]").astype("int64")


def _day(day: date) -> int:
    """Days since 1970-01-01 of one day."""
    return int(np.datetime64(day, "D").astype("int64"))


def _columns(rows: pd.DataFrame, by: Sequence[str]) -> tuple[NDArray[np.int64], pd.Index]:
    """Return the column number of each row, and the columns, sorted."""
    if not by:
        return np.zeros(len(rows), dtype="int64"), pd.Index(["children"])
    if len(by) == 1:
        codes, values = pd.factorize(rows[by[0]], sort=True)
        return codes.astype("int64"), pd.Index(values, name=by[0])
    keys = pd.MultiIndex.from_frame(rows[list(by)])
    codes, values = pd.factorize(keys, sort=True)
    return codes.astype("int64"), pd.MultiIndex.from_tuples(list(values), names=list(by))


def _running_total(
    start: NDArray[np.int64], end: NDArray[np.int64], codes: NDArray[np.int64], length: int, width: int
) -> NDArray[np.int64]:
    """Cumulative sum over days of starts less ends, (length, width)."""
    keep = (end > start) & (end > 0) & (start < length)
    cells = (length + 1) * width
    begin = np.clip(start[keep], 0, length) * width + codes[keep]
    finish = np.clip(end[keep], 0, length) * width + codes[keep]
    change = np.bincount(begin, minlength=cells) - np.bincount(finish, minlength=cells)
    return change.reshape(length + 1, width).cumsum(axis=0)[:-1]
