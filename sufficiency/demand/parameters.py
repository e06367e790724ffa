"""What the rates could be: one draw of every parameter for each replication of the sampled face."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.entries import BAND_OF_YEAR, EntryModel, carried
from sufficiency.demand.inflow import Inflow, infant_parts, months_ahead
from sufficiency.demand.rates import Rates
from sufficiency.domain.needs import AGE_BANDS

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Parameters by replication; one replication stands for all when they are held at their means; n of them.

    Attributes
    ----------
    leave, move
        Leaving by age band, time in care, setting (n, a, c, s); moving by age band, time in the placement, setting.
    move_to
        Where moves go, shape (n, a, s, s).
    children
        Children entering a month at the end of the window, by UASC, age in years, first setting (n, 2, 18, s).
    growth
        By what entries are multiplied in each step, by age band, shape (n, steps, a).
    leave_drift, move_drift
        By what leaving and moving are multiplied in each step as the world changes, by age band, shape (n, steps, a).
    size_share
        Share of entering groups by size, by UASC, shape (2, sizes).
    dispersion
        Variance over mean of the groups that enter in a month.
    infants
        Share of entrants under one in each part of their first year.
    """

    leave: Singles
    move: Singles
    move_to: Singles
    children: Floats
    growth: Floats
    leave_drift: Singles
    move_drift: Singles
    size_share: Floats
    dispersion: float
    infants: Floats

    def __len__(self) -> int:
        return len(self.leave)

    def take(self, first: int, count: int) -> "Drawn":
        """Return the parameters of some replications; held parameters stand for any."""
        if len(self) == 1:
            return self
        some = slice(first, first + count)
        names = ("leave", "move", "move_to", "children", "growth", "leave_drift", "move_drift")
        return replace(self, **{name: getattr(self, name)[some] for name in names})


def hold_parameters(rates: Rates, plan: Inflow) -> Drawn:
    """Return the parameters at their means: only chance is left."""
    entering = rates.posterior.entering if rates.posterior is not None else None
    return Drawn(
        rates.leave_by_care[None].astype("float32"),
        rates.move_by_stay[None].astype("float32"),
        rates.move_to[None].astype("float32"),
        rates.entries_per_month.transpose(1, 0, 2)[None],
        np.broadcast_to(plan.growth[None, :, None], (1, len(plan.months), len(AGE_BANDS))),
        np.ones((1, len(plan.months), len(AGE_BANDS)), dtype="float32"),
        np.ones((1, len(plan.months), len(AGE_BANDS)), dtype="float32"),
        entering.size_share if entering is not None else np.ones((2, 1)),
        entering.dispersion if entering is not None else 1.0,
        infant_parts(rates),
    )


def draw_parameters(
    rates: Rates, plan: Inflow, edges: NDArray[np.int64], draws: int, generator: np.random.Generator
) -> Drawn:
    """Draw the parameters that the events counted allow, one set for each replication.

    Rates changed by hand after fitting keep their change: each draw is of the ratio to what was fitted.

    Raises
    ------
    ValueError
        When the rates were set by hand and nothing says how uncertain they are.
    """
    if rates.posterior is None:
        raise ValueError("rates set by hand cannot be drawn; hold the parameters instead")
    behind = rates.posterior
    entering = behind.entering
    leave = rates.leave_by_care * behind.leaving.draw(generator, draws) / behind.leaving.rate
    move = rates.move_by_stay * behind.moving.draw(generator, draws) / behind.moving.rate
    level, growth = _draw_level(entering, months_ahead(rates, edges), draws, generator)
    share = draw_share(entering, draws, generator)
    fitted = entering.share
    shares = np.divide(share, fitted, out=np.ones_like(share), where=fitted > 0)
    children = rates.entries_per_month.transpose(1, 0, 2) * shares * level[:, :, None, None]
    entered, left, moved = (
        drift.draw(rates.window.months / 12, plan.months, len(AGE_BANDS), draws, generator) for drift in behind.drifts
    )
    return Drawn(
        leave.astype("float32"),
        move.astype("float32"),
        _ratio(behind.destinations.draw(generator, draws), behind.destinations.share, rates.move_to),
        children,
        growth[:, :, None] * entered,
        left.astype("float32"),
        moved.astype("float32"),
        entering.size_share,
        entering.dispersion,
        infant_parts(rates),
    )


def _ratio(drawn: Floats, fitted: Floats, used: Floats) -> Singles:
    """Carry drawn shares of moves over to the shares used, and make rows add up to one."""
    if fitted is not used:
        drawn = used * np.divide(drawn, fitted, out=np.ones_like(drawn), where=fitted > 0)
        drawn = drawn / drawn.sum(axis=-1, keepdims=True)
    return drawn.astype("float32")


def _draw_level(
    entering: EntryModel, ahead: Floats, draws: int, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draw the groups entering at the end of the window over their mean, and their growth; both have their means.

    The level is known as well as its count allows, less where months vary more than chance. A steeper trend means a
    higher level at the end of the window too.
    """
    shape = np.maximum(entering.group_events / entering.dispersion, 0.5)
    level = generator.standard_gamma(np.broadcast_to(shape, (draws, 2))) / shape
    error = generator.standard_normal(draws)[:, None] * entering.slope_error
    lever = entering.months / 2 * (entering.slope_error > 0) + carried(ahead)
    surprise = np.exp(error * lever - 0.5 * (entering.slope_error * lever) ** 2)
    return level, entering.growth(ahead) * surprise


def draw_share(entering: EntryModel, draws: int, generator: np.random.Generator) -> Floats:
    """Draw the shares of entrants by age and first setting (draws, 2, 18, s)."""
    ages, settings = (
        generator.standard_gamma(np.broadcast_to(counts, (draws, *counts.shape)))
        for counts in (entering.age_counts, entering.setting_counts)
    )
    age = ages / ages.sum(axis=-1, keepdims=True)
    total = settings.sum(axis=-1, keepdims=True)
    setting = np.where(total > 0, settings / np.where(total > 0, total, 1.0), 0.0)
    share: Floats = age[..., None] * setting[:, :, BAND_OF_YEAR]
    return share
