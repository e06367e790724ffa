"""Whatever stands in the cells: no traceback, nothing lost, nothing out of range in the result."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.assumptions import attributes
from sufficiency.assumptions.table import TABLES, attribute
from sufficiency.ingest.capacity import read_capacity

LIKELY = st.sampled_from(
    ["", "1", "0", "-1", "2.5", "1,234", "£5", "nan", "inf", "yes", "no", "any", "M", "31/03/2025", "45000",
     "residential", "own", "block", "own home", "placement only", "full S251", "2024-25", "SN1 1AA", "1234567",
     "Preferred", "NA", "²", "٣", "x\ny", '"', ";", "\x1c", "999999999999", "0x1", "1e9",
     "31/02/2025", "=1+1", "supported accommodation"]
)  # fmt: skip
ANYTHING = st.text(st.characters(codec="utf-8"), max_size=8)
TABLE = st.sampled_from(TABLES)


@st.composite
def sheets(draw: st.DrawFn) -> tuple[str, bytes]:
    """Return a table, and a file with some of its columns and any cells, in any encoding."""
    table = draw(TABLE)
    names = [row.name for row in attributes(table)]
    required = [row.name for row in attributes(table) if row.required]
    columns = draw(st.permutations(sorted({*required, *draw(st.lists(st.sampled_from(names), max_size=12))})))
    cells = draw(st.lists(st.lists(LIKELY | ANYTHING, min_size=0, max_size=len(columns) + 1), max_size=8))
    text = io.StringIO()
    separator = draw(st.sampled_from(",;\t|"))
    csv.writer(text, delimiter=separator).writerows([columns, *cells])
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    return table, text.getvalue().encode(encoding, errors="replace")


def read_bytes(table: str, data: bytes):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(data)
        return read_capacity(**{table: path})


@settings(max_examples=80, deadline=None)
@given(sheets())
def test_any_cells_are_read_without_a_traceback_and_nothing_is_lost(sheet: tuple[str, bytes]) -> None:
    """Rows read are rows used and rows with a refused finding; what is used is of its type and in its range."""
    table, data = sheet
    files = read_bytes(table, data)
    read, used = (sum(counts.values()) for counts in (files.findings.rows_read, files.findings.rows_used))
    refused = {f.row for f in files.findings if f.severity == "refused" and f.row is not None}
    whole = sum(f.count for f in files.findings if f.severity == "refused" and f.row is None)
    assert len(refused) <= read - used <= len(refused) + whole
    frame = getattr(files, table)
    if frame is None:
        return
    assert len(frame) == used
    for name, row in attribute(table).items():
        if row.numeric:
            assert frame[name].dropna().between(row.low, row.high).all(), name
        elif row.type == "choice":
            assert set(frame[name]) <= {*row.choices, ""}, name
        if row.required:
            assert not (frame[name].isna() | (frame[name].astype("str") == "")).any(), name


@settings(max_examples=40, deadline=None)
@given(TABLE, st.binary(max_size=400))
def test_any_bytes_are_read_without_a_traceback(table: str, data: bytes) -> None:
    """A file of another kind altogether is a finding."""
    files = read_bytes(table, data)
    assert getattr(files, table) is None or len(getattr(files, table)) >= 0
    assert files.findings.rows_read or len(files.findings)


@pytest.mark.parametrize("prefix", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xef\xbb\xbf", b"\0\0\0\0"])
def test_broken_beginnings_are_findings(prefix: bytes) -> None:
    """Half a workbook, half a mark: no traceback."""
    assert len(read_bytes("carers", prefix + b"rest").findings)
