"""What-if on flows, in children a month: two fewer entries aged 10 to 15, one more move a month to a children's home.

A change is turned into a rate at the stock of the month it is made in, and works through flows only: children it moves
live on by the rates of where they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.days import DAYS_A_MONTH
from sufficiency.demand.rates import Rates
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.domain.settings import SETTINGS, Setting

Floats = NDArray[np.float64]
Reals = NDArray[np.floating[Any]]

MOST = 0.9
"""Share of the children in the cells of a change that it can reach in one month."""


class FlowKind(StrEnum):
    """Which flow is changed."""

    ENTER = "enter"
    LEAVE = "leave"
    MOVE = "move"


@dataclass(frozen=True)
class FlowChange:
    """More or fewer children a month who enter, leave or move.

    Attributes
    ----------
    kind
        Which flow.
    children_per_month
        More when above nought, fewer when below. Fewer than nobody cannot be asked: the flow stops at nought.
    age_bands
        Names of the age bands it is about; all when empty.
    setting
        First setting of those who enter, setting left by those who leave or move; any when None.
    to_setting
        Setting entered, for moves; any when None.
    from_month, to_month
        Months after the base date in which it holds, the first being 0; ``to_month`` is not included, None is never.
    """

    kind: FlowKind
    children_per_month: float
    age_bands: tuple[str, ...] = ()
    setting: Setting | None = None
    to_setting: Setting | None = None
    from_month: int = 0
    to_month: int | None = None

    def __post_init__(self) -> None:
        unknown = set(self.age_bands) - set(AGE_BANDS)
        if unknown:
            raise ValueError(f"no such age band: {', '.join(sorted(unknown))}; there are {', '.join(AGE_BANDS)}")

    def applies(self, step: int) -> bool:
        """Whether the change holds in a step."""
        return self.from_month <= step and (self.to_month is None or step < self.to_month)

    @property
    def bands(self) -> NDArray[np.bool_]:
        """Which age bands it is about."""
        return np.array([not self.age_bands or band in self.age_bands for band in AGE_BANDS])

    @property
    def cells(self) -> NDArray[np.bool_]:
        """Which cells (age band, setting left or first entered) it is about."""
        return self.bands[:, None] & _is(self.setting)

    @property
    def routes(self) -> NDArray[np.bool_]:
        """Which moves (age band, setting left, setting entered) it is about."""
        return self.cells[:, :, None] & _is(self.to_setting)


@dataclass(frozen=True, eq=False)
class StepChange:
    """What the changes of one step come to: rates a day added, and shares of flows kept.

    Attributes
    ----------
    leave_more, leave_keep
        By age band and setting.
    move_more, move_keep
        By age band, setting left and setting entered.
    """

    leave_more: Floats
    leave_keep: Floats
    move_more: Floats
    move_keep: Floats

    @classmethod
    def none(cls) -> "StepChange":
        """Return no change."""
        cells = (len(AGE_BANDS), len(SETTINGS))
        routes = (*cells, len(SETTINGS))
        return cls(np.zeros(cells), np.ones(cells), np.zeros(routes), np.ones(routes))

    @property
    def changes_nothing(self) -> bool:
        """Whether every rate is as it was."""
        more = self.leave_more.any() or self.move_more.any()
        return not (more or np.any(self.leave_keep != 1) or np.any(self.move_keep != 1))


@dataclass(frozen=True, eq=False)
class Cells:
    """What the unchanged rates do in one step, by age band and setting (and setting entered, for moves)."""

    at_risk: Floats
    leavers: Floats
    moves: Floats


@dataclass(frozen=True, eq=False)
class StepRates:
    """The rates of one step, changes in them; leading axes (draws) may stand before those named.

    Attributes
    ----------
    leave
        Leaving a child-day by age band, time in care, setting.
    move
        Moving a child-day, as in the history, by age band, time in the placement, setting.
    move_to
        Where those moves go, by age band, setting left, setting entered.
    extra, extra_to
        Moving a child-day because of a change, by age band and setting; and where those moves go.
    """

    leave: Reals
    move: Reals
    move_to: Reals
    extra: Floats
    extra_to: Floats

    @classmethod
    def of(cls, leave: Reals, move: Reals, move_to: Reals, change: StepChange) -> "StepRates":
        """Put the changes of a step into rates."""
        if change.changes_nothing:
            return cls(leave, move, move_to, change.leave_more, change.move_keep)
        kept = move_to * change.move_keep
        share = kept.sum(axis=-1)
        extra = change.move_more.sum(axis=-1)
        return cls(
            leave * change.leave_keep[:, None, :] + change.leave_more[:, None, :],
            move * share[..., None, :],
            kept / np.where(share > 0, share, 1.0)[..., None],
            extra,
            change.move_more / np.where(extra > 0, extra, 1.0)[..., None],
        )


def resolve(changes: Sequence[FlowChange], step: int, days: int, cells: Cells, rates: Rates) -> StepChange:
    """Turn the changes that hold in a step into rates, at the stock and flows of that step."""
    result = StepChange.none()
    for change in changes:
        if change.applies(step):
            wanted = change.children_per_month * days / DAYS_A_MONTH
            if change.kind is FlowKind.LEAVE:
                _leave(change, wanted, days, cells, rates, result)
            elif change.kind is FlowKind.MOVE:
                _move(change, wanted, days, cells, rates, result)
    return result


def _leave(change: FlowChange, wanted: float, days: int, cells: Cells, rates: Rates, result: StepChange) -> None:
    """Add to the leaving of a step, or take from it."""
    if wanted < 0:
        result.leave_keep[change.cells] *= _keep(wanted, cells.leavers[change.cells])
        return
    result.leave_more[change.cells] += _hazard(wanted, days, cells.at_risk, rates.leave_per_day, change.cells)


def _move(change: FlowChange, wanted: float, days: int, cells: Cells, rates: Rates, result: StepChange) -> None:
    """Add to the moves of a step, or take from them; added moves to anywhere go where moves go."""
    if wanted < 0:
        result.move_keep[change.routes] *= _keep(wanted, cells.moves[change.routes])
        return
    staying = cells.at_risk - cells.leavers
    hazard = np.where(change.cells, _hazard(wanted, days, staying, rates.move_per_day, change.cells), 0.0)
    mix = np.where(change.routes, rates.move_to if change.to_setting is None else 1.0, 0.0)
    total = mix.sum(axis=2, keepdims=True)
    result.move_more[:] += hazard[:, :, None] * mix / np.where(total > 0, total, 1.0)


def _keep(wanted: float, flow: Floats) -> float:
    """Share of a flow that is left when so many are taken from it."""
    return max(1.0 + wanted / max(float(flow.sum()), 1e-12), 0.0)


def _hazard(wanted: float, days: int, stock: Floats, competing: Floats, cells: NDArray[np.bool_]) -> float:
    """Hazard a day that takes so many more from the cells in a step, beside the events that happen anyway."""
    here = stock[cells]
    if here.sum() <= 0:
        return 0.0
    share = min(wanted / float(here.sum()), MOST)
    other = float(np.average(competing[cells], weights=here)) * days
    hazard = share
    for _ in range(30):
        total = hazard + other
        hazard = share * total / -np.expm1(-total)
    return hazard / days


def _is(setting: Setting | None) -> NDArray[np.bool_]:
    """Which settings are meant; all when none is named."""
    return np.array([setting is None or one is setting for one in SETTINGS])
