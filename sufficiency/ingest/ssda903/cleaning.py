"""One record an episode, without overlaps, from returns that repeat and contradict each other.

The rules carry the numbers under which the regional data platform knows them (1, 1A, 2, 3, 3A, 4, 5). Rules 3 and 3A
are narrower here: they drop an older row only where the later return speaks of the same time, so that a child who comes
back to the same carer years later keeps both stays.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.ingest.ssda903.log import FindingLog
from sufficiency.ingest.ssda903.tables import COLUMNS, Kind
from sufficiency.ingest.ssda903.values import NO_DAY, Days

_WHOLE_ROW = [name for name in COLUMNS[Kind.EPISODES] if name != "YEAR"] + ["year"]
_TWIN = ["RNE", "LS", "PLACE", "PLACE_PROVIDER", "PL_POST", "URN"]

Mask = NDArray[np.bool_]


def one_record_each(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    """Return one row for each child and start, the latest return's; sorted by child, start and end.

    An episode that starts and ends on one day stays beside the one that starts after it on the same day.
    """
    ordered = episodes.sort_values(["child", "DECOM", "year", "_table", "_row"], kind="stable", ignore_index=True)
    copies = ordered.duplicated(_WHOLE_ROW, keep="last").to_numpy()
    ordered = _dropped(ordered, copies, "ssda903.episode.duplicate", log)
    latest = ordered["year"].groupby([ordered["child"], ordered["DECOM"]], sort=False).transform("max")
    ordered = _dropped(ordered, (ordered["year"] < latest).to_numpy(), "ssda903.episode.reported_again", log)
    ordered = ordered.assign(same_day=ordered["DECOM"] == ordered["DEC"])
    twice = ordered.duplicated(["child", "DECOM", "same_day"], keep="last").to_numpy()
    ordered = _dropped(ordered, twice, "ssda903.episode.conflict", log)
    _report(ordered, ordered["same_day"].to_numpy(), "ssda903.episode.same_day", log)
    return ordered.sort_values(["child", "DECOM", "DEC"], kind="stable", ignore_index=True)


def close_and_cut(episodes: pd.DataFrame, *, keep_lapsed: bool, log: FindingLog) -> pd.DataFrame:
    """Return episodes that end no later than the next one starts, with ``lapsed`` where a rule closed an open one."""
    if keep_lapsed:
        return _cut(_kept_open(episodes, log), log)
    pruned = _without_replaced(episodes, log)
    return _gaps_closed(_cut(_lapsed_closed(pruned, log), log), log)


def _neighbour(episodes: pd.DataFrame, column: str, step: int) -> NDArray[Any]:
    """Return the value in the child's next episode (step -1) or the one before (1).

    Where there is none: NaT for days, 0 for years, None for texts.
    """
    children = episodes["child"].to_numpy()
    stranger = np.roll(children, step) != children
    stranger[-1 if step < 0 else 0] = True
    values = np.roll(episodes[column].to_numpy(), step)
    values[stranger] = {"M": NO_DAY, "i": 0}.get(values.dtype.kind)
    return values


def _next_start(episodes: pd.DataFrame) -> Days:
    days: Days = _neighbour(episodes, "DECOM", -1)
    return days


def _lapsed(episodes: pd.DataFrame) -> Mask:
    """Return which episodes are open in a return that is not the authority's last."""
    last = episodes["year"].groupby(episodes["LA"], sort=False).transform("max")
    return (episodes["DEC"].isna() & (episodes["year"] < last)).to_numpy()


def _closing(episodes: pd.DataFrame) -> Days:
    """Return the 31 March of each row's return."""
    months = (episodes["year"].to_numpy() - 1970).astype("datetime64[Y]").astype("datetime64[M]") + np.timedelta64(
        2, "M"
    )
    return (months.astype("datetime64[D]") + np.timedelta64(30, "D")).astype("datetime64[s]")


def _without_replaced(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    lapsed = _lapsed(episodes)
    if not lapsed.any():
        return episodes
    twin = lapsed & (_is_twin(episodes, -1) | _is_twin(episodes, 1))
    episodes = _dropped(episodes, twin, "ssda903.lapsed.duplicate", log)
    before = _neighbour(episodes, "DEC", 1)
    spans = np.isnat(before) | (before > episodes["DECOM"].to_numpy())
    later = _neighbour(episodes, "year", 1) > episodes["year"].to_numpy()
    return _dropped(episodes, _lapsed(episodes) & later & spans, "ssda903.lapsed.replaced", log)


def _is_twin(episodes: pd.DataFrame, step: int) -> Mask:
    """Return which rows a neighbour from a later return gives again with another start within the row's own return."""
    alike: Mask = _neighbour(episodes, "year", step) > episodes["year"].to_numpy()
    alike &= _neighbour(episodes, "DECOM", step) <= _closing(episodes)
    for column in _TWIN:
        alike &= _neighbour(episodes, column, step) == episodes[column].to_numpy()
    return alike


def _lapsed_closed(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    lapsed = _lapsed(episodes)
    if not lapsed.any():
        return episodes.assign(lapsed=False)
    start = _next_start(episodes)
    alone = lapsed & np.isnat(start)
    afresh = lapsed & ~alone & (_neighbour(episodes, "RNE", -1) == "S")
    goes_on = lapsed & ~alone & ~afresh
    # In care on 31 March, as the return says, so the day that is no longer in care is 1 April at the earliest.
    closing = np.maximum(_closing(episodes) + np.timedelta64(1, "D"), episodes["DECOM"].to_numpy())
    before = np.minimum(closing, start - np.timedelta64(1, "D"))
    for mask, rule in ((goes_on, "next_episode"), (afresh, "back_in_care"), (alone, "not_seen_again")):
        _report(episodes, mask, f"ssda903.lapsed.{rule}", log)
    end = np.select([alone, afresh, goes_on], [closing, before, start], episodes["DEC"].to_numpy())
    ceased = episodes["REC"].mask(goes_on, "X1").mask(alone | afresh, "")
    return episodes.assign(DEC=end, REC=ceased, lapsed=lapsed)


def _kept_open(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    _report(episodes, _lapsed(episodes) & np.isnat(_next_start(episodes)), "ssda903.lapsed.kept", log)
    return episodes.assign(lapsed=False)


def _cut(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    start, end = _next_start(episodes), episodes["DEC"].to_numpy()
    over = ~np.isnat(start) & (np.isnat(end) | (end > start))
    _report(episodes, over, "ssda903.episode.overlap", log)
    return episodes.assign(DEC=np.where(over, start, end))


def _gaps_closed(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    start, end = _next_start(episodes), episodes["DEC"].to_numpy()
    later = _neighbour(episodes, "year", -1) > episodes["year"].to_numpy()
    gap = later & (episodes["REC"] == "X1").to_numpy() & (end < start)
    _report(episodes, gap, "ssda903.episode.gap_closed", log)
    return episodes.assign(DEC=np.where(gap, start, end))


def _dropped(episodes: pd.DataFrame, bad: Mask, rule: str, log: FindingLog) -> pd.DataFrame:
    if not bad.any():
        return episodes
    _report(episodes, bad, rule, log)
    return episodes[~bad].reset_index(drop=True)


def _report(episodes: pd.DataFrame, bad: Mask, rule: str, log: FindingLog) -> None:
    if bad.any():
        log.rows(rule, episodes["_file"].to_numpy()[bad], episodes["_row"].to_numpy()[bad])
