"""How good a forecast was: error, pinball loss and coverage against what happened, beside two naive lines."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.days import day_number, day_numbers
from sufficiency.demand.exposure import setting_index, split_by_age
from sufficiency.demand.history import History
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.domain.settings import SETTINGS

Floats = NDArray[np.float64]

GROUPS: tuple[tuple[str, str], ...] = (
    ("total", "all"),
    *(("setting", str(setting)) for setting in SETTINGS),
    *(("age band", band) for band in AGE_BANDS),
)
"""What is scored: everybody, each setting, each age band."""

BANDS = {50: (0.25, 0.75), 80: (0.1, 0.9), 95: (0.025, 0.975)}
"""Bands whose coverage is checked, in per cent, and their edges as quantiles."""


@dataclass(frozen=True, eq=False)
class Forecasts:
    """Forecast stock on each day after an origin, shape (days, groups); ``quantiles`` has one more axis in front."""

    mean: Floats
    levels: tuple[float, ...] = ()
    quantiles: Floats | None = None

    def after(self, days: int) -> "Forecasts":
        """Return the forecasts without the first days."""
        quantiles = None if self.quantiles is None else self.quantiles[:, days:]
        return Forecasts(self.mean[days:], self.levels, quantiles)


def grouped(stock: Floats | NDArray[np.int32]) -> Floats:
    """Return a stock (..., age band, setting) as (..., groups) in the order of ``GROUPS``."""
    total = stock.sum(axis=(-1, -2))[..., None]
    return np.concatenate([total, stock.sum(axis=-2), stock.sum(axis=-1)], axis=-1).astype("float64")


def truth(history: History, origin: date, days: int) -> Floats:
    """Return who was in care on each of the days after an origin (days, groups)."""
    return grouped(daily_cells(history, origin + timedelta(days=1), days))


def daily_cells(history: History, first_day: date, days: int) -> Floats:
    """Return children in care by day, age band and setting (days, a, s); children who cannot be aged are left out."""
    cut = split_by_age(history.stays, history.records.children)
    first = day_number(first_day)
    start, end = (np.clip(day_numbers(cut[name]) - first, 0, days) for name in ("start", "end"))
    width = len(AGE_BANDS) * len(SETTINGS)
    cell = cut["age_band"].to_numpy() * len(SETTINGS) + setting_index(cut["setting"])
    size = (days + 1) * width
    change = np.bincount(start * width + cell, minlength=size) - np.bincount(end * width + cell, minlength=size)
    stock = change.reshape(days + 1, width).cumsum(axis=0)[:-1]
    return stock.reshape(days, len(AGE_BANDS), len(SETTINGS)).astype("float64")


def hold_last(known: History, origin: date, days: int) -> Forecasts:
    """Forecast that nothing changes."""
    last = truth(known, origin - timedelta(days=1), 1)
    return Forecasts(np.repeat(last, days, axis=0))


def repeat_growth(known: History, origin: date, days: int) -> Forecasts:
    """Forecast that each group grows, or shrinks, by the share it did in the year before."""
    year_ago, last = truth(known, origin - timedelta(days=366), 1)[0], truth(known, origin - timedelta(days=1), 1)[0]
    ratio = np.divide(last, year_ago, out=np.ones_like(last), where=year_ago > 0)
    years = np.arange(1, days + 1)[:, None] / 365
    return Forecasts(last * ratio**years)


def score(forecasts: Forecasts, happened: Floats, horizons_days: tuple[int, ...]) -> pd.DataFrame:
    """Return mean absolute error, pinball loss and coverage over the days up to each horizon.

    One row a horizon and group: ``horizon_days``, ``of``, ``name``, ``children`` (mean in care), ``mae``, and, where
    the forecast has quantiles, ``pinball`` and ``cover_50``, ``cover_80``, ``cover_95`` (share of days inside).
    """
    error = np.abs(forecasts.mean - happened)
    columns = {"children": happened, "mae": error}
    if forecasts.quantiles is not None:
        columns |= _with_bands(forecasts.levels, forecasts.quantiles, happened)
    frames = []
    for days in horizons_days:
        means = {name: values[:days].mean(axis=0) for name, values in columns.items()}
        frame = pd.DataFrame({"of": [of for of, _ in GROUPS], "name": [name for _, name in GROUPS]} | means)
        frame.insert(0, "horizon_days", days)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _with_bands(levels: tuple[float, ...], quantiles: Floats, happened: Floats) -> dict[str, Floats]:
    """Pinball loss, and whether each day fell into each band."""
    gap = happened - quantiles
    share = np.array(levels)[:, None, None]
    result = {"pinball": np.maximum(share * gap, (share - 1) * gap).mean(axis=0)}
    for band, edges in BANDS.items():
        low, high = (quantiles[levels.index(edge)] for edge in edges)
        result[f"cover_{band}"] = ((happened >= low) & (happened <= high)).astype("float64")
    return result
