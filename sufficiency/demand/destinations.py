"""Where moves go: the mix of settings entered, by age band and setting left."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.needs import AGE_BANDS
from sufficiency.domain.settings import SETTINGS, Setting

Floats = NDArray[np.float64]

BORROWED_MOVES = 3.0
"""Moves' worth that an age band borrows from all ages, and a setting from what is said of settings never left."""

STAYS_WITHIN = 0.7
"""Share of moves within a setting where none from it has been seen (assumption; the rest go where moves go)."""


@dataclass(frozen=True, eq=False)
class Destinations:
    """Shares of moves by age band, setting left and setting entered, shape (a, s, s).

    Attributes
    ----------
    counts
        Moves counted with those borrowed: the parameters of a Dirichlet distribution for each row.
    """

    counts: Floats

    @property
    def share(self) -> Floats:
        """Mean shares; rows add up to one."""
        share: Floats = self.counts / self.counts.sum(axis=2, keepdims=True)
        return share

    def draw(self, generator: np.random.Generator, draws: int) -> Floats:
        """Return shares drawn from what the moves counted allow, shape (draws, a, s, s)."""
        weight = generator.standard_gamma(np.broadcast_to(self.counts, (draws, *self.counts.shape)))
        weight = np.where(weight.sum(axis=3, keepdims=True) > 0, weight, self.counts)
        drawn: Floats = weight / weight.sum(axis=3, keepdims=True)
        return drawn


def fit_destinations(moves: Floats) -> Destinations:
    """Add to the moves of each age band what it borrows from all ages.

    Nobody under 16 borrows a move to supported accommodation: it is not for them, and counts only where it was seen.
    """
    anywhere = moves.sum(axis=(0, 1)) / max(moves.sum(), 1.0)
    unseen = STAYS_WITHIN * np.eye(len(SETTINGS)) + (1 - STAYS_WITHIN) * anywhere
    all_ages = moves.sum(axis=0) + BORROWED_MOVES * unseen / unseen.sum(axis=1, keepdims=True)
    lent = np.repeat((all_ages / all_ages.sum(axis=1, keepdims=True))[None], len(AGE_BANDS), axis=0)
    supported = SETTINGS.index(Setting.SUPPORTED)
    lent[:-1, np.arange(len(SETTINGS)) != supported, supported] = 0.0
    return Destinations(moves + BORROWED_MOVES * lent / lent.sum(axis=2, keepdims=True))
