"""A sheet on its way to a clean table: typed columns, rows refused so far, findings made on the way."""

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd

from sufficiency.assumptions.reading import shown
from sufficiency.assumptions.table import Attribute, attributes
from sufficiency.domain.findings import Findings
from sufficiency.ingest.capacity.columns import Reading, read_column
from sufficiency.ingest.capacity.grids import Grid
from sufficiency.ingest.capacity.headers import Header, compact, names
from sufficiency.ingest.capacity.sheets import Mask, Reporter, Sheet, safe, take_sheet

_HIDDEN_TYPES = ("str", "postcode", "urn")


@dataclass(eq=False)
class Draft:
    """One sheet being checked; rules change ``frame`` and ``refused`` and report what they did.

    Attributes
    ----------
    table
        Table of the attribute table.
    frame
        Typed columns, one row a row of the sheet.
    given
        Where a usable value stood in the file, by column; elsewhere the frame holds a default or a blank.
    refused
        Rows that are not used.
    before
        Rows of the same table used from earlier sheets, None for the first.
    """

    table: str
    sheet: Sheet
    frame: pd.DataFrame
    given: pd.DataFrame
    refused: Mask
    report: Reporter
    before: pd.DataFrame | None = None

    def where(self, name: str) -> Mask:
        """Return where a usable value was given."""
        mask: Mask = self.given[name].to_numpy(dtype=bool)
        return mask

    def live(self, mask: "pd.Series | Mask") -> Mask:
        """Return a mask without the rows refused already."""
        return np.asarray(mask, dtype=bool) & ~self.refused

    def refuse(self, code: str, name: str, mask: "pd.Series | Mask") -> None:
        """Refuse the marked rows and report each."""
        marked = self.live(mask)
        self.report.cells(code, name, marked, hidden=hidden(self.table, name))
        self.refused |= marked

    def note(self, code: str, name: str, mask: "pd.Series | Mask") -> Mask:
        """Report each of the marked rows that are still used, and return them."""
        marked = self.live(mask)
        self.report.cells(code, name, marked, hidden=hidden(self.table, name))
        return marked

    def used(self) -> pd.DataFrame:
        """Return the rows that are used."""
        return self.frame.loc[~self.refused].reset_index(drop=True)


def hidden(table: str, name: str) -> bool:
    """Whether values of a column are shown by their shape only: everything of a child, and what could name somebody."""
    kinds = {row.name: row.type for row in attributes(table)}
    return table == "needs" or kinds.get(name, "str") in _HIDDEN_TYPES


def draft_sheet(grid: Grid, header: Header, findings: Findings, before: pd.DataFrame | None = None) -> Draft:
    """Return a sheet with every column typed and every cell checked against the attribute table."""
    rows = attributes(header.table)
    sheet = take_sheet(grid, header, tuple(row.name for row in rows))
    report = Reporter(sheet, findings)
    _report_columns(report, header)
    index = sheet.text.index
    empty = pd.DataFrame(index=index)
    draft = Draft(header.table, sheet, empty, empty.copy(), np.zeros(len(sheet), dtype=bool), report, before)
    readings = {row.name: _read(draft, row) for row in rows}
    draft.frame = pd.DataFrame({name: reading.typed for name, reading in readings.items()}, index=index)
    draft.given = pd.DataFrame({name: ~(r.blank | r.bad) for name, r in readings.items()}, index=index)
    return draft


def settle(draft: Draft) -> Draft:
    """Refuse rows that lack what is required, and fill in the defaults of what is left."""
    lacking = [row.name for row in attributes(draft.table) if row.required]
    for name in lacking:
        _require(draft, name)
    for row in attributes(draft.table):
        draft.frame[row.name] = _filled(draft, row)
    return draft


def _report_columns(report: Reporter, header: Header) -> None:
    for index in header.repeated:
        report.about("capacity.column.twice", safe(header.written[index]))
    for index in header.unknown:
        near = get_close_matches(compact(header.written[index]), names(header.table), n=1, cutoff=0.75)
        meant = f"perhaps {names(header.table)[near[0]]}" if near else ""
        report.about("capacity.column.unknown", safe(header.written[index]), expected=meant)


def _read(draft: Draft, row: Attribute) -> Reading:
    reading = read_column(row, draft.sheet.text[row.name])
    kept = hidden(row.table, row.name)
    for kind, mask in reading.faults.items():
        code = "capacity.cell.required_invalid" if row.required else f"capacity.cell.{kind}"
        draft.report.cells(code, row.name, mask, row.expected, kept)
    if row.required:
        draft.refused |= reading.bad
    for kind, mask in reading.repairs.items():
        draft.report.cells(f"capacity.cell.{kind}", row.name, mask & ~reading.bad, row.expected, kept)
    for (word, value), mask in reading.synonyms.items():
        found = "" if kept else f"{word} = {value}"
        draft.report.counted("capacity.cell.synonym", row.name, mask, found)
    return reading


def _require(draft: Draft, name: str) -> None:
    blank = draft.live(~draft.where(name))
    if not blank.any():
        return
    if name in draft.sheet.header.columns:
        draft.report.cells("capacity.cell.required", name, blank)
    else:
        draft.report.counted("capacity.column.missing", name, blank)
    draft.refused |= blank


def _filled(draft: Draft, row: Attribute) -> pd.Series:
    values, given = draft.frame[row.name], draft.where(row.name)
    if row.default is not None:
        unset = draft.live(~given)
        draft.report.counted("capacity.cell.default", row.name, unset, shown(row.default))
        values = values.where(pd.Series(given, index=values.index), row.default)
    kind = column_type(row)
    values = values.fillna(0) if kind == "int64" else values  # only refused rows are still blank
    return values.to_frame(row.name).astype({row.name: kind})[row.name]


def column_type(row: Attribute) -> str:
    """Return the frame type of a column: whole numbers that may be missing are kept as floats with NaN."""
    if row.type == "int":
        return "int64" if row.default is not None or row.required else "float64"
    return {"float": "float64", "bool": "bool", "date": "datetime64[s]"}.get(row.type, "str")
