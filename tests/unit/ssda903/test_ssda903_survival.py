"""What a reader of returns must survive: each case has its own file here."""

import datetime as dt

import pytest

from tests.unit.ssda903.ssda903_returns import (
    EPISODE_COLUMNS,
    UASC_COLUMNS,
    codes_of,
    count_of,
    days_of,
    episode,
    header,
    read,
    text,
    three_returns,
    uasc,
    write,
    write_return,
)


def settings_of(records):
    return dict(zip(records.episodes["place"], records.episodes["setting"], strict=True))


def test_missing_date_of_birth(tmp_path):
    """A child without a date of birth is kept, with an age not known, and said."""
    write_return(tmp_path, [episode()], [header(DOB="")])
    records = read(tmp_path)
    assert len(records.episodes) == 1
    assert records.children["birth_date"].isna().all()
    assert count_of(records, "ssda903.birth.missing") == 1


def test_missing_date_of_birth_that_another_table_has(tmp_path):
    """A date of birth missing in the header is taken from the UASC table, and the repair is said."""
    write_return(tmp_path, [episode()], [header(DOB="")])
    write(tmp_path / "uasc.csv", [uasc("1001")], UASC_COLUMNS)
    records = read(tmp_path)
    assert records.children["birth_date"].dt.strftime("%d/%m/%Y").tolist() == ["05/05/2003"]
    assert count_of(records, "ssda903.birth.from_other_table") == 1


def test_iso_dates(tmp_path):
    """ISO dates are read as the days they are, without a finding."""
    write_return(tmp_path, [episode(start="2018-06-01", end="2018-12-03")], [header(DOB="2008-05-05")])
    records = read(tmp_path)
    assert days_of(records) == [("1001", "2018-06-01", "2018-12-03")]
    assert codes_of(records) == set()


def test_a_gap_year(tmp_path):
    """A year without a return is said, and the others are read."""
    three_returns(tmp_path)
    for path in (tmp_path / "2019").iterdir():
        path.unlink()
    records = read(tmp_path)
    assert list(records.returns["return_year"]) == [2018, 2020]
    assert [f.found for f in records.findings if f.code == "ssda903.year.gap"] == ["2018-19"]


def test_two_files_of_one_year(tmp_path):
    """Both files are read; where they speak of one episode the one listed later wins."""
    first = write_return(tmp_path / "a", [episode("1001", end="01/07/2018"), episode("1002")])
    second = write_return(tmp_path / "b", [episode("1001", end="01/08/2018"), episode("1003")])
    records = read(first, second)
    assert ("1001", "2018-06-01", "2018-08-01") in days_of(records)
    assert {"1002", "1003"} < set(records.episodes["child"])
    assert count_of(records, "ssda903.year.twice") == 2
    assert ("1001", "2018-06-01", "2018-07-01") in days_of(read(second, first))


def test_same_day_episode(tmp_path):
    """An episode that starts and ends on one day stays, with no length, beside the one that follows that day."""
    rows = [
        episode(end="03/06/2018", REC="X1"),
        episode(start="03/06/2018", end="03/06/2018", RNE="P", PLACE="K2", REC="X1"),
        episode(start="03/06/2018", end="09/06/2018", RNE="P"),
    ]
    write_return(tmp_path, rows)
    records = read(tmp_path)
    assert [(start, end) for _, start, end in days_of(records)] == [
        ("2018-06-01", "2018-06-03"),
        ("2018-06-03", "2018-06-03"),
        ("2018-06-03", "2018-06-09"),
    ]
    assert count_of(records, "ssda903.episode.same_day") == 1


def test_blank_ethnicity(tmp_path):
    """A blank ETHNIC stays blank and is said."""
    write_return(tmp_path, [episode()], [header(ETHNIC="")])
    records = read(tmp_path)
    assert records.children["ethnicity"].tolist() == [""]
    assert count_of(records, "ssda903.ethnicity.missing") == 1


def test_missing_uasc_file(tmp_path):
    """Without a UASC table nobody is counted as unaccompanied, and that is said."""
    write_return(tmp_path, [episode()])
    (tmp_path / "uasc.csv").unlink()
    records = read(tmp_path)
    assert not records.children["uasc"].any()
    assert "ssda903.uasc.no_table" in codes_of(records)


@pytest.mark.parametrize("code", ["K3", "k3"])
def test_supported_accommodation_in_either_case(tmp_path, code):
    """K3 and k3 are registered supported accommodation."""
    write_return(tmp_path, [episode(start="01/06/2024", PLACE=code, PLACE_PROVIDER="pr4")], [header(SEX="F")])
    records = read(tmp_path)
    assert settings_of(records) == {"K3": "supported accommodation"}
    assert records.episodes["sector"].tolist() == ["private"]
    assert codes_of(records) == set()


@pytest.mark.parametrize("code", ["Z11", "Z12", "Z13", "Z14"])
def test_the_parts_of_z1(tmp_path, code):
    """Each part of Z1 is shown apart as unregistered and listed for the user."""
    write_return(tmp_path, [episode(start="01/06/2025", PLACE=code, PLACE_PROVIDER="", URN="")])
    records = read(tmp_path)
    assert settings_of(records) == {code: "unregistered"}
    assert [f.found for f in records.findings if f.code == "ssda903.place.unregistered"] == [code]


@pytest.mark.parametrize(("given", "sex"), [("M", "M"), ("f", "F"), ("U", "U"), ("1", "M"), ("2.0", "F")])
def test_sex_in_numbers_and_letters(tmp_path, given, sex):
    """Numbers of the older returns and letters of the newer ones mean the same."""
    write_return(tmp_path, [episode()], [header(SEX=given)])
    assert read(tmp_path).children["sex"].tolist() == [sex]


def test_sex_that_is_no_code(tmp_path):
    """A sex that is no code is taken as not known, and said."""
    write_return(tmp_path, [episode()], [header(SEX="X")])
    records = read(tmp_path)
    assert records.children["sex"].tolist() == [""]
    assert count_of(records, "ssda903.sex.unknown") == 1


def test_h5_after_2023(tmp_path):
    """H5 in a return whose list no longer holds it is understood all the same, and said."""
    write_return(tmp_path, [episode(start="01/06/2025", PLACE="H5", PLACE_PROVIDER="PR4")])
    records = read(tmp_path)
    assert settings_of(records) == {"H5": "supported accommodation"}
    finding = next(f for f in records.findings if f.code == "ssda903.place.other_year")
    assert finding.found == "H5"
    assert "2016 to 2025" in finding.text


def test_unknown_codes(tmp_path):
    """A code of no year stays as other, with its nearest codes; one too long for a code is shown as its shape."""
    rows = [
        episode("1", PLACE="K4", LS="V9"),
        episode("2", PLACE="SN12AB"),
        episode("3", PLACE=""),
        episode("4", PLACE_PROVIDER="PR9"),
    ]
    write_return(tmp_path, rows)
    records = read(tmp_path)
    assert len(records.episodes) == 4
    assert settings_of(records) | {"U6": ""} == {"K4": "other", "SN12AB": "other", "": "other", "U6": ""}
    shown = {f.found: f.expected for f in records.findings if f.code == "ssda903.place.unknown"}
    assert set(shown) == {"K4", "AA99AA"}
    assert "Nearest codes:" in shown["K4"]
    assert {"ssda903.code.unknown", "ssda903.place.missing"} <= codes_of(records)
    assert records.episodes["sector"].tolist()[3] == "unknown"


def test_duplicated_rows(tmp_path):
    """A row given twice counts once, and is said."""
    write_return(tmp_path, [episode(end="01/08/2018"), episode(end="01/08/2018")])
    records = read(tmp_path)
    assert len(records.episodes) == 1
    assert count_of(records, "ssda903.episode.duplicate") == 1


def test_overlapping_episodes(tmp_path):
    """An episode that runs into the next one ends where the next one starts."""
    write_return(tmp_path, [episode(end="01/09/2018"), episode(start="01/08/2018", RNE="P")])
    records = read(tmp_path)
    assert days_of(records) == [("1001", "2018-06-01", "2018-08-01"), ("1001", "2018-08-01", "")]
    assert count_of(records, "ssda903.episode.overlap") == 1


def test_an_open_episode_of_a_child_never_seen_again(tmp_path):
    """An episode left open in an older return ends on 31 March of that return, flagged."""
    write_return(tmp_path / "2018", [episode(start="01/06/2017")])
    write_return(tmp_path / "2019", [episode("1002")])
    records = read(tmp_path)
    assert days_of(records)[0] == ("1001", "2017-06-01", "2018-04-01")
    assert records.episodes["lapsed"].tolist() == [True, False]
    assert count_of(records, "ssda903.lapsed.not_seen_again") == 1


def test_trailing_blank_lines_and_rows_of_separators(tmp_path):
    """Blank lines and rows of separators alone at the end are no rows."""
    write_return(tmp_path, [episode()])
    path = tmp_path / "episodes.csv"
    path.write_text(path.read_text() + "\n\n,,,,,,,,,,,,\n   \n")
    records = read(tmp_path)
    assert records.findings.rows_read[f"{tmp_path.name}/episodes.csv"] == 1
    assert codes_of(records) == set()


@pytest.mark.parametrize("content", [b"", b"\n\n \r\n", b"\xef\xbb\xbf", text([], EPISODE_COLUMNS).encode()])
def test_empty_files(tmp_path, content):
    """An empty file, and one with a heading only, is said and passed over."""
    write_return(tmp_path, [episode()])
    (tmp_path / "nothing.csv").write_bytes(content)
    records = read(tmp_path)
    assert len(records.episodes) == 1
    assert codes_of(records) & {"ssda903.file.empty", "ssda903.table.unknown"}


FOREIGN = {
    "picture.png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "ssda903.file.other_kind"),
    "noise.csv": (bytes((i * 89 + 17) % 256 for i in range(5000)), "ssda903.file.other_kind"),
    "page.html": (b"<!DOCTYPE html><html><body><table><tr><td>CHILD</td></tr></table></body></html>",) * 1
    + ("ssda903.file.other_kind",),
    "data.json": (b'[{"CHILD": "1001", "DECOM": "01/06/2018"}]', "ssda903.file.other_kind"),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "ssda903.file.old_excel"),
    "broken.xlsx": (b"PK\x03\x04 but no workbook", "ssda903.file.unreadable"),
    "broken.xml": (b"<EXPSSDA903><CHILD><HEADER>", "ssda903.file.unreadable"),
    "bomb.xml": (
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><EXPSSDA903><CHILD>&b;</CHILD></EXPSSDA903>',
        "ssda903.file.unreadable",
    ),
    "letter.txt": (b"Dear colleague,\nplease find the return enclosed.\n", "ssda903.table.unknown"),
    "reviews.csv": (b"CHILD,DOB,REVIEW,REVIEW_CODE\n1001,05/05/2008,01/01/2019,PN1\n", "ssda903.table.not_used"),
    "dolo.csv": (b"CHILD,DOB,DOLO_START,DOLO_END\n1001,05/05/2008,01/01/2027,\n", "ssda903.table.not_used"),
    "half.csv": (b"CHILD,DECOM,LS\n1001,01/06/2018,C2\n", "ssda903.table.incomplete"),
}


@pytest.mark.parametrize("name", list(FOREIGN))
def test_a_file_of_another_kind_altogether(tmp_path, name):
    """Pictures, pages, data of other programs, damaged and hostile files are said and passed over."""
    content, code = FOREIGN[name]
    write_return(tmp_path, [episode()])
    (tmp_path / name).write_bytes(content)
    records = read(tmp_path)
    assert len(records.episodes) == 1
    assert {(f.code, f.file) for f in records.findings} == {(code, f"{tmp_path.name}/{name}")}


def test_dates_that_are_none(tmp_path):
    """A start that is missing or no date refuses the row; an end or birth that is no date is taken as not known."""
    rows = [
        episode("1", start=""),
        episode("2", start="31/02/2018"),
        episode("3", start="13/14/2018"),
        episode("4", end="soon"),
        episode("5", start="01/06/0218"),
        episode("6", start="09/08/2018", end="08/08/2018"),
        episode("", start="09/08/2018"),
        episode("8"),
    ]
    write_return(tmp_path, rows, [header(str(n)) for n in range(1, 8)] + [header("8", DOB="5/5/08")])
    records = read(tmp_path)
    assert days_of(records) == [("4", "2018-06-01", ""), ("8", "2018-06-01", "")]
    assert count_of(records, "ssda903.start.missing") == 1
    assert count_of(records, "ssda903.start.unreadable") == 3
    assert count_of(records, "ssda903.end.before_start") == 1
    assert count_of(records, "ssda903.child.missing") == 1
    assert count_of(records, "ssda903.date.unreadable") == 2
    assert "99/99/9999" in {f.found for f in records.findings}


def test_a_mistyped_year_does_not_move_the_return(tmp_path):
    """One date far in the future is said, and the return keeps its year."""
    rows = [episode(str(n), end=f"{n:02d}/09/2018") for n in range(1, 20)]
    write_return(tmp_path, [*rows, episode("77", start="01/07/2018", end="01/08/2028")])
    records = read(tmp_path)
    assert records.returns["return_year"].tolist() == [2019]
    assert count_of(records, "ssda903.date.after_year") == 1


def test_a_child_without_a_header_row(tmp_path):
    """A child known from episodes only is kept, with age and sex not known."""
    write_return(tmp_path, [episode("1"), episode("2")], [header("1")])
    records = read(tmp_path)
    assert records.children["child"].tolist() == ["1", "2"]
    assert records.children["sex"].tolist() == ["F", ""]
    assert count_of(records, "ssda903.child.no_header") == 1


def test_rows_with_too_many_and_too_few_cells(tmp_path):
    """A row with more cells than the heading is refused, one with fewer is filled with blanks, empty extras are cut."""
    write_return(tmp_path, [episode("1"), episode("2"), episode("3"), episode("4")])
    path = tmp_path / "episodes.csv"
    lines = path.read_text().splitlines()
    lines[1] += ",extra,cells"
    lines[2] += ",,"
    lines[3] = lines[3].rsplit(",", 1)[0]
    path.write_text("\n".join(lines))
    records = read(tmp_path)
    assert records.episodes["child"].tolist() == ["2", "3", "4"]
    assert count_of(records, "ssda903.row.too_long") == 1
    assert count_of(records, "ssda903.row.short") == 1


def test_a_quotation_mark_never_closed(tmp_path):
    """A stray quotation mark does not swallow the rows below it."""
    write_return(tmp_path, [episode("1"), episode("2"), episode("3")])
    path = tmp_path / "episodes.csv"
    path.write_text(path.read_text().replace("SN2 3CD", '"SN2 3CD', 1))
    assert read(tmp_path).episodes["child"].tolist() == ["1", "2", "3"]


def test_columns_missing_and_given_twice(tmp_path):
    """A table without its lesser columns is read, and what is missing is said; of two alike the first is used."""
    write_return(tmp_path, [episode()])
    columns = ["CHILD", "DECOM", "DEC", "PLACE", "LS"]
    path = write(tmp_path / "episodes.csv", [episode()], columns)
    lines = path.read_text().splitlines()
    path.write_text(f"{lines[0]},Place\n{lines[1]},K2\n")
    records = read(tmp_path)
    assert records.episodes["place"].tolist() == ["U6"]
    assert records.episodes["urn"].tolist() == [""]
    assert "RNE" in {f.column for f in records.findings if f.code == "ssda903.table.column_missing"}
    assert count_of(records, "ssda903.table.column_twice") == 1


def test_a_return_outside_the_code_lists(tmp_path):
    """A return before the first known year is read with the nearest lists, and said."""
    write_return(tmp_path, [episode(start="01/06/2012")], [header(DOB="01/01/2005")])
    assert "ssda903.year.outside_lists" in codes_of(read(tmp_path))


def test_an_extract_taken_during_the_year(tmp_path):
    """When events stop months before 31 March, nothing is taken as known after the last one."""
    rows = [episode(str(n), start=(dt.date(2018, 4, 2) + dt.timedelta(n)).strftime("%d/%m/%Y")) for n in range(120)]
    write_return(tmp_path, rows)
    records = read(tmp_path)
    assert records.data_end == dt.date(2018, 7, 30)
    assert "ssda903.data.partial_year" in codes_of(records)


def test_a_start_before_birth(tmp_path):
    """An episode that begins before its child's birth is said."""
    write_return(tmp_path, [episode()], [header(DOB="05/05/2019")])
    assert count_of(read(tmp_path), "ssda903.birth.after_start") == 1


def test_dates_of_birth_that_differ(tmp_path):
    """Of two dates of birth the latest return's holds, and the difference is said."""
    write_return(tmp_path / "2018", [episode(start="01/06/2017")], [header(DOB="05/05/2008")])
    write_return(tmp_path / "2019", [episode("1001", "01/06/2017", "01/08/2018")], [header(DOB="06/05/2008")])
    records = read(tmp_path)
    assert records.children["birth_date"].dt.day.tolist() == [6]
    assert count_of(records, "ssda903.birth.differs") == 1


def test_damaged_characters(tmp_path):
    """Bytes that fit no encoding are replaced, and said."""
    write_return(tmp_path, [episode()])
    path = tmp_path / "episodes.csv"
    path.write_bytes(path.read_bytes().replace(b"C2", b"\x81\x8d"))
    records = read(tmp_path)
    assert "ssda903.file.characters" in codes_of(records)
    assert len(records.episodes) == 1
