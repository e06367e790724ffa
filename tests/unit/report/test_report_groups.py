"""Groups, ratings and tables of the statement: small facts checked by hand."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufficiency.domain.settings import Sector, Setting, cost_line
from sufficiency.report import groups
from sufficiency.report.benchmarks import benchmarks, published
from sufficiency.report.board import rating
from sufficiency.report.disclosure import Protected
from sufficiency.report.records import RECORDS, record_text
from sufficiency.report.statement import Rules, publish
from sufficiency.report.table import CHILDREN, Cell, Column, Draft, Table, Words

ROOT = Path(__file__).parents[3]
WORDS = Words("Title", "children", "Definition.", "Source", "today")


def table(rows: tuple[tuple[object, ...], ...]) -> Table:
    return Table("T0", WORDS, (Column("Kind"), Column("Children", CHILDREN)), rows)  # type: ignore[arg-type]


def test_every_setting_and_line_has_a_kind() -> None:
    """Whatever setting is bought from whatever sector, T3 has a row for it."""
    pairs = [(setting.value, cost_line(setting, sector).value) for setting in Setting for sector in Sector]
    kinds = groups.kind_of(pd.Series([pair[0] for pair in pairs]), pd.Series([pair[1] for pair in pairs]))
    assert set(kinds) == set(groups.KINDS)


def test_unregistered_and_adoption_are_not_lost_in_their_cost_line() -> None:
    """Cost lines book them with others, the table does not."""
    settings, lines = (
        pd.Series(["unregistered", "adoption", "parents"]),
        pd.Series(["other", "with family", "with family"]),
    )
    assert groups.kind_of(settings, lines).tolist() == ["unregistered", "placed for adoption", "placed with parents"]


def test_ethnicity_not_obtained_is_unknown() -> None:
    """Refused and not obtained are not counted as another ethnic group."""
    assert groups.ethnic_group(pd.Series(["WBRI", "NOBT", "REFU", "", "OOTH"])).tolist() == [
        "White",
        "unknown",
        "unknown",
        "unknown",
        "other",
    ]


@given(st.lists(st.floats(0, 500), min_size=1, max_size=15))
def test_whole_parts_add_up_and_stay_close(parts: list[float]) -> None:
    """Rounded parts are whole, add up to the rounded total, and none is off by one or more."""
    series = pd.Series(parts)
    whole = groups.whole_parts(series)
    assert whole.sum() == round(float(series.sum()))
    assert ((whole - series).abs() < 1 + 1e-6).all()


@pytest.mark.parametrize(
    ("value", "against", "better", "told"),
    [(20, 20, 1, "green"), (16, 20, 1, "amber"), (14, 20, 1, "red"), (26, 20, -1, "red"), (20, None, 1, "not rated")],
)
def test_the_rating_rule(value: float, against: float | None, better: int, told: str) -> None:
    """At the target is green, five points on the wrong side amber, beyond red, nothing to compare with no rating."""
    assert rating(value, against, better) == told


def test_a_published_value_is_the_draft_or_a_mark() -> None:
    """A withheld key hides each cell that would give it away, and the finding is made after that."""
    cells = ((Cell("a"), Cell(3, (("in care", "kind=a"),))), (Cell("b"), Cell(30, (("in care", "kind=b"),))))
    one = Draft("T0", WORDS, table(()).columns, cells, lambda shown: str(shown.numbers("Children")))
    protected = Protected(frozenset({("in care", "kind=a")}), 1, 1)
    assert publish(one, protected, Rules()).rows == (("a", "[c]"), ("b", 30))
    assert publish(one, protected, Rules()).finding == "{'b': 30.0}"
    assert publish(one, Protected(frozenset(), 0, 0), Rules(round_counts=True)).rows[0] == ("a", 5)


def test_a_table_is_asked_by_name_or_number() -> None:
    """Rows and columns are found in any case or by number, a mark is no number, and nothing else is found."""
    asked = table((("Foster", 12), ("Secure", "[c]")))
    assert asked.number_at("foster", "children") == asked.number_at(1, 2) == 12
    assert asked.number_at("Secure", "Children") is None
    assert asked.marks == ("[c]",)
    with pytest.raises(KeyError):
        asked.place("castle", 1)


def test_every_benchmark_has_year_and_source() -> None:
    """No published figure is shipped without its period, unit, source and status."""
    frame = benchmarks()
    assert not frame.isna().any().any()
    assert set(frame["status"]) <= {"cited", "derived"}
    assert not frame.duplicated(["measure", "category", "area", "period"]).any()
    latest = published("children in care")
    assert latest is not None
    assert (latest.value, latest.period) == (81_770, "2025")


@pytest.mark.parametrize("name", RECORDS)
def test_the_records_in_the_docs_are_those_that_are_exported(name: str) -> None:
    """One text: the documentation shows it for "the council", the pack with the council's name."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == record_text(name, "the council")
    assert "Anytown" in record_text(name, "Anytown")
