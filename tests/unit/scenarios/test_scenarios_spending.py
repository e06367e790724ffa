"""What known placement costs do to the prices of places, and what is refused before anything is walked."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from scenarios.ground import Ground
from scenarios.spending_books import (
    known_arrangements,
    own_prices_used,
    require_placement_only,
    with_own_prices,
)
from scenarios.spending_past import last_closed
from scenarios.spending_plans import require_futures
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.money import PriceBase
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.places import PlaceKind
from sufficiency.finance.prices import PriceList
from sufficiency.matching.sampled.plan import WalkPolicy
from tests.unit.scenarios.conftest import BASE


def place_of(ground: Ground) -> np.ndarray:
    return ground.supply.occupancy.set_index("child")["place"].loc[ground.now.frame["child"]].to_numpy()


def test_a_known_cost_prices_the_arrangement_it_is_of_and_nothing_else(ground: Ground) -> None:
    """One child of an arrangement of n at 31,000 pounds: the mean of it and the list price of the others."""
    place, existing = place_of(ground), [kind is PlaceKind.EXISTING for kind in ground.places.kind]
    child = int(np.flatnonzero(np.array(existing)[place])[0])
    own = np.full(len(place), np.nan)
    own[child] = 3_100_000
    before, after = ground.places.weekly_pence, with_own_prices(ground, own).places.weekly_pence
    others = int((place == place[child]).sum()) - 1
    assert after[place[child]] == round((3_100_000 + others * before[place[child]]) / (others + 1))
    assert (np.delete(after, place[child]) == np.delete(before, place[child])).all()
    assert own_prices_used(ground, own) == 1
    known = known_arrangements(ground, own)
    assert known == ({ground.places.id[place[child]]} if not others else frozenset())


def test_a_carers_fee_is_not_replaced_by_a_cost_list(ground: Ground) -> None:
    """In-house carers keep the fee and allowance of their file; their cost is not counted as used."""
    place = place_of(ground)
    carer = [kind is PlaceKind.HOUSEHOLD for kind in ground.places.kind]
    own = np.where(np.array(carer)[place], 999_900.0, np.nan)
    assert (with_own_prices(ground, own).places.weekly_pence == ground.places.weekly_pence).all()
    assert own_prices_used(ground, own) == 0


def test_full_cost_prices_and_practice_without_futures_are_refused(ground: Ground) -> None:
    """The two bases are never mixed, and practice knows only whole children."""
    row = replace(ground.prices.prices[0], uplift_percent=Decimal(1))
    with pytest.raises(AssumptionError, match=r"finance\.s251"):
        require_placement_only(PriceList(PriceBase.FULL, (row,)))
    with pytest.raises(AssumptionError, match="whole children"):
        require_futures(WalkPolicy.PRACTICE, 0)
    require_futures(WalkPolicy.BEST_USE, 0)


def test_the_last_closed_year_is_the_one_that_has_ended() -> None:
    """31 March closes its own year; the day before leaves the one before it."""
    assert last_closed(BASE) == FinancialYear(2024)
    assert last_closed(BASE.replace(day=30)) == FinancialYear(2023)
