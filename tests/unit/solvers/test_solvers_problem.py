"""A problem that cannot be meant is refused with the array and the index."""

from dataclasses import fields

import numpy as np
import pytest

from solvers.allocation.contracts import Contracts
from solvers.allocation.problem import Problem
from tests.unit.solvers.toys import changed, charge, four_members, one_contract, problem_of, whole

FAULTS = [
    ({"demand": whole(1, -1, 1, 1)}, r"demand\[1\] is -1; it must be at least 0"),
    ({"demand": whole(1, 2, 1, 1)}, r"demand\[1\] is 2; a member of a family of several needs 1"),
    ({"demand": np.ones(4)}, r"demand must be a flat numpy array of int64, not float64"),
    ({"family": whole(0, 0, 1)}, r"family has 3 entries where 4 are needed"),
    ({"family": whole(0, 0, 3, 1)}, r"family 2 has no member"),
    ({"capacity": whole(2, -1)}, r"capacity\[1\] is -1"),
    ({"capacity": whole(2)}, r"place\[2\] is 1; it must be between -1 and 0"),
    ({"use": np.full(9, -1)}, r"use\[0\] is -1"),
    ({"column_start": whole(0, 2, 2, 4, 5, 6, 7, 8, 9, 10)}, r"column 1 covers no member"),
    ({"column_start": whole(0, 3, 2, 4, 5, 6, 7, 8, 9, 10)}, r"column_start\[2\] is below"),
    ({"column_start": whole(0, 2, 3, 4, 5, 6, 7, 8, 9, 11)}, r"column_start must run from 0 to 10"),
    ({"column_member": whole(0, 0, 0, 1, 2, 3, 0, 1, 2, 3)}, r"column 0 covers member 0 twice"),
    ({"column_member": whole(0, 2, 0, 1, 2, 3, 0, 1, 2, 3)}, r"column 0 covers members of different families"),
    ({"column_member": whole(0, 1, 0, 1, 2, 3, 0, 1, 2, 2)}, r"member 3 has no column of its own with place -1"),
    ({"cost": np.zeros(8, np.int64)}, r"has 9 entries where 8 are needed"),
]


@pytest.mark.parametrize(("fault", "message"), FAULTS)
def test_a_fault_is_named_with_its_index(fault: dict[str, object], message: str) -> None:
    """Each planted fault is refused in words."""
    with pytest.raises(ValueError, match=message):
        changed(four_members(), **fault)


def test_a_family_too_large_is_refused() -> None:
    """Eleven siblings would have two thousand subsets."""
    with pytest.raises(ValueError, match="family 0 has more than 10 members"):
        problem_of([1] * 11, [0] * 11, [1], [])


def test_cost_parts_must_add_up() -> None:
    """Parts that miss a penny are refused with the column."""
    plain = {field.name: getattr(four_members(), field.name) for field in fields(Problem)}
    price, miles = plain["cost"] - 3, np.full(9, 3)
    assert Problem(**{**plain, "cost_parts": {"price": price, "miles": miles}}).cost_parts["miles"].sum() == 27
    miles = miles - np.eye(9, dtype=np.int64)[4]
    with pytest.raises(ValueError, match=r"cost\[4\] is 300 but its parts do not add up"):
        Problem(**{**plain, "cost_parts": {"price": price, "miles": miles}})


def test_shape_is_told() -> None:
    """What decides the method is read off the arrays."""
    problem = four_members()
    assert (problem.members, problem.families, problem.places, problem.columns) == (4, 3, 2, 9)
    assert problem.has_siblings
    assert problem.has_wide_use
    assert problem.column_family.tolist() == [0, 0, 0, 1, 2, 0, 0, 1, 2]
    plain = Problem.singles(demand=whole(5), capacity=whole(), member=whole(0), place=whole(-1), cost=whole(9))
    assert not plain.has_siblings
    assert not plain.has_wide_use


CONTRACT_FAULTS = [
    ({"minimum": whole(-1)}, r"contracts.minimum\[0\] is -1"),
    ({"contract": whole(0, 1)}, r"contracts.contract\[1\] is 1; it must be between -1 and 0"),
    ({"volume": whole(1)}, r"contracts.volume has 1 entries where 9"),
    ({"step_threshold": whole(2, 2)}, r"contracts.step_threshold\[1\] does not rise"),
    ({"step_discount": whole(9, 5)}, r"contracts.step_discount\[1\] does not rise"),
    ({"step_threshold": whole(0, 2)}, r"contracts.step_threshold\[0\] is 0; it must be at least 1"),
]


@pytest.mark.parametrize(("fault", "message"), CONTRACT_FAULTS)
def test_a_fault_in_a_contract_is_named(fault: dict[str, object], message: str) -> None:
    """Terms that cannot be meant are refused in words."""
    problem = one_contract(9, 3, 50, [(2, 5), (4, 9)], 0, four_members())
    terms = {field.name: getattr(problem.contracts, field.name) for field in fields(Contracts)}
    with pytest.raises(ValueError, match=message):
        changed(problem, contracts=Contracts(**{**terms, **fault}))


@pytest.mark.parametrize("every", [0, 1])
@pytest.mark.parametrize("maximum", [0, 1, 3, 4, 9])
def test_segments_carry_the_rebate_of_every_volume(every: int, maximum: int) -> None:
    """Piece by piece the rebate is what counting unit by unit gives, and each volume lies on one piece."""
    terms = one_contract(maximum, 0, 0, [(1, 5), (2, 7), (4, 30)], every, four_members()).contracts
    assert terms is not None
    pieces = terms.segments()
    for volume in range(maximum + 1):
        on = np.flatnonzero((pieces.first <= volume) & (volume <= pieces.last))
        assert len(on) == 1
        assert pieces.discount[on] * volume - pieces.offset[on] == -charge(terms, 0, volume)
