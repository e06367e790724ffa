"""Assumptions of a run: typed, in range, and every change on the record."""

import pickle
from datetime import date

import pytest

from sufficiency.assumptions import Assumptions, attributes, default_prices
from sufficiency.assumptions.reading import normal_year, parse, shown
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.settings import CostLine

DEFAULTS = Assumptions.defaults()


def test_every_default_has_its_type() -> None:
    """Whole numbers are int, other numbers float, words str; blank is None."""
    kinds = {"int": int, "float": float, "choice": str, "year": str, "str": str, "bool": bool, "date": date}
    for row in attributes("assumption"):
        value = DEFAULTS.value(row.name)
        assert value is None or type(value) is kinds[row.type], row.name


def test_a_blank_means_none_and_only_where_allowed() -> None:
    """The farthest new home has no limit by default; a needed value cannot be cleared."""
    assert DEFAULTS.value("policy.max_miles_new") is None
    limited = DEFAULTS.with_changes({"policy.max_miles_new": 30})
    assert limited.value("policy.max_miles_new") == 30.0
    assert limited.with_changes({"policy.max_miles_new": ""}).value("policy.max_miles_new") is None
    with pytest.raises(AssumptionError, match=r"walk\.months: a value is needed"):
        DEFAULTS.with_changes({"walk.months": None})


def test_text_and_typed_values_are_read_alike() -> None:
    """A scenario file may write 24 or "24"."""
    assert DEFAULTS.with_changes({"walk.months": "24"}) == DEFAULTS.with_changes({"walk.months": 24})


def test_an_unknown_name_is_met_with_the_nearest() -> None:
    """A typing error is answered by the name that was probably meant."""
    with pytest.raises(AssumptionError, match=r'Nearest: "policy\.distance_pounds_per_mile"'):
        DEFAULTS.with_changes({"policy.distance_pound_per_mile": 3})
    with pytest.raises(AssumptionError, match=r'Nearest: "walk\.months"'):
        DEFAULTS.value("walk.month")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("walk.months", 241, "1 to 240 \\(months\\)"),
        ("walk.months", 0, "1 to 240 \\(months\\)"),
        ("walk.months", 2.5, "a whole number"),
        ("walk.months", "soon", "a whole number"),
        ("needs.homes_with_foster_plan_share", 34, "0 to 1 \\(share\\)"),
        ("geography.road_factor", float("nan"), "a number"),
        ("policy.move_settled", "sometimes", "never, priced"),
        ("price.financial_year", "2024-26", "a financial year"),
    ],
)
def test_a_value_out_of_range_is_refused_with_its_range(name: str, value: object, words: str) -> None:
    """The message says what is allowed, with its unit."""
    with pytest.raises(AssumptionError, match=words):
        DEFAULTS.with_changes({name: value})


def test_every_fault_is_named_at_once() -> None:
    """A person repairs a scenario once, not fault by fault."""
    with pytest.raises(AssumptionError) as caught:
        DEFAULTS.with_changes({"walk.months": 0, "nonsense": 1, "walk.months ": 3})
    assert len(str(caught.value).splitlines()) == 3


def test_changes_are_recorded_old_to_new() -> None:
    """Each change keeps what stood before, why it was made and where it comes from; setting the same is no change."""
    once = DEFAULTS.with_changes({"walk.months": 36, "market.start_slack": 0.25}, reason="shorter", source="cabinet")
    twice = once.with_changes({"walk.months": 24})
    assert [(c.name, c.old, c.new, c.reason, c.source) for c in twice.changes()] == [
        ("walk.months", 60, 36, "shorter", "cabinet"),
        ("walk.months", 36, 24, "", ""),
    ]
    assert DEFAULTS.value("walk.months") == 60


def test_rows_say_which_values_are_local() -> None:
    """A changed value no longer carries the citation of the default."""
    changed = DEFAULTS.with_changes({"supply.staying_put_share": 0.2}, source="our own count")
    row = next(row for row in changed.as_rows() if row["name"] == "supply.staying_put_share")
    assert (row["value"], row["default"], row["status"], row["source"]) == (0.2, 0.33, "local", "our own count")
    assert len(changed.as_rows()) == len(attributes("assumption"))


def test_going_back_to_the_default_is_the_default_again() -> None:
    """A value set back is no longer local."""
    back = DEFAULTS.with_changes({"walk.months": 24}).with_changes({"walk.months": 60})
    assert back.changed == ()


def test_typed_access_refuses_what_is_not_a_number() -> None:
    """Blank and words are not silently zero."""
    assert DEFAULTS.whole("walk.months") == 60
    assert DEFAULTS.number("market.start_slack") == 0.25
    assert DEFAULTS.text("policy.max_miles_new") == ""
    for name in ("policy.max_miles_new", "policy.move_settled"):
        with pytest.raises(AssumptionError, match="a number is needed"):
            DEFAULTS.number(name)
    with pytest.raises(AssumptionError, match="whole"):
        DEFAULTS.whole("market.start_slack")


def test_assumptions_travel_between_processes() -> None:
    """A sweep sends them to workers."""
    changed = DEFAULTS.with_changes({"walk.months": 24}, reason="short")
    assert pickle.loads(pickle.dumps(changed)) == changed  # noqa: S301


def test_default_prices_cover_every_line_on_one_base() -> None:
    """Each cost line has a price for every level, all on the placement-only base of one year."""
    rows = default_prices(DEFAULTS)
    assert {row["line"] for row in rows if row["need_level"] is None} == {line.value for line in CostLine}
    assert {(row["price_base"], row["financial_year"]) for row in rows} == {("placement only", "2022-23")}
    external = {row["need_level"]: row["weekly_pounds"] for row in rows if row["line"] == "external home"}
    assert external == {None: 5288.0, 4: 7930.0}


def test_default_prices_follow_changes() -> None:
    """A local price is in the list with its own source."""
    changed = DEFAULTS.with_changes({"price.own_home": 4000, "uplift.own_home": 3}, source="ledger")
    row = next(r for r in default_prices(changed) if r["line"] == "own home" and r["need_level"] is None)
    assert (row["weekly_pounds"], row["uplift_percent"], row["source"], row["status"]) == (
        4000.0,
        3.0,
        "ledger",
        "local",
    )


@pytest.mark.parametrize("text", ["2024-25", "2024/25", "24-25", "2024-2025", " 2024 / 2025 "])
def test_financial_years_are_read_in_every_usual_form(text: str) -> None:
    """All mean 2024-25."""
    assert normal_year(text) == "2024-25"


def test_values_are_read_and_shown() -> None:
    """Each type of the table is read from text and written for people."""
    assert parse("bool", "Yes") is True
    assert parse("date", "2025-03-31") == date(2025, 3, 31)
    assert [shown(v) for v in (None, True, 1234.0, 0.34, date(2025, 3, 31), "any")] == [
        "", "yes", "1,234", "0.34", "31/03/2025", "any",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="neither"):
        parse("bool", "perhaps")
