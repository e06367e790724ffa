"""Small allocation problems, hand-made and random, and their optimum by trying everything."""

from dataclasses import replace
from functools import cache

import numpy as np
from hypothesis import strategies as st

from solvers.allocation.arrays import Integers
from solvers.allocation.contracts import Contracts
from solvers.allocation.problem import Problem

WITHOUT = 1_000


def whole(*numbers: int) -> Integers:
    return np.array(numbers, np.int64)


def problem_of(
    demand: list[int],
    family: list[int],
    capacity: list[int],
    columns: list[tuple[tuple[int, ...], int, int, int]],
    contracts: Contracts | None = None,
) -> Problem:
    """Build a problem from columns given as (members, place, use, cost), adding a column without a place for each."""
    rows = [*columns, *(((i,), -1, 0, WITHOUT) for i in range(len(demand)))]
    sizes = [len(row[0]) for row in rows]
    return Problem(
        demand=whole(*demand),
        family=whole(*family),
        capacity=whole(*capacity),
        cost=whole(*(row[3] for row in rows)),
        place=whole(*(row[1] for row in rows)),
        use=whole(*(row[2] for row in rows)),
        column_start=np.cumsum([0, *sizes]).astype(np.int64),
        column_member=whole(*(i for row in rows for i in row[0])),
        contracts=contracts,
    )


def four_members() -> Problem:
    """Two siblings (0, 1), one who needs a place to himself (2), one plain (3); homes of two and of one.

    Together the siblings cost 500 in the home of two. Alone in it, member 2 costs 400 but takes both units. The best is
    siblings together (500), member 3 in the home of one (300), member 2 without (1000): 1800.
    """
    columns = [((0, 1), 0, 2, 500), ((0,), 0, 1, 300), ((1,), 1, 1, 350), ((2,), 0, 2, 400), ((3,), 1, 1, 300)]
    return problem_of([1, 1, 1, 1], [0, 0, 1, 2], [2, 1], columns)


def one_contract(
    maximum: int, minimum: int, price: int, steps: list[tuple[int, int]], every: int, of: Problem
) -> Problem:
    """Put all places of a problem under one contract whose volume is the units of capacity used."""
    terms = Contracts(
        contract=np.zeros(of.places, np.int64),
        volume=np.where(of.place >= 0, of.use, 0),
        maximum=whole(maximum),
        minimum=whole(minimum),
        shortfall_price=whole(price),
        step_start=whole(0, len(steps)),
        step_threshold=whole(*(threshold for threshold, _ in steps)),
        step_discount=whole(*(discount for _, discount in steps)),
        on_every_unit=whole(every),
    )
    return changed(of, contracts=terms)


def changed(problem: Problem, **fields: object) -> Problem:
    """Return the problem with some fields replaced."""
    names = (
        "demand",
        "family",
        "capacity",
        "cost",
        "place",
        "use",
        "column_start",
        "column_member",
        "contracts",
    )
    kept = {name: getattr(problem, name) for name in names}
    return Problem(**{**kept, **fields})


def charge(terms: Contracts, k: int, volume: int) -> int:
    """Charge of a contract unit by unit, in the most literal way."""
    short = max(0, int(terms.minimum[k]) - volume) * int(terms.shortfall_price[k])
    steps = range(int(terms.step_start[k]), int(terms.step_start[k + 1]))
    rebate = 0
    for unit in range(1, volume + 1):
        reached_at = volume if terms.on_every_unit[k] else unit
        discounts = [int(terms.step_discount[s]) for s in steps if terms.step_threshold[s] <= reached_at]
        rebate += max(discounts, default=0)
    return short - rebate


def brute_force(problem: Problem) -> int:
    """Least cost by trying everything: the first uncovered member takes each of its columns in turn."""
    start, terms = problem.column_start.tolist(), problem.contracts
    covers = [tuple(problem.column_member[start[j] : start[j + 1]].tolist()) for j in range(problem.columns)]
    place, use, cost = problem.place.tolist(), problem.use.tolist(), problem.cost.tolist()
    maximum = () if terms is None else tuple(terms.maximum.tolist())

    @cache
    def least(left: tuple[int, ...], free: tuple[int, ...], room: tuple[int, ...]) -> float:
        first = next((i for i, units in enumerate(left) if units), None)
        if first is None:
            return sum(charge(terms, k, maximum[k] - room[k]) for k in range(len(room))) if terms else 0
        options = [float("inf")]
        for j, members in enumerate(covers):
            if first not in members or any(left[i] < 1 for i in members):
                continue
            free_after, room_after = list(free), list(room)
            if place[j] >= 0:
                free_after[place[j]] -= use[j]
                k = -1 if terms is None else int(terms.contract[place[j]])
                if k >= 0:
                    room_after[k] -= int(terms.volume[j])
            if min(free_after, default=0) < 0 or min(room_after, default=0) < 0:
                continue
            left_after = tuple(units - (i in members) for i, units in enumerate(left))
            options.append(cost[j] + least(left_after, tuple(free_after), tuple(room_after)))
        return min(options)

    return int(least(tuple(problem.demand.tolist()), tuple(problem.capacity.tolist()), maximum))


@st.composite
def plain_problems(draw: st.DrawFn) -> Problem:
    """Members on their own with any demand, one unit of a place a unit."""
    places = draw(st.integers(1, 4))
    demand = draw(st.lists(st.integers(0, 3), min_size=1, max_size=5))
    columns = [((i,), h, 1, cost) for i in range(len(demand)) for h, cost in draw(_options(places)).items()]
    return problem_of(demand, list(range(len(demand))), draw(_capacities(places)), columns)


@st.composite
def problems(draw: st.DrawFn, contracts: bool = True) -> Problem:
    """Families of up to three, places used by more than one unit, and sometimes a contract."""
    places = draw(st.integers(1, 4))
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    family = [f for f, size in enumerate(sizes) for _ in range(size)]
    demand = [1 if sizes[f] > 1 else draw(st.integers(0, 2)) for f in family]
    columns = []
    for f in range(len(sizes)):
        members = [i for i, other in enumerate(family) if other == f]
        for bits in range(1, 1 << len(members)):
            subset = tuple(i for position, i in enumerate(members) if bits >> position & 1)
            for h, cost in draw(_options(places)).items():
                columns.append((subset, h, draw(st.integers(1, 3)), cost))
    problem = problem_of(demand, family, draw(_capacities(places)), columns)
    return draw(_under_contract(problem)) if contracts and draw(st.booleans()) else problem


@st.composite
def _under_contract(draw: st.DrawFn, problem: Problem) -> Problem:
    thresholds = sorted(draw(st.sets(st.integers(1, 5), max_size=2)))
    discounts = sorted(draw(st.sets(st.integers(1, 300), min_size=len(thresholds), max_size=len(thresholds))))
    return one_contract(
        maximum=draw(st.integers(0, 6)),
        minimum=draw(st.integers(0, 4)),
        price=draw(st.integers(0, 400)),
        steps=list(zip(thresholds, discounts, strict=True)),
        every=draw(st.integers(0, 1)),
        of=problem,
    )


def _options(places: int) -> st.SearchStrategy[dict[int, int]]:
    return st.dictionaries(st.integers(0, places - 1), st.integers(-50, 1_500), max_size=places)


def _capacities(places: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, 3), min_size=places, max_size=places)


def random_problem(rng: np.random.Generator) -> Problem:
    """Build a small contested problem: up to eight members, up to six places, too little room, sometimes contracts."""
    places = int(rng.integers(2, 7))
    sizes = []
    while sum(sizes) < rng.integers(3, 9):
        sizes.append(int(rng.choice([1, 1, 1, 2, 3])))
    family = [f for f, size in enumerate(sizes) for _ in range(size)]
    demand = [1 if sizes[f] > 1 else int(rng.integers(1, 3)) for f in family]
    columns = []
    for f in range(len(sizes)):
        members = [i for i, other in enumerate(family) if other == f]
        solo = len(members) == 1 and rng.random() < 0.3
        for bits in range(1, 1 << len(members)):
            subset = tuple(i for position, i in enumerate(members) if bits >> position & 1)
            for h in np.flatnonzero(rng.random(places) < 0.7).tolist():
                use = int(rng.integers(2, 4)) if solo else len(subset)
                columns.append((subset, h, use, int(rng.integers(50, 700)) * len(subset)))
    problem = problem_of(demand, family, rng.integers(0, 4, places).tolist(), columns)
    return _contested(problem, rng) if rng.random() < 0.5 else problem


def _contested(problem: Problem, rng: np.random.Generator) -> Problem:
    thresholds = np.sort(rng.choice(np.arange(1, 7), int(rng.integers(0, 3)), replace=False)).tolist()
    discounts = np.sort(rng.choice(np.arange(10, 400), len(thresholds), replace=False)).tolist()
    steps = list(zip(thresholds, discounts, strict=True))
    maximum, minimum, price, every = (int(rng.integers(high)) for high in (8, 5, 500, 2))
    contested = one_contract(maximum, minimum, price, steps, every, problem)
    if contested.contracts is None or rng.random() < 0.5:
        return contested
    other_volume = np.where(problem.place >= 0, rng.integers(0, 3, problem.columns), 0)
    return changed(problem, contracts=replace(contested.contracts, volume=other_volume))


def random_plain_problem(rng: np.random.Generator) -> Problem:
    """Build a small contested problem of members on their own who take one unit a unit."""
    places, members = int(rng.integers(2, 7)), int(rng.integers(2, 9))
    columns = [
        ((i,), h, 1, int(rng.integers(50, 700)))
        for i in range(members)
        for h in np.flatnonzero(rng.random(places) < 0.7).tolist()
    ]
    capacity = rng.integers(0, 3, places).tolist()
    return problem_of(rng.integers(1, 3, members).tolist(), list(range(members)), capacity, columns)
