"""Random small problems through every method: same value, every certificate holds, every corruption is caught.

``python -m benchmarks.allocation_random 10000`` takes an hour or so on one core; ``--seed`` draws others. Families,
members who take more than one unit, contracts with minimums and steps, too little room; the value is found by trying
everything as well.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from solvers.allocation.answer import Answer
from solvers.allocation.cp_sat import CpSat
from solvers.allocation.flow import Flow
from solvers.allocation.greedy import Greedy
from solvers.allocation.ground import Effort
from solvers.allocation.mip import ColumnMip
from solvers.allocation.problem import Problem
from solvers.allocation.solve import solve
from solvers.certificate import check, value_of
from solvers.outcome import Outcome
from tests.unit.solvers.toys import brute_force, changed, random_plain_problem, random_problem

ALL_THE_WAY = ColumnMip(effort=Effort(smallest=1, largest=2, offers=2, wishes=2), workers=2, small=0, comfortable=4)
"""Small problems treated as large ones: prices by ascent, neighbourhoods, filters."""


def agree(seed: int, count: int) -> Counter[str]:
    """Put so many problems through every method; return how often each method and corruption was tried.

    Raises
    ------
    AssertionError
        When a value differs, a certificate fails or a corruption passes.
    """
    rng = np.random.default_rng(seed)
    tried: Counter[str] = Counter()
    for _ in range(count):
        plain = rng.random() < 0.25
        problem = random_plain_problem(rng) if plain else random_problem(rng)
        best = brute_force(problem)
        methods = (ColumnMip(), ALL_THE_WAY, CpSat(), *((Flow(), Flow(columns_a_member=1)) if plain else ()))
        for method in methods:
            answer = solve(problem, method=method)
            assert answer.value == best, f"{method.name} finds {answer.value}, trying everything finds {best}"
            assert check(problem, answer).valid
            tried[f"{method.name}, same value"] += 1
        greedy = solve(problem, method=Greedy())
        assert greedy.bound <= best <= greedy.value
        for kind, wrong in corrupted(problem, answer, rng):
            assert not check(problem, wrong).valid, f"{kind} passes"
            tried[f"caught: {kind}"] += 1
    return tried


def corrupted(problem: Problem, answer: Answer, rng: np.random.Generator) -> Iterator[tuple[str, Answer]]:
    """Yield the answer spoilt in each way that it can be."""
    chosen, unchosen = np.flatnonzero(answer.amount), np.flatnonzero(answer.amount == 0)
    yield "a value too low", replace(answer, value=answer.value - 1)
    yield "a bound too high", replace(answer, bound=answer.bound + 1)
    yield "a search bound above the value", replace(answer, search_bound=answer.value + 1)
    yield "a negative price", replace(answer, price=np.where(np.arange(problem.places) == 0, -1, answer.price))
    yield "prices of another length", replace(answer, price=answer.price[:-1])
    yield "amounts that are not whole", replace(answer, amount=answer.amount.astype(float))
    missing = answer.amount.copy()
    missing[rng.choice(chosen)] -= 1
    yield "a member left out", _repriced(problem, answer, missing)
    if len(unchosen):
        twice = answer.amount.copy()
        twice[rng.choice(unchosen)] += 1
        yield "a member covered twice", _repriced(problem, answer, twice)
    if (full := _overfilled(problem, answer)) is not None:
        yield "an over-full place", full
    if answer.value > answer.bound:
        unproven = replace(answer, search_bound=None, outcome=Outcome.OPTIMAL)
        yield "called optimal without proof", unproven
    yield "a dearer problem", replace(answer, value=answer.value + int(problem.cost[chosen[0]]) + 1)


def _overfilled(problem: Problem, answer: Answer) -> Answer | None:
    """Return the optimum of the problem with more room, as if it were one of the problem itself."""
    roomy = changed(problem, capacity=problem.capacity + 3)
    better = solve(roomy, method=ColumnMip())
    if better.value == answer.value:
        return None
    return replace(answer, amount=better.amount, value=better.value)


def _repriced(problem: Problem, answer: Answer, amount: np.ndarray) -> Answer:
    return replace(answer, amount=amount, value=value_of(problem, amount))


def main() -> None:
    """Run and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.allocation_random", description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=2)
    chosen = parser.parse_args()
    for what, times in sorted(agree(chosen.seed, chosen.count).items()):
        print(f"{times:8,}  {what}")


if __name__ == "__main__":
    main()
