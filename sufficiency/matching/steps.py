"""What happens within a month of the walk: who comes, who moves, what closes, what is free, who goes where."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.ages import Ages, age_band_index, narrow
from sufficiency.domain.needs import ADULT_AGE, PROFILES
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.matching.columns import SETTING_INDEX
from sufficiency.matching.groups import CellGrid, Cells
from sufficiency.matching.residents import Residents

if TYPE_CHECKING:
    from sufficiency.demand.rates import Rates
    from sufficiency.matching.reach import Reach

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

IS_STREAM = np.array([not profile.planned for profile in PROFILES])
"""Profiles whose home is decided by law, court or family."""


def settings_of(places: Places) -> IntArray:
    """Return the setting of each place as an index, shape (n,)."""
    return np.array([SETTING_INDEX[setting] for setting in places.setting], dtype=np.int64)


def spread_over_streams(cells: Cells, share: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Divide people whose home is not chosen over the entries of their stream.

    Parameters
    ----------
    share
        :attr:`sufficiency.matching.streams.Streams.share`.

    Returns
    -------
    tuple
        Cell, place and expected children of each part.
    """
    cell, place = np.nonzero(share[cells.profile] > 0)
    return cell, place, cells.amount[cell] * share[cells.profile[cell], place]


def entrants(
    grid: CellGrid,
    rates: "Rates",
    profile_shares: FloatArray,
    zone_share: FloatArray,
    sex_share: FloatArray,
    middle: int,
) -> FloatArray:
    """Return the month's expected entrants by cell: entries by age x UASC x setting, spread over need, zone and sex."""
    by_need = np.einsum("aus,sp->aup", rates.entries_per_month, profile_shares)
    by_quarter = np.einsum("aq,aup->qup", grid.entry_spread(middle), by_need)
    return np.asarray(np.einsum("qup,uz,ux->qpzux", by_quarter, zone_share, sex_share))


def movers(
    grid: CellGrid,
    rates: "Rates",
    profile_shares: FloatArray,
    residents: Residents,
    setting: IntArray,
    amount: FloatArray,
    middle: int,
) -> FloatArray:
    """Return who leaves a placement without leaving care, by the cell of what they need next.

    What they need next follows the history of moves by setting and age band; zone, UASC and sex are their own.
    """
    settings = len(SETTING_INDEX)
    shape = (grid.quarters, grid.zones, 2, grid.sexes, settings)
    where = (quarters(grid, residents), residents.zone, residents.uasc, _sex(grid, residents), setting)
    leaving = np.bincount(np.ravel_multi_index(where, shape), amount, int(np.prod(shape))).reshape(shape)
    next_need = np.einsum("bst,tp->bsp", rates.move_to, profile_shares)
    birth = Ages(*grid.birth_interval(np.arange(grid.quarters)))
    band = np.minimum(age_band_index(birth, middle), rates.move_to.shape[0] - 1)
    return np.asarray(np.einsum("qzuxs,qsp->qpzux", leaving, next_need[band]))


def again(grid: CellGrid, residents: Residents) -> FloatArray:
    """Return people who need a place of the same kind as before (displaced, or not placed last month), by cell."""
    where = (quarters(grid, residents), residents.profile, residents.zone, residents.uasc, _sex(grid, residents))
    flat = np.ravel_multi_index(where, grid.shape)
    return np.asarray(np.bincount(flat, residents.amount, grid.size).reshape(grid.shape))


def under_age(residents: Residents, day: int) -> Residents:
    """Return the residents without the birth days of those who were 18 before a day: they left when they turned."""
    ages = narrow(Ages(residents.birth_from, residents.birth_to), day, ADULT_AGE)
    return replace(residents, birth_from=ages.birth_from)


def closing_share(residents: Residents, places: Places, step: int) -> FloatArray:
    """Return the share of each resident whose place closes under them this month, shape (r,).

    Who lived in a place beyond its listed capacity before stays: only a *fall* in capacity displaces, and it displaces
    everybody in the place alike.
    """
    occupied = np.bincount(residents.place, residents.amount, len(places))
    fallen = places.capacity[:, step] < places.capacity[:, step - 1]
    excess = np.where(fallen, np.clip(occupied - places.capacity[:, step], 0.0, None), 0.0)
    return np.divide(excess, occupied, out=np.zeros(len(places)), where=occupied > 0)[residents.place]


def free_places(places: Places, occupied: FloatArray, step: int) -> FloatArray:
    """Return how many children each place can still take this month: room, or what the market gives in a month."""
    room = np.clip(places.capacity[:, step] - occupied, 0.0, None)
    closed = np.array([kind in (PlaceKind.EXISTING, PlaceKind.STREAM, PlaceKind.UNMET) for kind in places.kind])
    return np.where(closed, 0.0, np.minimum(room, places.starts_per_month))


def arrive(grid: CellGrid, reach: "Reach", cells: Cells, place: IntArray, amount: FloatArray) -> Residents:
    """Return people of cells as residents of places, with the distance from their zone."""
    birth_from, birth_to = grid.birth_interval(cells.quarter)
    return Residents(
        birth_from=birth_from,
        birth_to=birth_to,
        profile=cells.profile,
        zone=cells.zone,
        uasc=cells.uasc,
        sex=cells.sex if grid.sexes > 1 else cells.sex - 1,
        place=place,
        amount=amount,
        miles=reach.miles[cells.zone, place],
        far=reach.far_share[cells.zone, place],
        locality=reach.locality[place],
    )


def spread(
    cells: Cells, member: IntArray, placed_member: IntArray, placed: FloatArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Divide each class's placements over its cells, each cell in the proportions of its class.

    Parameters
    ----------
    member
        Member (class in this month's problem) of each cell, shape (c,).
    placed_member, placed
        Member and amount of each placement made, shape (k,).

    Returns
    -------
    tuple
        Cell, placement and expected children of each part; the parts of a cell add up to the cell.
    """
    order = np.argsort(placed_member, kind="stable")
    count = np.bincount(placed_member, minlength=int(member.max(initial=-1)) + 1)
    first = np.concatenate([[0], np.cumsum(count)])[:-1]
    cell = np.repeat(np.arange(len(cells)), count[member])
    offset = np.arange(len(cell)) - np.repeat(np.cumsum(count[member]) - count[member], count[member])
    placement = order[first[member[cell]] + offset]
    total = np.bincount(placed_member, placed)
    return cell, placement, cells.amount[cell] * placed[placement] / total[member[cell]]


def merge(grid: CellGrid, residents: Residents, places: int) -> Residents:
    """Add up residents who are alike in everything; known children (one day wide) stay rows of their own."""
    known = residents.birth_to - residents.birth_from == 1
    alike = residents.take(~known)
    shape = (grid.quarters, len(PROFILES), grid.zones, 2, grid.sexes, places)
    where = (quarters(grid, alike), alike.profile, alike.zone, alike.uasc, _sex(grid, alike), alike.place)
    _, first, group = np.unique(np.ravel_multi_index(where, shape), return_index=True, return_inverse=True)
    merged = alike.take(first).with_amount(np.asarray(np.bincount(group, alike.amount, len(first)), dtype=np.float64))
    return Residents.join([residents.take(known & (residents.amount > 0)), merged])


def quarters(grid: CellGrid, residents: Residents) -> IntArray:
    """Return the quarter index of each resident."""
    return grid.quarter_index(residents.birth_from, residents.birth_to)


def _sex(grid: CellGrid, residents: Residents) -> IntArray:
    return np.clip(residents.sex, 0, grid.sexes - 1)
