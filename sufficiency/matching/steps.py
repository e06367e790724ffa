"""What happens within a month of the walk: who comes, who moves, what closes, what is free, who goes where."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.ages import Ages, narrow
from sufficiency.domain.needs import ADULT_AGE, PROFILES
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.matching.columns import SETTING_INDEX
from sufficiency.matching.groups import CellGrid, Cells

if TYPE_CHECKING:
    from sufficiency.demand.rates import Rates

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

IS_STREAM = np.array([not profile.planned for profile in PROFILES])
"""Profiles whose home is decided by law, court or family."""


def settings_of(places: Places) -> IntArray:
    """Return the setting of each place as an index, shape (n,)."""
    return np.array([SETTING_INDEX[setting] for setting in places.setting], dtype=np.int64)


def spread_over_streams(profile: IntArray, share: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Divide rows of people whose home is not chosen over the entries of their stream; others are left out.

    Parameters
    ----------
    profile
        Need profile of each row.
    share
        :attr:`sufficiency.matching.streams.Streams.share`.

    Returns
    -------
    tuple
        Row, place and share of each part; the shares of a row add up to 1.
    """
    of_profile, place = np.nonzero(share)
    count = np.bincount(of_profile, minlength=len(share))
    row = np.repeat(np.arange(len(profile)), count[profile])
    entry = (np.cumsum(count) - count)[profile[row]] + _rank(count[profile])
    return row, place[entry], share[profile[row], place[entry]]


def _rank(count: IntArray) -> IntArray:
    """Count from 0 within runs of some lengths."""
    return np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)


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
    by_quarter = np.tensordot(grid.entry_spread(middle), by_need, (0, 0)).transpose(0, 2, 1)
    where = np.einsum("uz,ux->zux", zone_share, sex_share)
    uasc = np.indices(where.shape)[1].reshape(-1)
    return np.asarray(by_quarter.reshape(-1, 2)[:, uasc] * where.reshape(-1)).reshape(-1)


def movers(rates: "Rates", profile_shares: FloatArray, leaving: FloatArray, band: IntArray) -> FloatArray:
    """Return who leaves a placement without leaving care, by the cell of what they need next.

    What they need next follows the history of moves by setting and age band; zone, UASC and sex are their own.

    Parameters
    ----------
    leaving
        By quarter of birth, setting they leave and the rest of the cell, shape (quarters, settings, zones x 2 x sexes).
    band
        Age band of each quarter of birth.
    """
    next_need = np.einsum("bst,tp->bps", rates.move_to, profile_shares)
    return np.asarray(next_need[band] @ leaving).reshape(-1)


def under_age(ages: Ages, day: int) -> Ages:
    """Return rows without the birth days of those who were 18 before a day: they left when they turned."""
    return narrow(ages, day, ADULT_AGE)


def closing_share(places: Places, occupied: FloatArray, step: int) -> FloatArray:
    """Return the share of the children in each place whose place closes under them this month, shape (n,).

    Who lived in a place beyond its listed capacity before stays: only a *fall* in capacity displaces, and it displaces
    everybody in the place alike.
    """
    fallen = places.capacity[:, step] < places.capacity[:, step - 1]
    excess = np.where(fallen, np.clip(occupied - places.capacity[:, step], 0.0, None), 0.0)
    return np.divide(excess, occupied, out=np.zeros(len(places)), where=occupied > 0)


def may_be_given(places: Places) -> NDArray[np.bool_]:
    """Mark the places that the engine may give, shape (n,)."""
    closed = (PlaceKind.EXISTING, PlaceKind.STREAM, PlaceKind.UNMET)
    return np.array([kind not in closed for kind in places.kind])


def free_places(places: Places, given: NDArray[np.bool_], occupied: FloatArray, step: int) -> FloatArray:
    """Return how many children each place can still take this month: room, or what the market gives in a month."""
    room = np.clip(places.capacity[:, step] - occupied, 0.0, None)
    return np.where(given, np.minimum(room, places.starts_per_month), 0.0)


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
    placement = order[first[member[cell]] + _rank(count[member])]
    total = np.bincount(placed_member, placed)
    return cell, placement, cells.amount[cell] * placed[placement] / total[member[cell]]
