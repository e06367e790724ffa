"""Disclosure control: small counts go, and so does whatever would give them away."""

import numpy as np
import pandas as pd
import pytest

from sufficiency.report.attack import attack
from sufficiency.report.disclosure import protect
from sufficiency.report.ledger import Ledger, key


def ledger_of(table: dict[tuple[str, str], int]) -> Ledger:
    """Enter a table of two dimensions from its cells."""
    frame = pd.DataFrame([(*names, count) for names, count in table.items()], columns=["kind", "area", "n"])
    ledger = Ledger()
    ledger.cube("in care", frame, ["kind", "area"], count="n")
    return ledger


def hidden(ledger: Ledger) -> frozenset[tuple[str, ...]]:
    return protect(ledger.system(ledger.numbers)).withheld


GRID = {("a", "x"): 3, ("a", "y"): 20, ("a", "z"): 9, ("b", "x"): 30, ("b", "y"): 40, ("b", "z"): 0, ("c", "z"): 12}


def test_small_counts_are_withheld_and_zeros_are_not() -> None:
    """A count from 1 to 5 is never shown; a zero is not in the system at all and stays a zero."""
    ledger = ledger_of(GRID)
    withheld = hidden(ledger)
    assert key("in care", kind="a", area="x") in withheld
    assert key("in care", kind="b", area="z") not in ledger.numbers
    assert ledger.value(key("in care", kind="b", area="z")) == 0


def test_one_small_count_takes_others_with_it() -> None:
    """A single gap in a row and a column could be filled from the totals, so others go with it, never the total."""
    ledger = ledger_of(GRID)
    withheld = hidden(ledger)
    row = [each for each in withheld if "kind=a" in each and len(each) == 3]
    column = [each for each in withheld if "area=x" in each and len(each) == 3]
    assert len(row) >= 2
    assert len(column) >= 2
    assert ("in care",) not in withheld


def test_withholding_small_counts_alone_would_be_found_out() -> None:
    """The attack is real: with only the small counts withheld it recovers them."""
    system = ledger_of(GRID).system(ledger_of(GRID).numbers)
    ranges = attack(system, system.sensitive.copy())
    assert ranges.recovered == 1
    assert ranges.low[0] == pytest.approx(3)
    assert ranges.high[0] == pytest.approx(3)


def test_two_small_counts_that_leave_no_doubt_are_not_enough() -> None:
    """Two withheld counts of one each add up to two, and zeros are shown: both would be known."""
    ledger = ledger_of({("a", "x"): 1, ("a", "y"): 1, ("a", "z"): 30})
    system = ledger.system(ledger.numbers)
    assert attack(system, system.sensitive.copy()).recovered == 4  # the two, and the column totals equal to them
    assert len(hidden(ledger)) > 2


def test_a_count_in_another_table_is_linked() -> None:
    """A broader group in a second table must not give away the one small kind in it."""
    ledger = ledger_of(GRID)
    frame = pd.DataFrame({"kind": ["a", "b", "c"], "broad": ["P", "P", "Q"], "n": [32, 70, 12]})
    ledger.cube("in care", frame, ["kind", "broad"], count="n")
    system = ledger.system(ledger.numbers)
    withheld = np.isin(np.arange(len(system)), [system.keys.index(each) for each in protect(system).withheld])
    assert attack(system, withheld).recovered == 0


def test_the_difference_between_scenarios_is_protected() -> None:
    """Two scenarios that differ by three children cannot both show the number."""
    ledger = Ledger()
    ledger.enter(("plan",), 120)
    ledger.enter(("scenario",), 117)
    ledger.difference("scenario", ("plan",), ("scenario",))
    shown = [("plan",), ("scenario",)]
    assert len(protect(ledger.system(shown)).withheld) >= 1
    ledger = Ledger()
    ledger.enter(("plan",), 120)
    ledger.enter(("scenario",), 100)
    ledger.difference("scenario", ("plan",), ("scenario",))
    assert protect(ledger.system(shown)).withheld == frozenset()


def test_costs_of_fewer_than_six_children_are_withheld_and_cannot_be_subtracted() -> None:
    """The cost of one child goes, and another line's cost with it, or total less the rest would tell it."""
    frame = pd.DataFrame({"line": ["foster", "home", "secure"], "n": [90, 40, 1], "pounds": [9e6, 1.5e7, 552_489.0]})
    ledger = Ledger()
    ledger.cube("average", frame, ["line"], count="n")
    ledger.cube("pounds", frame, ["line"], count="pounds")
    for line in frame["line"]:
        ledger.tie(key("pounds", line=line), key("average", line=line))
    ledger.tie(("pounds",), ("average",))
    withheld = hidden(ledger)
    assert key("pounds", line="secure") in withheld
    assert sum(each[0] == "pounds" for each in withheld) >= 2
    for line in ("foster", "home"):
        assert (key("pounds", line=line) in withheld) == (key("average", line=line) in withheld)


def test_what_was_never_counted_is_not_zero() -> None:
    """Asking for a count by a dimension nobody entered is an error, not a zero."""
    with pytest.raises(KeyError):
        ledger_of(GRID).value(key("in care", colour="red"))


def test_two_tables_may_not_disagree() -> None:
    """The same count with two values is a fault of ours, caught when it is entered."""
    ledger = ledger_of(GRID)
    with pytest.raises(ValueError, match="disagree"):
        ledger.enter(("in care",), 1)
