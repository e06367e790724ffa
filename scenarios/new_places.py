"""Entries that levers add to the list of places, and entries they split; positions of the old ones never change."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scenarios.ground import Ground, IntArray, centre_of_homes
from sufficiency.domain.places import UNLIMITED, PlaceKind, Places
from sufficiency.domain.settings import CostLine, Sector, Setting, cost_line

YOUNGEST = {Setting.RESIDENTIAL: 8, Setting.SUPPORTED: 16}
"""Youngest age of a new home by setting where nobody says (supply.inferred_home_age_min; 2021 Regulations for 16)."""


def new_entry(
    ground: Ground,
    name: str,
    kind: PlaceKind,
    setting: Setting,
    sector: Sector,
    capacity: IntArray,
    **columns: object,
) -> Places:
    """Return one new entry at the middle of where children come from, in the council's area unless said otherwise.

    Parameters
    ----------
    capacity
        Places in each month walked, shape (months,); none on the base date.
    columns
        Other columns of :class:`~sufficiency.domain.places.Places`, one value each.
    """
    east, north = centre_of_homes(ground.now.home)
    given: dict[str, object] = {
        "easting": east,
        "northing": north,
        "authority": ground.authority,
        "ring_miles": np.nan,
        "ring_locality": "",
        "age_min": YOUNGEST.get(setting, 0),
        "age_max": 17,
        "sex": "any",
        "need_level_max": 3,
        "solo": False,
        "sibling_exemption": False,
        "starts_per_month": float(UNLIMITED),
        "weekly_pence": 0,
        "fixed_weekly_pence": 0,
        "inferred": False,
        "bought_ahead": False,
    } | columns
    by_month = np.concatenate([[0], capacity]).astype(np.int64)[None, :]
    numbers: dict[str, object] = {
        name: np.array([value], dtype=_dtype(value)) if not isinstance(value, str) else (value,)
        for name, value in given.items()
    }
    return Places(
        id=(free_name(ground.places, name),),
        kind=(kind,),
        setting=(setting,),
        sector=(sector,),
        line=(cost_line(setting, sector),),
        capacity=by_month,
        **numbers,  # type: ignore[arg-type]  # arrays by field name
    )


def _dtype(value: object) -> type:
    if isinstance(value, (bool, np.bool_)):
        return bool
    return np.int64 if isinstance(value, (int, np.integer)) else np.float64


def free_name(places: Places, name: str) -> str:
    """Return a name, with a number added when it is taken."""
    taken, number, answer = set(places.id), 1, name
    while answer in taken:
        number += 1
        answer = f"{name}-{number}"
    return answer


def at_address(ground: Ground, easting: float, northing: float, authority: str) -> dict[str, object]:
    """Return the columns of an address; none when it is not known, and then the middle of the area stands."""
    known = not (np.isnan(easting) or np.isnan(northing))
    return {"easting": easting, "northing": northing, "authority": authority or ground.authority} if known else {}


def in_ring(miles: float, locality: str) -> dict[str, object]:
    """Return the columns of places without an address, so many miles from each child's home."""
    return {"easting": np.nan, "northing": np.nan, "authority": "", "ring_miles": miles, "ring_locality": locality}


def whole_places(expected: NDArray[np.float64]) -> IntArray:
    """Return whole places for an expected number: one opens when more than half of it is there."""
    return np.floor(expected + 0.5 + 1e-9).astype(np.int64)


def own_households(places: Places) -> IntArray:
    """Return the entries that are the council's own foster households."""
    return np.flatnonzero(
        [
            kind is PlaceKind.HOUSEHOLD and sector is Sector.OWN and setting is Setting.FOSTERING
            for kind, sector, setting in zip(places.kind, places.sector, places.setting, strict=True)
        ]
    )


def market_of(places: Places, setting: Setting) -> IntArray:
    """Return the entries of the spot market of a setting."""
    return np.flatnonzero(
        [kind is PlaceKind.SPOT and own is setting for kind, own in zip(places.kind, places.setting, strict=True)]
    )


def bought(places: Places, line: CostLine) -> IntArray:
    """Return what is bought from others on a line and is not a block: market, their homes, existing arrangements."""
    kinds = (PlaceKind.SPOT, PlaceKind.HOME, PlaceKind.EXISTING)
    return np.flatnonzero(
        [
            kind in kinds and own is line and sector is not Sector.OWN
            for kind, own, sector in zip(places.kind, places.line, places.sector, strict=True)
        ]
    )


def spread_order(number: int) -> IntArray:
    """Return an order of so many entries in which any first few are spread over all of them, the same every time."""
    return np.argsort((np.arange(number) * 0.6180339887498949) % 1.0, kind="stable")


def with_column(places: Places, rows: IntArray, **columns: NDArray[np.float64] | IntArray) -> Places:
    """Return places with some columns of numbers replaced in some rows."""
    changed = {}
    for name, values in columns.items():
        column = getattr(places, name).copy()
        column[rows] = values
        changed[name] = column
    return replace(places, **changed)
