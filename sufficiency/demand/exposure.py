"""Stays cut at birthdays: how many days children of each age band lived where, and so what a rate divides by."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import birthday
from sufficiency.demand.days import OPEN, dates, day_numbers
from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS, AGE_BANDS
from sufficiency.domain.settings import SETTINGS

Floats = NDArray[np.float64]

UNKNOWN_BIRTH = -OPEN
"""Birth day of a child whose birth date is unknown."""


def birth_days(child: pd.Series, children: pd.DataFrame) -> NDArray[np.int64]:
    """Return the birth day of each child named, ``UNKNOWN_BIRTH`` where it is not known."""
    known = pd.Series(day_numbers(children["birth_date"], UNKNOWN_BIRTH), index=children["child"])
    return known[~known.index.duplicated()].reindex(child.to_numpy()).fillna(UNKNOWN_BIRTH).to_numpy().astype("int64")


def band_edges(birth: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the days on which children enter each age band, and adulthood last (rows, bands + 1)."""
    later = [birthday(birth, years) for years in (*AGE_BAND_STARTS[1:], ADULT_AGE)]
    return np.stack([np.full(len(birth), -OPEN), *later], axis=1)


def split_by_age(stays: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Return stays cut at the birthdays that begin an age band, with ``age_band`` (index into ``AGE_BANDS``).

    Time from the eighteenth birthday on, and children of unknown birth date, are left out.
    """
    birth = birth_days(stays["child"], children)
    rows = np.flatnonzero(birth != UNKNOWN_BIRTH)
    edges = band_edges(birth[rows])
    start, end = day_numbers(stays["start"])[rows], day_numbers(stays["end"])[rows]
    from_day = np.maximum(start[:, None], edges[:, :-1])
    to_day = np.minimum(end[:, None], edges[:, 1:])
    row, band = np.nonzero(to_day > from_day)
    cut = stays.iloc[rows[row]].reset_index(drop=True)
    finish = to_day[row, band]
    return cut.assign(
        start=dates(from_day[row, band]),
        end=pd.Series(dates(np.where(finish == OPEN, 0, finish))).mask(finish == OPEN),
        age_band=band,
    )


def setting_index(column: pd.Series) -> NDArray[np.int64]:
    """Return each setting as its index into ``SETTINGS``; refuses a word that is not a setting."""
    codes = pd.Index([str(setting) for setting in SETTINGS]).get_indexer(pd.Index(column.astype("str")))
    if np.any(codes < 0):
        raise ValueError(f"{int(np.sum(codes < 0))} stays are in no known setting")
    return np.asarray(codes, dtype="int64")


def with_origins(stays: pd.DataFrame) -> pd.DataFrame:
    """Return stays with ``care_from`` and ``stay_from``: day numbers on which the spell and the stay began."""
    start = day_numbers(stays["start"])
    new_spell = np.ones(len(stays), dtype=bool)
    child, spell = stays["child"].to_numpy(), stays["spell"].to_numpy()
    new_spell[1:] = (child[1:] != child[:-1]) | (spell[1:] != spell[:-1])
    first = np.maximum.accumulate(np.where(new_spell, np.arange(len(stays)), 0))
    return stays.assign(care_from=start[first] if len(stays) else start, stay_from=start)


def days_lived(cut: pd.DataFrame, first: int, beyond: int, since: str, edges: tuple[int, ...]) -> Floats:
    """Return child-days in ``[first, beyond)`` by age band, time since an origin, and setting.

    Parameters
    ----------
    cut
        Stays with origins, cut by age.
    first, beyond
        The window.
    since
        The origin: ``care_from`` or ``stay_from``.
    edges
        First day of each band of time since it.
    """
    start, end, origin = day_numbers(cut["start"]), day_numbers(cut["end"]), cut[since].to_numpy()
    limits = np.array([*edges, OPEN])
    from_day = np.maximum(np.maximum(start, first)[:, None], origin[:, None] + limits[:-1])
    to_day = np.minimum(np.minimum(end, beyond)[:, None], origin[:, None] + limits[1:])
    days = np.clip(to_day - from_day, 0, None)
    shape = (len(AGE_BANDS), len(edges), len(SETTINGS))
    cell = np.ravel_multi_index(
        np.broadcast_arrays(
            cut["age_band"].to_numpy()[:, None], np.arange(len(edges)), setting_index(cut["setting"])[:, None]
        ),
        shape,
    )
    total = np.bincount(cell.ravel(), weights=days.ravel(), minlength=int(np.prod(shape)))
    return total.reshape(shape).astype("float64")


def band_of(days: NDArray[np.int64], edges: tuple[int, ...]) -> NDArray[np.int64]:
    """Return the band of each number of days since an origin (before the origin counts as the first)."""
    return np.asarray(np.maximum(np.searchsorted(edges, days, side="right") - 1, 0), dtype="int64")


def tally(cells: tuple[NDArray[np.int64], ...], shape: tuple[int, ...]) -> Floats:
    """Count how many rows fall in each cell of a table."""
    flat = np.ravel_multi_index(cells, shape)
    return np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape).astype("float64")
