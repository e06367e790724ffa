"""The synthetic council, read back as any council's returns are, gives the tables that DfE published for Swindon."""

from datetime import date

import pytest

from sufficiency.demand.spells import spells, stays
from sufficiency.geography.postcodes import PostcodeDirectory
from sufficiency.ingest.ssda903 import read_returns
from sufficiency.measures import care_history, history
from sufficiency.synthetic.council import make_council

DAY = date(2025, 3, 31)
SWINDON = "E06000030"


@pytest.fixture(scope="module")
def council(tmp_path_factory):
    folder = tmp_path_factory.mktemp("council")
    directory = PostcodeDirectory()
    make_council(folder, directory=directory)
    records = read_returns(folder / "data" / "ssda903")
    return care_history(records, stays(records.episodes), spells(records.episodes), directory, SWINDON)


def counts(table):
    return dict(zip(table.iloc[:, 0], table["children"], strict=True))


def test_children_in_care_at_five_year_ends(council):
    """304, 331, 337, 320 and 307 children, exactly."""
    assert history.stock_by_year(council)["children"].tolist()[-5:] == [304, 331, 337, 320, 307]


@pytest.mark.parametrize(
    ("flow", "published"), [("starts", (113, 135, 152, 122, 108)), ("leavers", (114, 110, 150, 139, 125))]
)
def test_starts_and_leavers_of_five_years(council, flow, published):
    """Children who started and ceased, each year within 5% of what was published."""
    counted = history.flows_by_year(council)[flow].tolist()[-5:]
    assert counted == pytest.approx(published, rel=0.05)


def test_ages_sex_and_uasc(council):
    """Ages, boys and unaccompanied children at 31 March 2025."""
    assert list(counts(history.stock_by(council, DAY, "age_band")).values()) == [16, 22, 52, 122, 95, 0]
    assert counts(history.stock_by(council, DAY, "sex"))["M"] == 178
    assert counts(history.stock_by(council, DAY, "uasc"))["UASC"] == 28


def test_placement_and_provider_groups(council):
    """197 fostered, 45 in homes, 50 in supported accommodation, 6 with parents; own 93, private 188, voluntary 14."""
    groups = counts(history.stock_by(council, DAY, "dfe_group"))
    assert groups["foster"] == 197
    assert groups["secure homes and children's homes"] == 45
    assert groups["independent living and supported accommodation"] == 50
    assert groups["placed with parents"] == 6
    providers = counts(history.stock_by(council, DAY, "dfe_provider"))
    assert [providers[name] for name in ("own provision", "private", "voluntary")] == [93, 188, 14]


def test_distance_and_locality(council):
    """165 within 20 miles, 114 over, 28 unknown (UASC); 169 inside the boundary."""
    assert list(counts(history.distance(council, DAY)).values()) == [165, 114, 28]
    assert counts(history.locality(council, DAY))["in area"] == 169
