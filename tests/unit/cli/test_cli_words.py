"""What the screen says: values, tables, findings, faults and progress in words people know."""

import io
import json
import time
from datetime import date

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from sufficiency.cli import failures, output
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.tables import show_table
from sufficiency.cli.values import cell, heading
from sufficiency.domain.errors import InputError, ProjectError, SolveError, VerificationError
from sufficiency.domain.findings import Finding, Findings, Severity
from sufficiency.project.export import with_units


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (float("nan"), "miles", "not known"),
        (None, "", "not known"),
        (pd.NaT, "month", "not known"),
        (0, "children", "0"),
        (1234.56, "children", "1,234.6"),
        (-1e-12, "children", "0.0"),
        (123456, "spend_pence", "£1,235"),
        (np.int64(-50), "spend_pence", "£0"),
        (12.5, "typical_pounds_weekly", "£12"),
        (0.305, "in_house_share", "30%"),
        (2025, "return_year", "2025"),
        (True, "", "yes"),
        (np.False_, "", "no"),
        (date(2025, 3, 31), "", "31 Mar 2025"),
    ],
)
def test_values_read_as_people_write_them(value: object, column: str, text: str) -> None:
    """Money in pounds, shares in per cent, dates in words; what is missing is "not known", never nought."""
    assert cell(value, column) == text


def test_headings_carry_the_unit() -> None:
    """A column's unit moves from its name into brackets."""
    assert [heading(name) for name in ("spend_pence", "typical_pounds_weekly", "over_20")] == [
        "spend (£)",
        "typical (£ a week)",
        "over 20",
    ]


def shown(name: str, frame: pd.DataFrame) -> str:
    console = Console(file=io.StringIO(), width=120)
    show_table(name, frame, console)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_a_gap_is_shown_with_years_across() -> None:
    """Groups go down and years across, in the order they came; a group without a row in a year is a dash."""
    frame = pd.DataFrame(
        {
            "profile": ["residential", "residential", "foster"],
            "period": ["2025-26", "2026-27", "2025-26"],
            "needed": [1, 2, 3],
            "without_place_mean": [4.0, 5.0, 6.0],
        }
    )
    lines = shown("gap", frame).splitlines()
    header = next(line for line in lines if "profile" in line)
    assert header.index("2025-26") < header.index("2026-27")
    assert any("foster" in line and " 6 " in line and " - " in line for line in lines)
    assert not any("needed" in line for line in lines)


def test_words_from_files_are_never_read_as_markup() -> None:
    """Square brackets in a council's own words are shown, not taken for a colour."""
    assert "[red]home" in shown("any", pd.DataFrame({"setting": ["[red]home"]}))


def test_a_long_table_says_how_much_is_not_shown() -> None:
    """Rows that do not fit are counted."""
    assert "and 76 more rows" in shown("any", pd.DataFrame({"children": range(100)}))


def finding(severity: Severity, file: str, count: int = 1) -> Finding:
    return Finding("ssda903.x.y", severity, file, 4, "PLACE", "Q9", "a code", "Correct it.", "left out", count)


def test_findings_are_one_table_the_worst_first() -> None:
    """The same fault in several files is one row with the rows added up; refused stands above noted."""
    found = Findings([finding(Severity.NOTED, "a.csv"), finding(Severity.REFUSED, "b.csv", 3)])
    found.extend([finding(Severity.REFUSED, "c.csv", 2)])
    console = Console(file=io.StringIO(), width=120)
    output.show_findings(found, console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert text.index("refused") < text.index("noted")
    assert " 5 " in text
    assert "and 1 more files" in text


def test_json_holds_what_json_can(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers of numpy, dates, missing values and infinity all become plain JSON."""
    frame = pd.DataFrame({"day": pd.to_datetime(["2025-03-31", None]), "miles": [1.5, np.inf], "n": [1, 2]})
    output.print_json({"rows": frame.to_dict("records"), "n": np.int64(3), "missing": pd.NA, "words": "£"})
    document = json.loads(capsys.readouterr().out)
    assert document["rows"] == [{"day": "2025-03-31", "miles": 1.5, "n": 1}, {"day": None, "miles": None, "n": 2}]
    assert (document["n"], document["missing"], document["words"]) == (3, None, "£")


def test_a_large_table_is_named_not_printed() -> None:
    """A table too long to print says so with its length, in place of rows silently cut."""
    told = output.table_json(pd.DataFrame({"children": range(output.LARGE_TABLE_ROWS + 1)}))
    assert (told["rows"], told["row_count"]) == (None, output.LARGE_TABLE_ROWS + 1)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ProjectError("words"), 1),
        (InputError("words"), 2),
        (SolveError("words"), 2),
        (VerificationError("words"), 2),
        (KeyboardInterrupt(), 130),
        (KeyError("MARK SN1 2AB"), 70),
    ],
)
def test_each_kind_of_fault_has_its_code(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """What the user can repair, what nobody can, what was stopped and what is our fault leave with their own codes."""
    assert failures.tell(error, as_json=False) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert "words" in said.err or code in (70, 130)


def test_our_own_faults_never_repeat_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    """The text of an unexpected error can hold a child's data, so only its kind is told, also in JSON."""
    for as_json in (False, True):
        assert failures.tell(ValueError("MARK 01/02/2014"), as_json=as_json) == 70
    said = capsys.readouterr()
    assert "MARK" not in said.out + said.err
    assert "ValueError" in said.err
    assert json.loads(said.out)["error"]["type"] == "ValueError"


def test_progress_stays_silent_when_quick(capsys: pytest.CaptureFixture[str]) -> None:
    """Work that is done before the patience runs out shows nothing at all."""
    with StageProgress(patience_seconds=60) as progress:
        progress("reading", 0, 2)
        progress("walking", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_progress_tells_the_stage_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Work that takes longer tells each stage once, on standard error, where no screen is."""
    with StageProgress(patience_seconds=0.01) as progress:
        progress("reading", 0, 2)
        deadline = time.monotonic() + 5
        while not capsys_has(progress) and time.monotonic() < deadline:
            time.sleep(0.01)
        for step in range(3):
            progress("walking the months", step, 3)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == ["reading", "walking the months"]


def capsys_has(progress: StageProgress) -> bool:
    """Return whether the progress has begun to show."""
    return progress._shown


@pytest.mark.parametrize(
    ("column", "unit", "name"),
    [
        ("starts", "children", "starts_children"),
        ("children", "children", "children"),
        ("spend_pence", "pence", "spend_pence"),
        ("2025-26", "pence", "2025-26_pence"),
        ("in_house_share", "children", "in_house_share"),
    ],
)
def test_exported_columns_name_their_unit_once(column: str, unit: str, name: str) -> None:
    """A unit is added to a column that does not say it, and never twice."""
    frame = pd.DataFrame({column: [1.0]})
    frame.attrs["unit"] = unit
    assert with_units(frame) == {column: name}
