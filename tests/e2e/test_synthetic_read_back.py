"""The synthetic council through the real readers: nothing refused, nothing repaired, the totals still there."""

import pandas as pd
import pytest
import yaml

from sufficiency.assumptions import Assumptions
from sufficiency.domain.findings import Severity
from sufficiency.ingest.capacity import read_capacity
from sufficiency.ingest.ssda903 import read_returns
from sufficiency.synthetic import make_council
from sufficiency.synthetic.documents import SCENARIO

BASE = pd.Timestamp(2025, 3, 31)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("council")
    make_council(folder)
    return folder / "data"


@pytest.fixture(scope="module")
def records(data):
    return read_returns([data / "ssda903"])


def test_the_reader_finds_nothing_to_refuse_or_repair(records):
    """Eight returns of a council without faults: only notes, and none about codes, ages or dates."""
    assert records.findings.count(Severity.REFUSED) == 0
    assert records.findings.count(Severity.REPAIRED) == 0
    assert {item.code for item in records.findings} <= {
        "ssda903.episode.reported_again",
        "ssda903.short_breaks.left_out",
    }


def test_the_reader_counts_the_published_totals(records):
    """Settings, sectors and unaccompanied children after cleaning are those of the base table."""
    here = records.episodes[records.episodes["end"].isna() | (records.episodes["end"] > BASE)]
    assert len(here) == here["child"].nunique() == 307
    settings = here["setting"].value_counts()
    assert settings["fostering"] + settings["kinship"] == 197
    assert settings["supported accommodation"] == 50
    assert here["sector"].value_counts()[["own", "private", "voluntary"]].tolist() == [93, 188, 14]
    children = records.children.set_index("child").loc[here["child"]]
    assert children["uasc"].sum() == 28


def test_capacity_files_are_read_whole(data):
    """Every row of carers, homes, contracts and prices is used as it stands."""
    files = read_capacity(**{name: data / f"{name}.csv" for name in ("carers", "homes", "contracts", "prices")})
    assert files.findings.count(Severity.REFUSED) == 0
    assert files.findings.count(Severity.REPAIRED) == 0
    assert files.carers["approved_places"].sum() == 90
    assert files.findings.rows_read == files.findings.rows_used


def test_the_scenario_changes_assumptions_that_exist():
    """Every change of the scenario is a name of the attribute table with a value in its range."""
    changes = {
        item["assumption"]: item["value"] for item in yaml.safe_load(SCENARIO)["changes"] if "assumption" in item
    }
    changed = Assumptions.defaults().with_changes(changes)
    assert {name: changed.value(name) for name in changes} == changes
