"""Who lives where: the people of the walk as rows of expected children, known children first."""

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Residents:
    """People in a place, one row a child or a class of like children; r rows, every array of shape (r,).

    Attributes
    ----------
    birth_from, birth_to
        First and one-past-last possible birth day, counted from 1970-01-01; one day wide when known.
    profile, zone, uasc, sex, place
        Indices: PROFILES, zone, 0 or 1, SEXES (-1 unknown), places.
    amount
        Expected children.
    miles, far
        Statutory miles from home (NaN unknown) and share more than 20 miles away (NaN unknown).
    locality
        Index into LOCALITIES.
    """

    birth_from: IntArray
    birth_to: IntArray
    profile: IntArray
    zone: IntArray
    uasc: IntArray
    sex: IntArray
    place: IntArray
    amount: FloatArray
    miles: FloatArray
    far: FloatArray
    locality: IntArray

    def __len__(self) -> int:
        return len(self.amount)

    def take(self, rows: NDArray[np.bool_] | IntArray) -> "Residents":
        """Return some of the rows."""
        return Residents(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def with_amount(self, amount: FloatArray) -> "Residents":
        """Return the same rows with other amounts."""
        return replace(self, amount=amount)

    @classmethod
    def join(cls, parts: "Sequence[Residents]") -> "Residents":
        """Return the rows of several, in order."""
        return cls(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)})


def split_by_profile(residents: Residents, shares: FloatArray) -> Residents:
    """Divide each row over the need profiles, so that the parts add up to the row.

    Parameters
    ----------
    shares
        How each row divides, shape (r, profiles); rows sum to 1.
    """
    row, profile = np.nonzero(shares > 0)
    parts = residents.take(row)
    return replace(parts, profile=profile.astype(np.int64), amount=parts.amount * shares[row, profile])
