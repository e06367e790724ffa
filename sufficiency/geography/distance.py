"""The statutory distance: a straight line on the national grid, in miles to one decimal."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

KILOMETRES_PER_MILE = 1.6093
"""The factor the SSDA903 guidance uses (not 1.609344). Source: the 903 validator's ``datastore.py``."""

STATUTORY_MILES = 20.0
"""Further than this from home is counted by DfE as placed more than 20 miles away."""


def statutory_miles(
    e1: NDArray[Any] | float, n1: NDArray[Any] | float, e2: NDArray[Any] | float, n2: NDArray[Any] | float
) -> NDArray[np.float64]:
    """Return ``sqrt(dE² + dN²) / 1000 / 1.6093`` to one decimal, NaN when any coordinate is missing.

    With coordinates in whole metres no distance lies exactly half way between two tenths (16093 is odd, so 80.465 m
    times an odd number is never the root of a whole number), so the rule for halves cannot matter.

    Source: SSDA903 guidance, PL_DISTANCE, as the community's 903 validator works it out.
    """
    east = np.asarray(e1, dtype=np.float64) - np.asarray(e2, dtype=np.float64)
    north = np.asarray(n1, dtype=np.float64) - np.asarray(n2, dtype=np.float64)
    metres = np.sqrt(east**2 + north**2)
    return np.asarray(np.round(metres / 1000 / KILOMETRES_PER_MILE, 1))


def miles_matrix(points_a: NDArray[Any], points_b: NDArray[Any]) -> NDArray[np.float64]:
    """Return the statutory miles from each point to each other, shape (a, b), NaN where a point is missing.

    Parameters
    ----------
    points_a, points_b
        Eastings and northings in metres, shapes (a, 2) and (b, 2).
    """
    a, b = np.asarray(points_a, dtype=np.float64), np.asarray(points_b, dtype=np.float64)
    return statutory_miles(a[:, None, 0], a[:, None, 1], b[None, :, 0], b[None, :, 1])
