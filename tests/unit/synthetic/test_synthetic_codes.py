"""Codes and combinations by collection year, checked against lists written out here."""

import pandas as pd
import pytest

YEARS = range(2018, 2026)
ADOPTIVE, HOMES, FAMILY = {"A3", "A4", "A5", "A6"}, {"K1", "K2", "R1", "R2", "R3", "R5", "S1"}, {"P1"}
TEMPORARY = {"T0", "T1", "T2", "T3", "T4"}
FOSTER = {f"U{n}" for n in range(1, 7)}
PLACES = ADOPTIVE | HOMES | FAMILY | TEMPORARY | FOSTER | {"Z1"}
COLUMNS = {
    "header": "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB",
    "episodes": "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN",
    "uasc": "CHILD SEX DOB DUC",
    "missing": "CHILD DOB MISSING MIS_START MIS_END",
    "placed_for_adoption": "CHILD DOB DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED",
}


def places_of(year):
    """Codes of a collection year: P2 and H5 give way to K3."""
    old = {"H5", "P2"} if year <= 2024 else set()
    new = {"K3"} if year >= 2024 else set()
    return PLACES | old | new


def reasons_of(year):
    guardian = {"E43", "E44"} if year <= 2018 else {"E45", "E46", "E47", "E48"}
    left = ["X1", "E11", "E12", "E2", "E3", "E4A", "E4B", "E13", "E41", "E5", "E6", "E7", "E8", "E9"]
    return guardian | {*left, "E14", "E15", "E16", "E17"}


def dates(texts):
    return pd.to_datetime(texts, format="%d/%m/%Y")


@pytest.fixture(params=YEARS)
def year(request):
    return request.param


@pytest.fixture
def episodes(read, council, year):
    return read(council, "episodes", year)


@pytest.fixture
def followed(episodes):
    """Episodes with the row after them of the same child."""
    after = episodes.groupby("CHILD").shift(-1)
    return episodes.join(after.add_suffix("_after"))


@pytest.mark.parametrize("name", COLUMNS)
def test_tables_have_the_official_columns(read, council, year, name):
    """All columns of the 903, in its order."""
    assert list(read(council, name, year).columns) == COLUMNS[name].split()


def test_codes_are_valid_in_their_year(episodes, year):
    """Every code stands in the list of its collection year."""
    assert set(episodes["PLACE"]) <= places_of(year)
    assert set(episodes["REC"]) <= reasons_of(year) | {""}
    assert set(episodes["LS"]) <= set(["C1", "C2", "D1", "E1", "V2", "V3", "V4", "L1", "L2", "L3", "J1", "J2", "J3"])
    assert set(episodes["CIN"]) <= {f"N{n}" for n in range(1, 9)}
    assert set(episodes["RNE"]) <= set("SLPTBU")
    assert set(episodes["PLACE_PROVIDER"]) <= {"", *(f"PR{n}" for n in range(6))}
    changes = set(["CARPL", "CLOSE", "ALLEG", "STAND", "APPRR", "CREQB", "CREQO", "CHILD", "LAREQ", "PLACE", "OTHER"])
    assert set(episodes["REASON_PLACE_CHANGE"]) <= changes | ({"CUSTOD"} if year >= 2019 else set()) | {""}


def test_sex_is_a_number_until_letters_came_in(read, council, year):
    """1 and 2 to 2023-24, M and F in 2024-25, in header and UASC alike."""
    wanted = {"1", "2"} if year <= 2024 else {"M", "F"}
    assert set(read(council, "header", year)["SEX"]) == wanted
    assert set(read(council, "uasc", year)["SEX"]) <= wanted


def test_header_has_each_child_of_the_return_once(read, council, episodes, year):
    """Header and episodes hold the same children; the other tables no others."""
    header = read(council, "header", year)
    assert header["CHILD"].is_unique
    assert set(header["CHILD"]) == set(episodes["CHILD"])
    for name in ("uasc", "missing", "placed_for_adoption"):
        assert set(read(council, name, year)["CHILD"]) <= set(header["CHILD"])


def test_providers_fit_their_places(episodes):
    """PR0 only with P1, blank only for temporary moves, homes' URNs given where the 903 wants them."""
    assert ((episodes["PLACE"] == "P1") == (episodes["PLACE_PROVIDER"] == "PR0")).all()
    assert (episodes["PLACE"].isin(TEMPORARY) == (episodes["PLACE_PROVIDER"] == "")).all()
    exempt = episodes["PLACE"].isin({"P1", "P3", "R1", "R2", "R5", "Z1"} | TEMPORARY)
    assert (episodes.loc[~exempt, "URN"].str.fullmatch(r"99\d{5}|XXXXXXX")).all()
    assert (episodes.loc[exempt, "URN"] == "").all()


def test_an_episode_ends_where_the_next_begins(followed):
    """X1 means the next episode starts the same day; any other ending is followed by a fresh start or nothing."""
    goes_on = followed["REC"] == "X1"
    assert (followed.loc[goes_on, "DEC"] == followed.loc[goes_on, "DECOM_after"]).all()
    assert (followed.loc[goes_on, "RNE_after"] != "S").all()
    fresh = followed[~goes_on & followed["DECOM_after"].notna()]
    assert (fresh["RNE_after"] == "S").all()
    assert (dates(fresh["DECOM_after"]) > dates(fresh["DEC"])).all()


def test_blank_endings_are_whole(episodes, year):
    """An episode open at 31 March has neither DEC, REC nor reason; a closed one has DEC within the year and REC."""
    still = episodes["DEC"] == ""
    assert (episodes.loc[still, ["REC", "REASON_PLACE_CHANGE"]] == "").all(axis=None)
    ended = dates(episodes.loc[~still, "DEC"])
    assert ended.between(pd.Timestamp(year - 1, 4, 1), pd.Timestamp(year, 3, 31)).all()
    assert (ended > dates(episodes.loc[~still, "DECOM"])).all()
    assert (episodes.loc[~still, "REC"] != "").all()


def test_reasons_for_change_fit_the_next_episode(followed):
    """A reason is given before P, T, B and U, PLACE before a change with the same carer, none before L."""
    pair = followed[followed["REC"] == "X1"]
    away = pair["PLACE"].isin(TEMPORARY) | pair["PLACE_after"].isin(TEMPORARY)
    reason, new = pair["REASON_PLACE_CHANGE"], pair["RNE_after"]
    assert (reason[away | (new == "L")] == "").all()
    assert (reason[~away & new.isin(["T", "U"])] == "PLACE").all()
    assert not reason[~away & new.isin(["P", "B"])].isin(["", "PLACE"]).any()


def test_reasons_for_a_new_episode_say_what_changed(followed):
    """L and B, U change the legal status; P and B change the address; T and U keep it and change the code."""
    pair = followed[followed["REC"] == "X1"]
    away = pair["PLACE"].isin(TEMPORARY) | pair["PLACE_after"].isin(TEMPORARY)
    status, address = pair["LS"] != pair["LS_after"], pair["PL_POST"] != pair["PL_POST_after"]
    code, new = pair["PLACE"] != pair["PLACE_after"], pair["RNE_after"]
    assert (new[away] == "P").all()
    assert (status[~away] == new[~away].isin(["L", "B", "U"])).all()
    assert (address[~away] == new[~away].isin(["P", "B"])).all()
    assert code[new.isin(["T", "U"])].all()
    assert not code[new == "L"].any()


def test_temporary_moves_return_to_where_they_began(episodes):
    """After a T code the child is back under the same code, carer and address (rule 383)."""
    before, after = episodes.groupby("CHILD").shift(1), episodes.groupby("CHILD").shift(-1)
    away = episodes["PLACE"].isin(TEMPORARY) & (episodes["DEC"] != "") & before["PLACE"].notna()
    same = ["PLACE", "PLACE_PROVIDER", "PL_POST", "URN", "LS"]
    assert before.loc[away, same].equals(after.loc[away, same])
    length = (dates(episodes.loc[away, "DEC"]) - dates(episodes.loc[away, "DECOM"])).dt.days
    assert length.le(42).all()


def test_there_are_temporary_moves_and_legal_changes(read, council):
    """Over the years there are some of each, so that readers meet them."""
    every = pd.concat([read(council, "episodes", year) for year in YEARS])
    assert every["PLACE"].isin(TEMPORARY).sum() > 10
    assert set(every["RNE"]) == set("SLPTBU")
    assert {"A3", "A4", "A5", "A6"} & set(every["PLACE"])
    assert {"H5", "P2", "K3", "Z1", "P1", "R5"} <= set(every["PLACE"])
    assert {"V3", "V4", "L1", "L2", "E1"} <= set(every["LS"])


def test_an_open_episode_comes_back_in_the_next_return(read, council):
    """Same child, DECOM and everything else; only H5 may have become K3, and only in the 2024-25 return."""
    keys = ["CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE_PROVIDER", "HOME_POST", "PL_POST", "URN"]
    for year in list(YEARS)[:-1]:
        still = read(council, "episodes", year).query("DEC == ''")
        later = read(council, "episodes", year + 1)
        both = still.merge(later, on=keys, how="left", suffixes=("", "_later"))
        changed = both[both["PLACE"] != both["PLACE_later"]]
        assert len(both) == len(still)
        assert set(zip(changed["PLACE"], changed["PLACE_later"], strict=True)) <= {("H5", "K3")}
        assert changed.empty == (year != 2024)


def test_ages_fit_the_law(read, council, episodes, year):
    """Nobody is in care beyond 18, nor in supported accommodation before 16; nobody starts before birth."""
    with_birth = episodes.merge(read(council, "header", year)[["CHILD", "DOB"]], on="CHILD")
    birth, start = dates(with_birth["DOB"]), dates(with_birth["DECOM"])
    end = dates(with_birth["DEC"]).fillna(pd.Timestamp(year, 3, 31))
    assert (start >= birth).all()
    assert (end <= birth + pd.DateOffset(years=18)).all()
    supported = with_birth["PLACE"].isin(["H5", "P2", "K3"])
    assert (start[supported] >= birth[supported] + pd.DateOffset(years=16)).all()


def test_registration_ends_the_old_codes(episodes):
    """Nothing begins under H5 or P2 from 28 October 2023, nor under K3 before, but for H5 re-coded."""
    start = dates(episodes["DECOM"])
    registered = pd.Timestamp(2023, 10, 28)
    fresh = episodes["RNE"].isin(["S", "P", "B"])
    assert (start[fresh & episodes["PLACE"].isin(["H5", "P2"])] < registered).all()
    assert (dates(episodes.loc[episodes["PLACE"] == "P2", "DEC"]).dropna() <= registered).all()


def test_unaccompanied_children_have_no_home_postcode(read, council, episodes, year):
    """Rule 406: HOME_POST is blank for them, and for nobody else; all are agreed under section 20."""
    unaccompanied = episodes["CHILD"].isin(read(council, "uasc", year)["CHILD"])
    known = episodes["HOME_POST"] != ""
    assert (episodes.loc[unaccompanied, "LS"] == "V2").all()
    assert not known[unaccompanied].any()
    former = episodes["CIN"].eq("N8") & ~unaccompanied
    assert known[~unaccompanied & ~former].all()


def test_home_and_placement_differ_unless_with_parents(episodes):
    """Rule 392d: only P1 can be at the home address."""
    assert (episodes.loc[episodes["HOME_POST"] == episodes["PL_POST"], "PLACE"] == "P1").all()


def test_orders_last_as_long_as_they_may(episodes):
    """Police protection three days, emergency protection 21, a single short break 17; parents need a care order."""
    ended = episodes[episodes["DEC"] != ""]
    length = (dates(ended["DEC"]) - dates(ended["DECOM"])).dt.days
    for status, most in {"L1": 3, "L2": 21, "V3": 17}.items():
        assert (length[ended["LS"] == status] <= most).all()
    assert not episodes.loc[episodes["PLACE"] == "P1", "LS"].eq("V2").any()


def test_adoptive_homes_follow_a_decision(read, council, episodes, year):
    """Every child under an A code or adopted is in the placed-for-adoption table, decided before."""
    decided = read(council, "placed_for_adoption", year).set_index("CHILD")["DATE_PLACED"]
    placed = episodes[episodes["PLACE"].str.startswith("A")]
    assert set(placed["CHILD"]) | set(episodes.loc[episodes["REC"].isin(["E11", "E12"]), "CHILD"]) <= set(decided.index)
    assert (dates(decided.loc[placed["CHILD"]]).to_numpy() < dates(placed["DECOM"]).to_numpy()).all()


def test_times_missing_lie_in_the_year(read, council, year):
    """Started by 31 March, ended in the year or still open."""
    missing = read(council, "missing", year)
    assert len(missing) > 3
    assert set(missing["MISSING"]) <= {"M", "A"}
    assert (dates(missing["MIS_START"]) <= pd.Timestamp(year, 3, 31)).all()
    ended = dates(missing["MIS_END"]).dropna()
    assert ended.between(pd.Timestamp(year - 1, 4, 1), pd.Timestamp(year, 3, 31)).all()
