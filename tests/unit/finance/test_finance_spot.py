"""Spot prices with their tail."""

import numpy as np
import pytest

from sufficiency.domain.errors import InputError
from sufficiency.finance.spot import SpotPrices

MARKET = SpotPrices.from_mean_and_tail(528_800, 1_000_000, 0.05)


def test_the_curve_keeps_the_mean_and_the_tail_it_was_given():
    """Mean 5,288 pounds with 5% at 10,000 or more: both come out again, and the median lies below the mean."""
    assert MARKET.mean_pence == pytest.approx(528_800)
    assert MARKET.share_at_or_above(1_000_000) == pytest.approx(0.05, abs=1e-9)
    assert MARKET.quantile(0.95) == pytest.approx(1_000_000, abs=1)
    assert MARKET.quantile(0.5) < 528_800


def test_tiers_of_the_market_have_its_mean():
    """Twenty tiers, cheapest first, together cost what the curve costs; the dearest is far above the high price."""
    tiers = MARKET.tiers(20)
    assert (np.diff(tiers) > 0).all()
    assert tiers.mean() == pytest.approx(528_800, abs=1)
    assert tiers[-1] > 1_000_000


def test_draws_follow_the_curve_and_the_seed():
    """Same seed, same prices; the share in the tail is the curve's, within four standard errors."""
    drawn = MARKET.draw(20_000, np.random.default_rng(1))
    assert (drawn == MARKET.draw(20_000, np.random.default_rng(1))).all()
    assert abs((drawn >= 1_000_000).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 20_000)


def test_a_councils_own_prices_draw_their_own_curve():
    """Prices drawn from a known curve give it back."""
    known = SpotPrices(centre=13.0, spread=0.4)
    fitted = SpotPrices.from_prices(known.draw(20_000, np.random.default_rng(2)))
    assert fitted.centre == pytest.approx(13.0, abs=0.02)
    assert fitted.spread == pytest.approx(0.4, abs=0.02)


def test_an_emergency_premium_raises_every_price():
    """20% dearer: mean and median by a fifth."""
    dearer = MARKET.dearer(20)
    assert dearer.mean_pence == pytest.approx(1.2 * 528_800)
    assert dearer.quantile(0.5) == pytest.approx(1.2 * MARKET.quantile(0.5), abs=1)


@pytest.mark.parametrize(("mean", "high", "share"), [(2, 1, 0.1), (1, 2, 0.5), (100, 10_000, 0.4)])
def test_impossible_facts_are_refused(mean, high, share):
    """A mean above the high price, half the market in the tail, more in the tail than any curve can hold."""
    with pytest.raises(InputError):
        SpotPrices.from_mean_and_tail(mean, high, share)


def test_too_few_prices_and_free_placements_are_refused():
    """Nine prices draw no curve, and nothing is free."""
    for prices in ([1] * 9, [0] * 10):
        with pytest.raises(InputError, match="at least ten"):
            SpotPrices.from_prices(np.array(prices))
    with pytest.raises(InputError, match="-100%"):
        MARKET.dearer(-100)
