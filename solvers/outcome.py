"""How a search ended: a coarse word for people, an exact one for engineers, and the fault that is never an answer."""

from enum import StrEnum


class Outcome(StrEnum):
    """What may be said of an answer."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"

    @property
    def meaning(self) -> str:
        """One sentence that a reader can act on."""
        return _OUTCOME_MEANINGS[self]


class Reason(StrEnum):
    """Why the search stopped."""

    PROVEN = "proven"
    GAP_REACHED = "gap reached"
    TIME_LIMIT = "time limit"
    NO_IMPROVEMENT = "no improvement"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    FAILED = "failed"

    @property
    def meaning(self) -> str:
        """One sentence that a reader can act on."""
        return _REASON_MEANINGS[self]


class SolverFault(RuntimeError):
    """A solver broke, or gave an answer that fails its certificate. Such an answer is never returned."""


_OUTCOME_MEANINGS = {
    Outcome.OPTIMAL: "No other choice costs less.",
    Outcome.FEASIBLE: "Every limit is kept; another choice may cost less, by no more than the gap.",
    Outcome.INFEASIBLE: "No choice keeps every limit.",
    Outcome.UNKNOWN: "The search ended before it could tell.",
}

_REASON_MEANINGS = {
    Reason.PROVEN: "It was proven that nothing costs less.",
    Reason.GAP_REACHED: "What is left to gain fell to the gap that was asked for.",
    Reason.TIME_LIMIT: "The time allowed was used up.",
    Reason.NO_IMPROVEMENT: "Nothing better was found for as long as was asked.",
    Reason.CANCELLED: "It was asked to stop.",
    Reason.FINISHED: "The method did all it does; it does not prove that nothing costs less.",
    Reason.FAILED: "The solver gave up by itself.",
}
