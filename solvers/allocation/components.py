"""A problem that falls apart into several: members, families, places and contracts that nothing joins.

What one component does can neither help nor hinder another, so each may be solved by itself. The allocations and
prices are put side by side; values and bounds add up, so that one certificate covers the whole.
"""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from solvers.allocation.answer import Answer, Prices, Warm
from solvers.allocation.arrays import Integers
from solvers.allocation.parts import Part, part_of, whole
from solvers.allocation.problem import Problem
from solvers.allocation.protocol import Found

LEAST = 2_000
"""Columns below which components are taken together: a search for each would cost more than it saves."""


def components(problem: Problem, least: int = LEAST) -> list[Part]:
    """Return the parts that nothing joins, small ones taken together, in order of their first family.

    Places and contracts that no column touches go with the first.
    """
    of_family, of_place = _labels(problem)
    of_column = of_family[problem.column_family]
    count = np.bincount(of_column, minlength=int(max(of_family.max(initial=0), of_place.max(initial=0))) + 1)
    group = _groups(of_family, count, least)
    if not group.any():
        return [whole(problem)]
    return [
        part_of(problem, np.flatnonzero(group[of_column] == number), np.flatnonzero(group[of_place] == number))
        for number in range(int(group.max(initial=-1)) + 1)
    ]


def _labels(problem: Problem) -> tuple[Integers, Integers]:
    """Return the component of each family and of each place."""
    families, places, contract = problem.families, problem.places, problem.terms.contract
    placed = np.flatnonzero(problem.place >= 0)
    under = np.flatnonzero(contract >= 0)
    nodes = families + places + problem.terms.count
    one = np.concatenate((problem.column_family[placed], families + under)).astype(np.int32)
    other = np.concatenate((families + problem.place[placed], families + places + contract[under])).astype(np.int32)
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(nodes, nodes))
    _, label = connected_components(links.tocsr(), directed=False)
    return label[:families].astype(np.int64), label[families : families + places].astype(np.int64)


def _groups(of_family: Integers, count: Integers, least: int) -> Integers:
    """Give each component that has a family a part, in order; small ones together until they are not.

    A small rest goes with the last.
    """
    _, first = np.unique(of_family, return_index=True)
    group = np.zeros(len(count), np.int64)
    number, columns = 0, 0
    for label in of_family[np.sort(first)].tolist():
        group[label] = number
        columns += int(count[label])
        if columns >= least:
            number, columns = number + 1, 0
    if columns:
        group[group == number] = max(0, number - 1)
    return group


def warm_for(part: Part, problem: Problem, warm: Warm) -> Warm:
    """Cut a warm start down to one part; what does not fit the whole is left out."""
    amount, price, contract = warm.amount, warm.price, warm.contract_price
    return Warm(
        amount[part.columns] if amount is not None and amount.shape == (problem.columns,) else None,
        price[part.places] if price is not None and price.shape == (problem.places,) else None,
        contract[part.contracts] if contract is not None and contract.shape == (problem.terms.count,) else None,
    )


def joined(problem: Problem, parts: list[Part], answers: list[Answer]) -> Found:
    """Put the answers of all parts side by side."""
    amount = np.zeros(problem.columns, np.int64)
    place, contract = np.zeros(problem.places, np.int64), np.zeros(problem.terms.count, np.int64)
    for part, answer in zip(parts, answers, strict=True):
        amount[part.columns] = answer.amount
        place[part.places] = answer.price
        contract[part.contracts] = answer.contract_price
    value, bound = sum(answer.value for answer in answers), sum(answer.bound for answer in answers)
    best = sum(answer.best_bound for answer in answers)
    return Found(amount, Prices(place, contract), value, bound, best if best > bound else None)
