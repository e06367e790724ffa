"""Whole children from the command line: bands, the paired difference, and what stays as it was without them."""

from pathlib import Path

import pandas as pd
import pytest

from scenarios.inputs import assumptions_of, read_inputs
from scenarios.run import prepare_walk
from scenarios.sampling import by_year, sampled_plan
from sufficiency.matching.sampled.plan import WalkPolicy
from sufficiency.project import Project
from tests.e2e.conftest import Command

MEASURES = {
    "children in care",
    "without a suitable place",
    "outside the area",
    "more than 20 miles from home",
    "sibling groups placed apart",
    "sibling groups no home could take together",
    "spend, pounds",
}


@pytest.fixture(scope="module")
def ran(made_council: Path, cli: Command, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Three futures of six months under practice."""
    import shutil

    council = shutil.copytree(made_council, tmp_path_factory.mktemp("sampled") / "council")
    done = cli("run", council, "--months", 6, "--replications", 3, "--policy", "practice", "--workers", 1, "--json")
    assert done.code == 0, done.err
    return done.document


def test_bands_and_difference_are_stored_for_every_measure(ran: dict[str, dict[str, object]]) -> None:
    """Seven measures by financial year, bands in order, and practice less best use beside them."""
    tables = ran["tables"]
    for name in ("sampled_by_year", "sampled_difference"):
        frame = pd.DataFrame(tables[name]["rows"])  # type: ignore[index]
        assert set(frame["measure"]) == MEASURES
        assert (frame["p10"] <= frame["p50"]).all()
        assert (frame["p80"] <= frame["p90"]).all()
    assert ran["summary"]["policy"] == "practice"
    assert ran["summary"]["sampled_largest_gap"] == 0
    assert ran["summary"]["sampled_months_proven_share"] == 1


def test_the_expected_walk_stands_beside_it(ran: dict[str, dict[str, object]]) -> None:
    """What a run without whole children stores is stored all the same, so that reports and comparisons read on."""
    assert {"stock", "flow", "gap", "spend_by_year", "audit"} <= set(ran["tables"])


def test_a_policy_without_replications_is_refused_in_words(council: Path, cli: Command) -> None:
    """Practice is not defined on expected values."""
    done = cli("run", council, "--policy", "practice")
    assert done.code == 2
    assert "--replications" in done.err


def test_a_year_adds_up_what_is_added_up_and_averages_what_is_counted() -> None:
    """Spend of two months is their sum; children in care are their mean."""
    keys = [("spend, pounds", pd.Timestamp("2025-04-01"), 1), ("spend, pounds", pd.Timestamp("2025-05-01"), 1)]
    keys += [("children in care", month, 1) for _, month, _ in keys]
    index = pd.MultiIndex.from_tuples(keys, names=["measure", "month", "replication"])
    years = by_year(pd.Series([10.0, 30.0, 10.0, 30.0], index=index))
    assert years.xs("spend, pounds", level="measure").tolist() == [40.0]
    assert years.xs("children in care", level="measure").tolist() == [20.0]


def test_the_council_is_walked_with_its_real_siblings(made_council: Path) -> None:
    """The synthetic council has brothers and sisters in care: they share a group, and entrants come in groups too."""
    project = Project.open(made_council)
    prepared, _ = prepare_walk(read_inputs(project), assumptions_of(project), 6)
    plan = sampled_plan(prepared, WalkPolicy.BEST_USE, 4, 1)
    first = plan.stays.drop_duplicates(["replication", "child"])
    for cause in ("base date", "entered"):
        assert first[first["cause"] == cause].groupby(["replication", "group"]).size().max() > 1
    assert plan.audit.passed
    assert plan.siblings["groups"].sum() > 0
