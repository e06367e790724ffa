"""The same returns in every form a council may hold them give the same records."""

import datetime as dt
import shutil
import zipfile

import openpyxl
import pandas as pd
import pytest

from sufficiency.domain.errors import InputError
from sufficiency.ingest.ssda903 import read_returns
from tests.unit.ssda903.ssda903_returns import (
    ADOPTION_COLUMNS,
    EPISODE_COLUMNS,
    MISSING_COLUMNS,
    codes_of,
    count_of,
    episode,
    header,
    read,
    text,
    three_returns,
    uasc,
    write,
    write_return,
)


def assert_same(found, wanted):
    pd.testing.assert_frame_equal(found.episodes, wanted.episodes)
    pd.testing.assert_frame_equal(found.children, wanted.children)
    assert found.data_end == wanted.data_end


@pytest.fixture
def folder(tmp_path):
    return three_returns(tmp_path / "returns")


@pytest.fixture
def wanted(folder):
    return read(folder)


def test_a_faultless_set_gives_its_children_episodes_and_no_repair(wanted):
    """Five children, the latest return's word on each episode, and nothing refused or repaired."""
    assert list(wanted.children["child"]) == ["1001", "1002", "1003", "1004", "1005"]
    assert len(wanted.episodes) == 7
    assert list(wanted.returns["return_year"]) == [2018, 2019, 2020]
    assert list(wanted.returns["rows_read"]) == [4, 4, 4]
    assert wanted.data_end == dt.date(2020, 3, 31)
    assert codes_of(wanted) == {"ssda903.episode.reported_again"}


def test_borders(wanted):
    """The frames have the columns, types and spellings that cross the border."""
    episodes = wanted.episodes
    assert list(episodes.columns) == [
        *("child", "start", "end", "place", "provider", "setting", "sector", "line", "legal_status", "need_code"),
        *("reason_started", "reason_ceased", "reason_changed", "home_postcode", "placement_postcode", "urn"),
        *("return_year", "short_break", "lapsed", "authority"),
    ]
    assert episodes["start"].dtype == episodes["end"].dtype == "datetime64[s]"
    assert episodes["setting"].dtype == "str"
    assert episodes["home_postcode"].iloc[0] == "SN12AB"
    assert list(wanted.children.columns)[:6] == ["child", "sex", "birth_date", "ethnicity", "uasc", "uasc_ceased"]
    row = episodes[episodes["place"] == "K2"].iloc[0]
    assert (row["setting"], row["sector"], row["line"]) == ("residential", "private", "external home")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(folder, wanted, encoding, separator):
    """A byte order mark, UTF-16, Windows text, semicolons and tabs change nothing."""
    for path in folder.rglob("*.csv"):
        content = path.read_text("utf-8").replace(",", separator)
        path.write_bytes(content.encode(encoding))
    assert_same(read(folder), wanted)


def test_windows_characters_do_not_spoil_a_table(folder, wanted):
    """A letter outside ASCII in Windows-1252 is read without damage."""
    path = folder / "2018" / "header.csv"
    path.write_bytes(path.read_bytes() + "1003,2,05/05/2008,WBRI,é,,\n".encode("cp1252"))
    found = read(folder)
    assert_same(found, wanted)
    assert "ssda903.file.characters" not in codes_of(found)


def test_column_order_case_and_spelling(folder, wanted):
    """Columns in another order, in small letters, with spaces for underscores, are the same columns."""
    for path in folder.rglob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame = frame[frame.columns[::-1]].rename(columns=lambda name: f" {name.lower().replace('_', ' ')}")
        frame.to_csv(path, index=False)
    assert_same(read(folder), wanted)


def test_title_rows_above_the_heading(folder, wanted):
    """A title and a blank line above the heading are passed over."""
    for path in folder.rglob("*.csv"):
        path.write_text("Extract of the return\n\n" + path.read_text("utf-8"), "utf-8")
    assert_same(read(folder), wanted)


@pytest.mark.parametrize("shape", ["%Y-%m-%d", "%Y-%m-%d 00:00:00", "%d-%m-%Y", "%d %b %Y", "serial"])
def test_dates_in_other_spellings(folder, wanted, shape):
    """ISO dates, dates with a time, and a spreadsheet's day numbers are the same days."""

    def spelt(value):
        try:
            day = dt.datetime.strptime(value, "%d/%m/%Y")  # noqa: DTZ007
        except ValueError:
            return value
        return str((day - dt.datetime(1899, 12, 30)).days) if shape == "serial" else day.strftime(shape)  # noqa: DTZ001

    for path in folder.rglob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame.map(spelt).to_csv(path, index=False)
    found = read(folder)
    assert_same(found, wanted)
    assert ("ssda903.date.serial" in codes_of(found)) == (shape == "serial")


def test_a_zip_of_the_folder(folder, wanted, tmp_path):
    """A zip of yearly folders reads like the folders."""
    archive = shutil.make_archive(str(tmp_path / "set"), "zip", folder)
    assert_same(read_returns(archive), wanted)


def test_files_of_one_flat_folder(folder, wanted, tmp_path):
    """All years side by side in one folder, told apart by their dates."""
    for path in sorted(folder.rglob("*.csv")):
        target = tmp_path / "flat" / f"{path.parent.name}_{path.name}"
        target.parent.mkdir(exist_ok=True)
        shutil.copy(path, target)
    assert_same(read(tmp_path / "flat"), wanted)


def test_folders_named_by_the_year_in_which_a_return_starts(folder, wanted, tmp_path):
    """Folders a year low change nothing: the dates decide, and both ways of naming fit."""
    for year in (2018, 2019, 2020):
        (folder / str(year)).rename(folder / str(year - 1))
    found = read(folder)
    assert_same(found, wanted)
    assert "ssda903.year.disagrees" not in codes_of(found)


def test_a_folder_in_the_wrong_year_is_said(folder):
    """A folder whose name fits no reading of the dates is a finding, and the dates decide."""
    (folder / "2019").rename(folder / "2011")
    found = read(folder)
    assert "ssda903.year.disagrees" in codes_of(found)
    assert sorted(found.returns["return_year"]) == [2018, 2019, 2020]


@pytest.mark.parametrize("real_dates", [True, False])
def test_a_workbook_with_a_sheet_a_table(folder, wanted, tmp_path, real_dates):
    """Sheets of one workbook, with dates as text or as real dates and numbers as numbers, and a cover sheet."""
    book = openpyxl.Workbook()
    book.active.append(["Notes on this extract"])
    for path in sorted(folder.rglob("*.csv")):
        sheet = book.create_sheet(f"{path.parent.name} {path.stem}")
        sheet.append([])
        for row in pd.read_csv(path, dtype=str, keep_default_na=False, header=None).to_numpy().tolist():
            sheet.append([_cell(value) if real_dates else value for value in row])
    book.save(tmp_path / "set.xlsx")
    found = read(tmp_path / "set.xlsx")
    assert_same(found, wanted)
    assert any(file.startswith("set.xlsx [2018 episodes]") for file in found.findings.rows_read)


def _cell(value):
    if value.count("/") == 2:
        return dt.datetime.strptime(value, "%d/%m/%Y")  # noqa: DTZ007
    return int(value) if value.isdigit() else value


def test_the_xml_return(folder, wanted, tmp_path):
    """The XML return, with PL for PLACE and CHILDID for CHILD, one file a year."""
    for year in (2018, 2019, 2020):
        episodes = pd.read_csv(folder / str(year) / "episodes.csv", dtype=str, keep_default_na=False)
        headers = pd.read_csv(folder / str(year) / "header.csv", dtype=str, keep_default_na=False)
        children = []
        for row in headers.to_dict("records"):
            cells = "".join(f"<{k}>{v}</{k}>" for k, v in (row | {"CHILDID": row["CHILD"]}).items() if k != "CHILD")
            own = episodes[episodes["CHILD"] == row["CHILD"]].drop(columns="CHILD").rename(columns={"PLACE": "PL"})
            parts = ["".join(f"<{k}>{v}</{k}>" for k, v in each.items()) for each in own.to_dict("records")]
            body = "".join(f"<EPISODE>{part}</EPISODE>" for part in parts)
            children.append(f"<CHILD><HEADER>{cells}<UASC/></HEADER>{body}</CHILD>")
        xml = f"<?xml version='1.0' encoding='us-ascii'?>\n<EXPSSDA903>{''.join(children)}</EXPSSDA903>"
        (tmp_path / f"{year}.xml").write_text(xml, "ascii")
    assert_same(read(*(tmp_path / f"{year}.xml" for year in (2018, 2019, 2020))), wanted)


def test_unaccompanied_missing_and_adoption_in_xml(tmp_path):
    """UASC flags, missing incidents and placements for adoption are found where the XML nests them."""
    xml = """<EXPSSDA903><CHILD><HEADER><CHILDID>7</CHILDID><SEX>1</SEX><DOB>01/01/2004</DOB><ETHNIC>BAFR</ETHNIC>
    <UASC>1</UASC><DUC>01/01/2022</DUC>
    <MISSING><MISSING>M</MISSING><MIS_START>02/05/2018</MIS_START><MIS_END>03/05/2018</MIS_END></MISSING>
    <AD_PLACED><DATE_PLACED>01/02/2019</DATE_PLACED></AD_PLACED></HEADER>
    <EPISODE><DECOM>01/05/2018</DECOM><RNE>S</RNE><LS>V2</LS><PL>U6</PL><PLACE_PROVIDER>PR1</PLACE_PROVIDER><DEC/></EPISODE>
    </CHILD></EXPSSDA903>"""
    (tmp_path / "a.xml").write_text(xml)
    records = read(tmp_path / "a.xml")
    assert records.children["uasc"].tolist() == [True]
    assert records.missing["start"].dt.strftime("%d/%m").tolist() == ["02/05"]
    assert records.placed_for_adoption["start"].dt.strftime("%d/%m").tolist() == ["01/02"]


def test_the_regional_layout(folder, wanted, tmp_path):
    """One file for all years with LA and YEAR columns gives the same episodes, kept apart by authority."""
    flat = {"episodes": [], "header": []}
    for year in (2018, 2019, 2020):
        for name, rows in flat.items():
            frame = pd.read_csv(folder / str(year) / f"{name}.csv", dtype=str, keep_default_na=False)
            rows += [row | {"LA": "SWI", "YEAR": str(year)} for row in frame.to_dict("records")]
    for name, rows in flat.items():
        write(tmp_path / "regional" / f"{name}.csv", rows)
    write(tmp_path / "regional" / "uasc.csv", [{"CHILD": "1005", "DUC": "", "YEAR": "2020"}])
    found = read(tmp_path / "regional")
    pd.testing.assert_frame_equal(
        found.episodes.drop(columns="authority"), wanted.episodes.drop(columns="authority"), check_like=True
    )
    assert list(found.returns["return_year"]) == [2018, 2019, 2020]
    assert found.children.set_index("child")["uasc"].to_dict()["1005"]
    for name, rows in flat.items():
        write(tmp_path / "regional" / f"{name}.csv", rows + [row | {"LA": "WIL"} for row in rows])
    both = read(tmp_path / "regional")
    assert len(both.episodes) == 2 * len(wanted.episodes)
    assert set(both.episodes["authority"]) == {"SWI", "WIL"}
    assert both.children["uasc"].sum() == 2


def test_a_year_column_that_names_the_start_of_returns(folder, wanted, tmp_path):
    """A YEAR column one year low is understood from the dates."""
    rows = []
    for year in (2018, 2019, 2020):
        frame = pd.read_csv(folder / str(year) / "episodes.csv", dtype=str, keep_default_na=False)
        rows += [row | {"YEAR": str(year - 1)} for row in frame.to_dict("records")]
    write(tmp_path / "one" / "episodes.csv", rows)
    write(tmp_path / "one" / "header.csv", [header(child) for child in wanted.children["child"]])
    found = read(tmp_path / "one")
    pd.testing.assert_frame_equal(found.episodes, wanted.episodes)
    assert "ssda903.year.disagrees" not in codes_of(found)


def test_missing_and_adoption_tables_are_used(tmp_path):
    """Incidents and placements for adoption come out with their dates."""
    write_return(tmp_path / "a", [episode()])
    write(
        tmp_path / "a" / "m.csv",
        [{"CHILD": "1001", "DOB": "", "MISSING": "m", "MIS_START": "01/07/2018", "MIS_END": "02/07/2018"}],
        MISSING_COLUMNS,
    )
    write(
        tmp_path / "a" / "p.csv",
        [{"CHILD": "1001", "DATE_PLACED": "01/09/2018", "DATE_PLACED_CEASED": "", "REASON_PLACED_CEASED": ""}],
        ADOPTION_COLUMNS,
    )
    records = read(tmp_path / "a")
    assert records.missing[["child", "kind", "return_year"]].to_numpy().tolist() == [["1001", "M", 2019]]
    assert list(records.placed_for_adoption.columns) == ["child", "start", "end", "reason_ceased", "return_year"]
    assert len(records.placed_for_adoption) == 1


def test_tables_are_known_by_columns_not_by_name(tmp_path):
    """File names that lie change nothing."""
    write(tmp_path / "header.csv", [episode()], EPISODE_COLUMNS)
    write(tmp_path / "episodes.csv", [header()])
    assert len(read(tmp_path).episodes) == 1


def test_newest_header_row_that_is_not_blank_holds(tmp_path):
    """A child's latest sex and ethnicity hold, and a blank in the newest return does not wipe out what is known."""
    write_return(tmp_path / "2018", [episode(start="01/06/2017")], [header(ETHNIC="NOBT", SEX="1")])
    write_return(tmp_path / "2019", [episode(end="01/08/2018")], [header(ETHNIC="WBRI", SEX="2", DOB="")])
    child = read(tmp_path).children.iloc[0]
    assert (child["sex"], child["ethnicity"], str(child["birth_date"].date())) == ("F", "WBRI", "2008-05-05")


def test_uasc_if_ever_in_the_table(tmp_path):
    """A child in the UASC table of any return is unaccompanied, with the latest date of ceasing."""
    write_return(tmp_path / "2018", [episode(start="01/06/2017")])
    write(tmp_path / "2018" / "uasc.csv", [uasc("1001")])
    write_return(tmp_path / "2019", [episode(end="01/08/2018")])
    child = read(tmp_path).children.iloc[0]
    assert child["uasc"]
    assert str(child["uasc_ceased"].date()) == "2021-05-05"


def test_identifiers_that_a_spreadsheet_made_decimal_still_match(tmp_path):
    """1001.0 in one table and 1001 in another are one child."""
    write_return(tmp_path, [episode("1001.0")], [header("1001")])
    records = read(tmp_path)
    assert records.children["child"].tolist() == ["1001"]
    assert "ssda903.child.no_header" not in codes_of(records)


def test_reading_twice_gives_the_same(folder, wanted):
    """A read depends on nothing but its files."""
    again = read(folder)
    assert_same(again, wanted)
    assert again.findings.items == wanted.findings.items


def test_progress_is_told_after_each_file(folder):
    """Whoever asks hears of each file, with how many are done and how many there are."""
    heard = []
    read_returns(folder, progress=lambda name, done, total: heard.append((name, done, total)))
    assert [done for _, done, _ in heard] == list(range(1, 10))
    assert heard[0] == ("returns/2018/episodes.csv", 1, 9)


def test_nothing_usable_is_an_input_error_with_findings(tmp_path):
    """Without a header or without episodes there is nothing to plan: said as an InputError with every finding."""
    write(tmp_path / "episodes.csv", [episode()], EPISODE_COLUMNS)
    with pytest.raises(InputError, match="header") as caught:
        read(tmp_path)
    assert {item.code for item in caught.value.findings} == {"ssda903.nothing_usable"}
    with pytest.raises(InputError) as caught:
        read(tmp_path / "nowhere")
    assert "ssda903.file.missing" in {item.code for item in caught.value.findings}


def test_a_zip_inside_a_zip_is_read_and_a_damaged_one_is_said(tmp_path, folder, wanted):
    """Archives may lie in archives; a member that cannot be unpacked is a finding."""
    inner = shutil.make_archive(str(tmp_path / "inner"), "zip", folder)
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(inner, "inner.zip")
        archive.writestr("broken.xlsx", b"PK\x03\x04 and then nothing")
    found = read(tmp_path / "outer.zip")
    assert_same(found, wanted)
    assert "ssda903.file.unreadable" in codes_of(found)


def test_archives_too_deep_too_large_or_damaged_inside(tmp_path, folder, wanted, monkeypatch):
    """A bad member of an archive is a finding, and the rest is read."""
    packed = shutil.make_archive(str(tmp_path / "set"), "zip", folder)
    for name in ("two", "three"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.write(packed, "inner.zip")
        packed = str(tmp_path / f"{name}.zip")
    deep = read(folder, tmp_path / "three.zip")
    assert "ssda903.file.other_kind" in codes_of(deep)
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as archive:
        archive.writestr("large.csv", "x" * 50_000)
        archive.writestr("spoilt.csv", "MARK" * 10)
    spoilt = (tmp_path / "odd.zip").read_bytes().replace(b"MARKMARK", b"MARKMERK", 1)
    (tmp_path / "odd.zip").write_bytes(spoilt)
    (tmp_path / "large.csv").write_text("x" * 200_000)
    monkeypatch.setattr("sufficiency.ingest.ssda903.sources.LARGEST_BYTES", 60_000)
    monkeypatch.setattr("sufficiency.ingest.ssda903.sources.LARGEST_MEMBER_BYTES", 40_000)
    found = read(folder, tmp_path / "odd.zip", tmp_path / "large.csv")
    assert_same(found, wanted)
    assert {(item.code, item.file) for item in found.findings if item.severity == "refused"} == {
        ("ssda903.file.too_large", "odd.zip/large.csv"),
        ("ssda903.file.too_large", "large.csv"),
        ("ssda903.file.unreadable", "odd.zip/spoilt.csv"),
    }


def test_text_helper_keeps_columns():
    """The helper writes what it is given, so that a test's file holds what the test says."""
    assert text([{"A": "1", "B": "2"}]) == "A,B\n1,2\n"


def test_a_local_code_means_what_the_council_says(tmp_path):
    """A code of the council's own is read as the code it stands for, and the change is told."""
    folder = write_return(tmp_path / "2018", [episode(PLACE="FOS1")])
    records = read(folder, code_map={"PLACE": {"fos1": "U4"}})
    assert records.episodes["setting"].tolist() == ["fostering"]
    assert count_of(records, "ssda903.code.mapped") == 1
    assert count_of(records, "ssda903.place.unknown") == 0
