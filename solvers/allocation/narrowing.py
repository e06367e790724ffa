"""The plain case exactly and quickly, from prices of problems much like this one.

A place's price says what one more unit of it is worth. At good prices (last month's, say) a member's best columns are
few, and mostly they alone are enough. So the search goes::

    1. Of the prices at hand, take those that prove the most. Mostly they are right, and 4 and 5 are all there is to do.
    2. Only columns that are best for their member at these prices enter; a maximum flow shows who is left over.
    3. Somebody is: the prices move by the shortest way to where there is room, and 2 follows. After a few rounds, a
       minimum-cost flow on the columns near the best takes over, widened until proven.
    4. Nobody is: the flow is optimal. The least prices that prove it over *all* columns are read off.
    5. Any flow on the columns that are best at the least prices is as good. Which one is decided by a second cost.

Least prices belong to the problem, not to where the search began; so the answer is the same from any start.

Arrays are tables of members by places with two more: a last place for those who are left without, and a last member who
takes what nobody needs. Then every unit is used, and nothing is special.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow, min_cost_flow

from solvers.allocation.answer import Answer, Prices
from solvers.allocation.arrays import Integers, exact_dot
from solvers.allocation.problem import NO_PLACE, Problem
from solvers.allocation.protocol import Abilities, Found, Request, hand_in, library_version
from solvers.outcome import Reason, SolverFault

Table = NDArray[np.int64]
Mask = NDArray[np.bool_]

NEVER = 1 << 55
"""Cost of what is no column; far above any cost or price, far below overflow."""


@dataclass(frozen=True)
class NarrowFlow:
    """Exact allocation of members on their own, by prices.

    Attributes
    ----------
    starts
        Prices of like problems, each of shape (places,).
    second
        Second cost of each column, small whole numbers, shape (columns,): decides between allocations of equal cost.
    rounds
        How often prices are moved by shortest ways before a minimum-cost flow takes over.
    within
        How far above its member's best a column may be to enter that flow at first, in the unit of cost.
    """

    starts: tuple[Integers, ...] = ()
    second: Integers | None = None
    rounds: int = 10
    within: int = 1_500_000

    @property
    def name(self) -> str:
        """Short name, kept with every answer."""
        return "narrowed flow"

    @property
    def abilities(self) -> Abilities:
        """Plain problems only, always proven."""
        return Abilities(siblings=False, whole_homes=False, contracts=False, proves=True)

    def solve(self, problem: Problem, request: Request) -> Answer:
        """Find the optimum and the least prices that prove it; the stopping rule is not needed and not asked."""
        watch = request.watch()
        board = Board.of(problem)
        warm = request.price_for(problem)
        starts = [*self.starts, *([] if warm is None else [warm])] or [np.zeros(problem.places, np.int64)]
        second = np.zeros(problem.columns, np.int64) if self.second is None else self.second
        price, column, flow = self._optimum(board, best_start(board, starts), second)
        amount = np.zeros(problem.columns, np.int64)
        amount[column[column >= 0]] = flow[column >= 0]
        value = exact_dot(problem.cost, amount)
        worth = (board.cost + price).min(axis=1)
        bound = exact_dot(worth[:-1], board.demand[:-1]) - exact_dot(price[:-1], problem.capacity)
        watch.report(value, bound)
        found = Found(amount, Prices(price[:-1]), value, bound)
        return hand_in(self, library_version("ortools"), found, Reason.FINISHED, watch, request)

    def _optimum(self, board: "Board", start: Integers, second: Integers) -> tuple[Integers, Integers, Integers]:
        """Return the least prices, and columns and units of the flow that is least by the second cost."""
        member, place = best_entries(board, start)
        cost = np.append(second, np.int64(0))
        flow = flow_if_any(board, member, place, cost[board.column[member, place]])
        used = self._any_optimum(board, start) if flow is None else (member[flow > 0], place[flow > 0])
        price = least_prices(board.cost, *used)
        if flow is None or not np.array_equal(price, start):
            member, place = best_entries(board, price)
            flow = cheapest_flow(board, member, place, cost[board.column[member, place]])
        return price, board.column[member, place], flow

    def _any_optimum(self, board: "Board", start: Integers) -> "tuple[Integers, Integers]":
        """Return the entries that some optimal flow uses."""
        priced = board.cost + start
        above = priced - priced.min(axis=1, keepdims=True)
        for _ in range(self.rounds):
            member, place, over, under = most_flow(board, above)
            if not over.any():
                return member, place
            above = nearer(above, member, place, over, under)
        return near_best(board, above, self.within)


@dataclass(frozen=True, eq=False)
class Board:
    """A plain problem as a table; m members and one more, n places and one more.

    Attributes
    ----------
    cost
        Of each member in each place, :data:`NEVER` where there is no column, shape (m + 1, n + 1).
    column
        The column of each entry, the cheapest where there are several, -1 where there is none, shape (m + 1, n + 1).
    demand, capacity
        Units; both add up to the same.
    """

    cost: Table
    column: Table
    demand: Integers
    capacity: Integers

    @classmethod
    def of(cls, problem: Problem) -> "Board":
        """Lay a plain problem out."""
        members, places = problem.members, problem.places
        cost = np.full((members + 1, places + 1), NEVER)
        cost[-1] = 0
        column = np.full(cost.shape, -1)
        at = problem.column_member * (places + 1) + np.where(problem.place == NO_PLACE, places, problem.place)
        cost.ravel()[at], column.ravel()[at] = problem.cost, np.arange(problem.columns)
        if problem.columns > np.count_nonzero(column >= 0):  # of several in one place, the cheapest counts
            dearest_first = np.argsort(-problem.cost, kind="stable")
            at = at[dearest_first]
            cost.ravel()[at], column.ravel()[at] = problem.cost[dearest_first], dearest_first
        # More room than everybody together needs is never full, however much it is.
        enough = int(problem.demand.sum()) + 1
        capacity = np.minimum(problem.capacity, enough)
        demand = np.append(problem.demand, capacity.sum() + 1)
        return cls(cost, column, demand, np.append(capacity, enough))


def best_start(board: Board, starts: list[Integers]) -> Integers:
    """Return the prices that prove the highest bound, with the price of nought of being left without."""
    full = [np.append(start, np.int64(0)) for start in starts]
    proof = [
        float(board.demand @ (board.cost + price).min(axis=1).astype(float) - board.capacity @ price.astype(float))
        for price in full
    ]
    return full[int(np.argmax(proof))]


def most_flow(board: Board, above: Table) -> tuple[Integers, Integers, Integers, Integers]:
    """Cover as much as can be with the best columns alone.

    Parameters
    ----------
    above
        What each entry costs at the prices above the best of its member.

    Returns
    -------
    tuple
        Members and places of the entries used, and what is left over of each member and of each place.
    """
    member, place = np.nonzero(above == 0)
    members, places = above.shape
    source, sink = members + places, members + places + 1
    network = max_flow.SimpleMaxFlow()
    arcs = network.add_arcs_with_capacity(
        np.concatenate((member, np.full(members, source), np.arange(members, source))),
        np.concatenate((members + place, np.arange(members), np.full(places, sink))),
        np.concatenate((np.minimum(board.demand[member], board.capacity[place]), board.demand, board.capacity)),
    )
    status = network.solve(source, sink)
    if status != network.OPTIMAL:
        raise SolverFault(f"The flow over {len(member)} columns ended with {status.name}.")
    flow, given, taken = np.split(np.asarray(network.flows(arcs), np.int64), (len(member), len(member) + members))
    used = flow > 0
    return member[used], place[used], board.demand - given, board.capacity - taken


def nearer(above: Table, member: Integers, place: Integers, over: Integers, under: Integers) -> Table:
    """Move prices by the shortest ways from members left over to places with room.

    Where a member uses a place, the way back from the place is free: it may make room by going elsewhere.
    """
    to_member = np.where(over > 0, np.int64(0), NEVER)
    while True:
        known = np.flatnonzero(to_member < NEVER)
        to_place = (above[known] + to_member[known, None]).min(axis=0)
        back = to_member.copy()
        np.minimum.at(back, member, to_place[place])
        if np.array_equal(back, to_member):
            break
        to_member = back
    farthest = to_place[under > 0].max()
    moved: Table = above + np.minimum(to_member, farthest)[:, None] - np.minimum(to_place, farthest)
    return moved


def near_best(board: Board, above: Table, within: int) -> tuple[Integers, Integers]:
    """Return the entries that a minimum-cost flow near the best uses, widened until it is proven over all entries."""
    inside = above <= within
    inside[-1] = True
    inside[:, -1] |= board.cost[:, -1] < NEVER
    inside &= board.cost < NEVER
    while True:
        member, place = np.nonzero(inside)
        flow = cheapest_flow(board, member, place, above[member, place])
        used = flow > 0
        member, place = member[used], place[used]
        price = least_prices(np.where(inside, board.cost, NEVER), member, place)
        priced = board.cost + price
        above = priced - priced.min(axis=1, keepdims=True)
        if not above[member, place].any():
            return member, place
        inside |= (above <= within) & (board.cost < NEVER)


def cheapest_flow(board: Board, member: Integers, place: Integers, cost: Integers) -> Integers:
    """Return the flow on some entries that uses every unit at least cost."""
    flow = flow_if_any(board, member, place, cost)
    if flow is None:
        raise SolverFault(f"The flow over {len(member)} columns ended with somebody left over.")
    return flow


def flow_if_any(board: Board, member: Integers, place: Integers, cost: Integers) -> Integers | None:
    """Return the flow on some entries that uses every unit at least cost; ``None`` where somebody is left over."""
    network = min_cost_flow.SimpleMinCostFlow()
    most = np.minimum(board.demand[member], board.capacity[place])
    arcs = network.add_arcs_with_capacity_and_unit_cost(member, len(board.demand) + place, most, cost)
    supply = np.concatenate((board.demand, -board.capacity))
    network.set_nodes_supplies(np.arange(len(supply)), supply)
    status = network.solve()
    if status == network.INFEASIBLE:
        return None
    if status != network.OPTIMAL:
        raise SolverFault(f"The flow over {len(member)} columns ended with {status.name}.")
    return np.asarray(network.flows(arcs), np.int64)


def least_prices(cost: Table, member: Integers, place: Integers) -> Integers:
    """Return the least prices that prove a flow by the entries it uses: what one more unit of each place would save.

    A member's worth is the dearest of the entries it uses; a place must be priced so high that nothing there beats a
    worth. Raising prices from nought until both hold ends with the least of all proofs.
    """
    price = np.zeros(cost.shape[1], np.int64)
    worth = np.full(len(cost), -NEVER)
    used = cost[member, place]
    for _ in range(cost.shape[1] + 1):
        np.maximum.at(worth, member, used + price[place])
        raised = np.maximum(price, (worth[:, None] - cost).max(axis=0))
        if np.array_equal(raised, price):
            return price
        price = raised
    raise SolverFault("The flow is not optimal: its prices rise for ever.")


def best_entries(board: Board, price: Integers) -> tuple[Integers, Integers]:
    """Return the entries best for their member: at optimal prices, optimal is every flow that uses no others."""
    priced = board.cost + price
    member, place = np.nonzero(priced == priced.min(axis=1, keepdims=True))
    return member, place
