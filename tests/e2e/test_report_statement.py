"""The statement as a user gets it: every form written, figures tie, small numbers gone, sentences true."""

import csv
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import numpy as np
import openpyxl
import pytest

from sufficiency.cli.progress import StageProgress
from sufficiency.cli.statement_facts import facts_of
from sufficiency.cli.statement_options import Given
from sufficiency.project import Project
from sufficiency.report.desk import Desk
from sufficiency.report.disclosure import Protected, protect
from sufficiency.report.explain import cell_lines
from sufficiency.report.statement import draft
from sufficiency.report.table import SHORTHAND, TEXT, Draft, Table, Value
from tests.e2e.conftest import Command, sufficiency

Rows = list[dict[str, str]]

COUNTED = ("T2", "T3", "T3b", "T3c", "T4", "T5", "T7", "T7b")
"""Tables whose columns of children hold counts of real children."""


@pytest.fixture(scope="module")
def council(made_council: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a council with a stored run of thirteen months, a history, and both editions of its statement."""
    folder = tmp_path_factory.mktemp("report") / "council"
    shutil.copytree(made_council, folder)
    assert sufficiency("run", folder, "--months", "13", "--json").code == 0
    assert sufficiency("history", folder, "--json").code == 0
    told = sufficiency("report", folder, "--out", folder / "public", "--replications", "10", "--json")
    assert told.code == 0, told.out
    (folder / "public.json").write_text(told.out, encoding="utf-8")
    assert (
        sufficiency("report", folder, "--out", folder / "inside", "--internal", "--replications", "10", "--json").code
        == 0
    )
    return folder


def tables(folder: Path) -> dict[str, Rows]:
    """Read the CSV twins of an edition."""
    found = {}
    for path in next(each for each in folder.iterdir() if each.is_dir()).glob("[TB]*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            found[path.stem] = list(csv.DictReader(handle))
    return found


def cells(rows: Rows) -> Iterator[str]:
    for row in rows:
        yield from list(row.values())[1:]


def test_every_form_is_written(council: Path) -> None:
    """The pack holds a page, a workbook, a document, and a CSV file of each of T1 to T15."""
    names = {path.suffix for path in (council / "public").iterdir() if path.is_file()}
    assert names == {".html", ".xlsx", ".docx", ".md"}
    assert {f"T{number}" for number in range(1, 16)} <= set(tables(council / "public"))


def test_the_runs_of_a_statement_are_not_deleted_unasked(council: Path) -> None:
    """Both editions name the plan, the history, the forecast and the walks of whole children they were made from."""
    project = Project.open(council)
    kinds = {run.id: run.kind for run in project.runs()}
    named = project.keeper.documents()
    assert {kinds[number] for number in named} == {"run", "history", "forecast", "spread"}
    assert set(named.values()) == {("inside", "public")}


def test_no_small_count_is_published(council: Path) -> None:
    """No column of children shows a number from 1 to 5; zeros stay, and the internal edition has small ones."""
    public, inside = tables(council / "public"), tables(council / "inside")
    small = set("12345")

    def counts(rows: Rows) -> list[str]:
        return [v for row in rows for name, v in list(row.items())[1:] if "%" not in name and "miles)" not in name]

    for number in COUNTED:
        assert small & set(counts(public[number])) == set(), number
    assert small & set(counts(inside["T4"])) != set()
    assert "0" in counts(public["T3"])


def test_the_editions_differ_only_in_what_is_withheld(council: Path) -> None:
    """Every published number is the internal one, or a mark in its place."""
    public, inside = tables(council / "public"), tables(council / "inside")
    for number, rows in public.items():
        pairs = list(zip(cells(rows), cells(inside[number]), strict=True))
        assert [pair for pair in pairs if pair[0] not in (pair[1], "[c]")] == [], number
    assert all("[c]" not in list(cells(rows)) for rows in inside.values())


def test_the_internal_tables_tie(council: Path) -> None:
    """All tables of children add up to the same number in care, and the flows are the history's."""
    inside = tables(council / "inside")
    history = {table["financial_year"]: table for table in run_rows(council, "flows_by_year")}
    total = int(inside["T1"][0]["2025"])
    ages = [row for row in inside["T2"] if row["Group"].startswith("Age: ")]
    assert sum(int(row["Children"]) for row in ages) == total
    for number in ("T3", "T3b"):
        assert sum(int(row["Children"]) for row in inside[number][:-1]) == total
    for number in ("T3c", "T4", "T5"):
        assert sum(int(row["All"]) for row in inside[number][:-1]) == total
    assert int(inside["T7"][-1]["Started"]) == history["2024-25"]["starts"]
    assert int(inside["T7b"][-1]["Ceased"]) == history["2024-25"]["leavers"]
    assert sum(int(row["Started"]) for row in inside["T7"][:-1]) == history["2024-25"]["starts"]


def run_rows(council: Path, name: str) -> list[dict[str, Any]]:
    project = Project.open(council)
    run = project.latest_run("history")
    assert run is not None
    return [{str(key): value for key, value in row.items()} for row in project.result(run.id, name).to_dict("records")]


def test_every_number_in_a_finding_is_in_its_table(council: Path) -> None:
    """A sentence says no number that its own published table does not show."""
    document = json.loads((council / "public.json").read_text(encoding="utf-8"))
    public = tables(council / "public")
    said = 0
    for number, finding in document["findings"].items():
        if number == "Board":
            continue
        shown = {value.replace(".0", "").removeprefix("-") for value in cells(public[number])}
        around = " ".join([*public[number][0], *(next(iter(row.values())) for row in public[number])])
        plain = re.sub(r"\d{4}-\d\d|31 March \d{4}|more than 20 miles|in-house|\(\d+%\)", "", finding)
        for figure in re.findall(r"\d[\d,]*", plain):
            said += 1
            assert figure.replace(",", "") in shown or figure in around or number in ("T13", "T14"), (number, finding)
    assert said > 20


def test_largest_is_only_said_when_it_is(council: Path) -> None:
    """Where a number of the column is withheld, a finding speaks of the largest group that can be published."""
    document = json.loads((council / "public.json").read_text(encoding="utf-8"))
    rows = tables(council / "public")["T5"]
    hidden = any(row["Children's homes"] == "[c]" for row in rows[:-1])
    assert ("that can be published" in document["findings"]["T5"]) == hidden


@pytest.fixture(scope="module")
def drafted(council: Path) -> tuple[Desk, tuple[Draft, ...], Protected]:
    """Return every draft of the statement with the ledger behind them and what is withheld."""
    with StageProgress() as progress:
        desk, drafts = draft(facts_of(Project.open(council), Given(replications=10), progress))
    return desk, drafts, protect(desk.ledger.system({each for one in drafts for each in one.keys}))


def any_numbers(one: Draft, rng: np.random.Generator) -> Table:
    """Return a draft's table with other numbers in it, and marks in place of some, as another council might have it."""

    def other(value: Value, unit: str) -> Value:
        if isinstance(value, str) and value not in SHORTHAND:
            return value
        if unit == TEXT or rng.random() < 0.3:
            return value if unit == TEXT else str(rng.choice(["[c]", "[x]", "[low]"]))
        return int(rng.choice([0, int(rng.integers(6, 100)), int(rng.integers(1_000, 9_999_999))]))

    units = [column.unit for column in one.columns]
    rows = [tuple(other(cell.value, unit) for cell, unit in zip(row, units, strict=True)) for row in one.rows]
    return Table(one.number, one.words, one.columns, tuple(rows))


def said_of(one: Draft, table: Table) -> list[str]:
    """Return the numbers in the sentence above a table, without those of labels, headings and fixed words."""
    told = one.say(table)
    fixed = [*table.labels, *(column.heading for column in table.columns), "more than 20 miles", "31 March", "2029-30"]
    parts = {part for label in fixed for part in (label, label.removeprefix("Age: "), *label.split(", "))}
    for part in sorted(parts, key=len, reverse=True):
        if any(character.isdigit() for character in part):
            told = told.replace(part, " ").replace(part[:1].upper() + part[1:], " ")
    return [each.replace(",", "") for each in re.findall(r"\d[\d,]*", re.sub(r"\(\d+%\)|\d{4}-\d\d", "", told))]


@pytest.mark.parametrize("seed", range(30))
def test_a_sentence_is_true_of_any_table(drafted: tuple[Desk, tuple[Draft, ...], Protected], seed: int) -> None:
    """Whatever numbers and marks a table holds, its sentence says no number that the table does not publish."""
    rng = np.random.default_rng(seed)
    for one in drafted[1]:
        table = any_numbers(one, rng)
        shown = {f"{abs(value):.0f}" for row in table.rows for value in row if not isinstance(value, str)}
        assert set(said_of(one, table)) <= shown or one.number in ("Board", "T14"), (one.say(table), table.rows)


@pytest.mark.parametrize("seed", range(30))
def test_rising_falling_and_largest_are_said_when_they_are_so(
    drafted: tuple[Desk, tuple[Draft, ...], Protected], seed: int
) -> None:
    """Direction agrees with first and last number; "the largest group" is never said beside a withheld number."""
    rng = np.random.default_rng(seed)
    by_number = {one.number: one for one in drafted[1]}
    last, total = (1, len(by_number["T1"].columns)), "All children in care"
    table = any_numbers(by_number["T1"], rng)
    before, after = table.number_at(1, 2), table.number_at(*last)
    if before is not None and after is not None:
        word = "rose" if after > before else "fell" if after < before else "stayed"
        assert word in by_number["T1"].say(table)
    table = any_numbers(by_number["T9"], rng)
    before, after = table.number_at(total, 2), table.number_at(total, len(table.columns) - 2)
    if before is not None and after is not None:
        word = "rise" if after > before else "fall" if after < before else "stay"
        assert f"expected to {word}" in by_number["T9"].say(table)
    table = any_numbers(by_number["T5"], rng)
    told, column = by_number["T5"].say(table), [row[3] for row in table.rows[:-1]]
    if "the largest group" in told:
        assert ("that can be published" in told) == ("[c]" in column)
        numbers = [value for value in column if not isinstance(value, str)]
        assert f": {max(numbers):,.0f}" in told


def test_every_kind_of_cell_is_explained(drafted: tuple[Desk, tuple[Draft, ...], Protected]) -> None:
    """Each cell of each table is traced, and a withheld number stands nowhere in its explanation."""
    desk, drafts, protected = drafted
    explained = 0
    for one in drafts:
        for down, row in enumerate(one.rows, start=1):
            for across in range(2, len(one.columns) + 1):
                lines = dict(cell_lines(one, protected, desk.ledger, down, across))
                explained += 1
                assert lines["What is counted"]
                assert lines["Source"]
                assert lines["Made from"]
                if protected.hides(row[across - 1].keys):
                    assert lines["Published value"] == "[c]"
                    assert str(row[across - 1].value) not in lines["Why withheld"].replace("1 to 5", "").split()
    assert explained > 500


def test_the_page_stands_alone_and_speaks(council: Path) -> None:
    """The page loads nothing from elsewhere, every picture has words, every table a caption and scoped headers."""
    page = next((council / "public").glob("*.html")).read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)) == []
    assert re.findall(r'(?:src|xlink:href)="(?:http|//)[^"]*"', page) == []
    assert page.count("<figure") == len(re.findall(r'<figure role="img" aria-label="[^"]{40,}"', page)) > 3
    assert page.count("<table") == page.count("<caption")
    assert "SYNTHETIC COUNCIL" in page
    assert "SHA-256" in page


def test_the_workbook_is_as_the_guidance_asks(council: Path) -> None:
    """Cover, contents and notes come first, and every other sheet holds one marked table."""
    book = openpyxl.load_workbook(next((council / "public").glob("*.xlsx")))
    assert book.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    for sheet in book.worksheets[3:]:
        assert len(sheet.tables) == 1, sheet.title
        assert not sheet.merged_cells.ranges
        assert sheet["A1"].value
    assert isinstance(book["T1"].cell(row=book["T1"].max_row, column=2).value, (int, float))
    assert book.properties.title


def test_the_document_is_accessible(council: Path) -> None:
    """Every picture has alternative text, every table a header row that repeats, and headings are headings."""
    document = docx.Document(str(next((council / "public").glob("*.docx"))))
    assert len(document.inline_shapes) > 3
    assert all(len(shape._inline.docPr.get("descr")) > 40 for shape in document.inline_shapes)
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables)
    assert (
        sum(paragraph.style is not None and paragraph.style.name == "Heading 1" for paragraph in document.paragraphs)
        > 15
    )


def test_the_internal_edition_says_what_it_is(council: Path) -> None:
    """Each form of the internal edition is marked OFFICIAL-SENSITIVE, in its name too."""
    for path in (council / "inside").iterdir():  # the two records to complete hold no figure
        assert "OFFICIAL-SENSITIVE" in path.name or path.suffix == ".md"
    page = next((council / "inside").glob("*.html")).read_text(encoding="utf-8")
    assert page.count("OFFICIAL-SENSITIVE") >= 2
    document = docx.Document(str(next((council / "inside").glob("*.docx"))))
    assert document.sections[0].header.paragraphs[0].text == "OFFICIAL-SENSITIVE"
    described = next(each for each in (council / "inside").iterdir() if each.is_dir()) / "_tables.csv"
    assert "OFFICIAL-SENSITIVE" in described.read_text(encoding="utf-8-sig")


def test_explain_tells_where_a_number_is_from(council: Path, cli: Command) -> None:
    """A cell is traced to its definition, run, versions and input hashes."""
    done = cli("explain", council, "T3", "kinship/Children")
    assert done.code == 0, done.err
    assert "kind is kinship" in done.out
    assert "SHA-256" in done.out
    assert "seed 0" in done.out


def test_explain_keeps_a_secret(council: Path, cli: Command) -> None:
    """For a withheld number it says why, and not what it is."""
    done = cli("explain", council, "T3", "secure/Children", "--json")
    lines = dict(done.document["lines"])
    assert lines["Published value"] == "[c]"
    assert "from 1 to 5" in lines["Why withheld"]


def test_a_wrong_cell_is_answered_with_the_right_ones(council: Path, cli: Command) -> None:
    """A row that does not exist is refused with the rows there are."""
    done = cli("explain", council, "T3", "castle/Children")
    assert done.code == 1
    assert "kinship" in done.err


def test_no_home_postcode_or_identifier_leaves(council: Path) -> None:
    """Neither edition holds a child's identifier, date of birth or home postcode."""
    secrets: set[str] = set()
    for path in (council / "data" / "ssda903").rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                secrets |= {row.get(name, "") for name in ("CHILD", "DOB", "HOME_POST", "UPN")}
    secrets = {each for each in secrets if len(each) > 5}
    assert len(secrets) > 500
    for folder in (council / "public", council / "inside"):
        for path in folder.rglob("*"):
            if path.suffix in (".csv", ".html", ".md"):
                words = set(re.split(r"[^A-Za-z0-9/]+| (?=[A-Z]{2}[0-9])", path.read_text(encoding="utf-8-sig")))
                text = re.sub(r"<svg.*?</svg>", "", path.read_text(encoding="utf-8-sig"), flags=re.DOTALL)
                assert words & secrets == set(), path.name
                assert [each for each in secrets if " " in each and each in text] == [], path.name


def test_who_was_placed_elsewhere_cannot_be_subtracted(council: Path) -> None:
    """Where arising less placed as preferred is a small count, the two do not both stand in the table."""
    compared = 0
    for row, inside in zip(tables(council / "public")["T10b"], tables(council / "inside")["T10b"], strict=True):
        names = ("Arising in the year", "Placed in the preferred setting")
        gap = abs(int(inside[names[0]]) - int(inside[names[1]])) if all(inside[n].isdigit() for n in names) else 0
        if 1 <= gap <= 5:
            compared += 1
            assert "[c]" in (row[names[0]], row[names[1]])
    assert compared


def test_the_map_stands_beside_its_table(council: Path) -> None:
    """Need, places and their difference by home area are a table and a map with words."""
    page = next((council / "public").glob("*.html")).read_text(encoding="utf-8")
    rows = tables(council / "public")["T8c"]
    assert len(rows) > 5
    assert "Three maps of the council" in page
    inside = tables(council / "inside")["T8c"]
    shown = [row for row in inside if row["Children in care"].isdigit()]
    difference = "Children less places"
    assert all(int(row["Children in care"]) - int(row["Usable places"]) == int(row[difference]) for row in shown)


def test_a_statement_needs_a_run(made_council: Path, tmp_path: Path, cli: Command) -> None:
    """Without a stored run the command says which one to make."""
    folder = shutil.copytree(made_council, tmp_path / "council")
    done = cli("report", folder)
    assert done.code == 1
    assert "sufficiency run" in done.err


def test_figures_of_other_files_are_refused(council: Path, tmp_path: Path, cli: Command) -> None:
    """When a file changed since the run was stored, no statement mixes the two."""
    folder = shutil.copytree(council, tmp_path / "council")
    with (folder / "data" / "prices.csv").open("a", encoding="utf-8") as handle:
        handle.write("\n")
    done = cli("report", folder)
    assert done.code == 1
    assert "other files" in done.err
