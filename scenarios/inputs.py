"""The first half of the walk: a project's files read, cleaned, placed on the map and counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from scenarios.demanded import DemandFiles, read_demand
from scenarios.windows import remembered, settled, windows_file
from sufficiency.assumptions import Assumptions, attribute
from sufficiency.demand.choice import Choice, choose_window
from sufficiency.demand.history import History, hide_after
from sufficiency.demand.rates import Rates, fit_rates
from sufficiency.demand.spells import spells, stays
from sufficiency.domain.errors import AssumptionError, InputError
from sufficiency.domain.findings import Findings, Severity
from sufficiency.domain.periods import Month
from sufficiency.geography import PostcodeDirectory, postcode_findings
from sufficiency.ingest.capacity import CapacityFiles, read_capacity
from sufficiency.ingest.ssda903 import CareRecords, CleaningOptions, read_returns
from sufficiency.matching.setup import BaseDate, on_base_date
from sufficiency.measures.history import CareHistory
from sufficiency.measures.located import care_history
from sufficiency.project import Project
from sufficiency.supply import Supply, build_places

Progress = Callable[[str, int, int], None]


def no_progress(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """Everything a council put in, clean, with what was found on the way.

    Attributes
    ----------
    records, files
        The returns and the capacity files.
    stays, spells
        Time in one home, and time in care.
    directory
        Where postcodes are.
    authority
        Whose children they are.
    base_date
        The last day that counts as known.
    findings
        All findings, in reading order.
    windows
        Where the back-test's choice of window is kept; nowhere when None.
    demand
        A projection made elsewhere and the child population, those that were given.
    """

    records: CareRecords
    files: CapacityFiles
    stays: pd.DataFrame
    spells: pd.DataFrame
    directory: PostcodeDirectory
    authority: str
    base_date: date
    findings: Findings
    windows: Path | None = None
    demand: DemandFiles = field(default_factory=DemandFiles)

    @cached_property
    def known(self) -> History:
        """The children and their stays as demand reads them, with nothing after the base date."""
        history = History(self.records, self.stays, self.first_day, self.records.data_end)
        return hide_after(history, self.base_date)

    @cached_property
    def choice(self) -> Choice:
        """The window of history that the back-test supports, worked out once for a project as it stands."""
        if self.windows is None:
            return choose_window(self.known)
        return remembered(self.windows, lambda: choose_window(self.known))

    def window(self, assumptions: Assumptions) -> Choice:
        """Return the window that rates are counted on, and why: the user's or the back-test's."""
        return settled(assumptions, lambda: self.choice)

    @cached_property
    def history(self) -> CareHistory:
        """The records as measures read them, with the statutory distance and the locality of each stay."""
        return care_history(self.records, self.stays, self.spells, self.directory, self.authority)

    @property
    def first_day(self) -> date:
        """First day of the first collection year that was returned."""
        first_year = int(self.records.returns["return_year"].min())
        return date(first_year - 1, 4, 1)


def read_inputs(project: Project, *, progress: Progress = no_progress) -> Inputs:
    """Read a project's files.

    Raises
    ------
    InputError
        When no usable header and episodes remain, with the findings.
    """
    progress("reading returns", 0, 3)
    cleaning = project.cleaning
    options = CleaningOptions(cleaning.keep_short_breaks, cleaning.keep_lapsed, cleaning.category_map, project.code_map)
    records = read_returns(list(project.returns), options=options)
    progress("reading capacity files", 1, 3)
    files = read_capacity(**project.capacity_files)
    progress("finding postcodes", 2, 3)
    directory = PostcodeDirectory(cache=project.cache_folder / "postcodes")
    findings = Findings()
    findings.extend(records.findings)
    findings.extend(files.findings)
    for column in ("home_postcode", "placement_postcode"):
        given = records.episodes.loc[records.episodes[column] != "", column]
        findings.extend(postcode_findings(directory.locate(given), given, "episodes", column))
    base_date = project.base_date or last_month_end(records.data_end)
    _require_known(base_date, records)
    _require_readable(files)
    demand = read_demand(project)
    progress("reading done", 3, 3)
    return Inputs(
        records=records,
        files=files,
        stays=stays(records.episodes),
        spells=spells(records.episodes),
        directory=directory,
        authority=project.authority,
        base_date=base_date,
        findings=findings,
        windows=windows_file(project, base_date),
        demand=demand,
    )


def last_month_end(day: date) -> date:
    """Return the last day of a month on or before a day."""
    month = Month.containing(day)
    last = date.fromordinal(month.plus(1).first_day.toordinal() - 1)
    return last if last == day else date.fromordinal(month.first_day.toordinal() - 1)


def rates_of(inputs: Inputs, assumptions: Assumptions) -> Rates:
    """Fit the rates on the window before the base date that the user asked for or the back-test supports.

    Raises
    ------
    AssumptionError
        When an assumption was changed that nothing uses yet.
    """
    _require_used(assumptions)
    taken = inputs.window(assumptions).candidate
    window = inputs.known.window(taken.months, inputs.base_date)
    return fit_rates(inputs.records, inputs.stays, window, trend=taken.trend)


NOT_USED = "Not used yet."
"""How the description of an assumption begins that is stated for reference and moves nothing so far."""


def _require_used(assumptions: Assumptions) -> None:
    """Refuse a change that would move nothing: silence would be taken for an answer."""
    rows = attribute("assumption")
    idle = [name for name, _ in assumptions.changed if rows[name].description.startswith(NOT_USED)]
    if idle:
        raise AssumptionError(f"{', '.join(idle)}: this version states it and does not use it yet. Leave it unchanged.")


def places_of(inputs: Inputs, assumptions: Assumptions, months: int) -> Supply:
    """Build the places of a council, month by month, with the place of every child on the base date."""
    return build_places(
        inputs.files,
        inputs.records,
        inputs.stays,
        inputs.directory,
        assumptions,
        inputs.base_date,
        months,
        authority=inputs.authority,
    )


def children_now(inputs: Inputs) -> BaseDate:
    """Return the children in care on the base date, where from and where."""
    return on_base_date(inputs.records, inputs.stays, inputs.directory, inputs.authority, inputs.base_date)


def assumptions_of(project: Project, changes: Mapping[str, object] | None = None) -> Assumptions:
    """Return the defaults with the project's changes over them, and one-off changes over those."""
    assumptions = Assumptions.defaults()
    for name, change in project.config.assumptions.items():
        assumptions = assumptions.with_changes({name: change.value}, change.reason or "project.yaml", change.source)
    return assumptions.with_changes(dict(changes or {}), "one-off change") if changes else assumptions


UNREADABLE = ("capacity.file.missing", "capacity.file.unreadable", "capacity.file.old_workbook", "capacity.table")
"""Findings that mean a file was given and says nothing: going on would infer places where the council listed them."""


def _require_readable(files: CapacityFiles) -> None:
    faults = [one for one in files.findings if one.severity is Severity.REFUSED and one.code.startswith(UNREADABLE)]
    if faults:
        raise InputError(
            "A capacity file cannot be used, and without it places would be inferred from past use instead:\n"
            + "\n".join(one.text for one in faults)
            + "\nRepair the file, or take its line out of project.yaml.",
            files.findings,
        )


def _require_known(base_date: date, records: CareRecords) -> None:
    if base_date > records.data_end:
        raise InputError(
            f"project.yaml, base_date: {base_date} lies after the last return, which ends on {records.data_end}. What "
            f"happened in between is not known. Choose {records.data_end} or earlier, or add the return.",
            records.findings,
        )
