"""History as DfE counts it, against a council of five children."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sufficiency.domain.errors import AssumptionError
from sufficiency.measures import dfe, history
from sufficiency.measures.history import CareHistory

DAY = date(2025, 3, 31)
STAYS = (
    # child, start, end, place, provider, setting, sector, miles, locality
    ("A", "2023-05-01", "2024-06-01", "U6", "PR1", "fostering", "own", 3.0, "in area"),
    ("A", "2024-06-01", None, "U6", "PR4", "fostering", "private", 20.0, "neighbouring"),
    ("B", "2024-04-01", None, "K2", "PR4", "residential", "private", 20.1, "distant"),
    ("C", "2022-01-01", "2025-03-31", "U1", "PR1", "kinship", "own", 1.0, "in area"),
    ("D", "2024-09-01", "2024-09-10", "P1", "PR0", "parents", "family", 0.0, "in area"),
    ("D", "2024-12-01", None, "K3", "PR5", "supported accommodation", "voluntary", np.nan, "unknown"),
    ("E", "2024-07-01", None, "U4", "PR1", "fostering", "own", 2.0, "in area"),
)
CHILDREN = (
    ("A", "M", "2009-04-01", False, None),
    ("B", "F", "2015-03-31", False, None),
    ("C", "M", "2020-01-01", False, None),
    ("D", "", None, False, None),
    ("E", "M", "2008-01-01", True, None),
)


def dated(frame, *columns):
    return frame.assign(**{name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in columns})


def council(**changes):
    columns = ["child", "start", "end", "place", "provider", "setting", "sector", "miles", "locality"]
    stays = dated(pd.DataFrame(list(STAYS), columns=columns), "start", "end")
    spells = stays[["child", "start", "end"]].drop(index=0).reset_index(drop=True)
    spells.loc[0, "start"] = pd.Timestamp("2023-05-01")
    children = pd.DataFrame(list(CHILDREN), columns=["child", "sex", "birth_date", "uasc", "uasc_ceased"])
    fields = {
        "stays": stays.drop(columns=["miles", "locality"]),
        "spells": spells,
        "children": dated(children, "birth_date", "uasc_ceased"),
        "miles": stays["miles"].to_numpy(),
        "locality": stays["locality"].to_numpy(dtype=str),
        "first_day": date(2023, 4, 1),
        "last_day": DAY,
    }
    return CareHistory(**{**fields, **changes})


def counts(table):
    return {key: int(n) for key, n in zip(table.iloc[:, 0], table["children"], strict=True) if n}


def test_a_child_who_leaves_on_the_day_is_no_longer_in_care():
    """C left on 31 March 2025: four children are counted."""
    table = history.stock_by_year(council())
    assert table["children"].tolist() == [2, 4]
    assert table["year_end"].dt.year.tolist() == [2024, 2025]


def test_stock_by_month_is_taken_on_the_last_day():
    """D was in care for ten days of September and is not in it on the 30th."""
    table = history.stock_by_month(council()).set_index("month")["children"]
    assert table["2024-08-01"] == table["2024-09-01"] == 4
    assert table["2024-12-01"] == 5
    assert len(table) == 24


def test_a_child_who_starts_twice_in_a_year_is_one_start_and_two_spells():
    """B, D (twice) and E started in 2024-25; D and C left."""
    row = history.flows_by_year(council()).set_index("financial_year").loc["2024-25"]
    assert row.tolist() == [3, 2, 4, 2]


def test_spells_explain_the_change_in_stock_in_every_month():
    """Stock + spells started - spells ended is the next stock."""
    stock = history.stock_by_month(council())["children"].to_numpy()
    flows = history.flows_by_month(council())
    change = (flows["spells_started"] - flows["spells_ended"]).to_numpy()
    assert (stock[:-1] + change[1:] == stock[1:]).all()


def test_groups_at_a_date():
    """Every way of grouping counts the same four children."""
    expected = {
        "setting": {"fostering": 2, "residential": 1, "supported accommodation": 1},
        "sector": {"own": 1, "private": 2, "voluntary": 1},
        "age_band": {"10 to 15": 2, "16 and 17": 1, "unknown": 1},
        "sex": {"M": 2, "F": 1, "unknown": 1},
        "uasc": {"UASC": 1, "other": 3},
        "dfe_group": {
            "foster": 2,
            "secure homes and children's homes": 1,
            "independent living and supported accommodation": 1,
        },
        "dfe_provider": {"own provision": 1, "private": 2, "voluntary": 1},
    }
    assert {by: counts(history.stock_by(council(), DAY, by)) for by in expected} == expected


def test_exactly_twenty_miles_is_within_and_uasc_are_unknown():
    """A at 20.0 is within, B at 20.1 over; E is UASC and D has no postcode: unknown, never near."""
    table = history.distance(council(), DAY)
    assert counts(table) == {"within 20 miles": 1, "over 20 miles": 1, "unknown": 2}
    assert table["share"].sum() == 1


def test_uasc_who_ceased_to_be_so_have_a_distance_again():
    """E's UASC status ended in January, so its two miles count."""
    children = council().children.assign(uasc_ceased=pd.Timestamp("2025-01-15"))
    assert counts(history.distance(council(children=children), DAY))["within 20 miles"] == 2
    assert counts(history.stock_by(council(children=children), DAY, "uasc")) == {"other": 4}


def test_locality_counts_uasc_too():
    """Where a child lives is known also when its distance from home is not recorded."""
    table = history.locality(council(), DAY)
    assert counts(table) == {"in area": 1, "neighbouring": 1, "distant": 1, "unknown": 1}


def test_a_day_outside_the_records_is_refused():
    """Nobody is in care on a day about which nothing is known: that is not zero."""
    with pytest.raises(AssumptionError, match="outside the records"):
        history.stock_by(council(), date(2026, 3, 31), "setting")
    with pytest.raises(AssumptionError, match="use one of"):
        history.stock_by(council(), DAY, "ethnicity")


def test_lengths_that_differ_are_refused():
    """Miles of other stays would put children in the wrong band."""
    with pytest.raises(ValueError, match="length"):
        council(miles=np.zeros(2))


@pytest.mark.parametrize(
    ("birth", "day", "band"),
    [
        ("2009-04-01", date(2025, 3, 31), "10 to 15"),
        ("2009-03-31", date(2025, 3, 31), "16 and 17"),
        ("2024-02-29", date(2025, 2, 28), "under 1"),
        ("2024-02-29", date(2025, 3, 1), "1 to 4"),
        ("2020-02-29", date(2025, 3, 1), "5 to 9"),
    ],
)
def test_age_bands_turn_on_the_birthday(birth, day, band):
    """A child changes band on the birthday itself; one born on 29 February on 1 March."""
    assert dfe.age_bands(pd.Series(pd.to_datetime([birth])), day).tolist() == [band]


def test_a_child_with_two_open_stays_is_counted_once():
    """Overlapping stays are a fault of the records, not two children."""
    both = council()
    stays = pd.concat([both.stays, both.stays.tail(1)], ignore_index=True)
    doubled = council(stays=stays, miles=np.append(both.miles, 2.0), locality=np.append(both.locality, "in area"))
    assert history.stock_by(doubled, DAY, "setting")["children"].sum() == 4


def test_no_group_is_dropped_for_being_new():
    """A setting that the table has no row for is added to it, so that the sum stays whole."""
    both = council()
    table = history.stock_by(council(stays=both.stays.assign(setting="houseboat")), DAY, "setting")
    assert counts(table) == {"houseboat": 4}
