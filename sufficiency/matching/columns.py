"""Who may live where, and what each pairing costs: the rules and the price list of the allocation.

Hard rules decide which pairs exist at all; soft ones are parts of the cost, kept apart so that a plan can say why.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.needs import PROFILES
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import Sector, Setting
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import LOCALITIES, Reach

SEXES: tuple[str, ...] = ("M", "F")
SUPPORTED_AGE = 16
"""Supported accommodation is lawful from 16 only (Care Planning (England) (Amendment) Regulations 2021)."""

CHOSEN_KINDS = (PlaceKind.HOUSEHOLD, PlaceKind.HOME, PlaceKind.BLOCK, PlaceKind.SPOT)
"""Kinds the engine may choose. Streams follow law and courts; an existing arrangement ends with its placement."""

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Members:
    """Who needs a place: one entry a class of like children (or a child); m entries.

    Attributes
    ----------
    youngest, oldest
        Whole ages that the class spans, shape (m,).
    profile
        Index into PROFILES, shape (m,).
    zone
        Home zone, shape (m,).
    sex
        Index into SEXES, or -1 where sex makes no difference, shape (m,).
    """

    youngest: IntArray
    oldest: IntArray
    profile: IntArray
    zone: IntArray
    sex: IntArray

    def __len__(self) -> int:
        return len(self.profile)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every lawful and suitable (member, place) pair with its cost in whole pence a week; p entries.

    ``use``: places that each takes, 1 but where one child has all of a home.
    """

    member: IntArray
    place: IntArray
    cost_parts: Mapping[str, IntArray]
    use: IntArray

    @property
    def cost(self) -> IntArray:
        """Sum of the parts, shape (p,)."""
        return np.asarray(sum(self.cost_parts.values()), dtype=np.int64)

    def __len__(self) -> int:
        return len(self.member)


def suitability() -> NDArray[np.int64]:
    """Return how each setting suits each profile: 0 preferred, 1 suitable, 2 unsuitable. Shape (profiles, settings)."""
    settings = tuple(Setting)
    table = np.full((len(PROFILES), len(settings)), 2, dtype=np.int64)
    for row, profile in enumerate(PROFILES):
        table[row, [settings.index(setting) for setting in profile.suitable]] = 1
        table[row, settings.index(profile.preferred)] = 0
    return table


SUITABILITY = suitability()
SETTING_INDEX = {setting: index for index, setting in enumerate(Setting)}


def eligible(members: Members, places: Places) -> NDArray[np.bool_]:
    """Which member may live in which place, by the hard rules alone. Shape (m, n)."""
    return np.asarray(np.logical_and.reduce(list(rules_kept(members, places).values())))


def rules_kept(members: Members, places: Places) -> Mapping[str, NDArray[np.bool_]]:
    """Which hard rule each pair keeps, by rule. Each of shape (m, n).

    Rules: the engine may choose the place and its setting is preferred or suitable; every age of the class lies within
    the place's approval; supported accommodation from 16; need level; a child who must live alone only where the place
    takes one child; sex.
    """
    setting = np.array([SETTING_INDEX[s] for s in places.setting], dtype=np.int64)
    level = np.array([profile.need_level for profile in PROFILES])[members.profile]
    solo = np.array([profile.solo for profile in PROFILES])[members.profile]
    chosen = np.array([kind in CHOSEN_KINDS for kind in places.kind])
    age_min = np.where(
        setting == SETTING_INDEX[Setting.SUPPORTED], np.maximum(places.age_min, SUPPORTED_AGE), places.age_min
    )
    place_sex = np.array([SEXES.index(sex) if sex in SEXES else -1 for sex in places.sex])
    of_age = (age_min[None, :] <= members.youngest[:, None]) & (members.oldest[:, None] <= places.age_max[None, :])
    of_sex = (place_sex[None, :] < 0) | (members.sex[:, None] < 0) | (place_sex[None, :] == members.sex[:, None])
    return {
        "setting": chosen[None, :] & (SUITABILITY[members.profile][:, setting] < 2),
        "age": of_age,
        "need level": level[:, None] <= places.need_level_max[None, :],
        "alone": ~solo[:, None] | places.solo[None, :],
        "sex": of_sex,
    }


def exempt(places: Places) -> NDArray[np.bool_]:
    """Which foster households may take a sibling group beyond the usual limit, as the carers file says. Shape (n,)."""
    household = np.array([kind is PlaceKind.HOUSEHOLD for kind in places.kind])
    fostering = np.array([setting is Setting.FOSTERING for setting in places.setting])
    return np.asarray(household & fostering & places.sibling_exemption & ~places.inferred)


def near_enough(members: Members, places: Places, reach: Reach, max_miles: float) -> NDArray[np.bool_]:
    """Which place is not known to be beyond some miles from which member's home. Shape (m, n).

    A ring of the market beyond them is beyond them for everybody, those included whose home is unknown.
    """
    return ~((reach.miles[members.zone] > max_miles) | (places.ring_miles > max_miles)[None, :])


def price_pairs(members: Members, places: Places, reach: Reach, policy: Policy, allowed: NDArray[np.bool_]) -> Pairs:
    """Price each allowed pair: avoidable price, distance, border, setting, provider. Whole pence a week."""
    member, place = np.nonzero(allowed)
    setting = np.array([SETTING_INDEX[s] for s in places.setting], dtype=np.int64)[place]
    locality = reach.locality[place]
    own = np.array([sector is Sector.OWN for sector in places.sector])[place]
    second_best = SUITABILITY[members.profile[member], setting] == 1
    outside = locality != LOCALITIES.index("in area")
    distant = locality == LOCALITIES.index("distant")
    parts = {
        "price": places.weekly_pence[place],
        "distance": reach.cost[members.zone[member], place],
        "out of area": outside * policy.out_of_area + distant * policy.distant,
        "setting": second_best * policy.not_preferred,
        "provider": -(own * policy.in_house_preference),
    }
    whole = {name: part.astype(np.int64) for name, part in parts.items()}
    return Pairs(member, place, whole, np.ones(len(member), dtype=np.int64))
