"""One record an episode, without overlaps, from returns that repeat and contradict each other.

The rules carry the numbers under which the regional data platform knows them (1, 1A, 2, 3, 3A, 4, 5). Rules 3 and 3A
are narrower here: they drop an older row only where the later return speaks of the same time, so that a child who comes
back to the same carer years later keeps both stays.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.ingest.ssda903.log import FindingLog
from sufficiency.ingest.ssda903.tables import COLUMNS, Kind

_WHOLE_ROW = [name for name in COLUMNS[Kind.EPISODES] if name != "YEAR"] + ["year"]
_TWIN = ["RNE", "LS", "PLACE", "PLACE_PROVIDER", "PL_POST", "URN"]

Mask = NDArray[np.bool_]


def one_record_each(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    """Return one row for each child and start, the latest return's; sorted by child, start and end.

    An episode that starts and ends on one day stays beside the one that starts after it on the same day.
    """
    ordered = episodes.sort_values(["child", "DECOM", "year", "_table", "_row"], kind="stable", ignore_index=True)
    ordered = _dropped(ordered, ordered.duplicated(_WHOLE_ROW, keep="last"), "ssda903.episode.duplicate", log)
    key = [ordered["child"], ordered["DECOM"]]
    latest = ordered["year"].groupby(key, sort=False).transform("max")
    ordered = _dropped(ordered, ordered["year"] < latest, "ssda903.episode.reported_again", log)
    same_day = ordered["DECOM"] == ordered["DEC"]
    twice = ordered.assign(same_day=same_day).duplicated(["child", "DECOM", "same_day"], keep="last")
    ordered = _dropped(ordered, twice, "ssda903.episode.conflict", log)
    _report(ordered, (ordered["DECOM"] == ordered["DEC"]).to_numpy(), "ssda903.episode.same_day", log)
    return ordered.sort_values(["child", "DECOM", "DEC"], kind="stable", ignore_index=True)


def close_and_cut(episodes: pd.DataFrame, *, keep_lapsed: bool, log: FindingLog) -> pd.DataFrame:
    """Return episodes that end no later than the next one starts, with ``lapsed`` where a rule closed an open one."""
    if keep_lapsed:
        return _cut(_kept_open(episodes, log), log)
    pruned = _without_replaced(episodes, log)
    return _gaps_closed(_cut(_lapsed_closed(pruned, log), log), log)


def _next(episodes: pd.DataFrame, column: str, step: int = -1) -> pd.Series:
    """Return the child's next value of a column (the one before with a step of 1), missing where there is none."""
    shifted = episodes[column].shift(step)
    return shifted.where(episodes["child"] == episodes["child"].shift(step))


def _lapsed(episodes: pd.DataFrame) -> pd.Series:
    """Return which episodes are open in a return that is not the authority's last."""
    last = episodes["year"].groupby(episodes["LA"], sort=False).transform("max")
    return episodes["DEC"].isna() & (episodes["year"] < last)


def _closing(episodes: pd.DataFrame) -> pd.Series:
    """Return the 31 March of each row's return."""
    days = (episodes["year"].to_numpy() - 1970).astype("datetime64[Y]").astype("datetime64[M]") + 2
    return pd.Series(days.astype("datetime64[D]") + 30, index=episodes.index).astype("datetime64[s]")


def _without_replaced(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    lapsed = _lapsed(episodes)
    twin = lapsed & (_is_twin(episodes, -1) | _is_twin(episodes, 1))
    episodes = _dropped(episodes, twin, "ssda903.lapsed.duplicate", log)
    earlier_end = _next(episodes, "DEC", 1)
    spans = _next(episodes, "year", 1).gt(episodes["year"]) & (earlier_end.isna() | (earlier_end > episodes["DECOM"]))
    return _dropped(episodes, _lapsed(episodes) & spans, "ssda903.lapsed.replaced", log)


def _is_twin(episodes: pd.DataFrame, step: int) -> pd.Series:
    """Return which rows a neighbour from a later return gives again with another start within the row's own return."""
    alike = pd.Series(True, index=episodes.index)
    for column in _TWIN:
        alike &= episodes[column] == _next(episodes, column, step)
    start = _next(episodes, "DECOM", step)
    return alike & _next(episodes, "year", step).gt(episodes["year"]) & (start <= _closing(episodes))


def _lapsed_closed(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    lapsed = _lapsed(episodes)
    start, reason = _next(episodes, "DECOM"), _next(episodes, "RNE")
    closing = _closing(episodes).where(_closing(episodes) > episodes["DECOM"], episodes["DECOM"])
    alone = lapsed & start.isna()
    afresh = lapsed & start.notna() & (reason == "S")
    goes_on = lapsed & start.notna() & ~afresh
    day_before = start - pd.Timedelta(days=1)
    end = episodes["DEC"].mask(alone, closing)
    end = end.mask(afresh, closing.where(closing < day_before, day_before)).mask(goes_on, start)
    for mask, rule in ((goes_on, "next_episode"), (afresh, "back_in_care"), (alone, "not_seen_again")):
        _report(episodes, mask.to_numpy(), f"ssda903.lapsed.{rule}", log)
    ceased = episodes["REC"].mask(goes_on, "X1").mask(alone | afresh, "")
    return episodes.assign(DEC=end, REC=ceased, lapsed=lapsed)


def _kept_open(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    for_ever = _lapsed(episodes) & _next(episodes, "DECOM").isna()
    _report(episodes, for_ever.to_numpy(), "ssda903.lapsed.kept", log)
    return episodes.assign(lapsed=False)


def _cut(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    start = _next(episodes, "DECOM")
    over = start.notna() & (episodes["DEC"].isna() | (episodes["DEC"] > start))
    _report(episodes, over.to_numpy(), "ssda903.episode.overlap", log)
    return episodes.assign(DEC=episodes["DEC"].mask(over, start))


def _gaps_closed(episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    start = _next(episodes, "DECOM")
    later = _next(episodes, "year").gt(episodes["year"])
    gap = later & (episodes["REC"] == "X1") & (episodes["DEC"] < start)
    _report(episodes, gap.to_numpy(), "ssda903.episode.gap_closed", log)
    return episodes.assign(DEC=episodes["DEC"].mask(gap, start))


def _dropped(episodes: pd.DataFrame, bad: pd.Series, rule: str, log: FindingLog) -> pd.DataFrame:
    if not bad.any():
        return episodes
    _report(episodes, bad.to_numpy(), rule, log)
    return episodes[~bad].reset_index(drop=True)


def _report(episodes: pd.DataFrame, bad: Mask, rule: str, log: FindingLog) -> None:
    log.rows(rule, episodes["_file"].to_numpy()[bad], episodes["_row"].to_numpy()[bad])
