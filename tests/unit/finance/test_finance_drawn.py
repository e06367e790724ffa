"""What many futures cost: one rule for all, spot prices drawn placement by placement, and how far they spread."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sufficiency.assumptions.values import Assumptions
from sufficiency.domain.errors import InputError
from sufficiency.domain.periods import horizon
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import CostLine, Sector, Setting
from sufficiency.finance.average import average_plan
from sufficiency.finance.drawn import Growth, contingencies, spend_at_risk, spend_drawn
from sufficiency.finance.spend import spend
from sufficiency.finance.tail import Tail
from tests.unit.finance.finance_toys import BASE, ToyPlan, flat_prices, full_months, places, stock_rows

SPOT = {"setting": Setting.RESIDENTIAL, "sector": Sector.PRIVATE, "kind": PlaceKind.SPOT, "weekly": 700_000}
CARER = {"weekly": 70_000, "kind": PlaceKind.HOUSEHOLD}


@dataclass(frozen=True)
class ToyFutures:
    base_date: date
    months: int
    replications: int
    places: Places
    stock: pd.DataFrame


def futures(where, children, months=12):
    """One place each, with so many children in it in each replication."""
    parts = [
        stock_rows(where, [row for place, count in counts.items() for row in full_months(where, place, months, count)])
        for counts in children
    ]
    stock = pd.concat([part.assign(replication=number) for number, part in enumerate(parts, start=1)])
    return ToyFutures(BASE, months, len(children), where, stock.reset_index(drop=True))


def same_futures(where, counts, replications, months=1):
    """Many futures with the same children."""
    one = futures(where, [counts], months)
    rows = one.stock.loc[np.tile(np.arange(len(one.stock)), replications)].reset_index(drop=True)
    rows["replication"] = np.repeat(np.arange(1, replications + 1), len(one.stock))
    return ToyFutures(BASE, months, replications, where, rows)


def test_every_future_costs_what_it_would_cost_alone():
    """Two futures priced together are the two priced one by one, to the penny, fixed cost of an empty home included."""
    where = places(SPOT, CARER, {**SPOT, "sector": Sector.OWN, "kind": PlaceKind.HOME, "fixed": 123_456}, months=14)
    both = futures(where, [{0: 2, 1: 3}, {1: 1}], months=14)
    drawn = spend_drawn(both, flat_prices("3.7"))
    for number in (1, 2):
        alone = both.stock[both.stock["replication"] == number].drop(columns="replication")
        expected = spend(ToyPlan(BASE, 14, where, alone), flat_prices("3.7"), Assumptions.defaults())
        mine = drawn[drawn["replication"] == number].drop(columns="replication").reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, expected, check_like=True)


def test_the_average_plan_costs_the_mean_of_its_futures():
    """Three children and one make two on average, and spend in the middle."""
    where = places(CARER, months=12)
    both = futures(where, [{0: 3}, {0: 1}])
    drawn = spend_drawn(both, flat_prices())
    middle = spend(average_plan(both), flat_prices(), Assumptions.defaults())
    assert middle["spend_pence"].sum() == drawn["spend_pence"].sum() / 2 == 2 * 365 * 10_000


def test_a_spot_placement_keeps_its_price_while_it_lasts_and_a_carer_always_does():
    """One child all year at a price of its own: each month the same daily rate, another in another future."""
    where = places(SPOT, CARER)
    both = futures(where, [{0: 1, 1: 1}] * 2)
    drawn = spend_drawn(both, flat_prices(), Tail(0.6, 0.0), rng=np.random.default_rng(1))
    days = [month.days for month in horizon(BASE, 12)]
    home = drawn[drawn["line"] == "external home"]
    daily = [np.unique(np.rint(rows["spend_pence"].to_numpy() / days / 100)) for _, rows in home.groupby("replication")]
    assert [len(each) for each in daily] == [1, 1]
    assert daily[0] != daily[1]
    carer = drawn[drawn["line"] == "in-house foster"].pivot_table(
        index="month", columns="replication", values="spend_pence"
    )
    assert (carer[1] == carer[2]).all()


def test_when_another_child_comes_another_price_is_drawn_except_in_an_arrangement():
    """A market seat that changes hands every month has twelve prices; an arrangement that stays has one."""
    for kind, distinct in ((PlaceKind.SPOT, 12), (PlaceKind.EXISTING, 1)):
        one = futures(places({**SPOT, "kind": kind}), [{0: 1}])
        drawn = spend_drawn(one, flat_prices(), Tail(0.6, 1.0), rng=np.random.default_rng(1))
        daily = drawn["spend_pence"].to_numpy() / [month.days for month in horizon(BASE, 12)]
        assert len(np.unique(np.rint(daily / 100))) == distinct


def test_drawn_prices_have_the_mean_of_the_list_and_known_ones_are_not_drawn():
    """Over 4,000 futures the mean is the undrawn one within four standard errors; a known place is left alone."""
    where = places(SPOT, months=1)
    many = same_futures(where, {0: 1}, 4_000)
    plain = spend_drawn(many, flat_prices())["spend_pence"].to_numpy()
    drawn = spend_drawn(many, flat_prices(), Tail(0.5, 0.1), rng=np.random.default_rng(3))["spend_pence"].to_numpy()
    error = drawn.std() / np.sqrt(len(drawn))
    assert abs(drawn.mean() - plain.mean()) < 4 * error
    known = Tail(0.5, 0.1, known=frozenset({0}))
    same = spend_drawn(many, flat_prices(), known, rng=np.random.default_rng(3))["spend_pence"].to_numpy()
    assert (same == plain).all()


def test_children_without_a_place_are_drawn_too():
    """The price of an unregistered arrangement is a mean with the longest tail of all."""
    nowhere = {"setting": Setting.UNREGISTERED, "kind": PlaceKind.UNMET, "weekly": 1_659_600}
    many = same_futures(places(nowhere, months=1), {0: 1}, 30)
    assert spend_drawn(many, flat_prices(), Tail(0.5, 0.1), rng=np.random.default_rng(3))["spend_pence"].nunique() > 20


def test_faster_growth_compounds_each_april_after_the_base_year():
    """10% a year and 5 points more: 1.15 in the first year after the base year, 1.15 squared in the second."""
    where = places(CARER, months=24)
    one = futures(where, [{0: 1}], months=24)
    growth = Growth((CostLine.IN_HOUSE_FOSTER,), np.array([[5.0]]))
    drawn = spend_drawn(one, flat_prices("10"), growth=growth).groupby("financial_year")["spend_pence"].sum()
    assert drawn.tolist() == pytest.approx([365 * 10_000 * 1.15, 365 * 10_000 * 1.15**2], abs=12)


def test_risk_is_told_by_line_and_for_whole_futures():
    """100 futures of 1 to 100 children: half stay below 50.5 children, eight in ten below 80.2."""
    where = places(CARER, months=12)
    drawn = spend_drawn(futures(where, [{0: count} for count in range(1, 101)]), flat_prices())
    risk = spend_at_risk(drawn).set_index("line")
    a_child = 365 * 10_000
    whole = risk.loc["total"]
    assert whole["mean_pence"] == whole["p50_pence"] == round(50.5 * a_child)
    assert whole["p80_pence"] == round(80.2 * a_child)
    assert whole["contingency_pence"] == whole["p80_pence"] - whole["p50_pence"]
    assert risk.loc["in-house foster", "p90_pence"] == whole["p90_pence"]
    assert contingencies(spend_at_risk(drawn)) == {"2025-26": int(whole["contingency_pence"])}


def test_too_few_futures_tell_no_p80():
    """A fifth of nineteen is too few to know."""
    drawn = spend_drawn(same_futures(places(CARER, months=1), {0: 1}, 19), flat_prices())
    with pytest.raises(InputError, match="too few"):
        spend_at_risk(drawn)
