"""What single spot placements cost: a price drawn for each, kept while it lasts, drawn anew when another child comes.

A plan prices a placement at the mean of its kind. The price of one lies on a lognormal curve around that mean
(:mod:`.spot`), so a year with three of the dearest costs far more than the mean says. In a plan that counts children
by place and month, a placement is a seat: the second child in a place sits on its second seat. A seat has a price from
when it is taken until it is left; in the market it changes hands in a month at the rate at which such placements end.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.periods import Month
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import CostLine
from sufficiency.finance.shapes import SampledShape

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRAWN_KINDS = (PlaceKind.SPOT, PlaceKind.EXISTING, PlaceKind.UNMET)
"""Entries that stand for prices not known one by one. A home, household or contract has a price of its own."""

_ALMOST = 1e-9


@dataclass(frozen=True)
class Tail:
    """How single spot prices differ from the mean of their kind.

    Attributes
    ----------
    spread
        Standard deviation of the log price; 0 draws nothing.
    ends_monthly
        Share of spot placements that end in a month, so that the next child's price is drawn.
    lines
        Cost lines it holds for; children without a suitable place are always drawn.
    known
        Places whose prices are known, so that they are not drawn.
    """

    spread: float
    ends_monthly: float
    lines: tuple[CostLine, ...] = (CostLine.EXTERNAL_HOME,)
    known: frozenset[int] = frozenset()


def drawn_places(plan: SampledShape, tail: Tail) -> Ints:
    """Return the places whose prices are drawn."""
    every = zip(plan.places.kind, plan.places.line, strict=True)
    return np.array(
        [
            index
            for index, (kind, line) in enumerate(every)
            if index not in tail.known and kind in DRAWN_KINDS and (kind is PlaceKind.UNMET or line in tail.lines)
        ],
        dtype=np.int64,
    )


def tail_factors(
    rows: pd.DataFrame, plan: SampledShape, months: tuple[Month, ...], tail: Tail, rng: np.random.Generator
) -> Floats:
    """Return what each row's price is multiplied by, 1 on average, shape (rows,).

    Parameters
    ----------
    rows
        ``replication`` (1 to n), ``step`` (months walked, from 0), ``place``, ``child_days``.
    """
    position = np.full(len(plan.places), -1)
    drawn = drawn_places(plan, tail)
    position[drawn] = np.arange(len(drawn))
    here = np.flatnonzero(position[rows["place"].to_numpy()] >= 0)
    factor = np.ones(len(rows))
    if not len(here) or tail.spread == 0:
        return factor
    shape = (plan.replications, len(drawn), len(months))
    at = (
        rows["replication"].to_numpy(dtype=np.int64)[here] - 1,
        position[rows["place"].to_numpy()[here]],
        rows["step"].to_numpy()[here],
    )
    children = np.zeros(shape)
    days = np.array([month.days for month in months])
    np.add.at(children, at, rows["child_days"].to_numpy(dtype=np.float64)[here] / days[at[2]])
    kept = np.array([plan.places.kind[place] is PlaceKind.EXISTING for place in drawn])
    factor[here] = _mean_of_seats(children, kept, tail, rng)[at]
    return factor


def _mean_of_seats(children: Floats, kept: NDArray[np.bool_], tail: Tail, rng: np.random.Generator) -> Floats:
    """Return the mean drawn factor of the seats taken, by replication, place and month."""
    seats = np.ceil(children.max(axis=(0, 2)) - _ALMOST).astype(np.int64).clip(1)
    place = np.repeat(np.arange(len(seats)), seats)
    number = np.concatenate([np.arange(count) for count in seats])
    ends = np.where(kept[place], 0.0, tail.ends_monthly)
    replications, _, months = children.shape
    price, before = np.ones((replications, len(place))), np.zeros((replications, len(place)))
    out = np.ones_like(children)
    first = np.concatenate([[0], np.cumsum(seats)[:-1]])
    for month in range(months):
        taken = np.clip(children[:, place, month] - number, 0.0, 1.0)
        fresh = (taken > _ALMOST) & ((before <= _ALMOST) | (rng.random(taken.shape) < ends))
        drawn = np.exp(rng.standard_normal(taken.shape) * tail.spread - tail.spread**2 / 2)
        price = np.where(fresh, drawn, price)
        whole = np.add.reduceat(taken, first, axis=1)
        paid = np.add.reduceat(taken * price, first, axis=1)
        out[:, :, month] = np.divide(paid, whole, out=np.ones_like(paid), where=whole > _ALMOST)
        before = taken
    return out
