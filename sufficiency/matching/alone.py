"""One child with all of a home for several: which homes the policy opens to it, and what all of a home costs.

A child who must live alone may have a place for one. ``policy.solo_in_larger_homes`` above 1 also opens small homes
that the council runs or has bought ahead, when nobody else lives there: the child then takes, and costs, every usable
place.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.needs import PROFILES
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.matching.columns import Members, Pairs
from sufficiency.matching.policy import Policy

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

LIVES_ALONE = np.array([profile.solo for profile in PROFILES])
"""Which profiles must live alone."""


def may_be_emptied(places: Places, policy: Policy) -> Mask:
    """Which homes for several one child may ever have all of, whatever their size. Shape (n,)."""
    home = np.array([kind is PlaceKind.HOME for kind in places.kind], dtype=bool)
    return np.asarray(home & places.bought_ahead & ~places.solo & (policy.solo_in_larger_homes > 1))


def small_enough(capacity: IntArray, policy: Policy) -> Mask:
    """Which homes have no more usable places than may be emptied for one child. Same shape as ``capacity``."""
    return np.asarray((capacity >= 1) & (capacity <= policy.solo_in_larger_homes))


def for_one(places: Places, whole: Mask) -> Places:
    """Return the places with those in ``whole`` open to a child who must live alone."""
    return replace(places, solo=places.solo | whole)


def taking_all(pairs: Pairs, members: Members, whole: Mask, room: IntArray) -> Pairs:
    """Let a child who must live alone take, and cost, all of a home that is not for one child.

    Parameters
    ----------
    whole
        Homes that may be emptied for one child, shape (n,).
    room
        Places that each pair would take of such a home, shape (p,).
    """
    if not whole.any():
        return pairs
    use = np.where(LIVES_ALONE[members.profile[pairs.member]] & whole[pairs.place], room, 1).astype(np.int64)
    parts = {**pairs.cost_parts, "price": pairs.cost_parts["price"] * use}
    return replace(pairs, cost_parts=parts, use=use)
