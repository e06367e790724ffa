"""What was known when, how forecasts are scored, and which window is taken."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from sufficiency.demand.backtest import CANDIDATES, GROWTH, HOLD, MODEL, Candidate, Remade, backtest
from sufficiency.demand.choice import FALLBACK, as_asked, choose_window
from sufficiency.demand.forecast import forecast
from sufficiency.demand.history import History, hide_after, later_events_hidden, origins_in, returns_that_existed
from sufficiency.demand.scores import GROUPS, Forecasts, hold_last, repeat_growth, score, truth
from sufficiency.demand.spells import in_care_on
from tests.unit.demand.demand_councils import draw_truth, live_councils
from tests.unit.demand.demand_worlds import FOSTERING, RESIDENTIAL, children, stays_frame

LAST = date(2023, 3, 31)
TOTAL = GROUPS.index(("total", "all"))


@pytest.fixture(scope="module")
def councils() -> list[History]:
    generator = np.random.default_rng(8)
    return live_councils(draw_truth(generator, 3), date(2019, 4, 1), 4, generator)


def small() -> History:
    stays = stays_frame(
        ("a", 1, "2021-01-01", "2022-02-01", FOSTERING, "moved", RESIDENTIAL),
        ("a", 1, "2022-02-01", None, RESIDENTIAL, "open", None),
        ("b", 1, "2022-05-01", None, FOSTERING, "open", None),
    )
    return History(children({"a": "2010-01-01", "b": "2012-01-01"}), stays, date(2020, 4, 1), LAST)


def test_hiding_later_events_leaves_no_trace_of_them() -> None:
    """Before the move the child is in the old placement without end, and who came later is unknown."""
    known = hide_after(small(), date(2022, 1, 31))
    assert len(known.stays) == 1
    assert known.stays[["ended_by", "next_setting"]].to_numpy().tolist() == [["open", ""]]
    assert known.stays["end"].isna().all()
    assert len(in_care_on(known.stays, date(2030, 1, 1))) == 1


def test_the_returns_that_existed_are_those_already_made() -> None:
    """On a day only the latest return before it is used, and none before the first."""
    old = hide_after(small(), date(2022, 3, 31))
    view = returns_that_existed([small(), old])
    assert len(view(date(2022, 12, 31)).stays) == 2
    assert len(view(LAST).stays) == 3
    with pytest.raises(ValueError, match="no return existed"):
        view(date(2021, 1, 1))


def test_windows_never_reach_before_history_is_complete() -> None:
    """A window of ten years on two years of history is two years."""
    assert small().window(120, date(2022, 3, 31)).first_day == date(2020, 4, 1)
    assert small().window(12, date(2022, 3, 31)).first_day == date(2021, 4, 1)


def test_origins_leave_the_horizon_and_a_year_of_history() -> None:
    """Origins are half a year apart, on ends of months, with a year before and after."""
    assert origins_in(small(), 12) == (date(2022, 3, 31), date(2021, 9, 30))


def test_naive_lines_do_what_they_say() -> None:
    """Holding repeats the last day; growth repeats the last year's ratio, day by day."""
    known = hide_after(small(), date(2022, 5, 1))
    held = hold_last(known, date(2022, 5, 1), 10).mean
    assert np.all(held[:, TOTAL] == 2)
    grown = repeat_growth(known, date(2022, 5, 1), 365).mean
    assert grown[-1, TOTAL] == pytest.approx(4.0)


def test_scores_are_worked_out_by_hand() -> None:
    """One day out by two, in the 95% band and out of the 50% one."""
    happened = np.zeros((2, len(GROUPS)))
    happened[1, TOTAL] = 2.0
    levels = (0.025, 0.1, 0.25, 0.75, 0.9, 0.975)
    quantiles = np.zeros((6, 2, len(GROUPS)))
    quantiles[4:, 1, TOTAL] = (1.0, 2.0)
    frame = score(Forecasts(np.zeros((2, len(GROUPS))), levels, quantiles), happened, (2,))
    row = frame.iloc[TOTAL]
    assert row[["mae", "cover_50", "cover_80", "cover_95"]].tolist() == [1.0, 0.5, 0.5, 1.0]
    lost = np.array([0.025 * 2, 0.1 * 2, 0.25 * 2, 0.75 * 2, 0.9 * 1, 0.0]).mean()
    assert row["pinball"] == pytest.approx(lost / 2)


def test_truth_counts_every_day() -> None:
    """The truth of scores is the daily stock of the spells."""
    happened = truth(small(), date(2022, 1, 30), 3)
    assert happened[:, GROUPS.index(("setting", "residential"))].tolist() == [0, 1, 1]
    assert happened[:, TOTAL].tolist() == [1, 1, 1]


def test_the_model_beats_the_naive_lines_on_councils_it_describes(councils: list[History]) -> None:
    """On councils with steady rates the forecast by setting has skill over both lines, and says so."""
    frames = []
    for council in councils:
        view = {"now": later_events_hidden(council)}
        frames.append(backtest(council, view, origins_in(council, 12, most=3), [Candidate(None)], (365,)))
    errors = pd.concat([frame.errors for frame in frames])
    means = errors[errors["of"] == "age band"].groupby("line")["mae"].mean()
    assert means[MODEL] < min(means[HOLD], means[GROWTH])
    assert "all history" in set(errors["window"])
    assert "By setting the forecast missed by" in frames[0].words("now", 365, Candidate(None))


def test_bands_cover_about_what_they_say(councils: list[History]) -> None:
    """Over three councils, 95% bands hold most days and 50% bands about half, neither all nor few."""
    parts = []
    for council in councils:
        view, generator = {"now": later_events_hidden(council)}, np.random.default_rng(1)
        tested = backtest(council, view, [date(2022, 3, 31)], [Candidate(None)], (365,), 150, generator)
        parts.append(tested.summary())
    summary = pd.concat(parts)
    cover = summary[summary["line"] == MODEL][["cover_50", "cover_80", "cover_95"]].mean()
    assert 0.35 < cover["cover_50"] < 0.75
    assert 0.65 < cover["cover_80"] < 0.95
    assert cover["cover_95"] > 0.85


def test_a_skill_below_nought_is_said_in_words() -> None:
    """A council that never changes is forecast best by holding, and the words admit it."""
    rows = [(f"c{n}", 1, "2015-01-01", None, FOSTERING, "open", None) for n in range(40)]
    still = History(children({f"c{n}": "2014-01-01" for n in range(40)}), stays_frame(*rows), date(2018, 4, 1), LAST)
    tested = backtest(still, {"now": later_events_hidden(still)}, [date(2022, 3, 31)], [Candidate(12)], (365,))
    assert "no better than a naive line" in tested.words("now", 365, Candidate(12))


def test_the_window_taken_is_the_one_that_did_best(councils: list[History]) -> None:
    """The choice scores every window, takes one near the best, and says how it did."""
    choice = choose_window(councils[0], (Candidate(12), Candidate(24), Candidate(24, True)))
    taken = choice.scores[choice.scores["chosen"]]
    assert taken["window"].tolist() == [choice.candidate.text]
    assert taken["score"].item() <= choice.scores["score"].min() * 1.05
    assert choice.candidate.text in choice.reason


def test_a_window_is_known_again_by_its_words() -> None:
    """What a stored run says of its window names the window."""
    for candidate in (*CANDIDATES, Candidate(None), Candidate(None, True)):
        assert Candidate.of(candidate.text) == candidate


def test_a_return_that_closed_half_a_year_ago_is_forecast_from_its_closing_day(councils: list[History]) -> None:
    """Nobody is known to have entered since: the forecast lets them in, and no rate is counted on the empty months."""
    closed = hide_after(councils[0], date(2021, 3, 31))
    late = Remade(closed, date(2021, 9, 30), 90).forecast(Candidate(24))
    whole = Remade(closed, date(2021, 3, 31), 90 + 183).forecast(Candidate(24))
    assert late.mean == pytest.approx(whole.mean[183:], rel=0.01, abs=0.05)
    stale = len(in_care_on(closed.stays, date(2021, 9, 30)))
    happened = truth(councils[0], date(2021, 9, 30), 90)[:, TOTAL].mean()
    view = {"then": lambda day: closed}
    tested = backtest(councils[0], view, [date(2021, 9, 30)], [Candidate(24)], (90,)).errors
    held = tested[(tested["line"] == HOLD) & (tested["name"] == "all")]["mae"].item()
    assert held == pytest.approx(np.abs(truth(councils[0], date(2021, 9, 30), 90)[:, TOTAL] - stale).mean(), abs=3)
    assert abs(late.mean[:, TOTAL].mean() - happened) < 0.15 * happened


def test_too_little_history_is_said_and_not_compared() -> None:
    """With hardly two years nothing is compared."""
    history = small()
    choice = choose_window(History(history.records, history.stays, date(2022, 1, 1), LAST))
    assert choice.candidate == FALLBACK
    assert "too little history" in choice.reason


def test_a_forecast_carries_its_window_its_rates_and_both_faces(councils: list[History]) -> None:
    """One call gives months of expected stock and bands around them, from what was known on the base date."""
    base = date(2022, 3, 31)
    asked = as_asked(Candidate(24))
    made = forecast(councils[1], base, 6, choice=asked, replications=40, generator=np.random.default_rng(5))
    assert made.rates.window.last_day == base
    assert made.choice.reason.endswith("as asked.")
    assert made.sample is not None
    total = made.frame()[lambda frame: frame["of"] == "total"]
    expected = made.projection.stock.sum(axis=(1, 2))
    assert total["mean"].to_numpy() == pytest.approx(expected, rel=0.05)
    plain = forecast(councils[1], base, 6, choice=as_asked(Candidate(24))).frame()
    assert plain[plain["of"] == "total"]["mean"].to_numpy() == pytest.approx(expected)
    assert plain["day"].max() == pd.Timestamp(date(2022, 10, 1) - timedelta(days=1))


def test_bands_without_a_generator_are_refused(councils: list[History]) -> None:
    """Chance is never drawn from a hidden source."""
    with pytest.raises(ValueError, match="generator"):
        forecast(councils[0], date(2022, 3, 31), 3, choice=as_asked(Candidate(12)), replications=3)
