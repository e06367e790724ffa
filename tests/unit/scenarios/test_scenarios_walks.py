"""Walks of scenarios: equal where nothing differs, adding up where something does, repeatable under draws."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios.attribution import attribution
from scenarios.cells import Warm, figures_read, figures_text, tasks_of, work
from scenarios.compare import HORIZON, comparison, side_by_side, spend_by_line
from scenarios.draws import draw_ground, draw_pulls, draw_rates, interval
from scenarios.figures import figures_of
from scenarios.forward import forward_with, prepared_of, walk_ground
from scenarios.ground import Ground
from scenarios.levers import LEVERS, apply_pulls, read_pull
from scenarios.robust import AND, combined, ranges, regret_table
from scenarios.run import run
from scenarios.scenario import Resolved
from scenarios.sweep import in_this_process, processes, sweep
from sufficiency.domain.errors import AssumptionError
from sufficiency.finance.spend import spend
from sufficiency.measures import checks
from tests.unit.scenarios.conftest import BASE
from tests.unit.scenarios.test_scenarios_levers import SIZES


def option(warm: Warm, *pulls: tuple[str, float], name: str = "option") -> Resolved:
    read = tuple(read_pull(lever, {"value": value}, BASE) for lever, value in pulls)
    return replace(warm.resolved("do-nothing"), name=name, pulls=read)


def test_no_lever_and_levers_of_nought_equal_the_run_to_the_penny(warm: Warm, ground: Ground) -> None:
    """The same spend in every line and month as `sufficiency run`, and the same children in every month."""
    record = run(warm.project, months=3)
    nought = [read_pull(name, {"value": 0}, BASE) for name in ("entries.children", "lodgings.places")]
    plan = walk_ground(apply_pulls(ground, nought))
    ours = spend(plan, ground.prices, ground.assumptions)
    pd.testing.assert_frame_equal(ours, record.tables["spend"])
    pd.testing.assert_frame_equal(plan.flow, record.tables["flow"])


@pytest.mark.parametrize("name", sorted(name for name in LEVERS if name != "homes.closed"))
def test_every_lever_of_nought_equals_the_baseline_to_the_penny(ground: Ground, name: str) -> None:
    """Pulled by nothing, a lever changes no child, no place and no penny, ties included."""
    pulled = apply_pulls(ground, [read_pull(name, {**SIZES[name], "value": 0}, BASE)])
    plan, base = walk_ground(pulled), walk_ground(ground)
    pd.testing.assert_frame_equal(plan.flow, base.flow)
    ours, theirs = (spend(each, of.prices, of.assumptions) for each, of in ((plan, pulled), (base, ground)))
    pd.testing.assert_frame_equal(ours[theirs.columns], theirs)


def test_places_that_open_later_leave_earlier_months_to_the_penny(ground: Ground) -> None:
    """Lodgings, carers and a framework from the third month on: until then the same children in the same places."""
    later = [
        read_pull(name, {**SIZES[name], "from": 3}, BASE)
        for name in ("lodgings.places", "carers.england_places", "contracts.framework", "homes.opened")
    ]
    pulled = apply_pulls(ground, later)
    plans = walk_ground(pulled), walk_ground(ground)
    first = pd.Timestamp(ground.calendar[2].first_day)
    money = []
    for plan, of in zip(plans, (pulled, ground), strict=True):
        cells = spend(plan, of.prices, of.assumptions)
        pence = cells[cells["month"] < first].groupby(["month", "line"])["placement_pence"].sum()
        money.append(pence[pence > 0])
    pd.testing.assert_series_equal(*money)
    names = [np.array(plan.places.id) for plan in plans]
    homes = [plan.stock.assign(home=name[plan.stock["place"]]) for plan, name in zip(plans, names, strict=True)]
    one, two = (frame[frame["month"] < first].groupby(["month", "home"])["children"].sum() for frame in homes)
    pd.testing.assert_series_equal(one, two, check_exact=True)


def test_a_changed_flow_of_nothing_walks_like_the_history(ground: Ground) -> None:
    """The month-by-month walk on unchanged rates gives the plain walk's spend to the penny: one walk, not two."""
    walk = prepared_of(ground).walk
    plain = spend(forward_with(walk, ground.flows), ground.prices, ground.assumptions)
    by_month = spend(forward_with(walk, replace(ground.flows, changed=True)), ground.prices, ground.assumptions)
    pd.testing.assert_frame_equal(plain, by_month)


def test_two_levers_together_equal_one_set_holding_both(ground: Ground) -> None:
    """Pulled one after the other or at once, in either order: the same figures to the penny."""
    one, two = (read_pull(name, {"value": 2}, BASE) for name in ("uasc.arrivals", "lodgings.places"))
    both = apply_pulls(ground, [two, one])
    after = apply_pulls(apply_pulls(ground, [one]), [two])
    figures = [figures_of(walk_ground(each), each) for each in (both, after)]
    pd.testing.assert_frame_equal(*figures)


@pytest.mark.parametrize(
    "pulls",
    [
        (("reunification.children", 2.0), ("step_down.children", 1.0)),
        (("stability.moves_percent", 40.0), ("market.providers_leave", 40.0), ("entries.children", -3.0)),
    ],
)
def test_nobody_is_lost_or_made_by_levers(ground: Ground, pulls: tuple[tuple[str, float], ...]) -> None:
    """Stock + entries - leavers - aged out = next stock in every month of a scenario, and its audit passes."""
    changed = apply_pulls(ground, [read_pull(name, {"value": value}, BASE) for name, value in pulls])
    shown = checks.conservation(walk_ground(changed))
    assert shown[["flow_difference", "carry_difference"]].abs().to_numpy().max() < 1e-6


def test_children_who_go_home_leave_and_some_come_back(ground: Ground) -> None:
    """Three more a month leave (to a few per cent: the rate acts beside others), and entries rise by the curve."""
    base = walk_ground(ground).flow
    home = walk_ground(apply_pulls(ground, [read_pull("reunification.children", {"value": 3}, BASE)])).flow
    assert (home["leavers"] - base["leavers"]).iloc[0] == pytest.approx(3, rel=0.05)
    back = (home["entries"] - base["entries"]).to_numpy() / base["month"].dt.days_in_month.to_numpy() * 365.25 / 12
    assert back.tolist() == pytest.approx([0.0, 0.12, 0.24], abs=1e-6)


def test_step_down_moves_children_to_specialist_foster_homes(ground: Ground) -> None:
    """Fewer in homes, and those who came need a specialist foster home, not an ordinary one."""
    base = walk_ground(ground).need.groupby("profile")["needed"].sum()
    down = walk_ground(apply_pulls(ground, [read_pull("step_down.children", {"value": 2}, BASE)])).need
    after = down.groupby("profile")["needed"].sum()
    assert after["foster-complex"] - base["foster-complex"] > 3
    assert abs(after["foster"] - base["foster"]) < 1


def test_figures_add_up_and_survive_being_kept(ground: Ground) -> None:
    """Lines add up to spend to the penny, and JSON gives back exactly what was written."""
    figures = figures_of(walk_ground(ground), ground)
    money = figures[figures["measure"] == "spend_pence"].set_index("line")["value"]
    assert money.drop("").sum() == money[""]
    pd.testing.assert_frame_equal(figures_read(figures_text(figures)), figures, check_dtype=False)


def test_draws_are_the_same_for_the_same_seed_and_other_for_another(ground: Ground) -> None:
    """One replication can be repeated alone; the expected one draws nothing; each draw leaves shares whole."""
    one, again, other = (draw_ground(ground, seed, 3).rates for seed in (5, 5, 6))
    assert np.array_equal(one.leave_per_day, again.leave_per_day)
    assert not np.array_equal(one.leave_per_day, other.leave_per_day)
    assert draw_ground(ground, 5, 0) is ground
    assert one.move_to.sum(axis=2) == pytest.approx(1.0)


def test_draws_lie_around_the_fitted_rates(ground: Ground) -> None:
    """The mean of forty draws of entries a month is within four standard errors of what was fitted."""
    totals = [draw_rates(ground.rates, np.random.default_rng(n)).entries_per_month.sum() for n in range(40)]
    error = np.std(totals) / np.sqrt(len(totals))
    assert abs(np.mean(totals) - ground.rates.entries_per_month.sum()) < 4 * error
    assert np.std(totals) > 0


def test_a_lever_draws_the_same_size_in_every_scenario() -> None:
    """Pairs are pairs: who recruits eleven households in one scenario recruits eleven in all of that replication."""
    pull = read_pull("carers.recruited", {"value": 10, "interval": [5, 15]}, BASE)
    other = read_pull("lodgings.places", {"value": 3, "interval": [1, 5]}, BASE)
    assert draw_pulls((pull,), 1, 2)[0] == draw_pulls((other, pull), 1, 2)[1]
    assert 5 <= draw_pulls((pull,), 1, 2)[0].value <= 15
    assert np.isnan(interval(np.arange(4.0))).all()
    assert interval(np.arange(101.0)) == pytest.approx((10.0, 90.0))


def test_a_sweep_gives_the_same_on_any_executor_and_does_only_what_is_missing(warm: Warm) -> None:
    """One worker or two processes: equal figures; given again, nothing is worked out."""
    scenarios = {"do-nothing": warm.resolved("do-nothing"), "option": option(warm, ("lodgings.places", 3.0))}
    here = sweep(warm, scenarios, 1, 9, in_this_process, 1)
    assert (here.worked, here.kept) == (4, 0)
    again = sweep(warm, scenarios, 2, 9, processes(2), 2)
    assert (again.worked, again.kept) == (2, 4)
    pd.testing.assert_frame_equal(again.figures[again.figures["replication"] < 2].reset_index(drop=True), here.figures)
    alone = [work(task) for task in tasks_of(warm, scenarios, 2, 9) if task.replication == 2]
    for cell in alone:
        rows = again.figures[(again.figures["scenario"] == cell.scenario) & (again.figures["replication"] == 2)]
        assert rows["value"].to_numpy() == pytest.approx(cell.figures["value"].to_numpy(), rel=0, abs=0, nan_ok=True)
    table = comparison(again.figures)
    wholes = table[(table["line"] == "") & (table["financial_year"] == HORIZON)]
    assert (wholes.loc[wholes["scenario"] == "do-nothing", "difference"].dropna() == 0).all()
    lines = spend_by_line(table)
    assert (lines["spend_pence"] - lines["baseline_pence"] == lines["difference_pence"]).all()
    assert list(side_by_side(table, ["do-nothing", "option"]).columns) == ["measure", "unit", "do-nothing", "option"]


def test_attribution_adds_up_to_the_penny(warm: Warm) -> None:
    """Two changes that get in each other's way: shares sum to the whole difference, interaction is shown."""
    both = option(warm, ("lodgings.places", 4.0), ("entries.percent", 20.0))
    table = attribution(warm, both, in_this_process, 1)
    result = sweep(warm, {"do-nothing": warm.resolved("do-nothing"), "option": both}, 0, 0, in_this_process, 1)
    whole = comparison(result.figures)
    whole = whole[(whole["scenario"] == "option") & (whole["financial_year"] == HORIZON) & (whole["line"] == "")]
    adds = table.groupby("measure")["adds"].sum()
    assert adds["spend_pence"] == whole.set_index("measure")["difference"]["spend_pence"]
    assert adds["over_20"] == pytest.approx(whole.set_index("measure")["difference"]["over_20"])
    assert table["interaction"].to_numpy() == pytest.approx((table["adds"] - table["alone"]).to_numpy())


def test_regret_is_nought_for_the_best_in_each_future(warm: Warm) -> None:
    """In every future somebody has no regret, and the worst regret is the largest."""
    options = [warm.resolved("do-nothing"), option(warm, ("lodgings.places", 4.0))]
    futures = [warm.resolved("do-nothing"), warm.resolved("high-demand")]
    pairs = [combined(one, future, warm.assumptions) for one in options for future in futures]
    figures = sweep(warm, {pair.name: pair for pair in pairs}, 0, 0, in_this_process, 1).figures
    names = ([each.name for each in options], [each.name for each in futures])
    table = regret_table(figures, *names, "spend_pence")
    assert (table.groupby("future")["regret"].min() == 0).all()
    assert (table.groupby("option")["regret"].max() == table.groupby("option")["worst_regret"].first()).all()
    assert f"option{AND}high-demand" in {pair.name for pair in pairs}
    span = ranges(figures, *names)
    assert (span["least"] <= span["most"]).all()
    with pytest.raises(AssumptionError, match="neither more nor less"):
        regret_table(figures, *names, "children")
    with pytest.raises(AssumptionError, match="cannot be put together"):
        combined(warm.resolved("low-demand"), warm.resolved("high-demand"), warm.assumptions)


def test_the_lever_on_distance_is_the_assumption_with_dates(warm: Warm, ground: Ground) -> None:
    """From the base date: the same placements as under policy.max_miles_new; from the third month: only from then."""
    full = {"value": 100, "miles": 15.0}
    limited = replace(ground, assumptions=ground.assumptions.with_changes({"policy.max_miles_new": 15}))
    keys = ["month", "place"]
    by_rule, pulled, later, base = (
        walk_ground(each).placements.groupby(keys)["children"].sum()
        for each in (
            limited,
            apply_pulls(ground, [read_pull("policy.no_new_beyond", full, BASE)]),
            apply_pulls(ground, [read_pull("policy.no_new_beyond", {**full, "from": 3}, BASE)]),
            ground,
        )
    )
    pd.testing.assert_series_equal(by_rule, pulled)
    months = base.index.get_level_values("month").unique()
    pd.testing.assert_series_equal(
        later[later.index.isin(months[:2], level=0)], base[base.index.isin(months[:2], level=0)]
    )
    assert not later[later.index.isin(months[2:], level=0)].equals(base[base.index.isin(months[2:], level=0)])
