"""Capacity files read: the same table whatever the form, and nothing missing read as zero."""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from capacity_samples import CARER, HOME, Row, cells_of, rows_of, write_book, write_csv

from sufficiency.assumptions import attributes
from sufficiency.assumptions.table import attribute
from sufficiency.geography.authority import authority_names
from sufficiency.ingest.capacity import read_capacity
from sufficiency.ingest.capacity.authorities import name_key
from sufficiency.ingest.capacity.rowrules import SUPPORTED_AGE, USUAL_LIMIT

CARERS = rows_of(
    "carers",
    {"in_use": 1, "age_min": 5, "sex": "M", "from": "01/04/2021", "weekly_fee_pounds": 240.5, "solo": "yes"},
    {"households": 12, "approved_places": 25, "usable_places": 20, "postcode": "sn2", "authority": "E06000030"},
)
TABLES = {
    "carers": CARERS,
    "homes": rows_of("homes", {"name": "Oak; Elm", "fixed_weekly_pounds": 12000, "to": "31/12/2027"}),
    "contracts": rows_of("contracts", {"kind": "block", "places": 4, "miles_to": 20}),
    "prices": rows_of("prices", {"uplift_percent": 3}, {"need_level": 4, "weekly_pounds": 5000}),
    "needs": rows_of("needs", {"placement_location": "SN1", "additional_support": "Taxis to school; Other"}),
}


@pytest.mark.parametrize("table", TABLES)
def test_text_and_workbook_give_the_same_table(table: str, tmp_path: Path) -> None:
    """What a council saves as .csv or as .xlsx makes no difference."""
    text = read_capacity(**{table: write_csv(tmp_path / "t.csv", TABLES[table])})
    book = read_capacity(**{table: write_book(tmp_path / "t.xlsx", {"Sheet1": cells_of(TABLES[table])})})
    pd.testing.assert_frame_equal(getattr(text, table), getattr(book, table))
    assert len(getattr(text, table)) == len(TABLES[table])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encoding_and_separator_make_no_difference(encoding: str, separator: str, tmp_path: Path) -> None:
    """Every usual way of saving text gives the same homes."""
    rows = rows_of("homes", {"name": "Café; £, Ty|r"})
    plain = read_capacity(homes=write_csv(tmp_path / "a.csv", rows)).homes
    other = read_capacity(homes=write_csv(tmp_path / "b.csv", rows, separator, encoding)).homes
    assert plain is not None
    assert other is not None
    pd.testing.assert_frame_equal(plain, other)
    assert plain["name"].tolist() == ["Café; £, Ty|r"]


@pytest.mark.parametrize("table", TABLES)
def test_columns_and_types_are_those_of_the_border(table: str, tmp_path: Path) -> None:
    """Downstream stages can rely on columns and types, whatever the file left out."""
    frame = getattr(read_capacity(**{table: write_csv(tmp_path / "t.csv", rows_of(table, {}))}), table)
    expected = [row.name for row in attributes(table)] + (["solo"] if table == "needs" else [])
    assert list(frame.columns) == expected
    kinds = {"date": "datetime64[s]", "bool": "bool", "float": "float64"}
    for row in attributes(table):
        whole = "int64" if row.required or row.default is not None else "float64"
        assert str(frame[row.name].dtype) == (whole if row.type == "int" else kinds.get(row.type, "str")), row.name


def test_missing_is_never_zero(tmp_path: Path) -> None:
    """Blank numbers and days stay missing."""
    carers = read_capacity(carers=write_csv(tmp_path / "c.csv", rows_of("carers", {}))).carers
    assert carers is not None
    blank = carers.loc[0, ["in_use", "weekly_fee_pounds", "weekly_allowance_pounds", "from", "to"]]
    assert blank.isna().all()
    assert carers.loc[0, "authority"] == ""


def test_names_of_columns_may_vary(tmp_path: Path) -> None:
    """Case, spaces, order, aliases and title rows do not matter."""
    cells = [
        ["Fostering register", "", "", ""],
        ["as at 31 March 2025"],
        ["POST CODE", "Approved for", "Household ID", "Max age", "Usable_Places"],
        ["sn1 1aa", 2, "A0", 12, 1],
    ]
    carers = read_capacity(carers=write_book(tmp_path / "c.xlsx", {"x": cells})).carers
    assert carers is not None
    found = carers.loc[0, ["carer_id", "postcode", "approved_places", "age_max", "usable_places"]].tolist()
    assert found == ["A0", "SN11AA", 2, 12, 1]


@pytest.mark.parametrize(
    "written",
    ["2025-03-31", "31/03/2025", "31.3.2025", "31-Mar-25", "31 March 2025", "31/03/25", "20250331", "45747",
     "2025-03-31 00:00:00", "2025-03-31T00:00:00Z", datetime(2025, 3, 31), date(2025, 3, 31)],  # noqa: DTZ001
)  # fmt: skip
def test_days_are_read_in_every_usual_form(written: object, tmp_path: Path) -> None:
    """All mean 31 March 2025, in text and in a workbook."""
    rows = rows_of("carers", {"to": written})
    for path in (write_csv(tmp_path / "c.csv", rows), write_book(tmp_path / "c.xlsx", {"c": cells_of(rows)})):
        carers = read_capacity(carers=path).carers
        assert carers is not None
        assert carers["to"].tolist() == [pd.Timestamp("2025-03-31")]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("E06000030", "E06000030"), ("swindon borough council", "E06000030"), ("Bristol, City of", "E06000023"),
        ("Bristol City Council", "E06000023"), ("County Durham", "E06000047"), ("Durham", "E06000047"),
        ("London Borough of Barking & Dagenham", "E09000002"), ("City of London", "E09000001"),
        ("E07000027", "E06000064"), ("W06000015", "W06000015"), ("E99999999", ""), ("Narnia", ""), ("", ""),
    ],
)  # fmt: skip
def test_authorities_are_read_by_code_and_by_name(written: str, code: str, tmp_path: Path) -> None:
    """Districts and abolished councils answer with the authority of today; unknown names stay blank."""
    carers = read_capacity(carers=write_csv(tmp_path / "c.csv", rows_of("carers", {"authority": written}), "|")).carers
    assert carers is not None
    assert carers["authority"].tolist() == [code]


def test_no_two_authorities_share_a_name() -> None:
    """Leaving out what councils add to their names keeps all 153 apart."""
    names = authority_names().values()
    assert len({name_key(name) for name in names}) == len(names) == 153


@pytest.mark.parametrize("written", ["31/02/2025", "03/31/2025", "soon", "1/1/1850", "2025"])
def test_what_is_no_day_is_blank_with_a_finding(written: str, tmp_path: Path) -> None:
    """A day that cannot be is not bent into another one."""
    files = read_capacity(carers=write_csv(tmp_path / "c.csv", rows_of("carers", {"to": written})))
    assert files.carers is not None
    assert files.carers["to"].isna().all()
    assert {"capacity.cell.invalid", "capacity.cell.range"} & {finding.code for finding in files.findings}


@pytest.mark.parametrize(
    ("written", "pounds"),
    [("£1,200.50", 1200.5), ("1200", 1200), ("240,50", 240.5), ("1,200", 1200), ("350 pw", 350), ("", np.nan),
     ("1,2,3", np.nan), ("12/3", np.nan), ("1e3", np.nan), ("nan", np.nan), ("inf", np.nan), ("-5", np.nan)],
)  # fmt: skip
def test_pounds_are_read_as_written(written: str, pounds: float, tmp_path: Path) -> None:
    """Thousands, pence and pound signs are understood; anything else is blank, not a guess."""
    files = read_capacity(carers=write_csv(tmp_path / "c.csv", rows_of("carers", {"weekly_fee_pounds": written})))
    assert files.carers is not None
    np.testing.assert_equal(files.carers["weekly_fee_pounds"].to_numpy(), [pounds])


def test_repairs_are_those_that_are_stated(tmp_path: Path) -> None:
    """Usable places come down to approval, blank ones are the approval, and 16 is the floor of supported homes."""
    carers = read_capacity(
        carers=write_csv(tmp_path / "c.csv", rows_of("carers", {"usable_places": 5}, {"usable_places": ""}))
    ).carers
    assert carers is not None
    assert carers["usable_places"].tolist() == [2, 2]
    changes: list[Row] = [
        {"setting": "supported accommodation", "age_min": 12},
        {"setting": "supported accommodation"},
        {"contract": "spot", "usable_places": ""},
        {"contract": "block", "usable_places": ""},
    ]
    homes = read_capacity(homes=write_csv(tmp_path / "h.csv", rows_of("homes", *changes))).homes
    assert homes is not None
    assert homes["age_min"].tolist() == [16, 16, 0, 0]
    np.testing.assert_equal(homes["usable_places"].to_numpy(), [3, 3, np.nan, 3])


def test_a_blank_contract_is_told_from_sector_and_use(tmp_path: Path) -> None:
    """Own homes are own, homes with usable places can be bought, and all others are only known to exist."""
    changes: list[Row] = [
        {"contract": "", "sector": "in-house", "usable_places": ""},
        {"contract": ""},
        {"contract": "", "usable_places": ""},
    ]
    homes = read_capacity(homes=write_csv(tmp_path / "h.csv", rows_of("homes", *changes))).homes
    assert homes is not None
    assert homes["contract"].tolist() == ["own", "spot", "listed"]
    np.testing.assert_equal(homes["usable_places"].to_numpy(), [3, 3, np.nan])


def test_the_limits_in_law_are_those_of_the_attribute_table() -> None:
    """One fact in one place: rules and assumptions agree on three children and on sixteen years."""
    rows = attribute("assumption")
    assert rows["supply.foster_usual_limit"].default == USUAL_LIMIT
    assert rows["supply.supported_age_min"].default == SUPPORTED_AGE


def test_bases_are_never_mixed_across_sheets(tmp_path: Path) -> None:
    """The base of the first sheet stands; rows of the other base are refused even from another file."""
    first = write_csv(tmp_path / "a.csv", rows_of("prices", {}))
    second = write_csv(
        tmp_path / "b.csv", rows_of("prices", {"line": "other", "price_base": "full S251"}, {"line": "kinship"})
    )
    prices = read_capacity(prices=[first, second]).prices
    assert prices is not None
    assert prices["line"].tolist() == ["own home", "kinship"]
    assert set(prices["price_base"]) == {"placement only"}


def test_an_identifier_in_two_files_is_used_once(tmp_path: Path) -> None:
    """The same household in two lists is one household."""
    one, two = (write_csv(tmp_path / name, [CARER]) for name in ("a.csv", "b.csv"))
    files = read_capacity(carers=[one, two])
    assert files.carers is not None
    assert len(files.carers) == 1
    assert files.findings.rows_read == {"a.csv": 1, "b.csv": 1}
    assert files.findings.rows_used == {"a.csv": 1, "b.csv": 0}


def test_files_of_one_name_are_counted_together(tmp_path: Path) -> None:
    """Two files called data.csv do not overwrite each other's count."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    files = read_capacity(
        carers=write_csv(tmp_path / "a" / "data.csv", [CARER]),
        homes=write_csv(tmp_path / "b" / "data.csv", [HOME, HOME]),
    )
    assert files.findings.rows_read == {"data.csv": 3}
    assert files.findings.rows_used == {"data.csv": 2}


def test_one_workbook_serves_every_table(tmp_path: Path) -> None:
    """Sheets are recognised by their columns, whatever they are called and in whatever order."""
    sheets = {"notes": [["about"]], **{f"s{n}": cells_of(rows) for n, rows in enumerate(reversed(TABLES.values()))}}
    path = write_book(tmp_path / "all.xlsx", sheets)
    files = read_capacity(carers=path, homes=path, contracts=path, prices=path, needs=path)
    assert {table: len(getattr(files, table)) for table in TABLES} == {t: len(rows) for t, rows in TABLES.items()}


def test_no_file_is_not_an_empty_file(tmp_path: Path) -> None:
    """No file, or a file without rows, gives None; a file whose rows are all refused gives an empty table."""
    assert read_capacity().carers is None
    assert read_capacity(carers=write_csv(tmp_path / "e.csv", [dict.fromkeys(CARER, "")])).carers is None
    refused = read_capacity(carers=write_csv(tmp_path / "r.csv", rows_of("carers", {"approved_places": "x"}))).carers
    assert refused is not None
    assert refused.empty


def test_unclosed_quotation_marks_do_not_end_the_reading(tmp_path: Path) -> None:
    """A damaged text file is a finding."""
    path = tmp_path / "c.csv"
    path.write_text('carer_id,approved_places\n"A,2\n' + "x" * 200_000, encoding="utf-8")
    files = read_capacity(carers=path)
    assert files.carers is None
    assert [finding.code for finding in files.findings] == ["capacity.file.unreadable"]
