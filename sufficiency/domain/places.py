"""Places: capacity that a child could live in, as arrays that all of matching and finance share.

One entry is a household, a home, a block contract or a tier of the spot market. A tier has no address: it is a ring of
distance around the child's home, a price, and how many new placements a month the market has been able to give.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.settings import CostLine, Sector, Setting

UNLIMITED = 1_000_000
"""Stands for "as many as asked" in capacities, which are whole children."""


class PlaceKind(StrEnum):
    """What an entry of the place list is."""

    HOUSEHOLD = "household"
    HOME = "home"
    BLOCK = "block contract"
    SPOT = "spot market"
    STREAM = "decided elsewhere"
    EXISTING = "existing arrangement"
    UNMET = "no suitable place"


@dataclass(frozen=True, eq=False)
class Places:
    """Everything that can be used, one entry an index; n places, t months.

    Attributes
    ----------
    id
        Stable identifier, unique.
    kind, setting, sector, line
        One value an entry.
    easting, northing
        National grid metres, NaN for tiers and unknown addresses, shape (n,).
    authority
        Children's services authority code of the address, "" when unknown.
    ring_miles
        Typical statutory miles from home for a tier, NaN where the address is known, shape (n,).
    ring_locality
        "in area", "neighbouring", "distant" or "unknown" for a tier, "" where the address is known.
    age_min, age_max
        Whole years of age taken, inclusive, shape (n,).
    sex
        "any", "M" or "F".
    need_level_max
        Highest need level taken, 1 to 4, shape (n,).
    solo
        True where the home takes one child only, shape (n,).
    sibling_exemption
        True where a sibling group may exceed the usual fostering limit of three, shape (n,).
    capacity
        Usable places by month, whole children, shape (n, t). The first column is the base date itself.
    starts_per_month
        New placements the market can give in a month, UNLIMITED where only capacity binds; 0.5 is one every other
        month, shape (n,).
    weekly_pence
        Avoidable price of one child for one week at the base date's price level, shape (n,).
    fixed_weekly_pence
        Cost paid each week while the entry is open, used or not, shape (n,).
    inferred
        True where the entry was inferred from use because no file was given, shape (n,).
    bought_ahead
        True for one home all of whose usable places are the council's to fill or leave empty: its own and those under a
        block contract, as the homes file says, shape (n,).
    """

    id: tuple[str, ...]
    kind: tuple[PlaceKind, ...]
    setting: tuple[Setting, ...]
    sector: tuple[Sector, ...]
    line: tuple[CostLine, ...]
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    authority: tuple[str, ...]
    ring_miles: NDArray[np.float64]
    ring_locality: tuple[str, ...]
    age_min: NDArray[np.int64]
    age_max: NDArray[np.int64]
    sex: tuple[str, ...]
    need_level_max: NDArray[np.int64]
    solo: NDArray[np.bool_]
    sibling_exemption: NDArray[np.bool_]
    capacity: NDArray[np.int64]
    starts_per_month: NDArray[np.float64]
    weekly_pence: NDArray[np.int64]
    fixed_weekly_pence: NDArray[np.int64]
    inferred: NDArray[np.bool_]
    bought_ahead: NDArray[np.bool_]

    def __post_init__(self) -> None:
        lengths = {name: len(getattr(self, name)) for name in self.__dataclass_fields__}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"place columns differ in length: {lengths}")

    def __len__(self) -> int:
        return len(self.id)

    @property
    def months(self) -> int:
        """Number of capacity columns: the base date and each month walked."""
        return int(self.capacity.shape[1])

    def take(self, rows: NDArray[np.int64]) -> "Places":
        """Return some of the entries, in the order asked for."""

        def column(name: str) -> Any:
            values = getattr(self, name)
            return values[rows] if isinstance(values, np.ndarray) else tuple(values[row] for row in rows)

        return Places(**{name: column(name) for name in self.__dataclass_fields__})

    @classmethod
    def join(cls, parts: Sequence["Places"]) -> "Places":
        """Return one list of places from several, in order.

        Raises
        ------
        ValueError
            When two entries share an identifier.
        """

        def column(name: str) -> Any:
            values = [getattr(part, name) for part in parts]
            return np.concatenate(values) if isinstance(values[0], np.ndarray) else sum(values, ())

        joined = cls(**{name: column(name) for name in cls.__dataclass_fields__})
        if len(set(joined.id)) != len(joined.id):
            raise ValueError("two places share an identifier")
        return joined
