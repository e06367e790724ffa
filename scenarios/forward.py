"""The forward walk with flows that change from month to month.

While no flow is changed this is :func:`sufficiency.matching.walk.forward` itself. Otherwise each month walks on rates
of its own: entries as the levers left them, and children a month who leave or move turned into a rate at that month's
stock. Some of those who were helped home come back, by the published curve.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.ground import ExtraFlow, FloatArray, Flows, Ground
from scenarios.inputs import Progress, no_progress
from sufficiency.demand.changes import MOST, Cells, FlowChange, FlowKind, StepChange, resolve
from sufficiency.demand.entries import BAND_OF_YEAR
from sufficiency.demand.rates import Rates
from sufficiency.domain.needs import AGE_BANDS, PROFILE_INDEX
from sufficiency.domain.periods import Month, horizon
from sufficiency.domain.settings import SETTINGS, Setting
from sufficiency.matching.audit import AuditFacts, audit, require_passed
from sufficiency.matching.columns import SETTING_INDEX
from sufficiency.matching.plan import Plan
from sufficiency.matching.setup import Prepared, prepare
from sufficiency.matching.walk import EPOCH, Walk, Walker, forward

Number = TypeVar("Number", bound=np.floating[Any])

RE_ENTRY_CURVE: tuple[tuple[int, float], ...] = ((0, 0.0), (3, 0.12), (12, 0.20), (72, 0.35))
"""Months after going home, and share who have come back (University of Sussex for NSPCC, 2024); straight in between."""

SPECIALIST_ROW = SETTING_INDEX[Setting.UNREGISTERED]
"""Stand-in setting that carries moves to specialist foster homes: the need of what it carried before is the same as
that of children's homes, so those flows are booked there while it is lent."""


def walk_ground(ground: Ground, *, seed: int = 0, progress: Progress = no_progress) -> Plan:
    """Walk a ground to a plan that has passed its audit.

    Raises
    ------
    VerificationError
        When the plan fails its audit.
    """
    prepared = prepared_of(ground)
    plan = forward_with(prepared.walk, ground.flows, seed=seed, progress=progress)
    return require_passed(audit(plan, facts_of(prepared, ground.flows)))


def facts_of(prepared: Prepared, flows: Flows) -> AuditFacts:
    """Return what the audit needs, limits on miles that levers set included."""
    return replace(prepared.facts, max_miles=flows.max_miles)


def prepared_of(ground: Ground) -> Prepared:
    """Make a ground ready to be walked."""
    return prepare(
        ground.now,
        ground.supply,
        ground.rates,
        ground.assumptions,
        ground.authority,
        ground.base_date,
        ground.months,
        ground.needs,
    )


def forward_with(walk: Walk, flows: Flows, *, seed: int = 0, progress: Progress = no_progress) -> Plan:
    """Walk on flows that may change from month to month."""
    if not flows.changed:
        return forward(walk, seed=seed, progress=progress)
    walk = lend_specialist_row(walk, flows)
    walker = Walker(walk, seed)
    months, returning = horizon(walk.base_date, walk.months), np.zeros_like(flows.entries)
    for step, month in enumerate(months, start=1):
        stock = walker.roll.stock(month.first_day.toordinal() - EPOCH)
        rates = _rates_of_month(walk.rates, flows, stock, returning[step - 1], step, month)
        book_returns(flows, stock, returning, walk.rates, step)
        walker.step(month, step, rates, flows.open_places(walk.places, step), flows.farthest(step))
        progress("walking month by month", step, len(months))
    return walker.record.plan()


def re_entry(months: int) -> FloatArray:
    """Return the share of those who went home who come back in each month after it, shape (months,)."""
    at, share = zip(*RE_ENTRY_CURVE, strict=True)
    return np.asarray(np.diff(np.interp(np.arange(months + 1), at, share)), dtype=np.float64)


def lend_specialist_row(walk: Walk, flows: Flows) -> Walk:
    """Let the stand-in row lead to specialist foster homes, when any lever needs it."""
    if not is_lent(flows):
        return walk
    shares = walk.profile_shares.copy()
    shares[SPECIALIST_ROW] = 0.0
    shares[SPECIALIST_ROW, PROFILE_INDEX["foster-complex"]] = 1.0
    return replace(walk, profile_shares=shares, rates=replace(walk.rates, move_to=folded(walk.rates.move_to)))


def is_lent(flows: Flows) -> bool:
    """Whether any lever needs the stand-in row."""
    return any(extra.specialist for extra in flows.extra)


def folded(by_setting: NDArray[Number]) -> NDArray[Number]:
    """Book what went to the stand-in setting with children's homes (last axis)."""
    booked = by_setting.copy()
    booked[..., SETTING_INDEX[Setting.RESIDENTIAL]] += booked[..., SPECIALIST_ROW]
    booked[..., SPECIALIST_ROW] = 0.0
    return booked


def _rates_of_month(
    rates: Rates, flows: Flows, stock: FloatArray, returning: FloatArray, step: int, month: Month
) -> Rates:
    entries = flows.entries[step - 1] + returning
    if is_lent(flows):
        entries = folded(entries)
    keep = flows.move_keep[step - 1]
    leave, move, move_to = rates.leave_per_day, rates.move_per_day * keep, rates.move_to
    if flows.let_out[step - 1].any():
        leave = _with_let_out(leave, flows.let_out[step - 1], stock, month.days)
        rates = replace(rates, leave_per_day=leave)
    if flows.extra:
        leave, move, move_to = _with_extra(rates, move, flows.extra, stock, step, month.days)
    return replace(rates, entries_per_month=entries, leave_per_day=leave, move_per_day=move, move_to=move_to)


def _with_let_out(leave: FloatArray, let_out: FloatArray, stock: FloatArray, days: int) -> FloatArray:
    """Leaving a child-day at which so many more leave in a month: never more than are there."""
    share = np.divide(let_out, stock, out=np.zeros_like(stock), where=stock > 0)
    gone = np.minimum(-np.expm1(-leave * days) + share, MOST)
    return np.asarray(np.where(let_out > 0, -np.log1p(-gone) / days, leave))


def _with_extra(
    rates: Rates, move: FloatArray, extra: Sequence[ExtraFlow], stock: FloatArray, step: int, days: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Leaving, moving and destinations with children a month added to them or taken away."""
    change = _change_of_month(rates, move, extra, stock, step, days)
    more = change.move_more
    kept = move[:, :, None] * rates.move_to * change.move_keep
    by_route = kept + more
    total = by_route.sum(axis=2)
    move_to = np.where(total[:, :, None] > 0, by_route / np.where(total > 0, total, 1.0)[:, :, None], rates.move_to)
    return rates.leave_per_day * change.leave_keep + change.leave_more, total, move_to


def _change_of_month(
    rates: Rates, move: FloatArray, extra: Sequence[ExtraFlow], stock: FloatArray, step: int, days: int
) -> StepChange:
    """Turn children a month who leave or move into rates, at the stock of a month."""
    leavers = stock * -np.expm1(-rates.leave_per_day * days)
    moves = ((stock - leavers) * -np.expm1(-move * days))[:, :, None] * rates.move_to
    changes = [_as_change(each, step) for each in extra]
    return resolve(changes, 0, days, Cells(stock, leavers, moves), replace(rates, move_per_day=move))


def changes_by_month(ground: Ground, prepared: Prepared) -> tuple[Flows, list[StepChange]]:
    """Return flows with those who come back in their entries, and what leaving and moving come to month by month.

    Children a month become rates at the stock of the expected walk, so that every replication has the same rates.
    """
    flows, walk = ground.flows, lend_specialist_row(prepared.walk, ground.flows)
    returning = np.zeros_like(flows.entries)
    stocks = _expected_stocks(ground, prepared) if flows.extra or flows.let_out.any() else None
    changes = []
    for step, month in enumerate(ground.calendar, start=1):
        keep = flows.move_keep[step - 1]
        change = StepChange.none()
        if stocks is not None:
            stock, rates = stocks[step - 1], walk.rates
            leave = _with_let_out(rates.leave_per_day, flows.let_out[step - 1], stock, month.days)
            steered = replace(rates, leave_per_day=leave)
            change = _change_of_month(steered, rates.move_per_day * keep, flows.extra, stock, step, month.days)
            change = replace(change, leave_more=change.leave_more + leave - rates.leave_per_day)
            book_returns(flows, stock, returning, rates, step)
        changes.append(replace(change, move_keep=change.move_keep * keep[:, :, None]))
    entries = flows.entries + returning
    return replace(flows, entries=folded(entries) if is_lent(flows) else entries), changes


def _expected_stocks(ground: Ground, prepared: Prepared) -> FloatArray:
    """Children at the beginning of each month of the expected walk, shape (months, a, s)."""
    stock = forward_with(prepared.walk, ground.flows).stock
    months = pd.DatetimeIndex(stock["month"].unique()).sort_values()
    settings = {str(one): index for index, one in enumerate(SETTINGS)}
    where = (
        months.get_indexer(pd.Index(stock["month"])),
        stock["age_band"].map({band: index for index, band in enumerate(AGE_BANDS)}).to_numpy(dtype=np.int64),
        stock["setting"].map(settings).to_numpy(dtype=np.int64),
    )
    shape = (len(months), len(AGE_BANDS), len(SETTINGS))
    flat = np.bincount(np.ravel_multi_index(where, shape), stock["children"], int(np.prod(shape)))
    return np.asarray(flat.reshape(shape), dtype=np.float64)


def _as_change(extra: ExtraFlow, step: int) -> FlowChange:
    to_setting = Setting.UNREGISTERED if extra.specialist else extra.to_setting
    return FlowChange(extra.kind, float(extra.children[step - 1]), extra.bands, extra.setting, to_setting)


def book_returns(flows: Flows, stock: FloatArray, returning: FloatArray, rates: Rates, step: int) -> None:
    """Add to the entries of later months those who come back of the children helped home in this one."""
    for extra in flows.extra:
        if extra.kind is FlowKind.LEAVE and extra.returning > 0:
            change = _as_change(extra, step)
            home = np.where(change.cells, stock, 0.0)
            gone = min(float(extra.children[step - 1]), MOST * float(home.sum()))
            if gone > 0:
                later = len(returning) - step
                back = gone * np.minimum(re_entry(later) * extra.returning, 1.0)
                returning[step:] += back[:, None, None, None] * _entry_mix(rates, home.sum(axis=1))


def _entry_mix(rates: Rates, by_band: FloatArray) -> FloatArray:
    """Ages and first settings of children who come back: the ages that went home, entering as others do."""
    entering = rates.entries_per_month.copy()
    entering[:, 1] = 0.0
    entering[:, 0, SETTINGS.index(Setting.FOSTERING)] += 1e-9  # ages nobody entered at go to foster care
    band_total = np.bincount(BAND_OF_YEAR, entering.sum(axis=(1, 2)), len(AGE_BANDS))
    weight = (by_band / max(float(by_band.sum()), 1e-300) / band_total)[BAND_OF_YEAR]
    return np.asarray(entering * weight[:, None, None])
