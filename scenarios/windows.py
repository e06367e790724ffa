"""The window of history that rates are counted on: the back-test's choice, kept beside the project, or the user's."""

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pandas as pd

from scenarios.program import program_digest
from sufficiency.assumptions import Assumptions
from sufficiency.demand.backtest import Candidate
from sufficiency.demand.choice import Choice, as_asked, best_of
from sufficiency.project import Project

BY_BACKTEST = "back-test"
"""Value of ``demand.entry_trend`` that leaves the trend of entries to the back-test as well."""


def remembered(path: Path, make: Callable[[], Choice]) -> Choice:
    """Return a choice made before from the same files by the same program, or make it and keep it.

    The file holds how far each window missed, and nothing about children; it can be deleted at any time.
    """
    kept = _kept(path)
    if kept is not None:
        return kept
    choice = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    for older in path.parent.glob("windows-*.json"):
        older.unlink(missing_ok=True)
    half = path.with_suffix(f".{os.getpid()}.part")
    half.write_text(json.dumps({"origins": choice.origins, "scores": choice.scores.to_dict("list")}), encoding="utf-8")
    os.replace(half, path)  # noqa: PTH105 - replaces in one step on every system
    return choice


def _kept(path: Path) -> Choice | None:
    """Return the choice kept in a file, None when there is none or the file is damaged: then it is made again."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return best_of(pd.DataFrame(kept["scores"]), kept["origins"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def windows_file(project: Project, base_date: object) -> Path:
    """Return where the choice for a project as it stands is kept: another input, rule or program is another file."""
    made_of = [
        program_digest(), project.input_hashes(), project.cleaning.model_dump(), project.code_map, str(base_date),
    ]  # fmt: skip
    name = sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:20]
    return project.cache_folder / f"windows-{name}.json"


def settled(assumptions: Assumptions, choose: Callable[[], Choice]) -> Choice:
    """Return the window and trend to count on: the user's where given, and otherwise the back-test's choice.

    Parameters
    ----------
    assumptions
        ``demand.window_months`` blank leaves the window to the back-test, and ``demand.entry_trend`` "back-test" the
        trend; a window set by hand goes without a trend unless that is set too.
    choose
        Makes the choice among all windows; not called when the user chose.
    """
    months, trend = assumptions.value("demand.window_months"), assumptions.text("demand.entry_trend")
    if isinstance(months, int):
        return as_asked(Candidate(months, trend == "damped"))
    choice = choose()
    return choice if trend == BY_BACKTEST else choice.among(trend == "damped")
