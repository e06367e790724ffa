"""What finance brings to a forecast: budget, ledger, contributions, savings, and what single placements cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.ground import Ground
from scenarios.inputs import Inputs, children_now
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.findings import Finding, Findings, Severity
from sufficiency.domain.money import PriceBase, pence
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import Sector
from sufficiency.finance.income import Contribution
from sufficiency.finance.ledger import read_ledger
from sufficiency.finance.mtfs import ItemKind
from sufficiency.finance.placement_costs import costs_of_standard, read_placement_costs
from sufficiency.finance.price_reading import financial_year
from sufficiency.finance.prices import PriceList
from sufficiency.finance.savings import Saving, require_apart
from sufficiency.finance.spend import TOTAL
from sufficiency.finance.unit_costs import ALL, FOSTERING, RESIDENTIAL
from sufficiency.project import Project
from sufficiency.project.files import hash_file

if TYPE_CHECKING:
    from sufficiency.project.finance_config import Line

LIST, STANDARD, PLACE = "list of placement costs", "placements standard", "price of the place"


@dataclass(frozen=True, eq=False)
class FullCost:
    """Full S251 cost of a closed year by measure, and the published unit costs."""

    year: FinancialYear
    spent_pence: Mapping[str, int]
    published: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Books:
    """What the finance team gave.

    Attributes
    ----------
    budget
        Pence by year and cost line, or ``total``.
    ledger
        ``month, line, actual_pence, budget_pence``; None when there is none.
    own_pence
        Weekly price of each child of the base date where it is known, NaN elsewhere, shape (children,).
    price_from
        Where that price comes from, shape (children,).
    hashes
        SHA-256 of each file by its location.
    """

    budget: Mapping[FinancialYear, Mapping[str, int]]
    ledger: pd.DataFrame | None
    contributions: tuple[Contribution, ...]
    savings: tuple[Saving, ...]
    full_cost: Mapping[FinancialYear, FullCost]
    own_pence: NDArray[np.float64]
    price_from: NDArray[np.object_]
    hashes: Mapping[str, str] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)

    def budget_of(self, year: FinancialYear) -> int | None:
        """Return the approved budget of a year over all lines, None when there is none."""
        given = self.budget.get(year)
        return None if given is None else given.get(TOTAL, sum(given.values()))


def read_books(project: Project, inputs: Inputs) -> Books:
    """Read the finance section of ``project.yaml`` and its files.

    Raises
    ------
    InputError
        When a file cannot be used, or two savings are measured on one cost line.
    """
    given, files, findings = project.finance, project.finance_files, Findings()
    savings = tuple(
        Saving(
            each.name,
            ItemKind(each.kind),
            {financial_year(year): pence(amount) for year, amount in each.planned_pounds.items()},
            each.scenario,
            each.line or "",
            None if each.delivered_pounds is None else pence(each.delivered_pounds),
        )
        for each in given.savings
    )
    require_apart(savings)
    costs = read_placement_costs(files["placement_costs"]) if "placement_costs" in files else None
    own, source = _own_prices(inputs, costs, findings, given.placement_costs or "")
    return Books(
        budget={financial_year(year): _by_line(amount) for year, amount in given.budget.items()},
        ledger=read_ledger(files["ledger"]) if "ledger" in files else None,
        contributions=tuple(
            Contribution(each.source, pence(each.pounds_weekly), each.begins, each.ends) for each in given.contributions
        ),
        savings=savings,
        full_cost=_full_costs(project),
        own_pence=own,
        price_from=source,
        hashes={path.relative_to(project.folder).as_posix(): hash_file(path) for path in files.values()},
        findings=findings,
    )


def require_placement_only(prices: PriceList) -> None:
    """Refuse a price list on the full S251 basis: places are priced on placement cost, and the two are never mixed.

    Raises
    ------
    AssumptionError
        With what to do instead.
    """
    if prices.base is not PriceBase.PLACEMENT:
        raise AssumptionError(
            f'The price list is "{prices.base}", but places are chosen and priced on "{PriceBase.PLACEMENT}". Give '
            "placement-only prices; put full S251 costs under finance.s251 in project.yaml."
        )


def with_own_prices(ground: Ground, own_pence: NDArray[np.float64]) -> Ground:
    """Return a ground whose arrangements and bought homes cost what their children's placements are known to cost.

    The price of an entry is the mean over the children in it; one whose cost is not known counts at the entry's own
    price. In-house carers, own homes, block contracts and homes with a fixed cost keep the prices of their files.
    """
    places, place = ground.places, _place_of_children(ground)
    listed = places.weekly_pence[place].astype(np.float64)
    price = np.where(np.isnan(own_pence), listed, own_pence)
    children = np.bincount(place, minlength=len(places))
    mean = np.bincount(place, price, minlength=len(places)) / np.maximum(children, 1)
    weekly = np.where(_bought(ground) & (children > 0), np.rint(mean), places.weekly_pence).astype(np.int64)
    return ground.with_places(replace(places, weekly_pence=weekly))


def own_prices_used(ground: Ground, own_pence: NDArray[np.float64]) -> int:
    """Return for how many children the known cost of the placement goes into the forecast."""
    return int((_bought(ground)[_place_of_children(ground)] & ~np.isnan(own_pence)).sum())


def known_arrangements(ground: Ground, own_pence: NDArray[np.float64]) -> frozenset[str]:
    """Return the entries all of whose children's costs are known: their prices are not drawn."""
    place = _place_of_children(ground)
    unknown = set(place[np.isnan(own_pence)].tolist())
    return frozenset(ground.places.id[each] for each in set(place.tolist()) - unknown)


def _place_of_children(ground: Ground) -> NDArray[np.int64]:
    occupancy = ground.supply.occupancy.set_index("child")["place"]
    return occupancy.loc[ground.now.frame["child"]].to_numpy(dtype=np.int64)


def _bought(ground: Ground) -> NDArray[np.bool_]:
    """Say which entries are arrangements, or homes bought place by place."""
    places = ground.places
    arrangement = np.array([kind is PlaceKind.EXISTING for kind in places.kind])
    home = np.array([kind is PlaceKind.HOME for kind in places.kind]) & (places.fixed_weekly_pence == 0)
    own = np.array([sector is Sector.OWN for sector in places.sector])
    return np.asarray(arrangement | (home & ~own))


def _by_line(amount: "float | dict[Line, float]") -> dict[str, int]:
    if isinstance(amount, dict):
        return {str(line): pence(value) for line, value in amount.items()}
    return {TOTAL: pence(amount)}


def _full_costs(project: Project) -> dict[FinancialYear, FullCost]:
    found = {}
    for each in project.finance.s251:
        spent = {ALL: each.total_pounds, FOSTERING: each.fostering_pounds, RESIDENTIAL: each.residential_pounds}
        told = {ALL: each.published_all, FOSTERING: each.published_fostering, RESIDENTIAL: each.published_residential}
        year = financial_year(each.year)
        found[year] = FullCost(
            year,
            {name: pence(value) for name, value in spent.items() if value is not None},
            {name: value for name, value in told.items() if value is not None},
        )
    return found


def _own_prices(
    inputs: Inputs, costs: "pd.Series[int] | None", findings: Findings, file: str
) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Return what each child's placement costs: the list of costs before the placements standard."""
    child = children_now(inputs).frame["child"].astype("str")
    standard = child.map(costs_of_standard(inputs.files.needs)).to_numpy(dtype=np.float64)
    listed = np.full(len(child), np.nan)
    if costs is not None:
        listed = child.map(costs).to_numpy(dtype=np.float64)
        unknown = int((~costs.index.isin(child)).sum())
        if unknown:
            findings.add(_not_in_care(file, unknown))
    own = np.where(np.isnan(listed), standard, listed)
    source = np.where(~np.isnan(listed), LIST, np.where(~np.isnan(standard), STANDARD, PLACE))
    return own, source.astype(object)


def _not_in_care(file: str, rows: int) -> Finding:
    return Finding(
        "scenarios.spend.cost_of_nobody",
        Severity.NOTED,
        file,
        None,
        "child_id",
        "",
        "The cost of a child who is not in care on the base date, or is written in another way in the returns.",
        "Write child_id as in SSDA903, and take out placements that have ended.",
        "Row not used.",
        rows,
    )
