"""What a scenario comes to: one number a measure, cost line and financial year, the same for every scenario."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.ground import Ground, OneOffCost
from sufficiency.domain.settings import Setting
from sufficiency.finance.spend import spend
from sufficiency.matching.plan import Plan
from sufficiency.measures import living, shortfall

BED_NIGHTS = "unregistered_bed_nights"
SPEND, CHANGE_COST, CAPITAL = "spend_pence", "change_cost_pence", "capital_pence"


@dataclass(frozen=True)
class Figure:
    """A measure that scenarios are compared by.

    Attributes
    ----------
    name, title, unit
        Stable name, what a person reads, unit.
    total
        Whether years add up ("sum"), or the last one stands for the horizon ("last").
    better
        "less", "more", or "" where neither is better in itself.
    definition
        What is counted.
    """

    name: str
    title: str
    unit: str
    total: str
    better: str
    definition: str


FIGURES: tuple[Figure, ...] = (
    Figure("children", "children in care", "children", "last", "", "Children in care when the year ends."),
    Figure(
        "without_place_mean",
        "without a suitable place",
        "children",
        "last",
        "less",
        "Children without a suitable registered place in an average month of the year.",
    ),
    Figure(
        BED_NIGHTS,
        "unregistered bed-nights",
        "nights",
        "sum",
        "less",
        "Nights spent in unregistered arrangements or without a suitable place.",
    ),
    Figure(
        "in_house_share",
        "in-house share",
        "share",
        "last",
        "more",
        "Children in in-house foster care and own homes, of those in foster care, homes and supported accommodation.",
    ),
    Figure(
        "own_provision_share",
        "own provision share",
        "share",
        "last",
        "more",
        "Children in any home the authority itself provides, of all children, as DfE counts it.",
    ),
    Figure("within_20", "within 20 miles", "children", "last", "more", "Children at most 20.0 miles from home."),
    Figure("over_20", "over 20 miles", "children", "last", "less", "Children more than 20 miles from home."),
    Figure("distance_unknown", "distance not known", "children", "last", "", "Children whose distance is not known."),
    Figure(
        "out_of_area",
        "out of area",
        "children",
        "last",
        "less",
        "Children outside the council's area, in an adjoining area or further.",
    ),
    Figure("distant", "distant", "children", "last", "less", "Children outside the area and not adjoining it."),
    Figure(
        "sibling_splits",
        "sibling splits",
        "groups",
        "sum",
        "less",
        "Groups of brothers and sisters placed in a month who came to live in more than one home. Known when whole "
        "children are walked.",
    ),
    Figure("moves", "moves", "moves", "sum", "less", "Moves between homes, displaced children included."),
    Figure(
        SPEND,
        "spend",
        "pence",
        "sum",
        "less",
        "Placements and fixed cost of open homes, plus what levers cost beside places. Capital is not in it.",
    ),
    Figure(
        CHANGE_COST,
        "cost of the change",
        "pence",
        "sum",
        "less",
        "What levers cost beside places (support, recruitment); part of spend.",
    ),
    Figure(CAPITAL, "capital", "pence", "sum", "", "Capital of homes opened; never part of spend."),
)
"""Every measure of a comparison, in the order shown."""

FIGURE: Mapping[str, Figure] = {figure.name: figure for figure in FIGURES}

COLUMNS = ["measure", "line", "financial_year", "value"]
ALL_LINES = ""


def figures_of(plan: Plan, ground: Ground) -> pd.DataFrame:
    """Return every figure of a plan: ``measure, line, financial_year, value``.

    ``line`` is a cost line for spend by line, and "" for a whole. Money is whole pence; what is not known is NaN.
    """
    years = [str(year) for year in ground.years]
    parts = [_children(plan, years), _flows(plan, ground, years), *_money(plan, ground, years)]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _children(plan: Plan, years: list[str]) -> pd.DataFrame:
    """Stock and need at the end of each year, from the measures everybody else uses."""
    in_house = living.in_house(plan).set_index("period").reindex(years)
    distance = living.distance(plan).set_index("period").reindex(years)
    gap = shortfall.gap(plan, by="profile").groupby("period")["without_place_mean"].sum().reindex(years)
    return _long(
        {
            "children": in_house["children"],
            "without_place_mean": gap,
            "in_house_share": in_house["in_house_share"],
            "own_provision_share": in_house["own_provision_share"],
            "within_20": distance["within_20"],
            "over_20": distance["over_20"],
            "distance_unknown": distance["distance_unknown"],
            "out_of_area": distance["neighbouring"] + distance["distant"],
            "distant": distance["distant"],
            "sibling_splits": pd.Series(np.nan, index=years),
        },
        years,
    )


def _flows(plan: Plan, ground: Ground, years: list[str]) -> pd.DataFrame:
    """Return moves and nights over each year."""
    year_of = [str(month.financial_year) for month in ground.calendar]
    moves = (plan.flow["moves"] + plan.flow["displaced"]).groupby(np.array(year_of)).sum().reindex(years)
    nowhere = np.array([setting is Setting.UNREGISTERED for setting in plan.places.setting])
    stock = plan.stock.loc[nowhere[plan.stock["place"].to_numpy()], ["month", "child_days"]]
    by_month = stock.groupby("month")["child_days"].sum()
    months = pd.DatetimeIndex([month.first_day for month in ground.calendar]).as_unit("s")
    nights = pd.Series(by_month.reindex(months, fill_value=0.0).to_numpy()).groupby(np.array(year_of)).sum()
    return _long({"moves": moves, BED_NIGHTS: nights.reindex(years)}, years)


def _money(plan: Plan, ground: Ground, years: list[str]) -> list[pd.DataFrame]:
    cells = spend(plan, ground.prices, ground.assumptions)
    by_line = cells.groupby(["line", "financial_year"], as_index=False, sort=False)[["spend_pence"]].sum()
    lines = by_line.rename(columns={"spend_pence": "value"}).assign(measure=SPEND)
    year_of = np.array([years.index(str(month.financial_year)) for month in ground.calendar])
    extra, capital = (_costs(ground.costs, year_of, len(years), is_capital) for is_capital in (False, True))
    whole = cells.groupby("financial_year")["spend_pence"].sum().reindex(years).to_numpy() + extra
    wholes = {SPEND: whole, CHANGE_COST: extra, CAPITAL: capital}
    return [lines, _long({name: pd.Series(values, index=years) for name, values in wholes.items()}, years)]


def _costs(
    costs: tuple[OneOffCost, ...], year_of: "np.ndarray[tuple[int], np.dtype[np.int64]]", years: int, capital: bool
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    total = np.zeros(years, dtype=np.int64)
    for cost in costs:
        if cost.capital is capital:
            np.add.at(total, year_of, cost.pence)
    return total


def _long(columns: Mapping[str, "pd.Series[float]"], years: list[str]) -> pd.DataFrame:
    frames = [
        pd.DataFrame(
            {"measure": name, "line": ALL_LINES, "financial_year": years, "value": values.to_numpy(dtype=float)}
        )
        for name, values in columns.items()
    ]
    return pd.concat(frames, ignore_index=True)
