"""The walk from end to end on the synthetic council: what a council would rely on."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.run import check, history, match, run
from sufficiency.domain.errors import InputError
from sufficiency.project import Project
from sufficiency.project.record import RunRecord
from sufficiency.synthetic import make_council

MONTHS = 18


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole project about the synthetic council."""
    folder = tmp_path_factory.mktemp("walk") / "council"
    make_council(folder)
    data = folder / "data"
    files = {name: data / f"{name}.csv" for name in ("carers", "homes", "contracts", "prices")}
    Project.create(folder, authority="E06000030", ssda903=data / "ssda903", synthetic=True, **files)
    return folder


@pytest.fixture(scope="module")
def walked(folder: Path) -> RunRecord:
    """Eighteen months walked."""
    return run(Project.open(folder), months=MONTHS)


def test_the_plan_is_proven_certified_and_audited(walked: RunRecord) -> None:
    """Every month is optimal with no gap, and no check of the audit fails."""
    solves, audit = walked.tables["solves"], walked.tables["audit"]
    assert (solves["outcome"] == "optimal").all()
    assert solves["gap"].max() == 0
    assert solves["certified"].all()
    assert audit["passed"].all()
    assert len(audit) > 15


def test_stock_plus_entries_less_exits_is_the_next_stock(walked: RunRecord) -> None:
    """In every month, and each month begins where the last ended."""
    flow = walked.tables["flow"]
    after = flow["stock_before"] + flow["entries"] - flow["leavers"] - flow["aged_out"]
    assert np.allclose(after, flow["stock_after"], atol=1e-6)
    assert np.allclose(flow["stock_before"][1:], flow["stock_after"][:-1], atol=1e-9)
    assert flow["stock_before"].iloc[0] == 307
    assert walked.tables["conservation"]["holds"].all()


def test_spend_adds_up_to_the_penny_in_both_directions(walked: RunRecord) -> None:
    """Cells are whole pence; lines and years add up to the same total; placement and fixed add up to spend."""
    cells, by_year = walked.tables["spend"], walked.tables["spend_by_year"].set_index("line")
    assert cells["spend_pence"].dtype == np.int64
    assert (cells["placement_pence"] + cells["fixed_pence"] == cells["spend_pence"]).all()
    years = by_year.columns.drop("total")
    lines = by_year.index.drop("total")
    assert (by_year.loc[lines, years].sum() == by_year.loc["total", years]).all()
    assert (by_year[years].sum(axis=1) == by_year["total"]).all()
    assert by_year.loc["total", "total"] == cells["spend_pence"].sum()


def test_child_days_of_spend_are_the_child_days_of_the_plan(walked: RunRecord) -> None:
    """No day is priced twice or not at all: a month has as many child-days as children in it, day by day."""
    days = walked.tables["spend"].groupby("month")["child_days"].sum().to_numpy()
    stock = walked.tables["stock"].groupby("month")["child_days"].sum().to_numpy()[1:]
    flow = walked.tables["flow"]
    length = pd.DatetimeIndex(flow["month"]).days_in_month.to_numpy()
    between = (flow["stock_before"] + flow["stock_after"]).to_numpy() / 2 * length
    assert np.allclose(days, stock, atol=1e-6)
    assert np.allclose(days, between, rtol=0.01)


def test_the_walk_follows_the_projection_where_nothing_is_chosen(walked: RunRecord) -> None:
    """Head counts of the walk and of the projection from past use agree: choosing homes moves nobody out of care."""
    walk = walked.tables["flow"]["stock_after"].to_numpy()[-1]
    projection = walked.tables["projection"]
    last = projection[projection["month"] == projection["month"].max()]
    assert walk == pytest.approx(last["stock"].sum(), rel=0.03)


def test_base_date_distances_are_the_published_ones(walked: RunRecord) -> None:
    """Month 0 of the plan counts 165 within 20 miles, 114 over and 28 unknown; 169 in area."""
    base = walked.tables["distance"].iloc[0]
    assert [round(base[name], 6) for name in ("within_20", "over_20", "distance_unknown", "in_area")] == [
        165,
        114,
        28,
        169,
    ]


def test_match_is_optimal_and_no_dearer_than_today(folder: Path) -> None:
    """The best use of the same places is proven, keeps every child in the count, and its objective beats nobody."""
    record = match(Project.open(folder))
    figures = record.tables["match_figures"].set_index("measure")
    assert record.outcome == "optimal"
    assert figures.loc["children", "today"] == figures.loc["children", "matched"] == 253
    assert (
        figures.loc["mean miles from home, where known", "matched"]
        < figures.loc["mean miles from home, where known", "today"]
    )
    assert (
        figures.loc["further parts of sibling groups", "matched"]
        <= figures.loc["further parts of sibling groups", "today"]
    )


def test_history_repeats_the_published_stock(folder: Path) -> None:
    """In care at 31 March 2021 to 2025, exactly."""
    stock = history(Project.open(folder)).tables["stock_by_year"]
    assert stock["children"].tolist()[-5:] == [304, 331, 337, 320, 307]


def test_a_capacity_file_that_cannot_be_read_stops_the_walk(folder: Path, tmp_path: Path) -> None:
    """Places are not inferred behind the back of a council that listed them."""
    bad = tmp_path / "carers.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n")
    project = Project.create(tmp_path / "bad", authority="E06000030", ssda903=folder / "data" / "ssda903", carers=bad)
    assert not check(project).usable
    with pytest.raises(InputError, match="places would be inferred"):
        run(project, months=1)


def test_changes_are_recorded_old_and_new(folder: Path) -> None:
    """A one-off change is in the record with what stood before, and it moves the plan."""
    record = run(Project.open(folder), months=2, changes={"policy.distance_pounds_per_mile": 60})
    (change,) = record.changes
    assert (change.name, change.old, change.new) == ("policy.distance_pounds_per_mile", 10.0, 60.0)


def test_what_the_needs_sheet_says_of_a_child_comes_before_its_setting(folder: Path, tmp_path: Path) -> None:
    """A sheet that prefers foster care for every child in a home leaves nobody who needs a home."""
    episodes = pd.read_csv(folder / "data" / "ssda903" / "2025" / "episodes.csv", dtype=str, keep_default_na=False)
    homes = episodes[(episodes["DEC"] == "") & episodes["PLACE"].isin(["K2", "S1", "R1"])]
    sheet = pd.DataFrame({"child_ID": homes["CHILD"], "foster_care_suitability": "Preferred"})
    sheet["residential_care_suitability"] = "Suitable but not preferred"
    sheet.to_csv(tmp_path / "needs.csv", index=False)
    project = Project.create(
        tmp_path / "told",
        authority="E06000030",
        ssda903=folder / "data" / "ssda903",
        homes=folder / "data" / "homes.csv",
        needs=tmp_path / "needs.csv",
    )
    by_need = match(project).tables["match_by_need"].set_index(["profile", "line"])["today"]
    assert "residential" not in by_need.index.get_level_values("profile")
    assert by_need.loc[("foster", "external home")] == len(homes)
