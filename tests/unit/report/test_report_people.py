"""Stability and flows on four children whose answers are worked out by hand."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from sufficiency.measures.history import CareHistory
from sufficiency.project.record import StoredRun
from sufficiency.report.facts import Council, Facts, Walked
from sufficiency.report.outlines import NO_ZONE, ZoneGrid, parts_of
from sufficiency.report.people import People, stability_on

BASE = date(2025, 3, 31)

STAYS = [
    # child, spell, start, end, setting: what happened
    ("settled", 1, "2021-05-01", None, "fostering"),
    ("moved", 1, "2021-05-01", "2023-06-01", "fostering"),
    ("moved", 1, "2023-06-01", "2024-09-01", "fostering"),
    ("moved", 1, "2024-09-01", "2025-01-01", "residential"),
    ("moved", 1, "2025-01-01", None, "fostering"),
    ("adopted", 1, "2021-05-01", "2024-12-01", "fostering"),
    ("adopted", 1, "2024-12-01", None, "adoption"),
    ("young adult", 1, "2015-05-01", None, "fostering"),
    ("left", 1, "2020-01-01", "2024-10-10", "fostering"),
]


@pytest.fixture
def facts() -> Facts:
    stays = pd.DataFrame(STAYS, columns=["child", "spell", "start", "end", "setting"])
    for column in ("start", "end"):
        stays[column] = pd.to_datetime(stays[column]).astype("datetime64[s]")
    spells = stays.groupby("child", as_index=False, sort=False).agg(start=("start", "min"), end=("end", "last"))
    open_ones = stays.loc[stays["end"].isna(), "child"]
    spells["end"] = spells["end"].where(~spells["child"].isin(open_ones))
    spells["reason_ceased"] = np.where(spells["child"] == "left", "E4A", "")
    births = {"settled": "2015-01-01", "moved": "2012-01-01", "adopted": "2020-01-01"}
    children = pd.DataFrame(
        {"child": ["settled", "moved", "adopted", "young adult", "left"], "sex": "F", "uasc": False}
    )
    children["birth_date"] = pd.to_datetime(children["child"].map(births).fillna("2008-01-01")).astype("datetime64[s]")
    children["uasc_ceased"] = pd.Series(pd.NaT, index=children.index, dtype="datetime64[s]")
    nowhere = np.full(len(stays), np.nan)
    history = CareHistory(stays, spells, children, nowhere, np.full(len(stays), "unknown"), date(2018, 4, 1), BASE)
    at = datetime(2025, 4, 1)  # noqa: DTZ001
    run = StoredRun(1, "run", at, at, "optimal", 0, BASE, 12, 1.0, "0", "3", {}, {}, {})
    walked = Walked("plan", run, {})
    return Facts(Council("Anytown", "E06000030", ""), BASE, history, pd.DataFrame(), None, None, walked, walked)


def test_three_placements_in_the_year_are_many(facts: Facts) -> None:
    """The child who lived in three homes in the year counts; one who moved once does not."""
    now = facts.history.on(BASE)["child"]
    many = dict(zip(now, stability_on(facts, BASE)["many"], strict=True))
    assert many == {"settled": False, "moved": True, "adopted": False, "young adult": False}


def test_two_years_in_the_same_home(facts: Facts) -> None:
    """Under 16 and long in care: settled is; moved is not; adoption adds the home before; 17 does not take part."""
    now = facts.history.on(BASE)["child"]
    people = stability_on(facts, BASE)
    assert dict(zip(now, people["long"], strict=True)) == {
        "settled": True,
        "moved": True,
        "adopted": True,
        "young adult": False,
    }
    assert dict(zip(now, people["settled"], strict=True)) == {
        "settled": True,
        "moved": False,
        "adopted": True,
        "young adult": False,
    }


def test_leavers_have_the_age_and_destination_of_the_day_they_left(facts: Facts) -> None:
    """One child left in the year, at 16, home as planned; nobody started."""
    people = People(facts)
    assert people.leavers[["age", "destination"]].to_numpy().tolist() == [["16 and 17", "returned home"]]
    assert people.starts.empty


def test_home_areas_are_read_from_their_names() -> None:
    """Outcodes stand whole, sectors where an outcode is split; the unknown area stands for nothing."""
    assert parts_of("SN2 4/5 and SN26") == ["SN2 4", "SN2 5", "SN26"]
    assert parts_of("SN1, SN3 0 and SN6") == ["SN1", "SN3 0", "SN6"]
    assert parts_of("unknown") == []


def test_a_point_is_in_the_area_of_its_cell_and_nowhere_else() -> None:
    """Points outside the grid and missing points belong to no home area."""
    grid = ZoneGrid(("A", "B"), 1000.0, 2000.0, np.array([[0, 1], [NO_ZONE, 1]]))
    easting, northing = np.array([1100, 1300, 1100, 900, np.nan]), np.array([2100, 2300, 2300, 2100, 2100.0])
    assert grid.at(easting, northing).tolist() == [0, 1, NO_ZONE, NO_ZONE, NO_ZONE]
