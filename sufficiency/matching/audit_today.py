"""The check on a match of the base date that trusts nobody: rules, capacity and cost, from who lives where.

Shares no code with the columns or the solvers; distances alone are taken as measured.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.errors import VerificationError
from sufficiency.domain.needs import PROFILES
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import Sector, Setting
from sufficiency.matching.audit import rules_of, verdict
from sufficiency.matching.plan import Audit, Check

if TYPE_CHECKING:
    from sufficiency.matching.columns import Members
    from sufficiency.matching.policy import Policy
    from sufficiency.matching.reach import Reach

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

IN_AREA, DISTANT = 0, 2
"""As the reach counts localities."""


def audit_match(
    members: "Members",
    families: IntArray,
    place: IntArray,
    value: int,
    places: Places,
    capacity: IntArray,
    reach: "Reach",
    policy: "Policy",
) -> Audit:
    """Return the verdict on a match.

    Parameters
    ----------
    families
        Number that those of a sibling group share who are weighed together, shape (m,).
    place
        Where each child lives, -1 for nowhere suitable, shape (m,).
    value
        What the match is said to cost, pence a week, without the first part of any group.
    capacity
        Places usable on the base date, shape (n,).
    """
    row = np.flatnonzero(place >= 0)
    at, profile = place[row], members.profile[row]
    whole = _has_all(profile, at, places, capacity, policy)
    rules = rules_of(members.youngest[row], members.oldest[row], profile, members.sex[row], at, places)
    rules["living alone"] |= whole
    taken = np.where(whole, capacity[at], 1)
    limit = policy.max_miles_new
    far = (reach.miles[members.zone[row], at] > limit) | (places.ring_miles[at] > limit)
    living, used = np.bincount(at, minlength=len(places)), np.bincount(at, taken, len(places))
    emptied = np.bincount(at, whole, len(places)) > 0
    cost = int((_weekly(members, row, at, taken, places, reach, policy)).sum()) + policy.unmet * int((place < 0).sum())
    cost += policy.sibling_split * _further_parts(families, place)
    return Audit(
        (
            *(verdict(rule, kept) for rule, kept in rules.items()),
            verdict("no home beyond the miles allowed", ~far),
            verdict("within capacity", (used <= capacity) | _one_group(families[row], at, places, capacity, policy)),
            verdict("nobody beside a child who has all of a home", living[emptied] == 1),
            Check("value is the cost of the homes", 1, int(cost != value)),
        )
    )


def require_match(verdict_on: Audit) -> None:
    """Refuse a match that failed its audit.

    Raises
    ------
    VerificationError
        When any check failed; the message names each with its number of failures.
    """
    failed = [f"{one.name}: {one.failures} of {one.cases}" for one in verdict_on.checks if not one.passed]
    if failed:
        raise VerificationError(f"The match failed its audit, so it is not shown as a result. {'; '.join(failed)}")


def _has_all(profile: IntArray, at: IntArray, places: Places, capacity: IntArray, policy: "Policy") -> Mask:
    """Who must live alone and lives in a small home for several that the policy lets one child have all of."""
    must = np.array([one.solo for one in PROFILES])[profile]
    home = np.array([one is PlaceKind.HOME for one in places.kind]) & places.bought_ahead & ~places.solo
    small = (capacity <= policy.solo_in_larger_homes) & (policy.solo_in_larger_homes > 1)
    return np.asarray(must & (home & small)[at])


def _weekly(
    members: "Members", row: IntArray, at: IntArray, taken: IntArray, places: Places, reach: "Reach", policy: "Policy"
) -> IntArray:
    """Pence a week of each child who has a home: every place it takes, distance, border, setting, provider."""
    setting = np.array(places.setting, dtype=object)[at]
    preferred = np.array([one.preferred for one in PROFILES], dtype=object)[members.profile[row]]
    border = reach.locality[at]
    own = np.array([one is Sector.OWN for one in places.sector])[at]
    return np.asarray(
        places.weekly_pence[at] * taken
        + reach.cost[members.zone[row], at]
        + (border != IN_AREA) * policy.out_of_area
        + (border == DISTANT) * policy.distant
        + (setting != preferred) * policy.not_preferred
        - own * policy.in_house_preference
    )


def _further_parts(families: IntArray, place: IntArray) -> int:
    """Homes that groups are in beyond one; who has none is on their own."""
    somewhere = np.where(place < 0, -1 - np.arange(len(place)), place)
    return len(np.unique(np.stack([families, somewhere]), axis=1).T) - len(np.unique(families))


def _one_group(families: IntArray, at: IntArray, places: Places, capacity: IntArray, policy: "Policy") -> Mask:
    """Which exempt households hold one sibling group and nobody else, which may exceed the usual limit."""
    kind = np.array([one is PlaceKind.HOUSEHOLD for one in places.kind])
    fostering = np.array([one is Setting.FOSTERING for one in places.setting])
    listed = kind & fostering & places.sibling_exemption & ~places.inferred & (capacity >= policy.usual_limit)
    groups = np.bincount(np.unique(np.stack([at, families]), axis=1)[0], minlength=len(places))
    return np.asarray(listed & (groups == 1))
