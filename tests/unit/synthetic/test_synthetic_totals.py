"""Every published total, counted straight from the written files."""

import numpy as np
import pandas as pd
import pytest

from sufficiency.geography.postcodes import PostcodeDirectory

SWINDON = "E06000030"
YEARS = range(2018, 2026)
BASE = pd.Timestamp(2025, 3, 31)
STOCK = {2021: 304, 2022: 331, 2023: 337, 2024: 320, 2025: 307}
STARTED = {2021: 113, 2022: 135, 2023: 152, 2024: 122, 2025: 108}
CEASED = {2021: 114, 2022: 110, 2023: 150, 2024: 139, 2025: 125}


def dates(texts):
    return pd.to_datetime(texts, format="%d/%m/%Y")


def looked_after(read, folder, year=2025):
    """Episodes open on 31 March, without short breaks, with the header beside them."""
    episodes = read(folder, "episodes", year)
    here = episodes[(episodes["DEC"] == "") & ~episodes["LS"].isin(["V3", "V4"])]
    return here.merge(read(folder, "header", year), on="CHILD", validate="one_to_one")


@pytest.fixture
def here(read, either):
    return looked_after(read, either)


@pytest.fixture(scope="module")
def directory():
    return PostcodeDirectory()


def test_number_and_ages_are_the_published_ones(here):
    """307 children: under 1 16, 1 to 4 22, 5 to 9 52, 10 to 15 122, 16 and over 95."""
    birth = dates(here["DOB"])
    age = 2025 - birth.dt.year - (birth.dt.strftime("%m%d") > "0331")
    assert np.histogram(age, [0, 1, 5, 10, 16, 18])[0].tolist() == [16, 22, 52, 122, 95]
    assert len(here) == 307


def test_sex_and_unaccompanied_are_the_published_numbers(read, either, here):
    """178 are male and 28 unaccompanied, whose status still holds."""
    uasc = read(either, "uasc", 2025)
    still = uasc[(uasc["DUC"] == "") & uasc["CHILD"].isin(here["CHILD"])]
    assert (here["SEX"] == "M").sum() == 178
    assert len(still) == 28
    assert uasc["CHILD"].isin(here["CHILD"]).sum() == 28


def test_settings_are_the_published_numbers(here):
    """Foster 197, secure and children's homes 45, supported accommodation 50, with parents 6, others 9."""
    place = here["PLACE"]
    assert place.str.fullmatch("U[1-6]").sum() == 197
    assert place.isin(["K1", "K2"]).sum() == 45
    assert (place == "K3").sum() == 50
    assert (place == "P1").sum() == 6


def test_providers_are_the_published_numbers(here):
    """Own provision 93, private 188, voluntary 14."""
    provider = here["PLACE_PROVIDER"].value_counts()
    assert provider[["PR1", "PR4", "PR5"]].tolist() == [93, 188, 14]


def test_own_foster_places_in_use_are_fifty(here):
    """In-house mainstream (U4 to U6 of PR1) has 50 children; kinship is not among them."""
    assert (here["PLACE"].isin(["U4", "U5", "U6"]) & (here["PLACE_PROVIDER"] == "PR1")).sum() == 50
    assert here["PLACE"].isin(["U1", "U2", "U3"]).sum() == 40


def test_inside_the_boundary_and_distances_are_the_published_numbers(here, directory):
    """169 inside; 165 within 20 miles, 114 over, 28 not known: two measures, each right by itself."""
    home, place = directory.locate(here["HOME_POST"]), directory.locate(here["PL_POST"])
    metres = np.hypot(home.easting - place.easting, home.northing - place.northing)
    miles = np.round(metres / 1000 / 1.6093, 1)
    assert (place.authority == SWINDON).sum() == 169
    assert (miles <= 20).sum() == 165
    assert (miles > 20).sum() == 114
    assert np.isnan(miles).sum() == (here["HOME_POST"] == "").sum() == 28


def test_every_postcode_exists(read, either, directory):
    """Homes, placements, carers and homes' addresses are postcodes of the directory, all homes in Swindon."""
    frames = [read(either, "episodes", year)[["HOME_POST", "PL_POST"]] for year in YEARS]
    columns = [frame[name] for frame in frames for name in frame]
    used = pd.concat([*columns, read(either, "carers")["postcode"]]).unique()
    used = np.array([text for text in [*used, *read(either, "homes")["postcode"]] if text])
    assert set(directory.locate(used).precision) == {"postcode"}
    homes = pd.unique(pd.concat([frame["HOME_POST"] for frame in frames]))
    assert set(directory.locate([text for text in homes if text]).authority) == {SWINDON}


@pytest.mark.parametrize("year", STOCK)
def test_stocks_of_five_years_are_within_five_per_cent(read, either, year):
    """31 March 2021 to 2025: ours are exact."""
    assert len(looked_after(read, either, year)) == STOCK[year]


@pytest.mark.parametrize("year", STOCK)
def test_starts_and_leavers_of_five_years_are_within_five_per_cent(read, either, year):
    """Starts (RNE S) and leavers (REC other than X1) of each year, short breaks left out."""
    episodes = read(either, "episodes", year)
    episodes = episodes[~episodes["LS"].isin(["V3", "V4"])]
    first = pd.Timestamp(year - 1, 4, 1)
    started = ((episodes["RNE"] == "S") & (dates(episodes["DECOM"]) >= first)).sum()
    ceased = ((episodes["DEC"] != "") & (episodes["REC"] != "X1")).sum()
    assert started == pytest.approx(STARTED[year], rel=0.05)
    assert ceased == pytest.approx(CEASED[year], rel=0.05)


def test_stock_plus_starts_less_leavers_is_the_next_stock(read, either):
    """The flows close on the stocks in every year of the eight."""
    before = None
    for year in YEARS:
        episodes = read(either, "episodes", year)
        episodes = episodes[~episodes["LS"].isin(["V3", "V4"])]
        fresh = (episodes["RNE"] == "S") & (dates(episodes["DECOM"]) >= pd.Timestamp(year - 1, 4, 1))
        left = (episodes["DEC"] != "") & (episodes["REC"] != "X1")
        now = int((episodes["DEC"] == "").sum())
        if before is not None:
            assert before + fresh.sum() - left.sum() == now
        before = now


def test_inflow_is_steady_and_of_every_age(read, either):
    """Each year between 100 and 160 come in, babies and teenagers among them: no cohort that only decays."""
    for year in YEARS:
        episodes = read(either, "episodes", year).merge(read(either, "header", year)[["CHILD", "DOB"]], on="CHILD")
        starts = episodes[(episodes["RNE"] == "S") & ~episodes["LS"].isin(["V3", "V4"])]
        starts = starts[dates(starts["DECOM"]) >= pd.Timestamp(year - 1, 4, 1)]
        age = (dates(starts["DECOM"]) - dates(starts["DOB"])).dt.days / 365.25
        assert 100 <= len(starts) <= 160
        assert np.all(np.histogram(age, [0, 1, 5, 10, 16, 18])[0] >= 3)


def test_short_breaks_would_change_the_totals(read, either):
    """Some children are on short breaks on 31 March, so leaving them out matters."""
    episodes = read(either, "episodes", 2025)
    assert (episodes["DEC"] == "").sum() >= 310


def test_approved_and_filled_places_are_the_published_ones(read, either):
    """90 places approved, 50 filled, 14 more usable."""
    carers = read(either, "carers")[["approved_places", "usable_places", "in_use"]].astype(int)
    assert carers.sum().tolist() == [90, 64, 50]
    assert (carers["in_use"] <= carers["usable_places"]).all()
    assert (carers["usable_places"] <= carers["approved_places"]).all()
    assert carers["approved_places"].max() <= 3


def test_borough_has_27_private_home_places_and_none_of_its_own(read, either):
    """Homes in the borough are private; nobody's home is run by the council."""
    homes = read(either, "homes")
    inside = homes[homes["authority"] == SWINDON]
    assert inside["registered_places"].astype(int).sum() == 27
    assert set(inside["sector"]) == {"private"}
    assert "own" not in set(homes["sector"])


def test_children_join_the_carers_and_homes_they_live_with(read, either, here):
    """Counting children by carer's postcode and by home's URN gives the files' own numbers in use."""
    own = here[here["PLACE"].isin(["U4", "U5", "U6"]) & (here["PLACE_PROVIDER"] == "PR1")]
    carers = read(either, "carers").set_index("postcode")["in_use"].astype(int)
    assert own["PL_POST"].value_counts().to_dict() == carers[carers > 0].to_dict()
    homes = read(either, "homes").set_index("urn")
    living = here.loc[here["PLACE"] == "K2", "URN"].value_counts()
    assert living.to_dict() == homes["in_use"].astype(int).loc[lambda n: n > 0].to_dict()
    assert (homes["in_use"].astype(int) <= homes["registered_places"].astype(int)).all()


def test_carers_take_the_ages_that_live_with_them(read, either, here):
    """No carer's or home's age range leaves out a child living there."""
    carers = read(either, "carers").set_index("postcode")
    own = here[here["PLACE"].isin(["U4", "U5", "U6"]) & (here["PLACE_PROVIDER"] == "PR1")]
    age = (BASE - dates(own["DOB"])).dt.days // 365.25
    limits = carers.loc[own["PL_POST"], ["age_min", "age_max"]].astype(int).to_numpy()
    assert ((limits[:, 0] <= age) & (age <= limits[:, 1])).all()
