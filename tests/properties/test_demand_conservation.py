"""Whatever the rates, no child is lost or made."""

import dataclasses
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.demand.ages import Ages, band_shares, birthday, latest_birth, turning
from sufficiency.demand.cohort import project
from tests.unit.demand.demand_worlds import A, S, children, flat_rates, stays_frame


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), scale=st.floats(0, 0.5), months=st.integers(1, 7))
def test_stock_and_flows_add_up_for_any_rates(seed: int, scale: float, months: int) -> None:
    """Stock plus entries less leavers and ageing out is the next stock, and days never exceed children times days."""
    g = np.random.default_rng(seed)
    move_to = g.dirichlet(np.ones(S), size=(A, S))
    rates = dataclasses.replace(
        flat_rates(0.0, 0.0),
        leave_per_day=g.random((A, S)) * scale,
        move_per_day=g.random((A, S)) * scale,
        move_to=move_to,
        entries_per_month=g.random((18, 2, S)) * 3,
    )
    born = {
        f"c{n}": str(np.datetime64("2007-01-01") + np.timedelta64(int(g.integers(0, 6600)), "D")) for n in range(20)
    }
    frame = stays_frame(*((name, 1, "2025-02-01", None, int(g.integers(S)), "open", None) for name in born))
    result = project(rates, children(born), frame, date(2025, 3, 31), months)
    totals = result.stock.sum(axis=(1, 2))
    flow = (result.entries - result.leavers - result.aged_out).sum(axis=(1, 2))
    np.testing.assert_allclose(totals[:-1] + flow, totals[1:], rtol=1e-9)
    days = np.array([month.days for month in result.months])
    everybody = totals[:-1] + result.entries.sum(axis=(1, 2))
    assert np.all(result.child_days.sum(axis=(1, 2)) <= everybody * days * (1 + 1e-9))
    assert min(result.stock.min(), result.child_days.min(), result.leavers.min()) > -1e-9


@given(birth=st.integers(-3000, 40_000), years=st.integers(0, 30), later=st.integers(0, 12_000))
def test_latest_birth_inverts_the_birthday(birth: int, years: int, later: int) -> None:
    """A child has reached an age exactly when born no later than the latest birth that has."""
    day = birth + later
    reached = bool(birthday(np.array([birth]), years)[0] <= day)
    assert reached == bool(birth <= latest_birth(np.array([day]), years)[0])


@given(birth=st.integers(0, 20_000), width=st.integers(1, 400), start=st.integers(0, 8000), days=st.integers(1, 60))
def test_turning_and_bands_match_counting_by_day(birth: int, width: int, start: int, days: int) -> None:
    """Shares by formula are the shares counted over each birth day and each day of the period."""
    births, period = np.arange(birth, birth + width), birth + start + np.arange(days)
    rows = Ages(births[:1], births[-1:] + 1)
    edges = np.stack([birthday(births, years) for years in (0, 1, 5, 10, 16, 18)])
    edges[0] = -100_000
    inside = (period[:, None, None] >= edges[:-1]) & (period[:, None, None] < edges[1:])
    np.testing.assert_allclose(band_shares(rows, period[0], period[-1] + 1)[0], inside.mean(axis=(0, 2)), atol=1e-12)
    waiting, turned = edges[5] >= period[0], (edges[5] >= period[0]) & (edges[5] <= period[-1])
    share, _ = turning(rows, period[0], period[-1] + 1, 18)
    assert np.isclose(share[0], turned.sum() / max(waiting.sum(), 1))
