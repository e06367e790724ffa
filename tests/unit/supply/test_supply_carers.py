import numpy as np
import pytest

from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import CostLine, Sector, Setting
from tests.unit.supply.conftest import SWINDON, codes, row_of

NOBODY = [{"setting": "parents", "sector": "family", "line": "with family"}]


def test_a_carer_row_becomes_a_household_with_its_point_price_and_places(build):
    """Fee and allowance make the weekly price; postcode makes the point; usable places make the capacity."""
    row = {"carer_id": "A", "postcode": "SN1 1AB", "approved_places": 3, "usable_places": 2, "age_min": 5,
           "weekly_fee_pounds": 200.5, "weekly_allowance_pounds": 180}  # fmt: skip
    supply = build(NOBODY, carers=[row])
    at, places = row_of(supply, "A"), supply.places
    assert (places.kind[at], places.setting[at], places.sector[at]) == (
        PlaceKind.HOUSEHOLD,
        Setting.FOSTERING,
        Sector.OWN,
    )
    assert places.line[at] is CostLine.IN_HOUSE_FOSTER
    assert (places.easting[at], places.authority[at]) == (401609.0, SWINDON)
    assert places.weekly_pence[at] == 38050
    assert places.capacity[at].tolist() == [2] * 13
    assert (places.age_min[at], places.age_max[at], places.sex[at]) == (5, 17, "any")
    assert not places.inferred[at]


def test_approved_places_stand_in_for_blank_usable_places(build):
    """Blank usable places mean that every approved place is usable."""
    supply = build(NOBODY, carers=[{"carer_id": "A", "approved_places": 2}])
    assert supply.places.capacity[row_of(supply, "A"), 0] == 2


def test_a_grouped_row_is_shared_over_its_households_to_the_last_place(build):
    """Three households with seven places and four children in use: 3, 2, 2 less what is in use."""
    row = {"carer_id": "G", "households": 3, "approved_places": 7, "in_use": 4}
    supply = build(NOBODY, carers=[row])
    at = [row_of(supply, name) for name in ("G-01", "G-02", "G-03")]
    assert supply.places.capacity[at, 0].tolist() == [1, 1, 1]
    assert codes(supply)["supply.in_use.not_linked"] == 4


def test_a_household_never_counts_more_than_three_unless_exempt(build):
    """Children Act 1989 Schedule 7: the usual limit is three, and an exemption lifts it."""
    rows = [
        {"carer_id": "A", "approved_places": 5},
        {"carer_id": "B", "approved_places": 5, "sibling_exemption": True},
        {"carer_id": "C", "approved_places": 3, "solo": True},
    ]
    supply = build(NOBODY, carers=rows)
    assert [supply.places.capacity[row_of(supply, name), 0] for name in "ABC"] == [3, 5, 1]
    assert codes(supply)["supply.carers.over_limit"] == 1


def test_only_kinds_that_any_child_may_use_are_capacity(build):
    """Connected persons, short breaks and parent-and-child homes are left out; lodgings are supported accommodation."""
    kinds = ["general", "specialist", "connected person", "short break", "parent and child", "supported lodgings"]
    rows = [{"carer_id": kind, "approved_places": 1, "type": kind} for kind in kinds]
    supply = build(NOBODY, carers=rows)
    assert {"general", "specialist", "supported lodgings"} < set(supply.places.id)
    assert not {"connected person", "short break", "parent and child"} & set(supply.places.id)
    lodgings = row_of(supply, "supported lodgings")
    assert supply.places.setting[lodgings] is Setting.SUPPORTED
    assert supply.places.age_min[lodgings] == 16
    assert codes(supply)["supply.carers.type_left_out"] == 3


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        ("2025-06-01", None, [0, 0, 0, 1, 1, 1, 1]),
        ("2025-06-02", None, [0, 0, 0, 0, 1, 1, 1]),
        (None, "2025-06-30", [1, 1, 1, 0, 0, 0, 0]),
        (None, "2025-07-01", [1, 1, 1, 1, 0, 0, 0]),
        ("2025-03-31", "2025-04-01", [1, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_a_place_counts_in_the_months_it_is_open_throughout(build, opens, closes, expected):
    """From is the first day open, to the first day closed; the first column is the base date itself."""
    row = {"carer_id": "A", "approved_places": 1, "from": opens, "to": closes}
    supply = build(NOBODY, carers=[row], months=6)
    assert supply.places.capacity[row_of(supply, "A")].tolist() == expected


def test_a_household_that_closed_before_the_base_date_is_no_place(build):
    """An entry without capacity in any month is left out."""
    supply = build(NOBODY, carers=[{"carer_id": "A", "approved_places": 2, "to": "2025-03-31"}])
    assert "A" not in supply.places.id


def test_a_missing_price_is_taken_from_the_list_and_a_half_missing_one_is_said(build):
    """Neither fee nor allowance: the price list; one of them: that one, with a finding."""
    rows = [
        {"carer_id": "A", "approved_places": 1},
        {"carer_id": "B", "approved_places": 1, "weekly_fee_pounds": 300},
    ]
    prices = [{"line": "in-house foster", "weekly_pounds": 500, "price_base": "placement only",
               "financial_year": "2024-25"}]  # fmt: skip
    supply = build(NOBODY, carers=rows, prices=prices)
    assert [int(supply.places.weekly_pence[row_of(supply, name)]) for name in "AB"] == [50000, 30000]
    assert codes(supply)["supply.carers.part_price"] == 1


def test_authority_stands_in_for_a_blank_postcode_by_name_or_code(build):
    """Without a postcode there is no point, but the authority may still be known."""
    rows = [
        {"carer_id": "A", "approved_places": 1, "authority": "swindon"},
        {"carer_id": "B", "approved_places": 1, "authority": SWINDON},
    ]
    supply = build(NOBODY, carers=rows)
    assert [supply.places.authority[row_of(supply, name)] for name in "AB"] == [SWINDON, SWINDON]
    assert np.isnan(supply.places.easting[row_of(supply, "A")])
