"""Many children are walked in parts, and the answer is the same."""

from datetime import date

import numpy as np
import pytest

from sufficiency.demand import cohort, sampled
from sufficiency.demand.cohort import walk
from sufficiency.demand.sampled import SampleOptions, sample
from sufficiency.demand.start import Start, even_edges
from tests.unit.demand.demand_worlds import flat_rates

EDGES = even_edges(date(2022, 3, 31), 365, 12)


def crowd(children: int) -> Start:
    generator = np.random.default_rng(1)
    day = int(EDGES[0]) - 1
    birth = day - generator.integers(0, 17 * 365, children)
    came = day - generator.integers(0, 1000, children)
    return Start(day, birth, came, came, generator.integers(0, 4, children), np.zeros(children, "int64"), 0)


def test_parts_of_the_expected_face_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Walked in parts of thirty or all at once, a hundred children and their entrants are the same."""
    rates, start = flat_rates(0.001, 0.002, entries=4.0), crowd(100)
    whole, _ = walk(rates, start, EDGES)
    monkeypatch.setattr(cohort, "PART_CHILDREN", 30)
    parts, _ = walk(rates, start, EDGES)
    for name in ("stock", "entries", "leavers", "moves", "child_days"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name)), name


def test_replications_in_batches_are_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven replications in batches of three start from the same children and end with the right mean."""
    rates, start = flat_rates(0.001, 0.002, entries=4.0), crowd(200)
    monkeypatch.setattr(sampled, "BATCH_CHILDREN", 600)
    drawn = sample(rates, start, EDGES, SampleOptions(7, False), np.random.default_rng(2))
    assert len(drawn) == 7
    assert np.all(drawn.stock[:, 0].sum(axis=(1, 2)) == 200)
    expected = walk(rates, start, EDGES)[0].stock[-1].sum()
    assert drawn.stock[:, -1].sum(axis=(1, 2)).mean() == pytest.approx(expected, rel=0.06)
