"""How far a measure spreads over the replications of a sampled plan: the middle, and the edges of bands."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import pandas as pd

from sufficiency.finance.shapes import PlanShape

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
"""Edges of the 80% band, and the middle: few replications say nothing of wider ones."""


class Replicated(Protocol):
    """A sampled plan, as far as bands need to know it."""

    @property
    def replications(self) -> int:
        """How many times the walk was made."""
        ...

    def plan(self, replication: int) -> PlanShape:
        """Return one replication as a plan."""
        ...


Measured = Callable[[PlanShape], pd.DataFrame]


def measured(sampled: Replicated, measures: dict[str, Measured]) -> dict[str, list[pd.DataFrame]]:
    """Return each measure of each replication, opening each replication once."""
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in measures}
    for replication in range(1, sampled.replications + 1):
        plan = sampled.plan(replication)
        for name, measure in measures.items():
            found[name].append(measure(plan))
    return found


def bands(frames: Sequence[pd.DataFrame], keys: list[str], values: Iterable[str]) -> pd.DataFrame:
    """Return the mean and the quantiles of values over replications.

    Parameters
    ----------
    frames
        One measure of each replication. A combination of keys without a row in one of them has nobody there: nought.

    Returns
    -------
    pandas.DataFrame
        ``keys, value`` (name), ``mean, p10, p50, p90, replications``.
    """
    stacked = pd.concat(frames, keys=range(len(frames)), names=["replication", None]).reset_index("replication")
    parts = []
    for value in values:
        wide = stacked.pivot_table(index=keys, columns="replication", values=value, aggfunc="sum", sort=False)
        filled = wide.reindex(columns=range(len(frames))).fillna(0.0)
        table = filled.quantile(list(QUANTILES.values()), axis=1).T.set_axis(list(QUANTILES), axis=1)
        table.insert(0, "mean", filled.mean(axis=1))
        table.insert(0, "value", value)
        parts.append(table.reset_index())
    return pd.concat(parts, ignore_index=True).assign(replications=len(frames))
