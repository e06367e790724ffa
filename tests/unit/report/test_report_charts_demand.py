"""Pictures of the forecast and its back-test: what they say, and that nothing is cut off or left without words."""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from sufficiency.report.charts_demand import ages, backtest_pictures, errors, fan, paths, skill_in_words
from sufficiency.report.pictures import write_pictures

DAYS = pd.date_range("2025-03-31", periods=13, freq="ME")
NAMES = [("total", "all"), ("setting", "fostering"), ("setting", "residential"), ("age band", "5 to 9"),
         ("age band", "16 and 17")]  # fmt: skip
LEVEL = {"all": 300.0, "fostering": 200.0, "residential": 40.0, "5 to 9": 60.0, "16 and 17": 95.0}
EDGES = {"p2.5": 0.8, "p10": 0.9, "p90": 1.1, "p97.5": 1.2}


def forecast(bands: bool = True) -> pd.DataFrame:
    rows = []
    for number, day in enumerate(DAYS):
        for of, name in NAMES:
            mean = LEVEL[name] * (1 + (0.02 if name == "16 and 17" else -0.005) * number)
            rows.append({"day": day, "of": of, "name": name, "mean": mean}
                        | ({edge: mean * factor for edge, factor in EDGES.items()} if bands else {}))  # fmt: skip
    return pd.DataFrame(rows)


def past() -> pd.DataFrame:
    days = pd.date_range("2024-03-31", periods=13, freq="ME")
    return pd.DataFrame([(day, of, name, LEVEL[name]) for day in days for of, name in NAMES],
                        columns=["day", "of", "name", "children"])  # fmt: skip


def backtest(skill: float = 0.2) -> pd.DataFrame:
    rows = [
        {"view": view, "line": line, "window": "", "horizon_days": days, "of": of, "mae": mae, "cover_50": 0.5,
         "cover_80": 0.79, "cover_95": 0.93, "skill": skill}
        for view in ("later events hidden", "returns that existed")
        for days in (91, 365)
        for line, mae in (("hold the last stock", 5.0), ("repeat last year's growth", 6.0), ("model", 4.0))
        for of in ("total", "setting", "age band")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def remade() -> pd.DataFrame:
    rows = [
        (view, origin, origin + pd.Timedelta(days=30 * step), of, name, LEVEL[name], LEVEL[name] * 0.9,
         LEVEL[name] * 1.1, LEVEL[name] + step)
        for view in ("later events hidden", "returns that existed")
        for origin in pd.to_datetime(["2022-03-31", "2022-09-30", "2023-03-31"])
        for step in range(1, 13)
        for of, name in NAMES
    ]  # fmt: skip
    columns = ["view", "origin", "day", "of", "name", "expected", "p10", "p90", "happened"]
    return pd.DataFrame(rows, columns=columns)


def test_the_fan_says_where_it_goes_and_how_sure() -> None:
    """The title is the finding, with its band; the words name every panel; the numbers are the panels' own."""
    picture = fan(forecast(), past())
    assert picture.finding == (
        "Children in care are expected to fall from 300 to 282 by March 2026; "
        "80 in a hundred futures lie between 254 and 310"
    )
    assert "fostering, residential" in picture.alt
    assert set(picture.table["name"]) == {"all", "fostering", "residential"}
    assert picture.png.startswith(b"\x89PNG")


def test_a_projection_without_bands_is_drawn_without_them() -> None:
    """No band is made up, and the words say so."""
    picture = fan(forecast(bands=False), past())
    assert "no bands" in picture.alt
    assert "futures" not in picture.finding
    assert "futures" not in ages(forecast(bands=False)).alt


def test_ages_name_the_band_that_changes_most() -> None:
    """Sixteen and seventeen year olds rise by a quarter; both days are in the numbers."""
    picture = ages(forecast())
    assert picture.finding.startswith("Children aged 16 and 17 rise most: from 95 in March 2025 to 118")
    assert picture.table["day"].nunique() == 2


def test_the_back_test_is_drawn_in_the_stricter_view() -> None:
    """What was known then, and origins a year apart so that forecasts do not lie over each other."""
    picture = paths(remade(), "It missed.")
    assert set(picture.table["view"]) == {"returns that existed"}
    assert picture.table["origin"].nunique() == 2
    assert set(errors(backtest(), "It missed.").table["line"]) >= {"model", "hold the last stock"}


@pytest.mark.parametrize(
    ("skill", "words"),
    [(0.2, "20% less than the better naive line"), (-0.3, "30% more than the better naive line"),
     (0.001, "no less and no more than the better naive line")],
)  # fmt: skip
def test_the_finding_admits_a_skill_below_nought(skill: float, words: str) -> None:
    """Better, worse and as good are said as they are."""
    text = skill_in_words(backtest(skill))
    assert words in text
    assert "95% bands held on 93% of days" in text


def test_files_carry_their_words_and_their_numbers(tmp_path: Path) -> None:
    """Each SVG is well formed with a title and a description; its CSV and a page with the table lie beside it."""
    pictures = backtest_pictures({"backtest": backtest(), "backtest_paths": remade()})
    written = write_pictures(tmp_path / "charts", "Council", pictures, synthetic=True)
    assert [path.name for path in written[1::2]] == ["backtest-forecasts.svg", "backtest-errors.svg"]
    for path in written[1::2]:
        root = ElementTree.parse(path).getroot()  # noqa: S314 - we wrote it
        assert root.get("role") == "img"
        assert len(pd.read_csv(path.with_suffix(".csv"))) > 3
        assert [child.tag.split("}")[1] for child in root][:2] == ["title", "desc"]
    page = written[0].read_text(encoding="utf-8")
    assert "SYNTHETIC" in page
    assert page.count("<table") == 2


def test_the_same_tables_give_the_same_bytes() -> None:
    """Nothing of the day or the machine is in a picture."""
    first, again = (fan(forecast(), past()).svg for _ in range(2))
    assert first == again


def test_no_text_lies_outside_the_picture() -> None:
    """Every label is inside the page: small numbers, a long title and large ones alike."""
    large = forecast().assign(**{name: lambda frame, name=name: frame[name] * 400 for name in ("mean", *EDGES)})
    for picture in (fan(forecast(), past()), fan(large, past()), ages(forecast()), errors(backtest(), "Word " * 40)):
        width, height = (
            float(number) for number in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture.svg).groups()
        )
        places = re.findall(r'<g style="[^"]*" transform="translate\(([\d.-]+) ([\d.-]+)\)', picture.svg)
        x, y = np.array(places, dtype="float64").T
        assert x.min() >= 0
        assert (x < width).all()
        assert y.min() >= 0
        assert (y <= height).all()
