"""The members who can be placed by a flow: on their own, one unit of a place a unit, whatever the others do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.flow import Arcs, cheapest_flow
from solvers.allocation.groups import rank_in_run
from solvers.allocation.partitions import Subsets
from solvers.allocation.prices import Priced
from solvers.allocation.problem import Problem
from solvers.allocation.worth import used

Indices = NDArray[np.intp]

MOST_OFFERS = 60
"""Columns of each plain member that the flow may choose from, least regretted first."""

MOST_ARCS = 2_500_000
"""Beyond this many arcs in all, each member is offered fewer."""


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
        Of those columns, with the price of their contract volume.
    """

    family: NDArray[np.bool_]
    column: NDArray[np.bool_]
    columns: Indices
    cost: Integers

    @classmethod
    def of(cls, problem: Problem, subsets: Subsets, priced: Priced) -> "Plain":
        """Find the plain members and their least regretted columns."""
        wide = (problem.place >= 0) & (problem.use != problem.column_size)
        family = np.bincount(problem.family, minlength=problem.families) == 1
        family[subsets.family[wide]] = False
        column = family[subsets.family]
        each = max(8, min(MOST_OFFERS, MOST_ARCS // max(1, int(family.sum()))))
        columns = _least_regretted(np.flatnonzero(column), subsets.family, priced.regret, each, problem.place < 0)
        return cls(family, column, columns, problem.cost[columns] + _volume_price(problem, priced, columns))

    def placed(self, problem: Problem, amount: Integers) -> Integers:
        """Place all plain members anew around the others; the allocation given back may break a contract's maximum."""
        others = np.where(self.column, 0, amount)
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
        others[self.columns] = cheapest_flow(arcs, np.arange(len(self.columns)))
        return others


def _least_regretted(
    columns: Indices, family: Integers, regret: Integers, each: int, always: NDArray[np.bool_]
) -> Indices:
    """Keep the least regretted columns of each family, and those always kept; in order of family."""
    order = columns[np.lexsort((regret[columns], family[columns]))]
    return order[(rank_in_run(family[order]) < each) | always[order]]


def _volume_price(problem: Problem, priced: Priced, columns: Indices) -> Integers:
    price = np.append(priced.prices.contract, np.int64(0))[problem.under(columns)]
    volume_price: Integers = price * problem.terms.volume[columns]
    return volume_price
