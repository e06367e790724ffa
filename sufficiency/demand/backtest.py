"""Would it have been right? The forecast remade on earlier days, and held against what then happened.

Windows and options are candidates: the one that did best over several origins of the council's own history is chosen,
and the reason is said in words. Skill is measured against two naive lines; below nought it is said so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.cohort import walk
from sufficiency.demand.days import DAYS_A_MONTH
from sufficiency.demand.history import History, View
from sufficiency.demand.rates import Counted, Rates, Window, fit_counted, with_drift, with_trend
from sufficiency.demand.sample import QUANTILES
from sufficiency.demand.sampled import SampleOptions, sample
from sufficiency.demand.scores import GROUPS, Forecasts, grouped, hold_last, repeat_growth, score, truth
from sufficiency.demand.start import even_edges, start_on

Floats = NDArray[np.float64]

MODEL, HOLD, GROWTH = "model", "hold the last stock", "repeat last year's growth"
"""The lines compared."""


PATH_DAYS = 30
"""Days between the points at which forecasts are kept beside what happened."""

TREND = ", entries by their trend"


@dataclass(frozen=True, order=True)
class Candidate:
    """A window and whether entries follow a trend.

    Attributes
    ----------
    months
        Months of history counted; None is all there is.
    trend
        Whether entries follow their damped trend.
    """

    months: int | None
    trend: bool = False

    @property
    def text(self) -> str:
        """Say what it is."""
        window = "all history" if self.months is None else f"the last {self.months} months"
        return window + (TREND if self.trend else "")

    @classmethod
    def of(cls, text: str) -> "Candidate":
        """Return the candidate that says this of itself."""
        number = re.search(r"\d+", text)
        return cls(None if number is None else int(number.group()), text.endswith(TREND))


CANDIDATES = (
    Candidate(12), Candidate(24), Candidate(36), Candidate(60), Candidate(24, True), Candidate(36, True),
    Candidate(60, True),
)  # fmt: skip
"""Windows tried: the shortest holds one of every season."""


@dataclass(frozen=True, eq=False)
class Backtest:
    """Errors of every line at every origin.

    Attributes
    ----------
    errors
        One row a view, origin, line, candidate, horizon and group; columns of :func:`.scores.score` and ``view``,
        ``origin``, ``line``, ``window`` (the candidate's text, "" for naive lines).
    paths
        Forecasts of the first candidate about each month beside what happened: ``view``, ``origin``, ``day``, ``of``,
        ``name``, ``expected``, ``p10``, ``p90`` (NaN without bands), ``happened``.
    """

    errors: pd.DataFrame
    paths: pd.DataFrame

    def summary(self) -> pd.DataFrame:
        """Return mean error, pinball and coverage by view, line, window, horizon and kind of group.

        Groups that nobody was in, and was not forecast to be, are left out; ``skill`` is one less the error over the
        better naive line's.
        """
        keys = ["view", "line", "window", "horizon_days", "of"]
        used = self.errors[(self.errors["children"] > 0) | (self.errors["mae"] > 0.05)]
        values = [name for name in ("mae", "pinball", "cover_50", "cover_80", "cover_95") if name in used]
        frame = used.groupby(keys, as_index=False, sort=False)[values].mean()
        naive = frame[frame["line"] != MODEL].groupby(["view", "horizon_days", "of"])["mae"].min()
        best = naive.reindex(pd.MultiIndex.from_frame(frame[["view", "horizon_days", "of"]])).to_numpy()
        return frame.assign(skill=1 - frame["mae"] / best)

    def words(self, view: str, horizon_days: int, candidate: Candidate) -> str:
        """Say how a candidate did against the naive lines, in total, by setting and by age."""
        frame = self.summary()
        frame = frame[(frame["view"] == view) & (frame["horizon_days"] == horizon_days)]
        frame = frame[(frame["line"] == MODEL) & (frame["window"] == candidate.text)]
        return " ".join(_words(row["of"], row["mae"], row["skill"]) for row in frame.to_dict("records"))


def backtest(
    history: History,
    views: dict[str, View],
    origins: Sequence[date],
    candidates: Sequence[Candidate],
    horizon_days: tuple[int, ...] = (91, 182, 365),
    replications: int = 0,
    generator: np.random.Generator | None = None,
    step_months: int = 1,
) -> Backtest:
    """Remake the forecast at each origin, in each view, with each candidate, and score it.

    Parameters
    ----------
    history
        What happened, as known today.
    views
        What was known then, by name (:mod:`.history`).
    origins
        Days on which forecasts start.
    candidates
        Windows and options.
    horizon_days
        Days ahead over which errors are averaged; the last is how far forecasts run.
    replications
        Replications drawn for bands; with none only errors are scored.
    generator
        Source of chance, needed for bands.
    step_months
        Months in a step of the walk; longer ones are quicker and hardly another answer.
    """
    parts, paths = [], []
    for name, view in views.items():
        for origin in origins:
            known, days = view(origin), max(horizon_days)
            happened = truth(history, origin, days)
            base = min(origin, known.last_day)
            lag = (origin - base).days
            lines = [
                (HOLD, "", hold_last(known, base, days + lag).after(lag)),
                (GROWTH, "", repeat_growth(known, base, days + lag).after(lag)),
            ]
            remade = Remade(known, origin, days, step_months)
            made = [remade.forecast(candidate, replications, generator) for candidate in candidates]
            lines += [(MODEL, one.text, each) for one, each in zip(candidates, made, strict=True)]
            paths.append(_path(made[0], happened, origin).assign(view=name, origin=pd.Timestamp(origin)))
            parts += [
                score(made, happened, horizon_days).assign(
                    view=name, origin=pd.Timestamp(origin), line=line, window=text
                )
                for line, text, made in lines
            ]
    return Backtest(pd.concat(parts, ignore_index=True), pd.concat(paths, ignore_index=True))


class Remade:
    """Forecasts of the stock on each day after an origin from what was known then; counts once for all candidates.

    Where the last return closed before the origin, the forecast begins on the day it closed: nothing is known after.
    """

    def __init__(self, known: History, origin: date, days: int, step_months: int = 1) -> None:
        self.known, self.base = known, min(origin, known.last_day)
        self.lag = (origin - self.base).days
        self.days = days + self.lag
        self.counted = Counted.of(known.records, known.stays)
        self.start = start_on(known.records, known.stays, self.base)
        self.edges = even_edges(self.base, self.days, max(round(self.days / DAYS_A_MONTH / step_months), 1))
        self._rates: dict[tuple[Window, bool], Rates] = {}
        self._means: dict[tuple[Window, bool], Floats] = {}

    def forecast(
        self, candidate: Candidate, replications: int = 0, generator: np.random.Generator | None = None
    ) -> Forecasts:
        """Forecast with a candidate; windows that history cuts to the same days are worked out once."""
        key = self.known.window(candidate.months, self.base), candidate.trend
        rates = self._fit(*key)
        if key not in self._means:
            self._means[key] = grouped(walk(rates, self.start, self.edges)[0].daily(self.days))
        if replications == 0 or generator is None:
            return Forecasts(self._means[key]).after(self.lag)
        rates = with_drift(rates, self.counted, self.known.first_day)
        drawn = sample(
            rates, self.start, self.edges, SampleOptions(replications, count_doubt=self.known.count_doubt), generator
        )
        bands = np.quantile(grouped(drawn.stock), QUANTILES, axis=0)
        quantiles = between_edges(bands, self.edges, self.days)
        return Forecasts(self._means[key], QUANTILES, quantiles).after(self.lag)

    def _fit(self, window: Window, trend: bool) -> Rates:
        if (window, trend) not in self._rates:
            plain = self._fit(window, False) if trend else fit_counted(self.counted, window)
            self._rates[window, trend] = with_trend(plain, self.counted) if trend else plain
        return self._rates[window, trend]


def _path(made: Forecasts, happened: Floats, origin: date) -> pd.DataFrame:
    """Forecast and truth on the last day of about each month, by group."""
    days = np.append(np.arange(0, len(happened), PATH_DAYS), len(happened) - 1)
    low, high = (
        np.full_like(happened, np.nan) if made.quantiles is None else made.quantiles[made.levels.index(edge)]
        for edge in (0.1, 0.9)
    )
    index = pd.MultiIndex.from_product([pd.Timestamp(origin) + pd.to_timedelta(days + 1, "D"), range(len(GROUPS))])
    columns = {"expected": made.mean, "p10": low, "p90": high, "happened": happened}
    frame = pd.DataFrame({name: values[days].ravel() for name, values in columns.items()}, index=index)
    frame = frame.reset_index(names=["day", "group"])
    for place, name in enumerate(("of", "name")):
        frame.insert(1 + place, name, frame["group"].map({at: pair[place] for at, pair in enumerate(GROUPS)}))
    return frame.drop(columns="group")


def between_edges(values: Floats, edges: NDArray[np.int64], days: int) -> Floats:
    """Return values at edges (quantiles, edges, groups) on each day after the base date, straight between them."""
    at, want = edges - edges[0], np.arange(1, days + 1)
    lower = np.clip(np.searchsorted(at, want, side="right") - 1, 0, len(at) - 2)
    part = ((want - at[lower]) / (at[lower + 1] - at[lower]))[:, None]
    between: Floats = values[:, lower] * (1 - part) + values[:, lower + 1] * part
    return between


def _words(of: str, mae: float, skill: float) -> str:
    """One sentence on one kind of group."""
    verdict = (
        f"{skill:.0%} less than the better naive line"
        if skill > 0
        else f"no better than a naive line ({-skill:.0%} more error): hold it beside the plan"
    )
    return f"By {of} the forecast missed by {mae:.1f} children on average, {verdict}."
