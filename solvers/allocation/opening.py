"""A first allocation from prices: the awkward families at their least regret, everybody else by one flow.

At good prices an awkward family (siblings, or columns that take more than one unit of a place) is close to indifferent
among its best offers, so taking them largest family first loses little. The rest, members on their own who take one
unit of a place, are then placed at least cost over all the room that is left: a minimum-cost flow. The same flow serves
later, whenever awkward families have moved. A contract's charge stands in it as the price of its volume.
"""

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.greedy import cheapest_first, fill
from solvers.allocation.ground import Ground
from solvers.allocation.partitions import Subsets
from solvers.allocation.prices import Priced
from solvers.allocation.problem import Problem
from solvers.allocation.worth import is_feasible


def opening(ground: Ground) -> Integers:
    """Return a first allocation; where the flow breaks a contract's maximum, everybody by least regret instead."""
    problem, priced, plain = ground.problem, ground.priced, ground.plain
    amount = least_regret_first(problem, ground.subsets, priced, ~plain.family)
    amount = plain.placed(problem, amount) if len(plain.columns) else amount
    return amount if is_feasible(problem, amount) else cheapest_first(problem, priced.regret)


def least_regret_first(problem: Problem, subsets: Subsets, priced: Priced, mine: NDArray[np.bool_]) -> Integers:
    """Place some families, larger ones first, each by the least regretted columns that still fit."""
    columns = np.flatnonzero(mine[subsets.family])
    family = subsets.family[columns]
    size = np.bincount(problem.family, minlength=problem.families)
    return fill(problem, columns[np.lexsort((priced.regret[columns], family, -size[family]))])
