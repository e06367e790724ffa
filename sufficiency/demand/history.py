"""What was known when: a council's history as it stands, and as it stood on an earlier day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

import numpy as np
import pandas as pd

from sufficiency.demand.rates import ChildRecords, Window
from sufficiency.demand.spells import in_care_on
from sufficiency.demand.spells import stays as stays_of

DAYS_TO_SUBMIT = 14
"""A return counts as existing this many days before its closing day, when its council could see all but its end."""


USUAL_DOUBT, DOUBT_YEARS = 0.01, 4.0
"""Standard deviation of what a later return makes of a count (log), and how many years without a correction stand
beside the one that was seen (assumptions: one child in a hundred; a correction like the last once in five years)."""


class Returns(Protocol):
    """What history reads of the cleaned returns."""

    @property
    def children(self) -> pd.DataFrame:
        """One row a child."""

    @property
    def episodes(self) -> pd.DataFrame:
        """One row an episode."""

    @property
    def returns(self) -> pd.DataFrame:
        """One row a return, with ``return_year``."""

    @property
    def data_end(self) -> date:
        """The day after which nothing is known."""


@dataclass(frozen=True, eq=False)
class History:
    """Children and their stays, and the days on which all that happened is known.

    Attributes
    ----------
    records
        Children.
    stays
        Their stays.
    first_day
        First day from which entries and leavers are complete: before it only those still in care then are known, so no
        rate is counted on earlier days.
    last_day
        Last day of which anything is known.
    count_doubt
        Standard deviation of the log of what a later return will make of the children in care on the last day;
        nought where no return will come after.
    """

    records: ChildRecords
    stays: pd.DataFrame
    first_day: date
    last_day: date
    count_doubt: float = 0.0

    def window(self, months: int | None, last_day: date | None = None) -> Window:
        """Return the last months up to a day, or all there are; never before the first complete day."""
        last = self.last_day if last_day is None else last_day
        first = self.first_day
        if months is not None:
            back = pd.Timestamp(last) + pd.Timedelta(days=1) - pd.DateOffset(months=months)
            first = max(first, back.date())
        return Window(first, last)


View = Callable[[date], History]
"""Answers what was known on a day."""


def history_of(records: Returns) -> History:
    """Return the history in cleaned returns; it is complete from the first day of the first collection year."""
    first_year = int(records.returns["return_year"].min()) - 1
    return History(records, stays_of(records.episodes), date(first_year, 4, 1), _as_date(records.data_end))


def later_events_hidden(history: History) -> View:
    """Return the view in which everything known today of a day and before was known then."""
    return lambda day: hide_after(history, day)


def returns_that_existed(histories: Sequence[History]) -> View:
    """Return the view of the latest of several histories that had been returned by a day.

    Parameters
    ----------
    histories
        The history in the first return, in the first two, and so on.

    Raises
    ------
    ValueError
        When asked for a day before any return existed.
    """
    ordered = sorted(histories, key=lambda history: history.last_day)

    def view(day: date) -> History:
        known = [history for history in ordered if history.last_day <= day + timedelta(days=DAYS_TO_SUBMIT)]
        if not known:
            raise ValueError(f"no return existed on {day}")
        doubted = replace(known[-1], count_doubt=count_doubt(known[-2] if len(known) > 1 else None, known[-1]))
        return hide_after(doubted, day)

    return view


def count_doubt(before: History | None, now: History) -> float:
    """Say how far the count of the last return may be put right by the next.

    Children come into a count late (their return was late, or showed nothing of them yet), and lapsed episodes leave
    it. What the latest return did to the count that the one before it had closed with says what the next may do to its
    own: one year of such a correction beside ``DOUBT_YEARS`` of none, up or down, and never less than ``USUAL_DOUBT``.

    Parameters
    ----------
    before
        The history without its last return; None when there was only one.
    now
        The history.
    """
    if before is None:
        return USUAL_DOUBT
    then, put_right = (len(in_care_on(history.stays, before.last_day)) for history in (before, now))
    changed = float(np.log(max(put_right, 1) / max(then, 1)))
    expected = changed / (DOUBT_YEARS + 1)
    return float(np.hypot(USUAL_DOUBT, expected))


def hide_after(history: History, day: date) -> History:
    """Return a history in which nothing after a day has happened yet."""
    moment = pd.Timestamp(day)
    stays = history.stays[history.stays["start"] <= moment]
    unknown = (stays["end"].isna() | (stays["end"] > moment)).to_numpy()
    stays = stays.assign(
        end=stays["end"].mask(unknown),
        ended_by=stays["ended_by"].mask(unknown, "open"),
        next_setting=stays["next_setting"].mask(unknown, ""),
    )
    return replace(history, stays=stays.reset_index(drop=True), last_day=min(day, history.last_day))


def origins_in(history: History, horizon_months: int, most: int = 6, every_months: int = 6) -> tuple[date, ...]:
    """Return days on which a back-test can start: the horizon still inside history, and a year of it before.

    The latest first; each the last day of its month where history ends on one.
    """
    origins: list[date] = []
    for number in range(most):
        back = horizon_months + number * every_months
        day = (pd.Timestamp(history.last_day) + pd.Timedelta(days=1) - pd.DateOffset(months=back)).date()
        origin = day - timedelta(days=1)
        if (origin - history.first_day).days < np.floor(365):
            break
        origins.append(origin)
    return tuple(origins)


def _as_date(day: date) -> date:
    """Drop the time of day of a timestamp."""
    return date(day.year, day.month, day.day)
