from sufficiency.domain.places import PlaceKind
from tests.unit.supply.conftest import codes


def of_kind(supply, kind):
    """Return the indices of the places of a kind."""
    return [at for at in range(len(supply.places)) if supply.places.kind[at] is kind]


def test_without_a_carers_file_households_are_the_addresses_in_use(build):
    """Two addresses in use make two inferred households, and the findings say so."""
    rows = [{"placement_postcode": "SN11AB"}, {"placement_postcode": "SN11AB"}, {"placement_postcode": "SN21AA"}]
    supply = build(rows)
    at = of_kind(supply, PlaceKind.HOUSEHOLD)
    assert supply.places.capacity[at, 0].tolist() == [2, 1]
    assert supply.places.inferred[at].all()
    assert codes(supply)["supply.carers.inferred"] == 2
    assert (supply.occupancy["linked_by"] == "postcode").all()


def test_a_household_has_as_many_places_as_children_at_once_in_the_window(build):
    """Two children together last year and one now make two places; one after the other make one."""
    rows = [
        {"placement_postcode": "SN11AB"},
        {"placement_postcode": "SN11AB", "start": "2023-06-01", "end": "2024-02-01"},
        {"placement_postcode": "SN21AA", "start": "2024-02-01"},
        {"placement_postcode": "SN21AA", "start": "2023-06-01", "end": "2024-02-01"},
    ]
    supply = build(rows)
    assert supply.places.capacity[of_kind(supply, PlaceKind.HOUSEHOLD), 0].tolist() == [2, 1]


def test_a_household_not_used_lately_is_not_inferred_and_an_empty_one_used_lately_is(build):
    """Empty since a month ago is a free place; empty since two years ago has probably left."""
    rows = [
        {"placement_postcode": "SN11AB", "end": "2025-02-28"},
        {"placement_postcode": "SN21AA", "end": "2023-06-01"},
        {"setting": "kinship", "sector": "family", "line": "kinship"},
    ]
    supply = build(rows)
    at = of_kind(supply, PlaceKind.HOUSEHOLD)
    assert supply.places.capacity[at, 0].tolist() == [1]
    assert supply.places.easting[at].tolist() == [401609.0]


def test_more_than_three_at_once_counts_only_while_they_live_there(build):
    """Five now is five places with a sibling exemption; five once and one now is the usual limit."""
    now = [{"placement_postcode": "SN11AB"}] * 5
    once = [{"placement_postcode": "SN21AA", "end": "2024-06-01"}] * 4 + [{"placement_postcode": "SN21AA"}]
    supply = build(now + once)
    at = of_kind(supply, PlaceKind.HOUSEHOLD)
    assert supply.places.capacity[at, 0].tolist() == [5, 3]
    assert supply.places.sibling_exemption[at].tolist() == [True, False]


def test_only_the_councils_own_homes_are_inferred(build):
    """A private home a child lives in is the market's to fill again; the council's own is the council's."""
    rows = [
        {"setting": "residential", "line": "own home", "urn": "1111111", "placement_postcode": "SN11AB"},
        {"setting": "residential", "sector": "private", "line": "external home", "urn": "2222222"},
    ]
    supply = build(rows, birth_date="2019-03-01")
    at = of_kind(supply, PlaceKind.HOME)
    assert supply.places.capacity[at, 0].tolist() == [1]
    assert supply.occupancy["linked_by"].tolist() == ["urn", "existing"]
    assert supply.places.age_min[at].tolist() == [0]
    # How many places it has is not known, so none may be kept empty.
    assert not supply.places.bought_ahead.any()


def test_an_inferred_home_takes_the_assumed_ages_unless_younger_lived_there(build):
    """Eight to seventeen by default."""
    rows = [{"setting": "residential", "line": "own home", "urn": "1111111"}]
    supply = build(rows, birth_date="2008-01-01")
    at = of_kind(supply, PlaceKind.HOME)[0]
    assert (supply.places.age_min[at], supply.places.age_max[at]) == (8, 17)
