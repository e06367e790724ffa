"""What care that happened cost, by day."""

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from sufficiency.domain.errors import InputError
from sufficiency.domain.periods import FinancialYear
from sufficiency.finance.stays import days_by_month, list_price, own_price, spend_of_stays
from tests.unit.finance.finance_toys import flat_prices


def stays(*rows):
    frame = pd.DataFrame(list(rows), columns=["start", "end", "line", "weekly"])
    dates = {name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in ("start", "end")}
    return frame.assign(**dates)


def months(first, last):
    return date.fromisoformat(f"{first}-01"), (pd.Period(last, freq="M").end_time).date()


def test_a_child_moved_between_lines_mid_month_is_paid_at_each_home_by_day():
    """1 to 10 June (10 days) in a home at 7,000 a week, 11 to 30 June (20 days) with a carer at 700."""
    rows = stays(
        ("2025-06-01", "2025-06-11", "external home", 700_000),
        ("2025-06-11", "2025-07-01", "in-house foster", 70_000),
    )
    june = spend_of_stays(rows, own_price("weekly", flat_prices(), FinancialYear(2025)), *months("2025-06", "2025-06"))
    paid = june.set_index("line")["spend_pence"].to_dict()
    assert paid == {"external home": 1_000_000, "in-house foster": 200_000}
    assert june["child_days"].sum() == 30


def test_february_of_a_leap_year_has_29_paid_days():
    """100 pounds a day: 2,900 pounds in February 2028 and 2,800 in February 2027."""
    rows = stays(("2020-01-01", None, "own home", 70_000))
    price = list_price(flat_prices())
    paid = {
        year: spend_of_stays(rows, price, *months(f"{year}-02", f"{year}-02"))["spend_pence"].sum()
        for year in (2027, 2028)
    }
    assert paid == {2027: 280_000, 2028: 290_000}


def test_a_stay_across_the_first_of_april_changes_price_on_that_day():
    """25 March to 7 April 2025: 7 days at 700 a week, then 7 days at 770, in two financial years."""
    rows = stays(("2025-03-25", "2025-04-08", "own home", 70_000))
    cells = spend_of_stays(rows, list_price(flat_prices("10")), date(2025, 1, 1), date(2025, 12, 31))
    assert cells.set_index("financial_year")["spend_pence"].to_dict() == {"2024-25": 70_000, "2025-26": 77_000}


def test_the_day_of_leaving_is_not_paid_and_the_day_of_arrival_is():
    """In care on day d when start <= d < end."""
    rows = stays(("2025-06-01", "2025-06-02", "own home", 70_000), ("2025-06-05", "2025-06-05", "own home", 70_000))
    assert spend_of_stays(rows, list_price(flat_prices()), *months("2025-06", "2025-06"))["spend_pence"].sum() == 10_000


def test_open_stays_run_to_the_last_day_and_no_further():
    """A child still in care is paid up to and including the last day asked for."""
    rows = stays(("2024-01-01", None, "own home", 70_000))
    cells = days_by_month(rows, date(2025, 3, 20), date(2025, 4, 2))
    assert cells["days"].tolist() == [12, 2]
    assert cells["financial_year"].tolist() == ["2024-25", "2025-26"]


def test_a_whole_year_is_its_days_however_it_is_cut():
    """A year in one stay, or cut into weeks, costs 365 days."""
    edges = [*pd.date_range("2025-04-01", "2026-04-01", freq="7D"), pd.Timestamp("2026-04-01")]
    cut = stays(*[(start, end, "own home", 70_011) for start, end in pairwise(edges)])
    whole = stays(("2025-04-01", "2026-04-01", "own home", 70_011))
    price = own_price("weekly", flat_prices(), FinancialYear(2025))
    costs = [spend_of_stays(rows, price, date(2025, 4, 1), date(2026, 3, 31)) for rows in (cut, whole)]
    assert costs[0]["spend_pence"].tolist() == costs[1]["spend_pence"].tolist()
    assert costs[0]["child_days"].sum() == 365


def test_parts_by_a_further_column_add_up_to_the_line():
    """Split by home, a line's month keeps its penny."""
    rows = stays(*[("2025-04-01", "2025-04-30", "own home", 70_011)] * 3).assign(urn=["A", "B", "C"])
    price = own_price("weekly", flat_prices(), FinancialYear(2025))
    whole = spend_of_stays(rows, price, *months("2025-04", "2025-04"))["spend_pence"].sum()
    parts = spend_of_stays(rows, price, *months("2025-04", "2025-04"), by=("urn",))
    assert parts["spend_pence"].sum() == whole == int(np.floor(3 * 29 * 70_011 / 7 + 0.5))
    assert parts["spend_pence"].max() - parts["spend_pence"].min() <= 1


def test_nobody_in_care_costs_nothing():
    """Stays outside the window leave an empty table, not a crash."""
    rows = stays(("2020-01-01", "2020-02-01", "own home", 70_000))
    assert spend_of_stays(rows, list_price(flat_prices()), date(2025, 4, 1), date(2025, 4, 30)).empty


def test_days_the_wrong_way_round_are_refused():
    """A last day before the first is a slip, said so."""
    with pytest.raises(InputError, match="before the first"):
        days_by_month(stays(("2025-01-01", None, "own home", 1)), date(2025, 4, 1), date(2025, 3, 1))
