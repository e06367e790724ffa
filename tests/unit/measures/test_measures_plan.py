"""Measures of a plan, against counts made by hand."""

import numpy as np
import pandas as pd
import pytest

from sufficiency import measures
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.places import UNLIMITED, PlaceKind
from sufficiency.domain.settings import Sector, Setting
from tests.unit.finance.finance_toys import BASE, ToyPlan, need_rows, places, stock_rows

MONTHS = 13  # April 2025 to April 2026: one whole financial year and the first month of the next


def own_carers(**changes):
    return {"setting": Setting.FOSTERING, "sector": Sector.OWN, "kind": PlaceKind.HOUSEHOLD, "capacity": 2, **changes}


def agency(**changes):
    spot = {"kind": PlaceKind.SPOT, "capacity": UNLIMITED}
    return {"setting": Setting.FOSTERING, "sector": Sector.PRIVATE, **spot, **changes}


def home(**changes):
    return {"setting": Setting.RESIDENTIAL, "sector": Sector.PRIVATE, "kind": PlaceKind.SPOT, "capacity": 3, **changes}


def kinship(**changes):
    stream = {"kind": PlaceKind.STREAM, "capacity": UNLIMITED}
    return {"setting": Setting.KINSHIP, "sector": Sector.FAMILY, **stream, **changes}


def plan_of(stock, need=(), flow=None, prices=None, entries=None):
    where = places(*(entries or (own_carers(), agency(), home(), kinship())), months=MONTHS)
    frames = {"flow": pd.DataFrame() if flow is None else flow, "prices": pd.DataFrame() if prices is None else prices}
    return ToyPlan(BASE, MONTHS, where, stock_rows(where, list(stock)), need_rows(list(need)), **frames)


def stock(month, place, children, **changes):
    return {"month": month, "place": place, "children": children, **changes}


def test_gap_counts_a_waiting_child_once_and_says_how_many_wait_on_average():
    """One child waits from April to March and is joined by another: 6 needs arose, 3 child-months without a place."""
    need = [
        {"month": "2025-04", "needed": 3, "met_preferred": 2, "unmet": 1},
        {"month": "2026-03", "needed": 4, "waiting": 1, "met_preferred": 1, "met_suitable": 1, "unmet": 2},
        {"month": "2026-04", "needed": 1, "met_preferred": 1},
    ]
    table = measures.gap(plan_of([], need), by="profile").set_index("period")
    assert table.loc["2025-26", ["arising", "met_preferred", "met_suitable"]].tolist() == [6, 3, 1]
    assert table.loc["2025-26", "without_place_mean"] == 3 / 12
    assert table.loc["2025-26", "unmet_at_end"] == 2
    assert table.loc["2026-27", "without_place_mean"] == 0


def test_gap_tells_who_lives_far_away_at_the_end():
    """Need met beyond 20 miles or in a distant authority is shown beside unmet need."""
    need = [{"month": "2026-03", "needed": 5, "met_preferred": 5}]
    living = [
        stock("2026-03", 1, 5.0, miles_known=5.0, over_20=2.0, distant=1.0),
        stock("2025-04", 1, 9.0, over_20=9.0),
    ]
    row = measures.gap(plan_of(living, need)).iloc[0]
    assert (row["over_20_at_end"], row["distant_at_end"]) == (2, 1)


def test_unmet_at_the_end_is_that_of_the_last_month_even_when_nobody_needs_a_place_then():
    """Unmet in February and nothing in March: nobody is without a place at the end of the year."""
    need = [{"month": "2026-02", "needed": 2, "unmet": 2}]
    row = measures.gap(plan_of([], need)).iloc[0]
    assert (row["without_place_mean"], row["unmet_at_end"]) == (2 / 12, 0)


def test_a_period_the_plan_cuts_short_ends_with_the_plan():
    """The plan ends in April 2026, which therefore closes 2026-27 and its first quarter."""
    living = [stock("2026-03", 0, 3.0), stock("2026-04", 0, 4.0)]
    assert measures.mix(plan_of(living)).set_index("period")["children"].to_dict() == {"2025-26": 3, "2026-27": 4}


def test_gap_by_setting_goes_by_the_setting_the_need_prefers():
    """A child who needs a foster home and lives in a children's home is fostering need."""
    need = [
        {"month": "2025-04", "profile": "foster-complex", "needed": 2, "met_suitable": 2},
        {"month": "2025-04", "profile": "residential", "needed": 1, "unmet": 1},
    ]
    table = measures.gap(plan_of([], need), by="setting").set_index("setting")
    assert table["arising"].to_dict() == {"fostering": 2, "residential": 1}
    assert table["without_place_mean"].to_dict() == {"fostering": 0, "residential": 1 / 12}


def test_gap_counts_planned_need_only_unless_asked():
    """Kinship is decided by family and court: in the gap only when all need is asked for."""
    need = [{"month": "2025-04", "profile": "kinship", "needed": 4, "met_preferred": 4}]
    assert measures.gap(plan_of([], need)).empty
    assert measures.gap(plan_of([], need), planned_only=False)["arising"].tolist() == [4]


def test_gap_by_several_columns_in_table_order():
    """Rows come in the order tables show them, not in the order of the alphabet."""
    bands = ("16 and 17", "under 1", "5 to 9")
    need = [{"month": "2025-04", "age_band": band, "needed": 1, "unmet": 1} for band in bands]
    table = measures.gap(plan_of([], need), by=["age_band", "zone"], over="month")
    assert table["age_band"].tolist() == ["under 1", "5 to 9", "16 and 17"]
    assert table["period"].unique().tolist() == ["2025-04"]


def test_quarters_are_those_of_the_financial_year():
    """April to June is Q1 and January to March Q4 of the year that began the April before."""
    need = [{"month": m, "needed": 1, "unmet": 1} for m in ("2025-04", "2025-06", "2025-07", "2026-01", "2026-04")]
    table = measures.gap(plan_of([], need), over="quarter").set_index("period")["arising"]
    assert table.to_dict() == {"2025-26 Q1": 2, "2025-26 Q2": 1, "2025-26 Q4": 1, "2026-27 Q1": 1}


def test_unknown_column_or_period_is_refused_with_what_can_be_asked():
    """A slip in a keyword names the choices."""
    with pytest.raises(AssumptionError, match="use one of"):
        measures.gap(plan_of([]), by="postcode")
    with pytest.raises(AssumptionError, match="month, quarter, financial_year"):
        measures.mix(plan_of([]), over="year")


def test_places_and_demand_counts_known_places_and_who_needs_them():
    """Two carer places beside three children who need fostering (one of them in a home) and one without a place."""
    living = [
        stock("2026-03", 0, 1.0),
        stock("2026-03", 1, 1.0),
        stock("2026-03", 2, 1.0, profile="foster-complex"),
        stock("2026-03", 3, 7.0, profile="kinship"),
        stock("2026-03", 2, 1.0, setting="no suitable place"),
    ]
    table = measures.places_and_demand(plan_of(living))
    year = table[table["period"] == "2025-26"].set_index("setting")
    assert year["usable_places"].to_dict() == {"fostering": 2, "residential": 0}
    assert year["living"].to_dict() == {"fostering": 2, "residential": 1}
    assert year["demand"].to_dict() == {"fostering": 4, "residential": 0}
    assert year["shortfall"].to_dict() == {"fostering": 2, "residential": 0}


def test_an_unlimited_market_is_blank_and_a_limited_one_a_number():
    """The agency market has no limit here; the home market can hold three."""
    table = measures.places_and_demand(plan_of([])).set_index(["setting", "period"])["market_places"]
    assert np.isnan(table["fostering", "2025-26"])
    assert table["residential", "2025-26"] == 3


def test_mix_counts_children_at_each_year_end_with_the_base_date_first():
    """The base date is the end of 2024-25 and opens the table."""
    living = [stock("2025-03", 0, 3.0), stock("2025-03", 3, 1.0), stock("2026-02", 0, 9.0), stock("2026-03", 1, 5.0)]
    table = measures.mix(plan_of(living)).set_index(["period", "line"])
    assert table["children"].to_dict() == {
        ("2024-25", "kinship"): 1,
        ("2024-25", "in-house foster"): 3,
        ("2025-26", "independent foster"): 5,
    }
    assert table.loc[("2024-25", "in-house foster"), "share"] == 0.75
    planned = measures.mix(plan_of(living), planned_only=True)
    assert planned["line"].tolist() == ["in-house foster", "independent foster"]


def test_both_readings_of_in_house():
    """2 with own carers, 1 agency, 1 home, 4 kin: in-house 2 of 4 planned; DfE's own provision 6 of 8."""
    living = [stock("2026-03", place, n) for place, n in ((0, 2.0), (1, 1.0), (2, 1.0), (3, 4.0))]
    row = measures.in_house(plan_of(living)).iloc[0]
    assert (row["in_house"], row["planned"], row["in_house_share"]) == (2, 4, 0.5)
    assert (row["own_provision"], row["children"], row["own_provision_share"]) == (6, 8, 0.75)


def test_distance_keeps_the_unknown_apart():
    """10 children, 7 known with 84 miles together, 2 over 20: mean 12 miles, 3 unknown, none made near."""
    far = {"miles_known": 7.0, "miles": 84.0, "over_20": 2.0, "in_area": 4.0, "neighbouring": 2.0, "distant": 1.0}
    row = measures.distance(plan_of([stock("2026-03", 1, 10.0, **far)])).iloc[0]
    assert row[["within_20", "over_20", "distance_unknown"]].tolist() == [5, 2, 3]
    assert row[["in_area", "neighbouring", "distant", "area_unknown"]].tolist() == [4, 2, 1, 3]
    assert row["mean_miles"] == 12


def test_nobody_unknown_is_nobody():
    """Expected children leave binary crumbs (0.1 + 0.2 is not 0.3), which are not a fraction of an unknown child."""
    crumbs = {"miles_known": 0.3, "in_area": 0.1, "neighbouring": 0.2}
    row = measures.distance(plan_of([stock("2026-03", 1, 0.3, **crumbs)])).iloc[0]
    assert row[["distance_unknown", "area_unknown"]].tolist() == [0, 0]


def test_mean_miles_of_nobody_known_is_unknown_not_zero():
    """UASC only: no distance is known, so there is no mean."""
    table = measures.distance(plan_of([stock("2026-03", 1, 4.0, uasc=True)]), by="uasc")
    assert np.isnan(table["mean_miles"]).all()


def prices_frame(rows):
    frame = pd.DataFrame(rows, columns=["month", "place", "capacity", "price_pence"])
    return frame.assign(month=pd.to_datetime(frame["month"] + "-01").astype("datetime64[s]"), free=0, used=0)


def test_value_of_the_next_place_is_a_mean_over_open_places_and_months():
    """Two carers worth 400 and 0 pounds in April, 600 and 200 in May: typical 300, best (400 + 600) / 2."""
    rows = [("2025-04", 0, 2, 40_000), ("2025-04", 1, 2, 0), ("2025-05", 0, 2, 60_000), ("2025-05", 1, 2, 20_000)]
    plan = plan_of([], prices=prices_frame(rows), entries=[own_carers(), own_carers()])
    row = measures.next_place(plan).iloc[0]
    assert (row["setting"], row["line"], row["period"]) == ("fostering", "in-house foster", "2025-26")
    assert (row["typical_pounds_weekly"], row["best_pounds_weekly"], row["months_full"]) == (300, 500, 0.75)


def test_a_price_that_only_policy_sets_is_told_as_ending_an_unmet_need():
    """Of two homes one would house a child without a place: half of the place-months, and no pounds from it."""
    rows = [("2025-04", 0, 2, 40_000), ("2025-04", 1, 2, 24_000_000)]
    plan = plan_of([], prices=prices_frame(rows), entries=[own_carers(), own_carers()])
    row = measures.next_place(plan).iloc[0]
    assert (row["typical_pounds_weekly"], row["best_pounds_weekly"], row["ends_unmet"]) == (400, 400, 0.5)


def test_closed_places_and_streams_have_no_next_place():
    """A home not yet open, and kinship, which nobody can buy more of, say nothing about value."""
    rows = [("2025-04", 0, 0, 90_000), ("2025-04", 1, UNLIMITED, 90_000)]
    plan = plan_of([], prices=prices_frame(rows), entries=[own_carers(capacity=0), kinship()])
    assert measures.next_place(plan).empty


def flow_frame(**changes):
    rows = {
        "month": pd.to_datetime(["2025-04-01", "2025-05-01"]),
        "stock_before": [10.0, 11.0],
        "entries": [3.0, 2.0],
        "leavers": [1.5, 1.0],
        "aged_out": [0.5, 1.0],
        "unmet": [0.0, 1.0],
        "stock_after": [11.0, 11.0],
    }
    return pd.DataFrame({**rows, **changes})


def living_of(march=10.0, april=11.0, may=11.0):
    return [stock("2025-03", 0, march), stock("2025-04", 0, april), stock("2025-05", 1, may)]


def test_conservation_holds_when_nobody_is_lost():
    """10 on the base date, 11 after April and after May, as the flows say."""
    assert measures.conservation(plan_of(living_of(), flow=flow_frame()))["holds"].tolist() == [True, True]


@pytest.mark.parametrize(
    ("flow", "living", "holds"),
    [
        (flow_frame(entries=[3.0, 2.5]), living_of(), [True, False]),
        (flow_frame(stock_before=[10.0, 10.0], stock_after=[11.0, 10.0]), living_of(may=10.0), [True, False]),
        (flow_frame(), living_of(april=10.0), [False, True]),
        (flow_frame(), living_of(march=9.0), [False, True]),
    ],
)
def test_conservation_sees_a_lost_child(flow, living, holds):
    """A flow that does not add up, a month that starts elsewhere than the last ended, a child in no table."""
    assert measures.conservation(plan_of(living, flow=flow))["holds"].tolist() == holds


def test_every_measure_says_its_name_unit_and_definition():
    """Frames carry what the registry says, and the registry has them all."""
    plan = plan_of(living_of(), flow=flow_frame(), prices=prices_frame([("2025-04", 0, 2, 40_000)]))
    functions = ("gap", "places_and_demand", "mix", "in_house", "distance", "next_place", "conservation")
    for name in functions:
        attrs = getattr(measures, name)(plan).attrs
        entry = measures.MEASURES[attrs["name"]]
        assert (entry.unit, entry.definition) == (attrs["unit"], attrs["definition"])
        assert len(entry.definition) > 40
    assert len(measures.MEASURES) == len(functions) + 7
