"""The columns of a month in all replications: every child in every lawful free place, siblings together or apart.

Each replication has places of its own, so the whole is one problem that falls into as many parts. A sibling group pays
``policy.sibling_split`` for every home it comes to be in where none of it lives yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.problem import Problem
from sufficiency.matching.alone import LIVES_ALONE, for_one, taking_all
from sufficiency.matching.columns import SUITABILITY, Members, Pairs, eligible, near_enough, price_pairs
from sufficiency.matching.policy import Policy
from sufficiency.matching.sampled.asking import Ask, Askers
from sufficiency.matching.sampled.reviews import SIBLINGS, STEP_DOWN
from sufficiency.matching.sampled.setup import SampledWalk
from sufficiency.matching.today import LARGEST_FAMILY

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Offers:
    """The problem of a month, and what its indices stand for.

    Attributes
    ----------
    problem
        What the solver sees; its places are those of the first replication, then those of the next.
    replication
        Replication of each member, shape (m,).
    pairs
        Every child in every lawful free place, with what it costs.
    one_part
        What each replication's groups pay for being in one part, shape (r,): no split, so taken off its value.
    """

    problem: Problem
    replication: IntArray
    pairs: Pairs
    one_part: FloatArray


def members_of(askers: Askers) -> Members:
    """Return askers as the rules see them: home points stand for zones."""
    return Members(askers.age, askers.age, askers.profile, askers.home, askers.sex)


def lawful(ground: SampledWalk, ask: Ask, *, whole_homes: bool = False) -> Mask:
    """Which asker may live in which place that is free in its replication, shape (m, p); reviews only in better.

    Parameters
    ----------
    whole_homes
        Whether a child who must live alone may have all of a home for several, where ``ask`` says so.
    """
    askers, places = ask.askers, ground.chosen_places
    if whole_homes and ask.whole.any():
        places = for_one(places, ask.whole_somewhere)
    allowed = eligible(members_of(askers), places) & (ask.free[askers.replication] > 0)
    if places is not ground.chosen_places:
        alone = np.flatnonzero(LIVES_ALONE[askers.profile])
        allowed[alone] &= ground.chosen_places.solo | ask.whole[askers.replication[alone]]
    allowed &= near_enough(members_of(askers), places, ground.chosen_reach, ask.max_miles)
    moving = np.flatnonzero(askers.leaving >= 0)
    allowed[moving, askers.leaving[moving]] = False
    rows = np.flatnonzero(askers.review)
    if len(rows):
        allowed[rows] &= _better(ground, askers.take(rows))
    if ground.walk.policy.siblings_together:
        allowed[_living_with_siblings(ask)] = False
    return np.asarray(allowed)


def _better(ground: SampledWalk, askers: Askers) -> Mask:
    """Which place would be better for which child under review, in the sense of the review."""
    suits = SUITABILITY[askers.profile][:, ground.setting[ground.chosen]]
    nearer = ground.chosen_reach.miles[askers.home] < askers.miles[:, None]
    other = askers.now[:, None] != np.arange(len(ground.chosen))[None, :]
    kind = askers.review[:, None]
    # A home nearer by is not bought with a setting that suits less; brothers and sisters may live in any that suits.
    preferred = suits == 0
    return np.asarray(other & ((kind == SIBLINGS) | (preferred & ((kind == STEP_DOWN) | nearer))))


def _living_with_siblings(ask: Ask) -> IntArray:
    """Rows of children looked at again for their own sake who live with brothers or sisters."""
    askers = ask.askers
    rows = np.flatnonzero(askers.review)
    _, home, living = np.unique(
        np.stack([askers.group[rows], askers.now[rows]]), axis=1, return_inverse=True, return_counts=True
    )
    beside = (living[home.ravel()] > 1) | _lives_there(askers, rows, askers.now[rows], ask)
    return np.asarray(rows[beside & (askers.review[rows] != SIBLINGS)], dtype=np.int64)


def never_apart(policy: Policy, ask: Ask) -> Mask:
    """Return who is given a home with all brothers and sisters who ask too, or none."""
    return ask.home_for_all & policy.siblings_together


def build_offers(ground: SampledWalk, ask: Ask) -> Offers:
    """Build the problem of a month."""
    askers, policy = ask.askers, ground.walk.policy
    replications, places = ask.free.shape
    members, allowed = members_of(askers), lawful(ground, ask, whole_homes=True)
    pairs = price_pairs(members, ground.chosen_places, ground.chosen_reach, policy, allowed)
    if ask.whole.any():
        room = ask.free[askers.replication[pairs.member], pairs.place]
        pairs = taking_all(pairs, members, ask.whole_somewhere, room)
    families = number_families(askers)
    split = _split_weight(askers, families, ask, policy.sibling_split)
    bound = never_apart(policy, ask)
    blocks = [_singles(pairs, split, ask, bound), *_together(pairs, families, split, ask, bound)]
    blocks.append(_without(ask, split, policy.unmet))
    offset = [askers.replication[block.member[:: block.size]] * places for block in blocks]
    place = [np.where(b.place < 0, -1, b.place + o) for b, o in zip(blocks, offset, strict=True)]
    sizes = np.concatenate([np.full(len(block.place), block.size) for block in blocks])
    problem = Problem(
        demand=np.ones(len(askers), dtype=np.int64),
        family=families,
        capacity=ask.free.ravel(),
        cost=np.concatenate([block.cost + block.split for block in blocks]),
        place=np.concatenate(place),
        use=np.concatenate([block.use for block in blocks]),
        column_start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        column_member=np.concatenate([block.member for block in blocks]),
    )
    return Offers(problem, askers.replication, pairs, _one_part(askers, families, split, ask, replications))


@dataclass(frozen=True, eq=False)
class _Block:
    """Columns that cover ``size`` members each; ``member`` lists them column after column."""

    size: int
    member: IntArray
    place: IntArray
    cost: IntArray
    split: IntArray
    use: IntArray


def cost_of(pairs: Pairs, position: IntArray, ask: Ask, unmet: int) -> IntArray:
    """Return what each asker's home costs, pence a week.

    Parameters
    ----------
    position
        Place of each, -1 for none or (under review) the present one, shape (m,).
    unmet
        What it weighs to have none.
    """
    askers, places = ask.askers, ask.free.shape[1]
    cost = np.where(askers.review > 0, askers.stay_cost, unmet)
    placed = np.flatnonzero((position >= 0) & ((askers.review == 0) | (position != askers.now)))
    key = pairs.member * places + pairs.place
    cost[placed] = pairs.cost[np.searchsorted(key, placed * places + position[placed])]
    return cost


def number_families(askers: Askers) -> IntArray:
    """Give the sibling groups that ask together numbers from 0, in parts of at most LARGEST_FAMILY, eldest first."""
    if not len(askers):
        return np.zeros(0, dtype=np.int64)
    order = np.lexsort((-askers.age, askers.group))
    group = askers.group[order]
    start = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    rank = np.arange(len(group)) - np.repeat(start, np.diff(np.append(start, len(group))))
    families = np.empty(len(group), dtype=np.int64)
    families[order] = np.cumsum(rank % LARGEST_FAMILY == 0) - 1
    return families


def _split_weight(askers: Askers, families: IntArray, ask: Ask, weight: int) -> IntArray:
    """Return what coming to a home without brothers or sisters weighs for each asker; 0 for those without any."""
    has_siblings = (np.bincount(families)[families] > 1) | np.isin(askers.group, ask.sibling_group)
    return np.where(has_siblings, weight, 0).astype(np.int64)


def _lives_there(askers: Askers, member: IntArray, place: IntArray, ask: Ask) -> Mask:
    """Whether a settled brother or sister of each member lives in a place."""
    width = 1 + max(int(array.max(initial=0)) for array in (place, ask.sibling_at))
    return np.isin(askers.group[member] * width + place, ask.sibling_group * width + ask.sibling_at)


def _singles(pairs: Pairs, split: IntArray, ask: Ask, bound: Mask) -> _Block:
    askers = ask.askers
    weight = split[pairs.member]
    near = np.flatnonzero(weight)
    weight[near[_lives_there(askers, pairs.member[near], pairs.place[near], ask)]] = 0
    # A review of siblings ends in a home together, or with one of them who is settled: nobody is moved apart again.
    kept = np.flatnonzero(((askers.review[pairs.member] != SIBLINGS) | (weight == 0)) & ~bound[pairs.member])
    return _Block(1, pairs.member[kept], pairs.place[kept], pairs.cost[kept], weight[kept], pairs.use[kept])


def _together(pairs: Pairs, families: IntArray, split: IntArray, ask: Ask, bound: Mask) -> Iterator[_Block]:
    """Yield the columns of each part of a sibling group in each place that may take all of it, by size of part.

    Those in ``bound`` have one part: all of the group.
    """
    askers = ask.askers
    size = np.bincount(families)
    several = np.flatnonzero(size[families] > 1)
    if not len(several):
        return
    local = np.full(len(askers), -1, dtype=np.int64)
    local[several] = np.arange(len(several))
    cost = np.full((len(several), ask.free.shape[1]), -1, dtype=np.int64)
    allowed = np.zeros(cost.shape, dtype=bool)
    mine = np.flatnonzero(local[pairs.member] >= 0)
    cost[local[pairs.member[mine]], pairs.place[mine]] = pairs.cost[mine]
    # Nobody lives beside a child who has all of a home, not even brothers and sisters.
    allowed[local[pairs.member[mine]], pairs.place[mine]] = pairs.use[mine] == 1
    now = askers.now[several]
    stays = np.flatnonzero((now >= 0) & (now < ask.free.shape[1]))
    cost[stays, now[stays]], allowed[stays, now[stays]] = askers.stay_cost[several[stays]], True
    for count in range(2, int(size.max()) + 1):
        parts = _parts(several, families, count)
        parts = parts[~bound[parts[:, 0]] | (size[families[parts[:, 0]]] == count)]
        yield _staying_together(parts, split, ask)
        # Who lives there already takes no more room.
        takes = count - (now[local[parts]][:, :, None] == np.arange(cost.shape[1])).sum(axis=1)
        free = ask.free[askers.replication[parts[:, 0]]]
        room = (free >= takes) | ask.exempt[askers.replication[parts[:, 0]]]
        part, place = np.nonzero(allowed[local[parts]].all(axis=1) & room)
        member = parts[part]
        total = cost[local[member], place[:, None]].sum(axis=1)
        weight = split[member[:, 0]]
        weight[_lives_there(askers, member[:, 0], place, ask)] = 0
        use = np.minimum(takes, free)[part, place].astype(np.int64)
        yield _Block(count, member.ravel(), place, total, weight, use)


def _staying_together(parts: IntArray, split: IntArray, ask: Ask) -> _Block:
    """Columns of parts who live in one home already, one that nobody may be placed in anew, and stay there."""
    askers = ask.askers
    now = askers.now[parts]
    same = np.flatnonzero((now[:, 0] >= ask.free.shape[1]) & (now == now[:, :1]).all(axis=1))
    member, count = parts[same], parts.shape[1]
    weight = split[member[:, 0]]
    weight[_lives_there(askers, member[:, 0], now[same, 0], ask)] = 0
    nowhere = np.full(len(same), -1, dtype=np.int64)
    cost = askers.stay_cost[member].sum(axis=1)
    return _Block(count, member.ravel(), nowhere, cost, weight, np.full(len(same), count, dtype=np.int64))


def _parts(several: IntArray, families: IntArray, count: int) -> IntArray:
    """Every subset of some size of every family, shape (parts, size)."""
    order = several[np.argsort(families[several], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(families[order])) + 1)
    found = [part for group in groups for part in combinations(group.tolist(), count)]
    return np.array(found, dtype=np.int64).reshape(-1, count)


def _without(ask: Ask, split: IntArray, unmet: int) -> _Block:
    """Columns that use no place: going without, or staying at home for a child under review."""
    askers = ask.askers
    everybody = np.arange(len(askers), dtype=np.int64)
    weight = split.copy()
    at_home = np.flatnonzero(askers.now >= 0)
    weight[at_home[_lives_there(askers, at_home, askers.now[at_home], ask)]] = 0
    cost = np.where(askers.review > 0, askers.stay_cost, unmet).astype(np.int64)
    return _Block(1, everybody, np.full(len(askers), -1), cost, weight, np.ones(len(askers), dtype=np.int64))


def _one_part(askers: Askers, families: IntArray, split: IntArray, ask: Ask, replications: int) -> FloatArray:
    """Sum over the groups of each replication of whom nobody has a home yet: their first part is no split."""
    _, first = np.unique(families, return_index=True)
    alone = ~np.isin(askers.group[first], ask.sibling_group)
    # Larger groups ask in parts; only the first part of a group is its first home.
    _, earliest = np.unique(askers.group[first], return_index=True)
    counted = np.zeros(len(first), dtype=bool)
    counted[earliest] = True
    rows = first[alone & counted]
    return np.asarray(np.bincount(askers.replication[rows], split[rows], replications), dtype=np.float64)
