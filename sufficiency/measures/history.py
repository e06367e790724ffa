"""What happened: children in care, starting and leaving, and where they lived, as DfE counts them.

A child is in care on a day when ``start <= day < end``. Counts at a date read every child in care then once; flows
count a child once in a period however often it started or left in it (DfE's rule), and spells beside that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.domain.periods import FinancialYear, Month
from sufficiency.domain.settings import Sector, Setting
from sufficiency.measures import dfe
from sufficiency.measures.registry import measure


@dataclass(frozen=True, eq=False)
class CareHistory:
    """A council's history in care, and where each stay was.

    Attributes
    ----------
    stays, spells, children
        Frames as ``docs/borders.md`` has them.
    miles
        Statutory miles between home and placement of each stay, NaN when either is unknown, shape (stays,).
    locality
        "in area", "neighbouring", "distant" or "unknown" for each stay, shape (stays,).
    first_day, last_day
        The first and the last day about which the records speak.
    """

    stays: pd.DataFrame
    spells: pd.DataFrame
    children: pd.DataFrame
    miles: NDArray[np.float64]
    locality: NDArray[np.str_]
    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if not len(self.stays) == len(self.miles) == len(self.locality):
            raise ValueError("stays, miles and locality differ in length")

    def on(self, day: date) -> pd.DataFrame:
        """Return one row a child in care on a day: its stay, its facts, its distance band and locality.

        Raises
        ------
        AssumptionError
            When the records do not reach that day.
        """
        if not self.first_day <= day <= self.last_day:
            raise AssumptionError(f"{day} is outside the records, which run from {self.first_day} to {self.last_day}.")
        held = _in_care(self.stays, day).to_numpy()
        rows = self.stays[held].assign(miles=self.miles[held], locality=self.locality[held])
        rows = rows.drop_duplicates("child", keep="last")
        facts = self.children[["child", "sex", "birth_date", "uasc", "uasc_ceased"]].drop_duplicates("child")
        rows = rows.merge(facts, how="left", on="child", validate="1:1")
        return rows.assign(uasc=_uasc_on(rows, day))


@measure("children in care by month", "children", "Children in care on the last day of each month.")
def stock_by_month(history: CareHistory) -> pd.DataFrame:
    """Return ``month, children`` for each month whose last day the records reach."""
    months = _months(history)
    return _by_month(months, children=_stock(history.spells, [_last_day(month) for month in months]))


@measure("children in care by year", "children", "Children in care on 31 March of each year.")
def stock_by_year(history: CareHistory) -> pd.DataFrame:
    """Return ``year_end, children`` for each 31 March that the records reach."""
    ends = [year.last_day for year in _years(history)]
    return pd.DataFrame(
        {
            "year_end": np.array(ends, dtype="datetime64[s]"),
            "children": _stock(history.spells, ends),
        }
    )


@measure(
    "starts and leavers by month",
    "children",
    "Children who started to be looked after and who ceased to be in the month, each child counted once a month; and "
    "spells that began and ended, which explain the change in stock exactly.",
)
def flows_by_month(history: CareHistory) -> pd.DataFrame:
    """Return ``month, starts, leavers, spells_started, spells_ended`` for each whole month of the records."""
    months = [month for month in _months(history) if month.first_day >= history.first_day]
    return _by_month(months, **_flows(history.spells, _edges(months)))


@measure(
    "starts and leavers by year",
    "children",
    "Children who started to be looked after and who ceased to be in the year to 31 March, each child counted once a "
    "year as DfE does; and spells that began and ended, which explain the change in stock exactly.",
)
def flows_by_year(history: CareHistory) -> pd.DataFrame:
    """Return ``financial_year, starts, leavers, spells_started, spells_ended`` for each whole year of the records."""
    years = [year for year in _years(history) if year.first_day >= history.first_day]
    flows = _flows(history.spells, _edges(years))
    return pd.DataFrame({"financial_year": pd.array([str(year) for year in years], dtype="str"), **flows})


@measure(
    "children in care by group",
    "children",
    "Children in care on a day by setting, sector, age band, sex, unaccompanied (UASC), DfE placement group or DfE "
    "provider group, and their share of all. Every child is in exactly one row.",
)
def stock_by(history: CareHistory, day: date, by: str) -> pd.DataFrame:
    """Return ``by, children, share``; every group is shown, also the empty ones.

    Parameters
    ----------
    by
        ``setting``, ``sector``, ``age_band``, ``sex``, ``uasc``, ``dfe_group`` or ``dfe_provider``.
    """
    if by not in _GROUPS:
        raise AssumptionError(f'children cannot be grouped by "{by}" here; use one of {", ".join(_GROUPS)}.')
    group, order = _GROUPS[by]
    return _counted(group(history.on(day), day), order, by)


@measure(
    "distance from home",
    "children",
    "Children in care on a day by straight-line distance between home and placement: within 20 miles (20.0 included), "
    "over 20, or unknown. Distance is not recorded for unaccompanied children (UASC), who are always unknown.",
)
def distance(history: CareHistory, day: date) -> pd.DataFrame:
    """Return ``distance, children, share``."""
    rows = history.on(day)
    miles = np.where(rows["uasc"].to_numpy(dtype=bool), np.nan, rows["miles"].to_numpy(dtype=np.float64))
    bands = pd.Series(dfe.distance_bands(miles), index=rows.index)
    return _counted(bands, ["within 20 miles", "over 20 miles", dfe.UNKNOWN], "distance")


@measure(
    "locality",
    "children",
    "Children in care on a day by where they live: inside the council's boundary (in area), in an adjoining authority "
    '(neighbouring), further away (distant), or unknown. DfE\'s "outside" is neighbouring and distant together.',
)
def locality(history: CareHistory, day: date) -> pd.DataFrame:
    """Return ``locality, children, share``."""
    order = ["in area", "neighbouring", "distant", dfe.UNKNOWN]
    return _counted(history.on(day)["locality"], order, "locality")


_Grouping = tuple[Callable[[pd.DataFrame, date], pd.Series], list[str]]

_GROUPS: dict[str, _Grouping] = {
    "setting": (lambda rows, day: rows["setting"], [str(setting) for setting in Setting]),
    "sector": (lambda rows, day: rows["sector"], [str(sector) for sector in Sector]),
    "age_band": (lambda rows, day: dfe.age_bands(rows["birth_date"], day), [*AGE_BANDS, dfe.UNKNOWN]),
    "sex": (lambda rows, day: rows["sex"].replace({"U": dfe.UNKNOWN, "": dfe.UNKNOWN}), ["M", "F", dfe.UNKNOWN]),
    "uasc": (lambda rows, day: rows["uasc"].map({True: "UASC", False: "other"}), ["UASC", "other"]),
    "dfe_group": (lambda rows, day: dfe.groups(rows["place"]), dfe.GROUP_ORDER),
    "dfe_provider": (lambda rows, day: dfe.providers(rows["provider"]), dfe.PROVIDER_ORDER),
}


def _counted(group: pd.Series, order: list[str], by: str) -> pd.DataFrame:
    """Count children by group in a fixed order, refusing to lose one whose group is not in it."""
    counts = group.fillna(dfe.UNKNOWN).value_counts()
    extra = [name for name in counts.index if name not in order]
    counts = counts.reindex([*order, *sorted(extra)], fill_value=0)
    table = pd.DataFrame({by: pd.array(list(counts.index), dtype="str"), "children": counts.to_numpy(dtype=np.int64)})
    return table.assign(share=table["children"] / max(int(counts.sum()), 1))


def _in_care(rows: pd.DataFrame, day: date) -> pd.Series:
    moment = pd.Timestamp(day)
    return (rows["start"] <= moment) & (rows["end"].isna() | (rows["end"] > moment))


def _uasc_on(rows: pd.DataFrame, day: date) -> pd.Series:
    ceased = rows["uasc_ceased"].notna() & (rows["uasc_ceased"] <= pd.Timestamp(day))
    return rows["uasc"].eq(True) & ~ceased


def _stock(spells: pd.DataFrame, days: list[date]) -> NDArray[np.int64]:
    """Children in care on each day. A child's spells never overlap, so spells begun less spells ended are children."""
    moments = np.array(days, dtype="datetime64[s]")
    begun = np.sort(spells["start"].to_numpy(dtype="datetime64[s]"))
    ended = np.sort(spells["end"].dropna().to_numpy(dtype="datetime64[s]"))
    stock: NDArray[np.int64] = np.searchsorted(begun, moments, "right") - np.searchsorted(ended, moments, "right")
    return stock


def _flows(spells: pd.DataFrame, edges: list[date]) -> dict[str, NDArray[np.int64]]:
    """Count what began and ended in each period from one edge to the day before the next."""
    started, spells_started = _events(spells, "start", edges)
    left, spells_ended = _events(spells, "end", edges)
    return {"starts": started, "leavers": left, "spells_started": spells_started, "spells_ended": spells_ended}


def _events(spells: pd.DataFrame, column: str, edges: list[date]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Children, and spells, whose event falls in each period."""
    known = spells[spells[column].notna()]
    days = known[column].to_numpy(dtype="datetime64[s]")
    period = np.searchsorted(np.array(edges, dtype="datetime64[s]"), days, "right") - 1
    events = pd.DataFrame({"child": known["child"].to_numpy(), "period": period})
    events = events[(period >= 0) & (period < len(edges) - 1)]
    once = events.drop_duplicates()
    length = max(len(edges) - 1, 0)
    return np.bincount(once["period"], minlength=length), np.bincount(events["period"], minlength=length)


def _edges(periods: Sequence[Month] | Sequence[FinancialYear]) -> list[date]:
    """First day of each period, and the day after the last."""
    after = [_last_day(period) + timedelta(days=1) for period in periods[-1:]]
    return [period.first_day for period in periods] + after


def _by_month(months: list[Month], **columns: object) -> pd.DataFrame:
    first_days = np.array([month.first_day for month in months], dtype="datetime64[s]")
    return pd.DataFrame({"month": first_days, **columns})


def _last_day(period: Month | FinancialYear) -> date:
    return period.first_day + timedelta(days=period.days - 1)


def _months(history: CareHistory) -> list[Month]:
    """Months whose last day is in the records."""
    month, months = Month.containing(history.first_day), []
    while _last_day(month) <= history.last_day:
        months.append(month)
        month = month.plus(1)
    return months


def _years(history: CareHistory) -> list[FinancialYear]:
    """Years whose 31 March is in the records."""
    first = FinancialYear.containing(history.first_day).start_year
    years = (FinancialYear(start) for start in range(first, history.last_day.year + 1))
    return [year for year in years if year.last_day <= history.last_day]
