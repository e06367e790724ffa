"""Stopping rules as values: how long a search may think, and when it has thought enough.

A rule is asked with a :class:`Progress` and answers with a :class:`~solvers.outcome.Reason`, or ``None`` to go on. The
rules also tell a foreign solver beforehand what they will allow (``longest_seconds``, ``widest_gap``), since such a
solver asks only now and then.

>>> AnyOf(TimeLimit(10), GapBelow(0.001)).reached(Progress(seconds=2.0, value=10_000, bound=9_995))
<Reason.GAP_REACHED: 'gap reached'>
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from solvers.outcome import Reason


@dataclass(frozen=True)
class Progress:
    """Where a search stands.

    Attributes
    ----------
    seconds
        Since the search began.
    value
        Cost of the best answer so far, ``None`` before the first.
    bound
        What no answer can cost less than, as proven so far, ``None`` before the first.
    seconds_since_better
        Since the value last improved.
    """

    seconds: float
    value: int | None = None
    bound: int | None = None
    seconds_since_better: float = 0.0

    @property
    def gap(self) -> float:
        """What is left to gain, as a share of the value; infinite while either side is unknown."""
        if self.value is None or self.bound is None:
            return math.inf
        return relative_gap(self.value, self.bound)


class StopRule(Protocol):
    """What every stopping rule promises."""

    @property
    def longest_seconds(self) -> float:
        """Longest time that the rule could allow; infinite when it sets none."""

    @property
    def widest_gap(self) -> float:
        """Gap at which the rule is content; zero when it asks for proof."""

    def reached(self, progress: Progress) -> Reason | None:
        """Return why to stop now, or ``None`` to go on."""


@dataclass(frozen=True)
class TimeLimit:
    """Stop after a number of seconds."""

    seconds: float

    def __post_init__(self) -> None:
        _require_positive("TimeLimit seconds", self.seconds)

    @property
    def longest_seconds(self) -> float:
        """The time allowed."""
        return self.seconds

    @property
    def widest_gap(self) -> float:
        """Zero: time says nothing of quality."""
        return 0.0

    def reached(self, progress: Progress) -> Reason | None:
        """Stop once the time is used up."""
        return Reason.TIME_LIMIT if progress.seconds >= self.seconds else None


@dataclass(frozen=True)
class GapBelow:
    """Stop once the gap is at most a share of the value (0.001 is a tenth of one per cent)."""

    relative: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.relative < 1.0:
            raise ValueError(f"GapBelow relative must be a share from 0 up to 1, not {self.relative}.")

    @property
    def longest_seconds(self) -> float:
        """Infinite: a gap says nothing of time."""
        return math.inf

    @property
    def widest_gap(self) -> float:
        """The gap asked for."""
        return self.relative

    def reached(self, progress: Progress) -> Reason | None:
        """Stop once bound and value are close enough."""
        return Reason.GAP_REACHED if progress.gap <= self.relative else None


@dataclass(frozen=True)
class NoImprovement:
    """Stop when nothing better was found for a number of seconds; never before the first answer."""

    seconds: float

    def __post_init__(self) -> None:
        _require_positive("NoImprovement seconds", self.seconds)

    @property
    def longest_seconds(self) -> float:
        """Infinite: improvements may go on."""
        return math.inf

    @property
    def widest_gap(self) -> float:
        """Zero: standing still says nothing of quality."""
        return 0.0

    def reached(self, progress: Progress) -> Reason | None:
        """Stop once the value has stood still for long enough."""
        if progress.value is None or progress.seconds_since_better < self.seconds:
            return None
        return Reason.NO_IMPROVEMENT


@dataclass(frozen=True)
class Cancelled:
    """Stop when somebody asks: a function such as ``threading.Event().is_set``."""

    asked: Callable[[], bool]

    def __post_init__(self) -> None:
        if not callable(self.asked):
            raise ValueError("Cancelled needs a function without arguments, such as threading.Event().is_set.")

    @property
    def longest_seconds(self) -> float:
        """Infinite: nobody may ask."""
        return math.inf

    @property
    def widest_gap(self) -> float:
        """Zero: cancelling says nothing of quality."""
        return 0.0

    def reached(self, progress: Progress) -> Reason | None:
        """Stop once asked."""
        return Reason.CANCELLED if self.asked() else None


@dataclass(frozen=True, init=False)
class AnyOf:
    """Stop as soon as one of several rules says so; without rules, only when the search ends by itself."""

    rules: tuple[StopRule, ...]

    def __init__(self, *rules: StopRule) -> None:
        object.__setattr__(self, "rules", rules)

    @property
    def longest_seconds(self) -> float:
        """Shortest of the times."""
        return min((rule.longest_seconds for rule in self.rules), default=math.inf)

    @property
    def widest_gap(self) -> float:
        """Widest of the gaps."""
        return max((rule.widest_gap for rule in self.rules), default=0.0)

    def reached(self, progress: Progress) -> Reason | None:
        """Ask the rules in order; the first that stops is the reason."""
        return next((reason for rule in self.rules if (reason := rule.reached(progress)) is not None), None)


ProgressListener = Callable[[Progress], None]
"""Called with each new value or bound."""


@dataclass
class Watch:
    """Keep the time, the best value and the best bound of one search, ask the stopping rule, tell the listener.

    Values only fall and bounds only rise: what is worse than what is known is not progress.
    """

    rule: StopRule
    listener: ProgressListener | None = None
    clock: Callable[[], float] = time.perf_counter
    value: int | None = None
    bound: int | None = None
    started: float = field(init=False)
    bettered: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.bettered = self.clock()

    @property
    def seconds(self) -> float:
        """Since the search began."""
        return self.clock() - self.started

    @property
    def seconds_left(self) -> float:
        """Until the time limit, never below zero; infinite without one."""
        return max(0.0, self.rule.longest_seconds - self.seconds)

    def report(self, value: int | None = None, bound: int | None = None) -> Reason | None:
        """Take note of a value, a bound or neither, and say whether to stop."""
        better = value is not None and (self.value is None or value < self.value)
        tighter = bound is not None and (self.bound is None or bound > self.bound)
        if better:
            self.value, self.bettered = value, self.clock()
        if tighter:
            self.bound = bound
        progress = self.progress()
        if self.listener is not None and (better or tighter):
            self.listener(progress)
        return self.rule.reached(progress)

    def progress(self) -> Progress:
        """Return where the search stands."""
        now = self.clock()
        return Progress(now - self.started, self.value, self.bound, now - self.bettered)


def relative_gap(value: int, bound: int) -> float:
    """Share of the value that a better answer could still save; measured against one when the value is zero."""
    return (value - bound) / max(1, abs(value))


def _require_positive(name: str, number: float) -> None:
    if not number > 0:
        raise ValueError(f"{name} must be above zero, not {number}.")
