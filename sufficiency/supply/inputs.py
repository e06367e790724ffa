"""What supply is built from, as the stages before it hand it over."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.periods import FinancialYear, horizon
from sufficiency.geography import PostcodeDirectory

ASSUMPTIONS_USED: tuple[str, ...] = (
    "market.start_slack",
    "market.history_months",
    "market.complex_foster_share",
    "needs.solo_share_of_homes",
    "needs.level_in_house_foster",
    "needs.level_own_home",
    "needs.level_supported_accommodation",
    "supply.foster_usual_limit",
    "supply.inferred_home_age_min",
    "supply.inferred_recent_months",
    "supply.supported_age_min",
)
"""Assumptions read here, besides prices and uplifts. New ones are proposed in ``assumptions_needed.csv``."""


class CapacityInput(Protocol):
    """Capacity files as read; each frame None when no file was given."""

    @property
    def carers(self) -> pd.DataFrame | None: ...  # noqa: D102 - said above
    @property
    def homes(self) -> pd.DataFrame | None: ...  # noqa: D102 - said above
    @property
    def contracts(self) -> pd.DataFrame | None: ...  # noqa: D102 - said above
    @property
    def prices(self) -> pd.DataFrame | None: ...  # noqa: D102 - said above


class RecordsInput(Protocol):
    """Care records, of which the children's birth dates are used."""

    @property
    def children(self) -> pd.DataFrame: ...  # noqa: D102 - said above


class AssumptionValues(Protocol):
    """Anything that answers assumptions by dotted name."""

    def value(self, name: str, /) -> object:
        """Return one assumption."""


def number(assumptions: AssumptionValues, name: str) -> float:
    """Return an assumption as a number.

    Raises
    ------
    AssumptionError
        When it is not a number.
    """
    value = assumptions.value(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AssumptionError(f"{name}: a number is needed here and it is {value!r}.")
    return float(value)


@dataclass(frozen=True)
class Calendar:
    """The base date and the months walked after it.

    Attributes
    ----------
    base_date
        Last day of a month.
    months
        Months walked.
    """

    base_date: date
    months: int

    @property
    def base(self) -> pd.Timestamp:
        """The base date for comparing with frames."""
        return pd.Timestamp(self.base_date)

    @property
    def financial_year(self) -> FinancialYear:
        """Financial year of the base date, at whose prices places are listed."""
        return FinancialYear.containing(self.base_date)

    def back(self, months: int) -> pd.Timestamp:
        """Return the last day of the month some months before the base date."""
        return self.base - pd.offsets.MonthEnd(months)

    def open_months(self, opens: pd.Series, closes: pd.Series) -> NDArray[np.bool_]:
        """Return whether each row is open on the base date and throughout each month, shape (n, months + 1).

        A row is open from its first day until the day before ``closes``; blank is open already, or without end. A month
        in which it opens or closes does not count: a place is capacity only where a child could live all month.
        """
        walked = horizon(self.base_date, self.months)
        first = np.array([self.base_date, *(month.first_day for month in walked)], dtype="datetime64[s]")
        last_days = [month.plus(1).first_day - timedelta(days=1) for month in walked]
        last = np.array([self.base_date, *last_days], dtype="datetime64[s]")
        start = pd.to_datetime(opens).to_numpy(dtype="datetime64[s]")[:, None]
        end = pd.to_datetime(closes).to_numpy(dtype="datetime64[s]")[:, None]
        return (np.isnat(start) | (start <= first)) & (np.isnat(end) | (end > last))


@dataclass(frozen=True, eq=False)
class Context:
    """What every builder of places needs.

    Attributes
    ----------
    calendar
        Base date and months.
    stays
        Stays of the whole history.
    now
        Stays running on the base date, one row a child, longest first.
    birth_date
        Birth date by child.
    directory
        Where postcodes are looked up.
    assumptions
        Values by dotted name.
    authority
        Responsible authority, from which in area and neighbouring are judged.
    """

    calendar: Calendar
    stays: pd.DataFrame
    now: pd.DataFrame
    birth_date: pd.Series
    directory: PostcodeDirectory
    assumptions: AssumptionValues
    authority: str

    def number(self, name: str) -> float:
        """Return an assumption as a number."""
        return number(self.assumptions, name)

    def whole(self, name: str) -> int:
        """Return an assumption as a whole number."""
        return round(self.number(name))


def context(
    records: RecordsInput,
    stays: pd.DataFrame,
    directory: PostcodeDirectory,
    assumptions: AssumptionValues,
    calendar: Calendar,
    authority: str,
) -> Context:
    """Gather what every builder needs; a child with two stays on the base date lives in the later one."""
    running = (stays["start"] <= calendar.base) & (stays["end"].isna() | (stays["end"] > calendar.base))
    ordered = stays[running].sort_values(["start", "child"], kind="stable")
    now = ordered.drop_duplicates("child", keep="last").reset_index(drop=True)
    birth_date = records.children.drop_duplicates("child").set_index("child")["birth_date"]
    home = authority or commonest_authority(stays, directory)
    return Context(calendar, stays, now, birth_date, directory, assumptions, home)


def commonest_authority(stays: pd.DataFrame, directory: PostcodeDirectory) -> str:
    """Return the authority in which most children's homes lie, "" when no home postcode is known."""
    found = directory.locate(stays["home_postcode"].to_numpy(dtype=object)).authority
    codes, counts = np.unique(found[found != ""], return_counts=True)
    return str(codes[counts.argmax()]) if len(codes) else ""
