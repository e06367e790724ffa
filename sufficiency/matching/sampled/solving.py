"""Best use of the free places in every replication of a month: exact, with a proof for each.

Children without siblings are a network flow once it is known where the few sibling groups go; prices of that flow say
what each group would do at them. A child who may have all of a home for several is such a group too, of one. When what
the groups did *is* what they would do, flow and groups together are optimal, and the prices prove it: value and bound
meet to the penny. Groups and flow answer each other for a few rounds; replications still open are searched by branch
and bound on the columns that prices do not rule out.
"""

from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.answer import Answer
from solvers.allocation.flow import Arcs, cheapest_flow, least_prices
from solvers.allocation.groups import entries_of, rank_in_run
from solvers.allocation.partitions import Subsets
from solvers.allocation.problem import Problem
from solvers.allocation.solve import solve
from solvers.certificate import check
from solvers.outcome import Outcome, Reason
from solvers.stop import TimeLimit
from sufficiency.matching.sampled.asking import Ask, Given
from sufficiency.matching.sampled.offers import Offers, build_offers, cost_of
from sufficiency.matching.sampled.setup import SampledWalk

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

ROUNDS = 4
"""How often groups and flow answer each other before what is open is searched."""

COLUMNS_A_MEMBER = 12
"""Cheapest columns of each child that the flow is first found on; prices then show whether any other is missed."""

SEARCH_SECONDS = 20.0
"""Longest search a month: what is still open then is reported with its gap."""


class BestUse:
    """The policy that finds the cheapest lawful use of what is free, prices carried from month to month."""

    def __init__(self, ground: SampledWalk, seed: int = 0) -> None:
        self.ground, self.seed = ground, seed
        self.price: IntArray | None = None

    def __call__(self, ask: Ask) -> Given:
        """Choose homes for those who ask."""
        began = perf_counter()
        offers = build_offers(self.ground, ask)
        replications, places = ask.free.shape
        start = self.price if self.price is not None else np.zeros(replications * places, np.int64)
        search = Search(offers, replications, start, self.seed)
        search.run()
        self.price = search.price
        answer = search.answer(perf_counter() - began)
        valid = check(offers.problem, answer).valid
        return _given(offers, search, valid, ask, self.ground.walk.policy.unmet, perf_counter() - began)


@dataclass
class Search:
    """The best in hand of each replication, and what proves it.

    Attributes
    ----------
    amount, value
        Best allocation of each replication and its cost.
    price, bound
        Prices that prove most in each replication, and what they prove.
    search_bound, stopped
        What a search proves, where prices alone do not, and why it ended.
    """

    offers: Offers
    replications: int
    start: IntArray
    seed: int
    amount: IntArray = field(init=False)
    value: FloatArray = field(init=False)
    price: IntArray = field(init=False)
    bound: FloatArray = field(init=False)
    search_bound: FloatArray = field(init=False)
    searched: int = field(init=False, default=0)
    stopped: Reason = field(init=False, default=Reason.PROVEN)

    def __post_init__(self) -> None:
        problem = self.problem
        self.subsets = Subsets.of(problem)
        self.family_replication = np.zeros(problem.families, np.int64)
        self.family_replication[problem.family] = self.offers.replication
        self.column_replication = self.offers.replication[problem.column_member[problem.column_start[:-1]]]
        self.column_family = problem.column_family
        self.grouped = np.bincount(problem.family, minlength=problem.families) > 1
        # A child who may have all of a home takes what no flow can split: it is a group of one.
        self.wide = (problem.place >= 0) & (problem.use > 1) & (problem.column_size == 1)
        self.grouped[self.column_family[self.wide]] = True
        self.places = problem.places // self.replications
        self.amount = np.zeros(problem.columns, np.int64)
        self.value = np.full(self.replications, np.inf)
        self.price = self.start.copy()
        self.bound = np.full(self.replications, -np.inf)
        self.search_bound = np.full(self.replications, -np.inf)
        self._group_columns = _columns_by_family(self.column_family, self.grouped)

    @property
    def problem(self) -> Problem:
        """The problem of all replications."""
        return self.offers.problem

    @property
    def open(self) -> Mask:
        """Replications whose answer is not proven."""
        return np.maximum(self.bound, self.search_bound) < self.value

    def run(self) -> None:
        """Search until every replication is proven, or what is left has been searched."""
        self._consider(self.start)
        price = self._first_prices()
        for _ in range(ROUNDS):
            if not self.open.any():
                return
            grouped, room = self._groups_answer(price, self.open)
            price = self._flow_answers(grouped, room, price)
        if self.open.any():
            self._branch_and_bound()

    def _first_prices(self) -> IntArray:
        """Prices to begin with: those of the flow in which everybody asks alone."""
        if not self.grouped.any():
            return self.start
        arcs = self._arcs(np.ones(self.problem.members, np.int64), self.problem.capacity)
        amount, price = _cheapest(arcs, self.start)
        self._consider(price)
        has_groups = np.zeros(self.replications, dtype=bool)
        has_groups[self.family_replication[self.grouped]] = True
        self._keep(amount, ~has_groups)
        return price

    def _arcs(self, demand: IntArray, capacity: IntArray) -> Arcs:
        """Single columns of members with a demand as arcs."""
        problem = self.problem
        single = np.flatnonzero((problem.column_size == 1) & ~self.wide)
        member = problem.column_member[problem.column_start[single]]
        column = single[demand[member] > 0]
        member = problem.column_member[problem.column_start[column]]
        column = column[np.argsort(member, kind="stable")]
        member = problem.column_member[problem.column_start[column]]
        place = np.where(problem.place[column] < 0, problem.places, problem.place[column])
        return Arcs(column, member, place, problem.cost[column], demand, capacity, problem.columns)

    def _groups_answer(self, price: IntArray, wanted: Mask) -> tuple[IntArray, IntArray]:
        """Let each sibling group take its cheapest split at some prices, in what room is left; return columns, room."""
        problem = self.problem
        priced = _priced(problem, price)
        room = problem.capacity.copy()
        taken: list[int] = []
        empty = self.subsets.empty
        families = np.flatnonzero(self.grouped & wanted[self.family_replication])
        for family in families.tolist():
            columns = self._group_columns[family]
            place = problem.place[columns]
            fits = (place < 0) | (problem.use[columns] <= room[place])
            mine = columns[fits]
            subset, whole = self.subsets.slot[mine] - empty[family], int(self.subsets.full[family] - empty[family])
            chosen = _cheapest_split(mine, subset, priced[mine], whole)
            if not _has_room(problem, chosen, room):
                chosen = columns[(place < 0) & (problem.column_size[columns] == 1)].tolist()
            taken += chosen
            placed = [column for column in chosen if problem.place[column] >= 0]
            np.subtract.at(room, problem.place[placed], problem.use[placed])
        return np.array(taken, dtype=np.int64), room

    def _flow_answers(self, grouped: IntArray, room: IntArray, price: IntArray) -> IntArray:
        """Let everybody else take what is left; keep what is better, and return the new prices."""
        problem, wanted = self.problem, self.open
        alone = ~self.grouped[problem.family] & wanted[self.offers.replication]
        arcs = self._arcs(alone.astype(np.int64), room)
        amount, price = _cheapest(arcs, price)
        amount[grouped] = 1
        self._keep(amount, wanted)
        self._consider(price, wanted)
        return price

    def _keep(self, amount: IntArray, wanted: Mask) -> None:
        """Keep an allocation where it is better than what is in hand."""
        value = self._by_replication(self.problem.cost * amount, self.column_replication)
        better = wanted & (value < self.value)
        mine = better[self.column_replication]
        self.amount[mine] = amount[mine]
        self.value[better] = value[better]

    def _consider(self, price: IntArray, wanted: Mask | None = None) -> None:
        """Work out what prices prove in each replication, and keep those that prove more."""
        bound = self._bound_at(price)
        more = bound > self.bound
        if wanted is not None:
            more &= wanted
        self.bound[more] = bound[more]
        rows = np.repeat(more, self.places)
        self.price[rows] = price[rows]

    def _bound_at(self, price: IntArray) -> FloatArray:
        problem = self.problem
        priced = _priced(problem, price)
        worth = self.subsets.worth(self.subsets.split(priced))
        held = (price * problem.capacity).reshape(self.replications, -1).sum(axis=1)
        return np.asarray(self._by_replication(worth, self.family_replication) - held)

    def _by_replication(self, amounts: IntArray, replication: IntArray) -> FloatArray:
        # Pence a week stay far below 2**53, so sums of them as floats are exact.
        return np.asarray(np.bincount(replication, amounts, self.replications), dtype=np.float64)

    def _branch_and_bound(self) -> None:
        """Search the open replications on the columns that their prices do not rule out."""
        problem, wanted = self.problem, self.open
        priced = _priced(problem, self.price)
        regret = self.subsets.regret(priced, self.subsets.split(priced))
        slack = (self.value - self.bound)[self.column_replication]
        own = problem.place < 0
        kept = np.flatnonzero(wanted[self.column_replication] & ((regret < slack) | (self.amount > 0) | own))
        part = _restricted(problem, kept)
        answer = solve(part, TimeLimit(SEARCH_SECONDS), self.seed)
        self.searched = int(wanted.sum())
        amount = np.zeros(problem.columns, np.int64)
        amount[kept] = answer.amount
        self._keep(amount, wanted)
        # Proven together up to a slack, and what all could save is the most that one could.
        self.search_bound[wanted] = self.value[wanted] - max(0.0, self.value[wanted].sum() - answer.best_bound)
        self.stopped = answer.reason

    def answer(self, seconds: float) -> Answer:
        """All replications as one answer, for the certificate."""
        best = np.maximum(self.bound, self.search_bound)
        value, proven = int(self.value.sum()), not self.open.any()
        return Answer(
            amount=self.amount,
            price=self.price,
            value=value,
            bound=int(self.bound.sum()),
            search_bound=int(best.sum()),
            outcome=Outcome.OPTIMAL if proven else Outcome.FEASIBLE,
            reason=Reason.PROVEN if proven else self.stopped,
            seconds=seconds,
            seed=self.seed,
            solver="flow and groups",
            version="",
            deterministic=proven,
        )


def _priced(problem: Problem, price: IntArray) -> IntArray:
    """Cost of each column with the price of what it takes of its place."""
    return np.asarray(problem.cost + np.append(price, np.int64(0))[problem.place] * problem.use, dtype=np.int64)


def _cheapest(arcs: Arcs, start: IntArray) -> tuple[IntArray, IntArray]:
    """Return amounts of all columns and least prices: first on few arcs, then with all that prices show were missed."""
    amount = np.zeros(arcs.columns, np.int64)
    if not len(arcs.column):
        return amount, np.zeros(len(arcs.capacity), np.int64)
    order = np.lexsort((arcs.priced(start), arcs.member))
    kept = arcs.place == len(arcs.capacity)
    kept[order[rank_in_run(arcs.member[order]) < COLUMNS_A_MEMBER]] = True
    while True:
        chosen = np.flatnonzero(kept)
        flow = cheapest_flow(arcs, chosen)
        price, worth = least_prices(arcs, chosen, flow)
        missed = ~kept & (arcs.priced(price) < worth[arcs.member])
        if not missed.any():
            amount[arcs.column[chosen]] = flow
            return amount, price
        kept |= missed


def _columns_by_family(family: IntArray, grouped: Mask) -> dict[int, IntArray]:
    """Columns of each family of several."""
    column = np.flatnonzero(grouped[family])
    column = column[np.argsort(family[column], kind="stable")]
    start = np.searchsorted(family[column], np.arange(len(grouped) + 1))
    return {int(f): column[entries_of(start, np.array([f]))] for f in np.flatnonzero(grouped)}


def _cheapest_split(columns: IntArray, subset: IntArray, priced: IntArray, whole: int) -> list[int]:
    """Cheapest way to cover a family by some of its columns.

    Parameters
    ----------
    subset, priced
        Members that each column covers, as bits, and what it costs.
    whole
        All members of the family, as bits.
    """
    order = np.lexsort((priced, subset))
    first = order[np.append(True, np.diff(subset[order]) != 0)]
    parts = list(zip(subset[first].tolist(), priced[first].tolist(), columns[first].tolist(), strict=True))
    best: dict[int, tuple[int, list[int]]] = {0: (0, [])}
    for covered in range(1, whole + 1):
        lowest = covered & -covered
        options = [
            (cost + best[covered ^ part][0], [column, *best[covered ^ part][1]])
            for part, cost, column in parts
            if part & lowest and part | covered == covered and (covered ^ part) in best
        ]
        if options:
            best[covered] = min(options)
    return best[whole][1]


def _has_room(problem: Problem, columns: list[int], room: IntArray) -> bool:
    """Whether columns chosen together leave every place within its room."""
    placed = [column for column in columns if problem.place[column] >= 0]
    used = np.bincount(problem.place[placed], problem.use[placed], len(room)) if placed else np.zeros(len(room))
    return bool((used <= room).all())


def _restricted(problem: Problem, kept: IntArray) -> Problem:
    """Return the same problem on some columns, and on the members and places that they touch."""
    entries = entries_of(problem.column_start, kept)
    member, column_member = np.unique(problem.column_member[entries], return_inverse=True)
    place, where = np.unique(problem.place[kept], return_inverse=True)
    shift = 1 if len(place) and place[0] < 0 else 0
    size = problem.column_size[kept]
    return Problem(
        demand=problem.demand[member],
        family=np.unique(problem.family[member], return_inverse=True)[1].astype(np.int64),
        capacity=problem.capacity[place[shift:]],
        cost=problem.cost[kept],
        place=(where - shift).astype(np.int64),
        use=problem.use[kept],
        column_start=np.concatenate([[0], np.cumsum(size)]).astype(np.int64),
        column_member=column_member.astype(np.int64),
    )


def _given(offers: Offers, search: Search, valid: bool, ask: Ask, unmet: int, seconds: float) -> Given:
    """Read the homes off the columns chosen."""
    problem = offers.problem
    chosen = np.flatnonzero(search.amount)
    size = problem.column_size[chosen]
    member = problem.column_member[entries_of(problem.column_start, chosen)]
    place = np.full(problem.members, -1, dtype=np.int64)
    place[member] = np.repeat(problem.place[chosen], size)
    position = np.where(place < 0, -1, place % ask.free.shape[1])
    best = np.maximum(search.bound, search.search_bound)
    proven = best >= search.value
    by_prices = search.bound >= search.value
    return Given(
        position=position,
        cost=cost_of(offers.pairs, position, ask, unmet),
        value=search.value - offers.one_part,
        bound=best - offers.one_part,
        outcome=np.where(proven, str(Outcome.OPTIMAL), str(Outcome.FEASIBLE)).astype(object),
        reason=np.where(by_prices, "prices", np.where(proven, "search", str(search.stopped))).astype(object),
        certified=np.full(len(proven), valid),
        seconds=seconds,
        price=search.price.reshape(ask.free.shape),
    )
