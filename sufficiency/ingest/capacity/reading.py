"""Capacity files read: whatever the council has, into clean tables and one list of findings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import pandas as pd

from sufficiency.domain.findings import Finding, Findings
from sufficiency.ingest.capacity.drafts import Draft, draft_sheet, settle
from sufficiency.ingest.capacity.grids import Grid, UnreadableFile, read_grids
from sufficiency.ingest.capacity.headers import OFSTED, Header, find_header, likeliest
from sufficiency.ingest.capacity.needs import finish_needs, latest_rows
from sufficiency.ingest.capacity.ofsted import count_rows, homes_types, read_ofsted
from sufficiency.ingest.capacity.rowrules import BEFORE_REQUIRED, RULES
from sufficiency.ingest.capacity.rules import FINDINGS

Paths = str | PathLike[str] | Iterable[str | PathLike[str]] | None
"""One path, several, or none."""


@dataclass(frozen=True, eq=False)
class CapacityFiles:
    """What capacity files say.

    Attributes
    ----------
    carers, homes, contracts, prices, needs
        Clean tables with the columns of the attribute table, one row a row used; None when no file was given or it
        holds no rows at all. Missing numbers are NaN, missing days NaT, missing text "".
    findings
        What was wrong and what was done about it; rows read are always rows used and rows refused.
    """

    carers: pd.DataFrame | None
    homes: pd.DataFrame | None
    contracts: pd.DataFrame | None
    prices: pd.DataFrame | None
    needs: pd.DataFrame | None
    findings: Findings


def read_capacity(
    carers: Paths = None,
    homes: Paths = None,
    contracts: Paths = None,
    prices: Paths = None,
    needs: Paths = None,
    ofsted: Paths = None,
) -> CapacityFiles:
    """Read capacity files: text with any usual encoding and separator, or workbooks.

    Sheets are recognised by their columns, so one workbook may be given for several tables. Reading never stops at a
    fault and never raises for what a file holds.

    Parameters
    ----------
    carers, homes, contracts, prices, needs
        Files of each table; the placements standard is read as ``needs``.
    ofsted
        Ofsted's provider lists, of any year. Their homes are added to ``homes`` as ``listed``: registered places are
        not vacancies.
    """
    findings = Findings()
    asked = {"carers": carers, "homes": homes, "contracts": contracts, "prices": prices, "needs": needs}
    tables = {table: _read_table(table, paths, findings) for table, paths in asked.items()}
    listed = read_ofsted(_sheets(OFSTED, ofsted, findings), findings) if ofsted is not None else None
    tables["homes"] = _with_listed(tables["homes"], listed, findings)
    return CapacityFiles(**tables, findings=findings)


def _read_table(table: str, paths: Paths, findings: Findings) -> pd.DataFrame | None:
    if paths is None:
        return None
    drafts: list[Draft] = []
    for grid, header in _sheets(table, paths, findings):
        drafts.append(_check(draft_sheet(grid, header, findings, _used(drafts))))
    if table == "needs":
        latest_rows(drafts)
    for draft in drafts:
        count_rows(findings, draft.sheet.grid.label, len(draft.sheet), int((~draft.refused).sum()))
        if not len(draft.sheet):
            draft.report.about("capacity.file.empty")
    used = _used([draft for draft in drafts if len(draft.sheet)])
    return finish_needs(used) if table == "needs" and used is not None else used


def _used(drafts: Sequence[Draft]) -> pd.DataFrame | None:
    return pd.concat([draft.used() for draft in drafts], ignore_index=True) if drafts else None


def _check(draft: Draft) -> Draft:
    for rule in BEFORE_REQUIRED.get(draft.table, ()):
        rule(draft)
    settle(draft)
    for rule in RULES[draft.table]:
        rule(draft)
    return draft


def _sheets(table: str, paths: Paths, findings: Findings) -> list[tuple[Grid, Header]]:
    found = [_file_sheets(table, path, findings) for path in _each(paths)]
    return [sheet for sheets in found for sheet in sheets]


def _each(paths: Paths) -> list[Path]:
    if paths is None:
        return []
    if isinstance(paths, str | PathLike):
        return [Path(paths)]
    return [Path(path) for path in paths]


def _file_sheets(table: str, path: Path, findings: Findings) -> list[tuple[Grid, Header]]:
    try:
        grids = read_grids(path)
    except UnreadableFile as fault:
        findings.add(_file_finding(fault.code, path.name))
        return []
    sheets = [(grid, header) for grid in grids if (header := _header(grid, table)) is not None]
    if not sheets:
        findings.add(_nothing_found(table, path, grids))
    for grid, _ in sheets:
        if grid.encoding == "cp1252":
            findings.add(_file_finding("capacity.file.encoding", path.name))
    return sheets


def _header(grid: Grid, table: str) -> Header | None:
    """Return the header of a table, unless the sheet is more like another table."""
    header = find_header(grid, table)
    best = likeliest(grid)
    if header is None or best == table:
        return header
    rival = find_header(grid, best)
    return None if rival is None or len(rival.columns) > len(header.columns) else header


def _nothing_found(table: str, path: Path, grids: tuple[Grid, ...]) -> Finding:
    others = sorted({kind for grid in grids if (kind := likeliest(grid)) and kind != table})
    if not any(any(row) for grid in grids for row in grid.cells):
        return _file_finding("capacity.file.empty", path.name)
    if others:
        return _file_finding("capacity.table.other", path.name, ", ".join(others), f"the columns of {table}")
    return _file_finding("capacity.table.unknown", path.name, "", f"the columns of {table}")


def _file_finding(code: str, file: str, found: str = "", expected: str = "") -> Finding:
    rule = FINDINGS[code]
    text = f"expected {expected}. {rule.meaning}" if expected else rule.meaning
    return Finding(code, rule.severity, file, None, "", found, text, rule.repair, rule.action)


def _with_listed(homes: pd.DataFrame | None, listed: pd.DataFrame | None, findings: Findings) -> pd.DataFrame | None:
    """Return the council's own homes with those that only Ofsted lists."""
    if listed is None or homes is None:
        return homes if listed is None else listed
    both = listed["urn"].isin(homes.loc[homes["urn"] != "", "urn"]) | listed["home_id"].isin(homes["home_id"])
    if both.any():
        rule = FINDINGS["capacity.ofsted.also_listed"]
        findings.add(
            Finding(
                "capacity.ofsted.also_listed",
                rule.severity,
                "Ofsted list",
                None,
                "urn",
                "",
                rule.meaning,
                rule.repair,
                rule.action,
                int(both.sum()),
            )
        )
    return homes_types(pd.concat([homes, listed.loc[~both]], ignore_index=True))
