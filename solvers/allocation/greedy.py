"""Cheapest free place first, one family after another: close to what is done by hand today, and a start for the rest.

It proves nothing: the bound that goes with it is what everybody's cheapest column would cost if places had no limits.
"""

from dataclasses import dataclass

import numpy as np

from solvers.allocation.answer import Answer
from solvers.allocation.arrays import Integers
from solvers.allocation.partitions import Subsets, lagrangian_bound, priced_costs
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import Abilities, Found, Request, hand_in, no_prices
from solvers.allocation.worth import value_of
from solvers.outcome import Reason


@dataclass(frozen=True)
class Greedy:
    """Take families in their given order; each takes its cheapest columns a member that still fit."""

    @property
    def name(self) -> str:
        """Short name, kept with every answer."""
        return "greedy"

    @property
    def abilities(self) -> Abilities:
        """Takes everything, proves nothing."""
        return Abilities(siblings=True, whole_homes=True, contracts=True, proves=False)

    def solve(self, problem: Problem, request: Request) -> Answer:
        """Place each family once; the stopping rule is not needed and not asked."""
        watch = request.watch()
        amount = cheapest_first(problem, problem.cost)
        prices = no_prices(problem)
        subsets = Subsets.of(problem)
        bound = lagrangian_bound(problem, subsets, prices, subsets.split(priced_costs(problem, prices)))
        value = value_of(problem, amount)
        watch.report(value, bound)
        return hand_in(self, "1", Found(amount, prices, value, bound), Reason.FINISHED, watch, request)


def cheapest_first(problem: Problem, cost: Integers) -> Integers:
    """Choose columns family by family, cheapest a member first, as long as members need them and limits allow."""
    order = np.lexsort((cost / problem.column_size, problem.column_family))
    left = problem.demand.tolist()
    free = problem.capacity.tolist()
    contract, volume, volume_left = _contract_limits(problem)
    start, member = problem.column_start.tolist(), problem.column_member.tolist()
    place, use = problem.place.tolist(), problem.use.tolist()
    amount = np.zeros(problem.columns, np.int64)
    for column in order.tolist():
        members = member[start[column] : start[column + 1]]
        units = min(left[i] for i in members)
        h, k = place[column], contract[column]
        if units and h >= 0 and use[column]:
            units = min(units, free[h] // use[column])
        if units and k >= 0 and volume[column]:
            units = min(units, volume_left[k] // volume[column])
        if not units:
            continue
        amount[column] = units
        for i in members:
            left[i] -= units
        if h >= 0:
            free[h] -= units * use[column]
        if k >= 0:
            volume_left[k] -= units * volume[column]
    return amount


def _contract_limits(problem: Problem) -> tuple[list[int], list[int], list[int]]:
    terms = problem.contracts
    if terms is None:
        return [-1] * problem.columns, [0] * problem.columns, []
    return np.append(terms.contract, -1)[problem.place].tolist(), terms.volume.tolist(), terms.maximum.tolist()
