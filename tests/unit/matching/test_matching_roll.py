"""The roll of who lives where, the groups of a month, and what a place that is not free must never change."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sufficiency.demand.days import day_number
from sufficiency.domain.needs import PROFILE_INDEX
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import SETTINGS, Sector, Setting
from sufficiency.matching.classes import CHILD_UNITS, make_book, month_problem
from sufficiency.matching.plan import Plan
from sufficiency.matching.roll import Roll
from sufficiency.matching.walk import Walk, forward

from .conftest import BASE, POLICY, MakeWalk, child, place, with_streams

SIZE = len(SETTINGS)


def busy(make_walk: MakeWalk, *more: object) -> Walk:
    """A walk full of ties: three like homes, entrants of many ages and needs, leaving and moving."""
    rng = np.random.default_rng(5)
    homes = [place(f"p{n}", capacity=2, age_max=(9, 17, 12)[n]) for n in range(3)]
    market = place("market", kind=PlaceKind.SPOT, sector=Sector.PRIVATE, ring=25.0, capacity=9, weekly_pence=90_000)
    rates = {
        "entries_per_month": rng.random((18, 2, SIZE)) * 0.02,
        "leave_per_day": np.full((5, SIZE), 0.002),
        "move_per_day": np.full((5, SIZE), 0.003),
    }
    born = [BASE.replace(year=year) for year in (2009, 2013, 2018)]
    return make_walk(with_streams(*homes, market, *more), [child(day, n) for n, day in enumerate(born)], **rates)


def months_of(plan: Plan, until: int) -> list[pd.DataFrame]:
    """Stock, need and flow of the first months, places by name."""
    names = np.array(plan.places.id)
    last = pd.Timestamp(plan.calendar[until - 1].first_day)
    stock = plan.stock.assign(place=names[plan.stock["place"]])
    keys = ["month", "age_band", "profile", "zone", "uasc", "place"]
    frames = [stock.sort_values(keys), plan.need, plan.flow]
    return [frame[frame["month"] <= last].reset_index(drop=True) for frame in frames]


@pytest.mark.parametrize(
    "later",
    [
        place("later", capacity=[0, 0, 0, 0, 0, 2, 2]),
        place("later", capacity=[0, 0, 0, 0, 0, 2, 2], age_min=3, age_max=7, weekly_pence=1_000),
        place("later", capacity=0, setting=Setting.RESIDENTIAL, sector=Sector.PRIVATE),
    ],
    ids=["like the others", "cheap, for other ages", "never opening"],
)
def test_a_place_that_opens_later_changes_no_month_before_it(make_walk: MakeWalk, later: object) -> None:
    """Until it opens, every figure is the same to the last bit: who lives where, need and flow."""
    without, with_it = (forward(walk) for walk in (busy(make_walk), busy(make_walk, later)))
    for before, after in zip(months_of(without, 4), months_of(with_it, 4), strict=True):
        pd.testing.assert_frame_equal(before, after, check_exact=True)
    assert without.solves["value_pence"].tolist()[:4] == with_it.solves["value_pence"].tolist()[:4]


def test_between_equals_the_younger_child_lives_nearer(make_walk: MakeWalk) -> None:
    """Two homes within the free miles cost the same, each with room for one of two entrants; a third is for infants."""
    entries = np.zeros((18, 2, SIZE))
    entries[[5, 15], 0, SETTINGS.index(Setting.FOSTERING)] = 0.5
    for order in ((1.0, 4.0), (4.0, 1.0)):
        homes = [place(f"{miles} miles", miles=miles, starts_per_month=0.5) for miles in order]
        infants = place("for infants", age_max=9, weekly_pence=900_000)
        places = with_streams(*homes, infants)
        walk = make_walk(places, [child(BASE.replace(year=2015), 0)], entries_per_month=entries)
        plan = forward(replace(walk, months=1))
        made = plan.placements.assign(home=np.array(plan.places.id)[plan.placements["place"]])
        young = made[made["birth_from"] > day_number(BASE.replace(year=2015))]
        assert young.groupby("home")["children"].sum().get("1.0 miles", 0.0) == pytest.approx(0.5, abs=0.02)


def test_a_row_is_opened_once_and_found_again(make_walk: MakeWalk) -> None:
    """The same cell and place are always the same row, new ones come after, and known children keep their own."""
    walk = busy(make_walk)
    roll = Roll(walk.grid, walk.places, walk.residents)
    cell = roll.cell[:1]
    first = roll.rows_of(np.concatenate([cell, cell]), np.array([0, 1]))
    assert first.tolist() == [3, 4]
    assert roll.rows_of(np.concatenate([cell, cell]), np.array([2, 0])).tolist() == [5, 3]
    assert (len(roll), roll.place.tolist()) == (6, [0, 1, 2, 0, 1, 2])
    assert roll.amount.tolist() == [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    assert roll.by_outcome().sum() == roll.stock(day_number(BASE)).sum() == 3.0


def test_places_that_are_not_free_leave_no_trace_in_the_problem(make_walk: MakeWalk) -> None:
    """With a further place that has no room, members, columns, costs and second costs are the same."""
    extra = place("extra", age_min=4, age_max=6, weekly_pence=5)
    problems = []
    for walk in (busy(make_walk), busy(make_walk, extra)):
        book = make_book(walk.places, walk.reach, POLICY, walk.grid)
        middle = np.repeat(np.arange(walk.grid.quarters), 2)
        profile = np.tile([PROFILE_INDEX["foster"], PROFILE_INDEX["foster-complex"]], walk.grid.quarters)
        nought = np.zeros(len(middle), dtype=np.int64)
        classes = book.class_of(middle, profile, nought, nought, day_number(BASE))
        children, years = np.full(len(classes), 0.37), np.linspace(0.0, 18.0, len(classes))
        free = np.where(np.array(walk.places.id) == "extra", 0.0, 1.0)
        problems.append(month_problem(book, classes, children, years, free))
    without, with_it = (made.problem for made in problems)
    for name in ("demand", "capacity", "cost", "place", "column_member"):
        assert np.array_equal(getattr(without, name), getattr(with_it, name)), name
    assert np.array_equal(problems[0].second, problems[1].second)
    assert np.array_equal(problems[0].member, problems[1].member)
    assert without.demand.sum() == pytest.approx(0.37 * CHILD_UNITS * 2 * busy(make_walk).grid.quarters, abs=100)
