"""Code lists by collection year."""

import tomllib
from datetime import date
from importlib import resources

import pytest

from sufficiency.domain.codes import (
    CATEGORY_MAPS,
    FIRST_RETURN_YEAR,
    LAST_RETURN_YEAR,
    codes,
    codes_on,
    known_codes,
    sector_of,
    setting_of,
)
from sufficiency.domain.settings import Sector, Setting

COLUMNS = {"PLACE", "PLACE_PROVIDER", "LS", "CIN", "RNE", "REC", "REASON_PLACE_CHANGE", "SEX"}


@pytest.mark.parametrize(
    ("code", "years"),
    [
        ("K3", range(2024, 2028)),
        ("H5", range(2016, 2026)),
        ("P2", range(2016, 2026)),
        ("Z1", range(2016, 2026)),
        ("Z11", range(2026, 2028)),
        ("Z14", range(2026, 2028)),
        ("U1", range(2016, 2028)),
    ],
)
def test_a_placement_code_is_valid_in_its_years_only(code, years):
    """Each code that came or went is in the lists of exactly the returns it belongs to."""
    found = [year for year in range(FIRST_RETURN_YEAR, LAST_RETURN_YEAR + 1) if codes(year).valid("PLACE", code)]
    assert found == list(years)


def test_sex_changes_from_numbers_to_letters_in_the_return_of_2025():
    """1 and 2 are the codes to 2024; M, F and U from 2025."""
    assert set(codes(2024)["SEX"]) == {"1", "2"}
    assert set(codes(2025)["SEX"]) == {"M", "F", "U"}


def test_codes_are_understood_in_any_case():
    """A published list spells K3 as k3, so case does not matter."""
    assert codes(2025).valid("PLACE", "k3")
    assert setting_of("k3", "pr4") is Setting.SUPPORTED


def test_independent_living_ends_in_october_2023():
    """P2 may be used to 28 October 2023 and not the day after, though the year's list still holds it."""
    lists = codes_on(date(2023, 10, 28))
    assert lists.return_year == 2024
    assert lists.valid_on("PLACE", "P2", date(2023, 10, 28))
    assert not lists.valid_on("PLACE", "P2", date(2023, 10, 29))


def test_special_guardianship_codes_change_with_the_return_of_2019():
    """E43 and E44 give way to E45 to E48."""
    assert known_codes("REC")["E43"] == (2016, 2018)
    assert known_codes("REC")["E48"] == (2019, LAST_RETURN_YEAR)


def test_every_year_has_every_list_and_every_code_a_source():
    """No list is lost on the way, and no code stands without meaning, source and status."""
    for year in range(FIRST_RETURN_YEAR, LAST_RETURN_YEAR + 1):
        lists = codes(year)
        assert set(lists.lists) == COLUMNS
        for column in COLUMNS:
            for code in lists[column].values():
                assert code.meaning
                assert code.source
                assert code.status in {"cited", "derived", "assumption"}


def test_an_unknown_code_names_its_nearest():
    """A mistyped code is answered with codes that look like it."""
    assert "K2" in codes(2019).nearest("PLACE", "K22")
    assert codes(2019).nearest("REASON_PLACE_CHANGE", "CARPEL")[0] == "CARPL"


@pytest.mark.parametrize(
    ("setting", "places"),
    [
        (Setting.KINSHIP, "U1 U2 U3"),
        (Setting.FOSTERING, "U4 U5 U6"),
        (Setting.RESIDENTIAL, "K2 R1 S1"),
        (Setting.SUPPORTED, "K3 H5 P2"),
        (Setting.SECURE, "K1"),
        (Setting.PARENT_AND_CHILD, "R3"),
        (Setting.PARENTS, "P1"),
        (Setting.ADOPTION, "A3 A4 A5 A6"),
        (Setting.OTHER, "R2 R5 P3 Z1 nonsense"),
        (Setting.UNREGISTERED, "Z11 Z12 Z13 Z14"),
    ],
)
def test_our_settings(setting, places):
    """Each placement code is the setting of the design."""
    assert {setting_of(place) for place in places.split()} == {setting}


def test_published_groups_and_the_older_model_group_otherwise():
    """DfE counts secure with homes and all fostering together; the older model knows no K3, S1 or K1."""
    assert {setting_of(place, "", "dfe") for place in ("K1", "K2")} == {Setting.RESIDENTIAL}
    assert {setting_of(f"U{n}", "", "dfe") for n in range(1, 7)} == {Setting.FOSTERING}
    assert setting_of("S1", "", "dfe") is Setting.OTHER
    assert {setting_of(place, "", "older") for place in ("K3", "S1", "K1", "P1")} == {Setting.OTHER}
    assert {setting_of(place, "", "older") for place in ("K2", "R1")} == {Setting.RESIDENTIAL}


def test_every_code_ever_valid_is_placed_by_our_map_and_the_published_one():
    """No placement code falls to `other` because a map forgot it (temporary moves have no setting)."""
    text = (resources.files("sufficiency.domain") / "codelists" / "settings.toml").read_text("utf-8")
    maps = tomllib.loads(text)
    ever = {code for code in known_codes("PLACE") if not code.startswith("T")}
    assert set(maps) == set(CATEGORY_MAPS)
    assert set(maps["ours"]["places"]) == ever
    assert set(maps["dfe"]["places"]) == ever


def test_sector_is_family_with_parents_and_unknown_without_a_provider():
    """P1 is family by what it means; a blank provider is never guessed."""
    assert sector_of("P1", "") is Sector.FAMILY
    assert sector_of("U4", "PR5") is Sector.VOLUNTARY
    assert sector_of("U4", "") is Sector.UNKNOWN


def test_a_category_map_that_does_not_exist_is_named():
    """A misspelt map is refused and the right ones are named."""
    with pytest.raises(ValueError, match="ours, dfe, older"):
        setting_of("U1", "", "theirs")
