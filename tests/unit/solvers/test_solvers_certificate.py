"""The certificate finds each way in which an answer can be wrong."""

from dataclasses import replace

import numpy as np
import pytest

from solvers.allocation.answer import Answer
from solvers.allocation.arrays import exact_dot
from solvers.allocation.mip import ColumnMip
from solvers.allocation.problem import Problem
from solvers.allocation.solve import solve
from solvers.certificate import check, require_valid
from solvers.outcome import Outcome, SolverFault
from tests.unit.solvers.toys import four_members, one_contract, whole

PLACE_FREE = [0, 0, 0, 0, 0, 1, 1, 1, 1]


def answered(problem: Problem) -> tuple[Problem, Answer]:
    return problem, solve(problem)


def fault_of(problem: Problem, answer: Answer) -> str:
    certificate = check(problem, answer)
    assert not certificate.valid
    with pytest.raises(SolverFault, match="fails its certificate"):
        require_valid(problem, answer)
    return " ".join(certificate.faults)


def test_a_right_answer_is_valid_and_recomputed() -> None:
    """The hand-worked optimum passes, with the same value and bound recomputed."""
    problem, answer = answered(four_members())
    certificate = check(problem, answer)
    assert certificate.valid
    assert (certificate.value, certificate.bound) == (answer.value, answer.bound) == (1800, answer.bound)
    assert certificate.gap == answer.price_gap


def test_a_wrong_value_is_caught() -> None:
    """A value a penny too low is named."""
    problem, answer = answered(four_members())
    assert "The value is 1800, not 1799" in fault_of(problem, replace(answer, value=1799))


def test_a_false_bound_is_caught() -> None:
    """A bound that the prices do not prove is named."""
    problem, answer = answered(four_members())
    assert f"prove {answer.bound}, not {answer.bound + 1}" in fault_of(problem, replace(answer, bound=answer.bound + 1))


def test_a_search_bound_above_the_value_is_caught() -> None:
    """No bound may lie above what was found."""
    problem, answer = answered(four_members())
    assert "above the value" in fault_of(problem, replace(answer, search_bound=1801))


def test_optimal_without_proof_is_caught() -> None:
    """An answer is not called optimal when no bound meets its value."""
    problem = four_members()
    amount = whole(*PLACE_FREE)
    answer = replace(solve(problem), amount=amount, value=4000, search_bound=None, outcome=Outcome.OPTIMAL)
    assert "optimal without proof" in fault_of(problem, answer)


def test_an_over_full_place_is_caught() -> None:
    """Member 2 beside the siblings takes four units of two."""
    problem, answer = answered(four_members())
    amount = answer.amount.copy()
    amount[[3, 7]] = 1, 0
    assert "place 0 is over-full (1 in all)" in fault_of(problem, replace(answer, amount=amount))


def test_an_uncovered_member_is_caught() -> None:
    """A member in no chosen column is named, and so is one covered twice."""
    problem, answer = answered(four_members())
    for column, units in ((7, 0), (8, 1)):
        amount = answer.amount.copy()
        amount[column] = units
        assert "not covered exactly" in fault_of(problem, replace(answer, amount=amount))


def test_a_negative_price_is_caught() -> None:
    """A price below zero proves nothing."""
    problem, answer = answered(four_members())
    assert "place 1 has a negative price" in fault_of(problem, replace(answer, price=whole(0, -1)))


@pytest.mark.parametrize("units", [-1, 2, 2**62])
def test_impossible_amounts_are_caught(units: int) -> None:
    """Amounts below zero or beyond any need are refused before they could overflow a sum."""
    problem, answer = answered(four_members())
    amount = answer.amount.copy()
    amount[0] = units
    assert "column 0 is chosen" in fault_of(problem, replace(answer, amount=amount))


def test_arrays_of_another_shape_or_kind_are_caught() -> None:
    """Amounts must be whole numbers, one a column."""
    problem, answer = answered(four_members())
    assert "amount must be" in fault_of(problem, replace(answer, amount=answer.amount[:-1]))
    assert "amount must be" in fault_of(problem, replace(answer, amount=answer.amount.astype(float)))


def test_a_contract_beyond_its_maximum_is_caught() -> None:
    """Buying three units under a contract of two is named."""
    problem, answer = answered(four_members())
    limited = one_contract(2, 0, 0, [], 0, problem)
    wrong = replace(answer, contract_price=whole(0))
    assert "contract 0 is bought beyond its maximum" in fault_of(limited, wrong)


def test_contract_charges_belong_to_the_value() -> None:
    """A shortfall of two units at 70 each raises the value by 140."""
    problem, answer = answered(four_members())
    short = one_contract(6, 5, 70, [], 0, problem)
    certificate = check(short, replace(answer, contract_price=whole(0)))
    assert certificate.value == answer.value + 140


def test_sums_beyond_64_bits_are_exact() -> None:
    """Values do not wrap round: sums that do not fit 64 bits are added up in Python's integers."""
    big = np.full(4, 2**40, np.int64)
    assert exact_dot(big, big) == 2**82
    assert exact_dot(big, whole(1, 2, 3, 4)) == 10 * 2**40


def test_solve_refuses_to_return_a_faulty_answer() -> None:
    """What a broken method hands in never reaches the caller."""

    class Broken(ColumnMip):
        def solve(self, problem: Problem, request: object) -> Answer:
            return replace(super().solve(problem, request), value=0)  # type: ignore[arg-type]

    with pytest.raises(SolverFault, match="The value is 1800, not 0"):
        solve(four_members(), method=Broken())
