"""The expected face of demand: how many children of which age will live in which setting, month by month.

Children in care on the base date keep their exact birthdays; each month's entrants join as rows of one age in years,
births spread evenly. Each month every row ages out by the day, leaves and moves by its hazards, and is counted. Nothing
is rounded, nothing drawn: the same rates give the same answer.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand import departures as d
from sufficiency.demand.ages import Ages, age_band_index, band_shares, born_to_be, narrow
from sufficiency.demand.days import day_number
from sufficiency.demand.exposure import UNKNOWN_BIRTH, birth_days, setting_index
from sufficiency.demand.rates import ChildRecords, Rates
from sufficiency.demand.spells import in_care_on
from sufficiency.domain.errors import VerificationError
from sufficiency.domain.needs import ADULT_AGE, AGE_BANDS
from sufficiency.domain.periods import Month, horizon
from sufficiency.domain.settings import Setting

Floats = NDArray[np.float64]

TOLERANCE = 1e-9
"""How far stock, entries, leavers and moves may fail to add up, per child in the sum."""


class Step(NamedTuple):
    """What one row did in one month, by setting; moves are counted by setting left and by setting entered."""

    leavers: Floats
    aged_out: Floats
    moves: Floats
    arrivals: Floats
    child_days: Floats
    amount: Floats


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
        check_conservation(self)
        object.__setattr__(self, "checked", True)

    def frame(self) -> pd.DataFrame:
        """Return one row a month, age band and setting; month 0 is the base date and has stock only."""
        index = pd.MultiIndex.from_product(
            [range(len(self.months) + 1), AGE_BANDS, [str(setting) for setting in self.settings]],
            names=["step", "age_band", "setting"],
        )
        flows = ("entries", "leavers", "aged_out", "moves", "arrivals", "child_days")
        columns = {"stock": self.stock.ravel()} | {
            name: np.concatenate([np.zeros(self.stock[0].size), getattr(self, name).ravel()]) for name in flows
        }
        frame = pd.DataFrame(columns, index=index).reset_index()
        firsts = [self.base_date, *(month.first_day for month in self.months)]
        frame.insert(0, "month", pd.to_datetime(firsts).astype("datetime64[s]")[frame["step"]])
        return frame


def project(rates: Rates, records: ChildRecords, stays: pd.DataFrame, base_date: date, months: int) -> Projection:
    """Project the children in care on a base date, and those who will enter, month by month in expected values.

    Raises
    ------
    VerificationError
        When stock, entries, leavers and ageing out do not add up in some month.
    """
    steps = horizon(base_date, months)
    ages, amount, left_out = _in_care(records, stays, base_date, len(rates.settings))
    stock, flows = [_by_band(ages, amount, day_number(base_date))], []
    for month in steps:
        beyond = day_number(month.plus(1).first_day)
        new_ages, new_amount = entrants(rates, month)
        old = _advance(ages, amount, rates, month, d.month_table(rates, month))
        new = _advance(new_ages, new_amount, rates, month, d.entrant_table(rates, month))
        ages = Ages.join(ages, new_ages)
        step = Step(*(np.concatenate(pair) for pair in zip(old, new, strict=True)))
        entered = np.concatenate([np.zeros_like(amount), new_amount])
        flows.append(_flows(ages, entered, step, month))
        ages, amount = narrow(ages, beyond, ADULT_AGE), step.amount
        stock.append(_by_band(ages, amount, beyond - 1))
    names = ("entries", "leavers", "aged_out", "moves", "arrivals", "child_days")
    arrays = {name: np.stack([flow[name] for flow in flows]) for name in names}
    return Projection(base_date, steps, rates.settings, np.stack(stock), left_out=left_out, **arrays)


def entrants(rates: Rates, month: Month) -> tuple[Ages, Floats]:
    """Return a month's entrants: one row an age in years and UASC or not, and their amounts by first setting.

    Births are spread over the days that make a child that age in the middle of the month.
    """
    middle = day_number(month.first_day) + month.days // 2
    births = np.array([born_to_be(age, middle) for age in range(ADULT_AGE)]).repeat(2, axis=0)
    amount = rates.entries_per_month.reshape(ADULT_AGE * 2, len(rates.settings))
    used = amount.sum(axis=1) > 0
    return Ages(births[used, 0], births[used, 1]), amount[used]


def check_conservation(projection: Projection) -> None:
    """Refuse a projection in which stock + entries - leavers - aged out is not the next stock, in total or by setting.

    Raises
    ------
    VerificationError
        Naming the first month that does not add up.
    """
    p = projection
    by_setting = [array.sum(axis=1) for array in (p.stock, p.entries, p.leavers, p.aged_out, p.arrivals, p.moves)]
    stock, entries, leavers, aged_out, arrivals, moves = by_setting
    gap = stock[:-1] + entries - leavers - aged_out + arrivals - moves - stock[1:]
    scale = 1.0 + stock[:-1].sum(axis=1) + entries.sum(axis=1)
    wrong = np.max([np.abs(gap).max(axis=1), np.abs((arrivals - moves).sum(axis=1))], axis=0) > TOLERANCE * scale
    if np.any(wrong) or any(np.any(array < -TOLERANCE) or not np.all(np.isfinite(array)) for array in by_setting):
        month = p.months[int(np.argmax(wrong))]
        raise VerificationError(
            f"the projection does not add up in {month}: stock and flows differ, or one is negative"
        )


def _in_care(records: ChildRecords, stays: pd.DataFrame, day: date, settings: int) -> tuple[Ages, Floats, int]:
    """Return the children in care on a day by birth date, one in their setting each, and how many cannot be aged."""
    here = in_care_on(stays, day)
    birth = birth_days(here["child"], records.children)
    known = Ages.known(birth[birth != UNKNOWN_BIRTH])
    young = age_band_index(known, day_number(day)) < len(AGE_BANDS)
    amount = np.zeros((int(young.sum()), settings))
    amount[np.arange(len(amount)), setting_index(here["setting"])[birth != UNKNOWN_BIRTH][young]] = 1.0
    return known.take(young), amount, len(here) - len(amount)


def _advance(ages: Ages, amount: Floats, rates: Rates, month: Month, table: d.OutcomeTable) -> Step:
    """Take rows through one month: (rows, settings) in, the same out with what happened on the way."""
    outcome = table.mean(ages)
    share = {column: amount * outcome[..., column] for column in range(6)}
    moves = share[d.MOVE]
    to_setting = _destinations(ages, month, rates)
    in_care = amount - share[d.AGED_OUT] - share[d.LEAVE]
    arrivals = np.einsum("rs,rst->rt", moves, to_setting)
    # Movers live their days before the move where they were, and the rest of the month where they go.
    moved_days = np.einsum("rs,rst->rt", moves * table.days - share[d.MOVE_DAYS], to_setting)
    lived = (in_care - moves) * table.days + share[d.AGED_OUT_DAYS] + share[d.LEAVE_DAYS] + share[d.MOVE_DAYS]
    return Step(share[d.LEAVE], share[d.AGED_OUT], moves, arrivals, lived + moved_days, in_care - moves + arrivals)


def _destinations(ages: Ages, month: Month, rates: Rates) -> Floats:
    """Where the moves of each row go, by its age band in the middle of the month (rows, setting, next setting)."""
    band = age_band_index(ages, day_number(month.first_day) + month.days // 2)
    return rates.move_to[np.minimum(band, len(AGE_BANDS) - 1)]


def _by_band(ages: Ages, amount: Floats, day: int) -> Floats:
    """Add rows up by age band on a day (band, setting); births of a row are spread over its interval."""
    return band_shares(ages, day, day + 1).T @ amount


def _flows(ages: Ages, entered: Floats, step: Step, month: Month) -> dict[str, Floats]:
    """Add the flows of a month up by age band: days by the band lived in, people by the band on the last day."""
    day0, beyond = day_number(month.first_day), day_number(month.plus(1).first_day)
    lived, final = _whole(band_shares(ages, day0, beyond)), _whole(band_shares(ages, beyond - 1, beyond))
    people = {"entries": entered} | step._asdict()
    del people["amount"], people["child_days"]
    return {name: final.T @ values for name, values in people.items()} | {"child_days": lived.T @ step.child_days}


def _whole(shares: Floats) -> Floats:
    """Make the shares of each row add up to one; a row without any belongs to the last band."""
    total = shares.sum(axis=1, keepdims=True)
    none = np.where(np.arange(shares.shape[1]) == shares.shape[1] - 1, 1.0, 0.0)
    whole: Floats = np.where(total > 0, shares / np.where(total > 0, total, 1.0), none)
    return whole
