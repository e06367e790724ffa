"""What each lever, and each library scenario, moves in the figures of a walk; and what it must leave where it is."""

from dataclasses import replace

import pytest

from scenarios.cells import Warm
from scenarios.figures import figures_of
from scenarios.forward import walk_ground
from scenarios.ground import Ground
from scenarios.lever import Pull
from scenarios.levers import LEVERS, apply_pulls, read_pull
from scenarios.scenario import BASELINE
from tests.unit.scenarios.conftest import BASE
from tests.unit.scenarios.test_scenarios_files import NAMES
from tests.unit.scenarios.test_scenarios_levers import given_for

MONEY_ASIDE = {"capital_pence", "change_cost_pence"}
PEOPLE = {"children"}
DECIDED_ELSEWHERE = {"kinship", "secure"}
LIVING = {
    "children", "moves", "in_house_share", "own_provision_share", "within_20", "over_20", "out_of_area", "distant",
    "distance_unknown", "without_place_mean", "unregistered_bed_nights",
}  # fmt: skip
PLACES_ONLY = PEOPLE | DECIDED_ELSEWHERE | MONEY_ASIDE

MUST_MOVE: dict[str, set[str]] = {
    "entries.children": {"children", "spend_pence"},
    "entries.percent": {"children", "spend_pence"},
    "uasc.arrivals": {"children", "distance_unknown", "supported accommodation"},
    "edge_of_care.children": {"children", "change_cost_pence", "spend_pence"},
    "reunification.children": {"children", "change_cost_pence", "spend_pence"},
    "step_down.children": {"moves", "external home", "independent foster"},
    "stability.moves_percent": {"moves"},
    "kinship.share": {"kinship", "independent foster", "own_provision_share"},
    "carers.recruited": {"in-house foster", "in_house_share", "own_provision_share", "spend_pence"},
    "carers.retained": {"in-house foster", "in_house_share", "own_provision_share"},
    "carers.england_places": {"in-house foster", "in_house_share", "own_provision_share", "spend_pence"},
    "carers.lost": {"in-house foster", "in_house_share", "moves"},
    "homes.opened": {"own home", "capital_pence", "in_house_share", "own_provision_share"},
    "homes.closed": {"moves", "external home"},
    "contracts.block": {"external home", "spend_pence"},
    "contracts.framework": {"over_20"},
    "lodgings.places": {"own_provision_share"},
    "pool.places": {"independent foster", "distant"},
    "market.providers_leave": {"moves", "external home"},
    "market.price_percent": {"external home", "spend_pence"},
    "market.capacity_percent": {"independent foster"},
    "inflation.pay_points": {"in-house foster", "kinship", "spend_pence"},
    "inflation.price_points": {"external home", "independent foster", "supported accommodation", "spend_pence"},
    "policy.no_new_beyond": {"over_20", "distant"},
}
"""Figures without which the lever would not have done what its row says."""

MUST_STAY: dict[str, set[str]] = {
    "entries.children": MONEY_ASIDE,
    "entries.percent": MONEY_ASIDE,
    "uasc.arrivals": MONEY_ASIDE | {"kinship"},
    "edge_of_care.children": {"capital_pence"},
    "reunification.children": {"capital_pence"},
    "step_down.children": PLACES_ONLY | {"supported accommodation"},
    "stability.moves_percent": PEOPLE | MONEY_ASIDE,
    "kinship.share": PEOPLE | MONEY_ASIDE | {"moves", "external home", "supported accommodation", "secure"},
    "carers.recruited": PLACES_ONLY | {"moves", "external home", "supported accommodation"},
    "carers.retained": PLACES_ONLY | {"moves", "external home", "supported accommodation"},
    "carers.england_places": PLACES_ONLY | {"moves", "external home", "supported accommodation"},
    "carers.lost": PLACES_ONLY | {"supported accommodation"},
    "homes.opened": PEOPLE | DECIDED_ELSEWHERE | {"change_cost_pence"},
    "homes.closed": PLACES_ONLY | {"own_provision_share", "supported accommodation"},
    "contracts.block": PLACES_ONLY | {"own_provision_share"},
    "contracts.framework": PLACES_ONLY | {"moves", "in-house foster", "own_provision_share"},
    "lodgings.places": PLACES_ONLY | {"moves", "in-house foster", "independent foster", "external home"},
    "pool.places": PLACES_ONLY | {"moves", "own_provision_share", "external home", "supported accommodation"},
    "market.providers_leave": MONEY_ASIDE | DECIDED_ELSEWHERE | {"supported accommodation"},
    "market.price_percent": PLACES_ONLY | {"moves", "in-house foster", "own_provision_share"},
    "market.capacity_percent": DECIDED_ELSEWHERE | MONEY_ASIDE,
    "inflation.pay_points": LIVING | MONEY_ASIDE | {"external home", "independent foster", "supported accommodation"},
    "inflation.price_points": LIVING | MONEY_ASIDE | DECIDED_ELSEWHERE | {"in-house foster"},
    "policy.no_new_beyond": PLACES_ONLY | {"moves", "in-house foster", "own_provision_share"},
}
"""Figures a lever has nothing to do with."""

EXACT = {"inflation.pay_points", "inflation.price_points"}
"""Levers that leave the plan itself alone: what stays, stays to the penny."""

TRACE = 1e-3
"""Share of a figure that may drift elsewhere: children who live elsewhere leave at other rates."""

LARGER: dict[str, dict[str, object]] = {
    "contracts.framework": {"value": 6, "setting": "fostering"},
    "market.capacity_percent": {"value": -100, "setting": "fostering"},
    "market.providers_leave": {"value": 60},
    "pool.places": {"value": 8},
}
"""Sizes at which three months are enough to see what a lever does."""


def figures(ground: Ground, *pulls: Pull) -> dict[str, float]:
    """Return the figures of a walk by cost line, or by measure where it is a whole."""
    after = apply_pulls(ground, pulls)
    table = figures_of(walk_ground(after), after)
    return dict(
        zip(table["line"].where(table["line"] != "", table["measure"]), table["value"].fillna(0.0), strict=True)
    )


@pytest.fixture(scope="module")
def baseline(ground: Ground) -> dict[str, float]:
    return figures(ground)


def moved(before: dict[str, float], after: dict[str, float], trace: float = TRACE) -> set[str]:
    names = {*before, *after}
    pairs = {name: (before.get(name, 0.0), after.get(name, 0.0)) for name in names}
    return {name for name, (one, two) in pairs.items() if abs(one - two) > trace * max(abs(one), 1e-9)}


def pull_for(ground: Ground, name: str, **more: object) -> Pull:
    return read_pull(name, {**given_for(ground, name), **LARGER.get(name, {}), **more}, BASE)


@pytest.mark.parametrize("name", sorted(LEVERS))
def test_a_lever_moves_what_it_is_for_and_nothing_it_cannot_reach(
    ground: Ground, baseline: dict[str, float], name: str
) -> None:
    """Three months of walking with one lever pulled: its own figures move, and those beyond its reach do not."""
    after = figures(ground, pull_for(ground, name))
    assert MUST_MOVE[name] - moved(baseline, after) == set()
    assert MUST_STAY[name] & moved(baseline, after, 0.0 if name in EXACT else 2 * TRACE) == set()


@pytest.mark.parametrize("name", sorted(set(NAMES) - {BASELINE}))
def test_a_library_scenario_moves_only_what_its_levers_can(
    warm: Warm, ground: Ground, baseline: dict[str, float], name: str
) -> None:
    """Brought forward to the first month: figures that none of its levers reaches stay, and some figure moves."""
    pulls = tuple(replace(pull, from_step=1, to_step=None, ramp_months=0) for pull in warm.resolved(name).pulls)
    changed = moved(baseline, figures(ground, *pulls), 2 * TRACE)
    beyond = set.intersection(*(MUST_STAY[pull.lever] for pull in pulls))
    assert changed
    assert beyond & changed == set()


def test_nothing_comes_or_goes_otherwise_before_levers_begin(ground: Ground) -> None:
    """Every lever at once, begun in the third month: the first two have the flows of doing nothing."""
    dated = sorted(name for name, lever in LEVERS.items() if lever.dates == "month")
    pulls = [pull_for(ground, name, **{"from": 3}) for name in dated]
    columns = ["stock_before", "entries", "leavers", "aged_out", "moves", "displaced", "unmet", "stock_after"]
    plans = [walk_ground(ground), walk_ground(apply_pulls(ground, pulls))]
    one, two = (plan.flow[columns].to_numpy() for plan in plans)
    assert abs(one - two)[:2].max() < TRACE
    assert abs(one - two)[2].max() > 1
