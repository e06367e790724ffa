"""Where: real postcodes for invented homes, chosen so that every statutory distance falls on its side of 20 miles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sufficiency.geography.distance import miles_matrix
from sufficiency.geography.postcodes import PostcodeDirectory, PostcodeTable
from sufficiency.synthetic.targets import AUTHORITY

HOME_DISTRICTS = ("SN1", "SN2", "SN3", "SN4", "SN5", "SN6", "SN25", "SN26")
AROUND = ("SN", "GL", "RG", "OX", "BS", "BA", "SP", "SO", "BH", "B", "SY", "S")
INSIDE, NEAR, FAR = 0, 1, 2
TWENTY_MILES = 20.0

POOL = {INSIDE: 2500, NEAR: 700, FAR: 2200}
TRIED = 4
MILES_WEIGHT = ((35, 0.60), (60, 0.26), (400, 0.14))
"""Share of far placements by miles (assumption: most just beyond 20, a tail across the country)."""


@dataclass(frozen=True)
class Address:
    """One postcode with its authority."""

    postcode: str
    easting: float
    northing: float
    authority: str


@dataclass
class AddressBook:
    """Family homes by family, and unused addresses inside the boundary, near it and far from every family home."""

    homes: dict[int, Address]
    pools: dict[int, list[Address]]

    def take(self, locality: int) -> Address:
        """Take an address nobody has used yet."""
        return self.pools[locality].pop()


def make_address_book(families: Sequence[int], directory: PostcodeDirectory, rng: Generator) -> AddressBook:
    """Give each family a home in the borough and set aside addresses at known distances from all of them."""
    borough = _inside(directory.area(*HOME_DISTRICTS))
    rows = rng.permutation(len(borough))
    wanted = sorted(set(families))
    homes = dict(zip(wanted, _addresses(borough, rows[: len(wanted)]), strict=True))
    inside = rows[len(wanted) : len(wanted) + POOL[INSIDE]]
    around = directory.area(*AROUND)
    centre = borough.easting.mean(), borough.northing.mean()
    near, far = _near_and_far(around, np.array(centre), list(homes.values()), rng)
    pools = {
        INSIDE: _addresses(borough, inside),
        NEAR: _addresses(around, near[: POOL[NEAR]]),
        FAR: _addresses(around, far[: POOL[FAR]]),
    }
    return AddressBook(homes, pools)


def _inside(table: PostcodeTable) -> PostcodeTable:
    keep = table.authority == AUTHORITY
    return PostcodeTable(table.postcode[keep], table.easting[keep], table.northing[keep], table.authority[keep])


def _addresses(table: PostcodeTable, rows: NDArray[np.int64]) -> list[Address]:
    columns = (table.postcode[rows], table.easting[rows], table.northing[rows], table.authority[rows])
    return [Address(str(p), float(e), float(n), str(a)) for p, e, n, a in zip(*columns, strict=True)]


def _near_and_far(
    table: PostcodeTable, centre: NDArray[np.float64], homes: Sequence[Address], rng: Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw rows outside the borough: within 20 miles of every family home, and beyond 20 miles of every one."""
    points = np.column_stack([table.easting, table.northing])
    homes_at = np.array([(home.easting, home.northing) for home in homes])
    miles = miles_matrix(points, centre[None, :])[:, 0]
    outside = (table.authority != AUTHORITY) & np.char.startswith(table.authority.astype(str), "E")
    near = rng.permutation(np.flatnonzero(outside & (miles <= TWENTY_MILES)))[: TRIED * POOL[NEAR]]
    far = _spread(np.flatnonzero(outside & (miles > TWENTY_MILES)), miles, rng)
    near = near[miles_matrix(points[near], homes_at).max(axis=1) <= TWENTY_MILES]
    return near, far[miles_matrix(points[far], homes_at).min(axis=1) > TWENTY_MILES]


def _spread(far: NDArray[np.int64], miles: NDArray[np.float64], rng: Generator) -> NDArray[np.int64]:
    """Draw far addresses, most of them just beyond 20 miles."""
    ring = np.searchsorted([limit for limit, _ in MILES_WEIGHT], miles[far])
    in_ring = np.bincount(ring, minlength=len(MILES_WEIGHT))
    weight = np.array([share for _, share in MILES_WEIGHT])[ring] / in_ring[ring]
    return rng.choice(far, TRIED * POOL[FAR] // 2, replace=False, p=weight / weight.sum())
