"""The attribute table: complete, honest about its sources, and the same facts as the borders and the domain."""

import re
from pathlib import Path

import pytest

from sufficiency.assumptions import attributes, markdown
from sufficiency.assumptions.table import COLUMNS, TABLES, attribute
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.money import PriceBase
from sufficiency.domain.settings import CostLine, Sector, Setting

ROOT = Path(__file__).parents[3]
ROWS = attributes()


def border_columns(table: str) -> list[str]:
    text = (ROOT / "docs" / "borders.md").read_text(encoding="utf-8")
    found = re.search(rf"^- {table}: `(.*?)`", text, flags=re.DOTALL | re.MULTILINE)
    assert found is not None
    return [name.strip() for name in found[1].replace("\n", " ").split(",")]


@pytest.mark.parametrize("table", ["carers", "homes", "contracts", "prices"])
def test_columns_are_those_of_the_border(table: str) -> None:
    """Every column that crosses the border is a row, and no other is."""
    assert [row.name for row in attributes(table)] == border_columns(table)


def test_the_file_has_the_columns_of_the_border() -> None:
    """The attribute table has the columns that the borders page names, in that order."""
    text = (ROOT / "sufficiency" / "assumptions" / "attributes.csv").read_text(encoding="utf-8")
    assert tuple(text.splitlines()[0].split(",")) == COLUMNS


def test_the_placements_standard_has_44_columns() -> None:
    """The needs table is the national sheet, whole."""
    assert len(attributes("needs")) == 44
    assert attributes("needs")[0].name == "child_ID"


def test_names_are_unique_in_each_table() -> None:
    """No fact stands in two rows."""
    keys = [(row.table, row.name) for row in ROWS]
    assert len(set(keys)) == len(keys)
    assert {row.table for row in ROWS} == {*TABLES, "assumption"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.table}.{row.name}")
def test_every_row_is_complete_and_in_its_own_range(row) -> None:
    """A default lies in its range or list; every figure says its unit, year, source and status."""
    assert row.description.endswith((".", "?", ")"))
    assert row.status in ("cited", "derived", "assumption", "input")
    assert (row.status == "input") == (row.default is None and row.table != "assumption")
    if row.numeric:
        assert row.unit
        assert row.low is not None
        assert row.high is not None
        assert row.default is None or row.low <= row.default <= row.high
    if row.type in ("choice", "choices"):
        assert row.choices
        assert row.default is None or row.default in row.choices
    if row.status != "input":
        assert row.year
        assert row.source


def test_words_of_the_domain_are_the_choices() -> None:
    """Cost lines, price bases, settings and sectors are those of the domain, spelt alike."""
    prices = attribute("prices")
    assert prices["line"].choices == tuple(line.value for line in CostLine)
    assert prices["price_base"].choices == tuple(base.value for base in PriceBase)
    for table in ("homes", "contracts"):
        assert set(attribute(table)["setting"].choices) <= {setting.value for setting in Setting}
        assert set(attribute(table)["sector"].choices) <= {sector.value for sector in Sector}


def test_an_unknown_table_is_refused() -> None:
    """Asking for a table that is not there names those that are."""
    with pytest.raises(AssumptionError, match="carers"):
        attributes("carer")


def test_the_documentation_page_is_the_table() -> None:
    """docs/assumptions.md is what the command writes: an undocumented assumption fails the build."""
    assert (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8") == markdown()
