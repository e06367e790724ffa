"""A first allocation from prices: the awkward families at their least regret, everybody else by one flow.

At good prices an awkward family (siblings, or columns that take more than one unit of a place) is close to indifferent
among its best splits, so taking them largest family first loses little. They buy no more under a contract than is worth
its price, since a unit beyond a minimum earns nothing. The rest, members on their own who take one unit of a place, are
then placed at least cost over all the room that is left: a minimum-cost flow. The same flow serves later, whenever
awkward families have moved.
"""

from dataclasses import dataclass

import numpy as np

from solvers.allocation.arrays import Integers
from solvers.allocation.greedy import Room, cheapest_first
from solvers.allocation.ground import Ground
from solvers.allocation.hulls import Corners
from solvers.allocation.partitions import Subsets, priced_costs
from solvers.allocation.prices import Priced
from solvers.allocation.problem import Problem
from solvers.allocation.standing import Indices, Offers
from solvers.allocation.worth import is_feasible
from solvers.outcome import SolverFault


def opening(ground: Ground) -> Integers:
    """Return a first allocation; where what the flow finds breaks a limit, everybody by least regret instead."""
    problem, priced, plain = ground.problem, ground.priced, ground.plain
    amount = least_regret_first(problem, ground.subsets, priced, np.flatnonzero(~plain.family))
    amount = plain.opened(problem, amount) if len(plain.columns) else amount
    return amount if is_feasible(problem, amount) else cheapest_first(problem, priced.regret)


def least_regret_first(problem: Problem, subsets: Subsets, priced: Priced, families: Indices) -> Integers:
    """Place some families, larger ones first, each by the part that leaves it the least regret, then the next part."""
    filling = _Filling.of(problem, subsets, priced, families)
    size = subsets.full - subsets.empty
    for family in families[np.argsort(-size[families], kind="stable")].tolist():
        filling.place(family)
    return filling.amount


@dataclass(frozen=True, eq=False)
class _Filling:
    """What it takes to place one family after another.

    Attributes
    ----------
    cost, table
        Of each column with the prices of what it takes, and the least of covering each subset of a family.
    part
        Members of its family that each column covers, as bits.
    """

    subsets: Subsets
    offers: Offers
    cost: Integers
    table: Integers
    part: Integers
    room: Room
    amount: Integers

    @classmethod
    def of(cls, problem: Problem, subsets: Subsets, priced: Priced, families: Indices) -> "_Filling":
        """Start with nobody placed."""
        cost = priced_costs(problem, priced.prices)
        mine = np.zeros(problem.families, bool)
        mine[families] = True
        return cls(
            subsets,
            Offers.of(subsets.family, problem.families, mine[subsets.family]),
            cost,
            subsets.split(cost),
            subsets.slot - subsets.empty[subsets.family],
            Room.of(problem, _worth_buying(problem, priced)),
            np.zeros(problem.columns, np.int64),
        )

    def place(self, family: int) -> None:
        """Place a family part by part: what fits of the column that is cheapest with the best split of the rest."""
        columns, empty = self.offers.to(np.array([family])), self.subsets.empty[family]
        left, units = int(self.subsets.full[family] - empty), int(self.subsets.weight[family])
        while left and units:
            columns = columns[self.part[columns] & ~left == 0]
            dear = self.cost[columns] + self.table[empty + (left ^ self.part[columns])]
            chosen, taken = _first_that_fits(self.room, columns[np.argsort(dear, kind="stable")])
            self.amount[chosen] += taken
            if taken == units:
                left ^= int(self.part[chosen])
            else:
                units -= taken


def _first_that_fits(room: Room, columns: Indices) -> tuple[int, int]:
    """Take as much as fits of the first column of which anything fits."""
    for column in columns.tolist():
        taken, _ = room.take(column)
        if taken:
            return column, taken
    raise SolverFault("A family has no column left, though every member has one without a place.")


def _worth_buying(problem: Problem, priced: Priced) -> Integers:
    """Most units that contracts charge no more for than their price, or up to the first corner where all cost more."""
    hull = Corners.of(problem, np.zeros(problem.terms.count, np.int64)).lower_hull()
    first = np.diff(hull.contract, prepend=-1) > 0
    worth = first | (hull.price <= priced.prices.contract[hull.contract])
    most = np.zeros(problem.terms.count, np.int64)
    np.add.at(most, hull.contract[worth], hull.units[worth])
    return most
