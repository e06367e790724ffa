"""What steering must keep whatever the population."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sufficiency.synthetic import targets
from sufficiency.synthetic.chance import apportion
from sufficiency.synthetic.population import plan_year, stock_by_stratum

years = st.sampled_from(targets.RETURN_YEARS)


@given(st.integers(0, 500), st.lists(st.floats(0.01, 100), min_size=1, max_size=9))
def test_apportioned_children_are_whole_and_all_there(total, weights):
    """The parts add up, and none is more than one child off its exact share."""
    parts = apportion(total, weights)
    assert parts.sum() == total
    assert np.all(np.abs(parts - np.array(weights) / sum(weights) * total) < 1)


@given(years, st.integers(15, 70), st.integers(0, 12), st.randoms(use_true_random=False))
def test_a_planned_year_meets_every_total(year, adults, uasc_adults, random):
    """Starts, leavers and the stock by age follow, and nobody leaves who is not there."""
    before = stock_by_stratum(year - 1)
    pool = np.append(before, [0, 0])
    for _ in range(adults + uasc_adults):
        group = random.choice([g for g in range(7) if pool[g] > 0])
        pool[group] -= 1
        pool[8 if group >= 5 else 7] += 1
    coming, leaving = plan_year(pool, year)
    assert coming.sum() == targets.STARTED[year]
    assert leaving.sum() == targets.ceased(year)
    assert coming.min() >= 0
    assert leaving.min() >= 0
    assert np.array_equal((pool + coming - leaving)[:7], stock_by_stratum(year))
