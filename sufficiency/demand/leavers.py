"""Why children left: the destinations of leavers, by age band."""

import numpy as np
import pandas as pd

from sufficiency.demand.ages import birthday
from sufficiency.demand.days import day_number, day_numbers
from sufficiency.demand.exposure import UNKNOWN_BIRTH, birth_days
from sufficiency.demand.rates import AGEING_OUT_DAYS, ChildRecords, Window
from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS, AGE_BANDS

DESTINATIONS: dict[str, tuple[str, ...]] = {
    "home": ("E4", "E4A", "E4B"),
    "adoption": ("E11", "E12"),
    "special guardianship": ("E43", "E44", "E45", "E46", "E47", "E48"),
    "child arrangements order": ("E41",),
    "relatives or friends": ("E13",),
    "independent living": ("E5", "E6"),
    "adult residential care": ("E7",),
    "custody or remand ended": ("E9", "E14"),
    "found to be adult": ("E15",),
    "moved abroad": ("E16",),
    "stayed with carers at 18": ("E17",),
    "another authority": ("E3",),
    "died": ("E2",),
    "other": ("E8",),
}
"""Destinations of leavers and their SSDA903 reasons for ceasing; anything else is not known."""

UNKNOWN = "not known"


def leaver_destinations(spells: pd.DataFrame, records: ChildRecords, window: Window) -> pd.DataFrame:
    """Return leavers in a window by age band and destination.

    One row a pair: ``age_band`` (``18`` for those who aged out), ``destination``, ``leavers``, ``share`` of the age
    band's leavers. Children of unknown birth date are under ``not known``.
    """
    end, birth = day_numbers(spells["end"]), birth_days(spells["child"], records.children)
    inside = (end >= day_number(window.first_day)) & (end <= day_number(window.last_day))
    left, end, birth = spells[inside], end[inside], birth[inside]
    code = left["reason_ceased"].str.upper().str.strip()
    lookup = {code: name for name, codes in DESTINATIONS.items() for code in codes}
    labels = np.array([*AGE_BANDS, "18"])
    known = birth != UNKNOWN_BIRTH
    safe = np.where(known, birth, end - 1)
    reached = sum((birthday(safe, years) <= end).astype("int64") for years in AGE_BAND_STARTS[1:])
    band = np.where(birthday(safe, ADULT_AGE) - AGEING_OUT_DAYS <= end, len(AGE_BANDS), reached)
    frame = pd.DataFrame(
        {"age_band": np.where(known, labels[band], UNKNOWN), "destination": code.map(lookup).fillna(UNKNOWN).to_numpy()}
    )
    counts = frame.groupby(["age_band", "destination"], as_index=False).size().rename(columns={"size": "leavers"})
    counts["share"] = counts["leavers"] / counts.groupby("age_band")["leavers"].transform("sum")
    counts.attrs |= {"unit": "children", "definition": "Children who left care in the window, by where they went."}
    return pd.DataFrame(counts)
