"""How far rates drift from year to year, as the council's own history shows: what a window cannot know of next year.

Each year of history is held against the one before. Beyond what chance alone would do, the rates of all ages rise or
fall together, and those of each age band apart. Both are walks of the logarithm; how long their steps are is weighed
over a grid by how likely it makes the counts, beginning from what England's totals do, so a short history borrows more.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.england import DRIFT_PER_YEAR

Floats = NDArray[np.float64]

SPREADS: Floats = np.geomspace(0.02, 0.64, 11)
"""Standard deviations of a year's change of a log rate that are weighed."""

PRIOR_SPREAD = 0.7
"""How sure the beginning is: standard deviation of the log of the spread (assumption: within a factor of four)."""

YEAR_PAIR = 2 / 3
"""Variance of the change between the means of two years that follow each other, for a walk of variance one a year."""

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, eq=False)
class Drift:
    """How far the rates of one flow drift in a year.

    Attributes
    ----------
    weights
        How likely each pair of spreads is, of all ages together and of each age band apart, shape (11, 11).
    """

    weights: Floats

    @property
    def spread(self) -> tuple[float, float]:
        """Mean spread of all ages together, and of an age band apart."""
        return float(self.weights.sum(axis=1) @ SPREADS), float(self.weights.sum(axis=0) @ SPREADS)

    def draw(
        self, window_years: float, months: Floats, bands: int, draws: int, generator: np.random.Generator
    ) -> Floats:
        """Draw by what rates are multiplied in each step, with mean one (draws, steps, bands).

        A rate counted over a window is that of its middle: it has drifted already when the window ends, by a third of
        what a walk as long as the window does.
        """
        pair = generator.choice(self.weights.size, size=draws, p=self.weights.ravel())
        together, apart = SPREADS[pair // len(SPREADS)], SPREADS[pair % len(SPREADS)]
        years = np.diff(np.concatenate([[0.0], np.cumsum(months) - months / 2])) / 12
        lengths = np.sqrt(years + np.eye(1, len(years))[0] * window_years / 3)
        walk = np.cumsum(generator.standard_normal((draws, len(months), bands + 1)) * lengths[:, None], axis=1)
        size = np.cumsum(lengths**2)[:, None]
        log = walk[..., :1] * together[:, None, None] + walk[..., 1:] * apart[:, None, None]
        variance = (together**2 + apart**2)[:, None, None] * size
        drift: Floats = np.exp(log - variance / 2)
        return drift


def prior() -> Floats:
    """Return how likely spreads are before the council's own history is looked at (11, 11)."""
    one = np.exp(-0.5 * (np.log(SPREADS / DRIFT_PER_YEAR) / PRIOR_SPREAD) ** 2)
    both = one[:, None] * one
    weights: Floats = both / both.sum()
    return weights


UNASKED = Drift(prior())
"""Drift before the council's own history is looked at."""


def fit_drift(events: Floats, expected: Floats) -> Drift:
    """Weigh how far rates drift.

    Parameters
    ----------
    events, expected
        Events of each year and age band, the earliest first, and those expected at rates that never change (y, a).
    """
    score = np.log(prior())
    for year in range(1, len(events)):
        used = (expected[year - 1] > 0) & (expected[year] > 0) & (events[year - 1] + events[year] > 0)
        if used.any():
            before, after = events[year - 1][used], events[year][used]
            score = score + _likelihood(before, after, np.log(expected[year][used] / expected[year - 1][used]))
    weights = np.exp(score - score.max())
    return Drift(weights / weights.sum())


def _likelihood(before: Floats, after: Floats, offset: Floats) -> Floats:
    """Log likelihood of two years' counts, given both together, at each pair of spreads (11, 11)."""
    step = SPREADS * np.sqrt(YEAR_PAIR)
    moves = step[:, None] * _NODES
    # Axes: spread and node of all ages together, spread and node of the age band apart, age band.
    odds = moves[:, :, None, None, None] + moves[None, None, :, :, None] + offset
    log = after * odds - (before + after) * np.logaddexp(0.0, odds)
    by_band = _mean_of(log, axis=3).sum(axis=-1)
    return _mean_of(by_band, axis=1)


def _mean_of(log: Floats, axis: int) -> Floats:
    """Return the log of the mean over quadrature nodes."""
    most = log.max(axis=axis, keepdims=True)
    mean = np.tensordot(np.exp(log - most), _WEIGHTS, axes=(axis, 0))
    result: Floats = np.log(mean) + most.squeeze(axis)
    return result
