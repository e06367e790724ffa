"""From cleaned tables to the frames that cross the border: children, episodes, missing, placed for adoption."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.codes import (
    SHORT_BREAK_STATUSES,
    TEMPORARY_PLACES,
    sector_of,
    setting_of,
    temporary_moves_carry,
)
from sufficiency.domain.settings import cost_line
from sufficiency.ingest.ssda903.coding import read_sexes
from sufficiency.ingest.ssda903.log import FindingLog
from sufficiency.ingest.ssda903.records import CleaningOptions
from sufficiency.ingest.ssda903.tables import Kind
from sufficiency.ingest.ssda903.values import Texts, each

_EPISODE_NAMES: dict[str, str] = {
    "child": "child",
    "DECOM": "start",
    "DEC": "end",
    "PLACE": "place",
    "PLACE_PROVIDER": "provider",
    "setting": "setting",
    "sector": "sector",
    "line": "line",
    "LS": "legal_status",
    "CIN": "need_code",
    "RNE": "reason_started",
    "REC": "reason_ceased",
    "REASON_PLACE_CHANGE": "reason_changed",
    "HOME_POST": "home_postcode",
    "PL_POST": "placement_postcode",
    "URN": "urn",
    "year": "return_year",
    "short_break": "short_break",
    "lapsed": "lapsed",
    "LA": "authority",
}

Stacks = Mapping[Kind, pd.DataFrame]


def episodes_frame(episodes: pd.DataFrame, options: CleaningOptions, log: FindingLog) -> pd.DataFrame:
    """Return the episodes that cross the border, with setting, sector and cost line."""
    short = episodes["LS"].isin(SHORT_BREAK_STATUSES)
    rule = "ssda903.short_breaks.kept" if options.keep_short_breaks else "ssda903.short_breaks.left_out"
    _report_short_breaks(episodes, short, rule, log)
    frame = _with_settings(episodes.assign(short_break=short), options.category_map, log)
    if not options.keep_short_breaks:
        frame = frame[~short]
    return _tidy(frame.rename(columns=_EPISODE_NAMES)[list(_EPISODE_NAMES.values())])


def _report_short_breaks(episodes: pd.DataFrame, short: pd.Series, rule: str, log: FindingLog) -> None:
    for file, part in episodes[short].groupby("_file", sort=False):
        children = part["child"].nunique()
        log.add(
            rule, str(file), row=int(part["_row"].min()), column="LS", detail=f"Children: {children}.", count=len(part)
        )


def _with_settings(episodes: pd.DataFrame, category_map: str, log: FindingLog) -> pd.DataFrame:
    """Add setting, sector and line; a temporary move takes those of the placement it interrupts.

    A category map that counts temporary moves as they stand leaves them ``other``.
    """
    temporary = episodes["PLACE"].isin(TEMPORARY_PLACES) & temporary_moves_carry(category_map)
    pair = (episodes["PLACE"] + " " + episodes["PLACE_PROVIDER"]).where(~temporary)
    carried = pair.groupby(episodes["child"], sort=False).ffill()
    alone = (temporary & carried.isna()).to_numpy()
    log.rows(
        "ssda903.place.temporary_alone",
        episodes["_file"].to_numpy()[alone],
        episodes["_row"].to_numpy()[alone],
        column="PLACE",
    )
    places, distinct = pd.factorize(carried.fillna(" "))
    coded = [str(text).partition(" ") for text in distinct]
    settings = [setting_of(place, provider, category_map) for place, _, provider in coded]
    sectors = [sector_of(place, provider) for place, _, provider in coded]
    lines = [cost_line(setting, sector) for setting, sector in zip(settings, sectors, strict=True)]
    return episodes.assign(
        setting=_spread(settings, places), sector=_spread(sectors, places), line=_spread(lines, places)
    )


def _spread(distinct: Sequence[StrEnum], places: NDArray[np.int64]) -> Texts:
    return np.array([str(value) for value in distinct], dtype=object)[places]


def children_frame(stacks: Stacks, episodes: pd.DataFrame, log: FindingLog) -> pd.DataFrame:
    """Return one row a child: every child with a header row or an episode.

    Each column holds the latest return's value that is not blank.
    """
    header = stacks[Kind.HEADER].sort_values(["year", "_table", "_row"], kind="stable", ignore_index=True)
    header = header.assign(SEX=read_sexes(header, header["year"].to_numpy(), log))
    _report_headers(header, episodes, log)
    children = pd.DataFrame({"child": sorted({*header["child"], *episodes["child"]})})
    births = _births(header, stacks, children["child"], log)
    uasc = _matched(stacks[Kind.UASC], header, episodes)
    known = {
        "sex": _latest(header, "SEX"),
        "birth_date": births,
        "ethnicity": _latest(header, "ETHNIC"),
        "uasc_ceased": uasc.groupby("child")["DUC"].max(),
        "authority": _latest(pd.concat([header, episodes]), "LA"),
    }
    for name, values in known.items():
        children[name] = values.reindex(children["child"]).to_numpy()
    children["uasc"] = children["child"].isin(uasc["child"])
    texts = {name: children[name].fillna("").astype("str") for name in ("sex", "ethnicity", "authority")}
    columns = ["child", "sex", "birth_date", "ethnicity", "uasc", "uasc_ceased", "authority"]
    tidy = _tidy(children.assign(**texts)[columns])
    _report_births(tidy, episodes, log)
    return tidy


def _latest(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return each child's last value that is not blank, by child."""
    given = frame[frame[column] != ""]
    return given.drop_duplicates("child", keep="last").set_index("child")[column]


def _births(header: pd.DataFrame, stacks: Stacks, people: pd.Series, log: FindingLog) -> pd.Series:
    """Return each child's date of birth, from the header tables, else from another table of the returns."""
    given = header[header["DOB"].notna()]
    own = given.drop_duplicates("child", keep="last").set_index("child")["DOB"]
    varied = given["child"][given["DOB"].to_numpy() != own.reindex(given["child"]).to_numpy()].nunique()
    if varied:
        log.add("ssda903.birth.differs", "all files", column="DOB", count=int(varied))
    others = pd.concat([stacks[kind][["child", "DOB"]] for kind in (Kind.UASC, Kind.MISSING, Kind.ADOPTION)])
    others = others[others["DOB"].notna() & ~others["child"].isin(own.index)].drop_duplicates("child", keep="last")
    others = others[others["child"].isin(people)]
    if len(others):
        log.add("ssda903.birth.from_other_table", "all files", column="DOB", count=len(others))
    births: pd.Series = pd.concat([own, others.set_index("child")["DOB"]])
    return births


def _matched(uasc: pd.DataFrame, header: pd.DataFrame, episodes: pd.DataFrame) -> pd.DataFrame:
    """Return UASC rows with the child each is about.

    The regional platform's UASC table has no LA column: its bare identifiers are matched to every child of that
    identifier, whatever the authority.
    """
    people = pd.concat([header[["CHILD", "child"]], episodes[["CHILD", "child"]]]).drop_duplicates()
    whole = uasc["child"].isin(people["child"])
    bare = uasc[~whole].drop(columns="child").merge(people, on="CHILD")
    return pd.concat([uasc[whole], bare])[["child", "DUC"]]


def _report_headers(header: pd.DataFrame, episodes: pd.DataFrame, log: FindingLog) -> None:
    files, rows = header["_file"].to_numpy(), header["_row"].to_numpy()
    blank = (header["ETHNIC"] == "").to_numpy()
    log.rows("ssda903.ethnicity.missing", files[blank], rows[blank], column="ETHNIC")
    first = episodes.drop_duplicates("child")
    unknown = ~first["child"].isin(header["child"]).to_numpy()
    log.rows(
        "ssda903.child.no_header",
        first["_file"].to_numpy()[unknown],
        first["_row"].to_numpy()[unknown],
        column="CHILD",
        found=each(first["CHILD"].to_numpy()[unknown], _any_identifier),
    )


def _any_identifier(text: str) -> str:
    return "an identifier" if text else ""


def _report_births(children: pd.DataFrame, episodes: pd.DataFrame, log: FindingLog) -> None:
    births = children.set_index("child")["birth_date"]
    if missing := int(births.isna().sum()):
        log.add("ssda903.birth.missing", "all files", column="DOB", count=missing)
    early = episodes["DECOM"].to_numpy() < births.reindex(episodes["child"]).to_numpy()
    log.rows(
        "ssda903.birth.after_start",
        episodes["_file"].to_numpy()[early],
        episodes["_row"].to_numpy()[early],
        column="DECOM",
    )


def incidents_frame(stacked: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return a table of dated incidents, one row each, the latest return's; ``names`` gives the columns."""
    latest = stacked.sort_values(["child", "year", "_table", "_row"], kind="stable")
    start = next(name for name, shown in names.items() if shown == "start")
    latest = latest[latest[start].notna()].drop_duplicates(["child", start], keep="last")
    return _tidy(latest.rename(columns=dict(names))[list(names.values())])


def _tidy(frame: pd.DataFrame) -> pd.DataFrame:
    texts = {name: frame[name].astype("str") for name in frame.columns if frame[name].dtype == object}
    return frame.assign(**texts).reset_index(drop=True)
