"""Unit costs as published, backcast, income."""

from datetime import date

import pandas as pd
import pytest

from sufficiency.domain.errors import InputError
from sufficiency.domain.settings import Sector, Setting
from sufficiency.finance.backcast import backcast
from sufficiency.finance.income import UASC_GRANT, Contribution, income
from sufficiency.finance.unit_costs import as_published, per_care_week, per_child_week
from sufficiency.finance.weeks import Weeks
from tests.unit.finance.finance_toys import BASE, ToyPlan, month, places, stock_rows


def test_swindon_unit_cost_ties_to_the_published_figure():
    """43,488,370 pounds / 307 children is the published 2,715 a week by 365/7; 52 weeks would print 2,725."""
    assert as_published(per_child_week(4_348_837_000, 307)) == 2_715
    assert as_published(per_child_week(4_348_837_000, 307, Weeks.WHOLE)) == 2_725


def test_residential_is_by_care_days():
    """1,000 pounds for ten days of care is 700 a week."""
    assert per_care_week(100_000, 10) == 70_000


@pytest.mark.parametrize(("pence", "pounds"), [(271_249, 2_710), (271_250, 2_715), (0, 0), (249, 0), (250, 5)])
def test_published_figures_are_to_the_nearest_five_pounds(pence, pounds):
    """Half way goes up."""
    assert as_published(pence) == pounds


def test_unit_cost_of_nobody_is_refused():
    """There is no cost per child without a child."""
    with pytest.raises(InputError, match="no children"):
        per_child_week(1, 0)
    with pytest.raises(InputError, match="no care days"):
        per_care_week(1, 0)


def closed_year():
    rows = [("kinship", "2024-25", 1_000), ("own home", "2024-25", 9_000)]
    return pd.DataFrame(rows, columns=["line", "financial_year", "spend_pence"])


def test_backcast_shows_what_is_left_over():
    """Ledger 12,000 against 10,000 modelled: 2,000 unexplained, on the home; nothing is spread."""
    table = backcast(closed_year(), {"kinship": 1_000, "own home": 11_000}).set_index("line")
    assert table["residual_pence"].tolist() == [0, 2_000, 2_000]
    assert table.loc["own home", "residual_share"] == pytest.approx(2 / 11)
    assert table["modelled_pence"].tolist() == [1_000, 9_000, 10_000]


def test_backcast_with_only_a_total_leaves_lines_blank():
    """The user types one figure: lines without a ledger stay blank, not zero."""
    table = backcast(closed_year(), {"total": 12_000}).set_index("line")
    assert table["residual_pence"].isna().tolist() == [True, True, False]
    assert table.loc["total", "residual_pence"] == 2_000


def test_a_ledger_line_without_stays_is_shown_whole():
    """Spend on a line where no stay was found is all residual."""
    table = backcast(closed_year(), {"secure": 500}).set_index("line")
    assert (table.loc["secure", "modelled_pence"], table.loc["secure", "residual_pence"]) == (0, 500)
    assert pd.isna(table.loc["total", "ledger_pence"])


def test_backcast_refuses_two_years_unknown_lines_and_sums_that_differ():
    """One closed year, known lines, a ledger that agrees with itself."""
    two = pd.concat([closed_year(), closed_year().assign(financial_year="2023-24")])
    with pytest.raises(InputError, match="one closed financial year"):
        backcast(two, {})
    with pytest.raises(InputError, match="not a cost line"):
        backcast(closed_year(), {"boarding": 1})
    with pytest.raises(InputError, match="do not add up"):
        backcast(closed_year(), {"kinship": 1, "own home": 1, "total": 3})


def uasc_plan():
    where = places({"setting": Setting.SUPPORTED, "sector": Sector.PRIVATE, "weekly": 62_100}, months=12)
    rows = [
        {"month": "2025-04", "place": 0, "uasc": True, "child_days": 45.0},
        {"month": "2025-04", "place": 0, "uasc": False, "child_days": 30.0},
    ]
    return ToyPlan(BASE, 12, where, stock_rows(where, rows))


def test_the_uasc_grant_is_paid_by_day_for_unaccompanied_children_only():
    """45 child-days at 143 pounds a day are 6,435 pounds; other children bring none."""
    table = income(uasc_plan(), 14_300)
    april = table[table["month"] == month("2025-04")].iloc[0]
    assert (april["source"], april["income_pence"], april["financial_year"]) == (UASC_GRANT, 643_500, "2025-26")
    assert table["income_pence"].sum() == 643_500


def test_contributions_are_paid_by_day_from_first_to_last():
    """Health pays 700 a week from 17 to 30 April, both included: 14 days, 1,400 pounds; two payments add up."""
    health = Contribution("health", 70_000, date(2025, 4, 17), date(2025, 4, 30))
    table = income(uasc_plan(), 0, [health, health])
    paid = table[table["source"] == "health"].set_index("month")["income_pence"]
    assert paid[month("2025-04")] == 280_000
    assert paid.drop(month("2025-04")).sum() == 0
