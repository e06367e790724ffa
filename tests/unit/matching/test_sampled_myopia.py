"""What looking one month ahead costs at most: nothing where nothing binds, and what can be worked out by hand."""

from datetime import date

import numpy as np
import pytest

from sufficiency.domain.places import PlaceKind
from sufficiency.matching.sampled.myopia import price_of_myopia
from sufficiency.matching.sampled.plan import WalkPolicy
from sufficiency.matching.sampled.walking import walk_sampled

from .conftest import MakeWalk, child, place, with_streams
from .sampled_ground import FOSTERING, ground_of


def entries(ages: dict[int, float]) -> np.ndarray:
    array = np.zeros((18, 2, 10))
    for age, per_month in ages.items():
        array[age, 0, FOSTERING] = per_month
    return array


def test_where_nothing_binds_nothing_is_lost(make_walk: MakeWalk) -> None:
    """Room for everybody in the cheapest home: the clairvoyant does no better."""
    walk = make_walk(
        with_streams(place("a", capacity=99)), [child(date(2015, 1, 1), 0)], entries_per_month=entries({6: 2})
    )
    ground = ground_of(walk)
    myopia = price_of_myopia(ground, walk_sampled(ground, WalkPolicy.BEST_USE, 1, 1), 1)
    assert myopia.placements > 0
    assert myopia.share == pytest.approx(0, abs=1e-6)


def test_keeping_the_last_place_for_who_will_need_it_is_worth_what_a_clairvoyant_saves(make_walk: MakeWalk) -> None:
    """The cheap home fills in the first months with whoever comes, however long they stay."""
    places = with_streams(
        place("cheap", capacity=2, weekly_pence=10_000),
        place("dear", capacity=99, weekly_pence=400_000, kind=PlaceKind.HOME),
    )
    walk = make_walk(
        places,
        [child(date(2015, 1, 1), 1)],
        entries_per_month=entries({6: 3.0}),
        leave_per_day=np.full((5, 10), 0.02),
    )
    ground = ground_of(walk)
    plan = walk_sampled(ground, WalkPolicy.BEST_USE, 1, 5)
    myopia = price_of_myopia(ground, plan, 1)
    rows = plan.placements
    assert set(rows["place"]) == {0, 1}
    assert 0 < myopia.bound_pence_weekly <= myopia.walk_pence_weekly
    # Nobody could fill the two cheap places more than in every month.
    months = plan.stays.merge(rows, on="child")
    stayed = np.clip(np.minimum(months["ended"], 7) - months["began"], 1, None).sum()
    least = (min(12, stayed) * 10_000 + max(stayed - 12, 0) * 400_000) / plan.months
    assert myopia.bound_pence_weekly >= 0.9 * least
