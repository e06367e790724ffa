import string
from collections import Counter

import numpy as np
import pytest

from sufficiency.geography import adjacency_graph, authorities, authority_names, locality, neighbours, upper_tier
from sufficiency.geography.build_adjacency import DATA, adjoining, main, nearest_authority, sides_in_common

SWINDON, WILTSHIRE, OXFORDSHIRE = "E06000030", "E06000054", "E10000025"
GLOUCESTERSHIRE, WEST_BERKSHIRE = "E10000013", "E06000037"


def test_there_are_exactly_the_153_authorities_of_the_directory(directory):
    """63 unitary, 36 metropolitan, 33 London, 21 counties: the same codes that the postcodes themselves lead to."""
    kinds = Counter(authority.code[:3] for authority in authorities())
    assert kinds == {"E06": 63, "E08": 36, "E09": 33, "E10": 21}
    districts = set().union(*(np.unique(directory.letter(letter).district) for letter in string.ascii_uppercase))
    english = {upper_tier(code.decode()) for code in districts if code.startswith(b"E")}
    assert english == {authority.code for authority in authorities()}


def test_every_authority_has_a_name_a_region_and_its_own_dfe_code():
    """No blanks, no code used twice, and every column says how it is known."""
    assert all(authority.name and authority.region for authority in authorities())
    assert len({authority.dfe_code for authority in authorities()}) == 153
    statuses = {
        status for a in authorities() for status in (a.code_status, a.name_status, a.dfe_code_status, a.region_status)
    }
    assert statuses == {"derived", "cited", "assumption"}
    assert authority_names()[SWINDON] == "Swindon"


def test_abolished_codes_answer_with_their_successor():
    """A return of 2022 that names Cumbria's or Somerset's old codes still finds today's authority."""
    assert upper_tier("E07000026") == "E06000063"
    assert upper_tier("E07000187") == "E06000066"
    assert upper_tier("E08000019") == "E08000039"
    assert upper_tier("W06000015") == "W06000015"
    assert upper_tier("") == ""


def test_swindon_adjoins_its_four_neighbours():
    """Swindon's neighbours are the four authorities around it."""
    assert neighbours(SWINDON) == {WILTSHIRE, OXFORDSHIRE, GLOUCESTERSHIRE, WEST_BERKSHIRE}


def test_adjoining_is_mutual_and_never_with_oneself():
    """If one adjoins another, the other adjoins it."""
    for authority in authorities():
        others = neighbours(authority.code)
        assert authority.code not in others
        assert all(authority.code in neighbours(other) for other in others)


def test_authorities_across_an_estuary_do_not_adjoin():
    """Hull and North Lincolnshire, Liverpool and Wirral, Thurrock and Medway only face each other over water."""
    assert "E06000013" not in neighbours("E06000010")
    assert "E08000015" not in neighbours("E08000012")
    assert "E06000035" not in neighbours("E06000034")
    assert neighbours("E06000046") == frozenset()


def test_welsh_and_scottish_authorities_adjoin_the_border():
    """Gloucestershire adjoins Monmouthshire; Northumberland adjoins the Scottish Borders."""
    assert "W06000021" in neighbours(GLOUCESTERSHIRE)
    assert "S12000026" in neighbours("E06000057")


def test_the_mainland_is_one_piece():
    """Every authority but two islands can be reached from every other, so no shire fell out of the table."""
    import networkx as nx

    graph = adjacency_graph()
    parts = sorted(nx.connected_components(graph), key=len)
    assert [len(part) for part in parts[:-1]] == [1, 1]
    assert set().union(*parts[:-1]) == {"E06000046", "E06000053"}


def test_locality_has_four_classes_element_by_element():
    """Own area, an adjoining area, further away, and not known are told apart in one call."""
    there = np.array([SWINDON, WILTSHIRE, "W06000015", "", "E08000003"])
    assert locality(SWINDON, there).tolist() == ["in area", "neighbouring", "distant", "unknown", "distant"]
    assert locality(SWINDON, []).tolist() == []
    assert locality(["", WILTSHIRE], [SWINDON, SWINDON]).tolist() == ["unknown", "neighbouring"]


def test_cells_side_by_side_make_neighbours_and_a_touch_does_not():
    """Two made-up towns that share a long side adjoin; a third beyond reach does not."""
    east = np.arange(0, 3000, 250.0)
    west_town = np.column_stack([np.full(len(east), 0.0), east])
    east_town = west_town + np.array([1000.0, 0.0])
    far_town = west_town + np.array([20_000.0, 0.0])
    place = np.concatenate([west_town, east_town, far_town])
    codes = np.repeat(np.array(["E06000901", "E06000902", "E06000903"]), len(east))
    pairs = {row[:2] for row in adjoining(sides_in_common(*nearest_authority(place, codes)))}
    assert ("E06000901", "E06000902") in pairs
    assert not any("E06000903" in pair for pair in pairs)


@pytest.mark.slow
def test_the_shipped_table_is_what_the_build_script_derives(tmp_path, monkeypatch):
    """Running the script again on the installed postcodes gives the shipped pairs, line for line."""
    monkeypatch.setattr("sys.argv", ["build_adjacency", "--out", str(tmp_path / "adjacency.csv")])
    main()
    assert (tmp_path / "adjacency.csv").read_text() == (DATA / "adjacency.csv").read_text()
