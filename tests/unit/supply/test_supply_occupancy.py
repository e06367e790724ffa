import numpy as np

from sufficiency.domain.places import UNLIMITED, PlaceKind
from tests.unit.supply.conftest import codes, row_of

EXTERNAL = {"setting": "residential", "sector": "private", "line": "external home"}
AGENCY = {"setting": "fostering", "sector": "private", "line": "independent foster"}


def lives_in(supply, child):
    """Return identifier of the place a child lives in."""
    return supply.places.id[int(supply.occupancy.set_index("child").loc[child, "place"])]


def free(supply, identifier):
    """Return free places on the base date."""
    at = row_of(supply, identifier)
    return int(supply.places.capacity[at, 0] - (supply.occupancy["place"] == at).sum())


def test_every_child_on_the_base_date_is_in_exactly_one_place(build):
    """Whatever is known of them, every child in care that day has one place, and nobody else has any."""
    rows = [
        {"placement_postcode": "SN11AB"},
        {"placement_postcode": "", "urn": "1234567", **EXTERNAL},
        {"setting": "kinship", "sector": "family", "line": "kinship"},
        {"setting": "secure", "sector": "private", "line": "secure"},
        {**AGENCY, "end": "2025-03-31"},
        {**AGENCY, "start": "2025-04-01"},
        {**AGENCY, "end": "2025-04-01"},
    ]
    supply = build(rows, carers=[], homes=[], contracts=[])
    assert supply.occupancy["child"].tolist() == ["c0", "c1", "c2", "c3", "c6"]
    assert supply.occupancy["place"].between(0, len(supply.places) - 1).all()


def test_nowhere_holds_more_children_than_its_capacity_on_the_base_date(build):
    """Occupancy never exceeds the first column of capacity."""
    rows = [{"placement_postcode": "SN11AB"} for _ in range(5)] + [{**AGENCY, "placement_postcode": "SN31AA"}] * 2
    supply = build(rows, carers=[{"carer_id": "A", "postcode": "SN11AB", "approved_places": 3}])
    used = np.bincount(supply.occupancy["place"], minlength=len(supply.places))
    assert (used <= supply.places.capacity[:, 0]).all()


def test_a_child_is_linked_to_a_carer_by_postcode_whatever_its_spacing(build):
    """SN1 1AB in the carers file is SN11AB in the returns."""
    supply = build(
        [{"placement_postcode": "SN11AB"}], carers=[{"carer_id": "A", "postcode": "sn1 1ab", "approved_places": 2}]
    )
    assert lives_in(supply, "c0") == "A"
    assert free(supply, "A") == 1


def test_a_group_with_half_a_postcode_takes_children_of_that_district(build):
    """A grouped row under SN1 takes children in SN1 and not those in SN2."""
    rows = [{"placement_postcode": "SN11AB"}, {"placement_postcode": "SN21AA"}]
    supply = build(rows, carers=[{"carer_id": "G", "households": 2, "postcode": "SN1", "approved_places": 2}])
    assert lives_in(supply, "c0") == "G-01"
    assert lives_in(supply, "c1").startswith("existing")


def test_agency_children_are_never_linked_to_in_house_carers(build):
    """A child with an agency carer at the same postcode lives in an arrangement of the agency's line."""
    supply = build([{**AGENCY, "placement_postcode": "SN11AB"}],
                   carers=[{"carer_id": "A", "postcode": "SN11AB", "approved_places": 2}])  # fmt: skip
    assert lives_in(supply, "c0").startswith("existing")
    assert free(supply, "A") == 2


def test_children_are_linked_to_a_home_by_urn_before_address(build):
    """The URN decides where two homes share an address; without one, address and setting do."""
    homes = [
        {"home_id": "H1", "urn": "SC1111111", "setting": "residential", "sector": "private", "contract": "block",
         "postcode": "SN31AA", "registered_places": 2},
        {"home_id": "H2", "urn": "2222222", "setting": "residential", "sector": "private", "contract": "block",
         "postcode": "SN31AA", "registered_places": 2},
    ]  # fmt: skip
    rows = [
        {**EXTERNAL, "urn": "2222222", "placement_postcode": "SN31AA"},
        {**EXTERNAL, "urn": "1111111", "placement_postcode": ""},
        {**EXTERNAL, "urn": "XXXXXXX", "placement_postcode": "SN31AA"},
    ]
    supply = build(rows, homes=homes)
    assert [lives_in(supply, child) for child in ("c0", "c1", "c2")] == ["H2", "H1", "H1"]


def test_free_places_are_usable_less_in_use_even_when_children_are_not_found(build):
    """Four usable, three in use, one child found: one place is free, and two are held back and said so."""
    home = {"home_id": "H", "urn": "1111111", "setting": "residential", "contract": "own", "registered_places": 4,
            "in_use": 3}  # fmt: skip
    supply = build([{"setting": "residential", "line": "own home", "urn": "1111111"}], homes=[home])
    assert free(supply, "H") == 1
    assert codes(supply)["supply.in_use.not_linked"] == 2


def test_more_children_found_than_said_leaves_usable_less_found(build):
    """Two children found where the file says one: free places go by the children."""
    rows = [{"placement_postcode": "SN11AB"}] * 2
    supply = build(rows, carers=[{"carer_id": "A", "postcode": "SN11AB", "approved_places": 3, "in_use": 1}])
    assert free(supply, "A") == 1
    assert "supply.in_use.not_linked" not in codes(supply)


def test_children_over_the_usable_places_stay_as_existing_arrangements(build):
    """Three children where two places are usable: the longest settled two are linked, the third is kept apart."""
    rows = [{"placement_postcode": "SN11AB", "start": day} for day in ("2024-05-01", "2021-01-01", "2022-01-01")]
    supply = build(rows, carers=[{"carer_id": "A", "postcode": "SN11AB", "approved_places": 2, "in_use": 3}])
    assert lives_in(supply, "c0").startswith("existing")
    assert [lives_in(supply, child) for child in ("c1", "c2")] == ["A", "A"]
    assert free(supply, "A") == 0
    assert codes(supply)["supply.children.over_capacity"] == 1


def test_existing_arrangements_keep_their_address_and_hold_those_in_them(build):
    """Children of one line at one address share an arrangement; one without an address is nowhere, not at nought."""
    rows = [
        {**AGENCY, "placement_postcode": "SN31AA"},
        {**AGENCY, "placement_postcode": "SN31AA"},
        {**AGENCY, "placement_postcode": ""},
    ]
    supply = build(rows, carers=[])
    places = supply.places
    kept = [at for at in range(len(places)) if places.kind[at] is PlaceKind.EXISTING]
    assert sorted(places.capacity[kept, 0].tolist()) == [1, 2]
    pair = next(at for at in kept if places.capacity[at, 0] == 2)
    alone = next(at for at in kept if places.capacity[at, 0] == 1)
    assert places.easting[pair] == 424140.0
    assert np.isnan(places.easting[alone])
    assert (places.ring_locality[pair], places.ring_locality[alone]) == ("", "unknown")
    assert np.isnan(places.ring_miles[kept]).all()


def test_no_postcode_is_told_by_an_identifier_or_a_finding(build):
    """Identifiers and findings name no address and no child."""
    rows = [{**AGENCY, "placement_postcode": "SN31AA"}, {"placement_postcode": "SN11AB"}]
    supply = build(rows)
    said = " ".join([*supply.places.id, *(item.text for item in supply.findings)])
    assert "SN3" not in said
    assert "SN1" not in said
    assert "c0" not in said


def test_streams_are_unlimited_and_hold_what_others_decide(build):
    """Kinship, parents and the others have one entry each without limit, and their children are in it."""
    supply = build([{"setting": "kinship", "sector": "family", "line": "kinship"}])
    assert lives_in(supply, "c0") == "stream-kinship"
    streams = [at for at in range(len(supply.places)) if supply.places.kind[at] is PlaceKind.STREAM]
    assert len(streams) == 7
    assert (supply.places.capacity[streams] == UNLIMITED).all()
