"""The shape of a council's home areas, derived offline: a fine grid whose cells take the area of the nearest postcode.

Approximate by nature, and labelled so. It holds every postcode of the area, never those of children.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from sufficiency.geography.postcodes import PostcodeDirectory

CELL_METRES, REACH_METRES = 250.0, 1_200.0
"""Side of a cell, and how far from a postcode the land is still drawn (assumptions)."""

NO_ZONE = -1
_OUTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")


@dataclass(frozen=True, eq=False)
class ZoneGrid:
    """Which home area each cell of a grid belongs to.

    Attributes
    ----------
    names
        Home areas as the plan names them.
    west, south
        Corner of the grid, national grid metres.
    zone
        Index into ``names`` of each cell, NO_ZONE outside, shape (rows from the south, columns from the west).
    """

    names: tuple[str, ...]
    west: float
    south: float
    zone: NDArray[np.int64]

    def at(self, easting: NDArray[np.float64], northing: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the home area of points; NO_ZONE outside the grid or where a coordinate is missing."""
        known = np.isfinite(easting) & np.isfinite(northing)
        column = np.where(known, (easting - self.west) // CELL_METRES, -1).astype(np.int64)
        row = np.where(known, (northing - self.south) // CELL_METRES, -1).astype(np.int64)
        inside = (row >= 0) & (row < self.zone.shape[0]) & (column >= 0) & (column < self.zone.shape[1])
        found = self.zone[np.clip(row, 0, self.zone.shape[0] - 1), np.clip(column, 0, self.zone.shape[1] - 1)]
        return np.where(inside, found, NO_ZONE)

    @property
    def middle(self) -> NDArray[np.float64]:
        """Middle of each home area in cells from the south-west corner, shape (areas, 2) as column, row."""
        points = [np.argwhere(self.zone == index)[:, ::-1] for index in range(len(self.names))]
        return np.array([each.mean(axis=0) if len(each) else [np.nan, np.nan] for each in points])


def zone_grid(directory: PostcodeDirectory, authority: str, zones: tuple[str, ...]) -> ZoneGrid | None:
    """Return the grid of a council's home areas; None when no postcode of any of them lies in the council.

    Parameters
    ----------
    zones
        Names of home areas as the plan has them: outcodes, with sectors where an outcode is split.
    """
    sector_zone = {part: place for place, name in enumerate(zones) for part in parts_of(name)}
    outcodes = sorted({part.split(" ")[0] for part in sector_zone})
    if not outcodes:
        return None
    table = directory.area(*outcodes)
    text = pd.Series(table.postcode).astype("str")
    sector, outcode = text.str[:-3] + " " + text.str[-3], text.str[:-3]
    zone = sector.map(sector_zone).fillna(outcode.map(sector_zone)).fillna(NO_ZONE).astype("int64").to_numpy()
    points = np.column_stack([table.easting, table.northing])
    kept = (table.authority == authority) & np.isfinite(points).all(axis=1) & (zone != NO_ZONE)
    return _grid(zones, points[kept], zone[kept]) if kept.any() else None


def parts_of(name: str) -> list[str]:
    """Return the outcodes and sectors that a home area's name stands for.

    >>> parts_of("SN3 0/4 and SN6")
    ['SN3 0', 'SN3 4', 'SN6']
    """
    found: list[str] = []
    for part in re.split(r", | and ", name):
        outcode, _, inward = part.partition(" ")
        if _OUTCODE.fullmatch(outcode):
            found += [f"{outcode} {each}" for each in inward.split("/")] if inward else [outcode]
    return found


def _grid(names: tuple[str, ...], points: NDArray[np.float64], zone: NDArray[np.int64]) -> ZoneGrid:
    west, south = points.min(axis=0) - REACH_METRES
    columns, rows = (np.ceil((points.max(axis=0) + REACH_METRES - (west, south)) / CELL_METRES)).astype(int)
    across, up = np.meshgrid(np.arange(columns), np.arange(rows))
    centres = np.column_stack([across.ravel() + 0.5, up.ravel() + 0.5]) * CELL_METRES + (west, south)
    far, nearest = KDTree(points).query(centres)
    cells = np.where(far <= REACH_METRES, zone[nearest], NO_ZONE).reshape(rows, columns)
    return ZoneGrid(names, float(west), float(south), cells)
