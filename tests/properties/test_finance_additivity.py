"""Properties of money: parts make wholes, days make months, more is never less."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.domain.periods import FinancialYear
from sufficiency.finance.bridge import STEPS, bridge, residual
from sufficiency.finance.rounding import (
    UNITS_A_DAY,
    day_units,
    nearest,
    shares_in_whole_pence,
    sum_by_cell,
    whole_pence,
)
from sufficiency.finance.stays import days_by_month, spend_of_stays

DAY0 = date(2023, 1, 1)
LINES = ("in-house foster", "independent foster", "external home")

days = st.integers(0, 1500).map(lambda step: DAY0 + timedelta(days=step))
amounts = st.lists(st.tuples(st.integers(0, 10**13), st.integers(0, 5)), min_size=1, max_size=40)


@st.composite
def stays(draw):
    """Draw some stays of at least one day, some still open."""
    rows = []
    for _ in range(draw(st.integers(1, 8))):
        start, length = draw(days), draw(st.integers(1, 800))
        end = None if draw(st.booleans()) else start + timedelta(days=length)
        rows.append((start, end, draw(st.sampled_from(LINES)), draw(st.integers(0, 2_000_000))))
    frame = pd.DataFrame(rows, columns=["start", "end", "line", "weekly"])
    return frame.assign(**{name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in ("start", "end")})


def price(rows, year):
    return rows["weekly"].to_numpy(dtype=np.int64)


@given(amounts)
def test_parts_of_a_cell_sum_to_its_rounded_whole(rows):
    """Whatever the amounts, shares add up and none is a penny away from its exact value."""
    value = np.array([amount for amount, _ in rows])
    cell = np.array([where for _, where in rows])
    shares = shares_in_whole_pence(value, cell)
    assert (sum_by_cell(shares, cell, 6) == whole_pence(sum_by_cell(value, cell, 6))).all()
    assert (np.abs(shares - value / (7 * UNITS_A_DAY)) <= 1).all()


@given(st.integers(0, 10**6), st.integers(0, 3_000_000))
def test_whole_days_round_as_exact_fractions_do(count, weekly):
    """The array rule and the exact rule are one rule."""
    exact = nearest(Fraction(count * weekly, 7))
    assert whole_pence(day_units([count]) * weekly).tolist() == [exact]


@settings(deadline=None, max_examples=25)
@given(stays(), days, days)
def test_days_of_stays_are_counted_once(rows, one, other):
    """Days by month sum to the overlap of each stay with the window, counted day by day."""
    first, last = min(one, other), max(one, other)
    counted = days_by_month(rows, first, last).groupby("row")["days"].sum()
    for place, (start, end) in enumerate(zip(rows["start"].dt.date, rows["end"], strict=True)):
        stop = last + timedelta(days=1) if pd.isna(end) else min(end.date(), last + timedelta(days=1))
        assert counted.get(place, 0) == max((stop - max(start, first)).days, 0)


@settings(deadline=None, max_examples=25)
@given(stays(), days, days)
def test_cutting_the_window_at_a_month_end_neither_makes_nor_loses_a_penny(rows, one, other):
    """January to June plus July to December is the year: cells are months, so the cut changes no cell."""
    first, last = min(one, other).replace(day=1), max(one, other)
    cut = (first + timedelta(days=200)).replace(day=1)
    if cut > last:
        return
    whole = spend_of_stays(rows, price, first, last)
    parts = [spend_of_stays(rows, price, first, cut - timedelta(days=1)), spend_of_stays(rows, price, cut, last)]
    assert whole["spend_pence"].sum() == sum(int(part["spend_pence"].sum()) for part in parts)


@settings(deadline=None, max_examples=20)
@given(stays())
def test_split_by_stay_adds_up_to_the_line(rows):
    """Any finer split sums to the same table of lines and months."""
    rows = rows.assign(stay=range(len(rows)))
    window = (FinancialYear(2023).first_day, FinancialYear(2025).last_day)
    whole = spend_of_stays(rows, price, *window).set_index(["line", "month"])["spend_pence"]
    parts = spend_of_stays(rows, price, *window, by=("stay",)).groupby(["line", "month"])["spend_pence"].sum()
    assert whole.to_dict() == parts.to_dict()


year_rows = st.dictionaries(
    st.sampled_from(LINES), st.tuples(st.integers(0, 40_000), st.integers(0, 10**9), st.integers(0, 10**8)), min_size=1
)


def year_cells(rows):
    """Make a year's cells; a line without days has no placement spend."""
    table = [(line, days, paid if days else 0, fixed) for line, (days, paid, fixed) in rows.items()]
    return pd.DataFrame(table, columns=["line", "child_days", "placement_pence", "fixed_pence"])


@settings(deadline=None, max_examples=30)
@given(year_rows, year_rows)
def test_a_bridge_leaves_nothing_over(one, other):
    """Whatever two years look like, rows and columns add up and nothing is left unexplained."""
    before, after = year_cells(one), year_cells(other)
    if before["child_days"].sum() == 0:
        return
    table = bridge(before, after)
    assert residual(table) == 0
    assert (table.drop(index="total").sum() == table.loc["total"]).all()
    spent = [int(cells[["placement_pence", "fixed_pence"]].sum().sum()) for cells in (before, after)]
    assert table.loc["total", ["before", "after"]].tolist() == spent


@settings(deadline=None, max_examples=30)
@given(year_rows)
def test_a_bridge_to_the_same_year_is_all_zeros(rows):
    """Nothing changed, so no step is anything."""
    cells = year_cells(rows)
    if cells["child_days"].sum():
        assert (bridge(cells, cells)[list(STEPS)] == 0).all().all()
