"""Every rate as a table: events, exposure, rate, interval, and how much was borrowed."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.england import CARE_EDGES, STAY_EDGES
from sufficiency.demand.entries import LARGEST_GROUP, EntryModel
from sufficiency.demand.parameters import draw_share
from sufficiency.demand.rates import Posterior, Rates
from sufficiency.demand.shrinkage import Shrunk
from sufficiency.domain.needs import ADULT_AGE, AGE_BANDS
from sufficiency.domain.settings import SETTINGS

Floats = NDArray[np.float64]

DRAWS = 400
"""Draws behind each interval."""

INTERVAL = (0.025, 0.975)
"""Edges of the 95% interval."""

_NAMES = tuple(str(setting) for setting in SETTINGS)
_KINDS = ("not UASC", "UASC")


def rate_tables(rates: Rates, generator: np.random.Generator, draws: int = DRAWS) -> dict[str, pd.DataFrame]:
    """Return the tables behind fitted rates: leaving, moving, destinations, entries and sibling groups.

    Rates are for each child and year (365 days); ``low`` and ``high`` are the edges of the 95% interval; ``borrowed``
    is the share of the rate that comes from its parents. Rows of cells in which nobody lived are kept: their rate is
    borrowed whole.

    Raises
    ------
    ValueError
        When the rates were set by hand.
    """
    behind = rates.posterior
    if behind is None:
        raise ValueError("rates set by hand have no events behind them")
    return {
        "leaving": _hazards(behind.leaving, "time_in_care", time_labels(CARE_EDGES), generator, draws),
        "moving": _hazards(behind.moving, "time_in_placement", time_labels(STAY_EDGES), generator, draws),
        "destinations": _destinations(rates, behind, generator, draws),
        "entries": _entries(rates, behind, generator, draws),
        "sibling_groups": _sizes(behind),
    }


def time_labels(edges: Sequence[int]) -> tuple[str, ...]:
    """Name bands of time by their days: ``0 to 27 days``, ``1825 days and more``."""
    closed = [f"{low} to {high - 1} days" for low, high in pairwise(edges)]
    return (*closed, f"{edges[-1]} days and more")


def _hazards(
    shrunk: Shrunk, time: str, labels: tuple[str, ...], generator: np.random.Generator, draws: int
) -> pd.DataFrame:
    """One row a cell of leaving or moving."""
    low, high = np.quantile(shrunk.draw(generator, draws), INTERVAL, axis=0) * 365
    index = pd.MultiIndex.from_product([AGE_BANDS, labels, _NAMES], names=["age_band", time, "setting"])
    columns = {
        "events": shrunk.events, "child_days": shrunk.exposure, "rate_per_year": shrunk.rate * 365, "low": low,
        "high": high, "borrowed": shrunk.borrowed,
    }  # fmt: skip
    frame = pd.DataFrame({name: values.ravel() for name, values in columns.items()}, index=index).reset_index()
    what = "leaves care before 18" if time == "time_in_care" else "moves to another placement"
    return _describe(frame, "events for each child and year", f"How often a child in the cell {what}.")


def _destinations(rates: Rates, behind: Posterior, generator: np.random.Generator, draws: int) -> pd.DataFrame:
    """One row an age band, setting left and setting entered, where moves were counted."""
    low, high = np.quantile(behind.destinations.draw(generator, draws), INTERVAL, axis=0)
    index = pd.MultiIndex.from_product([AGE_BANDS, _NAMES, _NAMES], names=["age_band", "setting", "next_setting"])
    total = rates.move_events.sum(axis=2, keepdims=True)
    borrowed = 1 - total / behind.destinations.counts.sum(axis=2, keepdims=True)
    columns = {
        "events": rates.move_events, "share": rates.move_to, "low": low, "high": high,
        "borrowed": np.broadcast_to(borrowed, rates.move_to.shape),
    }  # fmt: skip
    frame = pd.DataFrame({name: values.ravel() for name, values in columns.items()}, index=index).reset_index()
    return _describe(frame, "share of moves", "Where a child who moves goes; a move within a setting is a move.")


def _entries(rates: Rates, behind: Posterior, generator: np.random.Generator, draws: int) -> pd.DataFrame:
    """One row an age in years, UASC or not, and first setting."""
    entering = behind.entering
    low, high = np.quantile(entries_drawn(entering, generator, draws), INTERVAL, axis=0).transpose(0, 2, 1, 3)
    index = pd.MultiIndex.from_product([range(ADULT_AGE), _KINDS, _NAMES], names=["age", "uasc", "setting"])
    columns = {"events": rates.entry_events, "children_per_month": rates.entries_per_month, "low": low, "high": high}
    frame = pd.DataFrame({name: values.ravel() for name, values in columns.items()}, index=index).reset_index()
    frame["months"] = entering.months
    return _describe(frame, "children a month", "Children entering care, by age and first setting.")


def entries_drawn(entering: EntryModel, generator: np.random.Generator, draws: int) -> Floats:
    """Draw the children entering a month at the end of the window (draws, UASC, age in years, first setting)."""
    shape = np.maximum(entering.group_events / entering.dispersion, 0.5)
    level = generator.standard_gamma(np.broadcast_to(shape, (draws, 2))) / shape * entering.groups_per_month
    children: Floats = (level * entering.mean_size)[:, :, None, None] * draw_share(entering, draws, generator)
    return children


def _sizes(behind: Posterior) -> pd.DataFrame:
    """One row a kind and size of entering group."""
    index = pd.MultiIndex.from_product([_KINDS, range(1, LARGEST_GROUP + 1)], names=["uasc", "children"])
    share = behind.entering.size_share
    groups = (behind.entering.group_events[:, None] * share).round()
    frame = pd.DataFrame({"groups": groups.ravel(), "share": share.ravel()}, index=index).reset_index()
    return _describe(frame, "share of groups", "Children who enter care from one home on one day.")


def _describe(frame: pd.DataFrame, unit: str, definition: str) -> pd.DataFrame:
    """Say what a table holds."""
    frame.attrs |= {"unit": unit, "definition": definition}
    return frame
