"""What a week costs: weekly prices by cost line and need level, their price base, their year, and how they grow.

A price belongs to a financial year. To use it in another year it is uplifted each April between the two, compounded
exactly, and rounded once to the whole penny a week (halves up). Placement-only and full S251 prices answer different
questions and never share a list.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.errors import AssumptionError, InputError
from sufficiency.domain.money import PriceBase
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import CostLine
from sufficiency.finance.rounding import nearest

ANY_LEVEL = 0
"""Need level of a price that holds for every level, unless that level or an easier one is dearer."""

COLUMNS = (
    "line",
    "need_level",
    "weekly_pounds",
    "price_base",
    "financial_year",
    "uplift_percent",
    "source",
    "status",
)


@dataclass(frozen=True)
class Price:
    """One row of a price list.

    Attributes
    ----------
    line, need_level
        What is bought; :data:`ANY_LEVEL` when the row is for no level in particular.
    weekly_pence
        One child for one week, at the price level of ``year``.
    uplift_percent
        Growth each April after ``year``; None when nobody said.
    source, status
        Where the figure comes from; cited, derived, assumption or the council's own.
    """

    line: CostLine
    need_level: int
    weekly_pence: int
    year: FinancialYear
    uplift_percent: Decimal | None
    source: str = ""
    status: str = ""

    def __post_init__(self) -> None:
        if self.weekly_pence < 0 or self.need_level < 0:
            raise InputError(f'prices: "{self.line}" has a price or a need level below zero.')
        if self.uplift_percent is not None and self.uplift_percent <= -100:
            raise InputError(f'prices: "{self.line}" has an uplift of {self.uplift_percent}%; it must be above -100%.')


@dataclass(frozen=True)
class PriceList:
    """Weekly prices on one price base.

    Raises
    ------
    InputError
        When two rows price the same thing in the same year, or one line has two uplifts in one year.
    """

    base: PriceBase
    prices: tuple[Price, ...]

    def __post_init__(self) -> None:
        _refuse_repeats(self.prices)
        _refuse_two_uplifts(self.prices)

    def with_defaults(self, defaults: "PriceList") -> "PriceList":
        """Return this list with the lines it lacks taken from another on the same price base.

        A line without an uplift takes the default uplift of that line.

        Raises
        ------
        AssumptionError
            When lines are lacking and the other list is on another price base.
        """
        own = {price.line for price in self.prices}
        lacking = tuple(price for price in defaults.prices if price.line not in own)
        if lacking and defaults.base is not self.base:
            names = ", ".join(sorted({price.line.value for price in lacking}))
            raise AssumptionError(
                f'prices are "{self.base}" but the defaults for {names} are "{defaults.base}"; they are never mixed. '
                "Add rows for these lines to the price list."
            )
        filled = tuple(price if price.line in self._uplifts else _with_uplift(price, defaults) for price in self.prices)
        return PriceList(self.base, filled + lacking)

    def weekly_pence(self, line: CostLine, need_level: int, year: FinancialYear) -> int:
        """Return the price of one child for one week in a financial year.

        A level without rows of its own takes the row for any level, or that of a dearer level below it: more need
        never costs less. The latest row of that year or before is uplifted; without one the earliest later row is
        brought back by the same rate.

        Raises
        ------
        InputError
            When the list has no price for the line at that level.
        """
        levels = [need_level] if (line, need_level) in self._rows else range(ANY_LEVEL, need_level)
        if (line, levels[0]) not in self._rows:
            raise InputError(
                f'prices: no price for "{line}" at need level {need_level}. '
                "Add one, or a row with an empty need level for all others."
            )
        found = [_row_for(self._rows[line, level], year) for level in levels if (line, level) in self._rows]
        return max(nearest(row.weekly_pence * self.factor(line, row.year, year)) for row in found)

    def factor(self, line: CostLine, from_year: FinancialYear, to_year: FinancialYear) -> Fraction:
        """Return what a price of one year is multiplied by in another: exact, one step each April.

        Raises
        ------
        AssumptionError
            When the years differ and no uplift is known for the line.
        """
        if to_year < from_year:
            return 1 / self.factor(line, to_year, from_year)
        factor = Fraction(1)
        for start in range(from_year.start_year, to_year.start_year):
            factor *= 1 + Fraction(self.uplift_percent(line, FinancialYear(start))) / 100
        return factor

    def frame(self) -> pd.DataFrame:
        """Return the list as a table with the columns of the input, for reports and the run record."""
        rows = [
            (
                price.line.value,
                price.need_level or None,
                price.weekly_pence / 100,
                self.base.value,
                str(price.year),
                None if price.uplift_percent is None else float(price.uplift_percent),
                price.source,
                price.status,
            )
            for price in self.prices
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"need_level": "Int64", "uplift_percent": "float64"})

    @cached_property
    def _rows(self) -> dict[tuple[CostLine, int], list[Price]]:
        found: dict[tuple[CostLine, int], list[Price]] = {}
        for price in sorted(self.prices, key=lambda price: price.year):
            found.setdefault((price.line, price.need_level), []).append(price)
        return found

    @cached_property
    def _uplifts(self) -> dict[CostLine, list[tuple[FinancialYear, Decimal]]]:
        found: dict[CostLine, list[tuple[FinancialYear, Decimal]]] = {}
        for price in sorted(self.prices, key=lambda price: price.year):
            if price.uplift_percent is not None:
                found.setdefault(price.line, []).append((price.year, price.uplift_percent))
        return found

    def uplift_percent(self, line: CostLine, year: FinancialYear) -> Decimal:
        """Return by how much a line grows at the end of a financial year, that is each following April.

        Raises
        ------
        AssumptionError
            When no uplift is known for the line.
        """
        said = self._uplifts.get(line)
        if said is None:
            raise AssumptionError(f'no uplift is known for "{line}"; give uplift_percent in the price list.')
        return ([percent for start, percent in said if start <= year] or [said[0][1]])[-1]


def uplifted(
    prices: PriceList,
    lines: tuple[CostLine, ...],
    weekly_pence: NDArray[np.int64],
    from_year: FinancialYear,
    years: tuple[FinancialYear, ...],
) -> NDArray[np.int64]:
    """Return weekly prices in each of some years, whole pence a week, shape (n, years).

    Parameters
    ----------
    lines, weekly_pence
        Cost line and price of each of n things at the price level of ``from_year``.
    """
    out = np.zeros((len(lines), len(years)), np.int64)
    line_of = np.array([line.value for line in lines])
    for line in set(lines):
        rows = np.flatnonzero((line_of == line.value) & (weekly_pence != 0))
        if not rows.size:
            continue
        distinct, which = np.unique(weekly_pence[rows], return_inverse=True)
        factors = [prices.factor(line, from_year, year) for year in years]
        table = np.array([[nearest(int(price) * factor) for factor in factors] for price in distinct], dtype=np.int64)
        out[rows] = table[which]
    return out


def _with_uplift(price: Price, defaults: PriceList) -> Price:
    if price.line not in defaults._uplifts:
        return price
    return replace(price, uplift_percent=defaults.uplift_percent(price.line, price.year))


def _row_for(rows: list[Price], year: FinancialYear) -> Price:
    before = [price for price in rows if price.year <= year]
    return before[-1] if before else rows[0]


def _refuse_repeats(prices: Iterable[Price]) -> None:
    seen: set[tuple[CostLine, int, FinancialYear]] = set()
    for price in prices:
        key = (price.line, price.need_level, price.year)
        if key in seen:
            raise InputError(f'prices: "{price.line}" has two prices for {price.year} at one need level; keep one.')
        seen.add(key)


def _refuse_two_uplifts(prices: Iterable[Price]) -> None:
    seen: dict[tuple[CostLine, FinancialYear], Decimal] = {}
    for price in prices:
        if price.uplift_percent is None:
            continue
        known = seen.setdefault((price.line, price.year), price.uplift_percent)
        if known != price.uplift_percent:
            raise InputError(f'prices: "{price.line}" has two uplifts from {price.year}; uplift is by line.')
