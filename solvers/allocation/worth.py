"""What an allocation costs, with its contracts, and whether it keeps the limits: the solvers' own reckoning.

The certificate reckons again without this module.
"""

import numpy as np

from solvers.allocation.arrays import Integers, exact_dot
from solvers.allocation.problem import Problem


def value_of(problem: Problem, amount: Integers) -> int:
    """Cost of the columns and the charges of contracts."""
    return exact_dot(problem.cost, amount) + int(charges(problem, volumes(problem, amount)).sum())


def volumes(problem: Problem, amount: Integers) -> Integers:
    """Units bought under each contract."""
    terms = problem.terms
    bought = np.zeros(terms.count + 1, np.int64)
    if terms.count:
        np.add.at(bought, problem.under(), terms.volume * amount)
    return bought[:-1]


def charges(problem: Problem, volume: Integers) -> Integers:
    """Charge of each contract at given volumes: its shortfall less the rebate of the segment it falls in."""
    terms = problem.terms
    pieces = terms.segments()
    bought = volume[pieces.contract]
    inside = (pieces.first <= bought) & (bought <= pieces.last)
    charge: Integers = terms.shortfall_price * np.maximum(0, terms.minimum - volume)
    np.subtract.at(charge, pieces.contract[inside], (pieces.discount * bought - pieces.offset)[inside])
    return charge


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
        and (volumes(problem, amount) <= problem.terms.maximum).all()
    )
