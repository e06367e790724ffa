"""Where a projection starts: the children in care on a day, and the steps of time it takes from there."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import Ages, age_band_index
from sufficiency.demand.days import day_number
from sufficiency.demand.entries import uasc_flags
from sufficiency.demand.exposure import UNKNOWN_BIRTH, birth_days, setting_index, with_origins
from sufficiency.demand.rates import ChildRecords
from sufficiency.demand.spells import in_care_on
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.domain.periods import Month, horizon

Days = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Start:
    """Children in care on a day, one entry each; days are numbers since 1970-01-01.

    Attributes
    ----------
    day
        The base date.
    birth, care_from, stay_from
        When each child was born, came into care, and into the present placement.
    setting
        Index of the present setting.
    uasc
        1 for unaccompanied children, 0 for others.
    left_out
        Children in care who cannot be aged: birth date unknown, or 18 and over.
    """

    day: int
    birth: Days
    care_from: Days
    stay_from: Days
    setting: Days
    uasc: Days
    left_out: int

    def __len__(self) -> int:
        return len(self.birth)

    def take(self, some: slice) -> "Start":
        """Return some of the children."""
        columns = (self.birth[some], self.care_from[some], self.stay_from[some], self.setting[some], self.uasc[some])
        return Start(self.day, *columns, self.left_out)


def start_on(records: ChildRecords, stays: pd.DataFrame, base_date: date) -> Start:
    """Return the children in care on a base date."""
    here = in_care_on(with_origins(stays), base_date)
    birth = birth_days(here["child"], records.children)
    day = day_number(base_date)
    known = birth != UNKNOWN_BIRTH
    young = known & (age_band_index(Ages.known(np.where(known, birth, 0)), day) < len(AGE_BANDS))
    rows = here[young]
    return Start(
        day=day,
        birth=birth[young],
        care_from=rows["care_from"].to_numpy(dtype="int64"),
        stay_from=rows["stay_from"].to_numpy(dtype="int64"),
        setting=setting_index(rows["setting"]),
        uasc=uasc_flags(rows["child"], records.children).astype("int64"),
        left_out=len(here) - len(rows),
    )


def month_edges(base_date: date, months: int) -> tuple[tuple[Month, ...], Days]:
    """Return the months after a base date, and the day numbers at which they begin, with the end of the last."""
    steps = horizon(base_date, months)
    firsts = [*(month.first_day for month in steps), steps[-1].plus(1).first_day]
    return steps, np.array([day_number(first) for first in firsts])


def even_edges(base_date: date, days: int, steps: int) -> Days:
    """Return the edges of equal steps that cover some days from the day after a base date (for back-tests)."""
    return day_number(base_date) + 1 + np.round(np.linspace(0, days, steps + 1)).astype("int64")
