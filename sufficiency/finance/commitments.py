"""What is already committed: children in a home on the base date, paid until they turn eighteen or their plan ends.

Committed spend is what the children already in care would cost if nobody left early. A forecast less commitments is the
allowance for new starts, less early leavers; finance keeps the two apart because only one of them can be named today.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import birthday
from sufficiency.demand.days import dates, day_numbers
from sufficiency.domain.errors import InputError
from sufficiency.domain.needs import ADULT_AGE
from sufficiency.domain.settings import CostLine
from sufficiency.finance.stays import PriceOfStay, spend_of_stays


def commitments(
    stays: pd.DataFrame, children: pd.DataFrame, price_of_stay: PriceOfStay, base_date: date, last_day: date
) -> pd.DataFrame:
    """Return what the stays open on the base date would cost from the day after, by cost line and month.

    Parameters
    ----------
    stays
        Stays with ``child, start, end, line``; those open on the base date count. A ``planned_end`` column, where there
        is one, ends a stay earlier (``NaT`` has no plan).
    children
        ``child, birth_date``. A child whose birth date is missing is paid to the last day.

    Raises
    ------
    InputError
        When the last day is not after the base date.
    """
    if last_day <= base_date:
        raise InputError(f"commitments: {last_day} is not after the base date, {base_date}.")
    moment = pd.Timestamp(base_date)
    held = stays[(stays["start"] <= moment) & (stays["end"].isna() | (stays["end"] > moment))].reset_index(drop=True)
    birth = held["child"].map(children.drop_duplicates("child").set_index("child")["birth_date"])
    ends = _eighteenth(birth)
    if "planned_end" in held:
        ends = np.fmin(ends, held["planned_end"].to_numpy(dtype="datetime64[s]"))
    committed = spend_of_stays(held.assign(end=ends), price_of_stay, base_date + timedelta(days=1), last_day)
    committed.attrs = {
        "name": "committed spend",
        "unit": "pence",
        "definition": "Children in care on the base date, each in today's home until eighteen or the planned end.",
    }
    return committed


def committed_and_allowance(forecast: pd.DataFrame, committed: pd.DataFrame) -> pd.DataFrame:
    """Return forecast spend split into commitments and the allowance for new starts less early leavers.

    Parameters
    ----------
    forecast
        What :func:`~sufficiency.finance.spend.spend` returned.
    committed
        What :func:`commitments` returned over the same months.

    Returns
    -------
    pandas.DataFrame
        ``line, financial_year, committed_pence, allowance_pence, forecast_pence``. Fixed cost of homes is committed:
        it is paid whoever lives there.
    """
    keys = ["line", "financial_year"]
    sums = forecast.groupby(keys)[["fixed_pence", "spend_pence"]].sum()
    held = committed.groupby(keys)["spend_pence"].sum()
    both = sums.join(held.rename("held"), how="outer").fillna(0).astype("int64")
    lines = [line.value for line in CostLine]
    both = both.sort_index(key=lambda level: level.map(lines.index) if level.name == "line" else level)
    table = pd.DataFrame(
        {
            "committed_pence": both["held"] + both["fixed_pence"],
            "allowance_pence": both["spend_pence"] - both["held"] - both["fixed_pence"],
            "forecast_pence": both["spend_pence"],
        }
    )
    return table.reset_index()


def _eighteenth(birth_date: pd.Series) -> NDArray[np.datetime64]:
    """Eighteenth birthdays, NaT where the birth date is missing."""
    known = birth_date.notna().to_numpy()
    ends = np.full(len(birth_date), np.datetime64("NaT", "s"))
    ends[known] = dates(birthday(day_numbers(birth_date[known]), ADULT_AGE)).astype("datetime64[s]")
    return ends
