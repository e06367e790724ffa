"""Print the figures of the demand model: accuracy, cover, what-if and speed.

Usage::

    python benchmarks/forecast.py RETURNS_FOLDER [--councils 20] [--england]

``RETURNS_FOLDER`` holds yearly SSDA903 returns, one folder a year (the published samples of cs-demand-model were used
for the figures in the documentation). Accuracy is measured as other tools were: short breaks and lapsed episodes kept,
four placement types (kinship in fostering), five age bands, three origins, a year ahead, every day counted.
"""

import argparse
import resource
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.backtest import MODEL, Candidate, backtest
from sufficiency.demand.changes import FlowChange, FlowKind
from sufficiency.demand.choice import as_asked, choose_window
from sufficiency.demand.cohort import walk
from sufficiency.demand.entries import BAND_OF_YEAR
from sufficiency.demand.forecast import forecast
from sufficiency.demand.history import History, View, hide_after, history_of, later_events_hidden, returns_that_existed
from sufficiency.demand.rates import fit_rates
from sufficiency.demand.sampled import SampleOptions, sample
from sufficiency.demand.start import Start, month_edges, start_on
from sufficiency.demand.tables import entries_drawn
from sufficiency.domain.settings import SETTINGS, Setting
from sufficiency.ingest.ssda903 import CleaningOptions, read_returns
from tests.unit.demand.demand_councils import draw_truth, live_councils

TYPES = ("fostering", "residential", "supported accommodation", "other")
ORIGINS = (date(2019, 3, 31), date(2020, 3, 31), date(2021, 3, 27))
FloatArray = NDArray[np.float64]
T = TypeVar("T")
YEAR = 365
COVER = ["cover_50", "cover_80", "cover_95"]
SEED = 20_261


def timed(label: str, function: Callable[[], T]) -> T:
    """Run something, print wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = function()
    print(f"{label}: {time.perf_counter() - wall:.2f} s wall, {time.process_time() - cpu:.2f} s processor")
    return result


def accuracy(history: History, views: dict[str, View]) -> None:
    """Print the error of a 12-month window in both views, with bands."""
    print("\n# Accuracy, 12-month window, 365 days ahead, mean absolute error in children")
    twelve = Candidate(12)
    tested = backtest(history, views, ORIGINS, [twelve], (YEAR,), 1000, np.random.default_rng(SEED))
    errors = tested.errors.query("of == 'age band' or name in @TYPES")
    table = errors.pivot_table(index=["view", "line"], columns="of", values="mae", aggfunc="mean", sort=False).round(2)
    print(table.rename(columns={"setting": "by type", "age band": "by age"}).to_string())
    model = errors[(errors["line"] == MODEL) & (errors["children"] > 0)]
    print("\n# Share of days inside the 50, 80 and 95% bands, groups in which there were children")
    print(model.groupby(["view", "of"], sort=False)[COVER].mean().round(3).to_string())
    print(model.groupby("view", sort=False)[COVER].mean().round(3).to_string())
    for view in views:
        print(f"{view}: {tested.words(view, YEAR, twelve)}")


def chosen(history: History) -> None:
    """Print which window the history before each origin supports."""
    print("\n# Window chosen from what was known at each origin")
    for origin in (*ORIGINS, history.last_day):
        print(f"{origin}: {choose_window(hide_after(history, origin)).reason}")


def what_if(history: History) -> None:
    """Print what one extra move a month from fostering to residential comes to in a year."""
    base = ORIGINS[0]
    change = FlowChange(FlowKind.MOVE, 1.0, setting=Setting.FOSTERING, to_setting=Setting.RESIDENTIAL, to_month=12)
    plain, changed = (
        forecast(history, base, 12, choice=as_asked(Candidate(12)), changes=changes).projection.stock[-1].sum(axis=0)
        for changes in ((), (change,))
    )
    gained = {str(setting): round(float(gap), 2) for setting, gap in zip(SETTINGS, changed - plain, strict=True)}
    print("\n# One extra fostering-to-residential move a month for a year, children a year on")
    print({name: gap for name, gap in gained.items() if gap})


def by_band(entries: FloatArray) -> FloatArray:
    """Add entries (..., 18, s) up over the ages of each band."""
    return np.stack([entries[..., band == BAND_OF_YEAR, :].sum(axis=-2) for band in range(5)], axis=-2)


def known_rates(councils: int) -> None:
    """Print cover on made-up councils of known rates, and how often true rates lie in their intervals."""
    print(f"\n# {councils} councils of known rates, 36-month window, a year ahead")
    generator = np.random.default_rng(SEED)
    truth = draw_truth(generator, councils)
    histories = timed("lived day by day", lambda: live_councils(truth, date(2018, 4, 1), 6, generator))
    frames, inside = [], []
    for number, history in enumerate(histories):
        origin, candidate = date(2023, 3, 31), Candidate(36)
        view: dict[str, View] = {"now": later_events_hidden(history)}
        frames.append(backtest(history, view, [origin], [candidate], (YEAR,), 400, generator).errors)
        known = hide_after(history, origin)
        behind = fit_rates(known.records, known.stays, known.window(36, origin)).posterior
        assert behind is not None
        for what, shrunk, true in (("leaving", behind.leaving, truth.leave), ("moving", behind.moving, truth.move)):
            low, high = np.quantile(shrunk.draw(generator, 400), [0.025, 0.975], axis=0)
            lived = shrunk.exposure > 0
            inside.append((what, float(((true[number] >= low) & (true[number] <= high))[lived].mean())))
        entering, true = entries_drawn(behind.entering, generator, 400)[:, 0], truth.children_per_month[number]
        for what, drawn, is_true in (
            ("entering, by age band and first setting", by_band(entering), by_band(true)),
            ("entering, by age in years and first setting", entering, true),
            ("entering, by age", entering.sum(axis=2), true.sum(axis=1)),
            ("entering, in all", entering.sum(axis=(1, 2)), true.sum()),
        ):
            low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
            inside.append((what, float(((is_true >= low) & (is_true <= high))[np.asarray(is_true) > 0].mean())))
    errors = pd.concat(frames)
    errors = errors[(errors["line"] == MODEL) & (errors["children"] > 0)]
    print(errors.groupby("of", sort=False)[["mae", *COVER]].mean().round(3).to_string())
    print("true rates inside their 95% intervals:")
    print(pd.DataFrame(inside, columns=["rate", "share"]).groupby("rate")["share"].mean().round(3).to_string())


def speed(folders: list[Path], options: CleaningOptions) -> None:
    """Print how long a forecast takes."""
    print("\n# Speed, one council")

    def expected() -> None:
        forecast(
            history_of(read_returns(folders, options=options)), date(2022, 3, 31), 12, choice=as_asked(Candidate(12))
        )

    expected()
    timed("load + fit + one-year expected projection (warm)", expected)


def many(history: History, children: int, replications: int, label: str) -> None:
    """Draw so many replications of five years for a council of so many children, from one history."""
    base = date(2019, 3, 31)
    rates = fit_rates(history.records, history.stays, history.window(12, base))
    start = start_on(history.records, history.stays, base)
    rows = np.arange(children) % len(start)
    grown = Start(
        start.day,
        start.birth[rows],
        start.care_from[rows],
        start.stay_from[rows],
        start.setting[rows],
        start.uasc[rows],
        0,
    )
    scale = children / len(start) * 12
    busy = FlowChange(FlowKind.ENTER, scale)
    _, edges = month_edges(base, 60)
    generator = np.random.default_rng(SEED)
    options = SampleOptions(replications)
    drawn = timed(
        f"{label}: {replications} replications x 60 months, {children} children, {scale:.0f} more entries a month",
        lambda: sample(rates, grown, edges, options, generator, (busy,)),
    )
    print(f"   in care after five years: {drawn.stock[:, -1].sum(axis=(1, 2)).mean():.0f}; "
          f"peak memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")  # fmt: skip
    timed(f"{label}: expected face, 60 months", lambda: walk(rates, grown, edges, (busy,)))


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("returns", type=Path, help="folder of yearly SSDA903 returns")
    parser.add_argument("--councils", type=int, default=20, help="made-up councils of known rates (0: none)")
    parser.add_argument("--england", action="store_true", help="draw 84,000 children as well")
    asked = parser.parse_args()
    options = CleaningOptions(keep_short_breaks=True, keep_lapsed=True, category_map="older")
    folders = sorted(path for path in asked.returns.iterdir() if path.is_dir())
    every = [history_of(read_returns(folders[: last + 1], options=options)) for last in range(len(folders))]
    views = {"later events hidden": later_events_hidden(every[-1]), "returns that existed": returns_that_existed(every)}
    accuracy(every[-1], views)
    chosen(every[-1])
    what_if(every[-1])
    speed(folders, options)
    many(every[-1], 350, 1000, "council")
    if asked.councils:
        known_rates(asked.councils)
    if asked.england:
        for children in (8_400, 84_000):
            many(every[-1], children, 10, "England" if children > 10_000 else "region")


if __name__ == "__main__":
    main()
