"""Who comes into care: how many sibling groups a month, how large, how old, and where they first live.

A group is the children who enter from the same home on the same day. Groups are counted by month, so that months that
vary more than chance (overdispersion) widen the bands, and a trend over the window can be carried on, damped.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import birthday
from sufficiency.demand.days import DAYS_A_MONTH, day_numbers
from sufficiency.demand.england import ENTRANTS_BY_BAND, FIRST_SETTINGS, INFANT_EDGES, INFANT_SHARES
from sufficiency.demand.exposure import UNKNOWN_BIRTH, birth_days, setting_index, tally
from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS, AGE_BANDS, age_band_of_year
from sufficiency.domain.settings import SETTINGS, Setting

Floats = NDArray[np.float64]

LARGEST_GROUP = 6
"""Sibling groups larger than this are counted as this many (assumption)."""

BORROWED_ENTRANTS = 4.0
"""Entrants' worth of England in the ages, and of all ages in the first settings (assumption)."""

UASC_AGES = {14: 0.05, 15: 0.15, 16: 0.40, 17: 0.40}
"""Ages of unaccompanied children on entering where the council has had few (assumption)."""

DAMPING = 0.92
"""Share of a month's trend that the next month keeps: in all, it is carried on for about a year (assumption)."""

SLOPE_PRIOR = 0.015
"""Standard deviation of the trend of log entries a month before it is seen (assumption)."""

PRIOR_MONTHS, PRIOR_DISPERSION = 12.0, 1.2
"""Months' worth, and size, of overdispersion borrowed by the months counted (assumption)."""

BAND_OF_YEAR = np.array([age_band_of_year(age) for age in range(ADULT_AGE)])


@dataclass(frozen=True, eq=False)
class EntryModel:
    """Entries to care; the two kinds of group are not UASC (0) and UASC (1).

    Attributes
    ----------
    groups_per_month
        Groups entering a month at the end of the window, by kind, shape (2,).
    group_events, months
        Groups counted, by kind, and the months they were counted over.
    size_share
        Share of groups with 1, 2, ... children, shape (2, LARGEST_GROUP).
    age_counts, setting_counts
        Entrants by kind and age in years (2, 18), and by kind, age band and first setting (2, a, s), with what was
        borrowed: the parameters of the Dirichlet distributions of the shares.
    dispersion
        Variance of a month's groups over its mean, at least 1.
    infants
        Share of entrants under one in each part of their first year (``INFANT_EDGES``).
    slope, slope_error
        Trend of log groups a month, and its standard error; nought when no trend is used.
    """

    groups_per_month: Floats
    group_events: Floats
    months: float
    size_share: Floats
    age_counts: Floats
    setting_counts: Floats
    dispersion: float
    infants: Floats
    slope: float
    slope_error: float

    @property
    def mean_size(self) -> Floats:
        """Mean children in a group, by kind."""
        mean: Floats = self.size_share @ np.arange(1, LARGEST_GROUP + 1)
        return mean

    @property
    def share(self) -> Floats:
        """Share of entrants of a kind by age in years and first setting, shape (2, 18, s)."""
        ages = self.age_counts / self.age_counts.sum(axis=-1, keepdims=True)
        settings = self.setting_counts / self.setting_counts.sum(axis=-1, keepdims=True)
        share: Floats = ages[..., None] * settings[:, BAND_OF_YEAR]
        return share

    @property
    def per_month(self) -> Floats:
        """Children entering a month at the end of the window by age in years, kind and first setting (18, 2, s)."""
        children = (self.groups_per_month * self.mean_size)[:, None, None] * self.share
        return children.transpose(1, 0, 2)

    def growth(self, months_ahead: Floats) -> Floats:
        """Return by what entries are multiplied some months after the window, as the trend dies away."""
        return np.asarray(np.exp(self.slope * carried(months_ahead)), dtype="float64")


def carried(months_ahead: Floats) -> Floats:
    """Return how many months of undamped trend the damped one is worth, some months ahead."""
    return np.asarray(DAMPING * (1 - DAMPING ** np.asarray(months_ahead)) / (1 - DAMPING), dtype="float64")


def fit_entries(new: pd.DataFrame, first: int, beyond: int, trend: bool) -> EntryModel:
    """Count the groups that entered in ``[first, beyond)`` and their make-up.

    Parameters
    ----------
    new
        Who entered in the window (:func:`entered_in`).
    first, beyond
        The window in day numbers, half-open.
    trend
        Whether a trend over the window is looked for; otherwise the mean of the window is the level.
    """
    months = (beyond - first) / DAYS_A_MONTH
    group = new.drop_duplicates("group")
    events = np.bincount(group["uasc"], minlength=2).astype("float64")
    counts = _monthly(group["day"].to_numpy(), first, beyond)
    level, slope, error = _trend(counts, months) if trend else (1.0, 0.0, 0.0)
    return EntryModel(
        groups_per_month=events / months * level,
        group_events=events,
        months=months,
        size_share=_sizes(new),
        age_counts=_ages(new),
        setting_counts=_first_settings(new),
        dispersion=_dispersion(counts, slope),
        infants=_infants(new),
        slope=slope,
        slope_error=error,
    )


def entrants(stays: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Return everybody who entered care.

    One row a child: ``day``, ``age`` in years, ``days_old``, ``uasc`` (0, 1), ``setting`` (index), ``group``.
    Children of unknown birth date, and adults, are left out.
    """
    new = stays[~stays.duplicated(["child", "spell"])]
    birth, start = birth_days(new["child"], children), day_numbers(new["start"])
    known = birth != UNKNOWN_BIRTH
    new, birth, start = new[known], birth[known], start[known]
    age = np.sum([birthday(birth, years) <= start for years in range(1, ADULT_AGE + 1)], axis=0)
    uasc = uasc_flags(new["child"], children)
    home = np.where(uasc | (new["home_postcode"] == "").to_numpy(), new["child"], new["home_postcode"])
    group, _ = pd.factorize(pd.MultiIndex.from_arrays([home, start]))
    columns = {"day": start, "age": age, "uasc": uasc.astype("int64"), "setting": setting_index(new["setting"])}
    columns |= {"days_old": start - birth}
    frame = pd.DataFrame(columns | {"group": group})
    return pd.DataFrame(frame[age < ADULT_AGE].reset_index(drop=True))


def entered_in(new: pd.DataFrame, first: int, beyond: int) -> pd.DataFrame:
    """Return those of the entrants who came in ``[first, beyond)``."""
    return pd.DataFrame(new[((new["day"] >= first) & (new["day"] < beyond)).to_numpy()].reset_index(drop=True))


def uasc_flags(child: pd.Series, children: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each child named is or was unaccompanied (UASC)."""
    uasc = set(children.loc[children["uasc"].astype(bool), "child"])
    return child.isin(uasc).to_numpy(dtype=bool)


def _monthly(day: NDArray[np.int64], first: int, beyond: int) -> Floats:
    """Count groups in equal parts of the window, about a month each."""
    parts = max(round((beyond - first) / DAYS_A_MONTH), 1)
    part = np.minimum(((day - first) * parts) // (beyond - first), parts - 1)
    return np.bincount(part, minlength=parts).astype("float64")


def _trend(counts: Floats, months: float) -> tuple[float, float, float]:
    """Fit a straight line to log groups a month: the level at the end over the mean, slope, and its error.

    Poisson regression by Newton's steps, the slope held toward nought by its prior.
    """
    time = (np.arange(len(counts)) + 0.5) * months / len(counts) - months
    design = np.stack([np.ones_like(time), time], axis=1)
    beta = np.array([np.log(max(counts.mean(), 0.1)), 0.0])
    prior = np.diag([0.0, SLOPE_PRIOR**-2])
    for _ in range(25):
        mean = np.exp(np.clip(design @ beta, -20, 20))
        information = design.T @ (design * mean[:, None]) + prior + np.diag([1e-9, 0.0])
        beta = beta + np.linalg.solve(information, design.T @ (counts - mean) - prior @ beta)
    error = float(np.sqrt(np.linalg.inv(information)[1, 1]))
    level = float(np.exp(beta[0]) / counts.mean()) if counts.sum() > 0 else 1.0
    return level, float(beta[1]), error


def _dispersion(counts: Floats, slope: float) -> float:
    """Variance of a month's groups over their mean, borrowing the prior; never below that of pure chance."""
    if counts.sum() == 0:
        return PRIOR_DISPERSION
    line = np.exp(slope * np.arange(len(counts)))
    mean = counts.sum() * line / line.sum()
    squares = float(np.sum((counts - mean) ** 2 / mean))
    freedom = len(counts) - 1 - (slope != 0)
    return max((squares + PRIOR_MONTHS * PRIOR_DISPERSION) / (max(freedom, 0) + PRIOR_MONTHS), 1.0)


def _sizes(new: pd.DataFrame) -> Floats:
    """Share of groups by size and kind; unaccompanied children come one by one."""
    _, first, size = np.unique(new["group"].to_numpy(), return_index=True, return_counts=True)
    counts = tally((new["uasc"].to_numpy()[first], np.minimum(size, LARGEST_GROUP) - 1), (2, LARGEST_GROUP))
    counts[:, 0] += counts.sum(axis=1) == 0
    shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    return shares


def _ages(new: pd.DataFrame) -> Floats:
    """Entrants by kind and age in years, with England's ages lent evenly over each band."""
    years = np.diff([*AGE_BAND_STARTS, ADULT_AGE])
    lent = np.zeros((2, ADULT_AGE))
    lent[0] = (np.array(ENTRANTS_BY_BAND) / years)[BAND_OF_YEAR]
    lent[1, list(UASC_AGES)] = list(UASC_AGES.values())
    counts = tally((new["uasc"].to_numpy(), new["age"].to_numpy()), (2, ADULT_AGE))
    in_band = np.array([np.bincount(BAND_OF_YEAR, row, len(AGE_BANDS)) for row in counts])
    smooth = (in_band / years)[:, BAND_OF_YEAR] * (lent > 0)
    near = smooth / np.maximum(smooth.sum(axis=1, keepdims=True), 1.0)
    return counts + BORROWED_ENTRANTS * np.where(counts.sum(axis=1, keepdims=True) > 0, (near + lent) / 2, lent)


def _infants(new: pd.DataFrame) -> Floats:
    """Share of entrants under one in each part of their first year, borrowing what is assumed of England."""
    days = new.loc[new["age"] == 0, "days_old"].to_numpy()
    part = np.searchsorted(INFANT_EDGES[1:-1], days, side="right")
    counts = np.bincount(part, minlength=len(INFANT_SHARES)) + BORROWED_ENTRANTS * np.array(INFANT_SHARES)
    shares: Floats = counts / counts.sum()
    return shares


def _first_settings(new: pd.DataFrame) -> Floats:
    """Entrants by kind, age band and first setting, bands borrowing from all ages and those from England."""
    cells = (new["uasc"].to_numpy(), BAND_OF_YEAR[new["age"].to_numpy()], new["setting"].to_numpy())
    counts = tally(cells, (2, len(AGE_BANDS), len(SETTINGS)))
    england = np.array([FIRST_SETTINGS.get(setting, 0.0) for setting in SETTINGS])
    every_age = counts.sum(axis=1) + BORROWED_ENTRANTS * england
    lent = np.repeat((every_age / every_age.sum(axis=1, keepdims=True))[:, None], len(AGE_BANDS), axis=1)
    # Supported accommodation is for 16 and 17 year olds: nobody younger borrows it.
    lent[:, :-1, SETTINGS.index(Setting.SUPPORTED)] = 0.0
    total: Floats = counts + BORROWED_ENTRANTS * lent / lent.sum(axis=2, keepdims=True)
    return total
