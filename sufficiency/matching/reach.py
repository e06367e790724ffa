"""How far each place is from each home zone, and on which side of which border.

A zone is represented by the actual home points of its children, so that the share beyond 20 miles is a share of homes
and not a yes or no about a centroid. The zone of unknown homes has no distance: measures leave it blank, and only the
*cost* uses the points of all other zones, so that a child without a home postcode is not the cheapest to send away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.places import Places
from sufficiency.geography import locality, statutory_miles
from sufficiency.matching.policy import Policy

FAR_MILES = 20.0
"""DfE's indicator: placed more than 20 miles from home. 20.0 itself is within."""

LOCALITIES: tuple[str, ...] = ("in area", "neighbouring", "distant", "unknown")


@dataclass(frozen=True, eq=False)
class Reach:
    """Distances between z zones and n places; the last zone is the one of unknown homes.

    Attributes
    ----------
    miles
        Mean statutory miles, NaN where either end is unknown, shape (z, n).
    far_share
        Share of the zone's homes more than 20 miles from the place, NaN where unknown, shape (z, n).
    cost
        Mean distance cost in whole pence a week, shape (z, n).
    locality
        Index into LOCALITIES of each place, shape (n,).
    """

    miles: NDArray[np.float64]
    far_share: NDArray[np.float64]
    cost: NDArray[np.int64]
    locality: NDArray[np.int64]


def measure_reach(
    zone_points: Sequence[NDArray[np.float64]], places: Places, home_authority: str, policy: Policy
) -> Reach:
    """Measure each place from each zone.

    Parameters
    ----------
    zone_points
        Easting and northing of the homes in each known zone, each of shape (homes, 2).
    """
    everywhere = np.concatenate([*zone_points, np.empty((0, 2))])
    rows = [_from_points(points, places, policy) for points in (*zone_points, everywhere)]
    miles, far, cost = (np.stack([row[part] for row in rows]) for part in range(3))
    miles[-1], far[-1] = np.nan, np.nan
    return Reach(miles, far, np.rint(cost).astype(np.int64), place_locality(places, home_authority))


def place_locality(places: Places, home_authority: str) -> NDArray[np.int64]:
    """Return the locality of each place seen from the responsible authority, as an index into LOCALITIES."""
    by_address = locality(home_authority, np.asarray(places.authority, dtype=object))
    stated = np.asarray(places.ring_locality, dtype=object)
    words = np.where(stated != "", stated, by_address)
    return np.array([LOCALITIES.index(str(word)) for word in words], dtype=np.int64)


def _from_points(
    points: NDArray[np.float64], places: Places, policy: Policy
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    ring = places.ring_miles
    if not len(points):
        return ring.copy(), _far(ring), np.nan_to_num(policy.distance_cost(ring))
    miles = statutory_miles(points[:, :1], points[:, 1:], places.easting[None, :], places.northing[None, :])
    miles = np.where(np.isnan(ring)[None, :], miles, ring[None, :])
    cost = policy.distance_cost(miles).mean(axis=0)
    # A place without an address cannot look nearer than one with: it is priced as if at the edge of "within 20 miles".
    unknown = float(policy.distance_cost(np.array([FAR_MILES]))[0])
    return miles.mean(axis=0), _far(miles).mean(axis=0), np.where(np.isnan(cost), unknown, cost)


def _far(miles: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isnan(miles), np.nan, miles > FAR_MILES)
