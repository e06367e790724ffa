"""Who lives where on the base date: children put into the cells of the published table, every margin exact."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from sufficiency.synthetic.chance import age_on, shuffled
from sufficiency.synthetic.people import UASC_YOUNGER, Population, stratum
from sufficiency.synthetic.targets import BASE_DATE, TABLE

TOGETHER_CHANCE = 0.8
TOGETHER_CELLS = ("kinship", "in-house", "agency", "parents")
YOUNGEST = {"supported": 16, "home": 7, "custody": 13, "unregistered": 10, "residential school": 8}
OLDEST = {"adoption": 8, "mother and baby": 1}
"""Ages, in whole years, outside which nobody is put into a kind of home (assumption; 16 is law)."""

LARGEST_GROUP = {"kinship": 4, "in-house": 3, "agency": 3, "parents": 4}

Quota = dict[tuple[str, int], int]


@dataclass(frozen=True)
class BasePlace:
    """Where somebody lives on the base date.

    Attributes
    ----------
    cell
        Kind of arrangement, a key of :data:`targets.TABLE`.
    locality
        0 inside the boundary, 1 outside it within 20 miles, 2 over 20 miles.
    provider
        SSDA903 PLACE_PROVIDER code.
    shared
        Number of the arrangement: brothers and sisters who live together share it.
    """

    cell: str
    locality: int
    provider: str
    shared: int


def base_places(population: Population, rng: Generator) -> dict[int, BasePlace]:
    """Return the place of every child in care on the base date, by index of the spell."""
    here = [index for index, spell in enumerate(population.spells) if spell.end is None]
    group = {i: stratum(population.persons[population.spells[i].person], BASE_DATE) for i in here}
    quota: Quota = {(name, g): n for name, cell in TABLE.items() for g, n in enumerate((*cell.by_age, *cell.uasc)) if n}
    units = _place_adopted(population, here, group, quota)
    units += _place_young_in_homes(population, here, group, quota, rng)
    placed = {i for unit, _ in units for i in unit}
    units += _place_siblings(population, [i for i in here if i not in placed], group, quota, rng)
    placed = {i for unit, _ in units for i in unit}
    units += _place_rest([i for i in here if i not in placed], group, quota, rng)
    return _locate(units, group, rng)


def _place_adopted(
    population: Population, here: Sequence[int], group: dict[int, int], quota: Quota
) -> list[tuple[list[int], str]]:
    """Give the adoptive homes to those aged 1 to 4 who have been in care longest."""
    waiting = sorted((i for i in here if group[i] == 1), key=lambda i: population.spells[i].start)
    chosen = waiting[: quota.pop(("adoption", 1))]
    return [([i], "adoption") for i in chosen]


def _place_young_in_homes(
    population: Population, here: Sequence[int], group: dict[int, int], quota: Quota, rng: Generator
) -> list[tuple[list[int], str]]:
    """Give the few places in homes among those aged 5 to 9 to the older of them."""
    births = {i: population.persons[population.spells[i].person].birth for i in here if group[i] == 2}
    old_enough = [i for i, birth in births.items() if age_on(birth, BASE_DATE) >= YOUNGEST["home"]]
    return [([i], "home") for i in shuffled(old_enough, rng)[: quota.pop(("home", 2))]]


def _place_siblings(
    population: Population, here: Sequence[int], group: dict[int, int], quota: Quota, rng: Generator
) -> list[tuple[list[int], str]]:
    """Put most brothers and sisters into one home, as far as the table has room."""
    families: dict[int, list[int]] = {}
    for i in here:
        if group[i] < UASC_YOUNGER:
            families.setdefault(population.persons[population.spells[i].person].family, []).append(i)
    units = []
    for members in shuffled([m for m in families.values() if len(m) > 1], rng):
        cell = _cell_with_room(members, group, quota, rng)
        if cell and rng.random() < TOGETHER_CHANCE:
            units.append((members, cell))
            for i in members:
                quota[cell, group[i]] -= 1
    return units


def _cell_with_room(members: Sequence[int], group: dict[int, int], quota: Quota, rng: Generator) -> str:
    need = Counter(group[i] for i in members)
    room = {
        cell: min(quota.get((cell, g), 0) for g in need)
        for cell in TOGETHER_CELLS
        if len(members) <= LARGEST_GROUP[cell] and all(quota.get((cell, g), 0) >= n for g, n in need.items())
    }
    if not room:
        return ""
    weights = np.array(list(room.values()), dtype=float)
    return list(room)[int(rng.choice(len(room), p=weights / weights.sum()))]


def _place_rest(
    here: Sequence[int], group: dict[int, int], quota: Quota, rng: Generator
) -> list[tuple[list[int], str]]:
    """Fill what is left of the table at random within each group."""
    units: list[tuple[list[int], str]] = []
    for g in sorted(set(group.values())):
        cells = [cell for (cell, of), n in quota.items() if of == g for _ in range(n)]
        members = [i for i in here if group[i] == g]
        units += [([i], cell) for i, cell in zip(members, shuffled(cells, rng), strict=True)]
    return units


def _locate(units: list[tuple[list[int], str]], group: dict[int, int], rng: Generator) -> dict[int, BasePlace]:
    """Spread each cell over localities and providers, largest sibling groups first so that they fit."""
    room = {(name, False): list(cell.places) for name, cell in TABLE.items()}
    room |= {(name, True): list(cell.uasc_places) for name, cell in TABLE.items()}
    out: dict[int, BasePlace] = {}
    for number, (members, cell) in enumerate(sorted(shuffled(units, rng), key=lambda unit: -len(unit[0]))):
        left = room[cell, group[members[0]] >= UASC_YOUNGER]
        weights = np.array([n if n >= len(members) else 0 for n in left], dtype=float)
        locality = int(rng.choice(3, p=weights / weights.sum()))
        left[locality] -= len(members)
        out |= {i: BasePlace(cell, locality, "", number) for i in members}
    return _with_providers(out, rng)


def _with_providers(places: dict[int, BasePlace], rng: Generator) -> dict[int, BasePlace]:
    """Give each cell's lesser providers to children living without brothers or sisters, the main one to the rest."""
    living = Counter(place.shared for place in places.values())
    out = dict(places)
    for name, cell in TABLE.items():
        main = max(cell.providers, key=lambda code: cell.providers[code])
        lesser = [code for code, n in cell.providers.items() if code != main for _ in range(n)]
        inside = [i for i, place in places.items() if place.cell == name]
        free = [i for i in inside if living[places[i].shared] == 1 and not _borough_home(places[i])]
        alone = shuffled(free, rng)[: len(lesser)]
        codes = dict(zip(alone, lesser, strict=True))
        out |= {i: replace(places[i], provider=codes.get(i, main)) for i in inside}
    return out


def _borough_home(place: BasePlace) -> bool:
    """Homes in the borough are all private, so no other provider may be drawn for them."""
    return place.cell == "home" and place.locality == 0
