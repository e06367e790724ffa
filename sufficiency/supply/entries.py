"""Entries of the place list while it is being built: one row each, with what links children to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.places import UNLIMITED, PlaceKind, Places
from sufficiency.domain.settings import CostLine, Sector, Setting
from sufficiency.geography import PostcodeDirectory, authority_names

DEFAULTS: dict[str, object] = {
    "easting": np.nan,
    "northing": np.nan,
    "authority": "",
    "ring_miles": np.nan,
    "ring_locality": "",
    "age_min": 0,
    "age_max": 17,
    "sex": "any",
    "need_level_max": 4,
    "solo": False,
    "sibling_exemption": False,
    "starts_per_month": UNLIMITED,
    "weekly_pence": 0,
    "fixed_weekly_pence": 0,
    "inferred": False,
    "bought_ahead": False,
    "in_use": np.nan,
    "postcode": "",
    "urn": "",
}
"""Columns an entry need not state, and what they are then."""

COLUMNS: tuple[str, ...] = ("id", "kind", "setting", "sector", "line", *DEFAULTS)


@dataclass(frozen=True, eq=False)
class Entries:
    """Entries as rows (:data:`COLUMNS`) with capacity by month, shape (n, months + 1)."""

    rows: pd.DataFrame
    capacity: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def keep(self, mask: NDArray[np.bool_]) -> "Entries":
        """Return some of the entries."""
        return Entries(self.rows[mask].reset_index(drop=True), self.capacity[mask])


def entries(columns: dict[str, Any], capacity: NDArray[Any]) -> Entries:
    """Return entries from columns, with the defaults for those that are not given."""
    index = pd.RangeIndex(len(capacity))
    rows = pd.DataFrame({name: columns.get(name, DEFAULTS.get(name)) for name in COLUMNS}, index=index)
    return Entries(rows, np.asarray(capacity, dtype=np.int64))


def join(parts: Sequence[Entries]) -> Entries:
    """Return several lists of entries as one, in order."""
    full = [part for part in parts if len(part)] or list(parts[:1])
    rows = pd.concat([part.rows for part in full], ignore_index=True)
    return Entries(rows, np.concatenate([part.capacity for part in full]))


def located(directory: PostcodeDirectory, postcodes: pd.Series, authority: pd.Series | None = None) -> dict[str, Any]:
    """Return ``easting``, ``northing`` and ``authority`` columns; a stated authority stands in where none is known."""
    found = directory.locate(postcodes.to_numpy(dtype=object))
    code = found.authority.astype(object)
    if authority is not None:
        codes = {name.casefold(): key for key, name in authority_names().items()}
        stated = authority.fillna("").astype(object).map(lambda text: codes.get(str(text).casefold(), str(text)))
        code = np.where(code == "", stated.to_numpy(dtype=object), code)
    return {"easting": found.easting, "northing": found.northing, "authority": code}


def to_places(built: Entries) -> Places:
    """Return entries as the place list that matching and finance share."""
    rows = built.rows

    def numbers(name: str, kind: type) -> NDArray[Any]:
        return rows[name].to_numpy(dtype=kind)

    return Places(
        id=tuple(rows["id"].astype(str)),
        kind=tuple(PlaceKind(value) for value in rows["kind"]),
        setting=tuple(Setting(value) for value in rows["setting"]),
        sector=tuple(Sector(value) for value in rows["sector"]),
        line=tuple(CostLine(value) for value in rows["line"]),
        easting=numbers("easting", np.float64),
        northing=numbers("northing", np.float64),
        authority=tuple(rows["authority"].astype(str)),
        ring_miles=numbers("ring_miles", np.float64),
        ring_locality=tuple(rows["ring_locality"].astype(str)),
        age_min=numbers("age_min", np.int64),
        age_max=numbers("age_max", np.int64),
        sex=tuple(rows["sex"].astype(str)),
        need_level_max=numbers("need_level_max", np.int64),
        solo=numbers("solo", np.bool_),
        sibling_exemption=numbers("sibling_exemption", np.bool_),
        capacity=built.capacity,
        starts_per_month=numbers("starts_per_month", np.float64),
        weekly_pence=numbers("weekly_pence", np.int64),
        fixed_weekly_pence=numbers("fixed_weekly_pence", np.int64),
        inferred=numbers("inferred", np.bool_),
        bought_ahead=numbers("bought_ahead", np.bool_),
    )


def is_kind(built: Entries, *kinds: PlaceKind) -> NDArray[np.bool_]:
    """Return which entries are of some kinds."""
    return built.rows["kind"].isin(kinds).to_numpy(dtype=bool)
