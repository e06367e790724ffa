"""The projection with bands and its back-test, as a user runs them on the synthetic council."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.forecasting import Wanted, back_test, forecast, look_ahead
from scenarios.run import run
from sufficiency.demand.external import tidy_frame
from sufficiency.demand.external_file import write_projection
from sufficiency.demand.filters import Filter
from sufficiency.domain.errors import InputError
from sufficiency.project import Project
from sufficiency.project.record import RunRecord
from sufficiency.synthetic import make_council


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with returns only."""
    folder = tmp_path_factory.mktemp("forecast") / "council"
    make_council(folder)
    return Project.create(folder, authority="E06000030", ssda903=folder / "data" / "ssda903", synthetic=True)


@pytest.fixture(scope="module")
def made(project: Project) -> RunRecord:
    """A year ahead, eighty futures."""
    return forecast(project, Wanted(months=12, replications=80, seed=3))


def test_the_forecast_starts_from_the_children_in_care_and_says_why_its_window(made: RunRecord) -> None:
    """307 children to begin with; the window is named with the errors that chose it."""
    assert made.summary["in_care"] == 307
    assert "Rates are counted on" in str(made.summary["why"])
    assert made.tables["windows"]["chosen"].sum() == 1


def test_bands_are_in_order_and_hold_the_mean(made: RunRecord) -> None:
    """Quantiles rise, and the mean lies inside the widest band of every group that has children."""
    frame = made.tables["forecast"]
    bands = frame[["p2.5", "p10", "p25", "p50", "p75", "p90", "p97.5"]].to_numpy()
    assert (np.diff(bands, axis=1) >= 0).all()
    large = frame["mean"] > 5
    assert ((frame["mean"] >= frame["p2.5"]) & (frame["mean"] <= frame["p97.5"]))[large].all()


def test_the_same_seed_gives_the_same_bands_and_another_gives_others(project: Project) -> None:
    """Chance comes from the seed alone."""
    wanted = Wanted(months=3, replications=20, window_months=24, seed=5)
    first, again = (forecast(project, wanted).tables["forecast"] for _ in range(2))
    other = forecast(project, Wanted(months=3, replications=20, window_months=24, seed=6)).tables["forecast"]
    assert first.equals(again)
    assert not first.equals(other)


def test_a_window_asked_for_is_the_window_used(project: Project) -> None:
    """The user overrules the back-test."""
    record = forecast(project, Wanted(months=2, replications=2, window_months=18))
    assert record.summary["window"] == "the last 18 months"


def test_rates_come_with_events_exposure_and_interval(made: RunRecord) -> None:
    """Every rate table says what stands behind each rate."""
    names = [name for name in made.tables if name.startswith("rates_")]
    assert len(names) >= 3
    assert any({"events", "low", "high"} <= set(made.tables[name].columns) for name in names)


def test_a_projection_written_and_followed_is_the_same_projection(project: Project, tmp_path: Path) -> None:
    """Ours, written in their shape and read back as theirs, gives the same months, without bands."""
    ours = look_ahead(project, Wanted(months=3, replications=2))[1]
    write_projection(ours.projection, "regional", tmp_path / "theirs.csv")
    record = forecast(project.with_demand(tmp_path / "theirs.csv"), Wanted(months=3, replications=2))
    frame = record.tables["projection"]
    stock = frame.groupby("step", sort=False)["stock"].sum().to_numpy()
    assert stock == pytest.approx(ours.projection.stock.sum(axis=(1, 2)), rel=1e-3)
    assert "p97.5" not in record.tables["forecast"]
    assert "without bands" in str(record.summary["projection"])
    assert any(name.endswith("theirs.csv") for name in record.input_hashes)
    assert {one.code for one in record.findings} >= {"demand.projection.kinds"}


def test_the_plan_follows_a_projection_made_elsewhere(project: Project, tmp_path: Path) -> None:
    """A tenth more children than we expect: the walk ends each month within one per cent of their count."""
    ours = look_ahead(project, Wanted(months=3, replications=2))[1]
    frame = tidy_frame(ours.projection)
    later = frame["date"] > frame["date"].min()
    frame.assign(children=frame["children"].where(~later, 1.1 * frame["children"])).to_csv(tmp_path / "p.csv")
    flow = run(project.with_demand(tmp_path / "p.csv"), months=3).tables["flow"]
    wanted = 1.1 * ours.projection.stock[1:].sum(axis=(1, 2))
    assert flow["stock_after"].to_numpy() == pytest.approx(wanted, rel=0.01)


def test_entries_follow_the_child_population(project: Project, tmp_path: Path) -> None:
    """Twice the children in the area within a year bring more into care, in the forecast and in the plan."""
    rows = [(year, age, 1000 * 2 ** (year - 2024)) for year in range(2024, 2029) for age in range(18)]
    pd.DataFrame(rows, columns=["year", "age", "children"]).to_csv(tmp_path / "children.csv", index=False)
    grown = project.with_demand(population=tmp_path / "children.csv")
    entries = [
        forecast(each, Wanted(months=6, replications=2)).tables["projection"]["entries"].sum()
        for each in (project, grown)
    ]
    assert 1.1 < entries[1] / entries[0] < 1.5
    walked = [run(each, months=2).tables["flow"]["entries"].sum() for each in (project, grown)]
    assert walked[1] > 1.02 * walked[0]


def test_part_of_the_children_can_be_looked_at(project: Project) -> None:
    """Boys and girls add up to everybody on the base date; a part nobody is in is refused in words."""
    counts = [
        forecast(project, Wanted(months=1, replications=2, window_months=24, only=only)).summary["in_care"]
        for only in (Filter(sex=("M",)), Filter(sex=("F",)), Filter())
    ]
    assert counts[0] + counts[1] == counts[2] == 307
    with pytest.raises(InputError, match="nothing to forecast"):
        forecast(project, Wanted(only=Filter(sex=("U",))))


def test_the_back_test_shows_both_views_beside_two_naive_lines(project: Project) -> None:
    """Errors, cover and skill, in both views; skill in words."""
    record = back_test(project, replications=20)
    table = record.tables["backtest"]
    assert set(table["view"]) == {"later events hidden", "returns that existed"}
    assert set(table["line"]) >= {"hold the last stock", "repeat last year's growth"}
    assert table.loc[table["line"] == "model", "cover_95"].between(0, 1).all()
    assert "naive line" in str(record.summary["later events hidden"])


def test_too_little_history_is_said_in_words(project: Project, tmp_path: Path) -> None:
    """One return cannot be tested against what came after."""
    only = project.folder / "data" / "ssda903" / "2025"
    short = Project.create(tmp_path / "short", authority="E06000030", ssda903=only)
    with pytest.raises(InputError, match="too little history"):
        back_test(short)
