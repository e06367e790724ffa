"""Projection files as people have them: text and workbooks, good and bad, and what does not fit."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from sufficiency.demand.cohort import project
from sufficiency.demand.external import regional_frame, tidy_frame, wide_frame
from sufficiency.demand.external_file import fitted, read_external
from sufficiency.demand.projection import Projection
from sufficiency.domain.errors import InputError
from tests.unit.demand.demand_worlds import FOSTERING, children, flat_rates, stays_frame

BASE = date(2025, 3, 31)
NAMES = [f"f{n}" for n in range(12)]


def ours(months: int = 4) -> Projection:
    stays = stays_frame(*((name, 1, "2024-05-01", None, FOSTERING, "open", None) for name in NAMES))
    records = children({name: f"{2009 + n}-06-15" for n, name in enumerate(NAMES)})
    return project(flat_rates(0.001, 0.002, entries=2.0), records, stays, BASE, months)


def code_of(error: InputError) -> str:
    return next(iter(error.findings)).code


@pytest.mark.parametrize("write", [wide_frame, regional_frame])
def test_a_workbook_reads_as_its_csv_does(tmp_path: Path, write: object) -> None:
    """As saved by pandas with its merged headers, on the second sheet of a workbook, to the same children."""
    assert callable(write)
    frame = write(ours())
    frame.to_csv(tmp_path / "p.csv")
    with pd.ExcelWriter(tmp_path / "p.xlsx", engine="openpyxl") as book:
        pd.DataFrame({"note": ["made by us"]}).to_excel(book, sheet_name="about")
        frame.to_excel(book, sheet_name="prediction")
    text, sheet = read_external(tmp_path / "p.csv"), read_external(tmp_path / "p.xlsx")
    assert sheet.days.tolist() == text.days.tolist()
    assert sheet.children == pytest.approx(text.children, abs=1e-9)
    assert sheet.children[-1].sum() == pytest.approx(ours().stock[-1].sum())


def test_columns_that_are_no_children_in_care_are_left_alone(tmp_path: Path) -> None:
    """Variances, totals and children not in care stand beside the groups in exports of the regional tool."""
    frame = regional_frame(ours())
    wider = frame.assign(**{"5 to 10 - Fostering_variance": 9.0, "Not in care": 80.0, "total": 500.0})
    wider.to_csv(tmp_path / "regional.csv")
    assert read_external(tmp_path / "regional.csv").children.sum() == pytest.approx(frame.to_numpy().sum())


def test_pairs_in_brackets_are_groups_too(tmp_path: Path) -> None:
    """A frame whose two header rows were written as one."""
    frame = wide_frame(ours())
    frame.set_axis([str(pair) for pair in frame.columns], axis=1).to_csv(tmp_path / "flat.csv")
    assert read_external(tmp_path / "flat.csv").children.sum() == pytest.approx(frame.to_numpy().sum())


def test_spreadsheet_text_is_understood(tmp_path: Path) -> None:
    """Semicolons, a byte order mark, dd/mm/yyyy and thousands with commas."""
    rows = (
        "date;age_band;setting;children\r\n31/03/2025;5 to 9;Fostering;1,200\r\n30/04/2025;5 to 9;Fostering;1,250.5\r\n"
    )
    (tmp_path / "p.csv").write_bytes(b"\xef\xbb\xbf" + rows.encode())
    assert read_external(tmp_path / "p.csv").children.sum(axis=(1, 2)).tolist() == [1200, 1250.5]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "demand.projection.missing"),
        (b"\x00\x01\x02\x03" * 400, "demand.projection.unreadable"),
        (b"", "demand.projection.shape"),
        (b"a,b,c\n1,2,3\n", "demand.projection.shape"),
        (b"date,age_band,setting,children\n2025-03-31,teens,Fostering,1\n", "demand.projection.content"),
        (b"date,age_band,setting,children\n2025-03-31,5 to 9,Fostering,\n", "demand.projection.content"),
        (b"date,5 to 10 - Fostering\n2025-03-31,4\n31/13/2025,4\n", "demand.projection.content"),
        (b"date,5 to 10 - Fostering\n2025-03-31,4\n2025-03-31,4\n", "demand.projection.content"),
        (b"date,5 to 10 - Castle,5 to 10 - Other\n2025-03-31,4,1\n2025-04-01,4,1\n", "demand.projection.content"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_finding(tmp_path: Path, content: bytes | None, code: str) -> None:
    """Missing, binary, empty, of another kind, or with a name, number or day nobody understands: never guessed."""
    path = tmp_path / "p.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="projection cannot be used") as error:
        read_external(path)
    assert code_of(error.value) == code


def test_a_shape_asked_for_is_the_shape_read(tmp_path: Path) -> None:
    """A tidy file named wide is refused, and named tidy is read."""
    tidy_frame(ours()).to_csv(tmp_path / "p.csv", index=False)
    assert read_external(tmp_path / "p.csv", "tidy").children.sum() > 0
    with pytest.raises(InputError, match="looks tidy"):
        read_external(tmp_path / "p.csv", "wide")


def test_what_does_not_fit_is_said(tmp_path: Path) -> None:
    """Another count on the base date, ages not named, kinds that hold several settings: noted, each with its code."""
    projection = ours()
    frame = wide_frame(projection).drop(columns="Birth to 1", level=0) * 2
    frame.to_csv(tmp_path / "p.csv")
    external = read_external(tmp_path / "p.csv")
    codes = [one.code for one in fitted(external, 12.0, BASE, 4, "p.csv")]
    assert codes == ["demand.projection.start", "demand.projection.groups", "demand.projection.kinds"]
    assert "demand.projection.start" not in {one.code for one in fitted(external, 24.0, BASE, 4, "p")}


def test_a_projection_that_ends_too_soon_is_refused(tmp_path: Path) -> None:
    """Five months asked of four: refused with both spans, never carried on."""
    tidy_frame(ours()).to_csv(tmp_path / "p.csv", index=False)
    external = read_external(tmp_path / "p.csv")
    assert len(fitted(external, 12.0, BASE, 4, "p.csv")) == 0
    with pytest.raises(InputError, match="2025-08-31") as error:
        fitted(external, 12.0, BASE, 5, "p.csv")
    assert code_of(error.value) == "demand.projection.horizon"


def test_quarters_are_joined_by_straight_lines_and_said(tmp_path: Path) -> None:
    """Month ends left out are noted."""
    frame = tidy_frame(ours())
    frame[frame["date"].dt.month.isin([3, 7])].to_csv(tmp_path / "p.csv", index=False)
    found = fitted(read_external(tmp_path / "p.csv"), 12.0, BASE, 4, "p.csv")
    assert [one.code for one in found] == ["demand.projection.gaps"]
