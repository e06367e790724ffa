"""Brothers and sisters who ask for a home together: who they are, and whether any home could ever take all of them."""

import numpy as np
from numpy.typing import NDArray

from sufficiency.matching.columns import eligible, exempt, near_enough
from sufficiency.matching.sampled.asking import Askers
from sufficiency.matching.sampled.offers import members_of, number_families
from sufficiency.matching.sampled.setup import SampledWalk
from sufficiency.matching.today import LARGEST_FAMILY

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]


def asking_together(askers: Askers) -> Mask:
    """Return who asks with brothers and sisters none of whom has a home under review, shape (m,)."""
    family = number_families(askers)
    reviewed = np.bincount(family, askers.review > 0)
    return np.asarray((np.bincount(family)[family] > 1) & (reviewed[family] == 0))


def home_for_all(ground: SampledWalk, askers: Askers, step: int) -> Mask:
    """Return whose brothers and sisters asking together some home could take all of, then or later; shape (m,).

    Whether it is free does not matter: that is what they would wait for.
    """
    found = np.zeros(len(askers), dtype=bool)
    rows = np.flatnonzero(asking_together(askers))
    if not len(rows):
        return found
    group = askers.take(rows)
    family = np.unique(number_families(group), return_inverse=True)[1]
    order = np.argsort(family, kind="stable")
    size = np.bincount(family)
    members, places, policy = members_of(group), ground.chosen_places, ground.walk.policy
    suits = eligible(members, places) & near_enough(members, places, ground.chosen_reach, policy.max_miles_new)
    all_suited = np.asarray(np.logical_and.reduceat(suits[order], np.cumsum(size) - size, axis=0))
    takes_all = all_suited & (_most(ground, step) >= size[:, None])
    found[rows] = np.asarray(takes_all.any(axis=1))[family]
    return found


def _most(ground: SampledWalk, step: int) -> NDArray[np.float64]:
    """Children whom each place that may be chosen can take in one month at the most, from a month on; shape (p,)."""
    places = ground.chosen_places
    room = np.minimum(places.capacity[:, step:].max(axis=1), np.ceil(places.starts_per_month))
    beyond = exempt(places) & (room >= ground.walk.policy.usual_limit)
    return np.asarray(np.where(beyond, np.maximum(room, LARGEST_FAMILY), room))
