"""The commands, as a person in a council gives them."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from sufficiency import __version__
from sufficiency.project import Project

PUBLISHED_IN_CARE = {2021: 304, 2022: 331, 2023: 337, 2024: 320, 2025: 307}


def rows(document: dict, table: str) -> pd.DataFrame:
    return pd.DataFrame(document["tables"][table]["rows"])


def test_version_and_help(cli) -> None:
    """The version is the package's, and help names all eight commands."""
    assert cli("--version").out == f"sufficiency {__version__}\n"
    shown = cli("--help")
    assert shown.code == 0
    for command in ("demo", "new", "check", "history", "run", "match", "export", "template"):
        assert f"  {command} " in shown.out


def test_check_says_usable_and_shows_rows(cli, council: Path) -> None:
    """A synthetic council can be used; the rows of every file are told, and the output says it is synthetic."""
    shown = cli("check", council)
    assert (shown.code, "SYNTHETIC" in shown.out, "can be used" in shown.out) == (0, True, True)
    document = cli("check", council, "--json").document
    assert document["usable"] is True
    assert document["synthetic"] is True
    assert {row["rows_refused"] for row in document["rows"]} == {0}


def test_check_of_useless_files_leaves_with_2(cli, tmp_path: Path) -> None:
    """Files without one usable episode: findings, the words "nothing can be done", exit 2, no traceback."""
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / "notes.csv").write_text("a,b\n1,2\n")
    made = cli("new", tmp_path / "p", "--authority", "E06000030", "--ssda903", tmp_path / "returns")
    assert made.code == 0, made.err
    shown = cli("check", tmp_path / "p")
    assert shown.code == 2
    assert "Nothing can be done" in shown.out
    assert "Traceback" not in shown.out + shown.err
    document = cli("check", tmp_path / "p", "--json")
    assert (document.code, document.document["usable"]) == (2, False)
    assert len(document.document["findings"]) > 0
    walked = cli("run", tmp_path / "p", "--json")
    assert (walked.code, walked.document["exit_code"]) == (2, 2)


def test_history_gives_the_published_stock(cli, council: Path) -> None:
    """Children in care each 31 March are the published totals the synthetic council was made to meet."""
    done = cli("history", council, "--json")
    assert done.code == 0, done.err
    stock = rows(done.document, "stock_by_year")
    found = {int(day[:4]): children for day, children in zip(stock["year_end"], stock["children"], strict=True)}
    assert {year: found[year] for year in PUBLISHED_IN_CARE} == PUBLISHED_IN_CARE
    assert rows(done.document, "distance")["children"].sum() == PUBLISHED_IN_CARE[2025]
    assert Project.open(council).latest_run("history").id == done.document["run_id"]


def test_history_by_month_shows_months(cli, council: Path) -> None:
    """--by month puts months on the screen, and the default puts years there."""
    assert "Mar 2025" in cli("history", council, "--by", "month").out.replace("31 Mar 2025", "")
    assert "2024-25" in cli("history", council).out


def test_run_stores_and_shows_an_audited_plan(cli, council: Path) -> None:
    """A short walk is stored whole, shown on one screen, and conserves children to the last one."""
    done = cli("run", council, "--months", 3, "--json")
    assert done.code == 0, done.err
    document = done.document
    flow = rows(document, "flow")
    left = flow["stock_before"] + flow["entries"] - flow["leavers"] - flow["aged_out"] - flow["stock_after"]
    assert left.abs().max() < 1e-6
    assert document["summary"]["audit_passed"] is True
    stored = Project.open(council)
    run = stored.latest_run("run")
    assert (run.id, run.months, run.outcome) == (document["run_id"], 3, document["outcome"])
    assert run.input_hashes == stored.input_hashes()
    assert len(stored.result(run.id, "flow")) == 3
    shown = cli("run", council, "--months", 3)
    assert all(words in shown.out for words in ("SYNTHETIC", "Children in care: 307 now", "How sure", "audit passed"))
    assert [entry.command for entry in stored.store.audit_trail()][:2] == ["demo", "run"]


def test_the_same_seed_gives_the_same_figures(cli, council: Path) -> None:
    """Two runs of the same project and seed agree in every figure."""
    one, two = (cli("run", council, "--months", 2, "--seed", 5, "--json").document for _ in range(2))
    for document in (one, two):
        for row in document["tables"]["solves"]["rows"]:
            row.pop("seconds", None)
    assert one["tables"] == two["tables"]
    assert one["summary"] == two["summary"]


def test_match_is_proved_and_stored(cli, council: Path) -> None:
    """The allocation of the base date carries its value, its bound and its gap."""
    done = cli("match", council, "--json")
    assert done.code == 0, done.err
    summary = done.document["summary"]
    assert summary["objective_bound_pence"] <= summary["objective_pence"]
    assert Project.open(council).latest_run("match") is not None


def test_match_says_what_a_place_is_worth_and_why_children_are_unmet(cli, council: Path) -> None:
    """Two children who must live alone have no home: why, the least change and what a place is worth are shown."""
    document = cli("match", council, "--json").document
    assert document["summary"]["unmet"] == 2
    why, what = rows(document, "match_unmet_reasons"), rows(document, "match_least_change")
    assert set(why["profile"]) == {"residential-solo"}
    assert (why["not_for_one_alone"] > 0).all()
    assert what["children"].sum() == why["children"].sum() == 2
    assert what["change"].str.contains("alone").all()
    worth = rows(document, "match_next_place_range")
    assert (worth["saved_least_pence"] <= worth["saved_most_pence"]).all()
    assert (worth["lost_least_pence"] <= worth["lost_most_pence"]).all()
    assert worth["homes"].sum() == 8


def test_export_writes_tidy_tables_that_explain_themselves(cli, council: Path, tmp_path: Path) -> None:
    """Every stored table becomes a CSV marked synthetic, each column with a unit or a label and a definition."""
    number = cli("history", council, "--json").document["run_id"]
    done = cli("export", council, "--out", tmp_path / "out", "--json")
    assert done.code == 0, done.err
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert set(done.document["files"]) == files
    assert all("_synthetic." in name for name in files)
    tables = Project.open(council).result_tables(number)
    assert {f"history_{table.name}_synthetic.csv" for table in tables} <= files
    with (tmp_path / "out" / "_columns_synthetic.csv").open(encoding="utf-8-sig") as handle:
        described = {(row["file"], row["column"]): row for row in csv.DictReader(handle)}
    for table in tables:
        name = f"history_{table.name}_synthetic.csv"
        frame = pd.read_csv(tmp_path / "out" / name, encoding="utf-8-sig")
        assert len(frame) == table.rows
        assert all(described[name, column]["definition"] for column in frame.columns)
    record = json.loads((tmp_path / "out" / "_runs_synthetic.json").read_text(encoding="utf-8"))
    assert record["runs"][0]["id"] == number
    assert "OFFICIAL-SENSITIVE" in record["handling"]


def test_export_without_results_says_what_to_do(cli, council: Path, tmp_path: Path) -> None:
    """Nothing to export yet: exit 1 and the command that makes results."""
    done = cli("export", council, "--out", tmp_path / "out")
    assert done.code == 1
    assert "sufficiency run" in done.err


def test_the_template_can_be_given_to_a_new_project(cli, council: Path, tmp_path: Path) -> None:
    """The empty workbook is readable as every capacity file, and is never overwritten."""
    book = tmp_path / "places.xlsx"
    assert cli("template", book).code == 0
    again = cli("template", book)
    assert (again.code, "not overwritten" in again.err) == (1, True)
    given = [word for name in ("carers", "homes", "contracts", "prices") for word in (f"--{name}", book)]
    returns = council / "data" / "ssda903"
    made = cli("new", tmp_path / "p", "--authority", "E06000030", "--ssda903", returns, *given, "--json")
    assert made.code == 0, made.err
    assert "data/places.xlsx" in made.document["files"]
    assert cli("check", tmp_path / "p", "--json").document["usable"] is True


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["run", "nowhere"], 1, "sufficiency new"),
        (["new", "p", "--authority", "Swindon", "--ssda903", "nowhere"], 1, "E06000030"),
        (["run"], 2, "--help"),
        (["run", "p", "--monhts", "3"], 2, "--monhts"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_a_wrong_command_is_answered_in_words(cli, tmp_path: Path, words: list[str], code: int, said: str) -> None:
    """A wrong folder, code, option or command: words on standard error, the right exit code, never a traceback."""
    given = [str(tmp_path / word) if word in ("nowhere", "p") else word for word in words]
    done = cli(*given)
    assert done.code == code
    assert said in done.err
    assert done.out == ""
    told = cli(*given, "--json")
    assert (told.code, told.document["exit_code"]) == (code, code)
    assert "Traceback" not in done.err + told.err


def test_a_demo_does_not_overwrite_a_project(cli, council: Path) -> None:
    """Making the example where a project is: refused, and nothing changed."""
    before = {path: path.stat().st_mtime_ns for path in council.rglob("*") if path.is_file()}
    done = cli("demo", council)
    assert (done.code, "project already" in done.err) == (1, True)
    assert {path: path.stat().st_mtime_ns for path in council.rglob("*") if path.is_file()} == before


INTERRUPTED = """
import os, signal, sys
from sufficiency.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
from sufficiency.cli.progress import StageProgress
StageProgress.__call__ = lambda self, stage, done, total: os.kill(os.getpid(), signal.SIGINT)
sys.argv = ["sufficiency", "history", sys.argv[1]]
main()
"""


def test_stopped_by_the_user_the_store_is_untouched(council: Path) -> None:
    """Ctrl-C in the middle of a walk: a clean message, exit 130, and not one byte of the store changed."""
    before = (council / "project.sqlite").read_bytes()
    settings = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", INTERRUPTED, str(council)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=settings)
    assert done.returncode == 130
    assert "Stopped" in done.stderr
    assert "Traceback" not in done.stderr
    assert (council / "project.sqlite").read_bytes() == before
