"""A project is a folder that people can read, and every fault in it is answered with its repair."""

import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sufficiency.domain.errors import ProjectError
from sufficiency.project import Project, RunRecord
from sufficiency.project.config import read_config
from sufficiency.project.files import hash_file

MINIMAL = "authority: E06000030\nfiles:\n  ssda903: data/ssda903\n"


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    folder = tmp_path / "from the council" / "returns"
    for year in ("2024", "2025"):
        (folder / year).mkdir(parents=True)
        (folder / year / "episodes.csv").write_bytes(b"\xef\xbb\xbfCHILD,DECOM\r\n" + year.encode())
    (folder / ".hidden.csv").write_text("no")
    (folder / "~$open.xlsx").write_text("no")
    (folder / "photo.jpg").write_text("no")
    return folder


@pytest.fixture
def project(tmp_path: Path, returns: Path) -> Project:
    carers = returns.parent / "carers.csv"
    carers.write_text("carer_id\n1\n")
    return Project.create(tmp_path / "p", authority="E06000030", ssda903=returns, carers=carers, name="Swindon")


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "project.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_files_are_copied_unchanged_and_the_originals_are_left(project: Project, returns: Path) -> None:
    """The council's bytes arrive as they were; hidden, lock and other files stay behind."""
    inside = {file.path for file in project.input_files()}
    assert inside == {"data/ssda903/2024/episodes.csv", "data/ssda903/2025/episodes.csv", "data/carers.csv"}
    for year in ("2024", "2025"):
        copied = project.folder / "data/ssda903" / year / "episodes.csv"
        assert copied.read_bytes() == (returns / year / "episodes.csv").read_bytes()
    assert not list(project.folder.rglob("*hidden*")) + list(project.folder.rglob("*.jpg"))


def test_opening_gives_what_was_created(project: Project) -> None:
    """What create was told is what open reads from the file that people edit."""
    again = Project.open(project.folder)
    assert again.config == project.config
    assert (again.name, again.authority, again.base_date, again.months) == ("Swindon", "E06000030", None, 60)
    assert again.returns == (project.folder / "data/ssda903",)
    assert again.capacity_files == {"carers": project.folder / "data/carers.csv"}
    assert again.input_hashes()["data/carers.csv"] == hash_file(project.folder / "data/carers.csv")
    assert len(again.store.inputs()) == 3


def test_files_already_in_the_project_are_used_where_they_lie(tmp_path: Path) -> None:
    """A council made in place (the demo) is not copied a second time."""
    data = tmp_path / "p" / "data" / "ssda903"
    data.mkdir(parents=True)
    (data / "episodes.csv").write_text("CHILD\n")
    project = Project.create(tmp_path / "p", authority="E06000030", ssda903=data, base_date=date(2025, 3, 31))
    assert project.config.files.ssda903 == ("data/ssda903",)
    assert [file.path for file in project.input_files()] == ["data/ssda903/episodes.csv"]
    assert Project.open(tmp_path / "p").base_date == date(2025, 3, 31)


def test_single_files_can_be_given_for_the_returns(tmp_path: Path, returns: Path) -> None:
    """Returns may come as files one by one, each kept under the same folder."""
    files = [tmp_path / "a.csv", tmp_path / "b.zip"]
    for file in files:
        file.write_text("x")
    project = Project.create(tmp_path / "p", authority="E06000030", ssda903=[*files, returns])
    assert project.config.files.ssda903 == ("data/ssda903/a.csv", "data/ssda903/b.zip", "data/ssda903/returns")


def test_a_project_is_not_made_twice(project: Project, returns: Path) -> None:
    """Making a project where one is says so and changes nothing."""
    before = (project.folder / "project.yaml").read_bytes()
    with pytest.raises(ProjectError, match="is a project already"):
        Project.create(project.folder, authority="E06000031", ssda903=returns)
    assert (project.folder / "project.yaml").read_bytes() == before


def test_a_half_made_project_can_be_made_again(project: Project, returns: Path) -> None:
    """Killed before project.yaml was written, the same call finishes the work."""
    (project.folder / "project.yaml").unlink()
    again = Project.create(project.folder, authority="E06000030", ssda903=returns)
    assert Project.open(again.folder).config == again.config


def test_a_different_file_is_never_overwritten(project: Project, returns: Path) -> None:
    """What lies in data/ is the council's: another file of that name is refused."""
    (project.folder / "project.yaml").unlink()
    (returns / "2025" / "episodes.csv").write_text("changed")
    with pytest.raises(ProjectError, match="already holds something else"):
        Project.create(project.folder, authority="E06000030", ssda903=returns)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ssda903": "nowhere"}, "no such file or folder"),
        ({"ssda903": "."}, "holds no file that can be read"),
        ({"authority": "E07000030"}, "not a children's services authority code"),
        ({"base_date": date(2025, 3, 30)}, "last day of a month"),
        ({"months": 0}, "months"),
    ],
)
def test_create_refuses_in_words_and_makes_no_project(tmp_path: Path, given: dict[str, object], words: str) -> None:
    """A wrong path, code, date or horizon is told before anything is a project."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "r.csv").write_text("CHILD")
    known = {"authority": "E06000030", "ssda903": tmp_path / "r.csv", **given}
    if isinstance(given.get("ssda903"), str):
        known["ssda903"] = tmp_path / "empty" / str(given["ssda903"])
    with pytest.raises(ProjectError, match=words):
        Project.create(tmp_path / "p", **known)  # type: ignore[arg-type]
    assert not (tmp_path / "p" / "project.yaml").exists()


def test_a_folder_that_is_no_project_is_told_how_to_become_one(tmp_path: Path) -> None:
    """Opening an empty folder answers with the command that makes a project."""
    with pytest.raises(ProjectError, match="sufficiency new"):
        Project.open(tmp_path)


def test_a_missing_store_is_made_again(project: Project) -> None:
    """Results can be deleted; the inputs are enough to go on."""
    project.store.database.path.unlink()
    assert Project.open(project.folder).latest_run() is None


def test_an_input_that_went_away_is_named(project: Project) -> None:
    """A file moved out of data/ is named with the key that points at it."""
    (project.folder / "data/carers.csv").unlink()
    with pytest.raises(ProjectError, match=r"files\.carers"):
        _ = Project.open(project.folder).capacity_files


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MINIMAL + "monhts: 12\n", r'monhts: key "monhts" is not known\. Nearest: months'),
        (MINIMAL.replace("ssda903:", "sda903:"), r"Nearest: ssda903"),
        (MINIMAL + "assumptions:\n  a.b: {valeu: 1}\n", r"Nearest: value"),
        (MINIMAL + "months: 60\nmonths: 12\n", r'line 5: key "months" stands twice'),
        (MINIMAL + "months: [1\n", r"is not valid YAML \(line"),
        ("", "is empty"),
        ("authority: E06000030\n", r"files: is missing"),
        (MINIMAL + "base_date: 2025-03-30\n", "last day of a month"),
        (MINIMAL + "cleaning: {category_map: theirs}\n", r"cleaning\.category_map"),
        ("authority: !!python/object/apply:os.system ['true']\n", "is not valid YAML"),
    ],
)
def test_every_fault_in_project_yaml_is_answered(tmp_path: Path, text: str, words: str) -> None:
    """A misspelt key, a key that stands twice, a wrong value or unsafe YAML is named with its place and repair."""
    with pytest.raises(ProjectError, match=words):
        read_config(written(tmp_path, text))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Two faults are two lines, so that a person edits once."""
    with pytest.raises(ProjectError) as caught:
        read_config(written(tmp_path, "authority: Swindon\nmonths: never\nfiles: {ssda903: d}\n"))
    assert "authority:" in str(caught.value)
    assert "months:" in str(caught.value)


def test_changed_assumptions_may_carry_their_reason(tmp_path: Path) -> None:
    """A change is a plain value, or a value with the reason and source a strategy can cite."""
    text = MINIMAL + "assumptions:\n  a.b: 3\n  c.d: {value: 0.5, reason: panel, source: minutes 2025}\ncode_map:\n"
    config = read_config(written(tmp_path, text))
    assert {name: change.value for name, change in config.assumptions.items()} == {"a.b": 3, "c.d": 0.5}
    assert config.assumptions["c.d"].reason == "panel"
    assert config.code_map == {}


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """Give a project in a folder where this process may not write, even when the tests run as root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "r.csv").write_text("CHILD")
        Project.create(folder / "p", authority="E06000030", ssda903=folder / "r.csv")
        for path in (folder, folder / "p", *(folder / "p").rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        before = os.geteuid()
        if before == 0:
            os.seteuid(65534)
        try:
            yield folder / "p"
        finally:
            os.seteuid(before)
            for path in (folder, folder / "p", *(folder / "p").rglob("*")):
                path.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions work differently on Windows")
def test_a_read_only_project_can_be_read_but_not_written(closed_folder: Path) -> None:
    """On a drive without write access results can be looked at, and writing is refused in words."""
    project = Project.open(closed_folder)
    assert project.runs() == ()
    run = RunRecord("history", date(2025, 3, 31), 0, None, "measured", {}, {})
    with pytest.raises(ProjectError, match="Ask for write access"):
        project.write_run(run)
    with pytest.raises(ProjectError, match="cannot be made"):
        Project.create(closed_folder.parent / "q", authority="E06000030", ssda903=closed_folder / "data")
