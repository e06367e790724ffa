"""The forward walk with flows that change from month to month.

While no flow is changed this is :func:`sufficiency.matching.walk.forward` itself. Otherwise each month walks on rates
of its own: entries as the levers left them, and children a month who leave or move turned into a rate at that month's
stock. Some of those who were helped home come back, by the published curve.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scenarios.ground import ExtraFlow, FloatArray, Flows, Ground
from scenarios.inputs import Progress, no_progress
from sufficiency.demand.ages import Ages, age_band_index
from sufficiency.demand.changes import MOST, Cells, FlowChange, FlowKind, resolve
from sufficiency.demand.entries import BAND_OF_YEAR
from sufficiency.demand.rates import Rates
from sufficiency.domain.needs import AGE_BANDS, PROFILE_INDEX
from sufficiency.domain.periods import Month, horizon
from sufficiency.domain.settings import SETTINGS, Setting
from sufficiency.matching.audit import audit, require_passed
from sufficiency.matching.classes import make_book
from sufficiency.matching.columns import SETTING_INDEX
from sufficiency.matching.plan import Plan
from sufficiency.matching.record import WalkRecord
from sufficiency.matching.residents import Residents
from sufficiency.matching.setup import Prepared, prepare
from sufficiency.matching.steps import settings_of
from sufficiency.matching.walk import EPOCH, Walk, forward, step_month

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
    return require_passed(audit(plan, prepared.facts))


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
    walk = _lend_specialist_row(walk, flows)
    months = horizon(walk.base_date, walk.months)
    book = make_book(walk.places, walk.reach, walk.policy, walk.grid)
    record = WalkRecord(walk.places, walk.zones, walk.base_date, walk.policy.unmet)
    record.start(walk.residents)
    residents, returning = walk.residents, np.zeros_like(flows.entries)
    for step, month in enumerate(months, start=1):
        stock = _stock(walk, residents, month)
        rates = _rates_of_month(walk.rates, flows, stock, returning[step - 1], step, month)
        _book_returns(flows, stock, returning, walk.rates, step)
        now = replace(walk, rates=rates, places=flows.open_places(walk.places, step))
        result = step_month(now, book, residents, month, step, seed)
        record.add(result)
        residents = result.after
        progress("walking month by month", step, len(months))
    return record.plan()


def re_entry(months: int) -> FloatArray:
    """Return the share of those who went home who come back in each month after it, shape (months,)."""
    at, share = zip(*RE_ENTRY_CURVE, strict=True)
    return np.asarray(np.diff(np.interp(np.arange(months + 1), at, share)), dtype=np.float64)


def _lend_specialist_row(walk: Walk, flows: Flows) -> Walk:
    """Let the stand-in row lead to specialist foster homes, when any lever needs it."""
    if not any(extra.specialist for extra in flows.extra):
        return walk
    shares = walk.profile_shares.copy()
    shares[SPECIALIST_ROW] = 0.0
    shares[SPECIALIST_ROW, PROFILE_INDEX["foster-complex"]] = 1.0
    return replace(walk, profile_shares=shares, rates=replace(walk.rates, move_to=_folded(walk.rates.move_to)))


def _folded(by_setting: FloatArray) -> FloatArray:
    """Book what went to the stand-in setting with children's homes (last axis)."""
    folded = by_setting.copy()
    folded[..., SETTING_INDEX[Setting.RESIDENTIAL]] += folded[..., SPECIALIST_ROW]
    folded[..., SPECIALIST_ROW] = 0.0
    return folded


def _stock(walk: Walk, residents: Residents, month: Month) -> FloatArray:
    """Children by age band and setting when a month begins, shape (a, s)."""
    first_day = month.first_day.toordinal() - EPOCH
    band = age_band_index(Ages(residents.birth_from, residents.birth_to), first_day)
    young = band < len(AGE_BANDS)
    setting = settings_of(walk.places)[residents.place]
    shape = (len(AGE_BANDS), len(SETTINGS))
    flat = np.ravel_multi_index((band[young], setting[young]), shape)
    return np.asarray(np.bincount(flat, residents.amount[young], int(np.prod(shape))).reshape(shape), dtype=np.float64)


def _rates_of_month(
    rates: Rates, flows: Flows, stock: FloatArray, returning: FloatArray, step: int, month: Month
) -> Rates:
    entries = flows.entries[step - 1] + returning
    if any(extra.specialist for extra in flows.extra):
        entries = _folded(entries)
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
    leavers = stock * -np.expm1(-rates.leave_per_day * days)
    moves = ((stock - leavers) * -np.expm1(-move * days))[:, :, None] * rates.move_to
    change = resolve(
        [_as_change(each, step) for each in extra],
        0,
        days,
        Cells(stock, leavers, moves),
        replace(rates, move_per_day=move),
    )
    more = change.move_more
    kept = move[:, :, None] * rates.move_to * change.move_keep
    by_route = kept + more
    total = by_route.sum(axis=2)
    move_to = np.where(total[:, :, None] > 0, by_route / np.where(total > 0, total, 1.0)[:, :, None], rates.move_to)
    return rates.leave_per_day * change.leave_keep + change.leave_more, total, move_to


def _as_change(extra: ExtraFlow, step: int) -> FlowChange:
    to_setting = Setting.UNREGISTERED if extra.specialist else extra.to_setting
    return FlowChange(extra.kind, float(extra.children[step - 1]), extra.bands, extra.setting, to_setting)


def _book_returns(flows: Flows, stock: FloatArray, returning: FloatArray, rates: Rates, step: int) -> None:
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
