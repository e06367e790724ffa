"""The plain case exactly: members on their own, one unit of a place a unit, as a minimum-cost network flow.

::

    members --cost_j--> places --capacity_h--> sink          columns without a place run straight to the sink

Given prices from a problem much like this one, the flow is first found on the few columns a member that those prices
make attractive; prices that prove it are then read off, and if they show that a column was left out wrongly, all
columns join in. Either way the answer is optimal over *all* columns, and the bound meets the value to the penny.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from solvers.allocation.answer import Answer, Prices
from solvers.allocation.arrays import Integers, exact_dot
from solvers.allocation.groups import Grouping, rank_in_run
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import Abilities, Found, Request, hand_in, library_version
from solvers.outcome import Reason, SolverFault

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Flow:
    """Minimum-cost flow by ortools, with exact prices.

    Attributes
    ----------
    columns_a_member
        How many of each member's columns a warm start tries first, cheapest at the starting prices.
    """

    columns_a_member: int = 16

    @property
    def name(self) -> str:
        """Short name, kept with every answer."""
        return "flow"

    @property
    def abilities(self) -> Abilities:
        """Plain problems only, always proven."""
        return Abilities(siblings=False, whole_homes=False, contracts=False, proves=True)

    def solve(self, problem: Problem, request: Request) -> Answer:
        """Find the optimum and the least prices that prove it; the stopping rule is not needed and not asked."""
        watch = request.watch()
        arcs = Arcs.of(problem)
        amount, price, worth = optimum(arcs, request.price_for(problem), self.columns_a_member)
        value = exact_dot(problem.cost, amount)
        bound = exact_dot(worth, problem.demand) - exact_dot(price, problem.capacity)
        watch.report(value, bound)
        found = Found(amount, Prices(price), value, bound)
        return hand_in(self, library_version("ortools"), found, Reason.FINISHED, watch, request)


@dataclass(frozen=True, eq=False)
class Arcs:
    """The columns as arcs, sorted by member.

    Attributes
    ----------
    column
        Column of each arc; columns of members who need nothing are left out.
    member, place, cost
        Of each arc; the place of an arc that uses none is ``len(capacity)``, the sink.
    demand, capacity
        Of members and places.
    columns
        How many columns the problem has.
    """

    column: NDArray[np.intp]
    member: Integers
    place: Integers
    cost: Integers
    demand: Integers
    capacity: Integers
    columns: int

    def priced(self, price: Integers) -> Integers:
        """Cost of each arc with the price of its place."""
        place_price: Integers = np.append(price, np.int64(0))
        return self.cost + place_price[self.place]

    @classmethod
    def of(cls, problem: Problem) -> "Arcs":
        """Read the arcs off a plain problem."""
        member = problem.column_member
        column = np.flatnonzero((problem.demand > 0)[member])
        if (np.diff(member) < 0).any():
            column = column[np.argsort(member[column], kind="stable")]
        place = problem.place[column]
        place = np.where(place < 0, problem.places, place)
        return cls(column, member[column], place, problem.cost[column], problem.demand, problem.capacity, len(member))


def optimum(arcs: Arcs, start: Integers | None, columns_a_member: int) -> tuple[Integers, Integers, Integers]:
    """Return the amount of each column, the least optimal price of each place and the worth of each member."""
    everything = np.arange(len(arcs.column))
    if start is None:
        return _optimum_of(arcs, everything)
    few = np.flatnonzero(_attractive(arcs, arcs.priced(start), columns_a_member))
    amount, price, worth = _optimum_of(arcs, few)
    if (arcs.priced(price) < worth[arcs.member]).any():
        return _optimum_of(arcs, everything)
    return amount, price, worth


def _optimum_of(arcs: Arcs, chosen: NDArray[np.intp]) -> tuple[Integers, Integers, Integers]:
    flow = cheapest_flow(arcs, chosen)
    price, worth = least_prices(arcs, chosen, flow)
    amount = np.zeros(arcs.columns, np.int64)
    amount[arcs.column[chosen]] = flow
    return amount, price, worth


def _attractive(arcs: Arcs, priced: Integers, columns_a_member: int) -> Mask:
    """Mark each member's cheapest columns, and all that use no place, so that a flow always exists."""
    order = np.lexsort((priced, arcs.member))
    kept: Mask = arcs.place == len(arcs.capacity)
    kept[order[rank_in_run(arcs.member[order]) < columns_a_member]] = True
    return kept


@dataclass(frozen=True, eq=False)
class Exits:
    """Arcs by which places empty into the sink, over further nodes where several places share a limit or a price.

    Attributes
    ----------
    nodes
        How many further nodes there are.
    tail, head
        Nodes of each arc: first the places, then the further nodes, then the sink.
    capacity, cost
        Of each arc.
    """

    nodes: int
    tail: Integers
    head: Integers
    capacity: Integers
    cost: Integers

    @classmethod
    def straight(cls, capacity: Integers) -> "Exits":
        """Let every place empty by itself."""
        places = len(capacity)
        return cls(0, np.arange(places), np.full(places, places), capacity, np.zeros(places, np.int64))


def cheapest_flow(arcs: Arcs, chosen: NDArray[np.intp], exits: Exits | None = None) -> Integers:
    """Return the flow on some arcs that covers every member's demand at least cost."""
    exits = exits or Exits.straight(arcs.capacity)
    members, places = len(arcs.demand), len(arcs.capacity)
    sink = members + places + exits.nodes
    network = min_cost_flow.SimpleMinCostFlow()
    member, place = arcs.member[chosen], arcs.place[chosen]
    network.add_arcs_with_capacity_and_unit_cost(
        np.concatenate((member, members + exits.tail)),
        np.concatenate((np.where(place < places, members + place, sink), members + exits.head)),
        np.concatenate((arcs.demand[member], exits.capacity)),
        np.concatenate((arcs.cost[chosen], exits.cost)),
    )
    supply = np.concatenate((arcs.demand, np.zeros(places + exits.nodes, np.int64), [-arcs.demand.sum()]))
    network.set_nodes_supplies(np.arange(sink + 1), supply)
    status = network.solve()
    if status != network.OPTIMAL:
        raise SolverFault(f"The flow over {len(chosen)} columns ended with {status.name}.")
    return np.asarray(network.flows(np.arange(len(chosen))), np.int64)


def least_prices(arcs: Arcs, chosen: NDArray[np.intp], flow: Integers) -> tuple[Integers, Integers]:
    """Return the least prices that prove an optimal flow, and what each member is worth at them.

    A member's worth is the dearest of the columns it uses; a place must be priced so high that none of its columns
    beats a worth. Raising prices from zero until both hold is a longest-path search over what could replace what, so
    it ends with the least of all proofs: exactly what one more unit of each place would save.
    """
    member, place, cost = arcs.member[chosen], arcs.place[chosen], arcs.cost[chosen]
    used = np.flatnonzero(flow)
    users = Grouping.by(member[used])
    used_cost, used_place = cost[used], place[used]
    takers = Grouping.by(place)
    taker_member, taker_cost = member[takers.order], cost[takers.order]
    worth = np.zeros(len(arcs.demand), np.int64)
    price = np.zeros(len(arcs.capacity) + 1, np.int64)
    for _ in range(len(price) + 1):
        worth[users.key] = users.largest(used_cost + price[used_place])
        raised = np.maximum(price[takers.key], takers.largest(worth[taker_member] - taker_cost))
        raised[takers.key == len(arcs.capacity)] = 0
        if np.array_equal(raised, price[takers.key]):
            return price[:-1], worth
        price[takers.key] = raised
    raise SolverFault("The flow is not optimal: its prices rise for ever.")
