"""How far rates drift from year to year, and how far a count may be put right: learned from the council's history."""

from datetime import date

import numpy as np
import pytest

from sufficiency.demand.days import dates, day_number
from sufficiency.demand.drift import UNASKED, Drift, fit_drift
from sufficiency.demand.england import DRIFT_PER_YEAR
from sufficiency.demand.history import USUAL_DOUBT, History, count_doubt, hide_after, returns_that_existed
from sufficiency.demand.people import counted_anew, people_in_care
from sufficiency.demand.rates import Counted, fit_counted, with_drift
from sufficiency.demand.sampled import SampleOptions, sample
from sufficiency.demand.start import month_edges, start_on
from tests.unit.demand.demand_worlds import FOSTERING, children, stays_frame

BASE = date(2023, 3, 31)
EVEN = np.full((5, 5), 100.0)


def spread(events: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, float]:
    return fit_drift(events, EVEN).spread


def test_counts_that_differ_by_chance_alone_drift_no_more_than_england() -> None:
    """Five years of Poisson counts leave the spread at or below where it began."""
    steady = np.random.default_rng(3).poisson(EVEN).astype("float64")
    assert max(spread(steady)) < max(UNASKED.spread)


def test_rates_that_rise_and_fall_together_are_told_from_those_that_do_so_apart() -> None:
    """Years that are high or low for all ages are common drift; ages that change places are not."""
    together = EVEN * np.array([1.0, 1.5, 0.9, 1.4, 0.8])[:, None]
    apart = EVEN * np.exp(0.4 * np.random.default_rng(5).standard_normal((5, 5)))
    assert spread(together)[0] > 0.25 > 2 * spread(together)[1]
    assert spread(apart)[1] > 0.25 > spread(apart)[0]


def test_few_events_say_little() -> None:
    """A fall from three to one a year is chance for all anybody knows: the spread stays near England's."""
    few = np.array([[3.0, 0, 0, 0, 0], [1.0, 0, 0, 0, 0]])
    found = fit_drift(few, np.ones((2, 5))).spread
    assert found == pytest.approx(UNASKED.spread, rel=0.15)
    assert found[0] == pytest.approx(DRIFT_PER_YEAR, rel=0.5)


def test_drift_has_mean_one_grows_and_begins_before_the_window_ends() -> None:
    """On average nothing is added; a year on the doubt is wider than in the first month; a longer window adds to it."""
    weights = np.zeros((11, 11))
    weights[7, 5] = 1.0
    draw = [Drift(weights).draw(years, np.ones(24), 5, 8_000, np.random.default_rng(1)) for years in (1.0, 5.0)]
    assert draw[0].mean(axis=0) == pytest.approx(np.ones((24, 5)), abs=0.04)
    deviation = np.log(draw[0]).std(axis=0)
    assert deviation[-1].mean() > 1.5 * deviation[0].mean()
    assert np.log(draw[1])[:, 0].std() > 1.5 * np.log(draw[0])[:, 0].std()
    both = np.corrcoef(np.log(draw[0])[:, -1, 0], np.log(draw[0])[:, -1, 1])[0, 1]
    assert 0.5 < both < 0.95


def lived(per_day_by_year: tuple[float, ...]) -> History:
    """Six hundred children who enter evenly over five years and leave at a hazard of each year's own."""
    generator, first = np.random.default_rng(2), day_number(date(2018, 4, 1))
    hazard = np.concatenate([[0.0], np.cumsum(np.repeat(per_day_by_year, 365))])
    enter = np.sort(generator.integers(0, 5 * 365, 600))
    leave = np.searchsorted(hazard, hazard[enter] + generator.exponential(size=600))
    born = dates(first + enter - generator.integers(2 * 365, 12 * 365, 600)).astype(str)
    begin, end = (dates(first + days).astype(str) for days in (enter, leave))
    gone = leave < len(hazard)
    rows = [
        (
            f"c{n:03d}",
            1,
            begin[n][:10],
            end[n][:10] if gone[n] else None,
            FOSTERING,
            "left" if gone[n] else "open",
            None,
        )
        for n in range(600)
    ]
    records = children({f"c{n:03d}": born[n][:10] for n in range(600)})
    return History(records, stays_frame(*rows), date(2018, 4, 1), BASE)


def test_a_history_that_drifted_gets_wider_bands_than_a_steady_one() -> None:
    """Leaving that halves and doubles by the year is seen in the drift of leaving, and in the bands of the forecast."""
    spreads, widths = [], []
    for hazards in ((0.002,) * 5, (0.001, 0.004, 0.001, 0.004, 0.002)):
        history = lived(hazards)
        counted = Counted.of(history.records, history.stays)
        rates = with_drift(fit_counted(counted, history.window(12)), counted, history.first_day)
        assert rates.posterior is not None
        spreads.append(rates.posterior.drifts[1].spread[0])
        start, (_, edges) = start_on(history.records, history.stays, BASE), month_edges(BASE, 12)
        drawn = sample(rates, start, edges, SampleOptions(150), np.random.default_rng(7)).stock
        widths.append(drawn[:, -1].sum(axis=(1, 2)).std() / drawn[:, -1].sum(axis=(1, 2)).mean())
    assert spreads[1] > 0.3 > 3 * spreads[0]
    assert widths[1] > 1.3 * widths[0]


def late() -> list[History]:
    """Two returns of forty children, eight of whom the first does not know yet."""
    rows = [(f"c{n:02d}", 1, "2020-06-01", None, FOSTERING, "open", None) for n in range(40)]
    records = children({f"c{n:02d}": "2012-01-01" for n in range(40)})
    full = History(records, stays_frame(*rows), date(2020, 4, 1), BASE)
    return [hide_after(History(records, stays_frame(*rows[8:]), date(2020, 4, 1), BASE), date(2022, 3, 31)), full]


def test_a_count_that_was_put_right_before_is_doubted_now() -> None:
    """A quarter more children found last year widens the doubt; returns that agree leave the usual one."""
    before, now = late()
    assert count_doubt(before, now) == pytest.approx(np.hypot(USUAL_DOUBT, np.log(40 / 32) / 5))
    assert count_doubt(hide_after(now, date(2022, 3, 31)), now) == USUAL_DOUBT == count_doubt(None, now)
    assert returns_that_existed(late())(BASE).count_doubt > 0.04
    assert hide_after(now, BASE).count_doubt == 0.0


def test_children_counted_anew_are_as_many_on_average() -> None:
    """Some replications have more children than were counted, some fewer, and every child keeps its own number."""
    now = late()[1]
    start = start_on(now.records, now.stays, BASE)
    people = counted_anew(people_in_care(start, 1500), 0.05, 1500, np.random.default_rng(4))
    counts = np.bincount(people.replication, minlength=1500)
    assert counts.mean() == pytest.approx(40, rel=0.01)
    assert counts.std() > 0.04 * 40
    assert len(set(people.number.tolist())) == len(people)
    _, edges = month_edges(BASE, 1)
    rates = fit_counted(Counted.of(now.records, now.stays), now.window(12))
    drawn = sample(rates, start, edges, SampleOptions(200, count_doubt=0.05), np.random.default_rng(1))
    assert drawn.stock[:, 0].sum(axis=(1, 2)).std() > 1
    assert int(edges[0]) - 1 == day_number(BASE)
