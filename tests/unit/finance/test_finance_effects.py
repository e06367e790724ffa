"""Part-year and full-year effect, contingency, one child more, budgets by month, commitments."""

from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from sufficiency.domain.errors import InputError
from sufficiency.domain.money import PriceBase
from sufficiency.domain.periods import FinancialYear
from sufficiency.finance.commitments import commitments, committed_and_allowance
from sufficiency.finance.effects import (
    contingency,
    effect_of_scenario,
    effect_of_weekly_change,
    one_child_more,
    part_year_share,
)
from sufficiency.finance.monitor import budget_by_month, budget_monitor
from sufficiency.finance.stays import list_price
from tests.unit.finance.finance_toys import BASE, flat_prices, month

Y25, Y26, Y27 = (FinancialYear(start) for start in range(2025, 2028))


def cells_of(daily_pence, months=12, base=PriceBase.PLACEMENT, fixed=0):
    first = pd.date_range("2025-04-01", periods=months, freq="MS", unit="s")
    spent = first.days_in_month.to_numpy() * daily_pence
    years = [str(FinancialYear(day.year - (day.month < 4))) for day in first]
    columns = {"line": "own home", "month": first, "financial_year": years, "fixed_pence": fixed}
    frame = pd.DataFrame({**columns, "spend_pence": spent + fixed})
    frame.attrs["price_base"] = base.value
    return frame


def test_part_year_share_counts_days():
    """From 1 April all of the year, on 31 March one day, from 1 October 182 of 365."""
    days = (date(2025, 4, 1), date(2026, 3, 31), date(2025, 10, 1), date(2027, 10, 1))
    assert [part_year_share(day) for day in days] == [1, Fraction(1, 365), Fraction(182, 365), Fraction(183, 366)]


def test_part_year_then_full_year_effect_of_a_weekly_saving():
    """700 pounds a week saved from 1 January 2026: 90 days in the first year, 365 in the next: 27,500 more."""
    table = effect_of_weekly_change(-70_000, date(2026, 1, 1), years=3)
    assert table["days"].tolist() == [90, 365, 366]
    assert table["effect_pence"].tolist() == [-900_000, -3_650_000, -3_660_000]
    assert table["growth_pence"].tolist() == [-900_000, -2_750_000, -10_000]


def test_base_plus_difference_is_the_scenario():
    """100 pounds a day less from the first day: the difference is that, in every year."""
    table = effect_of_scenario(cells_of(30_000, 24), cells_of(20_000, 24))
    assert (table["base_pence"] + table["effect_pence"] == table["scenario_pence"]).all()
    assert table["effect_pence"].tolist() == [-3_650_000, -3_650_000]
    assert table["growth_pence"].tolist() == [-3_650_000, 0]


def test_runs_that_cannot_be_compared_are_refused():
    """Different price bases, or different horizons, have no difference."""
    with pytest.raises(InputError, match="price bases"):
        effect_of_scenario(cells_of(1), cells_of(1, base=PriceBase.FULL))
    with pytest.raises(InputError, match="same years"):
        effect_of_scenario(cells_of(1, 24), cells_of(1, 12))


def test_contingency_is_p80_less_p50():
    """Of 0 to 100 million by ones, P50 is 50 and P80 is 80."""
    held = contingency(np.arange(101) * 100_000_000)
    assert (held.central_pence, held.high_pence) == (5_000_000_000, 8_000_000_000)
    assert (held.pence, held.runs) == (3_000_000_000, 101)
    with pytest.raises(InputError, match="too few"):
        contingency(np.arange(19))


def test_one_high_cost_child_for_a_year():
    """16,596 pounds a week is 865,362.86 a year; one fewer saves the same; a leap year has a day more."""
    assert one_child_more(1_659_600, Y25) == 86_536_286
    assert one_child_more(1_659_600, Y25, children=-1) == -86_536_286
    assert one_child_more(700, Y27) == 36_600


def test_a_budget_is_spread_by_days_and_adds_up():
    """April has 30 of 365 days; the twelve months are the budget to the penny."""
    table = budget_by_month(36_500_001, Y25)
    assert table["budget_pence"].iloc[0] == 3_000_000
    assert table["budget_pence"].sum() == 36_500_001
    assert table["month"].iloc[-1] == month("2026-03")


def test_monitor_takes_actuals_where_months_are_closed():
    """April is closed 100 pounds over; the rest is forecast at the budget."""
    table = budget_monitor(cells_of(10_000), 3_650_000, Y25, {month("2025-04"): 310_000})
    assert table["kind"].tolist() == ["actual"] + ["forecast"] * 11
    assert table["variance_pence"].iloc[0] == 10_000
    assert table["running_variance_pence"].iloc[-1] == 10_000
    assert budget_monitor(cells_of(10_000), 3_650_000, Y25)["variance_pence"].tolist() == [0] * 12


def test_monitor_refuses_a_month_about_which_nothing_is_known():
    """A year the plan does not reach has no outturn; it is not zero."""
    with pytest.raises(InputError, match="2026-04"):
        budget_monitor(cells_of(10_000), 3_650_000, Y26)


STAYS = (
    ("A", "2020-01-01", None),
    ("B", "2024-01-01", None),
    ("C", "2020-01-01", "2025-03-01"),
    ("D", "2025-01-01", None),
)
BIRTHS = {"A": "2007-04-11", "B": "2008-02-29", "C": "2015-01-01", "D": None}


def open_stays():
    frame = pd.DataFrame(list(STAYS), columns=["child", "start", "end"]).assign(line="own home")
    return frame.assign(**{name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in ("start", "end")})


def birth_dates():
    frame = pd.DataFrame({"child": list(BIRTHS), "birth_date": list(BIRTHS.values())})
    return frame.assign(birth_date=pd.to_datetime(frame["birth_date"]).astype("datetime64[s]"))


def committed(stays, last_day=date(2026, 3, 31)):
    return commitments(stays, birth_dates(), list_price(flat_prices()), BASE, last_day)


def test_commitments_end_on_the_eighteenth_birthday():
    """A has 10 days of April left; B, born on 29 February, is paid through February; D's birth date is unknown."""
    paid = committed(open_stays())
    days = paid.groupby("month")["child_days"].sum()
    assert days[month("2025-04")] == 10 + 30 + 30
    assert days[month("2026-02")] == 28 + 28
    assert days[month("2026-03")] == 31
    assert paid["spend_pence"].sum() == paid["child_days"].sum() * 10_000


def test_a_planned_end_ends_a_commitment_earlier():
    """B is to leave on 11 May 2025; nobody else has a plan."""
    planned = open_stays().assign(planned_end=pd.to_datetime([None, "2025-05-11", None, None]).astype("datetime64[s]"))
    assert committed(planned).set_index("month")["child_days"][month("2025-05")] == 10 + 31
    with pytest.raises(InputError, match="not after"):
        committed(planned, BASE)


def test_committed_and_allowance_make_the_forecast():
    """Commitments (with the home's fixed cost) and the allowance for new starts add up to the forecast."""
    cells, held = cells_of(30_000, fixed=100_000), committed(open_stays())
    row = committed_and_allowance(cells, held).iloc[0]
    assert row["committed_pence"] + row["allowance_pence"] == row["forecast_pence"] == cells["spend_pence"].sum()
    assert row["committed_pence"] == held["spend_pence"].sum() + 12 * 100_000
