"""Spend of a plan from first principles, to the penny."""

import numpy as np

from sufficiency.assumptions.values import Assumptions
from sufficiency.domain.money import PriceBase
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import Sector, Setting
from sufficiency.finance.spend import spend, spend_by_year, spend_of_groups
from tests.unit.finance.finance_toys import (
    BASE,
    ToyPlan,
    flat_prices,
    full_months,
    places,
    stock_rows,
)

ASSUMPTIONS = Assumptions.defaults()


def ifa(**changes):
    return {"setting": Setting.FOSTERING, "sector": Sector.PRIVATE, "weekly": 96_500, "capacity": 9, **changes}


def own_home(**changes):
    return {"setting": Setting.RESIDENTIAL, "sector": Sector.OWN, "weekly": 35_000, "fixed": 1_400_000, **changes}


def costed(entries, rows, months=12, uplift="0", base=PriceBase.PLACEMENT):
    where = places(*entries, months=months)
    plan = ToyPlan(BASE, months, where, stock_rows(where, rows(where) if callable(rows) else rows))
    return spend(plan, flat_prices(uplift, base), ASSUMPTIONS)


def test_one_child_for_one_april_costs_thirty_sevenths_of_a_week():
    """965 pounds a week x 30 / 7 is 4,135.714... pounds."""
    cells = costed([ifa()], [{"month": "2025-04", "place": 0, "child_days": 30.0}])
    april = cells[cells["month"] == "2025-04-01"].iloc[0]
    assert (april["line"], april["financial_year"]) == ("independent foster", "2025-26")
    assert april["spend_pence"] == 413_571


def test_a_year_by_day_is_365_days_and_a_leap_year_366():
    """Twelve months of one child are 365 days in 2025-26 and 366 in 2027-28, which holds 29 February 2028."""
    cells = costed([ifa(weekly=70_000)], lambda where: full_months(where, 0, 36), months=36)
    by_year = cells.groupby("financial_year")["spend_pence"].sum()
    assert by_year.to_dict() == {"2025-26": 3_650_000, "2026-27": 3_650_000, "2027-28": 3_660_000}


def test_price_goes_up_on_the_first_of_april_after_the_base_date():
    """The base date is 31 March 2025, so April 2025 already carries one uplift of 10% and April 2026 two."""
    rows = [{"month": m, "place": 0, "child_days": 7.0} for m in ("2025-04", "2026-03", "2026-04")]
    cells = costed([ifa(weekly=100_000)], rows, months=13, uplift="10").set_index("month")["spend_pence"]
    assert cells["2025-04-01"] == 110_000
    assert cells["2026-03-01"] == 110_000
    assert cells["2026-04-01"] == 121_000


def test_fixed_cost_is_paid_full_or_empty_and_spread_over_few_children():
    """A home at 14,000 a week fixed and 350 a child: with one child April costs 60,000 fixed and 1,500 placement."""
    entries = [own_home(capacity=4)]
    one = costed(entries, [{"month": "2025-04", "place": 0, "child_days": 30.0}]).iloc[0]
    assert (one["fixed_pence"], one["placement_pence"]) == (6_000_000, 150_000)
    empty = costed(entries, [])
    assert empty["fixed_pence"].sum() == 1_400_000 * 365 // 7
    assert empty["placement_pence"].sum() == 0


def test_a_home_that_opens_in_june_costs_nothing_before():
    """Capacity from June on: fixed cost begins on 1 June, by day."""
    opening = [0, 0, 0, *[4] * 10]
    cells = costed([own_home(capacity=opening)], []).set_index("month")["fixed_pence"]
    assert cells["2025-05-01"] == 0
    assert cells["2025-06-01"] == 6_000_000


def test_the_base_date_itself_is_history_not_spend():
    """Rows of month 0 (March 2025) are the starting stock and cost nothing in the plan."""
    cells = costed([ifa()], [{"month": "2025-03", "place": 0, "child_days": 31.0}])
    assert cells["spend_pence"].sum() == 0


def test_parts_of_days_are_rounded_once_at_the_cell():
    """Two expected half days at 7 pence a week are one day and one penny, not two rounded half pennies."""
    rows = [{"month": "2025-04", "place": 0, "child_days": 0.5}, {"month": "2025-04", "place": 0, "child_days": 0.5}]
    assert costed([ifa(weekly=7)], rows)["spend_pence"].sum() == 1


def test_the_line_is_that_of_the_place():
    """Two children, one in a kinship home, one with an agency, are booked to two lines."""
    entries = [ifa(weekly=700), {"setting": Setting.KINSHIP, "kind": PlaceKind.STREAM, "weekly": 1_400}]
    rows = [{"month": "2025-04", "place": place, "child_days": 7.0} for place in (0, 1)]
    table = spend_by_year(costed(entries, rows))
    assert table["2025-26"].to_dict() == {"kinship": 1_400, "independent foster": 700, "total": 2_100}


def test_year_table_adds_up_both_ways():
    """Row totals, column totals and the grand total are sums of the same cells."""
    entries = [ifa(), own_home(capacity=3), ifa(sector=Sector.OWN, weekly=46_011)]
    cells = costed(
        entries, lambda where: [r for p in range(3) for r in full_months(where, p, 30, 1.37)], 30, uplift="3.7"
    )
    table = spend_by_year(cells)
    body = table.drop(index="total", columns="total")
    assert (body.sum(axis=1) == table["total"].drop("total")).all()
    assert (body.sum(axis=0) == table.loc["total"].drop("total")).all()
    assert table.loc["total", "total"] == cells["spend_pence"].sum() == body.to_numpy().sum()


def test_parts_by_age_band_add_up_to_the_line_and_month():
    """Splitting by age band neither makes nor loses a penny."""
    bands = ("under 1", "1 to 4", "5 to 9", "10 to 15")
    where = places(ifa(weekly=96_511), months=2)
    rows = [
        {"month": m, "place": 0, "age_band": band, "child_days": 10.3 + step}
        for m in ("2025-04", "2025-05")
        for step, band in enumerate(bands)
    ]
    plan = ToyPlan(BASE, 2, where, stock_rows(where, rows))
    whole = spend(plan, flat_prices("3.7"), ASSUMPTIONS).set_index("month")["placement_pence"]
    parts = spend_of_groups(plan, flat_prices("3.7"), ["age_band"])
    assert parts.groupby("month")["placement_pence"].sum().to_dict() == whole.to_dict()
    exact = parts["child_days"] * 100_082 / 7
    assert (parts["placement_pence"] - exact).abs().max() <= 1


def test_the_frame_says_what_it_is():
    """Unit, price base, weeks convention and what children without a suitable place cost travel with the figures."""
    nowhere = {"setting": Setting.UNREGISTERED, "kind": PlaceKind.UNMET, "weekly": 1_659_600, "capacity": 99}
    where = places(ifa(), nowhere)
    rows = [{"month": "2025-04", "place": place, "child_days": 7.0} for place in (0, 1)]
    plan = ToyPlan(BASE, 12, where, stock_rows(where, rows))
    attrs = spend(plan, flat_prices(base=PriceBase.FULL), ASSUMPTIONS).attrs
    assert attrs["unit"] == "pence"
    assert attrs["price_base"] == "full S251"
    assert "365/7 = 52.143" in attrs["weeks"]
    assert attrs["unmet_pence"] == 1_659_600
    assert spend(plan, flat_prices(), ASSUMPTIONS)["spend_pence"].dtype == np.int64


def test_the_weeks_convention_is_the_councils_choice():
    """52 weeks a year, chosen, are printed; spend by day does not move."""
    where = places(ifa())
    plan = ToyPlan(BASE, 12, where, stock_rows(where, full_months(where, 0, 12)))
    usual = spend(plan, flat_prices(), ASSUMPTIONS)
    chosen = spend(plan, flat_prices(), ASSUMPTIONS.with_changes({"money.weeks_convention": "52"}))
    assert "52 = 52.000" in chosen.attrs["weeks"]
    assert chosen["spend_pence"].tolist() == usual["spend_pence"].tolist()
