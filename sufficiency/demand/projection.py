"""What the expected face answers: children by month, age band and setting, checked to add up."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.errors import VerificationError
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.domain.periods import Month
from sufficiency.domain.settings import Setting

Floats = NDArray[np.float64]

FLOWS = ("entries", "leavers", "aged_out", "moves", "arrivals", "child_days")
"""What is counted in each step."""

TOLERANCE = 1e-9
"""How far stock, entries, leavers and moves may fail to add up, per child in the sum."""


@dataclass(frozen=True, eq=False)
class Flows:
    """Expected children by step, age band and setting; m steps, a age bands, s settings.

    Attributes
    ----------
    edges
        Day numbers at which the steps begin, and the end of the last, shape (m + 1,).
    stock
        Children in care on the day before each edge, shape (m + 1, a, s).
    entries, leavers, aged_out, moves, arrivals
        Children entering, leaving before 18, leaving at 18, moving from and moving to each setting in the step, by
        age band at its end (those aged out count in the last band), shape (m, a, s).
    child_days
        Days lived in care in the step, by age band, shape (m, a, s).
    """

    edges: NDArray[np.int64]
    stock: Floats
    entries: Floats
    leavers: Floats
    aged_out: Floats
    moves: Floats
    arrivals: Floats
    child_days: Floats

    def __post_init__(self) -> None:
        check_conservation(self)

    @classmethod
    def add_up(cls, parts: "list[Flows]") -> "Flows":
        """Return the flows of several sets of children over the same steps together."""
        arrays = {name: np.sum([getattr(part, name) for part in parts], axis=0) for name in ("stock", *FLOWS)}
        return cls(parts[0].edges, **arrays)

    def daily(self, days: int) -> Floats:
        """Return the stock on each of the days after the base date (days, a, s), straight between the edges."""
        at = self.edges - self.edges[0]
        want = np.arange(1, days + 1)
        flat = self.stock.reshape(len(at), -1)
        lower = np.clip(np.searchsorted(at, want, side="right") - 1, 0, len(at) - 2)
        part = ((want - at[lower]) / (at[lower + 1] - at[lower]))[:, None]
        between: Floats = flat[lower] * (1 - part) + flat[lower + 1] * part
        return between.reshape(days, *self.stock.shape[1:])


@dataclass(frozen=True, eq=False)
class Projection:
    """Expected children by month, age band and setting; m months, a age bands, s settings.

    Attributes
    ----------
    base_date
        The last day of history.
    months
        The months projected; the first begins on the day after the base date.
    settings
        Order of the setting axis.
    stock
        Children in care on the base date and on the last day of each month, shape (m + 1, a, s).
    entries, leavers, aged_out, moves, arrivals
        Children entering, leaving before 18, leaving at 18, moving from and moving to each setting in the month, by
        age band at the end of the month (those aged out count in the last band), shape (m, a, s).
    child_days
        Days lived in care in the month, by age band on the day, shape (m, a, s).
    left_out
        Children in care on the base date who cannot be aged: birth date unknown, or 18 and over.
    """

    base_date: date
    months: tuple[Month, ...]
    settings: tuple[Setting, ...]
    stock: Floats
    entries: Floats
    leavers: Floats
    aged_out: Floats
    moves: Floats
    arrivals: Floats
    child_days: Floats
    left_out: int = 0
    checked: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        check_conservation(self, self.months)
        object.__setattr__(self, "checked", True)

    def frame(self) -> pd.DataFrame:
        """Return one row a month, age band and setting; month 0 is the base date and has stock only."""
        index = pd.MultiIndex.from_product(
            [range(len(self.months) + 1), AGE_BANDS, [str(setting) for setting in self.settings]],
            names=["step", "age_band", "setting"],
        )
        columns = {"stock": self.stock.ravel()} | {
            name: np.concatenate([np.zeros(self.stock[0].size), getattr(self, name).ravel()]) for name in FLOWS
        }
        frame = pd.DataFrame(columns, index=index).reset_index()
        firsts = [self.base_date, *(month.first_day for month in self.months)]
        frame.insert(0, "month", pd.to_datetime(firsts).astype("datetime64[s]")[frame["step"]])
        return frame


def check_conservation(flows: Flows | Projection, months: tuple[Month, ...] = ()) -> None:
    """Refuse numbers in which stock + entries - leavers - aged out is not the next stock, by setting and in total.

    Raises
    ------
    VerificationError
        Naming the first month (or step) that does not add up.
    """
    names = ("stock", "entries", "leavers", "aged_out", "arrivals", "moves")
    by_setting = [np.asarray(getattr(flows, name)).sum(axis=1) for name in names]
    stock, entries, leavers, aged_out, arrivals, moves = by_setting
    gap = stock[:-1] + entries - leavers - aged_out + arrivals - moves - stock[1:]
    scale = 1.0 + stock[:-1].sum(axis=1) + entries.sum(axis=1)
    wrong = np.max([np.abs(gap).max(axis=1), np.abs((arrivals - moves).sum(axis=1))], axis=0) > TOLERANCE * scale
    unfit = any(np.any(array < -TOLERANCE) or not np.all(np.isfinite(array)) for array in by_setting)
    if np.any(wrong) or unfit:
        step = int(np.argmax(wrong))
        name = months[step] if months else f"step {step + 1}"
        raise VerificationError(f"the projection of {name} does not add up: stock and flows differ, or are negative")
