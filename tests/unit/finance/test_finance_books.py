"""What finance brings and takes away: ledger, savings, areas, voids, levers, sensitivity, unit costs of a year."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sufficiency.domain.errors import InputError
from sufficiency.domain.money import PriceBase
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import CostLine, Sector, Setting
from sufficiency.finance.areas import spend_by_area
from sufficiency.finance.dear import OneMore, emergency, price_points, sensitivity, top_high_cost
from sufficiency.finance.effects import ALL_LEVERS, JOINT, effect_of_levers
from sufficiency.finance.ledger import (
    actual_by_line,
    actual_by_month,
    budget_by_month_given,
    closed_until,
    read_ledger,
)
from sufficiency.finance.monitor import budget_monitor, outturn_by_line
from sufficiency.finance.mtfs import ItemKind
from sufficiency.finance.placement_costs import costs_of_standard, read_placement_costs
from sufficiency.finance.savings import (
    RagRule,
    Saving,
    as_budget_items,
    delivered_on_line,
    require_apart,
    tracker,
)
from sufficiency.finance.spend import spend_of_groups
from sufficiency.finance.unit_costs import ALL, FOSTERING, RESIDENTIAL, activity, unit_costs
from sufficiency.finance.voids import fixed_and_voids
from sufficiency.finance.weeks import Weeks
from tests.unit.finance.finance_toys import BASE, ToyPlan, flat_prices, full_months, month, places, stock_rows

Y25, Y26, Y27, Y28 = (FinancialYear(start) for start in range(2025, 2029))
RULE = RagRule(0.95, 0.75)


def written(tmp_path, *lines):
    path = tmp_path / "ledger.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_ledger_is_read_in_pence_and_blank_is_not_nought(tmp_path):
    """Months in three spellings, pounds with commas and signs; a blank amount stays unknown."""
    ledger = read_ledger(
        written(
            tmp_path,
            "Month,Line,Actual pounds,Budget pounds",
            '2025-04,External home,"£1,000.50",900',
            "01/05/2025,external home,,900",
            "Jun 2025,total,-3,",
        )
    )
    assert ledger["actual_pence"].tolist()[0] == 100_050
    assert ledger["actual_pence"].isna().tolist() == [False, True, False]
    assert actual_by_month(ledger, Y25) == {month("2025-04"): 100_050, month("2025-06"): -300}
    assert actual_by_line(ledger, Y25) == {"external home": 100_050, "total": -300}
    assert closed_until(ledger, Y25) == date(2025, 6, 30)
    assert budget_by_month_given(ledger, Y25) == {}
    assert closed_until(ledger, Y26) is None


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("month,pounds", "2025-04,1"), "no header"),
        (("month,line,actual_pounds", "2025-04,boarding,1"), "row 2, line"),
        (("month,line,actual_pounds", "spring,other,1"), "row 2, month"),
        (("month,line,actual_pounds", "2025-04,other,lots"), "row 2, actual_pounds"),
        (("month,line,actual_pounds", "2025-04,other,1", "2025-04,other,2"), "row 3: this month and line"),
        (("month,line,actual_pounds", "2025-04,other,1", "2025-04,total,2"), "by line and a total"),
    ],
)
def test_a_ledger_that_cannot_be_used_says_where(tmp_path, lines, words):
    """Row and column are named; nothing is counted twice."""
    with pytest.raises(InputError, match=words):
        read_ledger(written(tmp_path, *lines))


def test_placement_costs_are_read_and_a_child_is_never_told(tmp_path):
    """Blank amounts are left out; a wrong one is told by its shape, a repeated child by its row."""
    good = written(tmp_path, "Child ID,Weekly pounds", "A1,1000", "B2,", "C3,0.5")
    assert read_placement_costs(good).to_dict() == {"A1": 100_000, "C3": 50}
    for rows in (("A1,dear",), ("A1,1", "A1,2"), ("A1,-4",)):
        with pytest.raises(InputError) as caught:
            read_placement_costs(written(tmp_path, "child_id,weekly_pounds", *rows))
        assert "A1" not in str(caught.value)
        assert "dear" not in str(caught.value)


def test_the_standard_gives_its_total_or_the_sum_of_its_parts():
    """A total comes before the parts; neither is not known."""
    needs = pd.DataFrame(
        {
            "child_ID": ["a", "b", "c"],
            "cost_core_weekly": [100.0, 100.0, np.nan],
            "cost_other_weekly": [20.0, 20.0, np.nan],
            "cost_total_weekly": [150.0, np.nan, np.nan],
        }
    )
    assert costs_of_standard(needs).to_dict() == {"a": 15_000, "b": 12_000}


def test_areas_add_up_and_a_child_that_has_gone_lies_where_the_place_does():
    """Days of a group with nobody left at the month's end go where its place's children live."""
    where = places({"weekly": 70_011, "sector": Sector.PRIVATE}, months=2)
    rows = [
        {"month": "2025-04", "place": 0, "children": 3.0, "child_days": 31.7, "in_area": 2.0, "distant": 1.0},
        {"month": "2025-05", "place": 0, "children": 0.0, "child_days": 9.3},
    ]
    plan = ToyPlan(BASE, 2, where, stock_rows(where, rows))
    areas = spend_by_area(plan, flat_prices())
    whole = spend_of_groups(plan, flat_prices(), ["place"])
    assert areas.groupby("month")["placement_pence"].sum().tolist() == whole["placement_pence"].tolist()
    may = areas[areas["month"] == month("2025-05")].set_index("area")["child_days"]
    assert may["in area"] == pytest.approx(6.2)
    assert may["distant"] == pytest.approx(3.1)
    assert may["not known"] == 0


def test_voids_of_a_home_and_of_a_contract_minimum_are_paid():
    """A home of four with one child wastes three quarters of its fixed cost; an unused minimum all of it."""
    home = {"setting": Setting.RESIDENTIAL, "sector": Sector.OWN, "fixed": 700_000, "capacity": 4}
    minimum = {
        "setting": Setting.SUPPORTED, "sector": Sector.PRIVATE, "kind": PlaceKind.BLOCK, "fixed": 140_000,
        "capacity": 2,
    }  # fmt: skip
    where = places(home, minimum, months=1)
    plan = ToyPlan(BASE, 1, where, stock_rows(where, full_months(where, 0, 1)))
    table = fixed_and_voids(plan, flat_prices()).set_index("line")
    assert table.loc["own home", ["paid_days", "used_days", "void_days"]].tolist() == [120, 30, 90]
    assert table.loc["own home", ["fixed_pence", "void_pence"]].tolist() == [3_000_000, 2_250_000]
    assert table.loc["supported accommodation", ["fixed_pence", "void_pence"]].tolist() == [600_000, 600_000]


def saving(name, planned, **more):
    return Saving(name, more.pop("kind", ItemKind.SAVINGS), planned, **more)


def test_savings_stay_in_the_base_and_one_off_sums_leave():
    """100 then 300 a year: 100 and 200 more off the budget, nothing after; an investment that ends comes back."""
    items = as_budget_items(
        [
            saving("a", {Y25: 100, Y26: 300}),
            saving("b", {Y26: -50, Y28: 0}, kind=ItemKind.INVEST_TO_SAVE),
            saving("c", {Y27: 40}, kind=ItemKind.ONE_OFF),
        ],
        [Y26, Y27, Y28],
    )
    found = [(item.name, item.year, item.pence) for item in items]
    assert found == [("a", Y26, -300), ("b", Y26, 50), ("b", Y28, -50), ("c", Y27, -40)]


def test_the_tracker_takes_the_scenario_then_what_was_delivered_and_never_guesses():
    """Scenario; ledger plus the plan for the days left; nothing known: no colour."""
    rows = [
        saving("modelled", {Y25: 1_000}, scenario="s"),
        saving("counted", {Y25: 1_000}, delivered_pence=200),
        saving("ledger", {Y25: 1_000}, line="external home"),
        saving("silent", {Y25: 1_000}),
    ]
    table = tracker(rows, Y25, RULE, {"ledger": 600}, {"modelled": 760}, date(2025, 9, 30)).set_index("saving")
    left = round(1_000 * 182 / 365)
    assert table["forecast_pence"].tolist()[:3] == [760, 200 + left, 600 + left]
    assert table["status"].tolist() == ["amber", "red", "green", "not known"]
    assert pd.isna(table.loc["silent", "forecast_pence"])
    assert "at least 95% of the plan" in table.attrs["definition"]


def test_what_the_ledger_shows_as_saved_is_doing_nothing_less_actual_over_closed_months():
    """Two closed months at 100 and 90 where nothing done would have been 120 each: 50 saved."""
    months = [month("2025-04"), month("2025-05"), month("2025-06")]
    cells = pd.DataFrame({"line": "external home", "month": months, "spend_pence": 120})
    actual = pd.DataFrame({"line": "external home", "month": months[:2], "actual_pence": [100, 90]})
    assert delivered_on_line(cells, actual, "external home") == 50
    assert delivered_on_line(cells, actual, "kinship") is None


def test_two_savings_on_one_line_are_refused_and_so_is_an_upside_down_rule():
    """The ledger cannot tell them apart; amber cannot ask for more than green."""
    with pytest.raises(InputError, match="both measured on external home"):
        require_apart([saving("a", {Y25: 1}, line="external home"), saving("b", {Y25: 1}, line="external home")])
    with pytest.raises(InputError, match="amber"):
        RagRule(0.5, 0.6)


def year_cells(spent):
    rows = [(line, month(f"2025-{number:02d}"), "2025-26", value) for line, number, value in spent]
    return pd.DataFrame(rows, columns=["line", "month", "financial_year", "spend_pence"])


def test_outturn_is_actual_for_closed_months_and_forecast_for_the_rest():
    """April closed at 90 against a forecast of 100; May is forecast; a line without a budget has no variance."""
    cells = year_cells([("kinship", 4, 100), ("kinship", 5, 110), ("other", 4, 7), ("other", 5, 8)])
    actual = pd.DataFrame({"month": [month("2025-04")], "line": ["kinship"], "actual_pence": [90]})
    table = outturn_by_line(cells, Y25, actual, {"kinship": 150}).set_index("line")
    assert table.loc["kinship", ["actual_pence", "forecast_rest_pence", "outturn_pence"]].tolist() == [90, 110, 200]
    assert table.loc["kinship", "variance_pence"] == 50
    assert pd.isna(table.loc["other", "variance_pence"])
    assert table.loc["total", "outturn_pence"] == 208
    assert pd.isna(table.loc["total", "variance_pence"])


def test_a_budget_of_the_councils_own_months_has_to_add_up():
    """Twelve months given replace the spread by days; a sum that differs is refused."""
    months = pd.date_range("2025-04-01", periods=12, freq="MS", unit="s")
    cells = pd.DataFrame({"month": months, "spend_pence": 10})
    profile = {day: 10 for day in months}
    assert budget_monitor(cells, 120, Y25, {}, profile)["variance_pence"].tolist() == [0] * 12
    with pytest.raises(InputError, match="do not add up"):
        budget_monitor(cells, 121, Y25, {}, profile)


def effect_cells(*spent):
    frame = pd.DataFrame({"financial_year": ["2025-26", "2026-27"], "spend_pence": spent})
    frame.attrs["price_base"] = "placement only"
    return frame


def test_levers_alone_and_together_add_up_with_what_they_do_to_each_other():
    """Two levers save 10 and 20, together 25: the 5 lost is its own row, and all levers are the whole."""
    base = effect_cells(100, 100)
    alone = {"a": effect_cells(95, 90), "b": effect_cells(100, 80)}
    table = effect_of_levers(base, alone, effect_cells(95, 75)).set_index(["lever", "financial_year"])["effect_pence"]
    assert table[JOINT].tolist() == [0, 5]
    assert (table["a"] + table["b"] + table[JOINT]).tolist() == table[ALL_LEVERS].tolist() == [-5, -25]


def test_one_child_more_costs_the_days_of_each_year_at_its_prices():
    """700 pounds a week with 10% each April: 38,500 pounds more in 2025-26 when the price is of 2024-25."""
    cases = [OneMore("home", CostLine.EXTERNAL_HOME, 70_000, FinancialYear(2024))]
    table = sensitivity(cases, flat_prices("10"), [Y25, Y27])
    found = {(row.change, row.financial_year): row.effect_pence for row in table.itertuples()}
    assert found["one more: home", "2025-26"] == 365 * 11_000 == -found["one fewer: home", "2025-26"]
    assert found["one more: home", "2027-28"] == 366 * 13_310


def test_points_of_price_and_an_emergency_premium_are_shares_of_spend():
    """1% of 2,000 is 20; a fifth of 1,000 on the spot market, a quarter dearer, is 50."""
    cells = pd.DataFrame({"financial_year": ["2025-26"], "spend_pence": [2_000]})
    assert price_points(cells, [Y25])["effect_pence"].tolist() == [20]
    starts = pd.DataFrame({"financial_year": ["2025-26"], "spend_pence": [1_000]})
    assert emergency(starts, 0.2, 25, [Y25])["effect_pence"].tolist() == [50]


def test_the_dearest_come_first_and_carry_their_marking():
    """Three of four children, the dearest first, with where the price comes from."""
    frame = pd.DataFrame({name: list("abcd") for name in ("child", "age_band", "setting", "line", "price_from")})
    frame["start"] = pd.Timestamp("2025-01-01")
    table = top_high_cost(frame, np.array([5, 9, 7, 1]) * 700, how_many=3)
    assert table["child"].tolist() == ["b", "c", "a"]
    assert table["annual_pence"].tolist() == [9 * 36_500, 7 * 36_500, 5 * 36_500]
    assert "OFFICIAL-SENSITIVE" in table.attrs["name"]


def test_a_years_activity_is_heads_on_the_last_day_and_residential_days_of_the_year():
    """A child that left in January is no head; days before April and after March are not the year's."""
    rows = [
        ("a", "kinship", "2020-01-01", None),
        ("b", "fostering", "2024-06-01", None),
        ("c", "residential", "2024-03-22", "2024-04-11"),
        ("d", "residential", "2025-03-31", None),
        ("e", "fostering", "2020-01-01", "2025-01-01"),
    ]
    stays = pd.DataFrame(rows, columns=["child", "setting", "start", "end"])
    stays = stays.assign(**{name: pd.to_datetime(stays[name]).astype("datetime64[s]") for name in ("start", "end")})
    counted = activity(stays, FinancialYear(2024))
    assert (counted.children, counted.fostered, counted.residential_days) == (3, 2, 11)
    spent = {ALL: 3 * 365 * 10_000, FOSTERING: 2 * 365 * 5_000, RESIDENTIAL: 11 * 100_000}
    table = unit_costs(spent, counted, PriceBase.FULL, {ALL: 705}, Weeks.DAYS_365).set_index("measure")
    assert table["weekly_pence"].tolist() == [70_000, 35_000, 700_000]
    assert table.loc[ALL, "difference_weekly_pence"] == -500
    assert pd.isna(table.loc[FOSTERING, "published_weekly_pence"])
    assert set(table["basis"]) == {"full S251"}
