"""Every table of a spend forecast, from plans, prices and what finance gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from scenarios.compare import described
from scenarios.ground import Ground
from scenarios.spending_books import Books
from scenarios.spending_plans import COST_OF_CHANGE, Change, Costed
from sufficiency.domain.money import pence
from sufficiency.domain.periods import FinancialYear, horizon
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import CostLine
from sufficiency.finance.areas import spend_by_area
from sufficiency.finance.bridge import bridge
from sufficiency.finance.commitments import commitments, committed_and_allowance
from sufficiency.finance.dear import OneMore, emergency, price_points, sensitivity
from sufficiency.finance.income import income
from sufficiency.finance.ledger import actual_by_month, budget_by_month_given, closed_until
from sufficiency.finance.monitor import budget_monitor, outturn_by_line
from sufficiency.finance.mtfs import ItemKind, mtfs
from sufficiency.finance.price_reading import financial_year
from sufficiency.finance.prices import ANY_LEVEL, PriceList
from sufficiency.finance.rounding import whole_pence
from sufficiency.finance.savings import RagRule, Saving, as_budget_items, delivered_on_line, tracker
from sufficiency.finance.spend import TOTAL, priced_rows, spend_by_year, spend_of_groups
from sufficiency.finance.stays import list_price, own_price, spend_of_stays
from sufficiency.finance.voids import fixed_and_voids

Tables = dict[str, pd.DataFrame]

NOT_BY_CHILD = "fixed cost, not by child"
"""Row for what open homes cost whoever lives there, so that tables by age and area add up to spend."""


FROM_STAYS = "days x list prices"
"""Kind of a month before the base date that the ledger does not tell."""


@dataclass(frozen=True, eq=False)
class Desk:
    """What tables are made from.

    Attributes
    ----------
    ground, base
        The council as it stands, and its plan with spend.
    books
        What finance gave.
    stays
        Stays of the history.
    place
        Place of each child of the base date in the plan, shape (children,).
    """

    ground: Ground
    base: Costed
    books: Books
    stays: pd.DataFrame
    place: "np.ndarray[tuple[int], np.dtype[np.int64]]"

    @property
    def prices(self) -> PriceList:
        """The price list of the base."""
        return self.ground.prices

    @property
    def cells(self) -> pd.DataFrame:
        """Spend of the base by line and month."""
        return self.base.cells

    @property
    def first_year(self) -> FinancialYear:
        """Financial year of the first month walked."""
        return self.ground.calendar[0].financial_year

    @property
    def whole_years(self) -> tuple[FinancialYear, ...]:
        """Financial years walked from April to March."""
        return tuple(
            year
            for year in self.ground.years
            if sum(month.financial_year == year for month in self.ground.calendar) == 12
        )


def spend_tables(desk: Desk) -> Tables:
    """Return spend by line, month, year, age and area, what is committed, fixed cost, and income."""
    ages = spend_of_groups(desk.base.plan, desk.prices, ["age_band"])
    areas = spend_by_area(desk.base.plan, desk.prices)
    contributions = desk.books.contributions
    grant = pence(desk.ground.assumptions.number("money.uasc_grant_pounds_daily"))
    paid = income(desk.base.plan, grant, contributions)
    committed = _committed(desk)
    return {
        "spend": desk.cells,
        "spend_by_year": _named(spend_by_year(desk.cells).reset_index(), "spend by line and year"),
        "spend_by_age": _with_fixed(ages, desk.cells, "age_band"),
        "spend_by_area": _with_fixed(areas, desk.cells, "area"),
        "committed": committed,
        "committed_by_year": _summed(committed, "financial_year", "committed and allowance by year"),
        "fixed_and_voids": fixed_and_voids(desk.base.plan, desk.prices),
        "income": paid,
        "income_by_year": _income_by_year(paid),
    }


def _with_fixed(parts: pd.DataFrame, cells: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return parts by year, with the fixed cost that belongs to no child as a row: adds up to spend."""
    keys = [by, "financial_year"]
    table = parts.groupby(keys, as_index=False, sort=False)[["child_days", "placement_pence"]].sum()
    table = table.rename(columns={"placement_pence": "spend_pence"})
    fixed = cells.groupby("financial_year", as_index=False)["fixed_pence"].sum()
    rest = pd.DataFrame(
        {by: NOT_BY_CHILD, **{"financial_year": fixed["financial_year"], "spend_pence": fixed["fixed_pence"]}}
    )
    both = pd.concat([table, rest], ignore_index=True).fillna({"child_days": 0.0})
    definition = f"{parts.attrs['definition']} Fixed cost of open homes has a row of its own."
    return described(both, f"spend by {by.replace('_', ' ')} and year", "pence", definition)


def _committed(desk: Desk) -> pd.DataFrame:
    """Return spend committed to the children of the base date, and the allowance for new starts."""
    now, places = desk.ground.now.frame, desk.base.plan.places
    held = now[["child", "start"]].assign(
        end=pd.Series(pd.NaT, index=now.index, dtype="datetime64[s]"),
        line=np.array([line.value for line in places.line])[desk.place],
        weekly=places.weekly_pence[desk.place],
    )
    last_day = desk.ground.calendar[-1].plus(1).first_day - timedelta(days=1)
    price = own_price("weekly", desk.prices, FinancialYear.containing(desk.ground.base_date))
    committed = commitments(held, now[["child", "birth_date"]], price, desk.ground.base_date, last_day)
    table = committed_and_allowance(desk.cells, committed)
    return described(
        table,
        "committed, allowance and forecast",
        "pence",
        "Committed: today's children in today's homes until eighteen, and the fixed cost of open homes. Allowance: "
        "new starts less those who leave early or move somewhere cheaper; below nothing when leavers outweigh starts. "
        "Together: the forecast.",
    )


def _income_by_year(paid: pd.DataFrame) -> pd.DataFrame:
    table = paid.groupby(["source", "financial_year"], as_index=False, sort=False)[["income_pence"]].sum()
    return described(table, "income by source and year", "pence", "Received from others; never set against spend here.")


def budget_tables(desk: Desk) -> Tables:
    """Return budget against forecast by month and by line in the first year, and the MTFS; what there is a budget for.

    Months of the year before the base date stand at days x list prices unless the ledger says what was spent.
    """
    year, books = desk.first_year, desk.books
    cells = year_cells(desk)
    profile = {} if books.ledger is None else budget_by_month_given(books.ledger, year)
    budget = books.budget_of(year)
    budget = sum(profile.values()) if budget is None and profile else budget
    tables: Tables = {}
    if budget is not None and cells["month"].nunique() == 12:
        actual = {} if books.ledger is None else actual_by_month(books.ledger, year)
        monitor = budget_monitor(cells, budget, year, actual, profile)
        gone = (monitor["month"] <= pd.Timestamp(desk.ground.base_date)) & (monitor["kind"] == "forecast")
        monitor["kind"] = monitor["kind"].where(~gone, FROM_STAYS)
        tables["budget_by_month"] = monitor
        by_line = dict(books.budget.get(year, {TOTAL: budget}))
        tables["outturn_by_line"] = outturn_by_line(cells, year, books.ledger, by_line)
    return tables


def year_cells(desk: Desk) -> pd.DataFrame:
    """Return spend of the first year by line and month, with the months before the base date from stays."""
    year = desk.first_year
    cells = desk.cells[desk.cells["financial_year"] == str(year)]
    if desk.ground.calendar[0].first_day <= year.first_day:
        return cells
    past = spend_of_stays(desk.stays, list_price(desk.prices), year.first_day, desk.ground.base_date)
    return pd.concat([past, cells], ignore_index=True)


def mtfs_table(desk: Desk, change: Change | None) -> Tables:
    """Return the MTFS of the base with the council's own savings and what a scenario adds; needs two whole years."""
    years = desk.whole_years
    if len(years) < 2:
        return {}
    forecast = int(desk.cells.loc[desk.cells["financial_year"] == str(years[0]), "spend_pence"].sum())
    given = desk.books.budget_of(years[0])
    savings = [one for one in desk.books.savings if change is None or one.scenario != change.name]
    savings += [] if change is None else as_savings(change)
    items = as_budget_items(savings, years[1:])
    table = mtfs(desk.cells, desk.prices, forecast if given is None else given, items)
    base = "the forecast: no budget was given" if given is None else "as given"
    table.attrs["definition"] += f" Base budget of {years[0]}: {base}."
    attrs = table.attrs
    table = table.reset_index()
    table.columns.name = None
    table.attrs = attrs
    return {"mtfs": table}


def as_savings(change: Change) -> list[Saving]:
    """Return a scenario as two lines of a budget: what it saves on places, and what it costs beside them."""
    effect = difference_by_year(change.base, change.cells)
    cost = change.cells[change.cells["line"] == COST_OF_CHANGE].groupby("financial_year")["spend_pence"].sum()
    years = {financial_year(year): (int(value), int(cost.get(year, 0))) for year, value in effect.items()}
    places = {year: -(whole - extra) for year, (whole, extra) in years.items()}
    beside = {year: -extra for year, (_, extra) in years.items()}
    saved = Saving(change.title, ItemKind.SAVINGS, places, change.name)
    return [saved, Saving(f"cost of: {change.title}", ItemKind.INVEST_TO_SAVE, beside, change.name)]


def difference_by_year(base: pd.DataFrame, other: pd.DataFrame) -> dict[str, int]:
    """Return by how much spend of each year differs from the base, in pence."""
    one, two = (cells.groupby("financial_year")["spend_pence"].sum() for cells in (base, other))
    return {str(year): int(value) for year, value in (two - one).items()}


def bridges(desk: Desk, change: Change | None) -> pd.DataFrame:
    """Return price, volume and mix from each whole year to the next, and from the base to a scenario in each."""
    pairs = zip(desk.whole_years, desk.whole_years[1:], strict=False)
    steps = [(f"{one} to {two}", _of_year(desk.cells, one), _of_year(desk.cells, two)) for one, two in pairs]
    if change is not None:
        places = change.cells[change.cells["line"] != COST_OF_CHANGE]
        name = f"base to {change.name}"
        steps += [(f"{one}, {name}", _of_year(change.base, one), _of_year(places, one)) for one in desk.whole_years]
    if not steps:
        return pd.DataFrame()
    made = {name: bridge(before, after) for name, before, after in steps}
    table = pd.concat([part.reset_index().assign(step=name) for name, part in made.items()], ignore_index=True)
    money = {name: f"{name}_pence" for name in table.columns if name not in ("line", "step")}
    table = table.rename(columns=money)[["step", "line", *money.values()]]
    definition = next(iter(made.values())).attrs["definition"]
    words = f"{definition} What levers cost beside places is not in it."
    return described(table, "price, volume and mix", "pence", words)


def _of_year(cells: pd.DataFrame, year: FinancialYear) -> pd.DataFrame:
    return cells[cells["financial_year"] == str(year)]


def sensitivities(desk: Desk) -> pd.DataFrame:
    """Return what one child, a point of price and an emergency premium do to each whole year, or to the first."""
    number = desk.ground.assumptions.number
    years = desk.whole_years or (desk.first_year,)
    base = FinancialYear.containing(desk.ground.base_date)
    lines = (CostLine.EXTERNAL_HOME, CostLine.IFA, CostLine.IN_HOUSE_FOSTER)
    known = {price.line for price in desk.prices.prices}
    high = pence(number("money.high_cost_pounds_weekly"))
    dear = OneMore("high-cost placement", CostLine.EXTERNAL_HOME, high, FinancialYear(2022))
    usual = [
        OneMore(str(line), line, desk.prices.weekly_pence(line, ANY_LEVEL, base), base)
        for line in lines
        if line in known and any(one.line is line and one.need_level == ANY_LEVEL for one in desk.prices.prices)
    ]
    premium = emergency(_spot(desk), number("money.emergency_share"), number("money.emergency_premium_percent"), years)
    return sensitivity([dear, *usual], desk.prices, years, pd.concat([price_points(desk.cells, years), premium]))


def _spot(desk: Desk) -> pd.DataFrame:
    """Return spend on children's homes bought on the spot market since the base date."""
    plan = desk.base.plan
    rows = priced_rows(plan, desk.prices, horizon(plan.base_date, plan.months))
    spot = np.array(
        [
            kind is PlaceKind.SPOT and line is CostLine.EXTERNAL_HOME
            for kind, line in zip(plan.places.kind, plan.places.line, strict=True)
        ]
    )
    bought = rows[spot[rows["place"].to_numpy()]]
    spent = bought.groupby("financial_year", as_index=False)[["unit_pence"]].sum()
    spent["spend_pence"] = whole_pence(spent["unit_pence"].to_numpy())
    return pd.DataFrame(spent)


def savings_table(desk: Desk, changes: Mapping[str, Change]) -> Tables:
    """Return the savings tracker of the first year; nothing when no saving was given."""
    books, year = desk.books, desk.first_year
    if not books.savings:
        return {}
    number = desk.ground.assumptions.number
    rule = RagRule(number("money.saving_green_share"), number("money.saving_amber_share"))
    cells = year_cells(desk)
    delivered = {}
    for one in books.savings:
        found = None if books.ledger is None or not one.line else delivered_on_line(cells, books.ledger, one.line)
        if found is not None:
            delivered[one.name] = found
    modelled = {
        one.name: -difference_by_year(changes[one.scenario].base, changes[one.scenario].cells)[str(year)]
        for one in books.savings
        if one.scenario
    }
    return {"savings": tracker(books.savings, year, rule, delivered, modelled, closed_until(books.ledger, year))}


def by_month(cells: pd.DataFrame) -> pd.DataFrame:
    """Return spend with lines down and months across, and both totals."""
    table = cells.pivot_table(index="line", columns="month", values="spend_pence", aggfunc="sum", fill_value=0)
    table = table.reindex([str(line) for line in CostLine if str(line) in table.index])
    table.columns = pd.Index([f"{pd.Timestamp(str(month)):%Y-%m}" for month in table.columns])
    table.loc[TOTAL] = table.sum(axis=0)
    table[TOTAL] = table.sum(axis=1)
    return described(table.reset_index(), "spend by line and month", "pence", str(cells.attrs.get("definition", "")))


def _summed(table: pd.DataFrame, by: str, name: str) -> pd.DataFrame:
    money = [column for column in table.columns if str(column).endswith("_pence")]
    return described(
        table.groupby(by, as_index=False, sort=False)[money].sum(), name, "pence", table.attrs["definition"]
    )


def totals_of(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows of a table that are of all lines together."""
    whole = table[table["line"] == TOTAL].drop(columns="line").reset_index(drop=True)
    return described(whole, name, "pence", table.attrs["definition"])


def _named(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    frame.attrs["name"] = name
    frame.columns.name = None
    return frame
