import numpy as np

from sufficiency.domain.places import UNLIMITED, PlaceKind
from tests.unit.supply.conftest import codes, row_of

AGENCY = {"setting": "fostering", "sector": "private", "line": "independent foster"}
EXTERNAL = {"setting": "residential", "sector": "private", "line": "external home"}
LODGING = {"setting": "supported accommodation", "sector": "private", "line": "supported accommodation"}


def starts(count, postcode, what, day="2024-06-01"):
    """Return some new placements at an address."""
    return [{**what, "placement_postcode": postcode, "start": day} for _ in range(count)]


def spot(supply):
    """Return ring miles, locality, need level and starts of each spot entry."""
    places = supply.places
    at = [row for row in range(len(places)) if places.kind[row] is PlaceKind.SPOT]
    return [
        (float(places.ring_miles[row]), places.ring_locality[row], int(places.need_level_max[row]),
         float(places.starts_per_month[row]))
        for row in at
    ]  # fmt: skip


def test_the_market_gives_what_it_gave_with_stated_slack_by_ring(build):
    """48 starts in 24 months is 2 a month, with a quarter more 2.5; three quarters near, one quarter far."""
    supply = build(starts(36, "SN21AA", LODGING) + starts(12, "CF11AA", LODGING))
    assert spot(supply) == [(5.0, "in area", 2, 1.875), (60.0, "distant", 2, 0.625)]
    assert codes(supply)["supply.market.inferred"] == 48


def test_twenty_miles_is_within_the_ring_that_ends_at_twenty(build):
    """The statutory count is of children over 20 miles, so 20.0 belongs to the ring before."""
    supply = build(starts(24, "SN41AA", LODGING))
    assert "market-supported-accommodation-10-to-20-miles-2" in supply.places.id
    assert spot(supply)[0][:2] == (20.0, "neighbouring")


def test_only_starts_in_the_window_count(build):
    """A start before the months of history, or after the base date, gives nothing."""
    rows = starts(50, "SN21AA", LODGING, "2023-03-31") + starts(50, "SN21AA", LODGING, "2025-04-01")
    assert spot(build([*rows, {"setting": "kinship", "sector": "family", "line": "kinship"}])) == []


def test_a_missing_distance_is_shared_out_and_not_counted_as_near(build):
    """Starts without a known distance add to the line's total and follow the rings of the others."""
    supply = build(starts(24, "CF11AA", LODGING) + starts(24, "", LODGING))
    assert spot(supply) == [(60.0, "distant", 2, 2.5)]
    assert codes(supply)["supply.market.distance_unknown"] == 24


def test_a_line_without_any_known_distance_is_one_ring_of_unknown_distance(build):
    """No distance known at all: one entry, miles not known, locality unknown."""
    found = spot(build(starts(24, "", LODGING)))
    assert len(found) == 1
    assert np.isnan(found[0][0])
    assert found[0][1:] == ("unknown", 2, 1.25)


def test_a_part_of_the_market_is_kept_for_complex_needs_at_its_own_price(build):
    """Homes: ten starts a month, one of them for very complex need, dearer."""
    rows = starts(24 * 8, "CF11AA", EXTERNAL)
    supply = build(rows)
    assert [(level, count) for _miles, _where, level, count in spot(supply)] == [(3, 9.0), (4, 1.0)]
    places = supply.places
    ordinary, complex_need = (row_of(supply, f"market-external-home-over-50-miles-{level}") for level in (3, 4))
    assert places.weekly_pence[complex_need] > places.weekly_pence[ordinary]
    assert (places.capacity[[ordinary, complex_need]] == UNLIMITED).all()
    assert places.age_min[ordinary] == 8
    assert places.solo[[ordinary, complex_need]].tolist() == [False, True]


def test_own_provision_is_no_market(build):
    """Supported accommodation the council runs itself says nothing of the market."""
    rows = starts(24, "SN21AA", {**LODGING, "sector": "own"})
    assert spot(build(rows)) == []


def test_a_framework_row_replaces_the_history_of_its_line_alone(build):
    """A spot row for agencies replaces their rings; homes keep theirs."""
    row = {"contract_id": "K", "setting": "fostering", "sector": "private", "kind": "framework", "starts_per_month": 4,
           "weekly_price_pounds": 1000, "miles_from": 0, "miles_to": 10, "locality": "in area"}  # fmt: skip
    supply = build(starts(24, "CF11AA", AGENCY) + starts(24, "CF11AA", EXTERNAL), contracts=[row])
    at = row_of(supply, "K")
    places = supply.places
    assert places.kind[at] is PlaceKind.SPOT
    assert (places.starts_per_month[at], places.weekly_pence[at]) == (4, 100000)
    assert (places.ring_miles[at], places.ring_locality[at]) == (5.0, "in area")
    assert not any(name.startswith("market-independent-foster") for name in places.id)
    assert any(name.startswith("market-external-home") for name in places.id)


def test_a_row_for_any_place_beside_one_that_names_a_locality_is_the_rest(build):
    """In area the starts lie five miles away; the rest of the same ring lies fifteen miles away, next door."""
    row = {"setting": "fostering", "sector": "private", "kind": "spot", "miles_from": 0, "miles_to": 20}
    rows = [{**row, "contract_id": "LOCAL", "locality": "in area"}, {**row, "contract_id": "NEAR", "locality": "any"}]
    supply = build(starts(20, "SN21AA", AGENCY) + starts(4, "SN31AA", AGENCY), contracts=rows)
    at = [row_of(supply, name) for name in ("LOCAL", "NEAR")]
    assert supply.places.ring_miles[at].tolist() == [5.0, 15.0]
    assert [supply.places.ring_locality[row] for row in at] == ["in area", "neighbouring"]


def test_a_block_contract_is_places_by_month_and_its_minimum_is_fixed_cost(build):
    """Five places of which two are paid for in any case: two at nothing more, three at the price."""
    row = {"contract_id": "B", "setting": "supported accommodation", "sector": "voluntary", "kind": "block",
           "places": 5, "minimum_places": 2, "weekly_price_pounds": 700, "to": "2025-06-01"}  # fmt: skip
    supply = build([{"setting": "kinship", "sector": "family", "line": "kinship"}], contracts=[row], months=4)
    least, rest = row_of(supply, "B-minimum"), row_of(supply, "B")
    places = supply.places
    assert places.capacity[[least, rest]].tolist() == [[2, 2, 2, 0, 0], [3, 3, 3, 0, 0]]
    assert places.weekly_pence[[least, rest]].tolist() == [0, 70000]
    assert places.fixed_weekly_pence[[least, rest]].tolist() == [140000, 0]
    assert places.age_min[rest] == 16


def test_children_of_the_line_fill_a_block_before_it_counts_as_free(build):
    """Three children, two block places: both are taken, none is free twice, and a finding says it is an assumption."""
    row = {"contract_id": "B", "setting": "supported accommodation", "sector": "private", "kind": "block", "places": 2}
    supply = build(starts(3, "SN21AA", LODGING, "2022-01-01"), contracts=[row])
    assert sorted(supply.occupancy["linked_by"]) == ["block", "block", "existing"]
    assert codes(supply)["supply.contracts.block_use"] == 2


def test_a_block_without_places_is_refused(build):
    """A block contract without a number of places gives none and says so."""
    row = {"contract_id": "B", "setting": "residential", "sector": "private", "kind": "block"}
    supply = build(starts(1, "SN21AA", LODGING), contracts=[row])
    assert "B" not in supply.places.id
    assert codes(supply)["supply.contracts.no_places"] == 1
