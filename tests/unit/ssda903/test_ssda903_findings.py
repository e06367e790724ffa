"""What the reader says of its work: every rule documented, rows accounted for, no child in any text."""

import re
from dataclasses import astuple
from pathlib import Path

import pytest

import sufficiency.ingest.ssda903 as reader
from sufficiency.domain.errors import InputError
from sufficiency.domain.findings import Severity
from sufficiency.ingest.ssda903.rules import FINDINGS, markdown
from tests.unit.ssda903.ssda903_returns import (
    EPISODE_COLUMNS,
    HEADER_COLUMNS,
    codes_of,
    episode,
    header,
    read,
    uasc,
    write,
    write_return,
)

SOURCE = Path(reader.__file__).parent
DOCS = Path(__file__).parents[3] / "docs" / "findings-ssda903.md"


def test_the_page_of_findings_is_in_step():
    """The page that lists every finding is what the rules make."""
    assert DOCS.read_text("utf-8") == markdown()


def test_every_rule_says_what_why_and_how_to_repair():
    """No rule is without a title, a meaning, a repair and what was done."""
    for code, rule in FINDINGS.items():
        assert re.fullmatch(r"ssda903\.[a-z_]+(\.[a-z0-9_]+)?", code)
        assert all((rule.title, rule.meaning, rule.repair, rule.action))


def test_every_rule_is_used_and_every_use_has_a_rule():
    """No finding can be raised without a rule, and no rule stands unused."""
    texts = "".join(path.read_text("utf-8") for path in SOURCE.glob("*.py") if path.name != "rules.py")
    used = set(re.findall(r'"(ssda903\.[a-z_]+(?:\.[a-z_]+)?)"', texts))
    made = {"ssda903.place.unknown", "ssda903.place.other_year", "ssda903.code.unknown", "ssda903.code.other_year"}
    made |= {f"ssda903.lapsed.{rule}" for rule in ("next_episode", "back_in_care", "not_seen_again")}
    assert (used | made) - {"ssda903.place", "ssda903.code"} == set(FINDINGS)


def test_few_rows_are_listed_and_many_become_one_finding_with_a_count(tmp_path):
    """Up to twenty rows are listed one by one; more are one finding with a count and the first row."""
    for number, items in ((20, 20), (21, 1)):
        folder = tmp_path / str(number)
        write_return(folder, [episode("0"), *(episode(str(n), PLACE="") for n in range(1, number + 1))])
        found = [item for item in read(folder).findings if item.code == "ssda903.place.missing"]
        assert len(found) == items
        assert sum(item.count for item in found) == number
        assert found[0].row == 3


def test_one_thing_or_many_in_many_rows(tmp_path):
    """Many rows give one finding for each thing found, and a single one when the things are many too."""
    kinds = {"few": ["K4", "K5"] * 15, "many": [f"{letter}0" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]}
    found = {}
    for name, places in kinds.items():
        write_return(tmp_path / name, [episode(str(n), PLACE=place) for n, place in enumerate(places)])
        items = [item for item in read(tmp_path / name).findings if item.code == "ssda903.place.unknown"]
        found[name] = [(item.row, item.found, item.count) for item in items]
    assert found["few"] == [(2, "K4", 15), (3, "K5", 15)]
    assert [count for _, _, count in found["many"]] == [len(kinds["many"]) - 1]


def test_tables_that_are_not_needed_are_one_finding(tmp_path):
    """Reviews and the like, of every year, are told of once."""
    write_return(tmp_path, [episode()])
    for number in range(3):
        (tmp_path / f"r{number}.csv").write_text("CHILD,DOB,REVIEW,REVIEW_CODE\n1001,,01/01/2019,PN1\n")
    items = [item for item in read(tmp_path).findings if item.code == "ssda903.table.not_used"]
    assert [(item.file, item.count) for item in items] == [(f"{tmp_path.name}/r0.csv and 2 more", 3)]


def test_rows_are_those_of_a_spreadsheet(tmp_path):
    """The row of a finding is the one a spreadsheet shows, blank lines counted."""
    write_return(tmp_path, [episode("1"), episode("2", start="")])
    path = tmp_path / "episodes.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], "", lines[1], "", lines[2]]))
    finding = next(item for item in read(tmp_path).findings if item.code == "ssda903.start.missing")
    assert (finding.file, finding.row, finding.column) == (f"{tmp_path.name}/episodes.csv", 5, "DECOM")
    assert finding.severity is Severity.REFUSED


def test_rows_read_are_rows_used_and_rows_refused(tmp_path):
    """In every file each row read is used, or refused by exactly one finding."""
    rows = [
        *(episode(str(n)) for n in range(30)),
        *(episode("", start="") for _ in range(25)),
        episode("40", start="never"),
        episode("", end="01/01/2019"),
        episode("41", end="01/01/2000"),
    ]
    write_return(tmp_path, rows, [header(""), header("1")])
    records = read(tmp_path)
    refused = dict.fromkeys(records.findings.rows_read, 0)
    for item in records.findings:
        if item.severity is Severity.REFUSED and item.row is not None:
            refused[item.file] += item.count
    for file, read_rows in records.findings.rows_read.items():
        assert read_rows == records.findings.rows_used[file] + refused[file]
    assert records.findings.rows_read[f"{tmp_path.name}/episodes.csv"] == 58
    assert records.findings.rows_used[f"{tmp_path.name}/episodes.csv"] == 30
    assert records.returns["rows_used"].tolist() == [30]


MARKS = ("QQLEAK", "LEAKQQ", "13/13/1987", "QX9", "7654321")


def _marked(kind):
    """Rows with a marked child in every way a row can go wrong, columns slipped included."""
    good = episode(MARKS[0], HOME_POST="QX9 9QX", PL_POST="QX99QX", URN=MARKS[4])
    rows = [good, good | {"DECOM": MARKS[2]}, good | {"DEC": "QX9 9QX"}, good | {"DEC": "01/01/1999"}]
    rows += [good | {name: mark} for name in EPISODE_COLUMNS for mark in MARKS if name not in ("CHILD", "DECOM")]
    for shift in range(1, len(EPISODE_COLUMNS)):
        values = [good[name] for name in EPISODE_COLUMNS]
        rows.append(dict(zip(EPISODE_COLUMNS, values[shift:] + values[:shift], strict=True)))
    heads = [header(MARKS[1], DOB=MARKS[2], SEX="QX9 9QX", ETHNIC="", YEAR="QQLEAK2019")]
    heads += [header(MARKS[0], SEX=MARKS[4], DOB="QQLEAK")]
    return rows if kind == "episodes" else heads


def test_no_child_in_any_finding_or_message(tmp_path):
    """Identifiers, dates of birth and postcodes never reach a finding, wherever they stand in a file."""
    write(tmp_path / "e.csv", [*_marked("episodes"), *_marked("episodes"), episode("1")], EPISODE_COLUMNS)
    write(tmp_path / "h.csv", _marked("header"), [*HEADER_COLUMNS, "YEAR"])
    write(tmp_path / "u.csv", [uasc(MARKS[0], DUC="QX9 9QX"), uasc("QX9 9QX")])
    body = (tmp_path / "e.csv").read_text().split("\n", 1)[1]
    (tmp_path / "headless.csv").write_text(body)
    (tmp_path / "child.csv").write_text("CHILD,DECOM,QQLEAK,QX9 9QX\n" + body)
    records = read(tmp_path)
    assert {"ssda903.place.unknown", "ssda903.date.unreadable", "ssda903.sex.unknown"} <= codes_of(records)
    said = [str(part) for item in records.findings for part in (*astuple(item), item.text)]
    assert not [text for text in said for mark in MARKS if mark in text]


def test_no_child_in_the_message_of_an_input_error(tmp_path):
    """The error that stops a read names no child either."""
    write(tmp_path / "e.csv", [episode(MARKS[0], start=MARKS[2])], EPISODE_COLUMNS)
    with pytest.raises(InputError) as caught:
        read(tmp_path)
    said = [str(caught.value), *(item.text for item in caught.value.findings)]
    assert not [text for text in said for mark in MARKS if mark in text]
