"""From a history to a forecast in one call: the window chosen, the rates, what is expected and how sure it is."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.changes import FlowChange
from sufficiency.demand.choice import Choice, choose_window
from sufficiency.demand.cohort import project
from sufficiency.demand.external import ExternalProjection
from sufficiency.demand.following import follow_months
from sufficiency.demand.history import History, hide_after
from sufficiency.demand.projection import Projection
from sufficiency.demand.rates import Counted, Rates, fit_counted, with_drift
from sufficiency.demand.sample import Sample
from sufficiency.demand.sampled import SampleOptions, sample
from sufficiency.demand.scores import GROUPS, truth
from sufficiency.demand.start import month_edges, start_on

PAST_MONTHS = 36
"""Months of the past shown before a forecast."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Forecast:
    """What is expected, how sure it is, and on what it rests.

    Attributes
    ----------
    base_date
        Last day of history used.
    choice
        The window and options, and why.
    rates
        What was counted.
    projection
        The expected face.
    sample
        The sampled face; None when no replications were asked for.
    """

    base_date: date
    choice: Choice
    rates: Rates
    projection: Projection
    sample: Sample | None

    def frame(self) -> pd.DataFrame:
        """Return the stock at the end of each month, expected and in bands, in total, by setting and by age band."""
        expected = self._expected()
        if self.sample is None:
            return expected
        keys = ["day", "of", "name"]
        return pd.DataFrame(expected.merge(self.sample.frame().drop(columns="mean"), on=keys, validate="1:1"))

    def _expected(self) -> pd.DataFrame:
        """Return the expected stock in total, by setting and by age band."""
        stock = self.projection.frame()
        stock["day"] = (stock["month"] + pd.offsets.MonthEnd(0)).astype("datetime64[s]")
        parts = [
            stock.groupby("day", as_index=False)["stock"].sum().assign(of="total", name="all"),
            stock.groupby(["day", "setting"], as_index=False, sort=False)["stock"].sum().assign(of="setting"),
            stock.groupby(["day", "age_band"], as_index=False, sort=False)["stock"].sum().assign(of="age band"),
        ]
        renamed = [part.rename(columns={"setting": "name", "age_band": "name", "stock": "mean"}) for part in parts]
        return pd.DataFrame(pd.concat(renamed, ignore_index=True)[["day", "of", "name", "mean"]])


def past(known: History, months: int = PAST_MONTHS) -> pd.DataFrame:
    """Return the children in care at the end of each of the last months: ``day``, ``of``, ``name``, ``children``.

    Months before history is complete are left out.
    """
    ends = pd.date_range(end=pd.Timestamp(known.last_day), periods=months + 1, freq="ME")
    ends = ends[ends >= pd.Timestamp(known.first_day)]
    first = ends[0].date()
    stock = truth(known, first - timedelta(days=1), (known.last_day - first).days + 1)
    index = pd.MultiIndex.from_product([ends.astype("datetime64[s]"), range(len(GROUPS))], names=["day", "group"])
    frame = pd.DataFrame({"children": stock[(ends - ends[0]).days].ravel()}, index=index).reset_index()
    names = pd.DataFrame(GROUPS, columns=["of", "name"])
    return frame.join(names, on="group")[["day", "of", "name", "children"]]


def forecast(
    history: History,
    base_date: date,
    months: int,
    *,
    choice: Choice | None = None,
    replications: int = 0,
    generator: np.random.Generator | None = None,
    changes: tuple[FlowChange, ...] = (),
    population: Floats | None = None,
    external: ExternalProjection | None = None,
) -> Forecast:
    """Forecast the children in care from a base date on.

    Parameters
    ----------
    history
        What is known; later events are not looked at.
    base_date, months
        The base date is the last day of a month.
    choice
        Window and options, chosen before; the back-test chooses when None.
    replications, generator
        How many walks are drawn for bands (none: expected values only), and the source of their chance.
    changes, population
        What-ifs on flows, and the child population, as in :func:`.cohort.project`.
    external
        A projection made elsewhere, followed in place of ours; it comes without bands, so none are drawn.
    """
    if replications and generator is None:
        raise ValueError("bands need a generator: the source of chance is never hidden")
    known = hide_after(history, base_date)
    choice = choice or choose_window(known)
    taken = choice.candidate
    counted = Counted.of(known.records, known.stays)
    rates = fit_counted(counted, known.window(taken.months, base_date), trend=taken.trend)
    rates = with_drift(rates, counted, known.first_day) if replications else rates
    if external is not None:
        whole = (known.records, known.stays, base_date, months, external, population)
        return Forecast(base_date, choice, rates, follow_months(rates, *whole)[0], None)
    projection = project(rates, known.records, known.stays, base_date, months, changes, population)
    drawn = None
    if replications and generator is not None:
        _, edges = month_edges(base_date, months)
        start = start_on(known.records, known.stays, base_date)
        drawn = sample(
            rates,
            start,
            edges,
            SampleOptions(replications, count_doubt=known.count_doubt),
            generator,
            changes,
            population,
        )
    return Forecast(base_date, choice, rates, projection, drawn)
