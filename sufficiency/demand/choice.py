"""Which window to count on: the one that would have done best on the council's own history, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sufficiency.demand.backtest import CANDIDATES, MODEL, Candidate, backtest
from sufficiency.demand.history import History, later_events_hidden, origins_in

HORIZON_DAYS = 365
"""How far ahead candidates are compared."""

TIE = 0.05
"""Candidates within this share of the best are as good: the longest window without a trend is taken among them."""

STEP_MONTHS = 2
"""Steps in which candidates are walked: twice as quick as by month, and errors differ by about one in three hundred."""

FALLBACK = Candidate(24)
"""Used where there is too little history to compare (assumption: two years even out one odd one)."""


@dataclass(frozen=True, eq=False)
class Choice:
    """The candidate taken, why, and what every candidate scored.

    Attributes
    ----------
    candidate
        Window and options.
    reason
        One or two sentences for people.
    scores
        One row a candidate: ``window``, ``months`` (0 is all there are), ``trend``, ``by_setting`` and ``by_age`` (mean
        absolute error, children), ``score`` (their mean), ``chosen``. Empty where nothing could be compared.
    origins
        Days from which forecasts were remade.
    """

    candidate: Candidate
    reason: str
    scores: pd.DataFrame
    origins: int = 0

    def among(self, trend: bool) -> "Choice":
        """Return the choice among candidates with, or without, a trend of entries."""
        scores = self.scores[self.scores["trend"] == trend]
        if len(scores):
            return best_of(scores.reset_index(drop=True), self.origins)
        return Choice(replace(self.candidate, trend=trend), self.reason, self.scores, self.origins)


def as_asked(candidate: Candidate) -> Choice:
    """Return the choice of the user."""
    return Choice(candidate, f"Rates are counted on {candidate.text}, as asked.", _no_scores())


def choose_window(history: History, candidates: Sequence[Candidate] = CANDIDATES) -> Choice:
    """Compare candidates over origins in the history up to now, and take the best."""
    origins = origins_in(history, 12)
    if len(origins) < 2:
        return best_of(_no_scores(), len(origins))
    candidates = _distinct(history, candidates)
    view = {"now": later_events_hidden(history)}
    tested = backtest(history, view, origins, candidates, (HORIZON_DAYS,), step_months=STEP_MONTHS)
    errors = tested.errors[(tested.errors["line"] == MODEL) & (tested.errors["children"] > 0)]
    means = errors.pivot_table(index="window", columns="of", values="mae", aggfunc="mean")
    scores = pd.DataFrame(
        {
            "window": [candidate.text for candidate in candidates],
            "months": [candidate.months or 0 for candidate in candidates],
            "trend": [candidate.trend for candidate in candidates],
            "by_setting": [means.loc[candidate.text, "setting"] for candidate in candidates],
            "by_age": [means.loc[candidate.text, "age band"] for candidate in candidates],
        }
    )
    return best_of(scores, len(origins))


def best_of(scores: pd.DataFrame, origins: int) -> Choice:
    """Take the best of candidates scored before; where none were, the window used without a comparison.

    Parameters
    ----------
    scores
        As in :class:`Choice`; ``score`` and ``chosen`` are worked out here.
    origins
        Days from which forecasts were remade.
    """
    if scores.empty:
        reason = f"There is too little history to compare windows: {FALLBACK.text} is used."
        return Choice(FALLBACK, reason, _no_scores(), origins)
    scores = scores.assign(score=(scores["by_setting"] + scores["by_age"]) / 2)
    pairs = zip(scores["months"].tolist(), scores["trend"].tolist(), strict=True)
    candidates = [Candidate(months or None, trend) for months, trend in pairs]
    taken = _take(candidates, scores["score"].to_numpy())
    scores["chosen"] = np.arange(len(scores)) == taken
    return Choice(candidates[taken], _reason(scores, taken, origins), scores, origins)


def _distinct(history: History, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out windows longer than the history: they are all the same one."""
    known = (history.last_day - history.first_day).days / 30.4
    return [one for one in candidates if one.months is None or one.months <= known] or [FALLBACK]


def _take(candidates: Sequence[Candidate], score: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> int:
    """Index of the longest plain window among those as good as the best."""
    good: list[int] = np.flatnonzero(score <= score.min() * (1 + TIE)).tolist()
    return max(good, key=lambda index: (not candidates[index].trend, candidates[index].months or 10_000))


def _reason(scores: pd.DataFrame, taken: int, origins: int) -> str:
    """Say what was compared and how the one taken did."""
    row, worst = scores.iloc[taken], scores.iloc[int(scores["score"].to_numpy().argmax())]
    text = (
        f"Rates are counted on {row['window']}: forecasts remade from {origins} earlier days missed by "
        f"{row['by_setting']:.1f} children a setting and {row['by_age']:.1f} an age band over the year after"
    )
    if worst["window"] != row["window"]:
        text += f", against {worst['by_setting']:.1f} and {worst['by_age']:.1f} with {worst['window']}"
    return text + "."


def _no_scores() -> pd.DataFrame:
    return pd.DataFrame(columns=["window", "months", "trend", "by_setting", "by_age", "score", "chosen"])
