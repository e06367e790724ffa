"""The underlying files of DfE's statistics on children looked after, as rows that can be compared with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from sufficiency.domain.findings import Finding, Findings, Severity
from sufficiency.ingest.capacity.textfile import read_text_cells
from sufficiency.ingest.dfe.words import HEADINGS, LEVELS, MARKS, heading_key, labels, plain, year_of

COLUMNS = ("measure", "level", "area", "code", "period", "value", "mark", "file")
ENGLAND = "England"
POPULATION, RATE = "children aged 0 to 17", "rate per 10,000"
_NEEDED = ("period", "level", "label", "number")
_STOCK = "children in care"


@dataclass(frozen=True, eq=False)
class PublishedFiles:
    """What was read.

    Attributes
    ----------
    rows
        One row a figure: ``measure, level`` (national, regional, authority), ``area`` (name), ``code`` (of an
        authority, "" for the others), ``period`` (year of 31 March), ``value`` (NaN where a mark stands), ``mark``,
        ``file``.
    findings
        What was not understood or is not comparable.
    """

    rows: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    findings: Findings = field(default_factory=Findings)


def read_published(paths: Sequence[Path]) -> PublishedFiles:
    """Read published CSV files, or folders of them. A figure in two files is taken from the later one in the list."""
    findings = Findings()
    files = [each for path in paths for each in (sorted(path.glob("*.csv")) if path.is_dir() else [path])]
    parts = [_read_file(path, findings) for path in files]
    if not parts:
        return PublishedFiles(findings=findings)
    rows = pd.concat(parts, ignore_index=True)
    return PublishedFiles(rows.drop_duplicates(["measure", "area", "period"], keep="last", ignore_index=True), findings)


def _read_file(path: Path, findings: Findings) -> pd.DataFrame:
    nothing = pd.DataFrame(columns=list(COLUMNS))
    try:
        found = read_text_cells(path.read_bytes())
    except OSError:
        found = None
    if found is None or len(found.cells) < 2:
        findings.add(_finding("dfe.file.unreadable", Severity.REFUSED, path, "", 1))
        return nothing
    table = _columns(found.cells)
    missing = [name for name in _NEEDED if name not in table]
    if missing:
        findings.add(_finding("dfe.columns.missing", Severity.REFUSED, path, ", ".join(missing), 1))
        findings.count_rows(path.name, len(table), 0)
        return nothing
    return _figures(table, path, findings)


def _columns(cells: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """Return the columns that are known, by our names; of two that could be the label, the one with words in it."""
    header = [heading_key(each) for each in cells[0]]
    width = len(header)
    frame = pd.DataFrame([(*row, *[""] * width)[:width] for row in cells[1:] if any(row)], columns=header, dtype="str")
    taken: dict[str, pd.Series] = {}
    for name, known in HEADINGS.items():
        there = [heading for heading in known if heading in header]
        wordy = name == "label"
        fitting = [heading for heading in there if _is_words(frame[heading]) == wordy] if name in _TOLD_APART else there
        if fitting:
            taken[name] = frame[fitting[0]]
    return pd.DataFrame(taken).assign(group=taken.get("group", ""))


_TOLD_APART = ("label", "population")
"""Columns whose headings do not say which is which."""


def _is_words(column: pd.Series) -> bool:
    return bool(column.str.contains("[A-Za-z]{4}").mean() > 0.5) if len(column) else False


def _figures(table: pd.DataFrame, path: Path, findings: Findings) -> pd.DataFrame:
    known = labels()
    group, label = _plain(table["group"]), _plain(table["label"])
    meaning = [known.get((one, other)) or known.get(("", other)) for one, other in zip(group, label, strict=True)]
    measure = np.array([each[0] if each else "" for each in meaning], dtype=object)
    which = np.array([each[1] if each else "" for each in meaning], dtype=object)
    table = table.assign(measure=measure, which=which, year=table["period"].map(year_of))
    table["where"] = table["level"].map(lambda each: LEVELS.get(plain(each), ""))
    understood = (table["measure"] != "") & (table["where"] != "") & (table["year"] != "")
    _tell(path, findings, "dfe.group.broader", table, table["which"] == "broader", "label")
    _tell(path, findings, "dfe.level.unknown", table, table["where"] == "", "level")
    _tell(path, findings, "dfe.period.unknown", table, table["year"] == "", "period")
    used = table[understood].reset_index(drop=True)
    if used.empty:
        findings.add(_finding("dfe.labels.none", Severity.REFUSED, path, str(table["label"].iloc[0])[:60], len(table)))
    findings.count_rows(path.name, len(table), len(used))
    return pd.concat([_rows(used, name, column, path, findings) for name, column in _TAKEN])


_TAKEN = (("", "number"), ("", "percent"), (RATE, "rate"), (POPULATION, "population"))
"""What is taken from the rows: each measure's own number, and rate and population beside the stock."""


def _plain(column: "pd.Series[str]") -> "pd.Series[str]":
    return column.map({each: plain(each) for each in column.unique()})


def _rows(used: pd.DataFrame, name: str, column: str, path: Path, findings: Findings) -> pd.DataFrame:
    wanted = used["measure"] == _STOCK if name else used["which"] == column
    rows = used[wanted & (column in used)]
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    text = rows[column].str.strip().str.strip("[]").str.lower().str.replace(",", "")
    mark = text.where(text.isin(list(MARKS)), "")
    value = pd.to_numeric(text.str.removesuffix("%"), errors="coerce")
    _tell(path, findings, "dfe.value.unknown", rows, value.isna() & ~text.isin(list(MARKS)), column)
    authority = rows["where"] == "authority"
    blank = pd.Series("", index=rows.index)
    names = {each: rows.get(each, blank) for each in ("name", "region", "code")}
    area = names["name"].where(authority, names["region"].where(rows["where"] == "regional", ENGLAND))
    return pd.DataFrame(
        {
            "measure": name or rows["measure"],
            "level": rows["where"],
            "area": area,
            "code": names["code"].where(authority, ""),
            "period": rows["year"],
            "value": value.astype("float64"),
            "mark": mark,
            "file": path.name,
        }
    )


def _tell(path: Path, findings: Findings, code: str, table: pd.DataFrame, rows: "pd.Series[bool]", column: str) -> None:
    if rows.any():
        first = str(table.loc[rows, column].iloc[0])[:60]
        findings.add(_finding(code, Severity.REFUSED, path, first, int(rows.sum()), column))


_SAID: dict[str, tuple[str, str]] = {
    "dfe.file.unreadable": (
        "is not a text file with rows, so nothing was read.",
        "Download the data file of the publication again, as CSV.",
    ),
    "dfe.columns.missing": (
        "columns are missing, so this is not an underlying file of the publication.",
        "Use the files in the folder data of 'download all data', not the tables shown on screen.",
    ),
    "dfe.labels.none": (
        "is the first label; none of the labels is one the statement compares.",
        "Give the files on numbers, on characteristics at 31 March, and on placement stability.",
    ),
    "dfe.group.broader": (
        "is a broader group than today's (it counts semi-independent living), so it is not compared.",
        "Nothing: later years of the publication hold today's group.",
    ),
    "dfe.level.unknown": ("is not a level this reader knows (national, regional, local authority).", "Leave it out."),
    "dfe.period.unknown": ("is not a year this reader knows, such as 2025 or 202425.", "Correct the period."),
    "dfe.value.unknown": (
        "is neither a number nor a mark ([c], z, x, u, k, low); it is not zero and not used.",
        "Compare with the file as published.",
    ),
}
"""What each finding says was expected, and what to do."""


def _finding(code: str, severity: Severity, path: Path, found: str, count: int, column: str = "") -> Finding:
    expected, repair = _SAID[code]
    return Finding(code, severity, path.name, None, column, found, expected, repair, "not used", count)
