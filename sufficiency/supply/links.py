"""Who lives where on the base date: children linked to the entries they occupy."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import Sector, Setting
from sufficiency.geography.postcode_text import DISTRICT_LENGTH, read_postcode
from sufficiency.supply.entries import Entries, is_kind

NOWHERE = -1


@dataclass(frozen=True, eq=False)
class Links:
    """Which entry each child lives in so far.

    Attributes
    ----------
    place
        Row of the entries, :data:`NOWHERE` while not linked, one a child.
    how
        "urn", "postcode", "district" or "block"; "" while not linked.
    room
        Places left in each entry.
    turned_away
        Children whose address or URN an entry has, without a place left for them.
    """

    place: NDArray[np.int64]
    how: NDArray[np.str_]
    room: NDArray[np.int64]
    turned_away: NDArray[np.bool_]


def link_children(now: pd.DataFrame, built: Entries) -> Links:
    """Link children to homes by URN, else by postcode and setting, and to carers by placement postcode.

    Within an address the longest-settled children are linked first, up to the usable places on the base date.
    """
    count = len(now)
    room = built.capacity[:, 0].copy() if len(built) else np.zeros(0, dtype=np.int64)
    links = Links(np.full(count, NOWHERE), np.full(count, "", dtype="U8"), room, np.zeros(count, dtype=bool))
    home, household = is_kind(built, PlaceKind.HOME), is_kind(built, PlaceKind.HOUSEHOLD)
    block = is_kind(built, PlaceKind.BLOCK)
    own = (now["sector"] == Sector.OWN.value).to_numpy(dtype=bool)
    child_setting, entry_setting = now["setting"].astype(object), built.rows["setting"].astype(object)
    where = _written(now["placement_postcode"])
    there = _written(built.rows["postcode"])
    links = _attach(
        links, _key(child_setting, _urn(now["urn"])), _key(entry_setting, _urn(built.rows["urn"]), home), "urn"
    )
    links = _attach(links, _key(child_setting, where), _key(entry_setting, there, home), "postcode")
    links = _attach(links, _key(child_setting, where, own), _key(entry_setting, there, household), "postcode")
    part = there.where(there.str.len() == DISTRICT_LENGTH, "")
    district = where.str[:DISTRICT_LENGTH]
    links = _attach(links, _key(child_setting, district, own), _key(entry_setting, part, household), "district")
    bought = _key(child_setting, now["line"], ~own & ~_is_family(now))
    return _attach(links, bought, _key(entry_setting, built.rows["line"], block), "block", expected=False)


def hold_back(built: Entries, links: Links) -> tuple[Entries, NDArray[np.int64]]:
    """Hold back the places said to be in use by children who could not be linked; return how many in each entry.

    Free places on the base date are then usable places less places in use, as the file says.
    """
    linked = np.bincount(links.place[links.place != NOWHERE], minlength=len(built))
    in_use = built.rows["in_use"].fillna(0).to_numpy(dtype=np.int64)
    unlinked = np.minimum(np.maximum(in_use - linked, 0), np.maximum(links.room, 0))
    capacity = np.maximum(built.capacity - unlinked[:, None], 0)
    return Entries(built.rows, capacity), unlinked


def _attach(links: Links, child_key: pd.Series, entry_key: pd.Series, how: str, *, expected: bool = True) -> Links:
    """Give children not yet linked the free places that share their key, in order; note who found none."""
    waiting = (links.place == NOWHERE) & (child_key != "").to_numpy(dtype=bool)
    offered = np.flatnonzero((entry_key != "").to_numpy(dtype=bool))
    slot = np.repeat(offered, links.room[offered])
    slots = pd.DataFrame({"key": entry_key.to_numpy(dtype=object)[slot], "slot": slot})
    slots["turn"] = slots.groupby("key").cumcount()
    children = pd.DataFrame({"key": child_key.to_numpy(dtype=object)[waiting], "child": np.flatnonzero(waiting)})
    children["turn"] = children.groupby("key").cumcount()
    found = children.merge(slots, on=["key", "turn"], how="inner")
    child, taken = found["child"].to_numpy(dtype=np.int64), found["slot"].to_numpy(dtype=np.int64)
    place, names = links.place.copy(), links.how.copy()
    place[child], names[child] = taken, how
    room = links.room - np.bincount(taken, minlength=len(links.room))
    known = waiting & child_key.isin(entry_key[entry_key != ""]).to_numpy(dtype=bool) if expected else waiting & False
    return Links(place, names, room, (links.turned_away | known) & (place == NOWHERE))


def _key(setting: pd.Series, name: pd.Series, used: NDArray[np.bool_] | None = None) -> pd.Series:
    """Return setting and name as one key, "" where there is no name or the row is not used."""
    there = (name.fillna("") != "").to_numpy(dtype=bool)
    mask = there if used is None else there & used
    return (setting.astype(object) + " " + name.astype(object)).where(mask, "")


def _written(postcodes: pd.Series) -> pd.Series:
    """Return postcodes in the padded form, so that spacing never keeps a child from a home."""
    texts = postcodes.fillna("").astype(object)
    read = {text: read_postcode(text).key for text in texts.unique()}
    return texts.map(read).astype(object)


def _urn(numbers: pd.Series) -> pd.Series:
    """Return URN as digits: ``SC1234567`` is 1234567, and ``XXXXXXX`` (an unregistered home) is none."""
    return numbers.fillna("").astype(object).astype(str).str.replace(r"\D", "", regex=True).astype(object)


def _is_family(now: pd.DataFrame) -> NDArray[np.bool_]:
    unplanned = now["sector"].isin([Sector.FAMILY.value]) | (now["setting"] == Setting.KINSHIP.value)
    return unplanned.to_numpy(dtype=bool)
