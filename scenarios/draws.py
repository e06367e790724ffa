"""Uncertainty drawn once a replication: the same draw for every scenario, so that differences are paired.

A replication draws rates from what their events allow, prices from their published growth, and levers from their
intervals, and then walks expected children on them. That is doubt about the figures that go in. Chance within a month
(who happens to come) is in it only when whole children are walked; without it a single year can turn out further off.
"""

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from scenarios.ground import FloatArray, Ground
from scenarios.lever import Pull
from scenarios.levers import LEVERS
from scenarios.money_levers import with_uplifts
from sufficiency.demand.entries import BAND_OF_YEAR, EntryModel
from sufficiency.demand.rates import Posterior, Rates
from sufficiency.demand.shrinkage import Shrunk
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import CostLine
from sufficiency.finance.prices import PriceList

EXPECTED = 0
"""The replication that draws nothing: every figure at its own value."""

_FOSTERING, _HOMES = (-2.0, 0.0, 2.7), (-1.1, 0.0, 2.0)
UPLIFT_POINTS: dict[CostLine, tuple[float, float, float]] = {
    CostLine.KINSHIP: _FOSTERING,
    CostLine.IN_HOUSE_FOSTER: _FOSTERING,
    CostLine.IFA: _FOSTERING,
    CostLine.SUPPORTED: _FOSTERING,
    CostLine.OWN_HOME: _HOMES,
    CostLine.EXTERNAL_HOME: _HOMES,
    CostLine.SECURE: _HOMES,
}
"""Least, likeliest and most points beside the default uplift of a line, triangular. Derived: fostering 1.6% (Coventry
in-house, 2017-18 to 2022-23) to 6.3% (LAIT, last year) around 3.6%; residential 9.0% (last year) to 12.1% (since
2019-20) around 10.1%; supported accommodation as fostering, secure as residential (assumption)."""

_RATES, _PRICES = 1, 2


def draw_ground(ground: Ground, seed: int, replication: int) -> Ground:
    """Return the ground with rates and prices as one replication draws them; unchanged for the expected one.

    For walks on expected children. Whole children draw their rates themselves (:mod:`scenarios.whole_children`).

    Raises
    ------
    AssumptionError
        When the rates were set by hand, so that nothing says how sure they are.
    """
    if replication == EXPECTED:
        return ground
    rates = draw_rates(ground.rates, np.random.default_rng([seed, replication, _RATES]))
    return draw_prices(ground.with_rates(rates), seed, replication)


def draw_prices(ground: Ground, seed: int, replication: int) -> Ground:
    """Return the ground with prices as one replication draws them; rates are left to who draws whole children."""
    prices = draw_uplifts(ground.prices, ground.base_year, np.random.default_rng([seed, replication, _PRICES]))
    return replace(ground, prices=prices)


def draw_pulls(pulls: tuple[Pull, ...], seed: int, replication: int) -> tuple[Pull, ...]:
    """Return levers with sizes drawn from their intervals (triangular); a lever draws the same in every scenario."""
    if replication == EXPECTED:
        return pulls
    return tuple(_draw_pull(pull, seed, replication) for pull in pulls)


def _draw_pull(pull: Pull, seed: int, replication: int) -> Pull:
    if pull.high <= pull.low:
        return pull
    word = int.from_bytes(sha256(pull.key.encode()).digest()[:4], "big")
    drawn = float(np.random.default_rng([seed, replication, word]).triangular(pull.low, pull.value, pull.high))
    return replace(pull, value=float(round(drawn)) if LEVERS[pull.lever].whole else drawn)


def draw_rates(rates: Rates, rng: np.random.Generator) -> Rates:
    """Draw entries, leaving and moving from what the events of the window allow."""
    known = rates.posterior
    if known is None:
        raise AssumptionError("These rates were set by hand, so replications cannot be drawn from them.")
    return replace(
        rates,
        entries_per_month=_draw_entries(known.entering, rng),
        leave_per_day=rates.leave_per_day * _draw_ratio(known.leaving, rng),
        move_per_day=rates.move_per_day * _draw_ratio(known.moving, rng),
        move_to=_draw_destinations(known, rng),
    )


def _draw_entries(model: EntryModel, rng: np.random.Generator) -> FloatArray:
    """Draw groups a month as Gamma with the events seen (fewer when over-dispersed), and make-up as Dirichlet."""
    events = np.maximum(model.group_events, 0.5) / model.dispersion
    groups = model.groups_per_month * rng.gamma(events) / events
    ages = np.stack([_dirichlet(row, rng) for row in model.age_counts])
    settings = np.stack([[_dirichlet(cell, rng) for cell in row] for row in model.setting_counts])
    share = ages[..., None] * settings[:, BAND_OF_YEAR]
    return np.asarray(((groups * model.mean_size)[:, None, None] * share).transpose(1, 0, 2))


def _dirichlet(counts: FloatArray, rng: np.random.Generator) -> FloatArray:
    drawn = np.zeros_like(counts)
    drawn[counts > 0] = rng.dirichlet(counts[counts > 0])
    return drawn


def _draw_ratio(known: Shrunk, rng: np.random.Generator) -> FloatArray:
    """Drawn rate over fitted rate by age band and setting, at the days lived in each band of time."""
    drawn = known.draw(rng, 1)[0]
    weight = known.exposure + 1.0
    ratio: FloatArray = (drawn * weight).sum(axis=1) / (known.rate * weight).sum(axis=1)
    return ratio


def _draw_destinations(known: Posterior, rng: np.random.Generator) -> FloatArray:
    """Where moves go, as the destinations draw themselves."""
    return np.asarray(known.destinations.draw(rng, 1)[0])


def draw_uplifts(prices: PriceList, base: FinancialYear, rng: np.random.Generator) -> PriceList:
    """Draw by how much each line grows each April; lines of one kind grow together."""
    points: dict[tuple[float, float, float], float] = {}
    for line, spread in UPLIFT_POINTS.items():
        if spread not in points:
            points[spread] = round(float(rng.triangular(*spread)), 2)
        if any(price.line is line for price in prices.prices):
            years = [FinancialYear(base.start_year + ahead) for ahead in range(LONGEST_YEARS)]
            grown = {year: prices.uplift_percent(line, year) + Decimal(str(points[spread])) for year in years}
            prices = with_uplifts(prices, line, grown)
    return prices


LONGEST_YEARS = 20
"""Financial years after the base date that a walk can reach."""


def interval(draws: NDArray[np.float64], level: float = 0.8) -> tuple[float, float]:
    """Return the middle ``level`` of some draws; not known below five draws."""
    if len(draws) < FEWEST_DRAWS:
        return float("nan"), float("nan")
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


FEWEST_DRAWS = 5
