"""Allocation instances of any size, from one council to England: towns, families, homes, market, contracts.

Nothing here is measured data. The shares are plausible roundings that make the problem as awkward as the real one: a
quarter of members have siblings to be kept with, a few need a whole home, distance and borders cost, places are a
little short, some are under block contracts or volume rebates. Everything is drawn from one seed.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from solvers.allocation.arrays import Integers
from solvers.allocation.contracts import Contracts
from solvers.allocation.problem import Problem

Reals = NDArray[np.float64]

FOSTER_OWN, FOSTER_AGENCY, HOME_OWN, HOME_PRIVATE, SUPPORTED = range(5)

MEMBERS_AN_AUTHORITY = 550
FAMILY_SIZES = (1, 2, 3, 4, 5)
FAMILY_SHARES = (0.855, 0.095, 0.035, 0.011, 0.004)  # of families: about a quarter of members have siblings
LEVEL_SHARES = (0.56, 0.27, 0.12, 0.05)
SOLO_SHARE_AT_LEVEL = (0.0, 0.01, 0.06, 0.25)
LARGEST_HOME_FOR_ONE = 3  # nobody empties a larger home for one member
WITHOUT_PENCE = 1_000_000
SPLIT_PENCE = 40_000
OUT_OF_AREA_PENCE = 5_000
DISTANT_PENCE = 10_000
PENCE_A_MILE, PENCE_A_FAR_MILE = 500, 1_200
NEAR_MILES, FAR_MILES = 5.0, 20.0


@dataclass(frozen=True)
class Recipe:
    """What to make.

    Attributes
    ----------
    members
        About how many members there are.
    supply
        Places for each place needed: 1.3 is loose, 1.0 tight, 0.8 sparse.
    miles_between_authorities
        12 is urban, 18 mixed, 27 rural.
    nearest
        How many candidates of each kind a family looks at: foster households, homes.
    seed
        Of everything.
    """

    members: int
    supply: float = 1.0
    miles_between_authorities: float = 18.0
    nearest: tuple[int, int] = (150, 60)
    seed: int = 0
    contracts: bool = True
    siblings: bool = True
    solos: bool = True


@dataclass(frozen=True, eq=False)
class People:
    """Members of families, and where each family is from."""

    family: Integers
    age: Integers
    level: Integers
    solo: NDArray[np.bool_]
    home: Reals
    authority: Integers

    @property
    def first(self) -> Integers:
        """First member of each family."""
        return np.flatnonzero(np.append(True, np.diff(self.family) > 0))


@dataclass(frozen=True, eq=False)
class Supply:
    """Places, one row each."""

    kind: Integers
    at: Reals
    authority: Integers
    capacity: Integers
    age_from: Integers
    age_to: Integers
    level: Integers
    price: Integers


def instance(recipe: Recipe) -> Problem:
    """Make the problem of a recipe."""
    rng = np.random.default_rng(recipe.seed)
    towns = _towns(recipe, rng)
    people = _people(recipe, towns, rng)
    supply = _supply(recipe, towns, rng)
    columns = _columns(recipe, people, supply)
    problem = _assemble(people, supply, columns)
    return replace(problem, contracts=_contracts(problem, supply, rng)) if recipe.contracts else problem


@dataclass(frozen=True, eq=False)
class Towns:
    """Where people live: coordinates in miles, authority, share of the people."""

    at: Reals
    authority: Integers
    share: Reals

    def draw(self, count: int, evenness: float, rng: np.random.Generator) -> Integers:
        """Draw towns by share; evenness 1 follows the people, 0 pays them no heed."""
        share = self.share**evenness
        return rng.choice(len(self.share), count, p=share / share.sum())


def _towns(recipe: Recipe, rng: np.random.Generator) -> Towns:
    authorities = max(1, round(recipe.members / MEMBERS_AN_AUTHORITY))
    side = int(np.ceil(np.sqrt(authorities)))
    grid = np.stack(np.divmod(np.arange(authorities), side), axis=1).astype(float)
    centre = (grid + rng.uniform(-0.25, 0.25, grid.shape)) * recipe.miles_between_authorities
    count = rng.integers(2, 6, authorities)
    authority = np.repeat(np.arange(authorities), count)
    spread = recipe.miles_between_authorities * 0.28
    share = rng.pareto(2.5, len(authority)) + 0.3
    return Towns(centre[authority] + rng.normal(0, spread, (len(authority), 2)), authority, share / share.sum())


def _people(recipe: Recipe, towns: Towns, rng: np.random.Generator) -> People:
    shares = FAMILY_SHARES if recipe.siblings else (1.0, 0.0, 0.0, 0.0, 0.0)
    sizes = rng.choice(FAMILY_SIZES, recipe.members, p=shares)
    sizes = sizes[: np.searchsorted(np.cumsum(sizes), recipe.members) + 1]
    family = np.repeat(np.arange(len(sizes)), sizes)
    town = towns.draw(len(sizes), 1.0, rng)
    home = towns.at[town] + rng.normal(0, 2.5, (len(sizes), 2))
    eldest = rng.integers(0, 18, len(sizes))
    age = np.clip(eldest[family] - rng.integers(0, 7, len(family)) * (sizes[family] > 1), 0, 17)
    level = rng.choice(4, len(family), p=LEVEL_SHARES) + 1
    solo = (rng.random(len(family)) < np.array(SOLO_SHARE_AT_LEVEL)[level - 1]) & (sizes[family] == 1)
    solo &= recipe.solos
    return People(family, age, level, solo, home, towns.authority[town])


def _supply(recipe: Recipe, towns: Towns, rng: np.random.Generator) -> Supply:
    """Draw places a member: foster households, homes, supported lodgings (kin are nobody else's)."""
    per_member = np.array([0.19, 0.24, 0.012, 0.06, 0.05]) * recipe.supply
    kind = np.repeat(np.arange(5), np.maximum(1, np.rint(per_member * recipe.members).astype(int)))
    town = towns.draw(len(kind), 1.0, rng)
    capacity = np.array([1, 1, 2, 1, 3])[kind] + rng.integers(0, np.array([3, 3, 4, 5, 4])[kind])
    age_from = np.where(kind == SUPPORTED, 16, rng.choice([0, 0, 0, 5, 8], len(kind)))
    age_from = np.where((kind == HOME_OWN) | (kind == HOME_PRIVATE), rng.choice([5, 8, 10], len(kind)), age_from)
    reach = rng.choice([5, 9, 17, 17], len(kind))
    age_to = np.where(kind >= HOME_OWN, 17, np.minimum(17, age_from + reach))
    more = rng.choice(3, len(kind), p=[0.5, 0.35, 0.15])
    level = np.clip(np.array([1, 2, 3, 3, 2])[kind] + more, 1, 4)
    base = np.array([45_000, 98_000, 420_000, 520_000, 95_000])[kind]
    price = (base * rng.uniform(0.85, 1.2, len(kind)) * (1 + 0.12 * (level - 1))).astype(np.int64)
    at = towns.at[town] + rng.normal(0, 4.0, (len(kind), 2))
    return Supply(kind, at, towns.authority[town], capacity, age_from, age_to, level, price)


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns with a place: family, subset of it as bits, place, use, cost, and how much of it is for distance."""

    family: Integers
    subset: Integers
    place: Integers
    use: Integers
    cost: Integers
    away: Integers


def _columns(recipe: Recipe, people: People, supply: Supply) -> Columns:
    """Offer each family the nearest places of each kind, for each subset that a place may take."""
    fostering = np.flatnonzero(supply.kind <= FOSTER_AGENCY)
    residential = np.flatnonzero(supply.kind > FOSTER_AGENCY)
    pairs = [
        _nearest(people.home, supply.at, some, k)
        for some, k in zip((fostering, residential), recipe.nearest, strict=True)
    ]
    family = np.concatenate([pair[0] for pair in pairs])
    place = np.concatenate([pair[1] for pair in pairs])
    parts = [_subsets_of_size(people, supply, family, place, size) for size in np.unique(np.bincount(people.family))]
    joined = [np.concatenate([getattr(part, name) for part in parts]) for name in Columns.__dataclass_fields__]
    return Columns(*joined)


def _nearest(home: Reals, at: Reals, some: Integers, k: int) -> tuple[Integers, Integers]:
    k = min(k, len(some))
    _, index = cKDTree(at[some]).query(home, k=k)
    return np.repeat(np.arange(len(home)), k), some[index.reshape(-1)]


def _subsets_of_size(people: People, supply: Supply, family: Integers, place: Integers, size: int) -> Columns:
    mine = np.bincount(people.family)[family] == size
    family, place = family[mine], place[mine]
    member = people.first[family][:, None] + np.arange(size)
    fits = (people.age[member] >= supply.age_from[place][:, None]) & (
        people.age[member] <= supply.age_to[place][:, None]
    )
    fits &= people.level[member] <= supply.level[place][:, None] + (supply.kind[place] >= HOME_OWN)[:, None]
    emptied = supply.capacity <= LARGEST_HOME_FOR_ONE
    parts = []
    for subset in range(1, 1 << size):
        inside = np.array([bool(subset >> bit & 1) for bit in range(size)])
        heads = int(inside.sum())
        exempt = (supply.kind[place] == FOSTER_OWN) & (place % 3 == 0)
        room = (heads <= supply.capacity[place] + exempt) & (~people.solo[member[:, 0]] | emptied[place])
        chosen = np.flatnonzero(fits[:, inside].all(axis=1) & room)
        parts.append(_priced(people, supply, family[chosen], place[chosen], subset, inside))
    return Columns(*(np.concatenate([getattr(p, name) for p in parts]) for name in Columns.__dataclass_fields__))


def _priced(
    people: People, supply: Supply, family: Integers, place: Integers, subset: int, inside: NDArray[np.bool_]
) -> Columns:
    heads = int(inside.sum())
    member = people.first[family][:, None] + np.flatnonzero(inside)
    miles = np.hypot(*(people.home[family] - supply.at[place]).T) * 1.0
    away = PENCE_A_MILE * np.maximum(0, miles - NEAR_MILES) + PENCE_A_FAR_MILE * np.maximum(0, miles - FAR_MILES)
    away += np.where(people.authority[family] != supply.authority[place], OUT_OF_AREA_PENCE, 0)
    away += np.where(miles > FAR_MILES, DISTANT_PENCE, 0)
    need = (people.level[member] * 3_000).sum(axis=1) * (supply.kind[place] >= HOME_OWN)
    residential = (supply.kind[place] == HOME_OWN) | (supply.kind[place] == HOME_PRIVATE)
    less_suitable = np.where(residential & (people.level[member].max(axis=1) < 3), 60_000, 0)
    solo = people.solo[member].any(axis=1)
    capacity = supply.capacity[place]
    split = 0 if inside[0] else SPLIT_PENCE
    price = supply.price[place] * heads + np.where(solo, (supply.price[place] * 0.35).astype(int) * (capacity - 1), 0)
    cost = price + (heads * (away + less_suitable) + need).astype(np.int64) + split
    use = np.where(solo, capacity, np.minimum(heads, capacity))
    return Columns(family, np.full(len(family), subset), place, use, cost, (heads * away).astype(np.int64))


def _assemble(people: People, supply: Supply, columns: Columns) -> Problem:
    size = np.bincount(people.family)
    members = np.arange(len(people.family))
    alone = Columns(
        people.family,
        1 << (members - people.first[people.family]),
        np.full(len(members), -1),
        np.zeros(len(members), np.int64),
        np.where(members == people.first[people.family], WITHOUT_PENCE, WITHOUT_PENCE + SPLIT_PENCE),
        np.full(len(members), WITHOUT_PENCE),
    )
    family, subset, place, use, cost, away = (
        np.concatenate((getattr(columns, name), getattr(alone, name))) for name in Columns.__dataclass_fields__
    )
    order = np.lexsort((place, subset, family))
    family, subset = family[order], subset[order]
    bits = (subset[:, None] >> np.arange(int(size.max()))) & 1
    column, bit = np.nonzero(bits)
    return Problem(
        demand=np.ones(len(members), np.int64),
        family=people.family,
        capacity=supply.capacity,
        cost=cost[order],
        place=place[order],
        use=use[order],
        column_start=np.concatenate(([0], np.cumsum(bits.sum(axis=1)))),
        column_member=people.first[family[column]] + bit,
        cost_parts={"away": away[order], "rest": (cost - away)[order]},
    )


def _contracts(problem: Problem, supply: Supply, rng: np.random.Generator) -> Contracts:
    """Put a third of private homes under block contracts, a fifth of agency households under volume rebates."""
    blocks = _grouped(supply, rng, HOME_PRIVATE, share=0.33, group=5)
    rebates = _grouped(supply, rng, FOSTER_AGENCY, share=0.2, group=8)
    contract = np.where(blocks >= 0, blocks, np.where(rebates >= 0, rebates + blocks.max(initial=-1) + 1, -1))
    count = int(contract.max(initial=-1)) + 1
    mine = contract >= 0
    held, dear = np.zeros((2, count), np.int64)
    np.add.at(held, contract[mine], supply.capacity[mine])
    np.maximum.at(dear, contract[mine], supply.price[mine])
    block = np.arange(count) <= blocks.max(initial=-1)
    owner = np.repeat(np.flatnonzero(~block), 2)
    second = np.arange(len(owner)) % 2 == 1
    threshold = np.rint(held[owner] * np.where(second, 0.8, 0.5)).astype(np.int64)
    return Contracts(
        contract=contract,
        volume=np.where(problem.place >= 0, problem.use, 0),
        maximum=held,
        minimum=np.where(block, held * 7 // 10, 0),
        shortfall_price=np.where(block, dear * 8 // 10, 0),
        step_start=np.concatenate(([0], np.cumsum(np.where(block, 0, 2)))),
        step_threshold=np.maximum(threshold, np.where(second, 2, 1)) + (second & (held[owner] < 4)),
        step_discount=(dear[owner] * np.where(second, 0.05, 0.02)).astype(np.int64),
        on_every_unit=rng.integers(0, 2, count),
    )


def _grouped(supply: Supply, rng: np.random.Generator, kind: int, share: float, group: int) -> Integers:
    """Give neighbouring places of one kind a contract in common; -1 stands for places under none."""
    some = np.flatnonzero((supply.kind == kind) & (rng.random(len(supply.kind)) < share))
    some = some[np.lexsort((supply.at[some, 1], supply.at[some, 0] // 20))]
    contract = np.full(len(supply.kind), -1)
    contract[some] = np.arange(len(some)) // group
    return contract
