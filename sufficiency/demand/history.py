"""What was known when: a council's history as it stands, and as it stood on an earlier day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

import numpy as np
import pandas as pd

from sufficiency.demand.rates import ChildRecords, Window
from sufficiency.demand.spells import stays as stays_of

DAYS_TO_SUBMIT = 14
"""A return counts as existing this many days before its closing day, when its council could see all but its end."""


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
    """

    records: ChildRecords
    stays: pd.DataFrame
    first_day: date
    last_day: date

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
        return hide_after(known[-1], day)

    return view


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
    return History(history.records, stays.reset_index(drop=True), history.first_day, min(day, history.last_day))


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
