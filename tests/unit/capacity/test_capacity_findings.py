"""Every finding code has a file that makes it, and nothing that was read is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from capacity_samples import HOME, Row, cells_of, rows_of, write_book, write_csv

from sufficiency.domain.findings import Severity
from sufficiency.ingest.capacity import FINDINGS, read_capacity
from sufficiency.ingest.capacity.reading import CapacityFiles
from sufficiency.ingest.capacity.rules import markdown

ROOT = Path(__file__).parents[3]
OFSTED: Row = {
    "Local authority": "Swindon", "URN": "1000001", "Provider type": "Children's home", "Sector": "Private",
    "Provider name": "X", "Registration status": "Active", "Number of registered places": 4,
}  # fmt: skip


def rows(table: str, *changes: Row) -> Callable[[Path], CapacityFiles]:
    return lambda folder: read_capacity(**{table: write_csv(folder / "file.csv", rows_of(table, *changes))})


def raw(table: str, data: bytes, name: str = "file.csv") -> Callable[[Path], CapacityFiles]:
    def read(folder: Path) -> CapacityFiles:
        (folder / name).write_bytes(data)
        return read_capacity(**{table: folder / name})

    return read


def ofsted(*changes: Row, homes: list[Row] | None = None) -> Callable[[Path], CapacityFiles]:
    def read(folder: Path) -> CapacityFiles:
        listed = write_csv(folder / "list.csv", [OFSTED | change for change in changes])
        own = write_csv(folder / "homes.csv", homes) if homes else None
        return read_capacity(homes=own, ofsted=listed)

    return read


FAILING: dict[str, Callable[[Path], CapacityFiles]] = {
    "capacity.file.missing": lambda folder: read_capacity(carers=folder / "none.csv"),
    "capacity.file.unreadable": raw("carers", b"PK\x03\x04 not a workbook"),
    "capacity.file.old_workbook": raw("carers", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.xls"),
    "capacity.file.empty": raw("carers", b"carer_id,approved_places\n\n,\n"),
    "capacity.file.encoding": raw("homes", "home_id,name,registered_places\n1,Caf\xe9,2\n".encode("cp1252")),
    "capacity.table.unknown": raw("carers", b"one,two,three\n1,2,3\n"),
    "capacity.table.other": lambda folder: read_capacity(carers=write_csv(folder / "homes.csv", [HOME])),
    "capacity.column.missing": raw("carers", b"carer_id,postcode,usable_places\nA,SN1 1AA,2\n"),
    "capacity.column.unknown": rows("carers", {"colour": "blue"}),
    "capacity.column.twice": raw("carers", b"carer_id,approved_places,Approved places\nA,2,3\n"),
    "capacity.cell.required": rows("carers", {"approved_places": ""}),
    "capacity.cell.required_invalid": rows("carers", {"approved_places": "two"}),
    "capacity.cell.invalid": rows("carers", {"usable_places": "1.5"}),
    "capacity.cell.range": rows("carers", {"age_max": 30}),
    "capacity.cell.choice": rows("carers", {"sex": "purple"}),
    "capacity.cell.serial_date": rows("carers", {"from": "45000"}),
    "capacity.cell.decimal_comma": rows("carers", {"weekly_fee_pounds": "240,50"}),
    "capacity.cell.synonym": rows("carers", {"sex": "boys"}),
    "capacity.cell.default": rows("carers", {}),
    "capacity.row.duplicate": rows("carers", {"carer_id": "A"}, {"carer_id": "A"}),
    "capacity.row.ages": rows("carers", {"age_min": 12, "age_max": 5}),
    "capacity.row.dates": rows("carers", {"from": "01/04/2025", "to": "01/04/2025"}),
    "capacity.row.location": rows("carers", {"postcode": ""}),
    "capacity.places.usable_blank": rows("carers", {"usable_places": ""}),
    "capacity.places.usable_above": rows("carers", {"usable_places": 3}),
    "capacity.places.in_use_above": rows("carers", {"in_use": 3}),
    "capacity.carers.over_limit": rows("carers", {"approved_places": 4}),
    "capacity.homes.id_from_urn": rows("homes", {"home_id": "", "urn": "1234567"}),
    "capacity.homes.contract_blank": rows("homes", {"contract": ""}),
    "capacity.homes.listed_usable": rows("homes", {"contract": "listed"}),
    "capacity.homes.supported_age": rows("homes", {"setting": "supported accommodation", "age_min": 14}),
    "capacity.homes.unregistered": rows("homes", {"setting": "unregistered"}),
    "capacity.homes.no_capacity": rows("homes", {"contract": "listed", "usable_places": ""}),
    "capacity.contracts.block_places": rows("contracts", {"kind": "block"}),
    "capacity.contracts.miles": rows("contracts", {"miles_from": 20, "miles_to": 5}),
    "capacity.contracts.minimum": rows("contracts", {"places": 3, "minimum_places": 5}),
    "capacity.prices.base": rows("prices", {}, {"line": "other", "price_base": "full S251"}, {"line": "secure"}),
    "capacity.prices.percent": rows("prices", {"uplift_percent": 0.036}),
    "capacity.price.unusual": rows("prices", {"weekly_pounds": 60}),
    "capacity.needs.superseded": rows("needs", {"child_ID": "C"}, {"child_ID": "C"}),
    "capacity.ofsted.not_vacancies": ofsted({}),
    "capacity.ofsted.not_a_home": ofsted({"Provider type": "Independent fostering agency"}),
    "capacity.ofsted.closed": ofsted({"Registration status": "Resigned"}),
    "capacity.ofsted.urn": ofsted({"URN": ""}),
    "capacity.ofsted.places": ofsted({"Number of registered places": ""}),
    "capacity.ofsted.council": ofsted({"Sector": "Local Authority"}),
    "capacity.ofsted.also_listed": ofsted({}, homes=[HOME | {"urn": "1000001"}]),
}


def test_every_code_has_a_failing_file() -> None:
    """A rule that nothing can trip, or a code that is not documented, does not stand."""
    assert set(FAILING) == set(FINDINGS)


@pytest.mark.parametrize("code", FINDINGS)
def test_a_failing_file_makes_its_finding(code: str, tmp_path: Path) -> None:
    """The finding says where, what, why it matters, how to repair it and what was done; rows add up."""
    files = FAILING[code](tmp_path)
    found = [finding for finding in files.findings if finding.code == code]
    assert found
    rule = FINDINGS[code]
    for finding in found:
        assert finding.severity is rule.severity
        assert finding.file
        assert finding.action == rule.action
        assert rule.meaning in finding.text
        assert rule.repair in finding.text
    for label, read in files.findings.rows_read.items():
        refused = read - files.findings.rows_used[label]
        assert refused == sum(f.count for f in files.findings if f.severity is Severity.REFUSED and f.file == label)


@pytest.mark.parametrize("table", ["carers", "homes", "contracts", "prices", "needs"])
def test_a_clean_file_has_only_notes_of_defaults(table: str, tmp_path: Path) -> None:
    """The rows that the failing files are made from are themselves clean."""
    files = rows(table, {})(tmp_path)
    assert {finding.code for finding in files.findings} <= {"capacity.cell.default"}
    assert len(getattr(files, table)) == 1


def test_many_like_faults_are_counted_not_repeated(tmp_path: Path) -> None:
    """A wrong column of a long file does not bury the other findings, and its rows are still all counted."""
    files = rows("carers", *[{"age_min": "x"}] * 200)(tmp_path)
    found = [finding for finding in files.findings if finding.code == "capacity.cell.invalid"]
    assert len(found) == 51
    assert sum(finding.count for finding in found) == 200


def test_cell_addresses_are_those_of_the_workbook(tmp_path: Path) -> None:
    """A finding in a workbook names the cell, one in a text file the row and the column as written."""
    table = rows_of("carers", {}, {"age_min": "x"})
    cells = [["Our carers"], [], *cells_of(table)]
    book = read_capacity(carers=write_book(tmp_path / "b.xlsx", {"Fostering": cells}))
    (finding,) = [f for f in book.findings if f.code == "capacity.cell.invalid"]
    assert (finding.file, finding.row, finding.column) == ("b.xlsx, Fostering", 5, "Fostering!E5")
    text = read_capacity(carers=write_csv(tmp_path / "c.csv", table))
    (finding,) = [f for f in text.findings if f.code == "capacity.cell.invalid"]
    assert (finding.file, finding.row, finding.column, finding.found) == ("c.csv", 3, "age_min", "x")


def test_a_misspelt_column_is_answered_by_the_name_that_was_meant(tmp_path: Path) -> None:
    """A column that is left out because of a typing error does not go unseen."""
    files = read_capacity(carers=write_csv(tmp_path / "c.csv", rows_of("carers", {"siblin_exemption": "yes"})))
    (finding,) = [f for f in files.findings if f.code == "capacity.column.unknown"]
    assert "sibling_exemption" in finding.text


def test_what_could_identify_somebody_is_not_in_a_finding(tmp_path: Path) -> None:
    """Postcodes, identifiers and everything of a child are shown by their shape."""
    carers = rows_of("carers", {"carer_id": "SMITH7", "postcode": "SN1 2ABX"}, {"carer_id": "SMITH7"})
    wrong_column = rows_of("carers", {"approved_places": "SN9 9XQ"}, {"sex": "SN9 9XQ"})
    needs = rows_of(
        "needs", {"child_ID": "JONES1", "dol": "Jones", "cost_total_weekly": 12}, {"child_ID": "JONES1", "dol": "maybe"}
    )
    files = read_capacity(
        carers=[write_csv(tmp_path / "c.csv", carers), write_csv(tmp_path / "d.csv", wrong_column)],
        needs=write_csv(tmp_path / "n.csv", needs),
    )
    said = " ".join(finding.text + finding.found for finding in files.findings)
    assert "AA9 9AAA" in said
    for secret in ("SMITH", "JONES", "Jones", "maybe", "SN1 2AB", "SN9", "9XQ"):
        assert secret not in said


def test_the_documentation_page_is_the_registry() -> None:
    """docs/findings-capacity.md is what the command writes: an undocumented code fails the build."""
    assert (ROOT / "docs" / "findings-capacity.md").read_text(encoding="utf-8") == markdown()
