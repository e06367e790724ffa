"""Stopping rules, each by itself and together, and the watch that asks them."""

import math
import threading

import pytest

from solvers.outcome import Outcome, Reason
from solvers.stop import AnyOf, Cancelled, GapBelow, NoImprovement, Progress, TimeLimit, Watch, relative_gap


class Clock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_limit_stops_at_its_second() -> None:
    """One tick before is on, the second itself is off."""
    assert TimeLimit(5).reached(Progress(4.9)) is None
    assert TimeLimit(5).reached(Progress(5.0)) is Reason.TIME_LIMIT


def test_gap_needs_both_sides() -> None:
    """Without a bound there is no gap to be below; with one, the gap asked for is enough."""
    assert GapBelow(0.5).reached(Progress(0, value=100)) is None
    assert GapBelow(0.01).reached(Progress(0, value=100, bound=98)) is None
    assert GapBelow(0.01).reached(Progress(0, value=100, bound=99)) is Reason.GAP_REACHED


def test_no_improvement_waits_for_a_first_answer() -> None:
    """Standing still without an answer is not a reason to stop."""
    assert NoImprovement(2).reached(Progress(9, seconds_since_better=9)) is None
    assert NoImprovement(2).reached(Progress(9, value=1, seconds_since_better=1.9)) is None
    assert NoImprovement(2).reached(Progress(9, value=1, seconds_since_better=2)) is Reason.NO_IMPROVEMENT


def test_cancelled_stops_when_asked() -> None:
    """A threading event is enough."""
    event = threading.Event()
    rule = Cancelled(event.is_set)
    assert rule.reached(Progress(0)) is None
    event.set()
    assert rule.reached(Progress(0)) is Reason.CANCELLED


def test_any_of_takes_the_first_reason_and_the_tightest_limits() -> None:
    """Rules are asked in order; a foreign solver is told the shortest time and the widest gap."""
    rule = AnyOf(TimeLimit(9), TimeLimit(5), GapBelow(0.02), GapBelow(0.01), NoImprovement(3), Cancelled(bool))
    assert rule.reached(Progress(6, value=100, bound=100)) is Reason.TIME_LIMIT
    assert rule.reached(Progress(1, value=100, bound=98)) is Reason.GAP_REACHED
    assert (rule.longest_seconds, rule.widest_gap) == (5, 0.02)


def test_any_of_nothing_never_stops() -> None:
    """Without rules a search ends only by itself."""
    assert AnyOf().reached(Progress(1e9, value=1, bound=1)) is None
    assert (AnyOf().longest_seconds, AnyOf().widest_gap) == (math.inf, 0.0)


@pytest.mark.parametrize(
    "make", [lambda: TimeLimit(0), lambda: GapBelow(-0.1), lambda: GapBelow(1), lambda: NoImprovement(-1)]
)
def test_impossible_arguments_are_refused(make) -> None:  # type: ignore[no-untyped-def]
    """Each rule checks its own argument."""
    with pytest.raises(ValueError, match="must be"):
        make()


def test_cancelled_needs_a_function() -> None:
    """A value that cannot be called would never cancel."""
    with pytest.raises(ValueError, match="function"):
        Cancelled(True)  # type: ignore[arg-type]


def test_the_watch_keeps_the_best_and_tells_the_listener_of_changes_only() -> None:
    """Worse values and looser bounds are no progress, and silence is kept about them."""
    clock, told = Clock(), []
    watch = Watch(TimeLimit(10), told.append, clock)
    assert watch.report(value=50) is None
    clock.now += 3
    watch.report(value=60, bound=20)
    watch.report(bound=10)
    watch.report(value=40)
    assert [(progress.value, progress.bound) for progress in told] == [(50, None), (50, 20), (40, 20)]
    assert told[1].seconds_since_better == 3
    assert watch.seconds_left == 7
    clock.now += 8
    assert watch.report() is Reason.TIME_LIMIT
    assert watch.seconds_left == 0


def test_a_gap_is_a_share_of_the_value() -> None:
    """Measured against one where the value is zero, and of either sign."""
    assert relative_gap(200, 150) == 0.25
    assert relative_gap(0, 0) == 0
    assert relative_gap(0, -3) == 3
    assert relative_gap(-100, -110) == 0.1


@pytest.mark.parametrize("word", [*Outcome, *Reason])
def test_every_word_is_explained(word: Outcome | Reason) -> None:
    """Each outcome and reason has one sentence for people."""
    assert word.meaning.endswith(".")
