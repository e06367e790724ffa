"""Cheapest free place first, one family after another: close to what is done by hand today, and a start for the rest.

It proves nothing: the bound that goes with it is what everybody's cheapest column would cost if places had no limits.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.answer import Answer
from solvers.allocation.arrays import Integers
from solvers.allocation.groups import rank_in_run
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
    return fill(problem, np.lexsort((cost / problem.column_size, problem.column_family)))


def fill(problem: Problem, columns: NDArray[np.intp]) -> Integers:
    """Choose columns in a given order, those of a family together, as long as members need them and limits allow."""
    room = Room.of(problem)
    amount = np.zeros(problem.columns, np.int64)
    family = problem.column_family[columns]
    edges = np.append(np.flatnonzero(rank_in_run(family) == 0), len(columns))
    need = np.bincount(problem.family, problem.demand, minlength=problem.families).astype(np.int64)
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        left = int(need[family[first]])
        for column in columns[first:last].tolist():
            if not left:
                break
            units, members = room.take(column)
            amount[column] = units
            left -= units * members
    return amount


@dataclass
class Room:
    """What members still need and places and contracts still have, as plain lists: quicker than arrays one by one."""

    left: list[int]
    free: list[int]
    unbought: list[int]
    start: Integers
    member: Integers
    place: Integers
    use: Integers
    contract: Integers
    volume: Integers

    @classmethod
    def of(cls, problem: Problem, most: Integers | None = None) -> "Room":
        """Start with nobody placed; ``most`` may allow less to be bought under each contract than its maximum."""
        return cls(
            problem.demand.tolist(),
            problem.capacity.tolist(),
            (problem.terms.maximum if most is None else most).tolist(),
            problem.column_start,
            problem.column_member,
            problem.place,
            problem.use,
            problem.under(),
            problem.terms.volume,
        )

    def take(self, column: int) -> tuple[int, int]:
        """Take as many units of a column as fit; return how many, and how many members each covers."""
        members = self.member[self.start[column] : self.start[column + 1]].tolist()
        place, use = int(self.place[column]), int(self.use[column])
        contract, volume = int(self.contract[column]), int(self.volume[column])
        units = min(self.left[i] for i in members)
        if place >= 0 and use:
            units = min(units, self.free[place] // use)
        if contract >= 0 and volume:
            units = min(units, self.unbought[contract] // volume)
        for i in members:
            self.left[i] -= units
        if place >= 0:
            self.free[place] -= units * use
        if contract >= 0:
            self.unbought[contract] -= units * volume
        return units, len(members)
