"""What an allocation costs, with its contracts, and whether it keeps the limits: the solvers' own reckoning.

The certificate reckons again without this module.
"""

import numpy as np

from solvers.allocation.arrays import Integers, exact_dot
from solvers.allocation.problem import Problem


def value_of(problem: Problem, amount: Integers) -> int:
    """Cost of the columns and the charges of contracts."""
    return exact_dot(problem.cost, amount) + charges(problem, volumes(problem, amount))


def volumes(problem: Problem, amount: Integers) -> Integers:
    """Units bought under each contract."""
    terms = problem.contracts
    if terms is None:
        return np.zeros(0, np.int64)
    under = np.append(terms.contract, -1)[problem.place]
    mine = under >= 0
    bought = np.zeros(terms.count, np.int64)
    np.add.at(bought, under[mine], (terms.volume * amount)[mine])
    return bought


def charges(problem: Problem, volume: Integers) -> int:
    """Charges of all contracts at given volumes: shortfalls less the rebates of the segments they fall in."""
    terms = problem.contracts
    if terms is None:
        return 0
    pieces = terms.segments()
    bought = volume[pieces.contract]
    inside = (pieces.first <= bought) & (bought <= pieces.last)
    rebate = int((pieces.discount * bought - pieces.offset)[inside].sum())
    return int((terms.shortfall_price * np.maximum(0, terms.minimum - volume)).sum()) - rebate


def used(problem: Problem, amount: Integers) -> Integers:
    """Units of each place that are taken."""
    taken = np.zeros(problem.places + 1, np.int64)
    np.add.at(taken, problem.place, problem.use * amount)
    return taken[:-1]


def covered(problem: Problem, amount: Integers) -> Integers:
    """Units of each member that are covered."""
    units = np.zeros(problem.members, np.int64)
    np.add.at(units, problem.column_member, np.repeat(amount, problem.column_size))
    return units


def is_feasible(problem: Problem, amount: Integers) -> bool:
    """Whether an allocation keeps every limit."""
    return bool(
        amount.shape == (problem.columns,)
        and (amount >= 0).all()
        and (covered(problem, amount) == problem.demand).all()
        and (used(problem, amount) <= problem.capacity).all()
        and (problem.contracts is None or (volumes(problem, amount) <= problem.contracts.maximum).all())
    )
