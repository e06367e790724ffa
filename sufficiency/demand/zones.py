"""Home zones: the postcode sectors children come from, grouped until each zone has enough children to say anything."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

UNKNOWN_ZONE = "unknown"
"""Zone of children whose home is not known, and of unaccompanied children (UASC), who have none here."""

MINIMUM_CHILDREN = 15
"""Children a zone has at least, unless there are not so many (assumption: fewer say nothing, and name somebody)."""


@dataclass(frozen=True, eq=False)
class Zones:
    """Home zones, the unknown one last.

    Attributes
    ----------
    name
        What people read: the outcodes, with sectors where only some of an outcode belong.
    zone_of_child
        Index into ``name`` of each child given.
    easting, northing
        Home points of the children of each zone, metres; none for the unknown zone.
    share
        Share of the children given who come from each zone, adding up to one.
    """

    name: tuple[str, ...]
    zone_of_child: NDArray[np.int64]
    easting: tuple[Floats, ...]
    northing: tuple[Floats, ...]
    share: Floats

    def __len__(self) -> int:
        return len(self.name)


def build_zones(sectors: Sequence[str], easting: Floats, northing: Floats, minimum: int = MINIMUM_CHILDREN) -> Zones:
    """Group home postcode sectors into zones.

    Parameters
    ----------
    sectors
        Home sector of each child, for example ``"SN1 2"``; "" where unknown or where the child is UASC.
    easting, northing
        Home point of each child, metres; a child without one is in the unknown zone.
    minimum
        Children each zone should have. Sectors are first joined to the nearest within their outcode, then outcodes to
        the nearest zone, smallest first.
    """
    labels = np.array([str(sector) for sector in sectors], dtype=object)
    known = (labels != "") & np.isfinite(easting) & np.isfinite(northing)
    values, code = np.unique(labels[known].astype("str"), return_inverse=True)
    count = np.bincount(code, minlength=len(values))
    centre = np.stack([np.bincount(code, w[known], len(values)) / np.maximum(count, 1) for w in (easting, northing)], 1)
    outcode = np.array([value.split(" ")[0] for value in values], dtype=object)
    group = np.arange(len(values))
    for code_of_area in np.unique(outcode.astype("str")):
        group = _merge(group, outcode == code_of_area, count, centre, minimum)
    group = _merge(group, np.ones(len(values), dtype=bool), count, centre, minimum)
    return _zones(values, group, known, code, easting, northing)


def _merge(
    group: NDArray[np.int64], allowed: NDArray[np.bool_], count: NDArray[np.int64], centre: Floats, minimum: int
) -> NDArray[np.int64]:
    """Join the smallest group below the minimum to its nearest, among the sectors allowed, until none is below."""
    group = group.copy()
    while True:
        present = np.unique(group[allowed])
        size = np.array([count[group == one].sum() for one in present])
        if len(present) < 2 or size.min() >= minimum:
            return group
        middle = np.array([np.average(centre[group == one], axis=0, weights=count[group == one]) for one in present])
        smallest = int(np.argmin(size))
        away = np.hypot(*(middle - middle[smallest]).T)
        away[smallest] = np.inf
        group[group == present[smallest]] = present[int(np.argmin(away))]


def _zones(
    values: NDArray[np.str_],
    group: NDArray[np.int64],
    known: NDArray[np.bool_],
    code: NDArray[np.int64],
    easting: Floats,
    northing: Floats,
) -> Zones:
    """Name the groups, largest first, and say who is in which."""
    order, inverse, size = np.unique(group[code], return_inverse=True, return_counts=True)
    rank = np.argsort(np.argsort(-size, kind="stable"), kind="stable")
    zone = np.full(len(known), len(order), dtype="int64")
    zone[known] = rank[inverse]
    members = [zone == index for index in range(len(order))]
    names = [_name(values[group == one], values) for one in order[np.argsort(rank)]]
    return Zones(
        (*names, UNKNOWN_ZONE),
        zone,
        (*(easting[rows] for rows in members), np.array([])),
        (*(northing[rows] for rows in members), np.array([])),
        np.bincount(zone, minlength=len(order) + 1) / max(len(zone), 1),
    )


def _name(sectors: NDArray[np.str_], everywhere: NDArray[np.str_]) -> str:
    """Name a zone by its outcodes, with the sectors of those it shares with another zone."""
    parts = []
    for outcode in sorted({sector.split(" ")[0] for sector in sectors}):
        mine = [sector for sector in sectors if sector.split(" ")[0] == outcode]
        whole = len(mine) == sum(sector.split(" ")[0] == outcode for sector in everywhere)
        inward = "/".join(sector.split(" ")[1] for sector in mine if " " in sector)
        parts.append(outcode if whole or not inward else f"{outcode} {inward}")
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
