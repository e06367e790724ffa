"""The groups in which DfE publishes children looked after, so that a council can tie its figures to them.

Source: DfE, *Children looked after in England including adoption*, placement, provider and locality tables.
"""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.needs import AGE_BAND_STARTS, AGE_BANDS

WITHIN_MILES = 20.0
"""Exactly 20.0 miles counts as within 20."""

UNKNOWN = "unknown"

GROUP_OF_PLACE: dict[str, str] = {
    **dict.fromkeys(("U1", "U2", "U3", "U4", "U5", "U6"), "foster"),
    **dict.fromkeys(("K1", "K2"), "secure homes and children's homes"),
    **dict.fromkeys(("H5", "K3", "P2"), "independent living and supported accommodation"),
    **dict.fromkeys(("R1", "R2", "R3", "R5", "P3"), "other residential"),
    "S1": "residential schools",
    "P1": "placed with parents",
    **dict.fromkeys(("A3", "A4", "A5", "A6"), "placed for adoption"),
}
"""Published placement group of each PLACE code; every other code is "other"."""

PROVIDER_GROUPS: dict[str, str] = {
    "PR1": "own provision",
    "PR2": "other authority",
    "PR3": "other public",
    "PR4": "private",
    "PR5": "voluntary",
    "PR0": "parents",
}
"""Published provider group of each PLACE_PROVIDER code; a blank one is "not reported"."""

GROUP_ORDER = [*dict.fromkeys(GROUP_OF_PLACE.values()), "other"]
PROVIDER_ORDER = [*PROVIDER_GROUPS.values(), "not reported"]


def groups(place: pd.Series) -> pd.Series:
    """Return the published placement group of each PLACE code."""
    return place.str.upper().map(GROUP_OF_PLACE).fillna("other")


def providers(provider: pd.Series) -> pd.Series:
    """Return the published provider group of each PLACE_PROVIDER code."""
    return provider.str.upper().map(PROVIDER_GROUPS).fillna("not reported")


def age_bands(birth_date: pd.Series, day: date) -> pd.Series:
    """Return the published age band on a day; a missing birth date is "unknown"."""
    years = age_in_years(birth_date, day)
    band = np.searchsorted(np.array(AGE_BAND_STARTS), years.fillna(0).to_numpy(), side="right") - 1
    named = np.array(AGE_BANDS)[np.clip(band, 0, None)]
    return pd.Series(np.where(years.isna(), UNKNOWN, named), index=birth_date.index, dtype="str")


def age_in_years(birth_date: pd.Series, day: date) -> pd.Series:
    """Return whole years of age; a child born on 29 February has the birthday on 1 March in other years."""
    before = (birth_date.dt.month > day.month) | ((birth_date.dt.month == day.month) & (birth_date.dt.day > day.day))
    years: pd.Series = day.year - birth_date.dt.year - before.astype("int64")
    return years


def distance_bands(miles: NDArray[np.float64]) -> NDArray[np.str_]:
    """Return "within 20 miles", "over 20 miles" or "unknown"; a missing distance is never near."""
    near = np.where(miles <= WITHIN_MILES, "within 20 miles", "over 20 miles")
    return np.where(np.isnan(miles), UNKNOWN, near)
