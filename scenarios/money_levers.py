"""Levers on prices, pay and the market, and the one on distance that is a rule and not a weight."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from scenarios.demand_levers import LOCAL
from scenarios.ground import FloatArray, Ground, IntArray
from scenarios.lever import Lever, Param, Pull
from scenarios.new_places import bought, market_of, with_column
from scenarios.supply_table import BOUGHT_SETTINGS
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import CostLine, Setting
from sufficiency.finance.prices import ANY_LEVEL, Price, PriceList

BOUGHT_LINES = (CostLine.IFA, CostLine.EXTERNAL_HOME, CostLine.SUPPORTED)
OWN_LINES = (CostLine.KINSHIP, CostLine.IN_HOUSE_FOSTER, CostLine.OWN_HOME)

APRIL = 4


def price_shock(ground: Ground, pull: Pull) -> Ground:
    """Make a line dearer: at once when it holds from the base date, else from the first April on or after its start."""
    line = CostLine(pull.text("line"))
    factor = 1 + pull.value / 100
    if pull.from_step <= 1:
        rows = bought(ground.places, line)
        price = np.rint(ground.places.weekly_pence[rows] * factor).astype(np.int64)
        return ground.with_places(with_column(ground.places, rows, weekly_pence=price))
    year = april_from(ground, pull)
    grown = {each: _uplift(ground, line, each) for each in _uplift_years(ground)}
    before = FinancialYear(year.start_year - 1)
    grown[before] = (1 + grown[before] / 100) * Decimal(str(factor)) * 100 - 100
    return replace(ground, prices=with_uplifts(ground.prices, line, grown))


def more_growth(ground: Ground, pull: Pull, lines: tuple[CostLine, ...]) -> Ground:
    """Let prices of some lines grow by so many points more each April, from the first on or after the start."""
    first = april_from(ground, pull)
    prices = ground.prices
    for line in lines:
        grown = {
            each: _uplift(ground, line, each)
            + (Decimal(str(pull.value)) if each.start_year >= first.start_year - 1 else 0)
            for each in _uplift_years(ground)
        }
        prices = with_uplifts(prices, line, grown)
    return replace(ground, prices=prices)


def pay(ground: Ground, pull: Pull) -> Ground:
    """Let pay and allowances grow faster: the lines the council provides itself."""
    return more_growth(ground, pull, OWN_LINES)


def inflation(ground: Ground, pull: Pull) -> Ground:
    """Let bought lines grow faster."""
    return more_growth(ground, pull, BOUGHT_LINES)


def april_from(ground: Ground, pull: Pull) -> FinancialYear:
    """Return the financial year that begins with the first April on or after the start of a change.

    Raises
    ------
    AssumptionError
        When no such April is walked.
    """
    months = [month for month in ground.calendar[pull.from_step - 1 :] if month.number == APRIL]
    later = [month for month in months if month.financial_year > ground.base_year]
    if not later:
        raise AssumptionError(
            f"{pull.key}: prices change each April, and no April follows its start in the months walked."
        )
    return later[0].financial_year


def _uplift_years(ground: Ground) -> tuple[FinancialYear, ...]:
    """Years whose uplift, each following April, matters to the walk."""
    return tuple(FinancialYear(start) for start in range(ground.base_year.start_year, ground.years[-1].start_year + 1))


def _uplift(ground: Ground, line: CostLine, year: FinancialYear) -> Decimal:
    return Decimal(ground.prices.uplift_percent(line, year))


def with_uplifts(prices: PriceList, line: CostLine, grown: dict[FinancialYear, Decimal]) -> PriceList:
    """Return a price list in which a line grows by stated percentages from some years on; prices before stay."""
    own = [price for price in prices.prices if price.line is line]
    level = ANY_LEVEL if any(price.need_level == ANY_LEVEL for price in own) else own[0].need_level
    known = {(price.need_level, price.year) for price in own}
    rows = [
        replace(price, uplift_percent=grown.get(price.year, price.uplift_percent)) if price.line is line else price
        for price in prices.prices
    ]
    rows += [
        Price(line, level, prices.weekly_pence(line, level, year), year, percent, "scenario", "local")
        for year, percent in grown.items()
        if (level, year) not in known
    ]
    return PriceList(prices.base, tuple(rows))


def market_capacity(ground: Ground, pull: Pull) -> Ground:
    """Let the market of a setting take more or fewer new children in a month; who lives there stays."""
    rows = market_of(ground.places, Setting(pull.text("setting")))
    return with_starts(ground, rows, 1 + pull.value / 100 * pull.shape(ground.months))


def no_new_beyond(ground: Ground, pull: Pull) -> Ground:
    """Place nobody newly beyond so many miles; while in part, close that share of the market beyond them."""
    places = ground.places
    spot = np.array([kind is PlaceKind.SPOT for kind in places.kind])
    rows = np.flatnonzero(spot & (places.ring_miles > pull.number("miles")))
    share = pull.value / 100 * pull.shape(ground.months)
    closed = with_starts(ground, rows, 1 - share)
    whole = share >= 1
    return replace(closed, flows=closed.flows.within(pull.number("miles"), whole)) if whole.any() else closed


def with_starts(ground: Ground, rows: IntArray, factor: FloatArray) -> Ground:
    """Return the ground with new placements a month of some market entries multiplied, month by month."""
    most = max(float(factor.max()), 1.0)
    starts = ground.places.starts_per_month[rows] * most
    raised = ground.with_places(with_column(ground.places, rows, starts_per_month=starts))
    return replace(raised, flows=raised.flows.with_starts(rows, factor / most)) if len(rows) else ground


_LINE = Param(
    "line",
    "choice",
    str(CostLine.EXTERNAL_HOME),
    choices=tuple(str(line) for line in BOUGHT_LINES),
    description="Cost line.",
)
_SETTING = Param("setting", "choice", "residential", choices=BOUGHT_SETTINGS, description="Setting.")

LAIT = "LAIT S251 unit costs, England: residential 10.1% a year 2016-17 to 2024-25, 12.1% since 2019-20, 9.0% last year"

MONEY_LEVERS: tuple[Lever, ...] = (
    Lever(
        "market.price_percent",
        "market prices up or down",
        "% of price",
        -90,
        500,
        "weekly price of a line: market, homes of others, existing arrangements; from a later start, its uplift",
        ("prices", "places"),
        "derived",
        LAIT,
        price_shock,
        dates="april",
        params=(_LINE,),
    ),
    Lever(
        "market.capacity_percent",
        "the market gives more or less in a month",
        "% of new placements a month",
        -100,
        500,
        "new placements a month of the market of a setting",
        ("places",),
        "assumption",
        LOCAL,
        market_capacity,
        params=(_SETTING,),
    ),
    Lever(
        "inflation.pay_points",
        "pay and allowances grow faster",
        "percentage points a year",
        -20,
        30,
        "uplift each April of kinship, in-house foster and own homes",
        ("prices",),
        "assumption",
        LOCAL,
        pay,
        dates="april",
    ),
    Lever(
        "inflation.price_points",
        "bought prices grow faster",
        "percentage points a year",
        -20,
        30,
        "uplift each April of independent foster, external homes and supported accommodation",
        ("prices",),
        "derived",
        LAIT,
        inflation,
        dates="april",
    ),
    Lever(
        "policy.no_new_beyond",
        "no new placements beyond a distance",
        "% of the market beyond closed",
        0,
        100,
        "new placements a month of market rings beyond the distance; at 100, policy.max_miles_new while it holds",
        ("places",),
        "assumption",
        "a local rule; the price of it is shown by comparing",
        no_new_beyond,
        params=(Param("miles", "number", 20.0, "miles", 1, 600, description="Straight line."),),
    ),
)
"""Levers on money and on the market."""
