"""Part of a problem as a problem of its own: some columns, with the members, places and contracts that they touch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.contracts import Contracts
from solvers.allocation.groups import entries_of
from solvers.allocation.problem import NO_PLACE, Problem

Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Part:
    """A smaller problem, and where its columns, places and contracts stand in the larger one.

    Attributes
    ----------
    problem
        Members, families, places and contracts numbered anew, in their old order.
    columns, places, contracts
        Of the larger problem, one for each of the smaller.
    """

    problem: Problem
    columns: Indices
    places: Indices
    contracts: Indices


def whole(problem: Problem) -> Part:
    """Return all of a problem as its only part."""
    return Part(problem, np.arange(problem.columns), np.arange(problem.places), np.arange(problem.terms.count))


def part_of(problem: Problem, columns: Indices, places: Indices | None = None) -> Part:
    """Cut some columns out, in rising order: all that are left to their families, which they must be able to cover.

    Parameters
    ----------
    places
        Places to be part of it, in rising order: those that the columns use, unless told otherwise.
    """
    entry = problem.column_member[entries_of(problem.column_start, columns)]
    members = np.unique(entry)
    place = problem.place[columns]
    places = np.unique(place[place >= 0]) if places is None else places
    contract = problem.terms.contract[places]
    contracts = np.unique(contract[contract >= 0])
    terms = _terms_of(problem.terms, columns, places, contracts) if len(contracts) else None
    cut = Problem(
        demand=problem.demand[members],
        family=np.unique(problem.family[members], return_inverse=True)[1].astype(np.int64),
        capacity=problem.capacity[places],
        cost=problem.cost[columns],
        place=_renumbered(place, places),
        use=problem.use[columns],
        column_start=np.concatenate(([0], np.cumsum(problem.column_size[columns]))),
        column_member=np.searchsorted(members, entry),
        units_per_child=problem.units_per_child,
        contracts=terms,
    )
    return Part(cut, columns, places, contracts)


def _terms_of(terms: Contracts, columns: Indices, places: Indices, contracts: Indices) -> Contracts:
    steps = entries_of(terms.step_start, contracts)
    return Contracts(
        contract=_renumbered(terms.contract[places], contracts),
        volume=terms.volume[columns],
        maximum=terms.maximum[contracts],
        minimum=terms.minimum[contracts],
        shortfall_price=terms.shortfall_price[contracts],
        step_start=np.concatenate(([0], np.cumsum(np.diff(terms.step_start)[contracts]))),
        step_threshold=terms.step_threshold[steps],
        step_discount=terms.step_discount[steps],
        on_every_unit=terms.on_every_unit[contracts],
    )


def _renumbered(old: Integers, kept: Indices) -> Integers:
    """Count what is kept from 0; -1 stays."""
    return np.where(old < 0, np.int64(NO_PLACE), np.searchsorted(kept, old))
