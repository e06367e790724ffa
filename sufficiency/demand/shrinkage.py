r"""Rates of rare events that borrow strength, and say how much they borrowed.

Events in a cell are Poisson with mean ``exposure x base x effects``, one effect a level (everybody, setting, age, time,
age with setting, the cell itself). Each effect of a level is Gamma with mean one and strength ``k``: with few events it
stays near one, so the cell is what its parents say; with many it goes where the events are::

    effect = (k + events) / (k + expected by the other levels)         k events' worth is borrowed

``k`` is not set by hand: it is weighed over a grid by how likely it makes the events (gamma-Poisson marginal). Draws
come from a Gibbs sampler over effects and strengths together, so an interval covers doubt about the parents as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Floats = NDArray[np.float64]

STRENGTHS: Floats = np.geomspace(1.0, 300.0, 13)
"""Strengths weighed, in events (assumption: effects that differ by anything from a factor of several to some 6%)."""

OVERALL_STRENGTH = 4.0
"""Events' worth of England that the level of everybody borrows: councils differ by about half (assumption)."""

SWEEPS = 12
"""Rounds of fitting every level given the others; the rates stop moving well before."""

BURN_IN, THIN = 40, 2
"""Rounds of the sampler thrown away at the start, and rounds for each draw kept."""


@dataclass(frozen=True)
class Level:
    """One level of borrowing: which axes of the table its effects vary over."""

    name: str
    axes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Rates by cell, with what stands behind them; every array has the shape of the table.

    Attributes
    ----------
    events, exposure
        Counted in the window.
    base
        What the last parent says, per unit of exposure.
    levels
        From everybody to the cell.
    effects
        One array a level, broadcasting against the table.
    rate
        Product of base and effects.
    parent
        The rate without the cell's own effect: what it would be had it no events of its own.
    borrowed
        Share of the cell's rate that is its parent's word, 0 to 1.
    """

    events: Floats
    exposure: Floats
    base: Floats
    levels: tuple[Level, ...]
    effects: tuple[Floats, ...]
    rate: Floats
    parent: Floats
    borrowed: Floats

    def draw(self, generator: np.random.Generator, draws: int) -> Floats:
        """Return rates drawn from what the events allow, shape (draws, table)."""
        sampler = _Sampler(self, generator)
        for _ in range(BURN_IN):
            sampler.sweep()
        drawn = np.empty((draws, *self.rate.shape))
        for number in range(draws):
            for _ in range(THIN):
                sampler.sweep()
            drawn[number] = sampler.rate
        return drawn


def shrink(events: Floats, exposure: Floats, base: Floats, levels: Sequence[Level]) -> Shrunk:
    """Fit the rates of a table of events and exposures; ``base`` is the rate of the last parent, by cell."""
    levels = (Level("everybody", ()), *levels)
    tables = [_Table(events, level) for level in levels]
    effects = [np.ones(table.shape) for table in tables]
    weights = np.ones_like(STRENGTHS) / len(STRENGTHS)
    expected = np.zeros_like(exposure)
    for _ in range(SWEEPS):
        for index, table in enumerate(tables):
            others = base * exposure * np.prod(np.broadcast_arrays(*effects[:index], *effects[index + 1 :]), axis=0)
            expected = table.add_up(others)
            weights = table.weigh(expected)
            effects[index] = table.mean_effect(expected, weights)
    parent = base * np.prod(np.broadcast_arrays(*effects[:-1], np.ones_like(base)), axis=0)
    k = _column(STRENGTHS, expected)
    borrowed = np.einsum("k,k...->...", weights, k / (k + expected))
    return Shrunk(events, exposure, base, levels, tuple(effects), parent * effects[-1], parent, borrowed)


class _Table:
    """Events of one level, and what does not change while the levels are fitted around each other."""

    def __init__(self, events: Floats, level: Level) -> None:
        self.over = tuple(axis for axis in range(events.ndim) if axis not in level.axes)
        self.events = self.add_up(events)
        self.shape = self.events.shape
        self.strengths = STRENGTHS if level.axes else np.array([OVERALL_STRENGTH])
        k = _column(self.strengths, self.events)
        self.fixed = gammaln(k + self.events) - gammaln(k) + k * np.log(k)

    def add_up(self, cells: Floats) -> Floats:
        """Sum a table over the axes the level does not have."""
        total: Floats = cells.sum(axis=self.over, keepdims=True)
        return total

    def weigh(self, expected: Floats) -> Floats:
        """How likely each strength is, given what the other levels expect; adds up to one."""
        k = _column(self.strengths, expected)
        score = (self.fixed - (k + self.events) * np.log(k + expected)).reshape(len(self.strengths), -1).sum(axis=1)
        likelihood = np.exp(score - score.max())
        weights: Floats = likelihood / likelihood.sum()
        return weights

    def mean_effect(self, expected: Floats, weights: Floats) -> Floats:
        """Mean effect over the strengths."""
        k = _column(self.strengths, expected)
        mean: Floats = np.einsum("k,k...->...", weights, (k + self.events) / (k + expected))
        return mean


class _Sampler:
    """One chain over effects and strengths, started where the fit ended."""

    def __init__(self, fitted: Shrunk, generator: np.random.Generator) -> None:
        self.generator = generator
        self.exposure = fitted.exposure
        self.tables = [_Table(fitted.events, level) for level in fitted.levels]
        self.effects = list(fitted.effects)
        self.rate = fitted.rate.copy()

    def sweep(self) -> None:
        """Draw every level once, given the others."""
        for index, table in enumerate(self.tables):
            others = self.rate / self.effects[index]
            expected = table.add_up(others * self.exposure)
            weights = table.weigh(expected)
            k = table.strengths[int(np.searchsorted(np.cumsum(weights)[:-1], self.generator.random()))]
            effect = self.generator.standard_gamma(k + table.events) / (k + expected)
            self.effects[index] = np.maximum(effect, 1e-12)
            self.rate = others * self.effects[index]


def _column(strengths: Floats, like: Floats) -> Floats:
    """Give the strengths an axis of their own before those of a table."""
    return strengths.reshape(-1, *([1] * like.ndim))
