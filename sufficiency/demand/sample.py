"""What the sampled face answers: counts of children in every replication, and the bands they make."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.days import dates
from sufficiency.demand.projection import FLOWS
from sufficiency.domain.errors import VerificationError
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.domain.settings import SETTINGS

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Edges of the 50, 80 and 95% bands, and the middle."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Children by replication, step, age band and setting; n replications, t steps.

    Attributes
    ----------
    edges
        Day numbers at which the steps begin, and the end of the last.
    stock
        Children in care on the day before each edge, shape (n, t + 1, a, s).
    entries, leavers, aged_out, moves, arrivals
        Children in each flow of each step, by the age band lived in, shape (n, t, a, s).
    child_days
        Days lived in care, shape (n, t, a, s).
    """

    edges: NDArray[np.int64]
    stock: Ints
    entries: Ints
    leavers: Ints
    aged_out: Ints
    moves: Ints
    arrivals: Ints
    child_days: Ints

    def __post_init__(self) -> None:
        total = {name: np.asarray(getattr(self, name)).sum(axis=(2, 3)) for name in ("stock", *FLOWS)}
        after = total["stock"][:, :-1] + total["entries"] - total["leavers"] - total["aged_out"]
        if np.any(after != total["stock"][:, 1:]) or np.any(total["moves"] != total["arrivals"]):
            raise VerificationError("sampled children do not add up: stock and flows differ in some replication")

    def __len__(self) -> int:
        return len(self.stock)

    @classmethod
    def join(cls, parts: Sequence["Sample"]) -> "Sample":
        """Return the replications of several samples of the same steps together."""
        arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ("stock", *FLOWS)}
        return cls(parts[0].edges, **arrays)

    @property
    def mean_stock(self) -> Floats:
        """Mean over replications of the stock, shape (t + 1, a, s)."""
        mean: Floats = self.stock.mean(axis=0)
        return mean

    def by_setting(self) -> Ints:
        """Stock by setting, shape (n, t + 1, s)."""
        total: Ints = self.stock.sum(axis=2)
        return total

    def by_age(self) -> Ints:
        """Stock by age band, shape (n, t + 1, a)."""
        total: Ints = self.stock.sum(axis=3)
        return total

    def frame(self, quantiles: Sequence[float] = QUANTILES) -> pd.DataFrame:
        """Return bands of the stock: ``day``, ``of``, ``name``, ``mean``, and one column a quantile.

        ``of`` is total, setting or age band. Quantiles are of whole children, named ``p2.5``, ``p50`` and so on.
        """
        parts = [
            ("total", ("all",), self.stock.sum(axis=(2, 3))[..., None]),
            ("setting", tuple(str(setting) for setting in SETTINGS), self.by_setting()),
            ("age band", AGE_BANDS, self.by_age()),
        ]
        days = dates(self.edges - 1)
        frames = []
        for of, names, counts in parts:
            index = pd.MultiIndex.from_product([days, [of], names], names=["day", "of", "name"])
            bands = np.quantile(counts, quantiles, axis=0).reshape(len(quantiles), -1)
            columns = {"mean": counts.mean(axis=0).ravel()} | {
                f"p{quantile * 100:g}": band for quantile, band in zip(quantiles, bands, strict=True)
            }
            frames.append(pd.DataFrame(columns, index=index).reset_index())
        return pd.concat(frames, ignore_index=True)


def daily(counts: NDArray[np.int32], edges: NDArray[np.int64], days: int) -> NDArray[np.float32]:
    """Return counts (n, t + 1, groups) on each day after the base date (n, days, groups).

    Straight between the edges.
    """
    at = edges - edges[0]
    want = np.arange(1, days + 1)
    lower = np.clip(np.searchsorted(at, want, side="right") - 1, 0, len(at) - 2)
    part = ((want - at[lower]) / (at[lower + 1] - at[lower])).astype("float32")[:, None]
    between: NDArray[np.float32] = counts[:, lower] * (1 - part) + counts[:, lower + 1] * part
    return between


class Counter:
    """Adds up what happens in each step, for every replication."""

    def __init__(self, edges: NDArray[np.int64], replications: int) -> None:
        steps, cells = len(edges) - 1, (len(AGE_BANDS), len(SETTINGS))
        self.edges = edges
        self.replications = replications
        self.stock = np.zeros((replications, steps + 1, *cells), dtype="int32")
        self.flows = {name: np.zeros((replications, steps, *cells), dtype="int32") for name in FLOWS}

    def count_stock(self, step: int, replication: Ints, band: Ints, setting: Ints) -> None:
        """Count the children in care at the end of a step (0 is the base date)."""
        self.stock[:, step] = self._count(replication, band, setting)

    def add(self, flow: str, step: int, replication: Ints, band: Ints, setting: Ints, days: Ints | None = None) -> None:
        """Count children, or their days, in a flow of a step."""
        self.flows[flow][:, step] += self._count(replication, band, setting, days)

    def result(self) -> Sample:
        """Return what was counted."""
        return Sample(self.edges, self.stock, **self.flows)

    def _count(self, replication: Ints, band: Ints, setting: Ints, days: Ints | None = None) -> Ints:
        shape = (self.replications, len(AGE_BANDS), len(SETTINGS))
        cell = (replication * shape[1] + band) * shape[2] + setting
        counted = np.bincount(cell, weights=days, minlength=int(np.prod(shape))).reshape(shape)
        return counted.astype("int32")
