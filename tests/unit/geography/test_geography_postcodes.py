import numpy as np
import pytest

from sufficiency.domain.errors import InputError
from sufficiency.geography import postcode_cache
from sufficiency.geography.postcode_text import read_postcode
from sufficiency.geography.postcodes import PostcodeDirectory


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("SN1 2JG", "SN1 2JG"),
        (" sn1  2jg ", "SN1 2JG"),
        ("SN253AB", "SN253AB"),
        ("ec1a1bb", "EC1A1BB"),
        ("N1 9GU", "N1  9GU"),
        ("SN25", "SN25"),
        ("SN1", "SN1 "),
        ("SN1 2", "SN1 2"),
        ("SN252", "SN252"),
        ("SN1 2J", "SN1 2"),
        ("", ""),
        ("nan", ""),
        ("not known", ""),
        ("12345", ""),
    ],
)
def test_a_postcode_text_is_read_as_whole_sector_or_district(text, key):
    """Spaces and case never matter, and what is not a postcode has no key."""
    assert read_postcode(text).key == key


def test_a_whole_postcode_has_its_own_point_and_authority(directory):
    """The civic offices of Swindon stand where Ordnance Survey says, in Swindon."""
    found = directory.locate(["sn1 2jg"])
    assert (found.easting[0], found.northing[0]) == (415399.0, 184639.0)
    assert (found.authority[0], found.precision[0]) == ("E06000030", "postcode")


def test_an_unlisted_postcode_falls_back_to_its_sector_then_its_district(directory):
    """The precision says how exactly the point is known, and the answer equals asking for the part itself."""
    sector = directory.locate(["SN1 2ZZ", "SN1 2"])
    assert sector.precision.tolist() == ["sector", "sector"]
    assert sector.easting[0] == sector.easting[1]
    district = directory.locate(["SN25 9ZZ", "SN25"])
    assert district.precision.tolist() == ["district", "district"]
    assert district.northing[0] == district.northing[1]


def test_a_sector_point_is_the_mean_of_its_postcodes(directory):
    """A sector's point is worked out from its own postcodes and no others."""
    rows = directory.area("SN1 2")
    assert all(text.startswith("SN12") and len(text) == 6 for text in rows.postcode)
    found = directory.locate(["SN1 2"])
    assert found.easting[0] == np.rint(rows.easting.mean())
    assert found.northing[0] == np.rint(rows.northing.mean())


def test_a_district_that_straddles_authorities_has_no_authority(directory):
    """SN1 holds postcodes of two authorities, so in area or out is unknown; SN1 2 has one only."""
    assert set(directory.area("SN1").authority) > {"E06000030"}
    assert directory.locate(["SN1", "SN1 2"]).authority.tolist() == ["", "E06000030"]


def test_a_text_with_two_readings_is_a_district_where_there_is_one(directory):
    """SN12 is Melksham's district; SN67 can only be sector SN6 7."""
    found = directory.locate(["SN12", "SN67", "SN6 7"])
    assert found.precision.tolist() == ["district", "sector", "sector"]
    assert found.easting[1] == found.easting[2]


def test_what_is_unknown_is_nowhere_and_never_nought(directory):
    """Blank, missing and nonsense postcodes give NaN, no authority and precision none."""
    found = directory.locate(["", None, float("nan"), "ZZ1 1ZZ", "QQQQ", "SN1 1AA; DROP"])
    assert np.isnan(found.easting).all()
    assert np.isnan(found.northing).all()
    assert set(found.authority) == {""}
    assert set(found.precision) == {"none"}


def test_a_shire_district_answers_with_its_county(directory):
    """Oxford is in Oxfordshire's children's services."""
    assert directory.locate(["OX1 1BX"]).authority[0] == "E10000025"


def test_other_countries_and_islands_keep_their_own_authority(directory):
    """Cardiff is in Wales; Jersey has an authority and no point."""
    found = directory.locate(["CF10 1EP", "JE2 3AB"])
    assert found.authority[0] == "W06000015"
    assert found.authority[1].startswith("L99")
    assert np.isnan(found.easting[1])


def test_only_the_letters_asked_for_are_read():
    """A council's own letters are read and no others."""
    directory = PostcodeDirectory()
    directory.locate(["ZE1 0AA", "JE2 3AB", "", "7"])
    assert set(directory._letters) == {"Z", "J"}


def test_a_second_run_reads_nothing_from_the_directory(tmp_path):
    """What was found, and what was not, is kept in a file and answers alike."""
    asked = ["ZE1 0AA", "ZE1 0ZZ", "ZE9 9ZZ", "ZE1", "rubbish"]
    first = PostcodeDirectory(tmp_path / "postcodes.npz").locate(asked)
    again = PostcodeDirectory(tmp_path / "postcodes.npz")
    second = again.locate(asked[::-1])
    assert again._letters == {}
    assert second.precision.tolist() == first.precision.tolist()[::-1]
    np.testing.assert_array_equal(second.easting, first.easting[::-1])


def test_a_cache_of_another_edition_or_a_damaged_one_is_not_used(tmp_path):
    """An index made from another version of the directory, or half a file, counts as empty."""
    path = tmp_path / "postcodes.npz"
    PostcodeDirectory(path).locate(["ZE1 0AA"])
    assert len(postcode_cache.load(path, PostcodeDirectory().version).text) == 1
    assert len(postcode_cache.load(path, "another version").text) == 0
    path.write_bytes(path.read_bytes()[:100])
    assert len(postcode_cache.load(path, PostcodeDirectory().version).text) == 0
    assert PostcodeDirectory(path).locate(["ZE1 0AA"]).precision[0] == "postcode"


def test_the_area_of_one_letter_leaves_out_longer_areas(directory):
    """Area Z is no area; ZE is Shetland alone, with a point and an authority everywhere."""
    assert len(directory.area("Z")) == 0
    shetland = directory.area("ZE")
    assert set(shetland.authority) == {"S12000027"}
    assert not np.isnan(shetland.easting).any()
    assert " " not in "".join(shetland.postcode)


def test_the_source_names_age_and_attribution(directory):
    """Whoever shows a point can show how old the directory is and under which licence."""
    assert "November 2025" in directory.directory_age
    assert "Open Government Licence" in directory.source
    assert "Royal Mail" in directory.source


def test_the_raw_ons_directory_answers_like_the_package(tmp_path):
    """The published CSV is a second way in: columns in any order, blanks are missing, districts become counties."""
    path = tmp_path / "ONSPD_MAY_2026_UK.csv"
    path.write_text(
        "lad25cd,pcds,east1m,north1m\nE06000030,SN1 2JG,415399,184639\nE07000178,OX1 1BX,451300,206100\n,SN1 2XX,,\n"
    )
    found = PostcodeDirectory.from_ons_csv(path).locate(["SN12JG", "OX11BX", "SN1 2XX", "B1 1AA"])
    assert found.easting.tolist()[:3] == [415399.0, 451300.0, 415399.0]
    assert found.authority.tolist() == ["E06000030", "E10000025", "E06000030", ""]
    assert found.precision.tolist() == ["postcode", "postcode", "sector", "none"]


def test_a_file_that_is_not_the_directory_is_refused_in_words(tmp_path):
    """A CSV without a postcode column says which names were looked for."""
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="no postcode column"):
        PostcodeDirectory.from_ons_csv(path)
