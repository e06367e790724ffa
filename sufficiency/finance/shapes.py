"""What finance and measures need to see of a plan, and no more."""

from datetime import date
from typing import Protocol

import pandas as pd

from sufficiency.domain.places import Places


class HasPlaces(Protocol):
    """Places over some months: what prices and fixed cost are worked out from."""

    @property
    def base_date(self) -> date:
        """Last day of history; month 0 of the plan."""

    @property
    def months(self) -> int:
        """Months walked after the base date."""

    @property
    def places(self) -> Places:
        """Every place the plan could use."""


class SampledShape(HasPlaces, Protocol):
    """Many futures of one plan: its frames begin with a column ``replication``, 1 to n."""

    @property
    def replications(self) -> int:
        """How many futures."""

    @property
    def stock(self) -> pd.DataFrame:
        """Children by replication, month, group and place."""


class StockShape(HasPlaces, Protocol):
    """Children by month, group and place: all that money needs of a plan."""

    @property
    def stock(self) -> pd.DataFrame:
        """Children by month, group and place."""


class PlanShape(StockShape, Protocol):
    """A plan as it crosses the border from matching: see ``docs/borders.md`` for the columns of each frame."""

    @property
    def need(self) -> pd.DataFrame:
        """Children needing a place, by month and group."""

    @property
    def flow(self) -> pd.DataFrame:
        """Children entering, leaving and moving, by month."""

    @property
    def prices(self) -> pd.DataFrame:
        """Capacity, use and value of one more place, by month and place."""

    @property
    def unmet_pence(self) -> int:
        """Weight of a child without a suitable place, pence a week."""
