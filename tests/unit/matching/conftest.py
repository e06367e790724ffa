"""A council small enough to check by hand: two zones, a few places, a few children."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from sufficiency.demand.needs import NeedAssumptions, setting_shares
from sufficiency.demand.rates import Rates, Window
from sufficiency.domain.needs import PROFILE_INDEX, PROFILES
from sufficiency.domain.places import UNLIMITED, PlaceKind, Places
from sufficiency.domain.settings import SETTINGS, Sector, Setting, cost_line
from sufficiency.matching.audit import AuditFacts
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import measure_reach
from sufficiency.matching.residents import Residents
from sufficiency.matching.setup import birth_grid
from sufficiency.matching.walk import Walk

BASE = date(2025, 3, 31)
SWINDON, WILTSHIRE, BIRMINGHAM = "E06000030", "E06000054", "E08000025"
MONTHS = 6
HOME = (415_000.0, 185_000.0)
MILE = 1609.3

POLICY = Policy(
    distance_free_miles=5.0,
    distance_per_mile=1_000,
    distance_steep_from_miles=20.0,
    distance_steep_per_mile=3_000,
    out_of_area=5_000,
    distant=15_000,
    not_preferred=50_000,
    sibling_split=200_000,
    unmet=25_000_000,
    in_house_preference=0,
)


def place(identifier: str, **changes: Any) -> Places:
    """One place: a two-place in-house foster household next door that takes anybody, unless told otherwise."""
    kind = changes.pop("kind", PlaceKind.HOUSEHOLD)
    setting = changes.pop("setting", Setting.FOSTERING)
    sector = changes.pop("sector", Sector.OWN)
    miles = changes.pop("miles", 0.0)
    ring = changes.pop("ring", np.nan)
    addressed = np.isnan(ring) and kind in (PlaceKind.HOUSEHOLD, PlaceKind.HOME, PlaceKind.BLOCK)
    authority = changes.pop("authority", SWINDON)
    capacity = np.broadcast_to(np.asarray(changes.pop("capacity", 2)), (1, MONTHS + 1)).astype(np.int64)
    values: dict[str, Any] = {
        "id": (identifier,),
        "kind": (kind,),
        "setting": (setting,),
        "sector": (sector,),
        "line": (cost_line(setting, sector),),
        "easting": np.array([HOME[0] + miles * MILE if addressed else np.nan]),
        "northing": np.array([HOME[1] if addressed else np.nan]),
        "authority": (authority if addressed else "",),
        "ring_miles": np.array([ring], dtype=np.float64),
        "ring_locality": (changes.pop("ring_locality", "" if addressed else "unknown"),),
        "age_min": np.array([changes.pop("age_min", 0)]),
        "age_max": np.array([changes.pop("age_max", 17)]),
        "sex": (changes.pop("sex", "any"),),
        "need_level_max": np.array([changes.pop("need_level_max", 4)]),
        "solo": np.array([changes.pop("solo", False)]),
        "sibling_exemption": np.array([changes.pop("sibling_exemption", False)]),
        "capacity": capacity.copy(),
        "starts_per_month": np.array([changes.pop("starts_per_month", UNLIMITED)]),
        "weekly_pence": np.array([changes.pop("weekly_pence", 46_000)]),
        "fixed_weekly_pence": np.array([changes.pop("fixed_weekly_pence", 0)]),
        "inferred": np.array([False]),
        "bought_ahead": np.array([changes.pop("bought_ahead", kind is PlaceKind.HOME and sector is Sector.OWN)]),
    }
    assert not changes, changes
    return Places(**values)


def with_streams(*parts: Places) -> Places:
    """The given places, then every stream, then "no suitable place"."""
    streams = [
        place(f"stream {p.key}", kind=PlaceKind.STREAM, setting=p.preferred, capacity=UNLIMITED)
        for p in PROFILES
        if not p.planned
    ]
    unmet = place(
        "no suitable place",
        kind=PlaceKind.UNMET,
        setting=Setting.UNREGISTERED,
        sector=Sector.UNKNOWN,
        capacity=UNLIMITED,
        weekly_pence=1_659_600,
        solo=True,
    )
    return Places.join([*parts, *streams, unmet])


def quiet_rates() -> Rates:
    """Rates at which nobody enters, leaves or moves."""
    size = len(SETTINGS)
    zero = np.zeros((5, size))
    stay_put = np.broadcast_to(np.eye(size), (5, size, size)).copy()
    entries = np.zeros((18, 2, size))
    return Rates(
        settings=SETTINGS,
        window=Window(date(2023, 4, 1), BASE),
        entries_per_month=entries,
        leave_per_day=zero,
        move_per_day=zero,
        move_to=stay_put,
        entry_events=entries,
        leave_events=zero,
        move_events=np.zeros((5, size, size)),
        exposure_days=zero,
        unknown_births=0,
    )


def child(born: date, place_index: int, profile: str = "foster", zone: int = 0) -> Residents:
    """One known child in a place."""
    day = np.array([born.toordinal() - date(1970, 1, 1).toordinal()])
    return Residents(
        birth_from=day,
        birth_to=day + 1,
        profile=np.array([PROFILE_INDEX[profile]]),
        zone=np.array([zone]),
        uasc=np.array([0]),
        sex=np.array([0]),
        place=np.array([place_index]),
        amount=np.array([1.0]),
        miles=np.array([0.0]),
        far=np.array([0.0]),
        locality=np.array([0]),
    )


MakeWalk = Callable[..., Walk]


def walk_of(places: Places, residents: list[Residents], policy: Policy = POLICY, **rates: Any) -> Walk:
    """Make a walk of six months from places, residents and changed rates; one zone with one home, and the unknown."""
    points = [np.array([HOME])]
    streams = np.zeros((len(PROFILES), len(places)))
    for row, profile in enumerate(PROFILES):
        if not profile.planned:
            streams[row, places.id.index(f"stream {profile.key}")] = 1.0
    return Walk(
        base_date=BASE,
        months=MONTHS,
        residents=Residents.join(residents),
        places=places,
        stream_share=streams,
        reach=measure_reach(points, places, SWINDON, policy),
        rates=replace(quiet_rates(), **rates),
        policy=policy,
        grid=birth_grid(BASE, MONTHS, 2, 1, len(PROFILES)),
        profile_shares=setting_shares(NeedAssumptions(0.0, 0.0)),
        zone_share=np.array([[1.0, 0.0], [0.0, 1.0]]),
        sex_share=np.ones((2, 1)),
        zones=("SN1", "unknown"),
    )


@pytest.fixture
def make_walk() -> MakeWalk:
    """:func:`walk_of`."""
    return walk_of


@pytest.fixture
def facts() -> AuditFacts:
    """What the audit needs for walks of :func:`make_walk`."""
    return AuditFacts(SWINDON, [np.array([HOME])], POLICY)
