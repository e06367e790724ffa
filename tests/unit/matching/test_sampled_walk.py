"""The walk on whole children, on councils small enough to follow by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sufficiency.domain.errors import VerificationError
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import SETTINGS, Sector, Setting
from sufficiency.matching.sampled.audit import audit_sampled, require_passed
from sufficiency.matching.sampled.month import market_gives
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy
from sufficiency.matching.sampled.setup import SampledWalk
from sufficiency.matching.sampled.walking import BLOCK, walk_sampled
from sufficiency.matching.walk import forward

from .conftest import MONTHS, MakeWalk, child, place, quiet_rates, with_streams
from .sampled_ground import FOSTERING, ground_of, habits

SUPPORTED = SETTINGS.index(Setting.SUPPORTED)
BOTH = pytest.mark.parametrize("policy", list(WalkPolicy))


def entries(per_month: float, age: int, setting: int = FOSTERING, uasc: int = 0) -> np.ndarray:
    array = np.zeros((18, 2, len(SETTINGS)))
    array[age, uasc, setting] = per_month
    return array


def walked(
    ground: SampledWalk, policy: WalkPolicy = WalkPolicy.BEST_USE, replications: int = 4, seed: int = 1
) -> SampledPlan:
    """A plan that has passed its audit."""
    return require_passed(audit_sampled(walk_sampled(ground, policy, replications, seed), ground.facts))


def children_in(plan: SampledPlan, identifier: str) -> pd.Series:
    """Children at the end of each month in a place, over all replications."""
    rows = plan.stock[plan.stock["place"] == plan.places.id.index(identifier)]
    return rows.groupby(["replication", "month"])["children"].sum()


@BOTH
def test_settled_children_are_never_moved(make_walk: MakeWalk, policy: WalkPolicy) -> None:
    """With no rates nobody moves, though a cheaper and nearer place stands empty."""
    places = with_streams(place("dear", weekly_pence=90_000, miles=9), place("cheap", weekly_pence=1_000))
    ground = ground_of(make_walk(places, [child(date(2015, 5, 5), 0), child(date(2016, 6, 6), 0)]))
    plan = walked(ground, policy)
    assert (children_in(plan, "dear") == 2).all()
    assert "cheap" not in {plan.places.id[index] for index in plan.stock["place"]}


@BOTH
def test_no_place_is_overfilled(make_walk: MakeWalk, policy: WalkPolicy) -> None:
    """Three children a month come to four places: never more than four live there, the rest go without."""
    places = with_streams(place("one", capacity=3), place("two", capacity=1))
    ground = ground_of(make_walk(places, [child(date(2015, 1, 1), 0)], entries_per_month=entries(3.0, 6)))
    plan = walked(ground, policy, replications=12)
    assert children_in(plan, "one").max() == 3
    assert children_in(plan, "two").max() == 1
    assert plan.flow["unmet"].max() > 0


@BOTH
def test_the_eighteenth_birthday_frees_the_place(make_walk: MakeWalk, policy: WalkPolicy) -> None:
    """A child born on 11 May 2007 lives 30 days of April and 10 of May, then has left care."""
    plan = walked(ground_of(make_walk(with_streams(place("a")), [child(date(2007, 5, 11), 0)])), policy)
    assert plan.stock.groupby(["replication", "month"])["child_days"].sum().tolist() == [0.0, 30.0, 10.0] * 4
    assert plan.flow.groupby("month")["aged_out"].sum().tolist() == [0, 4, 0, 0, 0, 0]


def test_a_closure_displaces_only_those_without_room_and_places_them_again(make_walk: MakeWalk) -> None:
    """A home of two that falls to one in June sends one child, not two, to the other home."""
    places = with_streams(place("falling", capacity=[2, 2, 2, 1, 1, 1, 1]), place("other", weekly_pence=90_000))
    plan = walked(ground_of(make_walk(places, [child(date(2015, 5, 5), 0), child(date(2016, 6, 6), 0)])))
    assert plan.flow.groupby("month")["displaced"].sum().tolist() == [0, 0, 4, 0, 0, 0]
    june = pd.Timestamp("2025-06-01")
    assert (children_in(plan, "falling").xs(june, level="month") == 1).all()
    assert (children_in(plan, "other").xs(june, level="month") == 1).all()


def test_practice_goes_where_history_went_and_best_use_where_it_is_cheapest(make_walk: MakeWalk) -> None:
    """A council that always bought private goes on doing so, though its own home is nearer and cheaper."""
    places = with_streams(
        place("own", weekly_pence=1_000, capacity=99),
        place("agency", weekly_pence=90_000, capacity=99, sector=Sector.PRIVATE, miles=4),
    )
    walk = make_walk(places, [child(date(2015, 1, 1), 0)], entries_per_month=entries(2.0, 6))
    ground = ground_of(walk, habit=habits(private=1.0))
    by_habit, best = walked(ground, WalkPolicy.PRACTICE), walked(ground)
    assert set(by_habit.placements["place"]) == {1}
    assert set(best.placements["place"]) == {0}
    assert set(walked(ground_of(walk, habit=habits(own=1.0)), WalkPolicy.PRACTICE).placements["place"]) == {0}


def test_practice_divides_between_sectors_as_history_did(make_walk: MakeWalk) -> None:
    """Three in four placements private in the history: about three in four in the walk."""
    places = with_streams(place("own", capacity=999), place("agency", capacity=999, sector=Sector.PRIVATE))
    walk = make_walk(places, [child(date(2015, 1, 1), 0)], entries_per_month=entries(9.0, 6))
    plan = walked(ground_of(walk, habit=habits(own=1.0, private=3.0)), WalkPolicy.PRACTICE, replications=10)
    share = (plan.placements["place"] == 1).mean()
    assert abs(share - 0.75) < 4 * np.sqrt(0.75 * 0.25 / len(plan.placements))


def test_practice_takes_the_setting_that_history_would_have_chosen(make_walk: MakeWalk) -> None:
    """Children whom history sent to children's homes go there, though foster homes are cheaper and suit them."""
    places = with_streams(
        place("foster", capacity=99),
        place("home", kind=PlaceKind.HOME, setting=Setting.RESIDENTIAL, capacity=99, weekly_pence=500_000),
    )
    shares = np.zeros((len(SETTINGS), 11))
    shares[:, 2] = 1.0
    walk = make_walk(
        places,
        [child(date(2015, 1, 1), 0)],
        entries_per_month=entries(2.0, 12, SETTINGS.index(Setting.RESIDENTIAL)),
    )
    ground = ground_of(replace(walk, profile_shares=shares))
    assert set(walked(ground, WalkPolicy.PRACTICE).placements["place"]) == {1}
    assert set(walked(ground).placements["place"]) == {0}


@BOTH
def test_supported_accommodation_is_for_sixteen_and_over(make_walk: MakeWalk, policy: WalkPolicy) -> None:
    """Unaccompanied children of fifteen and of sixteen who would go there: only the older do."""
    places = with_streams(place("lodging", setting=Setting.SUPPORTED, capacity=99, need_level_max=4))
    for age, there in ((14, False), (16, True)):
        walk = make_walk(places, [child(date(2015, 1, 1), 1)], entries_per_month=entries(3.0, age, SUPPORTED, uasc=1))
        plan = walked(ground_of(walk), policy)
        assert len(plan.placements) > 0
        assert ((plan.placements["place"] == 0) == there).all()
        assert (plan.stock[plan.stock["uasc"]]["miles_known"] == 0).all()


def test_a_child_without_a_place_asks_again_each_month(make_walk: MakeWalk) -> None:
    """Whoever waits is counted as waiting, and placed when a home opens."""
    places = with_streams(place("late", capacity=[0, 0, 0, 0, 9, 9, 9]), place("own"))
    rates = entries(0.0, 6)
    walk = make_walk(places, [child(date(2015, 1, 1), 2 + 6)], entries_per_month=rates)
    unmet = len(places) - 1
    walk = replace(walk, residents=replace(walk.residents, place=np.array([unmet])))
    walk = replace(
        walk, places=replace(places, capacity=np.where(np.arange(len(places))[:, None] == 1, 0, places.capacity))
    )
    plan = walked(ground_of(walk))
    assert plan.flow.groupby("month")["unmet"].sum().tolist() == [4, 4, 4, 0, 0, 0]
    assert plan.need.groupby("month")["waiting"].sum().tolist() == [4, 4, 4, 4]


@BOTH
def test_the_same_seed_gives_the_same_plan_whoever_does_the_work(make_walk: MakeWalk, policy: WalkPolicy) -> None:
    """Two runs agree to the last figure; another seed gives other children."""
    places = with_streams(place("a", capacity=3), place("b", kind=PlaceKind.SPOT, ring=9.0, starts_per_month=0.5))
    ground = ground_of(make_walk(places, [child(date(2015, 1, 1), 0)], entries_per_month=entries(1.0, 6)))
    one, two = (walk_sampled(ground, policy, BLOCK + 2, seed=7) for _ in range(2))
    other = walk_sampled(ground, policy, BLOCK + 2, seed=8)
    for name in ("stock", "need", "placements", "flow", "stays", "siblings"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
    assert not one.flow.equals(other.flow)


def test_numbers_do_not_depend_on_the_number_of_workers(make_walk: MakeWalk) -> None:
    """Two processes give what one gives."""
    ground = ground_of(
        make_walk(with_streams(place("a")), [child(date(2015, 1, 1), 0)], entries_per_month=entries(1.0, 6))
    )
    alone, shared = (
        walk_sampled(ground, WalkPolicy.PRACTICE, BLOCK + 1, seed=3, workers=workers) for workers in (1, 2)
    )
    pd.testing.assert_frame_equal(alone.stock, shared.stock)
    pd.testing.assert_frame_equal(alone.stays, shared.stays)


def test_both_policies_walk_the_same_children(make_walk: MakeWalk) -> None:
    """The same children enter in the same months, so the difference is the choice of homes and nothing else."""
    places = with_streams(place("own", capacity=9), place("agency", capacity=99, sector=Sector.PRIVATE))
    walk = make_walk(places, [child(date(2015, 1, 1), 0)], entries_per_month=entries(2.0, 6))
    ground = ground_of(walk, habit=habits(private=1.0))
    came = [
        plan.stays.loc[plan.stays["cause"] == "entered", ["replication", "child", "group", "profile", "began"]]
        for plan in (walked(ground, WalkPolicy.PRACTICE), walked(ground))
    ]
    first, second = (frame.reset_index(drop=True) for frame in came)
    pd.testing.assert_frame_equal(first, second)


def test_a_market_gives_its_fraction_on_average_and_whole_places_each_month() -> None:
    """Three quarters of a place a month: three in every four months, and never more than one."""
    phase = (np.arange(400) / 400)[:, None]
    given = np.stack([market_gives(np.array([0.75]), phase, step)[:, 0] for step in range(1, 9)])
    assert set(given.ravel()) == {0, 1}
    assert np.allclose(given.mean(axis=1), 0.75)
    assert set(given.sum(axis=0)) == {6}


def test_a_replication_is_a_plan_that_finance_reads(make_walk: MakeWalk) -> None:
    """One replication has the columns of a plan's frames, its own rows, and the verdict."""
    walk = make_walk(with_streams(place("a")), [child(date(2015, 1, 1), 0)], entries_per_month=entries(1.0, 6))
    sampled, expected = walked(ground_of(walk)), forward(walk)
    plan = sampled.plan(2)
    for name in ("stock", "need", "flow", "solves", "prices"):
        assert list(getattr(plan, name)) == list(getattr(expected, name)), name
    assert plan.stock["children"].sum() == sampled.stock.query("replication == 2")["children"].sum()
    assert sampled.plan(1).audit.passed
    with pytest.raises(ValueError, match="replication 5"):
        sampled.plan(5)


def test_its_mean_is_the_expected_walk_where_no_place_binds(make_walk: MakeWalk) -> None:
    """Stock by setting, entries and leavers agree within four standard errors over 300 replications."""
    places = with_streams(
        place("foster", kind=PlaceKind.BLOCK, capacity=999),
        place("home", kind=PlaceKind.BLOCK, setting=Setting.RESIDENTIAL, capacity=999, weekly_pence=500_000),
    )
    move_to = np.zeros((5, len(SETTINGS), len(SETTINGS)))
    move_to[:, :, FOSTERING], move_to[:, :, SETTINGS.index(Setting.RESIDENTIAL)] = 0.7, 0.3
    still = quiet_rates().leave_per_day
    walk = make_walk(
        places,
        [child(date(2015, 1 + month, 5), 0) for month in range(10)] + [child(date(2007, 7, 9), 1, "residential")],
        entries_per_month=entries(4.0, 9) + entries(1.0, 17, SETTINGS.index(Setting.RESIDENTIAL)),
        leave_per_day=still + 0.003,
        move_per_day=still + 0.002,
        move_to=move_to,
    )
    expected, plan = forward(walk), walked(ground_of(walk), replications=300)
    end = expected.stock["month"].max()
    by_setting = plan.stock[plan.stock["month"] == end].pivot_table(
        index="replication", columns="setting", values="children", aggfunc="sum", fill_value=0.0, observed=True
    )
    wanted = expected.stock[expected.stock["month"] == end].groupby("setting")["children"].sum()
    for setting, children in wanted[wanted > 0.01].items():
        _close(by_setting[str(setting)], children)
    totals = plan.flow.groupby("replication")[["entries", "leavers", "aged_out", "moves"]].sum()
    for name in totals:
        _close(totals[name], expected.flow[name].sum())
    _close(plan.stock.groupby("replication")["child_days"].sum(), expected.stock["child_days"].sum())


def _close(drawn: pd.Series, expected: float) -> None:
    error = drawn.std(ddof=1) / np.sqrt(len(drawn))
    # Within a month the expected walk books entrants at mid-month, and whole days are counted: a hundredth is allowed.
    assert abs(drawn.mean() - expected) < 4 * error + 0.01 * expected, (drawn.name, drawn.mean(), expected, error)


def _moved(plan: SampledPlan) -> SampledPlan:
    """A child is in another home at the end of the last month than where the stays say."""
    stock = plan.stock.copy()
    stock.loc[stock.index[-1], "place"] = 1 - stock["place"].iloc[-1]
    return replace(plan, stock=stock)


def _lost(plan: SampledPlan) -> SampledPlan:
    return replace(plan, flow=plan.flow.assign(stock_after=plan.flow["stock_after"] - 1))


def _twice(plan: SampledPlan) -> SampledPlan:
    """A stay overlaps the next of the same child."""
    stays = plan.stays.copy()
    followed = (stays["reason"] == "moved").to_numpy()
    ended = stays["ended"].to_numpy().copy()
    ended[np.argmax(followed)] += 1
    stays["ended"] = ended
    return replace(plan, stays=stays)


def _settled_moved(plan: SampledPlan) -> SampledPlan:
    """A settled child's home changes without a cause that allows it."""
    first = plan.stays.iloc[[0]]
    later = first.assign(place=1 - first["place"], began=2)
    stays = pd.concat([first.assign(ended=2), later, plan.stays.iloc[1:]], ignore_index=True)
    return replace(plan, stays=stays)


def _over_full(plan: SampledPlan) -> SampledPlan:
    places = replace(plan.places, capacity=np.where(plan.places.capacity < 100, 0, plan.places.capacity))
    return replace(plan, places=places)


def _too_young(plan: SampledPlan) -> SampledPlan:
    return replace(plan, places=replace(plan.places, age_min=np.full(len(plan.places), 17)))


def _too_cheap(plan: SampledPlan) -> SampledPlan:
    return replace(plan, placements=plan.placements.assign(cost_pence=plan.placements["cost_pence"] - 500))


def _uncertified(plan: SampledPlan) -> SampledPlan:
    return replace(plan, solves=plan.solves.assign(certified=False))


def _split_hidden(plan: SampledPlan) -> SampledPlan:
    return replace(plan, siblings=plan.siblings.assign(split=plan.siblings["split"] + 1))


FAULTS = (
    (_moved, "stock is the children living there"),
    (_lost, "stock adds up in every month"),
    (_twice, "each child in one place at a time"),
    (_settled_moved, "settled children stay"),
    (_over_full, "within capacity"),
    (_too_young, "age within approval"),
    (_too_cheap, "cost of each placement"),
    (_uncertified, "every month certified"),
    (_split_hidden, "sibling groups apart"),
)


@pytest.fixture(scope="module")
def sound() -> tuple[SampledPlan, SampledWalk]:
    """A plan with entrants, moves and a market."""
    from .conftest import walk_of

    places = with_streams(place("a", capacity=4), place("b", capacity=9, weekly_pence=90_000))
    walk = walk_of(
        places,
        [child(date(2015, 1, 1), 0), child(date(2013, 1, 1), 1)],
        entries_per_month=entries(1.5, 6),
        move_per_day=quiet_rates().move_per_day + 0.002,
    )
    ground = ground_of(walk)
    return walked(ground), ground


@pytest.mark.parametrize(("fault", "name"), FAULTS, ids=[name for _, name in FAULTS])
def test_the_audit_catches_every_planted_fault(
    sound: tuple[SampledPlan, SampledWalk],
    fault: Callable[[SampledPlan], SampledPlan],
    name: str,
) -> None:
    """Each fault fails its own check, and the plan is refused in words."""
    plan, ground = sound
    spoilt = audit_sampled(fault(plan), ground.facts)
    assert name in {check.name for check in spoilt.audit.checks if not check.passed}
    with pytest.raises(VerificationError, match=name):
        require_passed(spoilt)


def test_months_walked_are_those_asked_for(sound: tuple[SampledPlan, SampledWalk]) -> None:
    """Every replication has a row of flow for every month."""
    plan, _ = sound
    assert plan.flow.groupby("replication").size().tolist() == [MONTHS] * plan.replications
