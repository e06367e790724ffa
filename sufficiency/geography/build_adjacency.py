"""Derive which authorities adjoin, from postcodes alone: ``python -m sufficiency.geography.build_adjacency``.

Each cell of a grid over Great Britain takes the authority of its nearest postcode when that is near enough. Authorities
adjoin when their cells share enough sides. Run once a release; the result is shipped as ``data/adjacency.csv``,
approximate and labelled derived; only pairs with an English authority are kept. Pairs that only face each other over
water are listed, with the water, in ``data/water_between.csv`` and left out; pairs known to adjoin that the grid is too
coarse to see are in ``data/also_adjoining.csv``.
"""

import argparse
import csv
import string
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sufficiency.geography.authority import upper_tier
from sufficiency.geography.postcode_files import package_version, read_package_letter

CELL_METRES = 250
REACH_METRES = 4000.0
LEAST_SIDES = 2
"""Cell sides in common below which two authorities are not called adjoining (a touch at a point is chance)."""

DATA = Path(__file__).with_name("data")
COUNTRIES = ("E", "W", "S")


def points() -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """Return every postcode of Great Britain as a grid point and its upper-tier authority."""
    tables = [read_package_letter(letter) for letter in string.ascii_uppercase]
    district = np.concatenate([table.district for table in tables])
    place = np.column_stack(
        [np.concatenate([table.easting for table in tables]), np.concatenate([table.northing for table in tables])]
    )
    codes, back = np.unique(district, return_inverse=True)
    upper = np.array([upper_tier(code.decode()) for code in codes], dtype="U9")[back]
    used = ~np.isnan(place[:, 0]) & np.isin(upper.astype("U1"), COUNTRIES)
    return place[used], upper[used]


def nearest_authority(place: NDArray[np.float64], authority: NDArray[np.str_]) -> tuple[NDArray[np.int64], list[str]]:
    """Return a grid of authority numbers, -1 where no postcode is in reach, and the authority of each number."""
    from scipy.spatial import cKDTree

    codes, number = np.unique(authority, return_inverse=True)
    low, high = place.min(axis=0) - CELL_METRES, place.max(axis=0) + CELL_METRES
    east = np.arange(low[0], high[0], CELL_METRES)
    north = np.arange(low[1], high[1], CELL_METRES)
    cells = np.stack(np.meshgrid(east, north, indexing="ij"), axis=-1).reshape(-1, 2)
    answer = cKDTree(place).query(cells, distance_upper_bound=REACH_METRES, workers=2)
    distance, row = np.asarray(answer[0]), np.asarray(answer[1])
    near = np.isfinite(distance)
    grid = np.full(len(cells), -1, dtype=np.int64)
    grid[near] = number[row[near]]
    return grid.reshape(len(east), len(north)), codes.tolist()


def sides_in_common(grid: NDArray[np.int64], codes: list[str]) -> Counter[tuple[str, str]]:
    """Count the cell sides that each pair of authorities has in common."""
    pairs = [(grid[:-1, :], grid[1:, :]), (grid[:, :-1], grid[:, 1:])]
    both = np.concatenate([np.stack([a.ravel(), b.ravel()], axis=1) for a, b in pairs])
    both = np.sort(both[(both >= 0).all(axis=1) & (both[:, 0] != both[:, 1])], axis=1)
    unique, count = np.unique(both, axis=0, return_counts=True)
    return Counter({(codes[a], codes[b]): int(n) for (a, b), n in zip(unique.tolist(), count.tolist(), strict=True)})


def adjoining(sides: Counter[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Return the pairs called adjoining: enough sides in common, no water between, or known to adjoin."""
    water, known = _pairs("water_between.csv"), _pairs("also_adjoining.csv")
    english = {pair: count for pair, count in sides.items() if pair[0].startswith("E")}
    kept = {pair for pair, count in english.items() if count >= LEAST_SIDES and pair not in water}
    return sorted((*pair, sides[pair]) for pair in kept | known)


def _pairs(name: str) -> set[tuple[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        rows = [tuple(sorted((row["authority_a"], row["authority_b"]))) for row in csv.DictReader(file)]
    return {(a, b) for a, b in rows}


def write(rows: Iterable[tuple[str, str, int]], path: Path) -> None:
    """Write the pairs with how they were made."""
    source = f"derived: nearest postcode on a {CELL_METRES} m grid, directory {package_version()}"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["authority_a", "authority_b", "sides", "source"])
        writer.writerows([*row, source] for row in rows)


def main() -> None:
    """Derive the pairs and write them to the shipped file or to another one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=DATA / "adjacency.csv")
    arguments = parser.parse_args()
    write(adjoining(sides_in_common(*nearest_authority(*points()))), arguments.out)


if __name__ == "__main__":
    main()
