"""Rows of the tables: from codes and settings to the groups that people read."""

import numpy as np
import pandas as pd

from sufficiency.domain.settings import CostLine, Setting

KINDS: tuple[str, ...] = (
    "kinship",
    "in-house foster",
    "independent foster",
    "own home",
    "external home",
    "supported accommodation",
    "placed with parents",
    "placed for adoption",
    "secure",
    "other",
    "unregistered",
)
"""Kinds of home, as T3 lists them. Every child is in exactly one."""

BROAD: dict[str, str] = {
    "kinship": "kinship",
    "in-house foster": "foster care",
    "independent foster": "foster care",
    "own home": "children's homes",
    "external home": "children's homes",
    "supported accommodation": "supported accommodation",
}
"""Broader group of each kind; every other kind is "all other"."""

BROAD_ORDER: tuple[str, ...] = ("kinship", "foster care", "children's homes", "supported accommodation", "all other")

IN_HOUSE_KINDS, PLANNED_KINDS = (
    ("in-house foster", "own home"),
    ("in-house foster", "independent foster", "own home", "external home", "supported accommodation"),
)

LOCALITIES: tuple[str, ...] = ("in area", "neighbouring", "distant", "unknown")
DISTANCES: tuple[str, ...] = ("within 20 miles", "over 20 miles", "unknown")

ETHNIC_GROUPS: dict[str, str] = {"W": "White", "M": "Mixed", "B": "Black", "A": "Asian", "O": "other"}
LEGAL_GROUPS: dict[str, str] = {
    "C1": "interim care order",
    "C2": "full care order",
    "E1": "placement order",
    "V2": "section 20",
}
DESTINATIONS: dict[str, str] = {
    **dict.fromkeys(("E4A", "E4B"), "returned home"),
    **dict.fromkeys(("E43", "E44", "E45", "E46", "E47", "E48"), "special guardianship"),
    **dict.fromkeys(("E11", "E12"), "adopted"),
    "E41": "child arrangements order",
    "E13": "lives with relatives or others",
    "E17": "stayed with carers at 18",
    "E5": "independent living with support",
    "E6": "independent living without support",
    "E7": "adult residential care",
    **dict.fromkeys(("E9", "E14"), "custody or remand ended"),
    "E3": "care taken over by another authority",
}
"""Where children went, by reason for ceasing; every other reason is "other"."""

_SPLIT_BY_SETTING = {
    Setting.PARENTS.value: "placed with parents",
    Setting.ADOPTION.value: "placed for adoption",
    Setting.UNREGISTERED.value: "unregistered",
    Setting.SECURE.value: "secure",
}


def kind_of(setting: pd.Series, line: pd.Series) -> pd.Series:
    """Return the kind of home of each setting and cost line.

    >>> kind_of(pd.Series(["adoption"]), pd.Series(["with family"])).tolist()
    ['placed for adoption']
    """
    same = line.where(line.isin(KINDS), CostLine.OTHER.value)
    by_setting = setting.astype("str").map(_SPLIT_BY_SETTING)
    return by_setting.where(by_setting.notna(), same.astype("str")).astype("str")


def broad_of(kind: pd.Series) -> pd.Series:
    """Return the broader group of each kind."""
    return kind.map(BROAD).fillna("all other").astype("str")


def ethnic_group(code: pd.Series) -> pd.Series:
    """Return the five published groups from SSDA903 ethnicity codes; not known is "unknown", never "other"."""
    known = code.str.upper().where(~code.str.upper().isin(["NOBT", "REFU", ""]))
    return known.str[0].map(ETHNIC_GROUPS).fillna("unknown").astype("str")


def legal_group(code: pd.Series) -> pd.Series:
    """Return the legal status in the published groups."""
    return code.str.upper().map(LEGAL_GROUPS).fillna("other").astype("str")


def destination(reason: pd.Series) -> pd.Series:
    """Return where a child went, from the reason for ceasing."""
    return reason.str.upper().map(DESTINATIONS).fillna("other").astype("str")


def whole_parts(parts: pd.Series) -> pd.Series:
    """Round expected values to whole numbers that still add up to the rounded total (largest remainder).

    >>> whole_parts(pd.Series([1.4, 1.4, 1.2])).tolist()
    [2, 1, 1]
    """
    floor = np.floor(parts.to_numpy(dtype=np.float64) + 1e-9)
    missing = int(round(float(parts.sum())) - floor.sum())
    order = np.argsort(-(parts.to_numpy(dtype=np.float64) - floor), kind="stable")
    floor[order[: max(missing, 0)]] += 1
    return pd.Series(floor.astype(np.int64), index=parts.index)
