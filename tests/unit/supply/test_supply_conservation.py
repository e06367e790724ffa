import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sufficiency.domain.settings import SETTINGS, Sector, cost_line
from tests.unit.supply.conftest import ADDRESSES

DAYS = st.sampled_from(["2022-01-01", "2023-04-01", "2024-12-31", "2025-03-31", "2025-04-01"])
POSTCODES = st.sampled_from([*ADDRESSES, "", "ZZ11ZZ"])


@st.composite
def stay(draw):
    """One stay, of any setting and sector, at an address or none."""
    setting, sector = draw(st.sampled_from(SETTINGS)), draw(st.sampled_from(list(Sector)))
    return {
        "setting": setting.value,
        "sector": sector.value,
        "line": cost_line(setting, sector).value,
        "start": draw(DAYS),
        "end": draw(st.one_of(st.none(), DAYS)),
        "placement_postcode": draw(POSTCODES),
        "urn": draw(st.sampled_from(["", "1111111", "XXXXXXX"])),
    }


@st.composite
def carer(draw):
    """One carer row, with any number in use up to its usable places."""
    approved = draw(st.integers(0, 6))
    usable = draw(st.integers(0, approved))
    return {
        "households": draw(st.integers(1, 3)),
        "postcode": draw(POSTCODES),
        "approved_places": approved,
        "usable_places": usable,
        "in_use": draw(st.one_of(st.none(), st.integers(0, usable))),
        "solo": draw(st.booleans()),
        "sibling_exemption": draw(st.booleans()),
    }


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(stay(), min_size=1, max_size=12), st.lists(carer(), max_size=4), st.booleans())
def test_every_child_has_one_place_and_no_place_is_overfull(build, stays, carers, with_file):
    """Whatever the history and the files, each child on the base date is in one place of its setting, none overfull."""
    files = {"carers": [{**row, "carer_id": f"k{i}"} for i, row in enumerate(carers)]} if with_file else {}
    supply = build(stays, months=2, **files)
    here = {
        f"c{i}": row["setting"]
        for i, row in enumerate(stays)
        if row["start"] <= "2025-03-31" and (row["end"] is None or row["end"] > "2025-03-31")
    }
    occupancy, places = supply.occupancy, supply.places
    assert dict(zip(occupancy["child"], [places.setting[at].value for at in occupancy["place"]], strict=True)) == here
    assert (np.bincount(occupancy["place"], minlength=len(places)) <= places.capacity[:, 0]).all()
    assert (places.capacity >= 0).all()
    assert all(line is cost_line(*of) for line, *of in zip(places.line, places.setting, places.sector, strict=True))
