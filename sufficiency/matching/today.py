"""Allocation on the base date alone: today's children over today's places, as if all were placed afresh.

It answers "how well could the places there are meet the needs there are", and what use of the same places costs today
beside it. Nobody is proposed for a move: the answer is counts by need and kind of place, never a list of children.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.answer import Answer
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import DEFAULT_STOP
from solvers.allocation.solve import solve
from solvers.stop import StopRule
from sufficiency.domain.places import Places
from sufficiency.matching.alone import for_one, may_be_emptied, small_enough, taking_all
from sufficiency.matching.columns import Members, Pairs, eligible, exempt, near_enough, price_pairs
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import Reach

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

LARGEST_FAMILY = 5
"""Sibling groups beyond this are matched in parts of this size, eldest first: 52 ways to part five are enough."""


@dataclass(frozen=True, eq=False)
class TodayProblem:
    """The problem of the base date and what its columns stand for.

    Attributes
    ----------
    members
        One entry a child.
    families
        Sibling group of each child, shape (m,).
    one_part_pence
        What a group pays for being in one part; taken off the value, since only *further* parts are a cost.
    home_for_all
        Who has brothers and sisters whom some home takes all, were it empty, shape (m,).
    emptied
        Homes for several all of which a child who must live alone may have, shape (n,).
    """

    problem: Problem
    members: Members
    families: IntArray
    one_part_pence: int
    home_for_all: Mask
    emptied: Mask

    @property
    def no_home_for_all(self) -> int:
        """Sibling groups whom no home takes all of, even empty: apart under any policy."""
        several = np.bincount(self.families) > 1
        return int(several.sum()) - len(np.unique(self.families[self.home_for_all]))


def build_problem(
    members: Members, sibling_group: IntArray, places: Places, capacity: IntArray, reach: Reach, policy: Policy
) -> TodayProblem:
    """Build the problem with a column for each child in a place and each part of a sibling group together in a place.

    Where siblings are never to be parted, a group whom some home takes all of has columns for all of it alone.

    Parameters
    ----------
    sibling_group
        Any number that brothers and sisters share, shape (m,).
    capacity
        Places usable on the base date, shape (n,).
    """
    families = _families(members, sibling_group)
    emptied = may_be_emptied(places, policy) & small_enough(capacity, policy)
    allowed = eligible(members, for_one(places, emptied)) & near_enough(members, places, reach, policy.max_miles_new)
    pairs = price_pairs(members, places, reach, policy, allowed & (capacity > 0)[None, :])
    pairs = taking_all(pairs, members, emptied, capacity[pairs.place])
    size = np.bincount(families)
    split = np.where(size > 1, policy.sibling_split, 0)
    beyond = exempt(places) & (capacity >= policy.usual_limit)
    together = list(_together(members, pairs, families, capacity, split, beyond))
    whole = _home_for_all(families, together)
    blocks = [_singles(pairs, families, split), *together]
    if policy.siblings_together:
        blocks = [_unparted(block, whole, size[families]) for block in blocks]
    blocks.append(_unmet(len(members), families, split, policy))
    start = np.concatenate([[0], np.cumsum(np.concatenate([block.size for block in blocks]))])
    problem = Problem(
        demand=np.ones(len(members), dtype=np.int64),
        family=families,
        capacity=capacity.astype(np.int64),
        cost=np.concatenate([block.cost for block in blocks]),
        place=np.concatenate([block.place for block in blocks]),
        use=np.concatenate([block.use for block in blocks]),
        column_start=start.astype(np.int64),
        column_member=np.concatenate([block.member for block in blocks]),
    )
    return TodayProblem(problem, members, families, int(split[size > 1].sum()), whole, emptied)


def allocate(today: TodayProblem, *, stop: StopRule = DEFAULT_STOP, seed: int = 0) -> Answer:
    """Solve it. The answer carries its own proof."""
    return solve(today.problem, stop=stop, seed=seed)


def place_of_member(today: TodayProblem, answer: Answer) -> IntArray:
    """Return the place of each child in an answer, -1 for unmet, shape (m,)."""
    chosen = np.flatnonzero(answer.amount > 0)
    start, stop = today.problem.column_start[chosen], today.problem.column_start[chosen + 1]
    member = np.concatenate([today.problem.column_member[a:b] for a, b in zip(start, stop, strict=True)])
    place = np.empty(len(today.members), dtype=np.int64)
    place[member] = np.repeat(today.problem.place[chosen], stop - start)
    return place


def places_used(today: TodayProblem, answer: Answer) -> IntArray:
    """Return how many places each child takes by itself: 1 but where it has all of a home, 0 for unmet, shape (m,)."""
    problem = today.problem
    alone = np.flatnonzero((answer.amount > 0) & (problem.column_size == 1))
    used = np.ones(len(today.members), dtype=np.int64)
    used[problem.column_member[problem.column_start[alone]]] = np.where(problem.place[alone] < 0, 0, problem.use[alone])
    return used


def splits(today: TodayProblem, place: IntArray) -> int:
    """Return how many further parts the sibling groups of a placement are in: 0 when all are together."""
    parts = len(
        np.unique(np.stack([today.families, np.where(place < 0, -1 - np.arange(len(place)), place)], axis=1), axis=0)
    )
    return parts - (int(today.families.max(initial=-1)) + 1)


@dataclass(frozen=True, eq=False)
class _Block:
    cost: IntArray
    place: IntArray
    size: IntArray
    member: IntArray
    use: IntArray

    @property
    def first(self) -> IntArray:
        """First member of each column."""
        return np.asarray(self.member[np.cumsum(self.size) - self.size], dtype=np.int64)


def _families(members: Members, sibling_group: IntArray) -> IntArray:
    """Give the sibling groups numbers from 0, in parts of at most LARGEST_FAMILY, eldest first."""
    order = np.lexsort([-members.oldest, sibling_group])
    group = sibling_group[order]
    first = np.concatenate([[True], group[1:] != group[:-1]]) if len(group) else np.empty(0, dtype=bool)
    rank = np.arange(len(group)) - np.maximum.accumulate(np.where(first, np.arange(len(group)), 0))
    number = np.cumsum(first | (rank % LARGEST_FAMILY == 0)) - 1
    families = np.empty(len(group), dtype=np.int64)
    families[order] = number
    return families


def _home_for_all(families: IntArray, together: list[_Block]) -> Mask:
    """Whose sibling group is covered whole by some column, shape (m,)."""
    size = np.bincount(families)
    found = np.zeros(len(size), dtype=bool)
    for block in together:
        family = families[block.first]
        found[family[size[family] == block.size]] = True
    return np.asarray(found[families])


def _unparted(block: _Block, whole: Mask, family_size: IntArray) -> _Block:
    """Drop the columns that take a part of a group some home takes whole."""
    kept = ~whole[block.first] | (family_size[block.first] == block.size)
    member = block.member[np.repeat(kept, block.size)]
    return _Block(block.cost[kept], block.place[kept], block.size[kept], member, block.use[kept])


def _singles(pairs: Pairs, families: IntArray, split: IntArray) -> _Block:
    ones = np.ones(len(pairs), dtype=np.int64)
    return _Block(pairs.cost + split[families[pairs.member]], pairs.place, ones, pairs.member, pairs.use)


def _together(
    members: Members, pairs: Pairs, families: IntArray, capacity: IntArray, split: IntArray, beyond: Mask
) -> Iterator[_Block]:
    """Yield the columns of each part of a sibling group in each place that may take all of it, by size of part.

    A household marked in ``beyond`` may take more of one group than it has places, with nobody else beside them.
    """
    places = len(capacity)
    cost = np.full((len(members), places), -1, dtype=np.int64)
    allowed = np.zeros((len(members), places), dtype=bool)
    cost[pairs.member, pairs.place] = pairs.cost
    # Nobody lives beside a child who has all of a home, not even brothers and sisters.
    allowed[pairs.member, pairs.place] = pairs.use == 1
    for size in range(2, LARGEST_FAMILY + 1):
        parts = np.array(list(_parts(families, size)), dtype=np.int64).reshape(-1, size)
        part, place = np.nonzero(allowed[parts].all(axis=1) & ((capacity >= size) | beyond)[None, :])
        total = cost[parts[part], place[:, None]].sum(axis=1) + split[families[parts[part, 0]]]
        sizes = np.full(len(part), size, dtype=np.int64)
        yield _Block(total, place, sizes, parts[part].ravel(), np.minimum(sizes, capacity[place]))


def _parts(families: IntArray, size: int) -> Iterator[Sequence[int]]:
    order = np.argsort(families, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(families[order])) + 1):
        if len(group) >= size:
            yield from combinations(group.tolist(), size)


def _unmet(children: int, families: IntArray, split: IntArray, policy: Policy) -> _Block:
    everybody, ones = np.arange(children, dtype=np.int64), np.ones(children, dtype=np.int64)
    return _Block(policy.unmet + split[families], np.full(children, -1, dtype=np.int64), ones, everybody, ones)
