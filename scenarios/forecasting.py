"""Projections with honest bands, and the back-test that says how far to trust them."""

from dataclasses import dataclass, field, replace
from datetime import date
from time import perf_counter

import numpy as np
import pandas as pd

from scenarios.describe import described
from scenarios.inputs import Inputs, Progress, assumptions_of, no_progress, read_inputs
from scenarios.record import make_record
from scenarios.windows import settled
from sufficiency.assumptions import Assumptions
from sufficiency.demand.backtest import Candidate, backtest
from sufficiency.demand.choice import Choice, as_asked, choose_window
from sufficiency.demand.filters import Filter
from sufficiency.demand.forecast import Forecast, past
from sufficiency.demand.forecast import forecast as forecast_children
from sufficiency.demand.history import (
    History,
    View,
    count_doubt,
    history_of,
    later_events_hidden,
    origins_in,
    returns_that_existed,
)
from sufficiency.demand.tables import rate_tables
from sufficiency.domain.errors import InputError
from sufficiency.ingest.ssda903 import CleaningOptions, read_returns
from sufficiency.project import Project
from sufficiency.project.record import RunRecord

MEASURED = "measured"
HORIZON_DAYS = (91, 182, 365)
YEAR_DAYS = 365
FEW_RETURNS = 2
"""Returns that must have existed before a forecast can be remade from them: rates need a whole year."""


@dataclass(frozen=True)
class Wanted:
    """What a forecast is asked for.

    Attributes
    ----------
    months
        How far ahead; the project's own when None.
    replications
        Futures drawn for the bands.
    window_months
        Months of history to count; chosen by back-test when None.
    trend
        Whether entries follow their damped trend, when a window is named.
    seed
        Number that makes the draws repeatable.
    only
        Part of the children that is looked at; everybody unless named.
    """

    months: int | None = None
    replications: int = 500
    window_months: int | None = None
    seed: int = 0
    trend: bool = False
    only: Filter = field(default_factory=Filter)


def forecast(project: Project, wanted: Wanted, *, progress: Progress = no_progress) -> RunRecord:
    """Project the children in care, expected and in bands, on the window that the back-test supports.

    Raises
    ------
    InputError
        When the returns, or the files named under ``demand``, cannot be used, or nobody is in the part asked for.
    """
    return look_ahead(project, wanted, progress=progress)[0]


def look_ahead(project: Project, wanted: Wanted, *, progress: Progress = no_progress) -> tuple[RunRecord, Forecast]:
    """Return the record of a forecast, and the forecast itself."""
    began = perf_counter()
    inputs = read_inputs(project, progress=progress)
    assumptions, months = assumptions_of(project), wanted.months or project.months
    known = _part(inputs, wanted.only)
    inputs.findings.extend(inputs.demand.check(known, inputs.base_date, months))
    progress("choosing the window and drawing futures", 0, 1)
    generator = np.random.default_rng(wanted.seed)
    made = forecast_children(
        replace(known, count_doubt=_doubted(project, inputs)),
        inputs.base_date,
        months,
        choice=_choice(inputs, known, wanted, assumptions),
        replications=wanted.replications,
        generator=generator,
        population=inputs.demand.growth(inputs.base_date, months),
        external=inputs.demand.external,
    )
    progress("choosing the window and drawing futures", 1, 1)
    tables = {
        "forecast": described(made.frame(), "forecast"),
        "past": described(past(known), "past"),
        "forecast_by_year": described(_at_year_ends(made), "forecast"),
        "windows": described(made.choice.scores, "windows"),
        "projection": described(made.projection.frame(), "projection"),
        **{f"rates_{name}": frame for name, frame in rate_tables(made.rates, generator).items()},
    }
    record = make_record(
        project, "forecast", inputs, made.projection.stock.shape[0] - 1, wanted.seed, MEASURED,
        _forecast_summary(made, inputs.demand.file, wanted.only), tables, assumptions, began,
    )  # fmt: skip
    return record, made


def _part(inputs: Inputs, only: Filter) -> History:
    """Return the history of the children looked at.

    Raises
    ------
    InputError
        When there are none, or a projection made elsewhere cannot be divided as asked.
    """
    if not only.text:
        return inputs.known
    if inputs.demand.external is not None:
        raise InputError(f"{inputs.demand.file} is of all children and cannot be divided: leave out the filters.")
    known = only.apply(inputs.known)
    if known.stays.empty:
        raise InputError(f"The returns have no children like that ({only.text}): there is nothing to forecast.")
    return known


def _choice(inputs: Inputs, known: History, wanted: Wanted, assumptions: Assumptions) -> Choice:
    """Return the window asked for, or the one that the history of the children looked at supports."""
    if wanted.window_months:
        return as_asked(Candidate(wanted.window_months, wanted.trend))
    return inputs.window(assumptions) if known is inputs.known else settled(assumptions, lambda: choose_window(known))


def back_test(
    project: Project, *, replications: int = 200, seed: int = 0, progress: Progress = no_progress
) -> RunRecord:
    """Remake forecasts from earlier days and compare them with what happened, beside two naive lines.

    Two views: later events hidden, and only the returns that existed then.

    Raises
    ------
    InputError
        When the returns cannot be used, or reach back too little to test anything.
    """
    began = perf_counter()
    inputs = read_inputs(project, progress=progress)
    known = inputs.known
    origins = origins_in(known, 12)
    if not origins:
        raise InputError(
            "There is too little history to test a forecast: at least two whole years before the base date are needed.",
            inputs.findings,
        )
    progress("choosing the window", 0, 3)
    assumptions = assumptions_of(project)
    choice = inputs.window(assumptions)
    progress("reading the returns as they were", 1, 3)
    views = _views(project, inputs, known, origins)
    progress("remaking forecasts", 2, 3)
    generator = np.random.default_rng(seed)
    tested = backtest(known, views, origins, [choice.candidate], HORIZON_DAYS, replications, generator)
    progress("remaking forecasts", 3, 3)
    tables = {
        "backtest": described(tested.summary(), "backtest"),
        "backtest_in_short": described(_in_short(tested.summary()), "backtest"),
        "backtest_paths": described(tested.paths, "backtest_paths"),
        "backtest_errors": described(tested.errors, "backtest_errors"),
        "windows": described(choice.scores, "windows"),
    }
    summary: dict[str, str | int | float | bool | None] = {
        "origins": len(origins),
        "window": choice.candidate.text,
        "why": choice.reason,
        **{view: tested.words(view, YEAR_DAYS, choice.candidate) for view in views},
    }
    return make_record(project, "backtest", inputs, 0, seed, MEASURED, summary, tables, assumptions, began)


def _views(project: Project, inputs: Inputs, known: History, origins: tuple[date, ...]) -> dict[str, View]:
    """Return both views; the returns that existed only where enough of them did at every origin."""
    views: dict[str, View] = {"later events hidden": later_events_hidden(known)}
    years = sorted(set(inputs.records.returns["return_year"].tolist()))
    before = [year for year in years if date(year, 3, 31) <= min(origins)]
    if len(before) < FEW_RETURNS:
        return views
    earlier = [_history_to(project, year) for year in years if before[-2] <= year <= max(origins).year]
    return views | {"returns that existed": returns_that_existed(earlier)}


def _history_to(project: Project, year: int) -> History:
    """Return what the returns up to a year say."""
    cleaning = project.cleaning
    options = CleaningOptions(
        cleaning.keep_short_breaks, cleaning.keep_lapsed, cleaning.category_map, project.code_map, year
    )
    return history_of(read_returns(list(project.returns), options=options))


def _doubted(project: Project, inputs: Inputs) -> float:
    """Return how far a later return may put right the count on the base date; nought where one has done so already."""
    years = sorted(set(inputs.records.returns["return_year"].tolist()))
    if len(years) > 1 and inputs.base_date <= date(years[-2], 3, 31):
        return 0.0
    return count_doubt(_history_to(project, years[-2]) if len(years) > 1 else None, inputs.known)


def _at_year_ends(made: Forecast) -> pd.DataFrame:
    """Return the forecast at the base date and each year after it."""
    frame = made.frame()
    year_ends = (frame["day"].dt.month == made.base_date.month) | (frame["day"] == frame["day"].max())
    kept: pd.DataFrame = frame[year_ends]
    return kept.reset_index(drop=True)


def _in_short(summary: pd.DataFrame) -> pd.DataFrame:
    """Return the year-ahead rows alone: error of each line, and cover and skill where there are any."""
    year = summary[summary["horizon_days"] == YEAR_DAYS]
    return year[["view", "of", "line", "mae", "cover_80", "cover_95", "skill"]].reset_index(drop=True)


def _forecast_summary(made: Forecast, file: str, only: Filter) -> dict[str, str | int | float | bool | None]:
    stock = made.frame()
    total = stock[stock["of"] == "total"]
    last = total.iloc[-1]
    band = {"low_95": float(last["p2.5"]), "high_95": float(last["p97.5"])} if "p2.5" in last.index else {}
    return {
        "in_care": float(total["mean"].iloc[0]),
        "in_care_at_horizon": float(last["mean"]),
        **band,
        **({"children_looked_at": only.text} if only.text else {}),
        **({"projection": f"{file}, made elsewhere: it comes without bands"} if file else {}),
        "futures": len(made.sample) if made.sample is not None else 0,
        "window": made.choice.candidate.text,
        "why": made.choice.reason,
        **(
            {}
            if made.sample is None
            else {"intervals": f"bands hold {len(made.sample):,} futures drawn from the rates and their doubt"}
        ),
    }
