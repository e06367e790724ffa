"""The benchmark in small: every method on the same columns, none better than the proven optimum."""

import pytest

from benchmarks.allocation import OURS, Task, Timed, lines_of, run_here
from benchmarks.allocation_rivals import PLAIN_RIVALS, RIVALS

INSTALLED = [name for name in RIVALS if name != "PuLP + CBC"]
"""PuLP comes with the bench extra only."""


def task(method: str, plain: bool = False) -> Task:
    return Task(method, 40, 1.0, 18.0, plain, 0, 20.0, 0.0)


def test_direct_solvers_find_our_optimum_and_practice_is_dearer() -> None:
    """HiGHS, scipy and CP-SAT on the direct model end at our value; greedy choices cost more."""
    ours = run_here(task(OURS))
    assert ours.value == ours.bound
    for name in INSTALLED:
        theirs = run_here(task(name))
        if theirs.bound is None:
            assert theirs.value >= ours.value
        else:
            assert theirs.value == pytest.approx(ours.value)


def test_flows_and_assignments_find_our_optimum() -> None:
    """On plain problems networkx, scipy's assignment and HiGHS end at the value of our flow."""
    ours = run_here(task(OURS, plain=True))
    for name in PLAIN_RIVALS:
        theirs = run_here(task(name, plain=True))
        assert theirs.value >= ours.value
        if theirs.bound is not None:
            assert theirs.value == pytest.approx(ours.value)


def test_a_row_of_the_table_says_what_was_reached() -> None:
    """Value in pounds, own gap, gap above the best bound, times and when each gap was reached."""
    runs = [(OURS, Timed(10_000, 9_990, 1.25, 2.0, 0.5, {"0.10%": 1.0})), ("other", Timed(None, None, 9, 9, 1, {}))]
    first, second = lines_of(task(OURS), runs)
    assert first == "| 40 | 1.0 | 18 | this project | 100 | 0.100% | 0.100% | 1.2 | 2.0 | 0.50 | 0.10% 1.0 s |"
    assert second == "| 40 | 1.0 | 18 | other | none | - | - | 9.0 | 9.0 | 1.00 |  |"


def test_instances_are_the_same_again_and_shrink_with_what_is_left_out() -> None:
    """One seed, one instance; the plain one has neither families nor wide use nor contracts."""
    one, two = task(OURS).problem(), task(OURS).problem()
    assert one.cost.tolist() == two.cost.tolist()
    assert one.has_siblings
    plain = task(OURS, plain=True).problem()
    assert (plain.has_siblings, plain.has_wide_use, plain.contracts) == (False, False, None)
