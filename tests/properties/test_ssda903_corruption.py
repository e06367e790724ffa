"""However a return is damaged, the reader ends in records or in an InputError, and keeps its promises."""

import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sufficiency.domain.errors import InputError
from sufficiency.domain.findings import Severity
from sufficiency.ingest.ssda903 import CareRecords, CleaningOptions, read_returns
from tests.unit.ssda903.ssda903_returns import (
    EPISODE_COLUMNS,
    HEADER_COLUMNS,
    MISSING_COLUMNS,
    UASC_COLUMNS,
    episode,
    header,
    text,
    uasc,
)

Files = dict[str, bytes]
Damage = Callable[[bytes, np.random.Generator], bytes]

MARKS = ("KIDMARK", "QX9 9QX", "QX99QX", "05/05/2008")

NASTY = [
    "", " ", "0", "1.0", "-1", "99999", "43252", "1e5", "31/02/2019", "2019-13-45", "01/01/0001", "31/12/9999",
    "01/06/2018 00:00", "NaT", "nan", "NULL", "#N/A", '"', '""', "'", ",", ";", "\t", "\x00", "\ufeff", "é", "\u2028",
    "K3", "k3", "Z12", "T1", "H5", "V4", "X1", "S", "PR0", "M", "U", "2", "=1+1", "x" * 300, "QX9 9QX", "KIDMARK7",
    "05/05/2008",
]  # fmt: skip


def _valid() -> Files:
    files: Files = {}
    for year in (2018, 2019):
        rows = [
            episode(
                f"KIDMARK{n}", f"{n + 1:02d}/0{n % 5 + 4}/{year - 1 - n % 2}", HOME_POST="QX9 9QX", PL_POST="QX99QX"
            )
            for n in range(12)
        ]
        rows[3] |= {"DEC": f"01/09/{year - 1}", "REC": "E8", "LS": "V4"}
        rows[4] |= {"PLACE": "T1", "PLACE_PROVIDER": ""}
        heads = [header(f"KIDMARK{n}") for n in range(12)]
        missing = [dict(zip(MISSING_COLUMNS, ("KIDMARK1", "", "M", f"01/05/{year - 1}", ""), strict=True))]
        files[f"{year}/episodes.csv"] = text(rows, EPISODE_COLUMNS).encode()
        files[f"{year}/header.csv"] = text(heads, HEADER_COLUMNS).encode()
        files[f"{year}/uasc.csv"] = text([uasc("KIDMARK2")], UASC_COLUMNS).encode()
        files[f"{year}/missing.csv"] = text(missing, MISSING_COLUMNS).encode()
    return files


def _grid(data: bytes) -> list[list[str]]:
    return [line.split(",") for line in data.decode("utf-8", "replace").split("\n") if line]


def _bytes(grid: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in grid).encode()


def cells(data: bytes, rng: np.random.Generator) -> bytes:
    """Put nasty values into cells."""
    grid = _grid(data)
    for _ in range(int(rng.integers(1, 12))):
        row = grid[int(rng.integers(len(grid)))]
        row[int(rng.integers(len(row)))] = NASTY[int(rng.integers(len(NASTY)))]
    return _bytes(grid)


def whole_column(data: bytes, rng: np.random.Generator) -> bytes:
    """Put one nasty value all down a column."""
    grid, value = _grid(data), NASTY[int(rng.integers(len(NASTY)))]
    at = int(rng.integers(len(grid[0])))
    for row in grid[1:]:
        row[min(at, len(row) - 1)] = value
    return _bytes(grid)


def columns(data: bytes, rng: np.random.Generator) -> bytes:
    """Drop, double, rename, swap or slip columns."""
    grid = _grid(data)
    width = min(map(len, grid))
    first, second = (int(n) for n in rng.integers(width, size=2))
    kind = int(rng.integers(5))
    for number, row in enumerate(grid):
        if kind == 0:
            del row[first]
        elif kind == 1:
            row.insert(second, row[first])
        elif kind == 2 and number == 0:
            row[first] = NASTY[int(rng.integers(len(NASTY)))]
        elif kind == 3:
            row[first], row[second] = row[second], row[first]
        elif kind == 4 and number > 0:
            row.insert(first, "")
    return _bytes([row or [""] for row in grid])


def rows(data: bytes, rng: np.random.Generator) -> bytes:
    """Drop, double, shuffle, cut short, lengthen or blank rows; sometimes the heading."""
    grid = _grid(data)
    picked = [grid[int(n)] for n in rng.integers(len(grid), size=len(grid))]
    kind = int(rng.integers(5))
    if kind == 0:
        return _bytes(picked)
    if kind == 1:
        return _bytes(grid + picked)
    if kind == 2:
        return _bytes([row[: int(rng.integers(1, len(row) + 1))] for row in grid])
    if kind == 3:
        return _bytes([[*row, *["x"] * int(rng.integers(3))] for row in grid])
    return _bytes([row if rng.random() < 0.7 else [""] for row in grid])


def encodings(data: bytes, rng: np.random.Generator) -> bytes:
    """Write the text in another encoding, or with its mark and its text at odds."""
    content = data.decode("utf-8", "replace")
    names = ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252", "utf-32", "utf-7")
    encoded = content.encode(names[int(rng.integers(len(names)))], "replace")
    marks = (b"", b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x00")
    return marks[int(rng.integers(len(marks)))] + encoded


def separators(data: bytes, rng: np.random.Generator) -> bytes:
    """Use another separator, other line ends, or both in part."""
    found, put = ((b",", b";"), (b",", b"\t"), (b",", b"|"), (b"\n", b"\r"), (b"\n", b"\r\n"), (b",", b", "))[
        int(rng.integers(6))
    ]
    return data.replace(found, put, int(rng.integers(1, 400)))


def noise(data: bytes, rng: np.random.Generator) -> bytes:
    """Change, drop or insert bytes anywhere."""
    if not data:
        return bytes(rng.integers(256, size=50, dtype=np.uint8))
    changed = bytearray(data)
    for at in rng.integers(len(changed), size=int(rng.integers(1, 40))):
        changed[int(at) % len(changed)] = int(rng.integers(256))
    cut = int(rng.integers(len(changed)))
    return bytes((changed, changed[:cut], changed[cut:], changed + b"\x00" * cut)[int(rng.integers(4))])


def foreign(_: bytes, rng: np.random.Generator) -> bytes:
    """Put another thing altogether in the file's place."""
    kinds = (
        b"",
        b"\n" * 9,
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"<html>",
        b"{}",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0",
        b"a,b\n1,2",
    )
    return kinds[int(rng.integers(len(kinds)))]


DAMAGES: tuple[Damage, ...] = (cells, whole_column, columns, rows, encodings, separators, noise, foreign)
VALID = _valid()


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    for name, data in VALID.items():
        sheet = book.create_sheet(name.replace("/", " "))
        for row in _grid(data):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in VALID.items():
            archive.writestr(name, data)
    return out.getvalue()


def _xml() -> bytes:
    child = (
        "<CHILD><HEADER><CHILDID>KIDMARK1</CHILDID><SEX>1</SEX><DOB>05/05/2008</DOB><ETHNIC>WBRI</ETHNIC></HEADER>"
        "<EPISODE><DECOM>01/06/2018</DECOM><PL>U6</PL><DEC/><LS>C2</LS><PL_POST>QX9 9QX</PL_POST></EPISODE></CHILD>"
    )
    return f"<EXPSSDA903>{child * 3}</EXPSSDA903>".encode()


PACKED: dict[str, bytes] = {"set.xlsx": _workbook(), "set.zip": _archive(), "set.xml": _xml()}


def _promises(records: CareRecords) -> None:
    episodes, findings = records.episodes, records.findings
    following = episodes["start"].shift(-1).where(episodes["child"] == episodes["child"].shift(-1))
    assert episodes["start"].notna().all()
    assert (episodes["end"].isna() | (episodes["end"] >= episodes["start"])).all()
    assert (following.isna() | (episodes["end"] <= following)).all()
    assert set(episodes["child"]) <= set(records.children["child"])
    assert records.children["child"].is_unique
    refused = dict.fromkeys(findings.rows_read, 0)
    for item in findings:
        if item.severity is Severity.REFUSED and item.row is not None:
            refused[item.file] += item.count
    assert findings.rows_read == {file: used + refused[file] for file, used in findings.rows_used.items()}


def _read(files: Files, options: CleaningOptions) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        try:
            records = read_returns(folder, options=options)
        except InputError as error:
            findings = error.findings
        else:
            _promises(records)
            findings = records.findings
    said = [str(part) for item in findings for part in (*astuple(item), item.text)]
    assert not [line for line in said for mark in MARKS if mark in line]


SLOW = [HealthCheck.too_slow]


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(
    seed=st.integers(0, 2**32 - 1),
    damages=st.lists(st.tuples(st.sampled_from(sorted(VALID)), st.sampled_from(DAMAGES)), min_size=2, max_size=6),
    kept=st.booleans(),
)
def test_damaged_tables_never_end_in_a_traceback(seed, damages, kept):
    """Some hundreds of damages to cells, columns, rows, encodings, separators and bytes, several at once."""
    rng = np.random.default_rng(seed)
    files = dict(VALID)
    for name, damage in damages:
        files[name] = damage(files[name] or b"CHILD\n", rng) if files[name].strip() else foreign(b"", rng)
    _read(files, CleaningOptions(keep_short_breaks=kept, keep_lapsed=kept))


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(seed=st.integers(0, 2**32 - 1), name=st.sampled_from(sorted(PACKED)))
def test_damaged_packages_never_end_in_a_traceback(seed, name):
    """Noise in workbooks, archives and XML."""
    rng = np.random.default_rng(seed)
    _read({name: noise(PACKED[name], rng)}, CleaningOptions())


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_every_damage_really_damages(damage):
    """Each kind of damage changes the table it is given, so that the tests above test something."""
    data = VALID["2018/episodes.csv"]
    assert any(damage(data, np.random.default_rng(seed)) != data for seed in range(5))


def test_the_undamaged_set_is_read_whole():
    """Without damage every row is used: failures above come from damage, not from the set."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in VALID.items():
            (Path(folder) / name).parent.mkdir(exist_ok=True)
            (Path(folder) / name).write_bytes(data)
        records = read_returns(folder)
    assert records.findings.rows_read == records.findings.rows_used
    assert len(records.children) == 12
    assert records.children["uasc"].sum() == 1
