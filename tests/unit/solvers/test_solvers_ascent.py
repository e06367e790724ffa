"""The climb of a smooth function with bounds: where scipy's bounded method ends, it ends too."""

import numpy as np
import pytest
from scipy.optimize import minimize

from solvers.allocation.ascent import CUTS, Rules, highest

PATIENT = Rules(steps=2_000, rise=1e-14, first_move=0.1)


def soft_hill(rng: np.random.Generator, size: int):
    """Return value and slope of minus a soft maximum of random planes, less a bowl: concave, and bent everywhere."""
    planes, offset = rng.normal(size=(3 * size, size)), rng.normal(size=3 * size)

    def value_and_slope(point: np.ndarray) -> tuple[float, np.ndarray]:
        height = planes @ point + offset
        most = height.max()
        weight = np.exp(height - most)
        value = -(most + np.log(weight.sum())) - 0.05 * point @ point
        return float(value), -(weight @ planes) / weight.sum() - 0.1 * point

    return value_and_slope


@pytest.mark.parametrize("size", [1, 3, 20])
@pytest.mark.parametrize("seed", range(5))
def test_it_ends_where_the_bounded_method_of_scipy_ends(size: int, seed: int) -> None:
    """Some arguments end at their bounds, some are free and some unbounded; the value is the best there is."""
    rng = np.random.default_rng(seed)
    hill = soft_hill(rng, size)
    lowest = np.where(rng.random(size) < 0.7, rng.normal(scale=0.3, size=size), -np.inf)
    reference = minimize(
        lambda point: tuple(-part for part in hill(point)),
        np.maximum(0.0, lowest),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None if np.isinf(low) else low, None) for low in lowest],
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 5_000},
    )
    top = highest(hill, np.zeros(size), lowest, PATIENT)
    assert (top >= lowest).all()
    assert hill(top)[0] == pytest.approx(-reference.fun, abs=1e-7)


def test_from_the_top_it_does_not_move() -> None:
    """Where the slope is nought, or points out of bounds only, the start is the answer."""

    def falling(point: np.ndarray) -> tuple[float, np.ndarray]:
        return -float(point.sum()), -np.ones(len(point))

    start = np.array([2.0, -1.0])
    assert (highest(falling, start, start, PATIENT) == start).all()


def test_no_step_goes_down() -> None:
    """Every point it stands on is higher than the last, and a start out of bounds is moved in first."""
    hill = soft_hill(np.random.default_rng(9), 8)
    starts = []
    for steps in range(1, 12):
        point = highest(hill, np.full(8, -5.0), np.zeros(8), Rules(steps, 0.0, 0.5))
        assert (point >= 0).all()
        starts.append(hill(point)[0])
    assert starts == sorted(starts)


def test_an_overlong_first_step_is_cut_back() -> None:
    """A first move far beyond the top is shortened until it rises."""

    def bowl(point: np.ndarray) -> tuple[float, np.ndarray]:
        return -float(point @ point), -2 * point

    top = highest(bowl, np.array([1.0, 3.0]), np.full(2, -np.inf), Rules(100, 1e-16, 1e6))
    assert CUTS >= 20
    assert top == pytest.approx(np.zeros(2), abs=1e-5)
