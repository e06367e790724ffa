"""What a week costs in the synthetic council: cited prices with their year, carried on where a later year is needed."""

from dataclasses import dataclass
from decimal import Decimal

from sufficiency.domain.money import PriceBase
from sufficiency.domain.settings import CostLine

COVENTRY = "Coventry, Homes for children and young people 2023-27, p8"
LINCOLNSHIRE = "Lincolnshire FOI, 1 Nov 2023: one council, 260 to 6,776"
NOT_FOUND = "no figure found; synthetic"
BY_LEVEL = "synthetic: multiple of the average; no figure by level found"
PRICE_YEAR = "2022-23"


@dataclass(frozen=True)
class WeeklyPrice:
    """One row of the price file; placement only, at the prices of 2022-23.

    Attributes
    ----------
    level
        Need level, None for no level in particular.
    uplift
        Growth each April, per cent (LAIT, England, 2016-17 to 2024-25 a year).
    """

    line: CostLine
    level: int | None
    pounds: int
    uplift: float
    source: str
    status: str


PRICES: tuple[WeeklyPrice, ...] = (
    WeeklyPrice(CostLine.KINSHIP, None, 325, 3.6, COVENTRY, "cited"),
    WeeklyPrice(CostLine.IN_HOUSE_FOSTER, None, 460, 3.6, COVENTRY, "cited"),
    WeeklyPrice(CostLine.IN_HOUSE_FOSTER, 3, 690, 3.6, BY_LEVEL, "assumption"),
    WeeklyPrice(CostLine.IFA, None, 965, 3.6, COVENTRY, "cited"),
    WeeklyPrice(CostLine.IFA, 3, 1350, 3.6, BY_LEVEL, "assumption"),
    WeeklyPrice(CostLine.IFA, 4, 1640, 3.6, BY_LEVEL, "assumption"),
    WeeklyPrice(CostLine.OWN_HOME, None, 4219, 10.1, COVENTRY, "cited"),
    WeeklyPrice(CostLine.EXTERNAL_HOME, None, 5288, 10.1, COVENTRY + " (spot; block 3,370)", "cited"),
    WeeklyPrice(CostLine.EXTERNAL_HOME, 4, 7930, 10.1, BY_LEVEL, "assumption"),
    WeeklyPrice(CostLine.SUPPORTED, None, 621, 3.6, LINCOLNSHIRE, "assumption"),
    WeeklyPrice(CostLine.SUPPORTED, 3, 1500, 3.6, LINCOLNSHIRE + "; by level synthetic", "assumption"),
    WeeklyPrice(CostLine.SECURE, None, 8000, 10.1, NOT_FOUND, "assumption"),
    WeeklyPrice(CostLine.WITH_FAMILY, None, 0, 0, "no fee is paid", "assumption"),
    WeeklyPrice(CostLine.OTHER, None, 1500, 8.5, NOT_FOUND, "assumption"),
)
BLOCK_HOME_POUNDS = 3370
"""Block price of a home, Coventry 2022-23 (cited)."""


def price_2024_25(line: CostLine, level: int | None = None) -> int:
    """Return the weekly price of a line in whole pounds two Aprils on."""
    rows = {(row.line, row.level): row for row in PRICES}
    row = rows.get((line, level)) or rows[line, None]
    return grown(row.pounds, row.uplift)


def grown(pounds: int, uplift: float) -> int:
    """Carry a 2022-23 price to 2024-25 in whole pounds."""
    return round(Decimal(pounds) * (1 + Decimal(str(uplift)) / 100) ** 2)


PRICE_COLUMNS = (
    "line",
    "need_level",
    "weekly_pounds",
    "price_base",
    "financial_year",
    "uplift_percent",
    "source",
    "status",
)


def price_rows() -> list[tuple[object, ...]]:
    """Return the rows of the price file."""
    return [
        (p.line.value, p.level, p.pounds, PriceBase.PLACEMENT.value, PRICE_YEAR, p.uplift, p.source, p.status)
        for p in PRICES
    ]
