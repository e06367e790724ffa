"""A child who has all of a home for several: every figure of money counts every place of it."""

from dataclasses import replace

import pytest

from sufficiency.assumptions.values import Assumptions
from sufficiency.domain.settings import Setting
from sufficiency.finance.average import average_plan
from sufficiency.finance.drawn import spend_drawn
from sufficiency.finance.spend import KEPT_EMPTY, spend
from sufficiency.finance.voids import fixed_and_voids
from tests.unit.finance.finance_toys import BASE, ToyPlan, flat_prices, full_months, places, stock_rows
from tests.unit.finance.test_finance_drawn import ToyFutures

HOME = {"setting": Setting.RESIDENTIAL, "weekly": 70_000, "fixed": 140_000, "capacity": 3}


def one_child(kept_empty: int) -> ToyPlan:
    """One child in a home of three for the 30 days of April, keeping some places of it empty."""
    where = places(HOME, months=1)
    stock = stock_rows(where, full_months(where, 0, 1))
    return ToyPlan(BASE, 1, where, stock.assign(**{KEPT_EMPTY: 30.0 * kept_empty}))


@pytest.mark.parametrize(("kept_empty", "pence"), [(0, 300_000), (2, 900_000)])
def test_places_kept_empty_are_paid_for_in_every_figure(kept_empty: int, pence: int) -> None:
    """At 100 pounds a day and place: of one future, of many, and of their average."""
    plan = one_child(kept_empty)
    numbered = plan.stock.assign(replication=1)
    futures = ToyFutures(BASE, 1, 1, plan.places, numbered[["replication", *plan.stock]])
    alone = spend(plan, flat_prices(), Assumptions.defaults())
    drawn = spend_drawn(futures, flat_prices())
    middle = spend(average_plan(futures), flat_prices(), Assumptions.defaults())
    for spent in (alone, drawn, middle):
        assert (spent["placement_pence"].sum(), spent["child_days"].sum()) == (pence, 30)


def test_places_kept_empty_are_no_voids() -> None:
    """Two of three beds void beside an ordinary child; none beside one who has all of the home."""
    voids = [fixed_and_voids(one_child(kept), flat_prices())["void_days"].sum() for kept in (0, 2)]
    assert voids == [60, 0]


def test_a_stock_without_the_column_costs_its_children() -> None:
    """Where no home is emptied for one child, a plan says nothing of places kept empty."""
    plan = one_child(0)
    plain = replace(plan, stock=plan.stock.drop(columns=KEPT_EMPTY))
    assert spend(plain, flat_prices(), Assumptions.defaults())["placement_pence"].sum() == 300_000
