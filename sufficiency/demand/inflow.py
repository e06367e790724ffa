"""Expected entries of each step: the rate at the end of the window, its trend, the child population, and what-ifs."""

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.changes import FlowChange, FlowKind
from sufficiency.demand.days import DAYS_A_MONTH, day_number
from sufficiency.demand.entries import BAND_OF_YEAR
from sufficiency.demand.rates import Rates

Floats = NDArray[np.float64]


def entries_by_step(
    rates: Rates, edges: NDArray[np.int64], changes: tuple[FlowChange, ...] = (), population: Floats | None = None
) -> Floats:
    """Return expected entries by step, age in years, UASC and first setting, shape (steps, 18, 2, s).

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
    entries = rates.entries_per_month[None] * (months * growth(rates, edges))[:, None, None, None]
    if population is not None:
        if population.shape != (len(months), entries.shape[1]):
            raise ValueError(f"population has shape {population.shape}, wanted {(len(months), entries.shape[1])}")
        entries = np.stack([entries[:, :, 0] * population[:, :, None], entries[:, :, 1]], axis=2)
    for change in changes:
        if change.kind is FlowKind.ENTER:
            entries = np.stack([_change(entry, change, n, float(months[n])) for n, entry in enumerate(entries)])
    return entries


def growth(rates: Rates, edges: NDArray[np.int64]) -> Floats:
    """Return by what entries have grown since the end of the window, in the middle of each step."""
    if rates.posterior is None:
        return np.ones(len(edges) - 1)
    return rates.posterior.entering.growth(months_ahead(rates, edges))


def months_ahead(rates: Rates, edges: NDArray[np.int64]) -> Floats:
    """Return how many months after the window the middle of each step lies."""
    middle = (edges[1:] + edges[:-1]) / 2
    return np.asarray((middle - day_number(rates.window.last_day) - 1) / DAYS_A_MONTH, dtype="float64")


def _change(entries: Floats, change: FlowChange, step: int, months: float) -> Floats:
    """Add to the entries of one step, or take from them, in the mix they have in the cells of the change.

    Where nobody enters the cells, those added are spread evenly over them, as children who are not UASC.
    """
    if not change.applies(step):
        return entries
    cells = np.broadcast_to(change.cells[BAND_OF_YEAR][:, None, :], entries.shape)
    mix = np.where(cells, entries, 0.0)
    if mix.sum() <= 0:
        mix = np.where(cells & (np.arange(2) == 0)[None, :, None], 1.0, 0.0)
    added = change.children_per_month * months * mix / mix.sum()
    changed: Floats = np.maximum(entries + added, 0.0)
    return changed
