"""Counting people without losing them: profiles, streams, cells, births."""

from datetime import date

import numpy as np
import pytest

from sufficiency.demand.needs import NeedAssumptions, setting_shares
from sufficiency.domain.needs import PROFILE_INDEX, PROFILES
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import SETTINGS, Setting
from sufficiency.matching.groups import CellGrid, age_classes, quarter_of, quarter_start, whole_ages
from sufficiency.matching.residents import split_by_profile
from sufficiency.matching.streams import spread_streams

from .conftest import child, place

EPOCH = date(1970, 1, 1).toordinal()


def days(day: date) -> np.ndarray:
    return np.array([day.toordinal() - EPOCH])


def test_a_child_in_a_home_is_divided_over_needs_and_still_one_child() -> None:
    """A third had foster care as the plan, a tenth of the others must live alone; the parts add up to the child."""
    home = SETTINGS.index(Setting.RESIDENTIAL)
    parts = split_by_profile(child(date(2012, 1, 1), 0), setting_shares(NeedAssumptions(0.34, 0.10))[[home]])
    found = {PROFILES[p].key: a for p, a in zip(parts.profile, parts.amount, strict=True)}
    assert found == pytest.approx({"foster-complex": 0.34, "residential": 0.594, "residential-solo": 0.066})


def test_every_setting_has_needs_that_add_up_to_one() -> None:
    """No setting, unregistered included, loses its children."""
    shares = setting_shares(NeedAssumptions(0.3, 0.1))
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(SETTINGS)))
    unregistered = shares[SETTINGS.index(Setting.UNREGISTERED)]
    assert unregistered[PROFILE_INDEX["residential"]] > 0


def test_streams_keep_saying_how_far_away_children_live() -> None:
    """Two kin children near and one far: two entries, shares two thirds and one third, each child in its own."""
    streams = [
        place(f"s {p.key}", kind=PlaceKind.STREAM, setting=p.preferred, capacity=99) for p in PROFILES if not p.planned
    ]
    places = Places.join([place("home"), *streams])
    kin = places.id.index("s kinship")
    used, miles = np.array([kin, kin, kin, 0]), np.array([3.0, 5.0, 40.0, 1.0])
    spread = spread_streams(places, used, miles, np.array([0, 0, 2, 0]))
    share = spread.share[PROFILE_INDEX["kinship"]]
    entries = np.flatnonzero(share)
    assert share[entries].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert spread.places.ring_miles[entries].tolist() == [4.0, 40.0]
    assert [spread.places.ring_locality[e] for e in entries] == ["in area", "distant"]
    assert spread.place_of.tolist() == [entries[0], entries[0], entries[1], 0]
    assert (spread.share.sum(axis=1) == np.array([0 if p.planned else 1 for p in PROFILES])).all()


def test_a_stream_without_known_distances_stays_unknown() -> None:
    """Nobody placed for adoption today: one entry, distance and locality unknown."""
    streams = [place(f"s {p.key}", kind=PlaceKind.STREAM, setting=p.preferred) for p in PROFILES if not p.planned]
    places = Places.join([place("home"), *streams])
    spread = spread_streams(places, np.array([0]), np.array([np.nan]), np.array([3]))
    (entry,) = np.flatnonzero(spread.share[PROFILE_INDEX["adoption"]])
    assert np.isnan(spread.places.ring_miles[entry])
    assert spread.places.ring_locality[entry] == "unknown"


def test_a_missing_stream_is_refused() -> None:
    """A supply without an entry for kinship cannot be walked."""
    with pytest.raises(ValueError, match="no entry decided elsewhere for kinship"):
        spread_streams(place("home"), np.array([0]), np.array([1.0]), np.array([0]))


def test_quarters_of_birth_cover_every_day_once() -> None:
    """Each day lies in the quarter that begins on or before it and ends after it."""
    every = np.arange(-5000, 5000)
    quarter = quarter_of(every)
    assert (quarter_start(quarter) <= every).all()
    assert (every < quarter_start(quarter + 1)).all()


def test_entrants_are_spread_over_the_births_that_make_them_their_age() -> None:
    """Children who enter at 15 on 15 June 2025 were born between June 2009 and June 2010, all of them."""
    grid = CellGrid(int(quarter_of(days(date(2005, 1, 1)))[0]), 90, len(PROFILES), 1, 1)
    spread = grid.entry_spread(int(days(date(2025, 6, 15))[0]))
    assert spread.sum(axis=1) == pytest.approx(np.ones(18))
    used = np.flatnonzero(spread[15])
    starts, ends = grid.birth_interval(used)
    assert starts.min() >= days(date(2009, 4, 1))[0]
    assert ends.max() <= days(date(2010, 7, 1))[0]


def test_whole_ages_turn_on_the_birthday() -> None:
    """Born on 15 June 2010: 14 the day before the fifteenth birthday, 15 on it."""
    born = days(date(2010, 6, 15))
    before, on = (whole_ages(born, born + 1, int(days(day)[0])) for day in (date(2025, 6, 14), date(2025, 6, 15)))
    assert (before[0][0], on[0][0]) == (14, 15)


def test_ages_share_a_class_exactly_when_the_same_places_take_them() -> None:
    """A place for 5 to 9 splits the ages there, beside the published bands."""
    classes = age_classes(Places.join([place("a", age_min=3, age_max=9), place("b")]))
    changes = [age for age in range(1, 18) if classes[age] != classes[age - 1]]
    assert changes == [1, 3, 5, 10, 16]
