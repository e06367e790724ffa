"""Lives that hold together: spells, families, stability; files that say they are invented; the seed."""

import numpy as np
import pandas as pd
import pytest
import yaml

from sufficiency.synthetic import make_council

YEARS = range(2018, 2026)
SHORT_BREAKS = ["V3", "V4"]


def dates(texts):
    return pd.to_datetime(texts, format="%d/%m/%Y")


@pytest.fixture
def history(read, either):
    """Each episode once, as the latest return tells it, without short breaks."""
    every = pd.concat([read(either, "episodes", year) for year in YEARS])
    every = every[~every["LS"].isin(SHORT_BREAKS)].drop_duplicates(["CHILD", "DECOM"], keep="last")
    return every.assign(start=dates(every["DECOM"]), end=dates(every["DEC"])).sort_values(["CHILD", "start"])


def test_no_episodes_overlap(history):
    """Over all returns a child is in one place at a time, and every gap is a fresh start."""
    after = history.groupby("CHILD")[["start", "RNE"]].shift(-1)
    known = after["start"].notna()
    assert history.loc[known, "end"].notna().all()
    assert (after.loc[known, "start"] >= history.loc[known, "end"]).all()
    gap = known & (after["start"] > history["end"])
    assert (after.loc[gap, "RNE"] == "S").all()
    assert gap.sum() > 20


def test_nobody_changes_birth_sex_or_home(read, either):
    """Header facts agree between returns."""
    headers = pd.concat([read(either, "header", year).assign(year=year) for year in YEARS])
    sex = headers["SEX"].replace({"1": "M", "2": "F"})
    facts = headers.assign(SEX=sex).groupby("CHILD")[["SEX", "DOB", "ETHNIC", "UPN"]].nunique()
    assert (facts == 1).all(axis=None)


def test_about_a_quarter_come_with_brothers_or_sisters(history):
    """Same day, same home postcode, more than one child."""
    starts = history[(history["RNE"] == "S") & (history["HOME_POST"] != "")]
    group = starts.groupby(["HOME_POST", "DECOM"])["CHILD"].transform("nunique")
    assert 0.17 <= (group > 1).mean() <= 0.34
    assert group.max() <= 4


def test_most_brothers_and_sisters_in_care_live_together(history):
    """Of those in care on the base date with a sibling, at least half share an address with one."""
    here = history[history["end"].isna() & (history["HOME_POST"] != "")]
    family = here.groupby("HOME_POST")["CHILD"].transform("size")
    together = here.groupby(["HOME_POST", "PL_POST"])["CHILD"].transform("size")
    assert (together[family > 1] > 1).mean() > 0.5


def test_brothers_and_sisters_are_born_apart(read, either):
    """Children of one home are at least 300 days apart."""
    episodes, header = read(either, "episodes", 2025), read(either, "header", 2025)
    homes = episodes[episodes["HOME_POST"] != ""].drop_duplicates("CHILD")[["CHILD", "HOME_POST"]].merge(header)
    birth = dates(homes["DOB"]).sort_values()
    gap = birth.groupby(homes["HOME_POST"]).diff().dropna().dt.days
    assert gap.min() >= 300


def test_stability_is_like_england(history):
    """About one child in ten had three or more homes in the year (England 10%), most had one."""
    year = history[(history["end"].isna() | (history["end"] > "2024-04-01")) & ~history["PLACE"].str.startswith("T")]
    here = history.loc[history["end"].isna(), "CHILD"]
    homes = year[year["CHILD"].isin(here)].groupby("CHILD")["PL_POST"].nunique()
    assert 0.05 <= (homes >= 3).mean() <= 0.16
    assert (homes == 1).mean() > 0.5


def test_times_in_care_have_two_humps(read, either, history):
    """Many leave within eight weeks, many at 18, few between; the mean is near England's 864 days."""
    spell = (history["RNE"] == "S").groupby(history["CHILD"]).cumsum()
    whole = history.groupby(["CHILD", spell]).agg(start=("start", "first"), end=("end", "last"), first=("RNE", "first"))
    days = (whole["end"] - whole["start"]).dt.days[whole["first"] == "S"].dropna()
    share = np.histogram(days, [0, 56, 365, 730, 1825, 9999])[0] / len(days)
    assert 0.08 <= share[0] <= 0.3
    assert share[4] >= 0.02
    births = pd.concat([read(either, "header", year) for year in YEARS]).drop_duplicates("CHILD").set_index("CHILD")
    left = history[~history["REC"].isin(["", "X1"])]
    adult = left["CHILD"].map(dates(births["DOB"])) + pd.DateOffset(years=18, days=-25)
    at_18 = left["end"] >= adult
    assert 0.25 <= at_18.mean() <= 0.5
    assert 500 <= days.mean() <= 1000


def test_reasons_for_leaving_are_like_england(history):
    """Home about one in four, adoption and guardianship both there, four in ten at 18."""
    reason = history.loc[~history["REC"].isin(["", "X1"]), "REC"]
    assert 0.15 <= reason.isin(["E4A", "E4B"]).mean() <= 0.45
    assert 0.03 <= reason.isin(["E11", "E12"]).mean() <= 0.15
    assert reason.isin(["E45", "E46", "E47", "E48", "E43", "E44"]).mean() >= 0.02
    assert reason.isin(["E17", "E5", "E6", "E7", "E8"]).mean() >= 0.25


def test_household_places_are_never_exceeded(read, either, history):
    """On every day on which somebody moves in, no household of today has more children than it is approved for."""
    approved = read(either, "carers").set_index("postcode")["approved_places"].astype(int)
    stays = history[history["PL_POST"].isin(approved.index) & history["PLACE"].str.startswith("U")]
    for postcode, living in stays.groupby("PL_POST"):
        start, end = living["start"].to_numpy(), living["end"].fillna(pd.Timestamp(2099, 1, 1)).to_numpy()
        at_once = (start[None, :] <= start[:, None]) & (start[:, None] < end[None, :])
        assert at_once.sum(axis=1).max() <= approved[postcode]


def test_everything_says_it_is_invented(read, council):
    """Children, homes, carers, contracts and the readme carry the mark."""
    for year in YEARS:
        assert read(council, "header", year)["CHILD"].str.startswith("SYN").all()
        assert read(council, "header", year)["UPN"].str.fullmatch(r"[A-Z]999\d{9}|UN[1-5]").all()
    assert read(council, "homes")["name"].str.startswith("Synthetic").all()
    assert read(council, "homes")["urn"].str.startswith("99").all()
    assert read(council, "carers")["carer_id"].str.startswith("SYN").all()
    assert read(council, "contracts")["provider"].str.startswith("Synthetic").all()
    assert (council / "README.txt").read_text(encoding="utf-8").startswith("SYNTHETIC COUNCIL")


def test_prices_have_one_base_and_a_source_each(read, council):
    """Placement only throughout; cited where the council that published it is named, else said to be assumed."""
    prices = read(council, "prices")
    assert set(prices["price_base"]) == {"placement only"}
    assert (prices["source"] != "").all()
    assert set(prices["status"]) == {"cited", "assumption"}
    assert prices.loc[prices["status"] == "cited", "source"].str.contains("Coventry").all()
    assert not prices.duplicated(["line", "need_level"]).any()


def test_placement_spend_is_of_the_size_of_the_outturn(council):
    """Placement-only spend is between 45% and 65% of the published outturn, which covers much else."""
    lines = (council / "README.txt").read_text(encoding="utf-8").splitlines()
    total = next(int(line.split()[0].replace(",", "")) for line in lines if line.endswith("all placements"))
    assert 0.45 <= total / 43_488_370 <= 0.65


def test_contracts_hold_a_block_and_a_spot_market_in_rings(read, council):
    """One block contract with its minimum, and spot tiers for three settings in and out of the borough."""
    contracts = read(council, "contracts")
    spot = contracts[contracts["kind"] == "spot"]
    block = contracts[contracts["kind"] == "block"].iloc[0]
    assert 0 < int(block["minimum_places"]) <= int(block["places"])
    assert set(spot["setting"]) == {"fostering", "residential", "supported accommodation"}
    assert spot["starts_per_month"].astype(float).gt(0).all()
    assert set(spot["miles_from"]) == {"0", "20", "50"}


def test_scenario_is_a_list_of_named_changes(council):
    """The scenario loads safely and every change has a name, a value, a reason and a source."""
    scenario = yaml.safe_load((council / "scenarios" / "more-foster-carers.yaml").read_text(encoding="utf-8"))
    assert scenario["name"] == "more-foster-carers"
    assert {"title", "description"} <= set(scenario)
    for change in scenario["changes"]:
        assert {"value", "reason", "source"} <= set(change)
        assert len({"lever", "assumption"} & set(change)) == 1


def test_same_seed_writes_the_same_bytes(council, tmp_path):
    """Made again, every file is identical, and no file is missing or new."""
    make_council(tmp_path)
    names = sorted(path.relative_to(council) for path in council.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert [name for name in names if (council / name).read_bytes() != (tmp_path / name).read_bytes()] == []


def test_another_seed_writes_other_children(read, council, other_council):
    """The totals stay (tested for both), the children do not."""
    assert not read(council, "header", 2025)["DOB"].equals(read(other_council, "header", 2025)["DOB"])
    assert not read(council, "episodes", 2025)["PL_POST"].equals(read(other_council, "episodes", 2025)["PL_POST"])
