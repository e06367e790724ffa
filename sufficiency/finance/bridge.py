r"""Why spend moved between two years: volume, mix, price, their interaction and fixed cost, summing exactly.

For line ``i`` with days ``d`` and average price ``p = placement spend / d``, from year 0 to year 1 (``D`` all days):

.. math::

    volume_i = d0_i p0_i (D1/D0 - 1), \quad mix_i = (d1_i - d0_i D1/D0) p0_i, \quad price_i = d0_i (p1_i - p0_i),

    interaction_i = (d1_i - d0_i)(p1_i - p0_i)

``p`` is the average of a line, so dearer or cheaper homes within a line show as price, beside the uplift of each April.
A line that is new has no price before, one that ended none after: the change is then all mix, at the price it has.
"""

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from sufficiency.domain.errors import InputError
from sufficiency.domain.settings import CostLine
from sufficiency.finance.rounding import UNITS_A_DAY, nearest
from sufficiency.finance.spend import TOTAL

STEPS = ("volume", "mix", "price", "interaction", "fixed")


def bridge(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the steps from one year's spend to another's, by cost line, in whole pence.

    Parameters
    ----------
    before, after
        Rows of :func:`~sufficiency.finance.spend.spend` for one year (or plan) and for the other.

    Returns
    -------
    pandas.DataFrame
        One row a line and a total row; columns ``before, volume, mix, price, interaction, fixed, after`` (pence). Rows
        and columns add up to the penny: volume, mix and price are rounded, and interaction takes the odd penny.

    Raises
    ------
    InputError
        When nobody was in a home before: growth from nothing has no rate.
    """
    old, new = _by_line(before), _by_line(after)
    days_before = sum(days for days, _, _ in old.values())
    if not days_before:
        raise InputError("bridge: there are no child-days before, so change cannot be told apart; compare other years.")
    growth = Fraction(sum(days for days, _, _ in new.values()), days_before)
    lines = [line.value for line in CostLine if line.value in old or line.value in new]
    nothing = (0, 0, 0)
    rows = {line: _steps(old.get(line, nothing), new.get(line, nothing), growth) for line in lines}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["before", *STEPS, "after"]).rename_axis("line")
    table.loc[TOTAL] = table.sum(axis=0)
    table.attrs = {
        "name": "price, volume and mix",
        "unit": "pence",
        "definition": (
            "What spend would have changed by from more or fewer days alone (volume), from days in other homes (mix), "
            "from dearer days in the same homes (price), from both at once (interaction), and from fixed cost."
        ),
    }
    return table


def residual(table: pd.DataFrame) -> int:
    """Return what the steps leave unexplained, over all rows: nothing, always."""
    return int((table["after"] - table["before"] - table[list(STEPS)].sum(axis=1)).abs().sum())


def _steps(old: tuple[int, int, int], new: tuple[int, int, int], growth: Fraction) -> tuple[int, ...]:
    (days0, paid0, fixed0), (days1, paid1, fixed1) = old, new
    price0 = Fraction(paid0, days0) if days0 else Fraction(paid1, days1) if days1 else Fraction(0)
    price1 = Fraction(paid1, days1) if days1 else price0
    volume = nearest(paid0 * (growth - 1))
    mix = nearest((days1 - days0 * growth) * price0)
    price = nearest(days0 * (price1 - price0))
    interaction = paid1 - paid0 - volume - mix - price
    return paid0 + fixed0, volume, mix, price, interaction, fixed1 - fixed0, paid1 + fixed1


def _by_line(cells: pd.DataFrame) -> Mapping[str, tuple[int, int, int]]:
    """Day units, placement pence and fixed pence of each line."""
    sums = cells.groupby("line")[["child_days", "placement_pence", "fixed_pence"]].sum()
    days = (sums["child_days"] * UNITS_A_DAY).round().astype("int64")
    values = zip(days, sums["placement_pence"], sums["fixed_pence"], strict=True)
    return {str(line): (int(d), int(p), int(f)) for line, (d, p, f) in zip(sums.index, values, strict=True)}
