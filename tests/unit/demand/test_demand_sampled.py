"""The two faces agree, what-ifs work through flows, and the same seed draws the same children."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sufficiency.demand.changes import FlowChange, FlowKind
from sufficiency.demand.cohort import walk
from sufficiency.demand.history import History
from sufficiency.demand.projection import Flows
from sufficiency.demand.rates import Rates, fit_rates
from sufficiency.demand.sample import Sample
from sufficiency.demand.sampled import SampleOptions, sample, sample_stays
from sufficiency.demand.spells import daily_stock
from sufficiency.demand.start import Start, even_edges, start_on
from sufficiency.domain.settings import SETTINGS, Setting
from tests.unit.demand.demand_councils import draw_truth, live_councils
from tests.unit.demand.demand_worlds import flat_rates

BASE = date(2022, 3, 31)
EDGES = even_edges(BASE, 731, 24)
FOSTERING, RESIDENTIAL = SETTINGS.index(Setting.FOSTERING), SETTINGS.index(Setting.RESIDENTIAL)
CHANGES = (
    FlowChange(FlowKind.MOVE, 2.0, setting=Setting.FOSTERING, to_setting=Setting.RESIDENTIAL, to_month=12),
    FlowChange(FlowKind.LEAVE, -1.5),
    FlowChange(FlowKind.ENTER, 3.0, age_bands=("10 to 15",)),
    FlowChange(FlowKind.MOVE, -1.0, setting=Setting.RESIDENTIAL),
)


@pytest.fixture(scope="module")
def council() -> History:
    generator = np.random.default_rng(20)
    return live_councils(draw_truth(generator, 1), date(2019, 4, 1), 3, generator)[0]


@pytest.fixture(scope="module")
def rates(council: History) -> Rates:
    return fit_rates(council.records, council.stays, council.window(None, BASE))


@pytest.fixture(scope="module")
def start(council: History) -> Start:
    return start_on(council.records, council.stays, BASE)


def distance(drawn: Sample, expected: Flows) -> np.ndarray:
    """Standard errors between the mean of the replications and the expected stock, by step and setting."""
    counts = drawn.by_setting()
    error = np.maximum(counts.std(axis=0) / np.sqrt(len(drawn)), 0.02)
    gap: np.ndarray = (counts.mean(axis=0) - expected.stock.sum(axis=1)) / error
    return gap


@pytest.mark.parametrize("changes", [(), CHANGES], ids=["as it is", "what if"])
def test_means_agree_when_only_chance_is_drawn(rates: Rates, start: Start, changes: tuple[FlowChange, ...]) -> None:
    """With parameters held, mean stock, days, entries and moves are those of the expected face."""
    drawn = sample(rates, start, EDGES, SampleOptions(300, False), np.random.default_rng(1), changes)
    expected, _ = walk(rates, start, EDGES, changes)
    assert np.abs(distance(drawn, expected)).max() < 4.5
    for name in ("child_days", "entries", "moves", "leavers", "aged_out"):
        assert getattr(drawn, name).sum() / 300 == pytest.approx(getattr(expected, name).sum(), rel=0.02), name


def test_means_agree_when_parameters_are_drawn(rates: Rates, start: Start) -> None:
    """With parameters drawn the bands are wider and the mean total stock still agrees within one per cent."""
    held = sample(rates, start, EDGES, SampleOptions(250, False), np.random.default_rng(2))
    drawn = sample(rates, start, EDGES, SampleOptions(250), np.random.default_rng(2))
    expected, _ = walk(rates, start, EDGES)
    total = expected.stock.sum(axis=(1, 2))
    assert drawn.stock.sum(axis=(2, 3)).mean(axis=0) == pytest.approx(total, rel=0.015)
    assert drawn.leavers.sum(axis=(1, 2, 3)).std() > 1.1 * held.leavers.sum(axis=(1, 2, 3)).std()


def test_the_same_seed_draws_the_same_children(rates: Rates, start: Start) -> None:
    """All chance comes from the generator given."""
    first, second = (sample(rates, start, EDGES, SampleOptions(5), np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(first.stock, second.stock)
    assert np.array_equal(first.child_days, second.child_days)


def test_rates_set_by_hand_cannot_be_drawn(start: Start) -> None:
    """Rates without events behind them have no uncertainty to draw; held, they are sampled."""
    rates = flat_rates(0.001, 0.001, entries=4.0)
    with pytest.raises(ValueError, match="hold the parameters"):
        sample(rates, start, EDGES, SampleOptions(2), np.random.default_rng(1))
    assert len(sample(rates, start, EDGES, SampleOptions(2, False), np.random.default_rng(1))) == 2


def test_one_more_move_a_month_is_one_more(rates: Rates, start: Start) -> None:
    """One more move a month from fostering to residential for a year adds twelve moves there, and no leavers."""
    change = FlowChange(FlowKind.MOVE, 1.0, setting=Setting.FOSTERING, to_setting=Setting.RESIDENTIAL, to_month=12)
    plain, _ = walk(rates, start, EDGES)
    changed, _ = walk(rates, start, EDGES, (change,))
    added = (changed.arrivals - plain.arrivals)[:12].sum(axis=(0, 1))[RESIDENTIAL]
    assert added == pytest.approx(12, rel=0.1)
    gained = (changed.stock - plain.stock)[12].sum(axis=0)
    assert 6 < gained[RESIDENTIAL] < 12
    assert abs(gained.sum()) < 1.0


def test_more_leavers_and_fewer_leavers(rates: Rates, start: Start) -> None:
    """Two more, or two fewer, leavers a month from fostering change leavers by twenty-four a year."""
    plain, _ = walk(rates, start, EDGES)
    for wanted in (2.0, -2.0):
        changed, _ = walk(rates, start, EDGES, (FlowChange(FlowKind.LEAVE, wanted, setting=Setting.FOSTERING),))
        first = (changed.leavers - plain.leavers)[:1].sum()
        assert first == pytest.approx(wanted, rel=0.06)
        assert abs((changed.leavers - plain.leavers)[:, :, RESIDENTIAL].sum()) < 3


def test_bands_are_ordered_and_hold_the_mean(rates: Rates, start: Start) -> None:
    """Bands of the table are in order, and the groups of one kind add up to the total."""
    frame = sample(rates, start, EDGES, SampleOptions(50), np.random.default_rng(4)).frame()
    bands = frame[["p2.5", "p10", "p25", "p50", "p75", "p90", "p97.5"]].to_numpy()
    assert np.all(np.diff(bands, axis=1) >= 0)
    means = frame.pivot_table(index="day", columns="of", values="mean", aggfunc="sum")
    assert means["setting"].to_numpy() == pytest.approx(means["total"].to_numpy())
    assert means["age band"].to_numpy() == pytest.approx(means["total"].to_numpy())


def test_one_future_stay_by_stay_is_the_stock_that_was_counted(rates: Rates, start: Start) -> None:
    """The stays drawn for one replication give the stock of that replication, and siblings enter on one day."""
    options = SampleOptions(1)
    frame = sample_stays(rates, start, EDGES, options, np.random.default_rng(6))
    drawn = sample(rates, start, EDGES, options, np.random.default_rng(6))
    last_days = pd.to_datetime((EDGES - 1).astype("datetime64[D]").astype("datetime64[s]"))
    stock = daily_stock(frame, by=(), first_day=last_days[0].date(), last_day=last_days[-1].date())
    assert stock.loc[last_days, "children"].tolist() == drawn.stock[0].sum(axis=(1, 2)).tolist()
    new = frame[frame["sibling_group"] >= 0].drop_duplicates("number")
    assert new.groupby("sibling_group")["care_from"].nunique().max() == 1
    assert new.groupby("sibling_group").size().max() > 1
    moved = frame[frame["ended_by"] == "moved"]
    following = frame.set_index(["number", "start"])["setting"]
    onward = following.reindex(pd.MultiIndex.from_frame(moved[["number", "end"]])).to_numpy()
    known = pd.notna(onward)
    assert known.mean() > 0.95
    assert np.array_equal(onward[known], moved["next_setting"].to_numpy()[known])


def test_nobody_in_care_and_nobody_entering_is_nobody() -> None:
    """An empty council stays empty in both faces."""
    empty = Start(int(EDGES[0]) - 1, *(np.empty(0, dtype="int64") for _ in range(5)), left_out=0)
    rates = flat_rates(0.001, 0.001)
    assert sample(rates, empty, EDGES, SampleOptions(3, False), np.random.default_rng(1)).stock.sum() == 0
    assert walk(rates, empty, EDGES)[0].stock.sum() == 0
