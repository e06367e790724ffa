"""The problem as a linear model, column by column: one function a family of constraints, each with its formula.

A model may be of the whole problem or of a *scope*: some columns, with the capacity and the contract volumes that
others leave. Rows that no column touches are left out. Entries are flat arrays (row, column, coefficient) until the
model is handed over whole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers
from solvers.allocation.contracts import Segments
from solvers.allocation.problem import Problem
from solvers.allocation.splits import Splits, covered_by
from solvers.allocation.worth import charges

Indices = NDArray[np.intp]
Reals = NDArray[np.float64]
UNBOUNDED = np.inf


@dataclass(frozen=True, eq=False)
class Scope:
    """What a model is about.

    Attributes
    ----------
    columns
        Columns of the problem that may be chosen, in rising order; those of a family must be able to cover it.
    free
        Capacity of each place that they may take.
    bought
        Volume that columns outside the scope buy under each contract.
    """

    columns: Indices
    free: Integers
    bought: Integers

    @classmethod
    def of(cls, problem: Problem, columns: Indices | None = None) -> "Scope":
        """Take everything, or some columns with all the capacity."""
        chosen = np.arange(problem.columns) if columns is None else np.sort(columns)
        return cls(chosen, problem.capacity, np.zeros(problem.terms.count, np.int64))


@dataclass(frozen=True, eq=False)
class Rows:
    """One family of constraints: ``low <= sum of entries <= high``; ``about`` says which member, place or contract."""

    family: str
    about: Integers
    low: Reals
    high: Reals
    row: Indices
    column: Indices
    coefficient: Integers


@dataclass(frozen=True, eq=False)
class Model:
    """A mixed-integer linear model; all variables are whole numbers from zero up.

    Attributes
    ----------
    columns
        Columns of the problem that the first variables stand for.
    pieces
        Segments of the contracts that they touch: a variable each for "holds" and for "volume", in that order; then a
        shortfall for each contract in ``contracts``.
    contracts
        Contracts that the columns touch.
    splits
        Ways to split the larger families, a variable each, after the shortfalls.
    cost, upper
        Of every variable.
    constant
        What contracts that no column touches charge in any case.
    rows
        Families of constraints.
    """

    columns: Indices
    pieces: Segments
    contracts: Integers
    splits: Splits
    cost: Integers
    upper: Reals
    constant: int
    rows: tuple[Rows, ...]

    def rows_of(self, family: str) -> tuple[int, Rows]:
        """Return a family of constraints and how many rows come before it."""
        before = 0
        for rows in self.rows:
            if rows.family == family:
                return before, rows
            before += len(rows.about)
        raise KeyError(family)


@dataclass(frozen=True, eq=False)
class _Draft:
    """A scope with what the constraint functions need of it."""

    problem: Problem
    scope: Scope
    place: Integers
    contracts: Integers
    pieces: Segments
    splits: Splits

    @property
    def first_holds(self) -> int:
        return len(self.scope.columns)

    @property
    def first_volume(self) -> int:
        return self.first_holds + len(self.pieces.contract)

    @property
    def first_short(self) -> int:
        return self.first_volume + len(self.pieces.contract)

    @property
    def first_split(self) -> int:
        return self.first_short + len(self.contracts)


def build_model(problem: Problem, scope: Scope | None = None, tight: bool = True) -> Model:
    """Write the model of a problem, or of a scope of it; ``tight`` splits larger families by their partitions."""
    draft = _draft(problem, scope or Scope.of(problem), tight)
    families = [coverage(draft), capacity(draft)]
    if len(draft.contracts):
        families += [volume(draft), one_segment(draft), segment_limits(draft), shortfall(draft)]
    if len(draft.splits.family):
        families += [one_split(draft), parts_of_split(draft)]
    cost, upper = _variables(draft)
    charged = charges(problem, draft.scope.bought)
    constant = int(charged.sum() - charged[draft.contracts].sum())
    return Model(
        draft.scope.columns, draft.pieces, draft.contracts, draft.splits, cost, upper, constant, tuple(families)
    )


def coverage(draft: _Draft) -> Rows:
    """Cover every member exactly: ``sum_{j covers i} x_j = demand_i``; larger families are covered by their split."""
    column, member = covered_by(draft.problem, draft.scope.columns)
    whole = ~np.isin(draft.problem.family[member], draft.splits.family)
    column, member = column[whole], member[whole]
    about, row = np.unique(member, return_inverse=True)
    demand = draft.problem.demand[about].astype(float)
    return Rows("coverage", about, demand, demand, row, column, np.ones_like(member))


def capacity(draft: _Draft) -> Rows:
    """Fill no place beyond its capacity: ``sum_{j at h} use_j x_j <= capacity_h``."""
    use = draft.problem.use[draft.scope.columns]
    column = np.flatnonzero((draft.place >= 0) & (use > 0))
    about, row = np.unique(draft.place[column], return_inverse=True)
    high = draft.scope.free[about].astype(float)
    return Rows("capacity", about, np.full(len(about), -UNBOUNDED), high, row, column, use[column])


def volume(draft: _Draft) -> Rows:
    """Tie what is bought under a contract to its segments: ``sum_{j under k} volume_j x_j - sum_s v_s = 0``."""
    bought, under = draft.problem.terms.volume[draft.scope.columns], draft.problem.under(draft.scope.columns)
    column = np.flatnonzero((under >= 0) & (bought > 0))
    elsewhere = (0 - draft.scope.bought[draft.contracts]).astype(float)
    pieces = len(draft.pieces.contract)
    return Rows(
        "volume",
        draft.contracts,
        elsewhere,
        elsewhere,
        np.searchsorted(draft.contracts, np.concatenate((under[column], draft.pieces.contract))),
        np.concatenate((column, draft.first_volume + np.arange(pieces))),
        np.concatenate((bought[column], np.full(pieces, -1))),
    )


def one_segment(draft: _Draft) -> Rows:
    """Put a contract on exactly one of its segments: ``sum_{s of k} y_s = 1``."""
    one = np.ones(len(draft.contracts))
    pieces = len(draft.pieces.contract)
    row = np.searchsorted(draft.contracts, draft.pieces.contract)
    holds = draft.first_holds + np.arange(pieces)
    return Rows("one segment", draft.contracts, one, one, row, holds, np.ones(pieces, np.int64))


def segment_limits(draft: _Draft) -> Rows:
    """Keep volume within the segment that holds: ``first_s y_s <= v_s <= last_s y_s``."""
    count = len(draft.pieces.contract)
    piece = np.arange(count)
    holds, bought = draft.first_holds + piece, draft.first_volume + piece
    one = np.ones(count, np.int64)
    return Rows(
        "segment limits",
        np.tile(draft.pieces.contract, 2),
        np.concatenate((np.zeros(count), np.full(count, -UNBOUNDED))),
        np.concatenate((np.full(count, UNBOUNDED), np.zeros(count))),
        np.concatenate((piece, piece, count + piece, count + piece)),
        np.concatenate((bought, holds, bought, holds)),
        np.concatenate((one, -draft.pieces.first, one, -draft.pieces.last)),
    )


def shortfall(draft: _Draft) -> Rows:
    """Pay what is short of a minimum anyway: ``short_k + sum_{s of k} v_s >= minimum_k``."""
    count, pieces = len(draft.contracts), len(draft.pieces.contract)
    contract = np.arange(count)
    return Rows(
        "shortfall",
        draft.contracts,
        draft.problem.terms.minimum[draft.contracts].astype(float),
        np.full(count, UNBOUNDED),
        np.concatenate((contract, np.searchsorted(draft.contracts, draft.pieces.contract))),
        np.concatenate((draft.first_short + contract, draft.first_volume + np.arange(pieces))),
        np.ones(count + pieces, np.int64),
    )


def one_split(draft: _Draft) -> Rows:
    """Split a larger family one way: ``sum_{w of f} z_w = 1``."""
    about, row = np.unique(draft.splits.family, return_inverse=True)
    one = np.ones(len(about))
    column = draft.first_split + np.arange(len(row))
    return Rows("one split", about, one, one, row, column, np.ones(len(row), np.int64))


def parts_of_split(draft: _Draft) -> Rows:
    """Put together what the split puts together, for each subset s: ``sum_{j of s} x_j - sum_{w parts off s} z_w = 0``.

    Without this a family of three could be half in each of its pairs, and the relaxation would prove far less.
    """
    splits = draft.splits
    about, row = np.unique(np.concatenate((splits.column_subset, splits.part_subset)), return_inverse=True)
    none = np.zeros(len(about))
    ones, parts = np.ones(len(splits.column), np.int64), np.full(len(splits.part_split), -1)
    column = np.concatenate((splits.column, draft.first_split + splits.part_split))
    return Rows("parts of a split", about, none, none, row, column, np.concatenate((ones, parts)))


def start_values(problem: Problem, model: Model, scope: Scope, amount: Integers) -> Reals:
    """Value of every variable at given amounts of the scope's columns."""
    bought = np.append(scope.bought, 0)
    np.add.at(bought, problem.under(model.columns), problem.terms.volume[model.columns] * amount)
    bought = bought[:-1]
    pieces = model.pieces
    inside = (pieces.first <= bought[pieces.contract]) & (bought[pieces.contract] <= pieces.last)
    short = np.maximum(0, problem.terms.minimum - bought)[model.contracts]
    split = model.splits.chosen(amount)
    return np.concatenate((amount, inside, inside * bought[pieces.contract], short, split)).astype(float)


def _draft(problem: Problem, scope: Scope, tight: bool) -> _Draft:
    under = problem.under(scope.columns)
    touched = np.unique(under[(under >= 0) & (problem.terms.volume[scope.columns] > 0)])
    pieces = problem.terms.segments()
    mine = np.isin(pieces.contract, touched)
    names = ("contract", "first", "last", "discount", "offset")
    return _Draft(
        problem,
        scope,
        problem.place[scope.columns],
        touched,
        Segments(*(getattr(pieces, name)[mine] for name in names)),
        Splits.of(problem, scope.columns if tight else scope.columns[:0]),
    )


def _variables(draft: _Draft) -> tuple[Integers, Reals]:
    problem, columns, pieces = draft.problem, draft.scope.columns, draft.pieces
    column, member = covered_by(problem, columns)
    starts = np.searchsorted(column, np.arange(len(columns)))
    most = np.minimum.reduceat(problem.demand[member], starts) if len(columns) else np.zeros(0)
    price = problem.terms.shortfall_price[draft.contracts]
    minimum = problem.terms.minimum[draft.contracts]
    ways = len(draft.splits.family)
    cost = np.concatenate((problem.cost[columns], pieces.offset, -pieces.discount, price, np.zeros(ways, np.int64)))
    upper = np.concatenate((most, np.ones(len(pieces.contract)), pieces.last, minimum, np.ones(ways)))
    return cost, upper.astype(float)
