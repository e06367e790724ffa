"""Eight SSDA903 returns: the tables cut into collection years and written as the Department takes them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd
from numpy.typing import NDArray

from sufficiency.synthetic.tables import DATE_COLUMNS, Tables
from sufficiency.synthetic.targets import RETURN_YEARS

Progress: TypeAlias = Callable[[str, int, int], None]
"""Hears the stage, how many steps are done and how many there are."""

LETTERS_FOR_SEX_FROM = 2025
"""SEX is 1 and 2 to the 2023-24 return, M, F and U from that of 2024-25."""

H5_ENDS = 2025
"""From the 2024-25 return H5 is no longer a code: an episode that was open under it is K3, the one change allowed."""

EARLIER_GUARDIAN_CODES = {"E45": "E43", "E46": "E43", "E47": "E44", "E48": "E44"}
GUARDIAN_CODES_FROM = 2019
"""From the 2018-19 return guardianship is told by kind of carer, and custody is a reason for a change of placement."""

_SEX_NUMBER = {"M": "1", "F": "2"}


def write_returns(tables: Tables, folder: Path, progress: Progress | None = None) -> None:
    """Write one folder a return, named by the year in which the collection year closes."""
    for year in RETURN_YEARS:
        into = folder / str(year)
        into.mkdir(parents=True, exist_ok=True)
        for name, frame in return_of(tables, year).items():
            _as_text(frame).to_csv(into / f"{name}.csv", index=False, lineterminator="\n")
        if progress is not None:
            progress("writing SSDA903 returns", year - RETURN_YEARS[0] + 1, len(RETURN_YEARS))


def return_of(tables: Tables, year: int) -> dict[str, pd.DataFrame]:
    """Return the five tables of one collection year."""
    first, last = pd.Timestamp(year - 1, 4, 1), pd.Timestamp(year, 3, 31)
    episodes = _episodes(tables.episodes, year, first, last)
    here = episodes["CHILD"].unique()
    header = _with_sex(tables.header[tables.header["CHILD"].isin(here)], year)
    header = _blank_after(header, "MC_DOB", last)
    header["MOTHER"] = header["MOTHER"].where(header["MC_DOB"].notna(), "")
    uasc = _with_sex(tables.uasc[tables.uasc["CHILD"].isin(here) & ~(tables.uasc["DUC"] < first)], year)
    return {
        "header": header,
        "episodes": episodes,
        "uasc": _blank_after(uasc, "DUC", last),
        "missing": _missing(tables.missing, first, last),
        "placed_for_adoption": _adoption(tables, here, first, last),
    }


def _episodes(every: pd.DataFrame, year: int, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Return the episodes that touch the year; what ends after it is still open."""
    out = every[(every["DECOM"] <= last) & ~(every["DEC"] < first)].copy()
    still = ~(out["DEC"] <= last)
    out.loc[still, "DEC"] = pd.NaT
    out.loc[still, ["REC", "REASON_PLACE_CHANGE"]] = ""
    if year >= H5_ENDS:
        out["PLACE"] = out["PLACE"].where(out["PLACE"] != "H5", "K3")
    if year < GUARDIAN_CODES_FROM:
        out["REC"] = out["REC"].replace(EARLIER_GUARDIAN_CODES)
        out["REASON_PLACE_CHANGE"] = out["REASON_PLACE_CHANGE"].replace({"CUSTOD": "OTHER"})
    return out


def _with_sex(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    out = frame.copy()
    if year < LETTERS_FOR_SEX_FROM:
        out["SEX"] = out["SEX"].map(_SEX_NUMBER)
    return out


def _blank_after(frame: pd.DataFrame, column: str, last: pd.Timestamp) -> pd.DataFrame:
    out = frame.copy()
    out[column] = out[column].where(out[column] <= last)
    return out


def _missing(every: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    touching = every[(every["MIS_START"] <= last) & (every["MIS_END"] >= first)]
    return _blank_after(touching, "MIS_END", last)


def _adoption(tables: Tables, here: NDArray[Any], first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Decisions made by the end of the year and not reversed before it, of children in the return."""
    every = tables.placed_for_adoption
    now = every["CHILD"].isin(here) & (every["DATE_PLACED"] <= last) & ~(every["DATE_PLACED_CEASED"] < first)
    out = _blank_after(every[now], "DATE_PLACED_CEASED", last)
    out["REASON_PLACED_CEASED"] = out["REASON_PLACED_CEASED"].where(out["DATE_PLACED_CEASED"].notna(), "")
    return out


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Write dates as dd/mm/yyyy and missing values as nothing."""
    out = frame.copy()
    for name in DATE_COLUMNS & set(out.columns):
        out[name] = out[name].dt.strftime("%d/%m/%Y")
    return out
