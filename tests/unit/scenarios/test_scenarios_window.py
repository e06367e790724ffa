"""Which window of history the plan counts on: the back-test's, kept beside the project, or the user's."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from scenarios.cells import Warm
from scenarios.inputs import rates_of
from scenarios.windows import remembered, settled, windows_file
from sufficiency.assumptions import Assumptions
from sufficiency.demand.choice import Choice, best_of

ROWS = [("the last 12 months", 12, False, 4.0, 6.0), ("the last 24 months", 24, False, 2.0, 3.0)]
ROWS += [("the last 24 months, entries by their trend", 24, True, 1.0, 2.0)]


def scored() -> Choice:
    return best_of(pd.DataFrame(ROWS, columns=["window", "months", "trend", "by_setting", "by_age"]), 4)


def never() -> Choice:
    raise AssertionError("the back-test was asked though the user had chosen")


def test_the_plan_counts_on_the_window_that_the_back_test_supports(warm: Warm) -> None:
    """Left blank, the rates of the walk are those of the window chosen on the council's own history."""
    taken = warm.inputs.choice.candidate
    rates = rates_of(warm.inputs, warm.assumptions)
    assert rates.window == warm.inputs.known.window(taken.months, warm.inputs.base_date)
    assert "forecasts remade from" in warm.inputs.choice.reason


def test_a_window_set_by_the_user_overrules_and_asks_no_back_test() -> None:
    """Eighteen months asked for are eighteen months, without a trend unless that is asked for too."""
    asked = Assumptions.defaults().with_changes({"demand.window_months": 18})
    assert (settled(asked, never).candidate.months, settled(asked, never).candidate.trend) == (18, False)
    assert settled(asked.with_changes({"demand.entry_trend": "damped"}), never).candidate.trend
    assert settled(asked, never).reason.endswith("as asked.")


def test_a_trend_switched_off_leaves_the_best_of_the_plain_windows() -> None:
    """The trend is best here; without it the better of the plain windows is taken, and the reason is about it."""
    assert settled(Assumptions.defaults(), scored).candidate.trend
    off = settled(Assumptions.defaults().with_changes({"demand.entry_trend": "off"}), scored)
    assert (off.candidate.months, off.candidate.trend) == (24, False)
    assert "2.0 children a setting" in off.reason


@pytest.mark.parametrize("damaged", ["", "{", "[]", "{}", '{"scores": {}, "origins": 4}', "\\x00"])
def test_a_damaged_memory_is_made_again(tmp_path: Path, damaged: str) -> None:
    """A file cut short or emptied stops nothing: the choice is made anew, and kept whole."""
    (tmp_path / "windows-a.json").write_text(damaged, encoding="utf-8")
    first = remembered(tmp_path / "windows-a.json", scored)
    assert remembered(tmp_path / "windows-a.json", never).candidate == first.candidate


def test_a_choice_is_made_once_for_the_same_files(tmp_path: Path) -> None:
    """The second time it is read back, the same to the last figure; what was kept for other files is removed."""
    (tmp_path / "windows-older.json").write_text("{}", encoding="utf-8")
    first = remembered(tmp_path / "windows-a.json", scored)
    again = remembered(tmp_path / "windows-a.json", never)
    assert again.candidate == first.candidate
    assert again.reason == first.reason
    pd.testing.assert_frame_equal(again.scores, first.scores)
    assert [path.name for path in tmp_path.iterdir()] == ["windows-a.json"]


def test_other_cleaning_or_another_base_date_is_another_choice(warm: Warm) -> None:
    """What is kept is never taken for a project that reads its returns otherwise."""
    project = warm.project
    config = project.config.model_copy(update={"cleaning": project.cleaning.model_copy(update={"keep_lapsed": True})})
    files = {
        windows_file(project, "2025-03-31"),
        windows_file(project, "2024-03-31"),
        windows_file(type(project)(project.folder, config, project.store), "2025-03-31"),
    }
    assert len(files) == 3


def test_entries_that_follow_a_trend_do_so_in_the_walk_too(warm: Warm) -> None:
    """Where the trend of entries is used, the entries of later months differ as the forecast's do."""
    damped = warm.assumptions.with_changes({"demand.entry_trend": "damped", "demand.window_months": 36})
    ground = warm.ground(damped)
    behind = ground.rates.posterior
    assert behind is not None
    total = ground.flows.entries.sum(axis=(1, 2, 3))
    level = ground.rates.entries_per_month.sum()
    assert ground.flows.changed
    assert total / level == pytest.approx(behind.entering.growth(pd.Series([0.5, 1.5, 2.5]).to_numpy()))
    assert not warm.ground(replace(damped, changed=(("demand.window_months", 36),))).flows.changed
