"""The MTFS table: what makes one year's budget out of the last, by hand-made plans."""

import pytest

from sufficiency.assumptions.values import Assumptions
from sufficiency.domain.errors import InputError
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import Sector, Setting
from sufficiency.finance.mtfs import ROWS, BudgetItem, ItemKind, mtfs
from sufficiency.finance.spend import spend
from tests.unit.finance.finance_toys import BASE, ToyPlan, flat_prices, full_months, places, stock_rows

Y25, Y26 = FinancialYear(2025), FinancialYear(2026)


def ifa(**changes):
    return {"setting": Setting.FOSTERING, "sector": Sector.PRIVATE, "weekly": 70_000, "capacity": 99, **changes}


def own_home(**changes):
    fixed = {"weekly": 0, "fixed": 700_000, "capacity": 4}
    return {"setting": Setting.RESIDENTIAL, "sector": Sector.OWN, **fixed, **changes}


def cells_of(entries, make_rows, months, uplift="0"):
    where = places(*entries, months=months)
    plan = ToyPlan(BASE, months, where, stock_rows(where, make_rows(where)))
    return spend(plan, flat_prices(uplift), Assumptions.defaults())


def steady(months, children=1.0):
    return lambda where: full_months(where, 0, months, children)


def test_mtfs_of_a_steady_council_is_price_alone():
    """One child, 10% each April: 2026-27 grows by the uplift of 4,015 pounds and by nothing else."""
    column = mtfs(cells_of([ifa()], steady(24), 24, uplift="10"), flat_prices("10"), base_budget_pence=4_015_000)
    expected = {**dict.fromkeys(ROWS, 0), "base budget": 4_015_000, "price": 401_500, "total": 4_416_500}
    assert column["2026-27"].to_dict() == expected


def test_mtfs_full_year_effect_is_the_run_rate_and_demography_what_comes_after():
    """A second child from January 2026 costs 90 days in 2025-26 and 365 from then on; a third joins for 2026-27."""

    def rows(where):
        joined = [row for row in full_months(where, 0, 24) if row["month"] >= "2026-01"]
        third = [row for row in full_months(where, 0, 24) if row["month"] >= "2026-04"]
        return full_months(where, 0, 24) + joined + third

    column = mtfs(cells_of([ifa()], rows, 24), flat_prices(), base_budget_pence=4_550_000)["2026-27"]
    assert column["full-year effect"] == 2_750_000
    assert column["demography"] == 3_650_000
    assert column["total"] == 3 * 3_650_000


def test_mtfs_tells_pay_in_own_homes_from_prices():
    """A home at 7,700 a week fixed in 2025-26, 10% dearer after, is pay; the agency child is price."""
    cells = cells_of([ifa(), own_home()], steady(24), 24, uplift="10")
    column = mtfs(cells, flat_prices("10"), base_budget_pence=0)["2026-27"]
    assert (column["pay"], column["price"]) == (4_015_000, 401_500)


def test_mtfs_shows_a_base_that_was_too_low():
    """A budget set below the forecast is corrected in sight, once; the leap year 2027-28 is a day dearer."""
    table = mtfs(cells_of([ifa()], steady(36), 36), flat_prices(), base_budget_pence=3_000_000)
    assert table.loc["base correction"].tolist() == [650_000, 0]
    assert table.loc["total"].tolist() == [3_650_000, 3_660_000]


def test_savings_stay_and_one_off_sums_leave():
    """A saving of 1,000 lowers every later base; a one-off of 500 is gone the year after."""
    saving = BudgetItem("recruitment", ItemKind.SAVINGS, Y26, -100_000)
    one_off = BudgetItem("moving in", ItemKind.ONE_OFF, Y26, 50_000)
    table = mtfs(cells_of([ifa(weekly=0)], steady(48), 48), flat_prices(), 0, [saving, one_off])
    assert table.loc["one-off"].tolist() == [50_000, -50_000, 0]
    assert table.loc["total"].tolist() == [-50_000, -100_000, -100_000]
    assert (table.loc["base budget"].to_numpy()[1:] == table.loc["total"].to_numpy()[:-1]).all()


def test_mtfs_columns_add_up_and_meet_the_forecast():
    """Whatever the plan, the total is the sum above it and, without own lines, the forecast itself."""

    def rows(where):
        return full_months(where, 0, 60, 3.3) + full_months(where, 1, 60, 2.7)

    cells = cells_of([ifa(weekly=96_511), own_home(weekly=11_111)], rows, 60, "3.7")
    table = mtfs(cells, flat_prices("3.7"), 12_345_678)
    assert (table.drop(index="total").sum() == table.loc["total"]).all()
    forecast = cells.groupby("financial_year")["spend_pence"].sum()
    assert table.loc["total"].to_dict() == forecast.drop("2025-26").to_dict()
    assert len(table.columns) == 4


def test_mtfs_needs_two_whole_years_and_items_inside_them():
    """Twelve months have no next year; an item of the first year belongs to its budget already."""
    with pytest.raises(InputError, match="two whole financial years"):
        mtfs(cells_of([ifa()], steady(12), 12), flat_prices(), 0)
    early = [BudgetItem("early", ItemKind.SAVINGS, Y25, 1)]
    with pytest.raises(InputError, match="2026-27 to 2026-27"):
        mtfs(cells_of([ifa()], steady(24), 24), flat_prices(), 0, early)
