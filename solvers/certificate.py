"""The proof that travels with an answer, worked out afresh from the problem, the answer and its prices.

Nothing here is shared with any solver. Feasibility is read off the amounts. The bound rests on one line of reasoning:
take prices ``p >= 0`` for places and any prices ``m`` for contracts; then *every* allocation costs at least ::

    sum over families of  min over partitions of the family of  sum_j (cost_j + p_h use_j + m_k volume_j)
    - sum_h p_h capacity_h
    + sum_k min over 0 <= v <= maximum_k of  (charge_k(v) - m_k v)

because a feasible allocation pays for no more of a place than there is, and each family cannot do better than its own
cheapest partition. So the prices alone carry the proof.
"""

from dataclasses import dataclass

import numpy as np

from solvers.allocation.answer import Answer, Prices
from solvers.allocation.arrays import Integers, exact_dot
from solvers.allocation.contracts import Contracts
from solvers.allocation.problem import Problem
from solvers.outcome import Outcome, SolverFault
from solvers.stop import relative_gap

NEVER = 2**60
"""Cost of what cannot be chosen."""


@dataclass(frozen=True)
class Certificate:
    """Verdict on one answer.

    Attributes
    ----------
    valid
        Whether nothing was found wrong.
    value, bound
        Recomputed cost of the allocation, and recomputed proof by prices.
    gap
        Share of the value that the prices leave open.
    faults
        What is wrong, one sentence each.
    """

    valid: bool
    value: int
    bound: int
    gap: float
    faults: tuple[str, ...]


def check(problem: Problem, answer: Answer) -> Certificate:
    """Recompute feasibility, value and bound, and list every way in which the answer says otherwise."""
    faults = _misshapen(problem, answer)
    if faults:
        return Certificate(valid=False, value=0, bound=0, gap=float("inf"), faults=tuple(faults))
    value = value_of(problem, answer.amount)
    bound = bound_of(problem, answer.prices)
    faults = [*infeasibilities(problem, answer.amount), *_false_claims(answer, value, bound)]
    return Certificate(not faults, value, bound, relative_gap(value, bound), tuple(faults))


def require_valid(problem: Problem, answer: Answer) -> Answer:
    """Return the answer when its certificate is valid, raise :class:`~solvers.outcome.SolverFault` otherwise."""
    certificate = check(problem, answer)
    if not certificate.valid:
        raise SolverFault(f"The answer of {answer.solver} fails its certificate: {' '.join(certificate.faults)}")
    return answer


def value_of(problem: Problem, amount: Integers) -> int:
    """Cost of an allocation, with the charges of contracts."""
    return exact_dot(problem.cost, amount) + sum(_charges(problem, amount))


def infeasibilities(problem: Problem, amount: Integers) -> list[str]:
    """Every limit that an allocation breaks, one sentence a kind, with the first place where it happens."""
    covered = np.zeros(problem.members, np.int64)
    np.add.at(covered, problem.column_member, np.repeat(amount, np.diff(problem.column_start)))
    used = np.zeros(problem.places + 1, np.int64)
    np.add.at(used, problem.place, problem.use * amount)
    bought, maximum = _volumes(problem, amount), _maxima(problem)
    return [
        *_first(covered != problem.demand, "member", "is not covered exactly as often as it needs"),
        *_first(used[:-1] > problem.capacity, "place", "is over-full"),
        *_first(bought > maximum, "contract", "is bought beyond its maximum"),
    ]


def bound_of(problem: Problem, prices: Prices) -> int:
    """Return what no allocation can cost less than, by the prices alone."""
    place_price = np.append(prices.place, np.int64(0))
    priced: Integers = problem.cost + place_price[problem.place] * problem.use
    held = exact_dot(prices.place, problem.capacity)
    if problem.contracts is None:
        return _cheapest_partitions(problem, priced) - held
    terms = problem.contracts
    under = np.append(terms.contract, np.int64(-1))[problem.place]
    priced = priced + np.append(prices.contract, np.int64(0))[under] * terms.volume
    least = sum(_least_charge(terms, k, int(price)) for k, price in enumerate(prices.contract))
    return _cheapest_partitions(problem, priced) - held + least


def _cheapest_partitions(problem: Problem, priced: Integers) -> int:
    """Sum over families of the cheapest way to split each into columns, by subset: ``f(S) = min c(T) + f(S - T)``."""
    if not problem.has_siblings:
        cheapest = np.full(problem.members, NEVER, np.int64)
        np.minimum.at(cheapest, problem.column_member, priced)
        return exact_dot(cheapest, problem.demand)
    size = np.bincount(problem.family)
    order = np.argsort(problem.family, kind="stable")
    position = np.empty(problem.members, np.int64)
    position[order] = np.arange(problem.members) - np.repeat(np.cumsum(size) - size, size)
    subset = np.add.reduceat(1 << position[problem.column_member], problem.column_start[:-1])
    subsets = 1 << size
    first = np.cumsum(subsets) - subsets
    cheapest = np.full(int(subsets.sum()), NEVER, np.int64)
    np.minimum.at(cheapest, first[problem.column_family] + subset, priced)
    single_demand = np.zeros(len(size), np.int64)
    single_demand[problem.family] = problem.demand
    total = 0
    for n in np.unique(size):
        mine = np.flatnonzero(size == n)
        split = _best_split(cheapest[first[mine, None] + np.arange(1 << n)], int(n))
        total += exact_dot(split, single_demand[mine] if n == 1 else np.ones_like(mine))
    return total


def _best_split(cheapest: Integers, n: int) -> Integers:
    best = np.zeros_like(cheapest)
    for whole in range(1, 1 << n):
        lowest = whole & -whole
        rest = whole ^ lowest
        best[:, whole] = NEVER
        others = rest
        while True:
            part = others | lowest
            best[:, whole] = np.minimum(best[:, whole], cheapest[:, part] + best[:, whole ^ part])
            if others == 0:
                break
            others = (others - 1) & rest
    return best[:, -1]


def _charges(problem: Problem, amount: Integers) -> list[int]:
    volumes = _volumes(problem, amount)
    return [] if problem.contracts is None else [_charge(problem.contracts, k, int(v)) for k, v in enumerate(volumes)]


def _volumes(problem: Problem, amount: Integers) -> Integers:
    if problem.contracts is None:
        return np.zeros(0, np.int64)
    bought = np.zeros(problem.contracts.count + 1, np.int64)
    under = np.append(problem.contracts.contract, -1)[problem.place]
    np.add.at(bought, under, problem.contracts.volume * amount)
    return bought[:-1]


def _maxima(problem: Problem) -> Integers:
    return np.zeros(0, np.int64) if problem.contracts is None else problem.contracts.maximum


def _charge(terms: Contracts, contract: int, volume: int) -> int:
    """Return what a contract costs beside its columns: the shortfall less the rebate of the steps reached."""
    charge = int(terms.shortfall_price[contract]) * max(0, int(terms.minimum[contract]) - volume)
    before = 0
    for step in range(int(terms.step_start[contract]), int(terms.step_start[contract + 1])):
        threshold, discount = int(terms.step_threshold[step]), int(terms.step_discount[step])
        if volume >= threshold:
            units = volume if terms.on_every_unit[contract] else volume - threshold + 1
            charge -= (discount - before) * units
        before = discount
    return charge


def _least_charge(terms: Contracts, contract: int, price: int) -> int:
    """Least of ``charge(v) - price v``: straight between the corners, so a corner is least."""
    maximum = int(terms.maximum[contract])
    thresholds = terms.step_threshold[terms.step_start[contract] : terms.step_start[contract + 1]].tolist()
    corners = {0, maximum, int(terms.minimum[contract]), *thresholds, *(threshold - 1 for threshold in thresholds)}
    reached: list[int] = [v for v in corners if 0 <= v <= maximum]
    return min(_charge(terms, contract, v) - price * v for v in reached)


def _misshapen(problem: Problem, answer: Answer) -> list[str]:
    contracts = 0 if problem.contracts is None else problem.contracts.count
    wanted = (("amount", problem.columns), ("price", problem.places), ("contract_price", contracts))
    arrays = ((name, getattr(answer, name), length) for name, length in wanted)
    return [
        f"{name} must be {length} whole numbers."
        for name, array, length in arrays
        if array.dtype != np.int64 or array.shape != (length,)
    ] or [
        *_first(answer.amount < 0, "column", "is chosen a negative number of times"),
        *_first(answer.amount > problem.demand.max(initial=0), "column", "is chosen more often than anybody needs"),
        *_first(answer.price < 0, "place", "has a negative price"),
    ]


def _false_claims(answer: Answer, value: int, bound: int) -> list[str]:
    claims = (
        (answer.value == value, f"The value is {value}, not {answer.value}."),
        (answer.bound == bound, f"The prices prove {bound}, not {answer.bound}."),
        (answer.best_bound <= value, f"The bound {answer.best_bound} is above the value {value}."),
        (answer.outcome is not Outcome.OPTIMAL or answer.best_bound == value, "It is called optimal without proof."),
    )
    return [sentence for holds, sentence in claims if not holds]


def _first(wrong: np.ndarray[tuple[int], np.dtype[np.bool_]], noun: str, fault: str) -> list[str]:
    indices = np.flatnonzero(wrong)
    return [f"{noun} {indices[0]} {fault} ({len(indices)} in all)."] if len(indices) else []
