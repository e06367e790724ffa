"""The members who can be placed by a flow: on their own, one unit of a place a unit, whatever the others do.

Places under a contract empty into a node of their own, and that into the sink by arcs of rising price: what the
contract charges, as a convex function of its volume (``hulls``). A contract of which some plain member would buy other
than one unit stands in the flow as a price of its volume.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.flow import Arcs, Exits, cheapest_flow
from solvers.allocation.groups import rank_in_run
from solvers.allocation.hulls import Corners, Slopes
from solvers.allocation.partitions import Subsets
from solvers.allocation.prices import Priced
from solvers.allocation.problem import Problem
from solvers.allocation.worth import used, volumes

Indices = NDArray[np.intp]

OFFERS = 20
"""Columns of each plain member, and of each place, that the flow may choose from, least regretted first. Those of the
places matter: with 20 a member alone some places have too few takers, and the flow leaves members without."""


@dataclass(frozen=True, eq=False)
class Plain:
    """The members who can be placed by a flow, and the columns it may use.

    Attributes
    ----------
    family, column
        Whether each family, and each column, is of a plain member.
    columns
        Columns of plain members, by member.
    cost
        Of those columns, with the price of their volume under contracts that are not counted.
    contract
        Contract of each place whose units the flow can count, -1 for none.
    """

    family: NDArray[np.bool_]
    column: NDArray[np.bool_]
    columns: Indices
    cost: Integers
    contract: Integers

    @classmethod
    def of(cls, problem: Problem, subsets: Subsets, priced: Priced) -> "Plain":
        """Find the plain members and their least regretted columns."""
        wide = (problem.place >= 0) & (problem.use != problem.column_size)
        family = np.bincount(problem.family, minlength=problem.families) == 1
        family[subsets.family[wide]] = False
        column = family[subsets.family]
        columns = _least_regretted(np.flatnonzero(column), subsets.family, problem.place, priced.regret)
        counted = _counted(problem, columns)
        price: Integers = np.append(np.where(counted, 0, priced.prices.contract), np.int64(0))
        cost: Integers = problem.cost[columns] + price[problem.under(columns)] * problem.terms.volume[columns]
        contract = problem.terms.contract
        return cls(family, column, columns, cost, np.where(np.append(counted, False)[contract], contract, -1))

    def opened(self, problem: Problem, amount: Integers) -> Integers:
        """Place all plain members around the others, who stand, each contract at a volume that leaves nothing."""
        others = np.where(self.column, 0, amount)
        bought = volumes(problem, others)
        corners = Corners.of(problem, bought)
        first = self._flow(problem, others, corners.lower_hull())
        aim = corners.nearest_of_hull(np.maximum(bought, volumes(problem, first)))
        return self._flow(problem, others, Corners.of(problem, bought, aim).upper_hull(aim))

    def placed(self, problem: Problem, amount: Integers) -> Integers:
        """Place all plain members of an allocation anew, the others as they stand, at no more than it costs now."""
        others = np.where(self.column, 0, amount)
        volume = volumes(problem, amount)
        return self._flow(problem, others, Corners.of(problem, volumes(problem, others), volume).upper_hull(volume))

    def _flow(self, problem: Problem, others: Integers, charged: Slopes) -> Integers:
        member = problem.column_member[problem.column_start[self.columns]]
        plain = np.zeros(problem.members, bool)
        plain[member] = True
        place = problem.place[self.columns]
        arcs = Arcs(
            column=self.columns,
            member=member,
            place=np.where(place < 0, problem.places, place),
            cost=self.cost,
            demand=np.where(plain, problem.demand, 0),
            capacity=problem.capacity - used(problem, others),
            columns=problem.columns,
        )
        amount = others.copy()
        amount[self.columns] = cheapest_flow(arcs, np.arange(len(self.columns)), self._exits(arcs.capacity, charged))
        return amount

    def _exits(self, capacity: Integers, charged: Slopes) -> Exits:
        """Let places empty straight, or through their contract and then at what it charges."""
        places, contracts = len(capacity), int(self.contract.max(initial=-1)) + 1
        sink = places + contracts
        priced = np.isin(charged.contract, self.contract)
        return Exits(
            contracts,
            np.concatenate((np.arange(places), places + charged.contract[priced])),
            np.concatenate((np.where(self.contract < 0, sink, places + self.contract), np.full(priced.sum(), sink))),
            np.concatenate((capacity, charged.units[priced])),
            np.concatenate((np.zeros(places, np.int64), charged.price[priced])),
        )


def _counted(problem: Problem, columns: Indices) -> NDArray[np.bool_]:
    """Whether each contract counts every unit of some columns once."""
    under, volume = problem.under(columns), problem.terms.volume[columns]
    odd = under[(under >= 0) & (volume != problem.use[columns])]
    counted: NDArray[np.bool_] = np.bincount(odd, minlength=problem.terms.count) == 0
    return counted


def _least_regretted(columns: Indices, family: Integers, place: Integers, regret: Integers) -> Indices:
    """Keep the least regretted of some columns by family and by place, and all without a place; in order of family."""
    kept = place[columns] < 0
    for key in (place[columns], family[columns]):
        order = np.lexsort((regret[columns], key))
        kept[order] |= rank_in_run(key[order]) < OFFERS
    return columns[order[kept[order]]]
