"""No withheld number of a random council can be worked out from what is published."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.report.attack import attack
from sufficiency.report.disclosure import protect
from sufficiency.report.ledger import Ledger, System

KINDS, AREAS, SECTORS, AGES = 9, 4, 4, 5


def random_council(seed: int) -> System:
    """Return the linked tables of a council of 30 to 500 children: three ways, a broader group, and age."""
    rng = np.random.default_rng(seed)
    number = int(rng.integers(30, 500))

    def drawn(many: int, evenness: float) -> np.ndarray:
        return rng.choice(many, number, p=rng.dirichlet(np.full(many, evenness))).astype(str)

    people = pd.DataFrame({"kind": drawn(KINDS, 0.6), "area": drawn(AREAS, 1), "sector": drawn(SECTORS, 1)})
    people = people.assign(age=drawn(AGES, 3), broad=people["kind"].astype(int).floordiv(2).astype("str"))
    ledger = Ledger()
    for dims in (["kind", "area", "sector"], ["kind", "broad"], ["broad", "age"]):
        ledger.cube("in care", people, dims)
    return ledger.system(ledger.numbers)


def assert_safe(seed: int, *, whole_numbers: bool = False) -> None:
    """Protect a council, attack it, and check that the truth lies within what the attack proves."""
    system = random_council(seed)
    protected = protect(system)
    withheld = np.array([each in protected.withheld for each in system.keys])
    assert withheld[system.sensitive].all()
    ranges = attack(system, withheld, whole_numbers=whole_numbers)
    assert ranges.recovered == 0
    assert (ranges.low <= system.numbers[ranges.cell] + 1e-6).all()
    assert (ranges.high >= system.numbers[ranges.cell] - 1e-6).all()


@settings(max_examples=4, deadline=None)
@given(st.integers(1_000, 1_000_000))
def test_no_withheld_number_can_be_worked_out(seed: int) -> None:
    """Small counts are all withheld, and none of the withheld can be narrowed to fewer than three values."""
    assert_safe(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200))
def test_two_hundred_councils_stand_the_attack(seed: int) -> None:
    """The same for two hundred councils, and for readers who know that children are whole."""
    assert_safe(seed, whole_numbers=True)
