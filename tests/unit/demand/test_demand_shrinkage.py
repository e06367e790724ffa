"""Borrowing strength: what a cell with many events says, and what one with none does."""

import numpy as np
import pytest

from sufficiency.demand.shrinkage import Level, shrink

LEVELS = (Level("row", (0,)), Level("cell", (0, 1)))


def table(events: list[list[float]], exposure: list[list[float]], base: float = 0.01) -> tuple[np.ndarray, ...]:
    return np.array(events), np.array(exposure), np.full(np.shape(events), base)


def test_many_events_speak_for_themselves() -> None:
    """A cell with thousands of events has its own rate, and borrows next to nothing."""
    fitted = shrink(*table([[4000, 100], [100, 100]], [[1e5, 1e5], [1e5, 1e5]]), LEVELS)
    assert fitted.rate[0, 0] == pytest.approx(0.04, rel=0.02)
    assert fitted.borrowed[0, 0] < 0.02


def test_no_exposure_borrows_everything() -> None:
    """A cell nobody lived in has its parent's rate, and says so."""
    fitted = shrink(*table([[30, 0], [28, 31]], [[1000, 0], [1000, 1000]]), LEVELS)
    assert fitted.rate[0, 1] == pytest.approx(fitted.parent[0, 1])
    assert fitted.borrowed[0, 1] == pytest.approx(1.0)
    assert fitted.rate[0, 1] == pytest.approx(0.03, rel=0.15)


def test_no_events_anywhere_is_the_last_parent() -> None:
    """With neither events nor exposure the rate is England's."""
    fitted = shrink(*table([[0, 0]], [[0, 0]], base=0.007), LEVELS)
    assert fitted.rate == pytest.approx(np.full((1, 2), 0.007))


def test_like_cells_are_pulled_together_and_unlike_ones_are_not() -> None:
    """Cells that scatter by chance share one rate; cells that truly differ keep theirs."""
    generator = np.random.default_rng(5)
    exposure = np.full((6, 8), 1000.0)
    base = np.full((6, 8), 0.01)
    alike = shrink(generator.poisson(10.0, (6, 8)).astype(float), exposure, base, LEVELS)
    rates = 0.01 * generator.gamma(2.0, 0.5, (6, 8))
    unlike = shrink(generator.poisson(rates * exposure).astype(float), exposure, base, LEVELS)
    assert alike.rate.std() < 0.4 * (alike.events / exposure).std()
    assert unlike.rate.std() > 0.8 * (unlike.events / exposure).std()


def test_draws_have_the_mean_and_cover_the_truth() -> None:
    """Draws centre on the fit, and nine to ten of ten true rates lie within their 95% intervals."""
    generator = np.random.default_rng(11)
    covered = []
    for _ in range(8):
        exposure = generator.uniform(200, 20_000, (5, 9))
        truth = 0.002 * generator.gamma(6, 1 / 6, (5, 1)) * generator.gamma(10, 0.1, (5, 9))
        events = generator.poisson(truth * exposure).astype(float)
        fitted = shrink(events, exposure, np.full((5, 9), 0.001), LEVELS)
        drawn = fitted.draw(generator, 300)
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        covered.append(((truth >= low) & (truth <= high)).mean())
        assert (drawn.mean(axis=0) * exposure).sum() == pytest.approx((fitted.rate * exposure).sum(), rel=0.05)
    assert 0.9 <= np.mean(covered) <= 0.995


def test_the_same_seed_draws_the_same() -> None:
    """Draws come from the generator given and from nothing else."""
    fitted = shrink(*table([[30, 5], [28, 31]], [[1000, 200], [1000, 1000]]), LEVELS)
    first, second = (fitted.draw(np.random.default_rng(3), 5) for _ in range(2))
    assert np.array_equal(first, second)
