"""The children in care on a day, and what happened in a year, one row a child: counted here and never passed on."""

from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from sufficiency.domain.codes import codes_on
from sufficiency.domain.periods import FinancialYear
from sufficiency.measures import dfe
from sufficiency.report import groups
from sufficiency.report.facts import Facts

_UNKNOWN = "unknown"


class People:
    """Frames of children behind the tables, each made once."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.year = FinancialYear.containing(facts.base_date)

    @cached_property
    def in_care(self) -> pd.DataFrame:
        """Children in care on the base date: one text column a dimension, and ``miles``."""
        return living_on(self.facts, self.facts.base_date)

    @cached_property
    def starts(self) -> pd.DataFrame:
        """Children who started to be looked after in the year to the base date, once each, with ``age``."""
        return _once(self.facts, "start", self._first_day, keep="first")

    @cached_property
    def leavers(self) -> pd.DataFrame:
        """Children who ceased to be looked after in the year, once each, with ``age`` and ``destination``."""
        rows = _once(self.facts, "end", self._first_day, keep="last")
        return rows.assign(destination=groups.destination(rows["reason_ceased"]))

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Changes of placement in the year, one row each, with ``reason``."""
        episodes = self.facts.episodes
        coded = episodes[episodes["reason_changed"] != ""]
        inside = coded["end"].between(pd.Timestamp(self._first_day), pd.Timestamp(self.facts.base_date))
        meaning = {code: words.meaning for code, words in codes_on(self.facts.base_date)["REASON_PLACE_CHANGE"].items()}
        reason = coded.loc[inside, "reason_changed"].str.upper().map(meaning).fillna("other")
        return pd.DataFrame({"reason": reason.astype("str")})

    @cached_property
    def stability(self) -> pd.DataFrame:
        """Children in care on the base date: ``many`` (three or more placements), ``long`` and ``settled``."""
        return stability_on(self.facts, self.facts.base_date)

    @property
    def _first_day(self) -> date:
        return _year_before(self.facts.base_date)


def living_on(facts: Facts, day: date) -> pd.DataFrame:
    """Return the children in care on a day with the groups each belongs to."""
    rows = facts.history.on(day)
    rows = rows.merge(_episode_on(facts.episodes, day), how="left", on="child", validate="1:1")
    ethnicity = facts.history.children.drop_duplicates("child").set_index("child")["ethnicity"]
    uasc = rows["uasc"].to_numpy(dtype=bool)
    kind = groups.kind_of(rows["setting"], rows["line"])
    meaning = {code: words.meaning for code, words in codes_on(day)["CIN"].items()}
    miles = np.where(uasc, np.nan, rows["miles"].to_numpy(dtype=np.float64))
    return pd.DataFrame(
        {
            "kind": kind,
            "broad": groups.broad_of(kind),
            "dfe_group": dfe.groups(rows["place"]),
            "dfe_provider": dfe.providers(rows["provider"]),
            "locality": rows["locality"].astype("str"),
            "distance": dfe.distance_bands(miles),
            "miles": miles,
            "age": dfe.age_bands(rows["birth_date"], day),
            "sex": rows["sex"].map({"M": "male", "F": "female"}).fillna(_UNKNOWN),
            "uasc": np.where(uasc, "unaccompanied", "not unaccompanied"),
            "ethnicity": groups.ethnic_group(rows["child"].map(ethnicity).fillna("")),
            "need": rows["need_code"].str.upper().map(meaning).fillna(_UNKNOWN),
            "zone": rows["home_postcode"].map(dict(facts.home_area)).where(~uasc).fillna(_UNKNOWN).astype("str"),
            "legal": groups.legal_group(rows["legal_now"].fillna("")),
        }
    )


def stability_on(facts: Facts, day: date) -> pd.DataFrame:
    """Return, for each child in care on a day, what DfE's two stability measures ask.

    ``many``: three or more placements in the year to that day. ``long``: under 16 and in care without a break for two
    and a half years; ``settled``: of those, in the same placement for two years, or placed for adoption and, with the
    placement before, for two years.
    """
    stays, moment = facts.history.stays, pd.Timestamp(day)
    first = pd.Timestamp(_year_before(day))
    in_year = stays[(stays["start"] <= moment) & (stays["end"].isna() | (stays["end"] > first))]
    now = facts.history.on(day)
    spells = facts.history.spells
    began = spells[(spells["start"] <= moment) & (spells["end"].isna() | (spells["end"] > moment))]
    since = began.drop_duplicates("child", keep="last").set_index("child")["start"]
    earlier = pd.Series(stays.groupby(["child", "spell"], sort=False)["start"].shift())
    home_from = earlier.where(stays["setting"].eq("adoption"), stays["start"]).fillna(stays["start"])
    settled_from = home_from.reindex(_last_index(stays, moment).reindex(now["child"]).to_numpy())
    under_16 = dfe.age_in_years(now["birth_date"], day) < 16
    long = under_16 & (now["child"].map(since) <= moment - pd.DateOffset(months=30))
    same = settled_from.to_numpy() <= (moment - pd.DateOffset(years=2)).to_datetime64()
    return pd.DataFrame(
        {
            "many": now["child"].map(in_year.groupby("child").size()).fillna(0) >= 3,
            "long": long,
            "settled": long & same,
        }
    )


def _last_index(stays: pd.DataFrame, moment: pd.Timestamp) -> pd.Series:
    """Index of the stay of each child in care at a moment."""
    held = stays[(stays["start"] <= moment) & (stays["end"].isna() | (stays["end"] > moment))]
    held = held.drop_duplicates("child", keep="last")
    return pd.Series(held.index, index=held["child"].to_numpy())


def _episode_on(episodes: pd.DataFrame, day: date) -> pd.DataFrame:
    moment = pd.Timestamp(day)
    held = episodes[(episodes["start"] <= moment) & (episodes["end"].isna() | (episodes["end"] > moment))]
    held = held.drop_duplicates("child", keep="last")[["child", "need_code", "legal_status"]]
    renamed: pd.DataFrame = held.rename(columns={"legal_status": "legal_now"})
    return renamed


def _once(facts: Facts, edge: str, first: date, keep: str) -> pd.DataFrame:
    """Return children whose care began or ended in the year to the base date, each once, as DfE counts."""
    spells = facts.history.spells
    inside = spells[spells[edge].between(pd.Timestamp(first), pd.Timestamp(facts.base_date))]
    rows = inside.sort_values(edge, kind="stable")
    rows = rows.drop_duplicates("child", keep="first" if keep == "first" else "last")
    births = facts.history.children.drop_duplicates("child").set_index("child")["birth_date"]
    return rows.assign(age=_age_at(rows["child"].map(births), rows[edge]))[["age", "reason_ceased"]]


def _age_at(birth: pd.Series, day: pd.Series) -> pd.Series:
    """Return the age band at a day that differs from row to row; 18 and over is a band of its own."""
    early = (birth.dt.month > day.dt.month) | ((birth.dt.month == day.dt.month) & (birth.dt.day > day.dt.day))
    years = day.dt.year - birth.dt.year - early.astype("int64")
    edges = [-1, 0, 4, 9, 15, 17, 200]
    bands: pd.Series = pd.cut(
        years, edges, labels=["under 1", "1 to 4", "5 to 9", "10 to 15", "16 and 17", "18 and over"]
    )
    return bands.astype("object").fillna(_UNKNOWN).astype("str")


def _year_before(day: date) -> date:
    """First day of the twelve months that end with a day."""
    after = day + timedelta(days=1)
    return after.replace(year=after.year - 1)
