import numpy as np
import pytest

from sufficiency.assumptions import attribute
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import CostLine
from sufficiency.supply.inputs import ASSUMPTIONS_USED, number
from sufficiency.supply.prices import LEVEL_DEFAULTS, price_list
from sufficiency.supply.rules import FINDINGS
from tests.unit.supply.conftest import Values, codes, row_of, typed

NOBODY = [{"setting": "parents", "sector": "family", "line": "with family"}]
HOME = {"setting": "residential", "sector": "private", "contract": "block", "registered_places": 4}


def test_registered_places_count_only_where_they_are_bought(build):
    """Own and block homes use registered places; a listed or spot home gives none unless usable places are given."""
    homes = [
        {**HOME, "home_id": "own", "contract": "own", "sector": "unknown"},
        {**HOME, "home_id": "block"},
        {**HOME, "home_id": "listed", "contract": "listed"},
        {**HOME, "home_id": "spot", "contract": "spot", "usable_places": 1},
        {**HOME, "home_id": "unregistered", "contract": "block", "setting": "unregistered"},
    ]
    supply = build(NOBODY, homes=homes)
    places = supply.places
    found = {name: int(places.capacity[row_of(supply, name), 0]) for name in ("own", "block", "spot")}
    assert found == {"own": 4, "block": 4, "spot": 1}
    assert not {"listed", "unregistered"} & set(places.id)
    assert places.line[row_of(supply, "own")] is CostLine.OWN_HOME
    assert places.line[row_of(supply, "block")] is CostLine.EXTERNAL_HOME
    assert codes(supply)["supply.homes.not_planned"] == 2


def test_homes_run_or_under_a_block_contract_are_bought_ahead(build):
    """All places of those are the council's to fill or leave empty; of a spot home only the one it can have."""
    kinds = ("own", "block", "spot", "framework")
    supply = build(NOBODY, homes=[{**HOME, "home_id": kind, "contract": kind, "usable_places": 2} for kind in kinds])
    found = {kind: bool(supply.places.bought_ahead[row_of(supply, kind)]) for kind in kinds}
    assert found == {"own": True, "block": True, "spot": False, "framework": False}
    others = np.setdiff1d(np.arange(len(supply.places)), [row_of(supply, kind) for kind in kinds])
    assert not supply.places.bought_ahead[others].any()


def test_fixed_cost_is_kept_apart_from_the_avoidable_price(build):
    """A fixed cost without a price: the avoidable part is the list price less the fixed cost a place."""
    homes = [
        {**HOME, "home_id": "A", "fixed_weekly_pounds": 4000, "weekly_price_pounds": 350},
        {**HOME, "home_id": "B", "fixed_weekly_pounds": 4000},
        {**HOME, "home_id": "C", "fixed_weekly_pounds": 400_000},
    ]
    prices = [{"line": "external home", "weekly_pounds": 5000, "price_base": "placement only",
               "financial_year": "2024-25"}]  # fmt: skip
    supply = build(NOBODY, homes=homes, prices=prices)
    assert [int(supply.places.weekly_pence[row_of(supply, name)]) for name in "ABC"] == [35000, 400000, 0]
    assert int(supply.places.fixed_weekly_pence[row_of(supply, "A")]) == 400000
    assert codes(supply)["supply.homes.avoidable_derived"] == 2


def test_supported_accommodation_never_takes_a_child_under_sixteen(build):
    """Care Planning (England) (Amendment) Regulations 2021, whatever the file says; a solo home takes one."""
    homes = [{**HOME, "home_id": "S", "setting": "supported accommodation", "age_min": 14, "solo": True}]
    supply = build(NOBODY, homes=homes)
    at = row_of(supply, "S")
    assert supply.places.age_min[at] == 16
    assert supply.places.capacity[at, 0] == 1


def price(line="external home", pounds=1000.0, year="2022-23", level=None, base="placement only", uplift=None):
    """Return a price row."""
    return {"line": line, "weekly_pounds": pounds, "financial_year": year, "need_level": level, "price_base": base,
            "uplift_percent": uplift}  # fmt: skip


def test_prices_grow_from_their_own_year_to_the_base_date(build):
    """Two Aprils at ten percent: 1,000 becomes 1,210."""
    frame = typed("prices", [price(uplift=10.0)])
    prices, _findings = price_list(frame, Values(), FinancialYear(2024))
    assert prices.pence(CostLine.EXTERNAL_HOME) == 121000


def test_a_price_by_level_is_its_own_else_the_dearest_below():
    """Level 3 has its own price; level 2 takes the line's, level 4 that of 3, and a line without any its lowest."""
    rows = [price(pounds=100, year="2024-25"), price(pounds=400, year="2024-25", level=3)]
    rows += [price("own home", 200, "2024-25", 2), price("own home", 300, "2024-25", 3)]
    prices, _findings = price_list(typed("prices", rows), Values(), FinancialYear(2024))
    assert [prices.pence(CostLine.EXTERNAL_HOME, level) for level in (0, 2, 4)] == [10000, 10000, 40000]
    assert [prices.pence(CostLine.OWN_HOME, level) for level in (1, 2, 3, 4)] == [20000, 20000, 30000, 30000]


def test_full_cost_prices_are_refused_and_the_default_is_said():
    """Placement-only and full S251 cost are never mixed."""
    frame = typed("prices", [price(base="full S251", pounds=9999)])
    prices, findings = price_list(frame, Values(), FinancialYear(2022))
    found = [item.code for item in findings]
    assert "supply.prices.other_base" in found
    assert found.count("supply.prices.default") == len(CostLine)
    assert prices.pence(CostLine.EXTERNAL_HOME) == int(attribute("assumption")["price.external_home"].default * 100)


def test_every_default_price_of_the_attribute_table_is_known():
    """The lines and levels with a default here are those of the attribute table."""
    table = {name for name in attribute("assumption") if name.startswith("price.") and ".level_" in name}
    ours = {f"price.{line.value.replace(' ', '_').replace('-', '_')}.level_{level}" for line, level in LEVEL_DEFAULTS}
    assert ours == table


def test_every_assumption_used_is_a_number_with_a_default():
    """Each name read is in the attribute table or among the rows proposed for it."""
    assert all(number(Values(), name) >= 0 for name in ASSUMPTIONS_USED)
    with pytest.raises(AssumptionError, match="a number is needed"):
        number(Values({"market.start_slack": "some"}), "market.start_slack")


def test_every_finding_says_what_it_means_and_how_to_repair():
    """No rule without a title, a meaning and a repair."""
    assert all(all(texts) for _severity, *texts in FINDINGS.values())
