"""Ofsted's provider lists: every layout, and never a vacancy."""

from pathlib import Path

import numpy as np
import pandas as pd
from capacity_samples import HOME, cells_of, write_book, write_csv

from sufficiency.ingest.capacity import read_capacity

PROVIDERS = [
    {"Local authority": "Swindon", "URN": "1000001", "Provider type": "Children's Home",
     "Provider subtype": "Children's home", "Sector": "Private", "Provider name": "Oak",
     "Registration status": "Active", "Registration date": "01/02/2020",
     "Provider postcode": "SN1 1AA", "Number of registered places": 4},
    {"Local authority": "Swindon", "URN": "SC000002", "Provider type": "Secure Children’s Home",
     "Sector": "Local Authority", "Registration status": "Active", "Provider postcode": "REDACTED",
     "Number of registered places": 10},
    {"Local authority": "Swindon", "URN": "1000003", "Provider type": "Independent Fostering Agency",
     "Sector": "Private", "Registration status": "Active", "Number of registered places": ""},
    {"Local authority": "Swindon", "URN": "1000004", "Provider type": "Children's Home", "Sector": "Voluntary",
     "Registration status": "Resigned", "Deregistration date": "30/09/2024", "Number of registered places": 3},
]  # fmt: skip
SUPPORTED = [
    {"Setting local authority": "Swindon", "URN": "2000001", "Setting status": "Active",
     "Setting category": "Shared or group living", "Capacity": 6, "Setting postcode": "SN2 2BB"},
]  # fmt: skip


def homes_of(path: Path) -> pd.DataFrame:
    homes = read_capacity(ofsted=path).homes
    assert homes is not None
    return homes.set_index("urn")


def test_the_list_of_two_sheets_is_read(tmp_path: Path) -> None:
    """Homes and supported accommodation, with sector, setting, places, postcode and days; agencies left out."""
    sheets = {"Providers": cells_of(PROVIDERS), "SA Providers": cells_of(SUPPORTED)}
    homes = homes_of(write_book(tmp_path / "list.xlsx", sheets))
    assert homes["setting"].to_dict() == {
        "1000001": "residential",
        "SC000002": "secure",
        "1000004": "residential",
        "2000001": "supported accommodation",
    }
    assert homes["registered_places"].tolist() == [4, 10, 3, 6]
    assert homes["sector"].tolist() == ["private", "other public", "voluntary", "unknown"]
    assert homes["postcode"].tolist() == ["SN11AA", "", "", "SN22BB"]
    assert homes["age_min"].tolist() == [0, 0, 0, 16]
    assert homes.loc["1000001", "from"] == pd.Timestamp("2020-02-01")
    assert homes.loc["1000004", "to"] == pd.Timestamp("2024-09-30")


def test_registered_places_are_never_vacancies(tmp_path: Path) -> None:
    """Every home of a list is listed, with usable places blank."""
    homes = homes_of(write_csv(tmp_path / "list.csv", PROVIDERS))
    assert set(homes["contract"]) == {"listed"}
    assert homes["usable_places"].isna().all()
    assert homes["in_use"].isna().all()


def test_older_layouts_are_read(tmp_path: Path) -> None:
    """Max Users, Provision type, and addresses on a sheet of their own."""
    settings = [
        {"Local Authority": "Bristol", "URN": 1000001, "Setting Name": "Elm", "Provision type": "Childrens Home",
         "Sector": "Local Authority", "Provider Status": "Active", "Max Users": 5},
    ]  # fmt: skip
    sheets = {
        "Settings and Inspection Info": cells_of(settings),
        "Address Details": [["URN", "Setting Address Postcode"], [1000001, "BS1 1AA"]],
    }
    homes = homes_of(write_book(tmp_path / "old.xlsx", sheets))
    found = homes.loc["1000001", ["name", "authority", "setting", "registered_places", "postcode"]].tolist()
    assert found == ["Elm", "E06000023", "residential", 5, "BS11AA"]


def test_the_published_file_with_titles_above_is_read(tmp_path: Path) -> None:
    """Provider_level_at files have note rows above the names and call the column Places."""
    cells = [
        ["Children's social care providers"], ["Contents"], [],
        ["Web link", "URN", "Local authority", "Provider type", "Sector", "Provider status", "Places"],
        ["www", "1000001", "Leeds", "Children's home", "Private", "Active", 3],
    ]  # fmt: skip
    homes = homes_of(write_book(tmp_path / "level.xlsx", {"Provider_level_at_31_Mar_2025": cells}))
    assert homes.loc["1000001", "registered_places"] == 3


def test_own_rows_come_before_listed_ones(tmp_path: Path) -> None:
    """A home in both files is one home, as the council describes it; the others are added."""
    own = write_csv(tmp_path / "homes.csv", [HOME | {"urn": "1000001"}])
    listed = write_csv(tmp_path / "list.csv", PROVIDERS)
    homes = read_capacity(homes=own, ofsted=listed).homes
    assert homes is not None
    assert homes["home_id"].tolist() == ["H", "SC000002", "1000004"]
    assert homes["contract"].tolist() == ["own", "listed", "listed"]
    np.testing.assert_equal(homes["usable_places"].to_numpy(), [3, np.nan, np.nan])
    assert str(homes["registered_places"].dtype) == "int64"
