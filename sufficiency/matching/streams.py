"""Homes that law, court or family decide: where such children live is not chosen, but it is known where they live now.

Kinship, parents, adoption and the like have one entry each in the list of places. Here each becomes a few entries, one
for each combination of locality and within or beyond 20 miles seen on the base date, so that a projection keeps saying
how far from home these children live instead of losing sight of them.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.needs import PROFILES
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.matching.reach import FAR_MILES, LOCALITIES

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Streams:
    """Places with their streams spread over where children live.

    Attributes
    ----------
    places
        The list with several entries a stream, at the end.
    share
        How each unplanned profile divides over the entries, shape (profiles, places); rows of planned profiles are 0.
    place_of
        Entry of each child of the base date in the new list, shape (c,).
    """

    places: Places
    share: FloatArray
    place_of: IntArray


def spread_streams(places: Places, used: IntArray, miles: FloatArray, locality: IntArray) -> Streams:
    """Spread each stream over where its children live on the base date.

    Parameters
    ----------
    used
        Entry of each child on the base date, shape (c,).
    miles, locality
        Statutory miles of each child (NaN unknown) and index into LOCALITIES, shape (c,).

    Raises
    ------
    ValueError
        When an unplanned profile has no entry of kind "decided elsewhere".
    """
    stream = np.flatnonzero([kind is PlaceKind.STREAM for kind in places.kind])
    kept = np.flatnonzero([kind is not PlaceKind.STREAM for kind in places.kind])
    position = np.full(len(places), -1, dtype=np.int64)
    position[kept] = np.arange(len(kept))
    seen = pd.DataFrame({"place": used, "far": miles > FAR_MILES, "locality": locality, "miles": miles})
    seen["known"] = ~np.isnan(miles)
    parts, place_of = [places.take(kept)], position[used]
    rows: list[tuple[int, float]] = []
    for entry in stream:
        here = seen[seen["place"] == entry]
        buckets = _buckets(here)
        first = len(kept) + len(rows)
        parts.append(_entries(places, int(entry), buckets))
        rows += [(int(entry), share) for share in buckets["share"]]
        place_of[here.index] = first + _bucket_of(here, buckets)
    return Streams(Places.join(parts), _shares(places, rows, len(kept)), place_of)


def _buckets(here: pd.DataFrame) -> pd.DataFrame:
    """Locality x within or beyond 20 miles with mean miles and share; one unknown entry when nothing is known."""
    known = here[here["known"]]
    if known.empty:
        unknown = LOCALITIES.index("unknown")
        return pd.DataFrame({"locality": [unknown], "far": [False], "miles": [np.nan], "share": [1.0]})
    grouped = known.groupby(["locality", "far"], as_index=False).agg(miles=("miles", "mean"), share=("miles", "size"))
    return grouped.assign(share=grouped["share"] / len(known))


def _entries(places: Places, entry: int, buckets: pd.DataFrame) -> Places:
    number = len(buckets)
    one = places.take(np.full(number, entry, dtype=np.int64))
    words = tuple(LOCALITIES[index] for index in buckets["locality"])
    return replace(
        one,
        id=tuple(
            f"{places.id[entry]} {word} {'over' if far else 'within'} 20 miles"
            for word, far in zip(words, buckets["far"], strict=True)
        ),
        ring_miles=buckets["miles"].to_numpy(dtype=np.float64),
        ring_locality=words,
    )


def _bucket_of(here: pd.DataFrame, buckets: pd.DataFrame) -> IntArray:
    """Bucket of each child: its own, or the fullest where its distance is not known."""
    keys = {(row.locality, row.far): index for index, row in enumerate(buckets.itertuples())}
    fullest = int(np.argmax(buckets["share"]))
    found = [keys.get((row.locality, row.far), fullest) if row.known else fullest for row in here.itertuples()]
    return np.asarray(found, dtype=np.int64)


def _shares(places: Places, rows: list[tuple[int, float]], first: int) -> FloatArray:
    shares = np.zeros((len(PROFILES), first + len(rows)))
    for index, profile in enumerate(PROFILES):
        if profile.planned:
            continue
        mine = [at for at, (entry, _) in enumerate(rows) if places.setting[entry] is profile.preferred]
        if not mine:
            raise ValueError(f"no entry decided elsewhere for {profile.preferred}")
        shares[index, first + np.array(mine)] = [rows[at][1] for at in mine]
    return shares / np.where(shares.sum(axis=1, keepdims=True) > 0, shares.sum(axis=1, keepdims=True), 1.0)
