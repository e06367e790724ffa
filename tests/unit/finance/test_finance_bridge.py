"""Price, volume and mix: steps by hand, nothing left over."""

import pandas as pd
import pytest

from sufficiency.domain.errors import InputError
from sufficiency.finance.bridge import STEPS, bridge, residual


def year_cells(**lines):
    rows = [(name.replace("_", " "), *values) for name, values in lines.items()]
    return pd.DataFrame(rows, columns=["line", "child_days", "placement_pence", "fixed_pence"])


def test_more_and_dearer_days():
    """100 days at 10 and 100 at 50 pounds become 150 at 12 and 150 at 50: more days, the same mix, dearer kinship."""
    before = year_cells(kinship=(100, 100_000, 0), external_home=(100, 500_000, 0))
    after = year_cells(kinship=(150, 180_000, 0), external_home=(150, 750_000, 0))
    table = bridge(before, after)
    assert table.loc["kinship", list(STEPS)].tolist() == [50_000, 0, 20_000, 10_000, 0]
    assert table.loc["external home", list(STEPS)].tolist() == [250_000, 0, 0, 0, 0]
    assert table.loc["total", ["before", "after"]].tolist() == [600_000, 930_000]


def test_mix_moves_days_between_lines_at_old_prices():
    """50 days from the home to kinship: no volume, mix of 50 x (10 - 50) pounds."""
    before = year_cells(kinship=(100, 100_000, 0), external_home=(100, 500_000, 0))
    after = year_cells(kinship=(150, 150_000, 0), external_home=(50, 250_000, 0))
    assert bridge(before, after).loc["total", list(STEPS)].tolist() == [0, -200_000, 0, 0, 0]


def test_new_and_ended_lines_and_fixed_cost():
    """A line that begins or ends is mix; a home's fixed cost is its own step, also when nobody lives in it."""
    before = year_cells(kinship=(100, 100_000, 0), secure=(10, 90_000, 0), own_home=(0, 0, 5_000))
    after = year_cells(kinship=(100, 100_000, 0), supported_accommodation=(10, 20_000, 0), own_home=(0, 0, 8_000))
    table = bridge(before, after)
    assert table["price"].tolist() == [0] * len(table)
    assert table.loc["supported accommodation", "mix"] == 20_000
    assert table.loc["secure", "mix"] == -90_000
    assert table.loc["own home", "fixed"] == 3_000
    assert residual(table) == 0


def test_a_bridge_from_nobody_is_refused():
    """Growth from nothing has no rate."""
    with pytest.raises(InputError, match="no child-days before"):
        bridge(year_cells(kinship=(0, 0, 0)), year_cells(kinship=(1, 1, 0)))
