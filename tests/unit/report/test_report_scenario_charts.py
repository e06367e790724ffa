"""Pictures of scenarios: findings that are true of their tables, words for everybody, nothing clipped."""

import csv
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sufficiency.report import charts_scenarios as charts
from sufficiency.report.charts_scenarios import Measure, Picture
from sufficiency.report.pictures import write_pictures

SPEND = Measure("spend", "pounds", 0.01, "less")
CHILDREN = Measure("children in care", "children")


def pictures() -> list[Picture]:
    changes = pd.DataFrame(
        {
            "scenario": ["a-very-long-name-of-a-scenario", "=other"] * 2,
            "measure": ["spend_pence"] * 2 + ["children"] * 2,
            "difference": [-250_000_000.0, 90_000_000.0, 3.0, 0.0],
            "low": [-300_000_000.0, 10_000_000.0, np.nan, np.nan],
            "high": [-100_000_000.0, 120_000_000.0, np.nan, np.nan],
        }
    )
    parts = pd.DataFrame(
        {"change": ["carers.recruited", "homes.opened[one]"], "adds": [-5e7, 2e7], "running": [9.5e8, 9.7e8]}
    )
    swings = pd.DataFrame(
        {
            "name": ["entries.percent", "carers.lost"],
            "low": [-15.0, 0.0],
            "high": [15.0, 11.1],
            "difference_low": [-4e8, 0.0],
            "difference_high": [5e8, 1e8],
        }
    )
    regret = pd.DataFrame(
        {
            "option": ["one", "one", "two", "two"],
            "future": ["as now", "more", "as now", "more"],
            "regret": [0.0, 7e7, 3e7, 0.0],
            "worst_regret": [7e7, 7e7, 3e7, 3e7],
        }
    )
    points = pd.DataFrame({"axis": [900.0, 400.0], "cost_pounds_weekly": [1000.0, 5000.0]})
    return [
        charts.changes(changes, {"spend_pence": SPEND, "children": CHILDREN, "moves": Measure("moves", "moves")}),
        charts.waterfall(parts, "both", SPEND),
        charts.tornado(swings, SPEND),
        charts.regret(regret, SPEND),
        charts.frontier(points, "miles from home, where known"),
    ]


@pytest.fixture(scope="module")
def drawn() -> list[Picture]:
    return pictures()


def test_findings_say_what_the_tables_say(drawn: list[Picture]) -> None:
    """Each title holds the number that the table holds, in its own direction."""
    findings = [picture.finding for picture in drawn]
    assert findings == [
        "A-very-long-name-of-a-scenario changes spend by -£2.50m (-£3.00m to -£1.00m) over all years against doing "
        "nothing",
        "Carers.recruited does most of it: -£500k of -£300k spend",
        "entries.percent matters most to spend: £9.00m between its low and its high",
        "Two is safest: at worst £300k from the best option in any future",
        "From the cheapest to the best: 500 fewer miles from home for £4,000 a week more",
    ]


def test_every_picture_has_words_and_the_same_bytes_twice(drawn: list[Picture]) -> None:
    """Alternative text and a title inside; made again, nothing differs: no date, no random name."""
    for picture, again in zip(drawn, pictures(), strict=True):
        assert picture.alt.endswith(".")
        assert ET.fromstring(picture.svg).tag.endswith("svg")  # noqa: S314 - our own
        assert picture.svg == again.svg


def test_pages_hold_every_table_and_quote_formulas(drawn: list[Picture], tmp_path: Path) -> None:
    """Picture, table and marking on one page; a name that a spreadsheet would run is quoted in the CSV."""
    files = write_pictures(tmp_path / "new", "Council: compare", drawn, synthetic=True)
    assert [path.name for path in files][:3] == ["index.html", "changes.svg", "changes.csv"]
    page = files[0].read_text(encoding="utf-8")
    assert page.count("<table>") == page.count("<figure") == 5
    assert "not known" in page
    with files[2].open(encoding="utf-8-sig", newline="") as handle:
        assert [row["scenario"] for row in csv.DictReader(handle)][1] == "'=other"


@pytest.mark.parametrize(
    ("value", "words"),
    [(-1_234_567.0, "-£1.23m"), (12_345_678.0, "+£12.3m"), (54_321.0, "+£54k"), (950.0, "+£950"), (0.0, "£0")],
)
def test_pounds_read_as_people_write_them(value: float, words: str) -> None:
    """Millions, thousands, pounds; a sign where a change is meant."""
    assert SPEND.words(value, sign=True) == words


def test_one_point_is_no_trade(drawn: list[Picture]) -> None:
    """Where one allocation is best at every weight, the title says so."""
    one = charts.frontier(pd.DataFrame({"axis": [3.0], "cost_pounds_weekly": [10.0]}), "children without a place")
    assert one.finding == "One allocation is cheapest and best at once: 3 children without a place"
