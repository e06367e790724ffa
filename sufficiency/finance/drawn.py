"""What many futures of a plan cost: spend by replication, line and month, and how far apart the futures lie.

A future costs what :mod:`.spend` says of its children, with two further draws where they are asked for: what each spot
placement really costs (:mod:`.tail`), and by how much prices grow each April.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.periods import FinancialYear, Month, horizon
from sufficiency.domain.settings import CostLine
from sufficiency.finance.effects import contingency
from sufficiency.finance.prices import PriceList
from sufficiency.finance.rounding import nearest_array, sum_by_cell, whole_pence
from sufficiency.finance.shapes import SampledShape
from sufficiency.finance.spend import (
    KEPT_EMPTY,
    TOTAL,
    fixed_of_lines,
    grid_of,
    line_of_place,
    lines_in_order,
    priced_stock,
    years_of,
)
from sufficiency.finance.tail import Tail, tail_factors

QUANTILES = (0.1, 0.5, 0.8, 0.9)
"""Which futures are told: one in ten costs less than the first, one in ten more than the last."""

Floats = NDArray[np.float64]

_NEEDED = ["replication", "month", "place", "children", "child_days"]


@dataclass(frozen=True, eq=False)
class Growth:
    """Percentage points a year by which prices of each line grow faster than the list says, one draw a replication.

    Attributes
    ----------
    lines
        Cost lines of the columns.
    points
        Shape (replications, lines).
    """

    lines: tuple[CostLine, ...]
    points: Floats


def spend_drawn(
    plan: SampledShape,
    prices: PriceList,
    tail: Tail | None = None,
    growth: Growth | None = None,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Return what every replication costs by cost line and month, in whole pence.

    Parameters
    ----------
    plan
        A plan whose stock begins with a column ``replication``, 1 to n.
    tail, rng
        How spot prices differ from their mean, and the source of their chance; every price at its mean when None.
    growth
        Draws of price growth; as the price list says when None.

    Returns
    -------
    pandas.DataFrame
        ``replication, line, month, financial_year, child_days, placement_pence, fixed_pence, spend_pence``: one row for
        each line in each month of each replication.
    """
    months, lines = horizon(plan.base_date, plan.months), lines_in_order(plan)
    needed = [name for name in (*_NEEDED, KEPT_EMPTY) if name in plan.stock]
    rows = priced_stock(plan.stock[needed], plan, prices, months)
    draw = rows["replication"].to_numpy(dtype=np.int64) - 1
    if tail is not None and rng is not None:
        factor = tail_factors(rows, plan, months, tail, rng)
        rows["unit_pence"] = nearest_array(rows["unit_pence"].to_numpy(dtype=np.float64) * factor)
    line = line_of_place(plan, lines)[rows["place"].to_numpy()]
    cells, count = len(lines) * len(months), plan.replications
    cell = draw * cells + line * len(months) + rows["step"].to_numpy()
    units = sum_by_cell(rows["unit_pence"].to_numpy(), cell, cells * count)
    fixed = np.broadcast_to(fixed_of_lines(plan, prices, months, lines).ravel(), (count, cells)).ravel()
    if growth is not None:
        grown = _grown(prices, growth, lines, months, FinancialYear.containing(plan.base_date)).ravel()
        units, fixed = nearest_array(units * grown), nearest_array(fixed * grown)
    frame = pd.concat([grid_of(lines, months)] * count, ignore_index=True)
    frame.insert(0, "replication", np.repeat(np.arange(1, count + 1), cells))
    frame["child_days"] = np.bincount(cell, rows["child_days"], minlength=cells * count)
    frame["placement_pence"] = whole_pence(units)
    frame["fixed_pence"] = whole_pence(fixed)
    frame["spend_pence"] = frame["placement_pence"] + frame["fixed_pence"]
    return frame


def spend_at_risk(drawn: pd.DataFrame) -> pd.DataFrame:
    """Return the spread of spend by cost line and year over the futures.

    Returns
    -------
    pandas.DataFrame
        ``line, financial_year, mean_pence, p10_pence, p50_pence, p80_pence, p90_pence, contingency_pence``; line
        ``total`` is of whole futures, so it is less than its lines' sum where lines do not rise together.

    Raises
    ------
    InputError
        With too few futures to tell a P80 by.
    """
    keys = ["line", "financial_year"]
    spent = drawn.pivot_table(index=keys, columns="replication", values="spend_pence", aggfunc="sum", sort=False)
    whole = spent.groupby(level="financial_year", sort=False).sum()
    whole.index = pd.MultiIndex.from_product([[TOTAL], whole.index], names=keys)
    every = pd.concat([spent, whole])
    table = pd.concat([every.index.to_frame(index=False), _spread(every.to_numpy(dtype=np.int64))], axis=1)
    table.attrs = {
        "name": "spend at risk",
        "unit": "pence",
        "definition": (
            "Over the futures drawn: mean, and the sums that one in ten, half, eight in ten and nine in ten stay "
            "below. Contingency is P80 less P50. Lines do not add up to the total: they do not all turn out dear in "
            "the same future."
        ),
    }
    return table


def contingencies(risk: pd.DataFrame) -> dict[str, int]:
    """Return what to hold back in each year: P80 less P50 of the whole, from :func:`spend_at_risk`."""
    whole = risk[risk["line"] == TOTAL]
    return {
        str(year): int(held) for year, held in zip(whole["financial_year"], whole["contingency_pence"], strict=True)
    }


def _spread(spent: NDArray[np.int64]) -> pd.DataFrame:
    """Return mean and quantiles of each row of futures; the contingency rule decides whether there are enough."""
    held = [contingency(row).pence for row in spent]
    points = np.rint(np.quantile(spent.astype(np.float64), QUANTILES, axis=1)).astype(np.int64)
    columns = {"mean_pence": np.rint(spent.mean(axis=1)).astype(np.int64)}
    columns |= {f"p{share * 100:.0f}_pence": at for share, at in zip(QUANTILES, points, strict=True)}
    return pd.DataFrame({**columns, "contingency_pence": held})


def _grown(
    prices: PriceList, growth: Growth, lines: list[CostLine], months: tuple[Month, ...], base: FinancialYear
) -> Floats:
    """Return what faster growth multiplies spend by, shape (replications, lines, months)."""
    years, year_of_month = years_of(months)
    out = np.ones((len(growth.points), len(lines), len(years)))
    for place, line in enumerate(lines):
        if line not in growth.lines:
            continue
        points = growth.points[:, growth.lines.index(line)]
        for step, year in enumerate(years):
            for start in range(base.start_year, year.start_year):
                usual = 1 + float(prices.uplift_percent(line, FinancialYear(start))) / 100
                out[:, place, step] *= (usual + points / 100) / usual
    return out[:, :, year_of_month]
