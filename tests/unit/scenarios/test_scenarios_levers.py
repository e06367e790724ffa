"""Levers: each changes what it says and only what it can; nought changes nothing; wrong words are answered."""

from typing import Any

import numpy as np
import pytest

from scenarios.forward import re_entry, walk_ground
from scenarios.ground import Ground
from scenarios.levers import LEVERS, apply_pulls, overlapping, read_pull, sized
from scenarios.new_places import market_of, own_households
from scenarios.supply_levers import filled_places
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import SETTINGS, CostLine, Setting
from tests.unit.scenarios.conftest import BASE

SIZES: dict[str, dict[str, Any]] = {
    "entries.children": {"value": -1, "ages": ["10 to 15"]},
    "entries.percent": {"value": 10},
    "uasc.arrivals": {"value": 1},
    "edge_of_care.children": {"value": 1, "support_pounds": 100},
    "reunification.children": {"value": 1},
    "step_down.children": {"value": 1},
    "stability.moves_percent": {"value": 20},
    "kinship.share": {"value": 20},
    "carers.recruited": {"value": 24},
    "carers.retained": {"value": 100, "leaving_share_yearly": 0.9},
    "carers.england_places": {"value": 10000},
    "carers.lost": {"value": 50},
    "homes.opened": {"value": 3, "capital_pounds": 5},
    "homes.closed": {"value": 1},
    "contracts.block": {"value": 4},
    "contracts.framework": {"value": 1},
    "lodgings.places": {"value": 4},
    "pool.places": {"value": 4},
    "market.providers_leave": {"value": 30, "from": 2},
    "market.price_percent": {"value": 10},
    "market.capacity_percent": {"value": -30, "from": 2},
    "inflation.pay_points": {"value": 2},
    "inflation.price_points": {"value": 2},
    "policy.no_new_beyond": {"value": 100},
}


def pulled(ground: Ground, name: str, **given: Any) -> Ground:
    return apply_pulls(ground, [read_pull(name, given, BASE)])


def given_for(ground: Ground, name: str) -> dict[str, Any]:
    homes = [one for one, kind in zip(ground.places.id, ground.places.kind, strict=True) if kind is PlaceKind.HOME]
    return SIZES[name] | ({"home": homes[0]} if name == "homes.closed" else {})


def same_columns(one: Ground, two: Ground) -> bool:
    if len(one.places) != len(two.places):
        return False
    pairs = [(getattr(one.places, name), getattr(two.places, name)) for name in one.places.__dataclass_fields__]
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") if hasattr(a, "dtype") else a == b for a, b in pairs)


def changed_parts(before: Ground, after: Ground) -> set[str]:
    kinds = {extra.kind.value for extra in after.flows.extra}
    parts = {
        "entries": not np.array_equal(before.flows.entries, after.flows.entries)
        or any(extra.returning for extra in after.flows.extra),
        "moves": not np.array_equal(before.flows.move_keep, after.flows.move_keep) or "move" in kinds,
        "leaving": "leave" in kinds,
        "places": not same_columns(before, after) or len(before.flows.starts) != len(after.flows.starts),
        "prices": before.prices != after.prices,
        "costs": before.costs != after.costs,
    }
    return {name for name, changed in parts.items() if changed}


def test_every_lever_has_a_size_to_be_tried_at() -> None:
    """No lever escapes the tests below."""
    assert set(SIZES) == set(LEVERS)


@pytest.mark.parametrize("name", sorted(SIZES))
def test_a_lever_changes_something_and_only_what_it_says(ground: Ground, name: str) -> None:
    """What differs afterwards is among what the lever's row says it touches, and is not nothing."""
    after = pulled(ground, name, **given_for(ground, name))
    parts = changed_parts(ground, after)
    assert parts
    assert parts <= set(LEVERS[name].touches)


@pytest.mark.parametrize("name", sorted(SIZES))
def test_a_lever_of_size_nought_is_the_very_same_ground(ground: Ground, name: str) -> None:
    """Nothing is copied, rounded or re-ordered: the walk of it is the baseline to the penny."""
    assert pulled(ground, name, **(given_for(ground, name) | {"value": 0})) is ground


@pytest.mark.parametrize("name", sorted(SIZES))
def test_old_places_keep_their_positions(ground: Ground, name: str) -> None:
    """Children are known by the position of their place: new entries only ever stand at the end."""
    after = pulled(ground, name, **given_for(ground, name))
    assert after.places.id[: len(ground.places)] == ground.places.id
    assert np.array_equal(after.places.capacity[: len(ground.places), 0], ground.places.capacity[:, 0])


def test_fewer_entries_take_from_the_ages_named(ground: Ground) -> None:
    """One child fewer a month aged 10 to 15: exactly one fewer, none of another age, no UASC."""
    after = pulled(ground, "entries.children", value=-1, ages=["10 to 15"]).flows.entries - ground.flows.entries
    assert after.sum(axis=(1, 2, 3)) == pytest.approx([-1.0] * 3)
    assert np.abs(after[:, :10]).max() == np.abs(after[:, 16:]).max() == np.abs(after[:, :, 1]).max() == 0


def test_uasc_arrive_as_uasc(ground: Ground) -> None:
    """Two more unaccompanied children a month, and nobody else."""
    after = pulled(ground, "uasc.arrivals", value=2).flows.entries - ground.flows.entries
    assert after[:, :, 1].sum(axis=(1, 2)) == pytest.approx([2.0] * 3)
    assert np.abs(after[:, :, 0]).max() == 0


def test_kinship_moves_entrants_and_loses_none(ground: Ground) -> None:
    """A fifth of foster entrants live with family instead; the total is the same."""
    after = pulled(ground, "kinship.share", value=20).flows.entries
    foster, kin = SETTINGS.index(Setting.FOSTERING), SETTINGS.index(Setting.KINSHIP)
    assert after.sum() == pytest.approx(ground.flows.entries.sum())
    moved = 0.2 * ground.flows.entries[:, :, 0, foster]
    assert after[:, :, 0, kin] == pytest.approx(ground.flows.entries[:, :, 0, kin] + moved)


def test_ten_approved_places_give_five_or_six(ground: Ground) -> None:
    """Five households of two places, all at once: six filled at the start, fewer as one in nine leaves in a year."""
    pull = read_pull("carers.recruited", {"value": 60}, BASE)
    filled = filled_places(np.array([5.0] + [0.0] * 24), pull)
    assert filled[0] == pytest.approx(6.0)
    assert filled[12] == pytest.approx(6.0 * (1 - 0.111))


def test_re_entry_follows_the_published_curve() -> None:
    """Of those who went home 12% are back by three months, 20% by a year, 35% by six years, nobody later."""
    back = np.cumsum(re_entry(100))
    assert [back[2], back[11], back[71], back[99]] == pytest.approx([0.12, 0.20, 0.35, 0.35])


def test_a_home_is_paid_for_from_its_first_bed(ground: Ground) -> None:
    """Three beds over three months: one, two, three; fixed cost of three at the list price; capital kept apart."""
    after = pulled(ground, "homes.opened", value=3, ramp_months=3, capital_pounds=1000)
    assert after.places.capacity[-1].tolist() == [0, 1, 2, 3]
    price = ground.prices.weekly_pence(CostLine.OWN_HOME, 4, ground.base_year)
    assert (after.places.fixed_weekly_pence[-1], after.places.weekly_pence[-1]) == (3 * price, 0)
    assert [(cost.capital, cost.pence.tolist()) for cost in after.costs] == [(True, [100_000, 0, 0])]
    assert after.places.bought_ahead[-1]


def test_a_block_is_paid_for_whether_used_or_not(ground: Ground) -> None:
    """Using a block place costs nothing more; its price stands below the spot price by the cited premium."""
    after = pulled(ground, "contracts.block", value=4)
    spot = ground.prices.weekly_pence(CostLine.EXTERNAL_HOME, 3, ground.base_year)
    assert after.places.weekly_pence[-1] == 0
    assert after.places.fixed_weekly_pence[-1] == 4 * round(spot / 1.569)


def test_providers_leaving_split_the_market_and_lose_none_before(ground: Ground) -> None:
    """Before the day the two halves of the market give what the whole gave; after it the leaving half gives nothing."""
    after = pulled(ground, "market.providers_leave", value=30, **{"from": 2})
    spot = [
        kind is PlaceKind.SPOT and one is Setting.RESIDENTIAL
        for kind, one in zip(after.places.kind, after.places.setting, strict=True)
    ]
    before = ground.places.starts_per_month[[i for i in np.flatnonzero(spot) if i < len(ground.places)]].sum()
    assert after.places.starts_per_month[np.array(spot)].sum() == pytest.approx(before)
    leaving = np.array([name.endswith("-leaving") for name in after.places.id])
    assert after.places.capacity[leaving, 2:].max() == 0
    assert after.places.capacity[leaving, 1].min() > 0


def test_prices_grow_more_each_april_by_the_points_named(ground: Ground) -> None:
    """Two points on bought lines: the uplift of the line is two higher, own lines stay."""
    after = pulled(ground, "inflation.price_points", value=2).prices
    year = ground.base_year
    gain = after.uplift_percent(CostLine.EXTERNAL_HOME, year) - ground.prices.uplift_percent(
        CostLine.EXTERNAL_HOME, year
    )
    assert gain == 2
    assert after.uplift_percent(CostLine.OWN_HOME, year) == ground.prices.uplift_percent(CostLine.OWN_HOME, year)
    assert after.weekly_pence(CostLine.EXTERNAL_HOME, 3, year) == ground.prices.weekly_pence(
        CostLine.EXTERNAL_HOME, 3, year
    )


def test_a_ramp_grows_and_an_end_ends() -> None:
    """From month 3, over four months, until month 8: a quarter, a half, three quarters, whole, whole, nothing."""
    pull = read_pull("lodgings.places", {"value": 4, "from": 3, "to": 8, "ramp_months": 4}, BASE)
    assert pull.shape(9).tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 1, 0, 0]
    dated = read_pull("lodgings.places", {"value": 4, "from": "2025-06-01"}, BASE)
    assert dated.from_step == 3


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("carers.recruted", {"value": 1}, "carers.recruited"),
        ("carers.recruited", {"value": 1, "ramp_month": 3}, "ramp_months"),
        ("carers.recruited", {"value": -1}, "0 to 500"),
        ("carers.recruited", {}, "value is missing"),
        ("homes.opened", {"value": 2.5}, "whole number"),
        ("entries.children", {"value": 1, "ages": ["10-15"]}, "10 to 15"),
        ("carers.recruited", {"value": 1, "from": "2025-01-01"}, "base date"),
        ("carers.recruited", {"value": 1, "from": 4, "to": 4}, "before it begins"),
        ("carers.recruited", {"value": 9, "interval": [1, 5]}, "interval"),
        ("inflation.pay_points", {"value": 1, "ramp_months": 6}, "no ramp"),
        ("market.providers_leave", {"value": 20, "ramp_months": 6}, "no ramp"),
        ("homes.opened", {"value": 3, "postcode": "ZZ99 9ZZ"}, "not in the directory"),
        ("homes.opened", {"value": 3, "home": ["a", "b"]}, "not a list"),
        ("homes.opened", {"value": 3, "age_min": 17, "age_max": 8}, "nobody could live there"),
        ("entries.percent", {"value": 5, "from": 2.5}, "not a whole number"),
        ("homes.opened", {"value": float("nan")}, "not usable"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(name: str, given: dict[str, Any], said: str) -> None:
    """The message names the lever and what would do."""
    with pytest.raises(AssumptionError, match=said):
        read_pull(name, given, BASE)


def test_an_unknown_home_is_answered_with_those_there_are(ground: Ground) -> None:
    """Closing a home that is not in the files does not pass in silence."""
    with pytest.raises(AssumptionError, match="there is no home"):
        pulled(ground, "homes.closed", value=1, home="nowhere")


def test_what_overlaps_is_known() -> None:
    """Shared ages, or the same line, overlap; other ages, another home or line do not."""
    young, old, every = (
        read_pull("entries.children", {"value": 1, **ages}, BASE)
        for ages in ({"ages": ["1 to 4"]}, {"ages": ["10 to 15"]}, {})
    )
    assert (overlapping(young, old), overlapping(young, every)) == (False, True)
    one, two = (read_pull("homes.opened", {"value": 1, "home": home}, BASE) for home in "ab")
    assert (overlapping(one, two), overlapping(one, sized(one, 4))) == (False, True)


def test_a_market_that_gives_less_takes_no_more_and_moves_nobody(ground: Ground) -> None:
    """Nine in ten closed from the second month: known limits fall month by month, and nobody loses a home."""
    after = pulled(ground, "market.capacity_percent", value=-90, **{"from": 2})
    rows = market_of(ground.places, Setting.RESIDENTIAL)
    limits = [after.flows.open_places(after.places, step).starts_per_month[rows].sum() for step in (1, 2, 3)]
    whole = ground.places.starts_per_month[rows].sum()
    assert limits == pytest.approx([whole, whole / 10, whole / 10])
    assert np.array_equal(after.places.capacity, ground.places.capacity)
    assert walk_ground(after).flow["displaced"].max() == 0


def test_a_market_that_gives_more_grows_over_its_ramp(ground: Ground) -> None:
    """Half as much again over two months: a quarter more, then a half; closed rings beside it multiply."""
    after = pulled(ground, "market.capacity_percent", value=50, ramp_months=2)
    rows = market_of(ground.places, Setting.RESIDENTIAL)
    whole = ground.places.starts_per_month[rows].sum()
    limits = [after.flows.open_places(after.places, step).starts_per_month[rows].sum() for step in (1, 2, 3)]
    assert limits == pytest.approx([whole * 1.25, whole * 1.5, whole * 1.5])


def test_a_framework_ends_for_new_children_only(ground: Ground) -> None:
    """From month 1 until month 3: two months of starts at agreed prices, and then none, with everybody staying."""
    after = pulled(ground, "contracts.framework", value=5, to=3)
    row = len(ground.places)
    assert [after.flows.open_places(after.places, step).starts_per_month[row] for step in (1, 2, 3)] == [5, 5, 0]
    assert (after.places.capacity[row, 1:] > 0).all()


def test_a_block_bought_in_steps_is_paid_for_in_steps(ground: Ground) -> None:
    """Six places over three months: two, four, six, and the fixed cost of open places with them."""
    after = pulled(ground, "contracts.block", value=6, ramp_months=3, weekly_pounds=1000).places
    new = after.take(np.arange(len(ground.places), len(after)))
    assert new.capacity.sum(axis=0).tolist() == [0, 2, 4, 6]
    assert ((new.capacity > 0) * new.fixed_weekly_pence[:, None]).sum(axis=0).tolist() == [0, 200_000, 400_000, 600_000]


def test_applications_are_converted_and_retention_adds_what_would_have_gone(ground: Ground) -> None:
    """A fifth of those who apply is a fifth of those approved; nine in ten kept of a ninth is a tenth of today's."""
    apply, approve = (
        pulled(ground, "carers.recruited", value=value, approved_share=share)
        .places.capacity[len(ground.places) :]
        .sum()
        for value, share in ((500, 0.2), (100, 1.0))
    )
    assert apply == approve > 0
    start = ground.places.capacity[own_households(ground.places), 0].sum()
    kept = pulled(ground, "carers.retained", value=50, cost_yearly_pounds=1200, leaving_share_yearly=0.4)
    gained = kept.places.capacity[len(ground.places) :, 1].sum()
    assert gained == pytest.approx(start * 0.4 / 12 / 2, abs=0.5)
    assert kept.costs[0].pence.tolist() == [10_000] * 3


def test_a_new_home_stands_where_its_postcode_is(ground: Ground) -> None:
    """Another postcode, another distance; without one it stands in the middle of where children come from."""
    here, there, middle = (
        pulled(ground, "homes.opened", value=3, **given).places
        for given in ({"postcode": "sn1 1aa"}, {"postcode": "BS1 4DJ"}, {})
    )
    assert (here.authority[-1], there.authority[-1]) == ("E06000030", "E06000023")
    assert there.easting[-1] < here.easting[-1] - 30_000
    assert middle.easting[-1] == np.median(ground.now.home.easting[~np.isnan(ground.now.home.easting)])


def test_a_home_for_one_child_has_one_bed(ground: Ground) -> None:
    """Three children cannot each live there alone."""
    with pytest.raises(AssumptionError, match="one bed"):
        pulled(ground, "homes.opened", value=3, solo=True)


def test_carers_who_take_more_need_cost_what_such_carers_cost(ground: Ground) -> None:
    """The price of a new carer never falls as the need it takes grows."""
    prices = [
        pulled(ground, "carers.recruited", value=200, need_level=level).places.weekly_pence[-1] for level in (2, 3, 4)
    ]
    assert prices == sorted(prices)
    assert prices[1] > prices[0]
