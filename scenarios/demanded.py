"""How many children to expect where the returns alone do not say: a projection made elsewhere, a child population."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.cohort import project
from sufficiency.demand.days import day_number
from sufficiency.demand.external import ExternalProjection
from sufficiency.demand.external_file import fitted, read_external
from sufficiency.demand.following import follow, follow_months
from sufficiency.demand.history import History
from sufficiency.demand.population import population_factors, read_population
from sufficiency.demand.projection import Projection
from sufficiency.demand.rates import Rates
from sufficiency.demand.start import month_edges, start_on
from sufficiency.domain.findings import Findings
from sufficiency.domain.needs import ADULT_AGE, AGE_BAND_STARTS
from sufficiency.project import Project

FloatArray = NDArray[np.float64]

_YEARS = np.diff([*AGE_BAND_STARTS, ADULT_AGE])


@dataclass(frozen=True, eq=False)
class DemandFiles:
    """What ``demand:`` in ``project.yaml`` names, as read.

    Attributes
    ----------
    external
        A projection made elsewhere.
    file
        Its name.
    population
        Children in the area: ``year``, ``age``, ``children``.
    """

    external: ExternalProjection | None = None
    file: str = ""
    population: pd.DataFrame | None = None

    def growth(self, base_date: date, months: int) -> FloatArray | None:
        """Return by what entries are multiplied as the population changes, shape (months, 18)."""
        if self.population is None:
            return None
        return population_factors(self.population, day_number(base_date), month_edges(base_date, months)[1])

    def check(self, known: History, base_date: date, months: int) -> Findings:
        """Say what does not fit the children and the horizon.

        Raises
        ------
        InputError
            When it cannot be followed to the end.
        """
        findings = Findings()
        if self.external is not None:
            start = start_on(known.records, known.stays, base_date)
            findings.extend(fitted(self.external, float(len(start)), base_date, months, self.file))
        self.growth(base_date, months)
        return findings


def read_demand(project: Project) -> DemandFiles:
    """Read what a project names under ``demand``.

    Raises
    ------
    InputError
        When a file cannot be used, with a finding that says why.
    """
    files = project.demand_files
    external = read_external(files["projection"], project.config.demand.shape) if "projection" in files else None
    population = read_population(files["population"]) if "population" in files else None
    return DemandFiles(external, files["projection"].name if external is not None else "", population)


@dataclass(frozen=True, eq=False)
class Steering:
    """What is done to the entries and leavers of the history, month by month; t months, a age bands, s settings.

    Attributes
    ----------
    growth
        By what entries of children who are not UASC are multiplied, shape (t, 18).
    let_in, let_out
        Children let in and out so that a projection made elsewhere is met, shape (t, a, s).
    """

    growth: FloatArray
    let_in: FloatArray
    let_out: FloatArray

    def entries(self, per_month: FloatArray) -> FloatArray:
        """Return entries (t, 18, 2, s) as they are steered; those let in are spread evenly over the ages of a band."""
        steered = per_month.copy()
        steered[:, :, 0] *= self.growth[:, :, None]
        band = np.repeat(np.arange(len(_YEARS)), _YEARS)
        steered[:, :, 0] += self.let_in[:, band] / _YEARS[band][:, None]
        return steered


def steering(files: DemandFiles, known: History, rates: Rates, base_date: date, months: int) -> Steering | None:
    """Return what steers the walk; None where only the returns do.

    The way to a projection is worked out on the rates as the walk knows them, without time in care, so that the walk
    ends each month where the projection does.
    """
    if files.external is None and files.population is None:
        return None
    growth = files.growth(base_date, months)
    cells = np.zeros((months, *rates.leave_per_day.shape))
    let_in, let_out = cells, cells
    if files.external is not None:
        flat = replace(rates, leave_shape=np.ones_like(rates.leave_shape), move_shape=np.ones_like(rates.move_shape))
        _, edges = month_edges(base_date, months)
        start = start_on(known.records, known.stays, base_date)
        _, let_in, let_out = follow(flat, start, edges, files.external, growth)
    return Steering(np.ones((months, ADULT_AGE)) if growth is None else growth, let_in, let_out)


def project_children(files: DemandFiles, known: History, rates: Rates, base_date: date, months: int) -> Projection:
    """Return the expected children: by our rates, or the projection made elsewhere with our flows beneath it."""
    growth = files.growth(base_date, months)
    if files.external is not None:
        return follow_months(rates, known.records, known.stays, base_date, months, files.external, growth)[0]
    return project(rates, known.records, known.stays, base_date, months, population=growth)
