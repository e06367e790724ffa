"""Prices by smoothed dual ascent: the slope is a slope, the bound is near the best, parts do not matter."""

import numpy as np
import pytest

from solvers import certificate
from solvers.allocation import dual
from solvers.allocation.answer import Prices
from solvers.allocation.dual import Dual
from solvers.allocation.highs import relaxed_prices
from solvers.allocation.model import build_model
from solvers.allocation.partitions import Subsets
from solvers.allocation.prices import ascend, exact
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import no_prices
from tests.unit.solvers.toys import brute_force, changed, random_problem


def random_prices(problem: Problem, rng: np.random.Generator) -> np.ndarray:
    return np.concatenate((rng.uniform(0, 600, problem.places), rng.uniform(-300, 300, problem.terms.count)))


@pytest.mark.parametrize("temperature", [300.0, 40.0])
def test_the_slope_is_the_derivative_of_the_smoothed_bound(temperature: float) -> None:
    """Along every price the slope agrees with a small step either way."""
    rng = np.random.default_rng(11)
    for _ in range(20):
        problem = random_problem(rng)
        smooth = Dual.of(problem, Subsets.of(problem))
        price = random_prices(problem, rng)
        _, slope = smooth.value_and_slope(price, temperature)
        for along in np.eye(len(price)):
            up = smooth.value_and_slope(price + 0.5 * along, temperature)[0]
            down = smooth.value_and_slope(price - 0.5 * along, temperature)[0]
            assert up - down == pytest.approx(slope @ along, abs=5e-3)


def test_cooled_down_the_smoothed_bound_is_the_bound() -> None:
    """At next to no temperature smooth and exact agree, at any prices."""
    rng = np.random.default_rng(12)
    for _ in range(30):
        problem = random_problem(rng)
        price = np.rint(random_prices(problem, rng)).astype(np.int64)
        prices = Prices(np.abs(price[: problem.places]), price[problem.places :])
        smooth = Dual.of(problem, Subsets.of(problem))
        cold, _ = smooth.value_and_slope(np.concatenate((prices.place, prices.contract)).astype(float), 1e-3)
        assert cold == pytest.approx(certificate.bound_of(problem, prices), abs=0.1)


def test_parts_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut into a part a family, value and slope are what they are in one piece."""
    rng = np.random.default_rng(13)
    for _ in range(20):
        problem = random_problem(rng)
        subsets, price = Subsets.of(problem), random_prices(problem, rng)
        whole = Dual.of(problem, subsets)
        with monkeypatch.context() as small:
            small.setattr(dual, "PART", 1)
            parts = Dual.of(problem, subsets)
        assert len(parts.parts) == problem.families > len(whole.parts) == 1
        value, slope = parts.value_and_slope(price, 50.0)
        assert value == pytest.approx(whole.value_and_slope(price, 50.0)[0])
        assert slope == pytest.approx(whole.value_and_slope(price, 50.0)[1])


def test_the_ascent_proves_at_least_what_the_linear_relaxation_proves() -> None:
    """Families are kept whole, so the best prices prove more than duals do; the ascent comes within a tenth of 1%."""
    rng = np.random.default_rng(14)
    for _ in range(25):
        problem = random_problem(rng)
        subsets = Subsets.of(problem)
        relaxed = relaxed_prices(problem, build_model(problem), 10.0)
        assert relaxed is not None
        climbed = ascend(problem, subsets)
        best = brute_force(problem)
        assert climbed.bound <= best
        assert climbed.bound >= exact(problem, subsets, relaxed).bound - 0.001 * abs(best) - 1


def test_the_ascent_starts_from_what_it_is_given() -> None:
    """Good prices are never made worse."""
    rng = np.random.default_rng(15)
    for _ in range(10):
        problem = random_problem(rng)
        subsets = Subsets.of(problem)
        first = ascend(problem, subsets)
        assert ascend(problem, subsets, first.prices).bound >= first.bound


def test_the_ascent_stops_when_told() -> None:
    """A listener that is content after the first stage ends the climb."""
    problem = random_problem(np.random.default_rng(16))
    heard: list[int] = []
    ascend(problem, Subsets.of(problem), told=lambda bound: not heard.append(bound))
    assert len(heard) == 1


def test_prices_scale_with_costs() -> None:
    """Costs in tenths of pence give the same proof, ten times over, nearly."""
    problem = changed(random_problem(np.random.default_rng(17)), contracts=None)
    ten = changed(problem, cost=10 * problem.cost)
    once, tenfold = ascend(problem, Subsets.of(problem)).bound, ascend(ten, Subsets.of(ten)).bound
    assert tenfold == pytest.approx(10 * once, rel=2e-3)


def test_without_prices_the_bound_is_everybodys_cheapest() -> None:
    """At no price each member of a plain problem pays its cheapest column."""
    problem = Problem.singles(
        demand=np.array([2, 1]),
        capacity=np.array([0]),
        member=np.array([0, 0, 1]),
        place=np.array([0, -1, -1]),
        cost=np.array([5, 9, 7]),
    )
    assert exact(problem, Subsets.of(problem), no_prices(problem)).bound == 2 * 5 + 7
