"""From a file's bytes to recognised tables of text."""

import hashlib
from collections.abc import Sequence

from sufficiency.ingest.ssda903 import xmlreturn
from sufficiency.ingest.ssda903.log import FindingLog
from sufficiency.ingest.ssda903.sources import Source
from sufficiency.ingest.ssda903.tables import COLUMNS, OPTIONAL, Kind, RawTable, column_name, recognise
from sufficiency.ingest.ssda903.text import SEPARATORS, NumberedRows, decode, rows_of
from sufficiency.ingest.ssda903.workbook import sheets_of

_HEADING_ROWS = 15
"""Titles may stand above the heading, up to so many rows."""

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def tables_in(source: Source, log: FindingLog) -> list[RawTable]:
    """Return the tables of a file that are used; what cannot be read becomes a finding."""
    if not source.data.strip(b" \r\n\t\x00"):
        log.add("ssda903.file.empty", source.label)
        return []
    if source.data.startswith(_OLD_EXCEL):
        log.add("ssda903.file.old_excel", source.label)
        return []
    if source.data.startswith(b"PK"):
        return _workbook_tables(source, log)
    decoded = decode(source.data)
    if decoded is None:
        log.add("ssda903.file.other_kind", source.label)
        return []
    if xmlreturn.is_return(decoded.text):
        return _xml_tables(source, log)
    if decoded.text.lstrip("\ufeff \t\r\n").startswith(("<", "{", "[")):
        log.add("ssda903.file.other_kind", source.label)
        return []
    if decoded.damaged:
        log.add("ssda903.file.characters", source.label)
    return _text_tables(source, decoded.text, log)


def _text_tables(source: Source, text: str, log: FindingLog) -> list[RawTable]:
    head = text[:20_000]
    best = max(SEPARATORS, key=lambda separator: _known_columns(rows_of(head, separator)))
    table = _table(source, source.label, source.group, rows_of(text, best), log)
    return [table] if table else []


def _known_columns(rows: NumberedRows) -> int:
    return max((len(set(_names(row)) - {""}) for _, row in rows[:_HEADING_ROWS]), default=0)


def _workbook_tables(source: Source, log: FindingLog) -> list[RawTable]:
    tables = []
    try:
        for title, rows in sheets_of(source.data):
            label = f"{source.label} [{title}]"
            if not rows:
                log.add("ssda903.file.empty", label)
            elif table := _table(source, label, source.label, rows, log):
                tables.append(table)
    except Exception:  # a damaged workbook raises whatever the library's parts raise; it must never stop the read
        log.add("ssda903.file.unreadable", source.label)
    return tables


def _xml_tables(source: Source, log: FindingLog) -> list[RawTable]:
    try:
        found = xmlreturn.tables_of(source.data)
    except Exception:  # damaged or hostile XML raises errors of several libraries; it must never stop the read
        log.add("ssda903.file.unreadable", source.label)
        return []
    return [
        RawTable(
            kind=kind,
            label=f"{source.label} [{kind}]",
            group=source.label,
            hint=source.hint,
            columns={name: [record.get(name, "") for _, record in records] for name in COLUMNS[kind]},
            rows=[row for row, _ in records],
            rows_read=len(records),
            sha256=_hash(source.data),
        )
        for kind, records in found.items()
        if records
    ]


def _table(source: Source, label: str, group: str, rows: NumberedRows, log: FindingLog) -> RawTable | None:
    heading = _heading(rows)
    if heading is None:
        log.add("ssda903.table.unknown", label)
        return None
    position, kind = heading
    names = _names(rows[position][1])
    if kind is Kind.UNUSED:
        log.add("ssda903.table.not_used", label)
        return None
    if kind is Kind.INCOMPLETE:
        missing = [name for name in ("CHILD", "DECOM", "DEC", "PLACE") if name not in names]
        log.add("ssda903.table.incomplete", label, column=", ".join(missing))
        return None
    body = rows[position + 1 :]
    if not body:
        log.add("ssda903.file.empty", label)
        return None
    _check_columns(label, kind, names, log)
    return _cut(source, label, group, kind, names, body, log)


def _heading(rows: NumberedRows) -> tuple[int, Kind] | None:
    """Return the position of the heading row and the table it heads; a used table before any other."""
    kinds = [(position, recognise(_names(row))) for position, (_, row) in enumerate(rows[:_HEADING_ROWS])]
    known = [(position, kind) for position, kind in kinds if kind is not Kind.UNKNOWN]
    return known[0] if known else None


def _names(row: Sequence[str]) -> list[str]:
    return [column_name(cell) for cell in row]


def _check_columns(label: str, kind: Kind, names: list[str], log: FindingLog) -> None:
    for name in COLUMNS[kind]:
        if name not in names and (name not in OPTIONAL or (kind is Kind.HEADER and name == "DOB")):
            log.add("ssda903.table.column_missing", label, column=name)
        if names.count(name) > 1:
            log.add("ssda903.table.column_twice", label, column=name)


def _cut(
    source: Source, label: str, group: str, kind: Kind, names: list[str], body: NumberedRows, log: FindingLog
) -> RawTable:
    width = len(names)
    good = [(number, row) for number, row in body if len(row) <= width or not any(map(str.strip, row[width:]))]
    _report_widths(label, width, body, good, log)
    padded = [row if len(row) == width else (row + [""] * width)[:width] for _, row in good]
    cells = dict(zip(reversed(names), reversed(list(zip(*padded, strict=True))), strict=True)) if padded else {}
    blank = [""] * len(good)
    return RawTable(
        kind=kind,
        label=label,
        group=group,
        hint=source.hint,
        columns={name: list(cells.get(name, blank)) for name in COLUMNS[kind]},
        rows=[number for number, _ in good],
        rows_read=len(body),
        sha256=_hash(source.data),
    )


def _report_widths(label: str, width: int, body: NumberedRows, good: NumberedRows, log: FindingLog) -> None:
    kept = {number for number, _ in good} if len(good) < len(body) else set()
    long = [number for number, _ in body if number not in kept] if len(good) < len(body) else []
    short = [number for number, row in good if len(row) < width]
    log.numbers("ssda903.row.too_long", label, long)
    log.numbers("ssda903.row.short", label, short)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
