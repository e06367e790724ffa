"""What is known without a forecast: a closed year worked out again, its unit costs, and today's dearest placements."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from scenarios.inputs import Inputs, children_now
from scenarios.spending_books import Books
from sufficiency.assumptions import Assumptions
from sufficiency.demand.ages import Ages, age_band_index
from sufficiency.demand.days import DAYS_A_MONTH
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.money import PriceBase, pence
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import CostLine
from sufficiency.finance.backcast import backcast
from sufficiency.finance.dear import spread_of, top_high_cost
from sufficiency.finance.ledger import actual_by_line
from sufficiency.finance.prices import PriceList
from sufficiency.finance.spot import SpotPrices
from sufficiency.finance.stays import list_price, spend_of_stays
from sufficiency.finance.tail import Tail
from sufficiency.finance.unit_costs import FOSTERING, RESIDENTIAL, activity, spent_by_measure, unit_costs
from sufficiency.finance.weeks import Weeks
from sufficiency.matching.setup import BaseDate, birth_interval

TURNOVER_MONTHS = 24
"""Months of history that say how long spot placements last."""

FEWEST_OWN_PRICES = 10


def closed_year(
    inputs: Inputs, prices: PriceList, books: Books, year: FinancialYear, ledger_pence: Mapping[str, int], weeks: Weeks
) -> dict[str, pd.DataFrame]:
    """Return a closed year worked out again beside its ledger, and its unit costs on each basis.

    Parameters
    ----------
    ledger_pence
        By cost line or ``total``; what the ledger file says of the year when empty.

    Raises
    ------
    AssumptionError
        When the returns do not cover the year.
    """
    if year.first_day < inputs.first_day or year.last_day > inputs.base_date:
        raise AssumptionError(
            f"--year {year}: the returns cover {inputs.first_day:%d %B %Y} to {inputs.base_date:%d %B %Y}. Choose a "
            "financial year that lies within."
        )
    cells = spend_of_stays(inputs.stays, list_price(prices), year.first_day, year.last_day)
    told = dict(ledger_pence) or ({} if books.ledger is None else actual_by_line(books.ledger, year))
    counted = activity(inputs.stays, year)
    full = books.full_cost.get(year)
    tables = {
        "backcast": backcast(cells, told),
        "unit_costs": unit_costs(spent_by_measure(cells), counted, prices.base, {}, weeks),
    }
    tables["backcast"].attrs["definition"] += " Every day at the list price of its line in that year."
    if full is not None:
        tables["unit_costs_s251"] = unit_costs(full.spent_pence, counted, PriceBase.FULL, full.published, weeks)
    return tables


def with_england(table: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Add England's published unit costs, which are full S251 cost, to a table on that basis."""
    england = {
        FOSTERING: pence(assumptions.number("benchmark.s251_fostering_pounds_weekly")),
        RESIDENTIAL: pence(assumptions.number("benchmark.s251_residential_pounds_weekly")),
    }
    attrs = {**table.attrs, "definition": f"{table.attrs['definition']} England: LAIT, 2024-25."}
    table = table.assign(england_weekly_pence=table["measure"].map(england).astype("Int64"))
    table.attrs = attrs
    return table


def tail_of(inputs: Inputs, books: Books, assumptions: Assumptions, known: frozenset[int]) -> tuple[Tail, str]:
    """Return how single spot prices of homes spread, how soon they change hands, and what that rests on."""
    line = str(CostLine.EXTERNAL_HOME)
    own = books.own_pence[_lines_now(inputs) == line]
    own = own[~np.isnan(own) & (own > 0)]
    if len(own) >= FEWEST_OWN_PRICES:
        spread, words = SpotPrices.from_prices(own.astype(np.int64)).spread, f"{len(own)} placement costs of your own"
    else:
        number = assumptions.number
        mean, high = pence(number("price.external_home")), pence(number("money.high_cost_pounds_weekly"))
        spread, words = spread_of(mean, high, number("money.high_cost_share")), "cited mean and high-cost share"
    return Tail(spread, _ends_monthly(inputs, line), known=known), words


def dearest(inputs: Inputs, now: BaseDate, books: Books, place_pence: "pd.Series[int]", weeks: Weeks) -> pd.DataFrame:
    """Return the twenty dearest placements of today, one row a child: only for use inside the council.

    Parameters
    ----------
    place_pence
        Weekly price of the place of each child, where the child's own cost is not known.
    """
    frame = now.frame.reset_index(drop=True)
    lo, hi = birth_interval(frame["birth_date"], frame["start"])
    day = (inputs.base_date - date(1970, 1, 1)).days
    band = np.minimum(age_band_index(Ages(lo, hi), day), len(AGE_BANDS) - 1)
    weekly = np.where(np.isnan(books.own_pence), place_pence.to_numpy(dtype=np.float64), books.own_pence)
    children = frame[["child", "setting", "line", "start"]].assign(
        age_band=np.array(AGE_BANDS)[band], price_from=books.price_from
    )
    return top_high_cost(children, np.rint(weekly).astype(np.int64), weeks)


def _lines_now(inputs: Inputs) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    return children_now(inputs).frame["line"].to_numpy(dtype=object)


def _ends_monthly(inputs: Inputs, line: str) -> float:
    """Return the share of placements on a line that ended in a month, over the last months of the history."""
    last = np.datetime64(inputs.base_date, "s")
    first = (last.astype("datetime64[M]") - TURNOVER_MONTHS + 1).astype("datetime64[s]")
    rows = inputs.stays[inputs.stays["line"] == line]
    start = rows["start"].to_numpy(dtype="datetime64[s]")
    end = np.where(rows["end"].isna(), np.datetime64("2200-01-01", "s"), rows["end"].to_numpy(dtype="datetime64[s]"))
    days = (np.minimum(end, last) - np.maximum(start, first)) / np.timedelta64(1, "D")
    lived = float(np.maximum(days, 0.0).sum()) / DAYS_A_MONTH
    ends = int(((end > first) & (end <= last)).sum())
    return float(1 - np.exp(-ends / lived)) if lived > 0 else 0.0


def last_closed(base_date: date) -> FinancialYear:
    """Return the last financial year that ended on or before a day."""
    year = FinancialYear.containing(base_date)
    return year if year.last_day <= base_date else FinancialYear(year.start_year - 1)
