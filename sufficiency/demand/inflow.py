"""Expected entries of each step: the rate at the end of the window, its trend, the child population, and what-ifs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.changes import FlowChange, FlowKind
from sufficiency.demand.days import DAYS_A_MONTH, day_number
from sufficiency.demand.england import INFANT_EDGES
from sufficiency.demand.entries import BAND_OF_YEAR
from sufficiency.demand.rates import Rates

Floats = NDArray[np.float64]

NOBODY = 1e-12
"""Children below which there are none."""


@dataclass(frozen=True, eq=False)
class Inflow:
    """How the entries of each step differ from those at the end of the window; t steps.

    Attributes
    ----------
    months
        Average months in each step, shape (t,).
    growth
        By what the trend multiplies entries in the middle of each step, shape (t,).
    kept
        By what the child population and what-ifs multiply them, by age in years, UASC and first setting (t, 18, 2, s).
    added
        Children that what-ifs add in each step, in the same shape.
    """

    months: Floats
    growth: Floats
    kept: Floats
    added: Floats

    def expected(self, rates: Rates) -> Floats:
        """Return expected entries by step, age in years, UASC and first setting, shape (t, 18, 2, s)."""
        plain = rates.entries_per_month * (self.months * self.growth)[:, None, None, None]
        expected: Floats = plain * self.kept + self.added
        return expected


def inflow(
    rates: Rates, edges: NDArray[np.int64], changes: tuple[FlowChange, ...] = (), population: Floats | None = None
) -> Inflow:
    """Return how entries differ step by step.

    Parameters
    ----------
    rates
        Entries a month at the end of the window, with their trend.
    edges
        Day numbers of the steps.
    changes
        What-ifs; those about entering are used.
    population
        By what entries at each age are multiplied in each step, shape (steps, 18); UASC entries are not: they do not
        come from the area's population.
    """
    months = np.diff(edges) / DAYS_A_MONTH
    kept = np.ones((len(months), *rates.entries_per_month.shape))
    if population is not None:
        if population.shape != kept.shape[:2]:
            raise ValueError(f"population has shape {population.shape}, wanted {kept.shape[:2]}")
        kept[:, :, 0] *= population[:, :, None]
    result = Inflow(months, growth(rates, edges), kept, np.zeros_like(kept))
    for change in changes:
        if change.kind is FlowKind.ENTER:
            _change(result, change, rates)
    return result


def infant_parts(rates: Rates) -> Floats:
    """Return the share of entrants under one in each part of their first year; evenly where rates were set by hand."""
    even: Floats = np.diff(INFANT_EDGES) / INFANT_EDGES[-1]
    return even if rates.posterior is None else rates.posterior.entering.infants


def growth(rates: Rates, edges: NDArray[np.int64]) -> Floats:
    """Return by what entries have grown since the end of the window, in the middle of each step."""
    if rates.posterior is None:
        return np.ones(len(edges) - 1)
    return rates.posterior.entering.growth(months_ahead(rates, edges))


def months_ahead(rates: Rates, edges: NDArray[np.int64]) -> Floats:
    """Return how many months after the window the middle of each step lies."""
    middle = (edges[1:] + edges[:-1]) / 2
    return np.asarray((middle - day_number(rates.window.last_day) - 1) / DAYS_A_MONTH, dtype="float64")


def _change(result: Inflow, change: FlowChange, rates: Rates) -> None:
    """Add to the entries of the steps of a change, or take from them, in the mix they have in its cells.

    Where nobody enters the cells, those added are spread evenly over them, as children who are not UASC.
    """
    expected = result.expected(rates)
    cells = np.broadcast_to(change.cells[BAND_OF_YEAR][:, None, :], expected.shape[1:])
    for step in range(len(expected)):
        if not change.applies(step):
            continue
        wanted = change.children_per_month * float(result.months[step])
        mix = np.where(cells, expected[step], 0.0)
        if wanted < 0:
            part = np.where(cells, max(1.0 + wanted / max(mix.sum(), NOBODY), 0.0), 1.0)
            result.kept[step] *= part
            result.added[step] *= part
            continue
        if mix.sum() <= NOBODY:
            mix = np.where(cells & (np.arange(2) == 0)[None, :, None], 1.0, 0.0)
        result.added[step] += wanted * mix / mix.sum()
