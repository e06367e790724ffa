"""What two statements or scenarios give away together: nobody can subtract one from another to a small count."""

from itertools import combinations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.report.attack import attack
from sufficiency.report.disclosure import protect
from sufficiency.report.ledger import SMALL_COUNTS, Key, Ledger, key

KINDS = ("kinship", "foster", "homes", "supported", "secure")


def published_together(counts: np.ndarray) -> Ledger:
    """Enter the mix of a plan and of scenarios (rows), all differences between them, and each one's total."""
    ledger = Ledger()
    names = [f"scenario {place}" for place in range(len(counts))]
    for name, row in zip(names, counts, strict=True):
        ledger.cube(name, pd.DataFrame({"kind": KINDS, "n": row}), ["kind"], count="n")
    for one, other in combinations(names, 2):
        for kind in KINDS:
            ledger.difference(f"{one}, {other}, {kind}", key(one, kind=kind), key(other, kind=kind))
        ledger.difference(f"{one}, {other}", (one,), (other,))
    return ledger


def shown_keys(ledger: Ledger) -> set[Key]:
    return {each for each in ledger.numbers if not each[0].startswith("difference ")}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000_000), scenarios=st.integers(2, 3))
def test_no_small_difference_between_scenarios_can_be_worked_out(seed: int, scenarios: int) -> None:
    """With base, scenarios and all totals published, no count and no difference from 1 to 5 can be narrowed down."""
    rng = np.random.default_rng(seed)
    base = rng.integers(0, 120, len(KINDS))
    counts = np.maximum(base + rng.integers(-9, 10, (scenarios, len(KINDS))), 0)
    ledger = published_together(counts)
    system = ledger.system(shown_keys(ledger))
    protected = protect(system)
    withheld = np.array([each in protected.withheld for each in system.keys]) | ~system.shown
    ranges = attack(system, withheld, whole_numbers=True)
    assert ranges.recovered == 0
    assert not any(protected.hides((each,)) is False for each in shown_keys(ledger) if _small(ledger, each))
    for one, other in combinations(range(scenarios), 2):
        for place, kind in enumerate(KINDS):
            if abs(int(counts[one, place]) - int(counts[other, place])) in SMALL_COUNTS:
                pair = [key(f"scenario {each}", kind=kind) for each in (one, other)]
                both = [each for each in pair if each in ledger.numbers]
                assert len(both) < 2 or protected.hides(tuple(both))


def _small(ledger: Ledger, asked: Key) -> bool:
    return ledger.numbers[asked] in SMALL_COUNTS
