"""Whole children in scenarios: the same children whatever is changed, everybody counted, siblings known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios.cells import Warm, tasks_of, work
from scenarios.compare import HORIZON, comparison
from scenarios.comparing import children_word
from scenarios.forward import changes_by_month, prepared_of
from scenarios.ground import Ground
from scenarios.levers import apply_pulls, read_pull
from scenarios.sweep import in_this_process, sweep
from scenarios.whole_children import children_figures, walk_children
from sufficiency.domain.errors import AssumptionError
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy
from tests.unit.scenarios.conftest import BASE

PRACTICE = WalkPolicy.PRACTICE


def walked(ground: Ground, **levers: float) -> SampledPlan:
    pulls = [read_pull(name.replace("__", "."), {"value": value}, BASE) for name, value in levers.items()]
    return walk_children(apply_pulls(ground, pulls), PRACTICE, 3, 1)


def who(plan: SampledPlan) -> set[int]:
    return set(plan.stays["child"])


@pytest.fixture(scope="module")
def usual(ground: Ground) -> SampledPlan:
    return walked(ground)


def test_levers_on_places_and_prices_leave_the_children_alone(ground: Ground, usual: SampledPlan) -> None:
    """The very same children come, whatever homes there are for them."""
    assert who(walked(ground, lodgings__places=4)) == who(usual)
    assert who(walked(ground, market__price_percent=20)) == who(usual)


def test_fewer_entries_are_some_of_the_same_children(ground: Ground, usual: SampledPlan) -> None:
    """With entries halved nobody comes who would not have come; with entries doubled everybody still comes."""
    fewer, more = walked(ground, entries__percent=-50), walked(ground, entries__percent=100)
    assert who(fewer) < who(usual) < who(more)
    came = usual.flow["entries"].sum()
    assert fewer.flow["entries"].sum() < came < more.flow["entries"].sum()
    assert min(who(more)) < 0 <= min(who(usual))


@pytest.mark.slow
def test_entries_change_by_what_the_lever_says_on_average(ground: Ground) -> None:
    """Four more a month: over eight replications of three months within four standard errors of twelve."""
    pull = read_pull("entries.children", {"value": 4}, BASE)
    gained = [
        walk_children(apply_pulls(ground, [pull]), PRACTICE, 3, number).flow["entries"].sum()
        - walk_children(ground, PRACTICE, 3, number).flow["entries"].sum()
        for number in range(1, 9)
    ]
    assert abs(np.mean(gained) - 12) < 4 * np.sqrt(12 * 1.6 / len(gained))


def test_children_a_month_who_leave_or_move_become_rates_at_the_expected_stock(ground: Ground) -> None:
    """Six going home: as rates over the stock of each month that is six a month; step-down adds moves out of homes."""
    pulls = [read_pull(name, {"value": 6}, BASE) for name in ("reunification.children", "step_down.children")]
    changed = apply_pulls(ground, pulls)
    flows, changes = changes_by_month(changed, prepared_of(changed))
    assert flows.entries.sum() > ground.flows.entries.sum()  # some come back
    assert all(each.leave_more.max() > 0 and each.move_more.sum() > 0 for each in changes)
    calm = changes_by_month(ground, prepared_of(ground))[1]
    assert all(each.changes_nothing for each in calm)


def test_every_month_of_every_child_is_audited_and_splits_are_counted(ground: Ground, usual: SampledPlan) -> None:
    """The plan passes its audit; sibling splits, moves and nights are whole numbers in the figures."""
    assert usual.audit.passed
    figures = children_figures(ground, PRACTICE, 3, 1).set_index("measure")["value"]
    assert figures["sibling_splits"] == usual.siblings["split"].sum()
    assert float(figures["moves"]).is_integer()
    assert float(figures["children"]).is_integer()


def test_a_market_closed_from_a_month_on_is_closed_to_whole_children_too(ground: Ground) -> None:
    """Fostering market closed from the second month: market foster placements begin in the first alone."""
    pull = read_pull("market.capacity_percent", {"value": -100, "setting": "fostering", "from": 2}, BASE)
    plan = walk_children(apply_pulls(ground, [pull]), PRACTICE, 3, 1)
    kind = np.array([str(one) for one in plan.places.kind])
    setting = np.array([str(one) for one in plan.places.setting])
    market = (kind == "spot market") & (setting == "fostering")
    given = plan.placements[market[plan.placements["place"]]].groupby("month").size()
    months = pd.DatetimeIndex([month.first_day for month in plan.calendar])
    by_month = given.reindex(months, fill_value=0).to_numpy()
    assert by_month[0] > 0
    assert by_month[1:].sum() == 0


def test_cells_of_whole_children_have_means_and_intervals(warm: Warm) -> None:
    """No expected cell is walked; the table holds the mean of pairs, and each cell can be remade alone."""
    option = replace(
        warm.resolved("do-nothing"), name="option", pulls=(read_pull("lodgings.places", {"value": 4}, BASE),)
    )
    scenarios = {"do-nothing": warm.resolved("do-nothing"), "option": option}
    result = sweep(warm, scenarios, 5, 2, in_this_process, 1, children="practice")
    assert (result.worked, result.figures["replication"].min()) == (10, 1)
    again = sweep(warm, scenarios, 5, 2, in_this_process, 1, children="practice")
    assert (again.worked, again.figures.equals(result.figures)) == (0, True)
    table = comparison(result.figures)
    rows = table[(table["financial_year"] == HORIZON) & (table["measure"] == "moves") & (table["scenario"] == "option")]
    assert rows["draws"].tolist() == [5]
    assert rows["difference"].iloc[0] == pytest.approx(rows["value"].iloc[0] - rows["baseline"].iloc[0])
    task = tasks_of(warm, scenarios, 5, 2, "practice")[-1]
    alone = work(task).figures["value"].to_numpy()
    kept = result.figures[(result.figures["scenario"] == "option") & (result.figures["replication"] == 5)]
    assert np.array_equal(kept["value"].to_numpy(), alone, equal_nan=True)


def test_whole_children_need_replications() -> None:
    """One walk of single children would be taken for an answer."""
    with pytest.raises(AssumptionError, match="--replications"):
        children_word("practice", 0)


@pytest.mark.parametrize("policy", list(WalkPolicy))
def test_a_limit_on_miles_from_a_month_on_holds_for_whole_children_too(ground: Ground, policy: WalkPolicy) -> None:
    """Nobody newly beyond ten miles from the second month on; the audit, which passed, was told of it."""
    pull = read_pull("policy.no_new_beyond", {"value": 100, "miles": 10.0, "from": 2}, BASE)
    plan, free = (walk_children(each, policy, 3, 1) for each in (apply_pulls(ground, [pull]), ground))
    assert "no new placement beyond the miles allowed" in {check.name for check in plan.audit.checks}
    ring = plan.places.ring_miles[plan.placements["place"]] > 10
    first = plan.placements["month"] == plan.placements["month"].min()
    assert not ring[~first].any()
    assert len(free.placements) > 0
