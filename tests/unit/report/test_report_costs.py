"""Costs of so few children that their average rounds to none are withheld like those of one to five."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from sufficiency.report.desk import Desk
from sufficiency.report.disclosure import protect
from sufficiency.report.facts import Facts, Walked
from sufficiency.report.statement import Rules, publish
from sufficiency.report.table import Table
from sufficiency.report.tables_money import spend_by_year, unit_costs


@dataclass(frozen=True)
class Line:
    """A cost line: children on average in the first year and in the month of the second, pounds a day for one."""

    name: str
    children: tuple[float, float]
    pounds: int


LINES = (Line("kinship", (40, 40), 50), Line("external home", (30, 30), 900), Line("secure", (0.3, 0.3), 1100))


def desk_of() -> Desk:
    """Return a desk whose plan holds one whole year and one month of the next."""
    months = [*pd.date_range("2025-04-01", periods=12, freq="MS"), pd.Timestamp("2026-04-01")]
    rows = [
        {
            "line": line.name,
            "month": month,
            "financial_year": "2025-26" if place < 12 else "2026-27",
            "child_days": line.children[place == 12] * month.days_in_month,
            "placement_pence": round(line.children[place == 12] * month.days_in_month * line.pounds * 100),
            "fixed_pence": 0,
        }
        for line in LINES
        for place, month in enumerate(months)
    ]
    spend = pd.DataFrame(rows).assign(spend_pence=lambda frame: frame["placement_pence"] + frame["fixed_pence"])
    plan = Walked("plan", cast("Any", None), {"spend": spend})
    return Desk(cast("Facts", SimpleNamespace(plan=plan)), cast("Any", None))


def published(desk: Desk) -> tuple[Table, Table]:
    drafts = (unit_costs(desk), spend_by_year(desk))
    protected = protect(desk.ledger.system({key for one in drafts for key in one.keys}))
    costs, years = (publish(one, protected, Rules()) for one in drafts)
    return costs, years


def test_a_cost_behind_which_is_less_than_one_child_is_withheld() -> None:
    """Three tenths of a child on average cost more than nothing, and what they cost is not shown, nor left over."""
    costs, years = published(desk_of())
    for column in range(2, len(years.columns) + 1):
        assert years.number_at("secure", column) is None
        assert sum(row[column - 1] == "[c]" for row in years.rows) >= 2
    assert costs.number_at("secure", "Cost 2025-26") is None


def test_a_part_year_is_marked_and_never_compared() -> None:
    """One month of a year is headed as such, and neither sentence nor columns set it beside a whole year."""
    costs, years = published(desk_of())
    assert "part of the year" in years.columns[2].heading
    assert "2026-27" not in years.finding
    assert [column.heading for column in costs.columns][-1] == "Cost 2025-26"
