"""Everything a statement is made from, passed in by whoever ran the stages below."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.findings import Findings
from sufficiency.measures.history import CareHistory
from sufficiency.project.record import StoredRun
from sufficiency.report.outlines import ZoneGrid


@dataclass(frozen=True)
class Council:
    """Whose statement it is.

    Attributes
    ----------
    name, code, region
        As published; the region is DfE's.
    synthetic
        True when the children are invented.
    population
        Children aged 0 to 17 in the area, None where not given: rates are not available then.
    population_source
        Where that number is from, with its year.
    """

    name: str
    code: str
    region: str
    synthetic: bool = False
    population: int | None = None
    population_source: str = ""


@dataclass(frozen=True, eq=False)
class Walked:
    """A stored run with its tables by name."""

    name: str
    run: StoredRun
    tables: Mapping[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Facts:
    """What a statement is made from.

    Attributes
    ----------
    council
        Whose it is.
    base_date
        The last day that is known.
    history
        Stays and spells with their distances and localities.
    episodes
        Cleaned episodes, for need, legal status and reasons.
    carers, homes
        Capacity files, None where none was given.
    plan
        The latest run.
    past
        The latest history, whose run record is cited for the counts.
    compared
        The last stored comparison of scenarios; None where there is none.
    assumptions
        Value of each assumption by name.
    futures
        A stored forecast on the plan's own rates, for intervals; None where there is none.
    spread
        The plan walked for whole children many times, in bands; None where there is none.
    actions
        The council's own actions: ``priority, action, lead, deadline, measure``; None where none were given.
    targets
        The council's own targets by measure of the board page.
    assumption_status
        How many assumptions have which status, and how many were changed.
    published
        Rows read from DfE's files (see :func:`sufficiency.ingest.dfe.read_published`); None where none were given.
    neighbours
        Codes of the council's statistical neighbours, as the user gave them.
    given_files
        SHA-256 of each file given for the statement alone, by name.
    findings
        What was found in the files given for the statement alone.
    zones
        Shapes of the home areas, None where they could not be derived: no map is drawn then.
    home_area
        Home area of each home postcode; one that is missing is unknown. Never shown.
    place_points
        For ``carers`` and ``homes``, easting and northing of each row, NaN where not known, shape (rows, 2).
    """

    council: Council
    base_date: date
    history: CareHistory
    episodes: pd.DataFrame
    carers: pd.DataFrame | None
    homes: pd.DataFrame | None
    plan: Walked
    past: Walked
    compared: Walked | None = None
    assumptions: Mapping[str, object] = field(default_factory=dict)
    futures: Walked | None = None
    spread: Walked | None = None
    actions: pd.DataFrame | None = None
    targets: Mapping[str, float] = field(default_factory=dict)
    assumption_status: Mapping[str, int] = field(default_factory=dict)
    published: pd.DataFrame | None = None
    neighbours: tuple[str, ...] = ()
    given_files: Mapping[str, str] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    zones: ZoneGrid | None = None
    home_area: Mapping[str, str] = field(default_factory=dict)
    place_points: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def runs(self) -> tuple[int, ...]:
        """Numbers of the stored runs that the statement is made from."""
        walked = (self.plan, self.past, self.compared, self.futures, self.spread)
        return tuple(each.run.id for each in walked if each is not None)
