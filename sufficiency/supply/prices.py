"""Weekly prices by cost line and need level, brought to the base date's price level."""

from dataclasses import dataclass

import pandas as pd

from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.findings import Findings
from sufficiency.domain.money import PriceBase, pence
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import CostLine
from sufficiency.supply.inputs import AssumptionValues, number
from sufficiency.supply.rules import finding

LEVEL_DEFAULTS: tuple[tuple[CostLine, int], ...] = (
    (CostLine.IN_HOUSE_FOSTER, 2),
    (CostLine.IN_HOUSE_FOSTER, 3),
    (CostLine.IN_HOUSE_FOSTER, 4),
    (CostLine.IFA, 2),
    (CostLine.IFA, 3),
    (CostLine.IFA, 4),
    (CostLine.OWN_HOME, 4),
    (CostLine.EXTERNAL_HOME, 4),
    (CostLine.SUPPORTED, 3),
    (CostLine.SUPPORTED, 4),
)
"""Lines and need levels with a default price of their own (``price.<line>.level_<n>``)."""

_FILE = "prices"


@dataclass(frozen=True)
class PriceList:
    """Weekly prices in pence by line and need level; level 0 is the price of children of ordinary need."""

    weekly_pence: dict[tuple[CostLine, int], int]

    def pence(self, line: CostLine, level: int = 0) -> int:
        """Return the weekly price at a need level: its own, else the dearest of the levels below.

        More need never costs less. A line that only prices higher levels takes the lowest of them.
        """
        prices = {own: price for (of, own), price in self.weekly_pence.items() if of is line}
        below = [price for own, price in prices.items() if own < level]
        return prices[level] if level in prices else max(below) if below else prices[min(prices)]


def price_list(
    prices: pd.DataFrame | None, assumptions: AssumptionValues, year: FinancialYear
) -> tuple[PriceList, Findings]:
    """Return the prices of the council's own list, filled from the defaults where a line is missing.

    A line with rows in the council's list takes nothing from the defaults. Each price grows by its uplift from its own
    financial year to ``year``.
    """
    findings = Findings()
    given = _given(prices, assumptions, year, findings) if prices is not None else {}
    lines = {line for line, _level in given}
    for line in CostLine:
        if line in lines:
            continue
        given |= _defaults(line, assumptions, year)
        if prices is not None:
            action = f"Default taken for {line.value}."
            findings.add(finding("supply.prices.default", action, file=_FILE, column="line"))
    return PriceList(given), findings


def _given(
    prices: pd.DataFrame, assumptions: AssumptionValues, year: FinancialYear, findings: Findings
) -> dict[tuple[CostLine, int], int]:
    other_base = prices["price_base"] == PriceBase.FULL.value
    years = prices["financial_year"].map(_start_year)
    if other_base.any():
        findings.add(finding("supply.prices.other_base", "Rows left out.", int(other_base.sum()), file=_FILE))
    undated = ~other_base & years.isna()
    if undated.any():
        findings.add(finding("supply.prices.year", "Rows left out.", int(undated.sum()), file=_FILE))
    used = prices[~other_base & ~undated & prices["weekly_pounds"].notna()]
    lines = [CostLine(line) for line in used["line"]]
    usual = pd.Series([number(assumptions, f"uplift.{_slug(line)}") for line in lines], index=used.index, dtype=float)
    uplift = used["uplift_percent"].astype(float).fillna(usual).tolist()
    level = used["need_level"].fillna(0).astype(int).tolist()
    grown = [
        _grown(pounds, percent, year.start_year - int(start))
        for pounds, percent, start in zip(used["weekly_pounds"].tolist(), uplift, years[used.index], strict=True)
    ]
    return dict(zip(zip(lines, level, strict=True), grown, strict=True))


def _defaults(line: CostLine, assumptions: AssumptionValues, year: FinancialYear) -> dict[tuple[CostLine, int], int]:
    slug = _slug(line)
    start = _start_year(assumptions.value("price.financial_year"))
    if start is None:
        raise AssumptionError("price.financial_year: a financial year such as 2024-25 is needed.")
    growth = number(assumptions, f"uplift.{slug}"), year.start_year - start
    found = {(line, 0): _grown(number(assumptions, f"price.{slug}"), *growth)}
    for own, level in LEVEL_DEFAULTS:
        if own is line:
            found[line, level] = _grown(number(assumptions, f"price.{slug}.level_{level}"), *growth)
    return found


def _grown(weekly_pounds: float, uplift_percent: float, years: int) -> int:
    return pence(weekly_pounds * (1 + uplift_percent / 100) ** years)


def _start_year(text: object) -> int | None:
    """Return the first calendar year of a financial year such as 2024-25, None when it is not one."""
    words = str(text).strip()[:4]
    return int(words) if words.isdigit() else None


def _slug(line: CostLine) -> str:
    return line.value.replace(" ", "_").replace("-", "_")
