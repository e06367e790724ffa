"""Rate tables, leavers' destinations, filters and needs."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sufficiency.demand.days import day_number
from sufficiency.demand.filters import Filter
from sufficiency.demand.history import History
from sufficiency.demand.leavers import leaver_destinations
from sufficiency.demand.needs import NeedAssumptions, need_groups, suitability
from sufficiency.demand.rates import Window, fit_rates
from sufficiency.demand.spells import in_care_on
from sufficiency.demand.tables import rate_tables
from tests.unit.demand.demand_councils import draw_truth, live_councils
from tests.unit.demand.demand_worlds import (
    FOSTERING,
    RESIDENTIAL,
    SUPPORTED,
    Records,
    children,
    flat_rates,
    stays_frame,
)

YEAR = Window(date(2024, 4, 1), date(2025, 3, 31))


def test_rate_tables_show_events_exposure_rate_interval_and_borrowing() -> None:
    """Events add up to those counted, rates lie in their intervals, and empty cells say they are borrowed whole."""
    generator = np.random.default_rng(3)
    council = live_councils(draw_truth(generator, 1, 40.0), date(2021, 4, 1), 2, generator)[0]
    rates = fit_rates(council.records, council.stays, council.window(24))
    tables = rate_tables(rates, generator, draws=120)
    leaving = tables["leaving"]
    assert leaving["events"].sum() == rates.leave_events.sum()
    assert leaving["child_days"].sum() == pytest.approx(rates.exposure_days.sum())
    assert tables["moving"]["events"].sum() == tables["destinations"]["events"].sum() == rates.move_events.sum()
    inside = (leaving["low"] <= leaving["rate_per_year"]) & (leaving["rate_per_year"] <= leaving["high"])
    assert inside.mean() > 0.98
    empty = leaving["child_days"] == 0
    assert leaving.loc[empty, "borrowed"].min() > 0.999
    assert tables["entries"]["events"].sum() == rates.entry_events.sum()
    assert tables["sibling_groups"].loc[lambda t: t["uasc"] == "not UASC", "share"].sum() == pytest.approx(1)
    assert all(table.attrs["unit"] and table.attrs["definition"] for table in tables.values())


def test_rates_set_by_hand_have_no_tables() -> None:
    """Nothing stands behind them, and that is said."""
    with pytest.raises(ValueError, match="no events"):
        rate_tables(flat_rates(0.1, 0.1), np.random.default_rng(1))


def test_leavers_are_counted_by_age_and_destination() -> None:
    """Going home at four, ageing out, and a reason nobody knows, each in its row."""
    spells = pd.DataFrame(
        {
            "child": ["a", "b", "c", "d", "e"],
            "start": pd.to_datetime(["2023-01-01"] * 5),
            "end": pd.to_datetime(["2024-06-01", "2024-09-01", "2024-06-01", "2024-06-01", None]),
            "reason_ceased": ["E4A", "E17", "", "E11", ""],
        }
    )
    born = {"a": "2020-01-01", "b": "2006-09-01", "c": "2020-01-01", "d": None, "e": "2010-01-01"}
    frame = leaver_destinations(spells, children(born), YEAR)
    rows = {(row.age_band, row.destination): row.leavers for row in frame.itertuples()}
    assert rows == {
        ("1 to 4", "home"): 1, ("18", "stayed with carers at 18"): 1, ("1 to 4", "not known"): 1,
        ("not known", "adoption"): 1,
    }  # fmt: skip
    assert frame.loc[frame["age_band"] == "1 to 4", "share"].tolist() == [0.5, 0.5]


def mixed() -> History:
    stays = stays_frame(
        ("a", 1, "2024-01-01", "2024-05-01", FOSTERING, "moved", RESIDENTIAL),
        ("a", 1, "2024-05-01", None, RESIDENTIAL, "open", None),
        ("b", 1, "2024-01-01", None, SUPPORTED, "open", None),
        ("c", 1, "2024-01-01", None, FOSTERING, "open", None),
    ).assign(legal_status=["C1", "C2", "V2", "C1"])
    records = children({"a": "2012-01-01", "b": "2008-01-01", "c": "2015-01-01"}, uasc=("b",))
    frame = records.children.assign(sex=["M", "M", "F"], ethnicity=["WBRI", "OOTH", ""])
    return History(Records(frame), stays, date(2023, 4, 1), date(2025, 3, 31))


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (Filter(), {"a", "b", "c"}),
        (Filter(sex=("M",)), {"a", "b"}),
        (Filter(uasc=False), {"a", "c"}),
        (Filter(uasc=True), {"b"}),
        (Filter(ethnic_groups=("White", "Unknown")), {"a", "c"}),
        (Filter(legal_groups=("full care order",)), {"a"}),
        (Filter(sex=("F",), legal_groups=("interim care order",)), {"c"}),
    ],
)
def test_filters_keep_whole_spells_of_the_children_asked_for(asked: Filter, left: set[str]) -> None:
    """A spell belongs to its latest legal status, and is kept or left out whole."""
    history = asked.apply(mixed())
    assert set(history.stays["child"]) == left
    if "a" in left:
        assert (history.stays["child"] == "a").sum() == 2


def test_a_filter_nobody_knows_is_refused() -> None:
    """A misspelt group is named, with those there are."""
    with pytest.raises(ValueError, match="White"):
        Filter(ethnic_groups=("Wite",))


SHEET = pd.DataFrame(
    {
        "child_ID": ["a", "b", "c", "c"],
        "foster_care_suitability": ["PREFERRED", "Unsuitable", "Suitable but not preferred", "Not Specified"],
        "residential_care_suitability": ["unsuitable", "preferred", "", "Preferred"],
        "supported_accomodation": ["Unsuitable", "Preferred", "not specified", "Not specified"],
        "who_can_the_child_be_cared_for_alongside": ["No preference", "", "", "Solo placement recommended"],
        "risk_to_child_self_harm": ["Risk Present", "No known risk", "", ""],
        "risk_to_child_going_missing": ["risk present", "", "", ""],
        "risk_to_others_fire_setting": ["Risk present", "", "", ""],
        "number_of_siblings_to_place_with": ["2", "", "", "0"],
    }
)


def test_the_standard_is_read_whatever_its_spelling() -> None:
    """Case, the misspelt column and the answers of either layout are understood; the last row of a child counts."""
    frame = suitability(SHEET).set_index("child")
    assert frame["fostering"].to_dict() == {"a": "preferred", "b": "unsuitable", "c": ""}
    assert frame["supported accommodation"].to_dict() == {"a": "unsuitable", "b": "preferred", "c": ""}
    assert frame["solo"].to_dict() == {"a": False, "b": False, "c": True}
    assert frame["risks"].to_dict() == {"a": 3, "b": 0, "c": 0}
    assert frame["siblings"].fillna(-1).to_dict() == {"a": 2, "b": -1, "c": 0}


def test_need_comes_from_the_sheet_and_else_from_the_setting_and_says_which() -> None:
    """Foster care for a child in a home when the sheet prefers it; shares by assumption when there is no sheet."""
    history, day = mixed(), day_number(date(2025, 3, 31))
    here = in_care_on(history.stays, date(2025, 3, 31)).reset_index(drop=True)
    groups = pd.DataFrame({"child": ["a", "b", "c"], "sibling_group": [0, 1, 0]})
    assumed = NeedAssumptions(0.34, 0.1)
    told = need_groups(history.records, here, day, groups, assumed, SHEET).set_index("child")
    assert told["profile"].to_dict() == {"a": "foster-complex", "b": "residential", "c": "residential-solo"}
    assert set(told["source"]) == {"placements standard"}
    assert told["group_size"].to_dict() == {"a": 3, "b": 1, "c": 1}
    inferred = need_groups(history.records, here, day, groups, assumed)
    shares = inferred[inferred["child"] == "a"].set_index("profile")["share"]
    assert shares.to_dict() == pytest.approx({"foster-complex": 0.34, "residential": 0.594, "residential-solo": 0.066})
    assert inferred.groupby("child")["share"].sum().tolist() == pytest.approx([1, 1, 1])
    assert set(inferred["source"]) == {"inferred from setting"}
    assert inferred.loc[inferred["child"] == "c", "group_size"].tolist() == [2]
    assert inferred.loc[inferred["child"] == "b", "uasc"].tolist() == [True]


def test_supported_accommodation_is_never_a_need_under_sixteen() -> None:
    """A sheet that prefers it for a fifteen year old is not followed: the setting is."""
    history = mixed()
    here = in_care_on(history.stays, date(2025, 3, 31)).reset_index(drop=True)
    sheet = pd.DataFrame({"child_ID": ["c"], "supported_accommodation": ["Preferred"]})
    groups = pd.DataFrame({"child": ["a", "b", "c"], "sibling_group": [0, 1, 2]})
    frame = need_groups(history.records, here, day_number(date(2025, 3, 31)), groups, NeedAssumptions(0.34, 0.1), sheet)
    row = frame[frame["child"] == "c"].iloc[0]
    assert row[["profile", "source"]].tolist() == ["foster", "inferred from setting"]
