"""No child's data gets out of ``data/``: marked records go through every command, and no mark comes back."""

import contextlib
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from sufficiency.cli.app import run

MARK = "QZXMARK"
BROKEN = {
    "DECOM": f"31/02/{MARK}",
    "PLACE": f"{MARK}1",
    "LS": f"{MARK}2",
    "PL_POST": f"{MARK} 3",
    "HOME_POST": f"{MARK} 4",
    "RNE": f"{MARK}5",
}
"""Values no reader knows; each is put into one row, so that every refusal and repair gets to speak of it."""
NOT_IDENTIFYING = {"PLACE", "LS", "RNE"}
"""Columns of codes: a wrong code may be shown, so that a person can find and map it."""


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a council whose children carry marks in every identifier, and some broken rows beside."""
    folder = tmp_path_factory.mktemp("marked") / "council"
    assert command("demo", folder)[0] == 0
    for path in sorted((folder / "data" / "ssda903").rglob("*.csv")):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame["CHILD"] = MARK + frame["CHILD"]
        if "UPN" in frame.columns:
            frame["UPN"] = MARK + "UPN" + frame["UPN"].str[-4:]
        if path.name == "episodes.csv":
            for row, (column, value) in enumerate(BROKEN.items()):
                if column not in NOT_IDENTIFYING:
                    frame.loc[row, column] = value
        if path.name == "header.csv":
            frame.loc[0, "DOB"] = f"{MARK}/01/2014"
            frame.loc[1, "SEX"] = f"{MARK[:3]}"
        frame.to_csv(path, index=False)
    return folder


def command(*words: object) -> tuple[int, str]:
    """Run a command and return its exit code and everything it said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run([str(word) for word in words])
    return code, said.getvalue()


def children_of(folder: Path) -> tuple[set[str], set[str]]:
    """Return every postcode of a child's home, and every date of birth, as the files write them."""
    episodes = [pd.read_csv(p, dtype=str, keep_default_na=False) for p in folder.rglob("episodes.csv")]
    headers = [pd.read_csv(p, dtype=str, keep_default_na=False) for p in folder.rglob("header.csv")]
    homes = {
        code for frame in episodes for code in frame["HOME_POST"] if re.fullmatch(r"[A-Z0-9]{2,4} ?\d[A-Z]{2}", code)
    }
    births = {day for frame in headers for day in frame["DOB"] if re.fullmatch(r"\d\d/\d\d/\d{4}", day)}
    return homes, births


def assert_silent(said: str, folder: Path) -> None:
    """Check that a text holds no mark, no home postcode and no date of birth."""
    homes, births = children_of(folder / "data" / "ssda903")
    assert len(homes) > 100
    assert len(births) > 100
    assert MARK not in said.upper()
    tokens = set(re.findall(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", said))
    assert tokens & (homes | {code.replace(" ", "") for code in homes}) == set()
    assert set(re.findall(r"\d\d/\d\d/\d{4}", said)) & births == set()


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["check", "--json"],
        ["history", "--json"],
        ["run", "--months", "2", "--json"],
        ["match", "--json"],
        ["spend", "--months", "2", "--replications", "20", "--json"],
    ],
    ids=" ".join,
)
def test_no_command_tells_of_a_child(marked: Path, words: list[str], caplog: pytest.LogCaptureFixture) -> None:
    """Identifiers, dates of birth and home postcodes stay out of standard output, standard error and the log."""
    caplog.set_level("DEBUG")
    code, said = command(words[0], marked, *words[1:])
    assert code == 0, re.sub(MARK, "*", said)[-500:]
    assert_silent(said + caplog.text, marked)
    if "--json" in words:
        assert json.loads(said[said.index("{") :])["synthetic"] is True


def test_neither_store_nor_export_hold_a_child(marked: Path, tmp_path: Path) -> None:
    """After a run, no mark is in the store, nor in any exported table; both can be shared."""
    assert command("history", marked)[0] == 0
    assert command("export", marked, "--out", tmp_path / "out")[0] == 0
    store = (marked / "project.sqlite").read_bytes().decode("latin-1")
    exported = "\n".join(path.read_text(encoding="utf-8-sig") for path in sorted((tmp_path / "out").iterdir()))
    assert_silent(store, marked)
    assert_silent(exported, marked)


def test_neither_statement_nor_explanation_tells_of_a_child(
    marked: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What report and explain say and write, internal edition too, holds no mark, home postcode or date of birth."""
    caplog.set_level("DEBUG")
    assert command("run", marked, "--months", "2")[0] == 0
    assert command("history", marked)[0] == 0
    walks = ("--replications", "2")
    words = [
        ("report", marked, "--out", tmp_path / "public", *walks),
        ("report", marked, "--out", tmp_path / "inside", "--internal", *walks),
        ("explain", marked, "T3", "kinship/Children", *walks),
        ("explain", marked, "T9", "kinship/2", "--json", *walks),
        ("explain", marked, "T3", f"{MARK[:3]}/Children", *walks),
    ]
    said = [command(*each) for each in words]
    assert [code for code, _ in said] == [0, 0, 0, 0, 1]
    assert_silent("".join(text for _, text in said) + caplog.text, marked)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".html", ".xlsx", ".docx", ".md", ".csv"}
    assert_silent("\n".join(text_of(path) for path in files), marked)


def text_of(path: Path) -> str:
    """Return all text of a file; a workbook and a document are archives of text."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return path.read_text(encoding="utf-8-sig")


def test_damaged_inputs_tell_nothing_of_a_child(marked: Path, tmp_path: Path) -> None:
    """A project whose inputs are badly damaged still speaks of shapes only."""
    folder = shutil.copytree(marked, tmp_path / "council")
    for path in (folder / "data" / "ssda903").rglob("episodes.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace(",", f";{MARK};"), encoding="utf-8")
    for words in (["check"], ["run", "--months", "1", "--json"]):
        code, said = command(words[0], folder, *words[1:])
        assert code in (0, 1, 2)
        assert MARK not in said.upper()
