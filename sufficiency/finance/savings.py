"""The savings tracker: what each saving was to bring, what it has brought, and what it will bring by year end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from sufficiency.domain.errors import InputError
from sufficiency.domain.periods import FinancialYear
from sufficiency.finance.mtfs import BudgetItem, ItemKind


class Rag(StrEnum):
    """How a saving stands."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class RagRule:
    """Least share of the plan that the forecast of a saving has to reach to be green, or amber.

    Raises
    ------
    InputError
        When amber asks for more than green.
    """

    green_share: float
    amber_share: float

    def __post_init__(self) -> None:
        if self.amber_share > self.green_share:
            raise InputError("savings: amber asks for a larger share of the plan than green; change the two shares.")

    def of(self, forecast_pence: int | None, planned_pence: int) -> Rag:
        """Return how a saving stands; a plan of nothing is green, a forecast that is not known has no colour."""
        if forecast_pence is None:
            return Rag.UNKNOWN
        share = forecast_pence / planned_pence if planned_pence > 0 else 1.0
        return Rag.GREEN if share >= self.green_share else Rag.AMBER if share >= self.amber_share else Rag.RED

    @property
    def text(self) -> str:
        """The rule in words, printed beside the table."""
        return (
            f"Green: the forecast is at least {self.green_share:.0%} of the plan. Amber: at least "
            f"{self.amber_share:.0%}. Red: less."
        )


@dataclass(frozen=True)
class Saving:
    """One saving as the council planned it.

    Attributes
    ----------
    name
        What it is called.
    kind
        Savings and invest-to-save stay in the base budget; a one-off counts in its year only.
    planned_pence
        What it is to save in each year beside doing nothing; above nothing is a saving. A year left out is as the year
        before it, since savings stay in the base; one-off sums count in their year only.
    scenario
        The scenario that models it, "" when none does.
    line
        The cost line on which the ledger would show it, "" when there is none.
    delivered_pence
        What it has brought so far, as the council counted it; None leaves it to the ledger.
    """

    name: str
    kind: ItemKind
    planned_pence: Mapping[FinancialYear, int]
    scenario: str = ""
    line: str = ""
    delivered_pence: int | None = None

    def planned_in(self, year: FinancialYear) -> int:
        """Return what it is to save in a year."""
        if self.kind is ItemKind.ONE_OFF:
            return self.planned_pence.get(year, 0)
        before = [each for each in self.planned_pence if each <= year]
        return self.planned_pence[max(before)] if before else 0


def tracker(
    savings: Sequence[Saving],
    year: FinancialYear,
    rule: RagRule,
    delivered: Mapping[str, int],
    modelled: Mapping[str, int],
    closed_until: date | None,
) -> pd.DataFrame:
    """Return each saving of a year: planned, delivered to date, forecast for the year and how it stands.

    Parameters
    ----------
    delivered
        Saving to date by name, from the ledger (:func:`delivered_on_line`), where the council did not count it itself.
    modelled
        What the scenario of a saving saves in the year, by name of the saving.
    closed_until
        Last day the ledger covers; None when there is no ledger.

    Returns
    -------
    pandas.DataFrame
        ``saving, kind, financial_year, planned_pence, delivered_pence, forecast_pence, variance_pence, status, basis``.
        The forecast is what the scenario says, else delivered so far plus the plan for the days that are left; without
        either it is not known.
    """
    left = _left_share(year, closed_until)
    rows = []
    for saving in savings:
        planned = saving.planned_in(year)
        so_far = saving.delivered_pence if saving.delivered_pence is not None else delivered.get(saving.name)
        forecast, basis = _forecast(saving, planned, so_far, modelled.get(saving.name), left)
        variance = None if forecast is None else forecast - planned
        status = str(rule.of(forecast, planned))
        rows.append((saving.name, str(saving.kind), str(year), planned, so_far, forecast, variance, status, basis))
    money = ["planned_pence", "delivered_pence", "forecast_pence", "variance_pence"]
    table = pd.DataFrame(rows, columns=["saving", "kind", "financial_year", *money, "status", "basis"])
    table = table.astype(dict.fromkeys(money, "Int64"))
    table.attrs = {
        "name": "savings tracker",
        "unit": "pence",
        "definition": f"Planned, delivered to date and forecast for the year; above nothing is a saving. {rule.text}",
    }
    return table


def delivered_on_line(do_nothing: pd.DataFrame, actual: pd.DataFrame, line: str) -> int | None:
    """Return what a line's ledger shows as saved: doing nothing less actual, over the months that are closed.

    Parameters
    ----------
    do_nothing
        :func:`~sufficiency.finance.spend.spend` without the saving.
    actual
        Ledger: ``month, line, actual_pence``.

    Returns
    -------
    int or None
        Pence; None when the ledger says nothing of the line.
    """
    spent = actual[(actual["line"] == line) & actual["actual_pence"].notna()]
    expected = do_nothing[(do_nothing["line"] == line) & do_nothing["month"].isin(spent["month"])]
    covered = spent[spent["month"].isin(expected["month"])]
    if covered.empty:
        return None
    return int(expected["spend_pence"].sum()) - int(covered["actual_pence"].sum())


def require_apart(savings: Sequence[Saving]) -> None:
    """Refuse two savings measured on one line: the ledger cannot say which of them saved what.

    Raises
    ------
    InputError
        Naming both.
    """
    seen: dict[str, str] = {}
    for saving in savings:
        if not saving.line or saving.delivered_pence is not None:
            continue
        if saving.line in seen:
            raise InputError(
                f'savings: "{seen[saving.line]}" and "{saving.name}" are both measured on {saving.line}, which cannot '
                "tell them apart. Give delivered_pounds for one of them."
            )
        seen[saving.line] = saving.name


def as_budget_items(savings: Sequence[Saving], years: Sequence[FinancialYear]) -> tuple[BudgetItem, ...]:
    """Return savings as changes to the budget of each year of an MTFS table, year on year.

    The first year's item is the whole saving of that year, since the budget before it has none.
    """
    items = []
    for saving in savings:
        before = 0
        for year in years:
            planned = saving.planned_in(year)
            change = planned if saving.kind is ItemKind.ONE_OFF else planned - before
            if change:
                items.append(BudgetItem(saving.name, saving.kind, year, -change))
            before = planned
    return tuple(items)


def _forecast(
    saving: Saving, planned: int, so_far: int | None, modelled: int | None, left: float
) -> tuple[int | None, str]:
    if modelled is not None:
        return modelled, f"scenario {saving.scenario}"
    if so_far is None:
        return None, "no scenario, no ledger line, nothing counted"
    counted = "counted by the council" if saving.delivered_pence is not None else f"ledger, {saving.line}"
    return so_far + round(planned * left), f"{counted}; plan for the days left"


def _left_share(year: FinancialYear, closed_until: date | None) -> float:
    if closed_until is None or closed_until < year.first_day:
        return 1.0
    return max((year.last_day - closed_until).days, 0) / year.days
