"""T12: the scenarios of the last stored comparison, beside the plan as things are."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from sufficiency.report.appraisal import DISCOUNT, INFLATION, Discounting, payback, present_value
from sufficiency.report.desk import ENGINE, Desk, periods_of, text
from sufficiency.report.ledger import Key
from sufficiency.report.table import (
    CHILDREN,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    PERCENT,
    POUNDS,
    Cell,
    Column,
    Draft,
    Table,
    Words,
)
from sufficiency.report.tables_ahead import forecast_key
from sufficiency.report.tables_money import expected_share, pounds_of, year_heading

PLAN = "the plan as things are"
_BASELINE, _PENCE = "do-nothing", 100
_NONE = "No comparison is stored: make one with sufficiency compare, for instance with do-nothing and place-package."


@dataclass(frozen=True)
class Option:
    """A scenario of the comparison, year by year.

    Attributes
    ----------
    name
        As the scenario is called.
    figures
        Measure by year of the values, whole.
    saving
        Low and high of the saving over all years, None where no draws were made.
    """

    name: str
    figures: pd.DataFrame
    saving: tuple[float, float] | None

    def pounds(self, measure: str) -> list[int]:
        """Return a measure in whole pounds by year."""
        return [round(pence / _PENCE) for pence in self.yearly(measure)]

    def yearly(self, measure: str) -> list[float]:
        """Return a measure by year, as it is."""
        row = list(self.figures.index).index(measure)
        return [float(value) for value in self.figures.to_numpy(dtype=np.float64)[row]]

    def last(self, measure: str) -> float:
        """Return a measure at the end of the last year."""
        return self.yearly(measure)[-1]


def options(desk: Desk) -> list[Option]:
    """Return the scenarios of the stored comparison, the baseline left out."""
    if desk.facts.compared is None:
        return []
    rows = desk.facts.compared.tables["by_year"]
    whole = rows[rows["line"] == ""]
    names = [str(name) for name in dict.fromkeys(whole["scenario"]) if name != _BASELINE]
    return [_option(name, whole[whole["scenario"] == name]) for name in names]


def _option(name: str, rows: pd.DataFrame) -> Option:
    over_all = rows["financial_year"].str.contains("all")
    figures = rows[~over_all].pivot_table(
        index="measure", columns="financial_year", values="value", sort=False, dropna=False
    )
    spend = rows[over_all & (rows["measure"] == "spend_pence")]
    drawn = len(spend) == 1 and bool(spend["low"].notna().all())
    low, high = (-float(spend[edge].iloc[0]) / _PENCE for edge in ("high", "low")) if drawn else (0.0, 0.0)
    return Option(name, figures, (low, high) if drawn else None)


def scenarios(desk: Desk) -> Draft:
    """T12: outcomes and money of each scenario at the end of the plan."""
    found = options(desk)
    rows = [_plan_row(desk), *(_option_row(desk, option) for option in found)]
    _part(desk, found)
    last = periods_of(desk.facts.plan.tables["in_house"])[-1]
    how = _discounting(desk)
    words = Words(
        "Scenarios compared",
        "children; percent; pounds",
        f"At the end of {last}: children in care, and the shares of them in homes the council provides (kinship "
        "included, as DfE counts), outside its area, and more than 20 miles from home. Saving: spend of the plan as "
        "things are less that of the scenario, over all years, cost of the change included, capital not; low and high "
        "hold 80 in a hundred of paired draws of rates, prices and lever sizes. Net present value: savings less "
        f"capital in pounds of the first year, discounted at {how.real_percent:g}% real, with general prices growing "
        f"{how.inflation_percent:g}% a year. Payback counts cash, not discounted.",
        ENGINE,
        f"to {last}",
        () if found else (_NONE,),
    )
    columns = (
        Column("Scenario"),
        Column("Children in care", CHILDREN),
        Column("Own provision", PERCENT),
        Column("Out of area", PERCENT),
        Column("Over 20 miles", PERCENT),
        Column("Saving", POUNDS),
        Column("Saving, low", POUNDS),
        Column("Saving, high", POUNDS),
        Column("Capital", POUNDS),
        Column("Net present value", POUNDS),
        Column("Payback"),
    )
    return Draft("T12", words, columns, tuple(rows), _say_scenarios)


def _part(desk: Desk, found: list[Option]) -> None:
    """Enter that readers can subtract any scenario from any other, not from the plan alone."""
    period = periods_of(desk.facts.plan.tables["in_house"])[-1]
    for one, other in combinations(found, 2):
        desk.ledger.difference(f"{one.name}, {other.name}", *(forecast_key(period, each.name) for each in (one, other)))


def _discounting(desk: Desk) -> Discounting:
    rates = desk.facts.assumptions
    return Discounting(float(str(rates[DISCOUNT])), float(str(rates[INFLATION])))


def _plan_row(desk: Desk) -> tuple[Cell, ...]:
    houses, far = desk.facts.plan.tables["in_house"].iloc[-1], desk.facts.plan.tables["distance"].iloc[-1]
    outside = float(far["neighbouring"] + far["distant"])
    asked = forecast_key(str(houses["period"]))
    shares = (float(houses["own_provision"]), outside, float(far["over_20"]))
    return (*_outcomes(desk, PLAN, asked, float(houses["children"]), shares), *[Cell(NOT_APPLICABLE)] * 6)


def _option_row(desk: Desk, option: Option) -> tuple[Cell, ...]:
    last = forecast_key(periods_of(desk.facts.plan.tables["in_house"])[-1])
    asked, children = forecast_key(last[0].removeprefix("expected "), option.name), option.last("children")
    desk.ledger.enter(asked, round(children))
    desk.ledger.difference(option.name, asked, last)
    parts = (children * option.last("own_provision_share"), option.last("out_of_area"), option.last("over_20"))
    spent, base, capital = option.pounds("spend_pence"), _plan_pounds(desk), option.pounds("capital_pence")
    cash = [before - after - paid for before, after, paid in zip(base, spent, capital, strict=True)]
    band = [Cell(NOT_AVAILABLE)] * 2 if option.saving is None else [Cell(round(edge)) for edge in option.saving]
    return (
        *_outcomes(desk, option.name, asked, children, parts),
        Cell(sum(base) - sum(spent)),
        *band,
        Cell(sum(capital)),
        Cell(round(present_value(cash, _discounting(desk)))),
        text(payback(cash, list(option.figures.columns.astype("str")))),
    )


def _outcomes(
    desk: Desk, name: str, asked: Key, children: float, parts: tuple[float, float, float]
) -> tuple[Cell, ...]:
    names = ("own provision", "out of area", "over 20")
    shares = [expected_share(desk, asked, of, part, children) for of, part in zip(names, parts, strict=True)]
    return (text(name), desk.count(asked), *shares)


def _plan_pounds(desk: Desk) -> list[int]:
    """Return the plan's spend by year as T11b has it."""
    totals = pounds_of(desk.facts.plan).groupby("financial_year")["pounds"].sum()
    return [round(float(totals[year])) for year in sorted(totals.index)]


def _say_scenarios(table: Table) -> str:
    savings = table.numbers("Saving")
    if not savings:
        children = table.number_at(1, "Children in care")
        told = f", with {children:,.0f} children in care at its end" if children is not None else ""
        return f"Only the plan as things are stands here{told}: no comparison is stored."
    label, value = max(savings.items(), key=lambda each: each[1])
    if value <= 0:
        return "No scenario compared costs less than the plan as things are."
    first = f"{label} saves most against the plan as things are: £{value:,.0f} over all years"
    low, high = table.number_at(label, "Saving, low"), table.number_at(label, "Saving, high")
    return f"{first}." if low is None or high is None else f"{first} (£{low:,.0f} to £{high:,.0f})."


def spend_by_scenario(desk: Desk) -> Draft:
    """T12b: spend of each scenario by year."""
    years = sorted(str(each) for each in desk.facts.plan.tables["spend"]["financial_year"].unique())
    totals = [Cell(pounds, ((f"pounds {year}",),)) for year, pounds in zip(years, _plan_pounds(desk), strict=True)]
    rows = [(text(PLAN), *totals)]
    rows += [(text(each.name), *(Cell(pounds) for pounds in each.pounds("spend_pence"))) for each in options(desk)]
    words = Words(
        "Spend by scenario and year",
        "pounds",
        "Expected cost of placements in each financial year with what the levers of a scenario cost beside places; "
        "capital is not in it.",
        ENGINE,
        f"{years[0]} to {years[-1]}",
        () if len(rows) > 1 else (_NONE,),
    )
    columns = (Column("Scenario"), *(Column(year_heading(desk, year), POUNDS) for year in years))
    return Draft("T12b", words, columns, tuple(rows), _say_spend)


def _say_spend(table: Table) -> str:
    last = table.columns[-1].heading
    numbers = table.numbers(last)
    if len(numbers) < 2:
        return f"No comparison is stored, so {last} cannot be set beside the plan."
    label, value = min(numbers.items(), key=lambda each: each[1])
    return f"In {last}, {label} costs least: £{value:,.0f}."
