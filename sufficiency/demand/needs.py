"""Need, not only past use: which settings suit each child, from the placements standard or else from where they live.

The national placements standard says for each child whether foster care, residential care and supported accommodation
are preferred, suitable or unsuitable. Where no sheet says so, the setting a child lives in is taken as what suits it,
but for a stated share of children in homes for whom foster care had been the plan. Every row says which it was.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import Ages, age_band_index, age_in_years
from sufficiency.demand.days import day_numbers
from sufficiency.demand.exposure import UNKNOWN_BIRTH, birth_days
from sufficiency.demand.rates import ChildRecords
from sufficiency.domain.needs import AGE_BANDS, PROFILE_INDEX, PROFILES
from sufficiency.domain.settings import PLANNED_SETTINGS, Setting

SUITABILITY_COLUMNS: dict[Setting, tuple[str, ...]] = {
    Setting.FOSTERING: ("foster_care_suitability",),
    Setting.RESIDENTIAL: ("residential_care_suitability",),
    Setting.SUPPORTED: ("supported_accommodation", "supported_accomodation", "supported_accommodation_suitability"),
}
"""Columns of the standard that say how a setting suits, with the spellings met in its sheet, JSON and pages."""

RISK_PREFIXES = ("risk_to_child_", "risk_to_others_")

COMPLEX_RISKS = 3
"""Known risks from which a child who should be fostered needs a specialist foster home (assumption)."""

SUPPORTED_AGE = 16
"""Youngest age at which supported accommodation is lawful (Care Planning (England) (Amendment) Regulations 2021)."""

STANDARD, INFERRED, SETTING_DECIDES = "placements standard", "inferred from setting", "not planned"


@dataclass(frozen=True)
class NeedAssumptions:
    """What is assumed where no sheet says.

    Attributes
    ----------
    homes_with_foster_plan_share
        Share of children in homes for whom foster care had been the plan.
    solo_share_of_homes
        Share of the others in homes who have to be the only child there.
    """

    homes_with_foster_plan_share: float
    solo_share_of_homes: float


def setting_shares(assumptions: NeedAssumptions) -> NDArray[np.float64]:
    """Return how children seen in each setting divide over need profiles, shape (settings, profiles); rows sum to 1."""
    return np.stack([_by_setting(setting, assumptions) for setting in Setting])


def child_shares(
    in_care: pd.DataFrame, day: int, assumptions: NeedAssumptions, needs: pd.DataFrame | None = None
) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Return how each child divides over the need profiles, and where that comes from.

    Parameters
    ----------
    in_care
        ``child, setting, birth_date``, one row a child.
    day
        Day number on which ages are reckoned.

    Returns
    -------
    tuple
        Shares of shape (children, profiles), rows summing to 1, and the source of each row as in :func:`need_groups`.
    """
    known = in_care["birth_date"].notna().to_numpy()
    births = day_numbers(in_care["birth_date"].where(known, pd.Timestamp(0)))
    answers = None if needs is None else in_care[["child"]].merge(suitability(needs), on="child", how="left")
    age = age_in_years(Ages.known(np.where(known, births, day)), day)
    return _shares(in_care["setting"], age, known, answers, assumptions)


def suitability(needs: pd.DataFrame) -> pd.DataFrame:
    """Return how each planned setting suits each child of a standard's sheet.

    One row a child (the last of the sheet): ``child``, one column a planned setting (``preferred``, ``suitable``,
    ``unsuitable``, or ``""`` where not specified), ``solo``, ``risks`` (known risks), ``siblings`` (to be placed with;
    NaN where not said). Case and spelling of the answers may be any of those in use.
    """
    rows = needs.drop_duplicates("child_ID", keep="last").reset_index(drop=True)
    frame = pd.DataFrame({"child": rows["child_ID"].astype("str")})
    for setting, names in SUITABILITY_COLUMNS.items():
        column = next((rows[name] for name in names if name in rows), pd.Series([""] * len(rows)))
        frame[str(setting)] = pd.array([_answer(value) for value in column], dtype="str")
    alongside = _column(rows, "who_can_the_child_be_cared_for_alongside").str.lower()
    frame["solo"] = alongside.str.startswith("solo").to_numpy(dtype=bool)
    risks = [name for name in rows if str(name).startswith(RISK_PREFIXES)]
    present = [_column(rows, str(name)).str.lower().str.contains("present").to_numpy(dtype=bool) for name in risks]
    frame["risks"] = np.sum(present, axis=0) if present else 0
    siblings = _column(rows, "number_of_siblings_to_place_with")
    frame["siblings"] = pd.to_numeric(siblings, errors="coerce").to_numpy(dtype="float64")
    return frame


def need_groups(
    records: ChildRecords,
    in_care: pd.DataFrame,
    day: int,
    groups: pd.DataFrame,
    assumptions: NeedAssumptions,
    needs: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return who needs what on a day: one row a child and profile, shares of a child adding up to one.

    Parameters
    ----------
    records, in_care
        Children, and the stays running on the day.
    day
        Day number on which ages are reckoned.
    groups
        ``child, sibling_group`` (:mod:`.siblings`); the standard's own count of siblings comes first where it is given.
    assumptions
        For children of whom no sheet says what suits.
    needs
        Sheet of the placements standard.

    Returns
    -------
    pandas.DataFrame
        ``child, age_band, profile, share, group_size, uasc, source``; the age band is ``""`` where no birth date is
        known, ``source`` one of ``placements standard``, ``inferred from setting``, ``not planned``.
    """
    ages = birth_days(in_care["child"], records.children)
    known = ages != UNKNOWN_BIRTH
    rows_ages = Ages.known(np.where(known, ages, day))
    band = np.minimum(age_band_index(rows_ages, day), len(AGE_BANDS) - 1)
    said = suitability(needs) if needs is not None else None
    answers = None if said is None else in_care[["child"]].merge(said, on="child", how="left")
    shares, source = _shares(in_care["setting"], age_in_years(rows_ages, day), known, answers, assumptions)
    row, profile = np.nonzero(shares)
    base = pd.DataFrame(
        {
            "child": in_care["child"].to_numpy()[row],
            "age_band": np.where(known, np.array(AGE_BANDS)[band], "")[row],
            "profile": np.array([one.key for one in PROFILES])[profile],
            "share": shares[row, profile],
            "group_size": _group_size(in_care["child"], groups, answers)[row],
            "source": source[row],
        }
    )
    uasc = records.children.set_index("child")["uasc"]
    return base.assign(uasc=base["child"].map(uasc).fillna(False).to_numpy(dtype=bool))


def _shares(
    setting: pd.Series,
    age: NDArray[np.int64],
    known_age: NDArray[np.bool_],
    answers: pd.DataFrame | None,
    assumptions: NeedAssumptions,
) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Shares of each child over the profiles, and where they come from."""
    by_setting = {str(one): _by_setting(one, assumptions) for one in Setting}
    shares = np.stack([by_setting[str(one)] for one in setting]) if len(setting) else np.zeros((0, len(PROFILES)))
    planned = setting.isin([str(one) for one in PLANNED_SETTINGS]).to_numpy(dtype=bool)
    source = np.where(planned, INFERRED, SETTING_DECIDES).astype(object)
    if answers is not None:
        profile = _from_standard(answers, np.where(known_age, age, 0))
        told = planned & (profile >= 0)
        shares[told] = 0.0
        shares[told, profile[told]] = 1.0
        source[told] = STANDARD
    return shares, source


def _by_setting(setting: Setting, assumptions: NeedAssumptions) -> NDArray[np.float64]:
    """Shares over profiles of children who live in a setting, when nothing else is known of them."""
    shares = np.zeros(len(PROFILES))
    if setting in (Setting.RESIDENTIAL, Setting.UNREGISTERED):  # who is in an unregistered setting needs a home
        plan, solo = assumptions.homes_with_foster_plan_share, assumptions.solo_share_of_homes
        shares[PROFILE_INDEX["foster-complex"]] = plan
        shares[PROFILE_INDEX["residential-solo"]] = (1 - plan) * solo
        shares[PROFILE_INDEX["residential"]] = (1 - plan) * (1 - solo)
        return shares
    usual = {Setting.FOSTERING: "foster", Setting.SUPPORTED: "supported"}
    own = [profile.key for profile in PROFILES if profile.preferred is setting and not profile.planned]
    shares[PROFILE_INDEX[usual.get(setting, own[0] if own else "other")]] = 1.0
    return shares


def _from_standard(answers: pd.DataFrame, age: NDArray[np.int64]) -> NDArray[np.int64]:
    """Profile of each child of whom the sheet says what is preferred, -1 for the others.

    Foster care before residential care where both are preferred; supported accommodation only at 16 and over.
    """
    said = {one: answers[str(one)].fillna("").to_numpy() == "preferred" for one in PLANNED_SETTINGS}
    solo = answers["solo"].fillna(False).to_numpy(dtype=bool)
    risks = answers["risks"].fillna(0).to_numpy(dtype="int64")
    foster = np.where(risks >= COMPLEX_RISKS, PROFILE_INDEX["foster-complex"], PROFILE_INDEX["foster"])
    homes = np.where(solo, PROFILE_INDEX["residential-solo"], PROFILE_INDEX["residential"])
    supported = said[Setting.SUPPORTED] & (age >= SUPPORTED_AGE)
    conditions = [said[Setting.FOSTERING], said[Setting.RESIDENTIAL], supported]
    profile = np.select(conditions, [foster, homes, PROFILE_INDEX["supported"]], default=-1)
    return np.asarray(profile, dtype="int64")


def _group_size(child: pd.Series, groups: pd.DataFrame, answers: pd.DataFrame | None) -> NDArray[np.int64]:
    """Children to live together: by the sheet where it says, else siblings in care now."""
    group = child.map(groups.set_index("child")["sibling_group"])
    inferred = group.map(group.value_counts()).fillna(1).to_numpy().astype("int64")
    if answers is None:
        return inferred
    told = answers["siblings"].to_numpy(dtype="float64")
    return np.where(np.isnan(told), inferred, np.nan_to_num(told) + 1).astype("int64")


def _answer(value: object) -> str:
    """Read an answer on suitability, whatever its case and spelling."""
    text = re.sub(r"[^a-z]+", " ", str(value).lower()).strip()
    if text.startswith(("unsuitable", "not suitable")):
        return "unsuitable"
    if text.startswith("suitable"):
        return "suitable"
    return "preferred" if text.startswith("preferred") else ""


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column as text, empty where the sheet has none."""
    if name not in rows:
        return pd.Series([""] * len(rows), dtype="str")
    return rows[name].astype("str")
