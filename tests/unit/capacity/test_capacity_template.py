"""The template: made from the attribute table, filled in by a person, read back as filled in."""

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from sufficiency.assumptions import attributes
from sufficiency.assumptions.table import attribute
from sufficiency.domain.errors import InputError
from sufficiency.ingest.capacity import read_capacity, write_template
from sufficiency.ingest.capacity.headers import compact, data_rows, names
from sufficiency.ingest.capacity.template import ROWS, TEMPLATE_TABLES, heading, sheet_name


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_template(tmp_path_factory.mktemp("template") / "capacity.xlsx")


def examples(table: str) -> dict[str, str]:
    return {row["name"]: row["value"] for row in data_rows("examples.csv") if row["table"] == table}


def typed(table: str, name: str, text: str) -> object:
    row = attribute(table)[name]
    if row.type == "date":
        return datetime.strptime(text, "%d/%m/%Y")  # noqa: DTZ007
    return float(text) if row.numeric else text


def test_an_unfilled_template_holds_no_data(template: Path) -> None:
    """Examples are never read as data."""
    files = read_capacity(carers=template, homes=template, contracts=template, prices=template)
    assert [files.carers, files.homes, files.contracts, files.prices] == [None] * 4
    assert {finding.code for finding in files.findings} == {"capacity.file.empty"}


def test_what_is_filled_in_is_read_back(template: Path, tmp_path: Path) -> None:
    """The examples of the read-me sheet, typed into the sheets, come back as the same values without a fault."""
    book = openpyxl.load_workbook(template)
    for table in TEMPLATE_TABLES:
        sheet = book[sheet_name(table)]
        for index, row in enumerate(attributes(table), start=1):
            text = examples(table).get(row.name)
            sheet.cell(2, index).value = None if text is None else typed(table, row.name, text)
    book.save(filled := tmp_path / "filled.xlsx")
    files = read_capacity(carers=filled, homes=filled, contracts=filled, prices=filled)
    assert {finding.code for finding in files.findings} <= {"capacity.cell.default"}
    for table in TEMPLATE_TABLES:
        read = getattr(files, table).iloc[0]
        for name, text in examples(table).items():
            value, row = typed(table, name, text), attribute(table)[name]
            expected = {"yes": True, "no": False}.get(text, value) if row.type == "bool" else value
            assert read[name] == (text.replace(" ", "") if row.type == "postcode" else expected), name


def test_lists_and_ranges_are_those_of_the_attribute_table(template: Path) -> None:
    """Every column has its list, range, message and error from its row; every heading has a note."""
    book = openpyxl.load_workbook(template)
    for table in TEMPLATE_TABLES:
        sheet = book[sheet_name(table)]
        rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
        for index, row in enumerate(attributes(table), start=1):
            cell = sheet.cell(1, index)
            rule = rules[f"{cell.column_letter}2"]
            assert cell.comment is not None
            assert rule.prompt
            if row.choices:
                assert (rule.type, rule.formula1) == ("list", f'"{",".join(row.choices)}"')
            elif row.numeric:
                assert rule.type == ("whole" if row.type == "int" else "decimal")
                assert (float(rule.formula1), float(rule.formula2)) == (row.low, row.high)
            elif row.type == "date":
                assert rule.type == "date"
            if rule.type:
                assert rule.error


def test_sheets_are_named_tables(template: Path) -> None:
    """Each sheet is one Excel table with the headings of its columns, read back as the column names."""
    book = openpyxl.load_workbook(template)
    assert book.sheetnames == ["Read me", *map(sheet_name, TEMPLATE_TABLES)]
    for table in TEMPLATE_TABLES:
        (found,) = book[sheet_name(table)].tables.values()
        assert found.name == sheet_name(table)
        assert found.ref.endswith(str(ROWS + 1))
        assert [column.name for column in found.tableColumns] == [heading(row) for row in attributes(table)]
        assert all(names(table)[compact(heading(row))] == row.name for row in attributes(table))


def test_the_same_template_is_the_same_file(template: Path, tmp_path: Path) -> None:
    """No clock stands in the file."""
    assert write_template(tmp_path / "again.xlsx").read_bytes() == template.read_bytes()


def test_a_folder_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    """The user is told what to do, without a traceback."""
    with pytest.raises(InputError, match="cannot be written"):
        write_template(tmp_path / "nowhere" / "t.xlsx")
