"""Spot prices as a distribution with its tail, because one very dear placement moves a budget and a mean hides it.

Weekly prices follow a lognormal curve: the spread of prices is in proportion, and the tail is long. Two facts fix it:
the mean price and the share of placements at or above some high price.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm

from sufficiency.domain.errors import InputError
from sufficiency.finance.rounding import nearest_array

_WIDEST = 3.0
"""Largest spread looked for; beyond it the mean would lie above 99 in 100 prices."""


@dataclass(frozen=True)
class SpotPrices:
    """A lognormal curve of weekly prices in pence: log price has mean ``centre`` and standard deviation ``spread``."""

    centre: float
    spread: float

    @classmethod
    def from_mean_and_tail(cls, mean_pence: int, high_pence: int, share_at_or_above: float) -> "SpotPrices":
        """Return the curve with this mean and this share of placements at or above a high price.

        Raises
        ------
        InputError
            When no curve has both.
        """
        if not (0 < mean_pence < high_pence and 0 < share_at_or_above < 0.5):
            raise InputError(
                "spot prices: the mean must be below the high price, and the share above it between 0 and a half."
            )

        def excess(spread: float) -> float:
            return _share_above(math.log(mean_pence) - spread**2 / 2, spread, high_pence) - share_at_or_above

        # The share rises with the spread until the mean is held up by ever fewer prices: look on the rising side.
        turn = math.sqrt(2 * math.log(high_pence / mean_pence))
        if excess(min(turn, _WIDEST)) < 0:
            raise InputError("spot prices: so many placements cannot be so far above the mean; check both figures.")
        spread = float(brentq(excess, 1e-9, min(turn, _WIDEST)))
        return cls(math.log(mean_pence) - spread**2 / 2, spread)

    @classmethod
    def from_prices(cls, weekly_pence: NDArray[np.int64]) -> "SpotPrices":
        """Return the curve of a council's own prices, by maximum likelihood.

        Raises
        ------
        InputError
            With fewer than ten prices, or a price of nothing.
        """
        if len(weekly_pence) < 10 or weekly_pence.min() <= 0:
            raise InputError("spot prices: at least ten prices above zero are needed to draw a curve.")
        logs = np.log(np.asarray(weekly_pence, dtype=np.float64))
        return cls(float(logs.mean()), float(logs.std()))

    @property
    def mean_pence(self) -> float:
        """Mean weekly price."""
        return math.exp(self.centre + self.spread**2 / 2)

    def share_at_or_above(self, weekly_pence: int) -> float:
        """Return the share of placements at this price or more."""
        return _share_above(self.centre, self.spread, weekly_pence)

    def quantile(self, share: float) -> int:
        """Return the price that this share of placements does not pass, in whole pence."""
        return round(math.exp(self.centre + self.spread * float(norm.ppf(share))))

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return prices of placements bought, in whole pence a week, shape (count,)."""
        return nearest_array(rng.lognormal(self.centre, self.spread, count))

    def tiers(self, count: int) -> NDArray[np.int64]:
        """Return the mean price of each of some equally likely tiers, cheapest first: the market as a supply curve.

        Together the tiers have the mean of the curve (each is rounded to the penny).
        """
        edges = norm.ppf(np.linspace(0, 1, count + 1))
        below = norm.cdf(edges - self.spread)
        return nearest_array(self.mean_pence * np.diff(below) * count)

    def dearer(self, percent: float) -> "SpotPrices":
        """Return the curve with every price raised, for example by the premium of an emergency."""
        if percent <= -100:
            raise InputError("spot prices: a premium must be above -100%.")
        return SpotPrices(self.centre + math.log1p(percent / 100), self.spread)


def _share_above(centre: float, spread: float, high_pence: int) -> float:
    return float(norm.sf((math.log(high_pence) - centre) / spread))
