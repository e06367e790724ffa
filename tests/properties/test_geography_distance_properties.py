from decimal import ROUND_HALF_EVEN, Decimal, getcontext

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sufficiency.geography import miles_matrix, statutory_miles
from sufficiency.geography.postcode_text import read_postcode

getcontext().prec = 50
EAST, NORTH = st.integers(0, 700_000), st.integers(0, 1_300_000)


@given(EAST, NORTH, EAST, NORTH)
def test_statutory_miles_is_exact_against_decimal_arithmetic(e1, n1, e2, n2):
    """Contract with the guidance: fifty-digit arithmetic gives the same tenth, everywhere in Great Britain."""
    metres = Decimal((e1 - e2) ** 2 + (n1 - n2) ** 2).sqrt()
    exact = (metres / 1000 / Decimal("1.6093")).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    assert statutory_miles(e1, n1, e2, n2) == float(exact)


@given(st.integers(0, 350_0), st.integers(-1, 1))
def test_statutory_miles_is_exact_beside_every_rounding_edge(tenth, step):
    """Distances next to the half between two tenths, where a wrong factor or rounding would show, are exact."""
    metres = int((Decimal(tenth) + Decimal("0.5")) * Decimal("160.93")) + step
    metres = max(metres, 0)
    exact = (Decimal(metres) / 1000 / Decimal("1.6093")).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    assert statutory_miles(0, 0, metres, 0) == float(exact)


@given(st.lists(st.tuples(EAST, NORTH), min_size=1, max_size=6))
def test_distance_is_the_same_both_ways_and_nought_to_oneself(points):
    """The matrix of points with themselves is symmetric with a diagonal of noughts."""
    found = miles_matrix(np.array(points), np.array(points))
    np.testing.assert_array_equal(found, found.T)
    assert (np.diag(found) == 0).all()


@given(st.text(max_size=20))
def test_any_text_can_be_read_as_a_postcode_without_an_error(text):
    """Whatever stands in a postcode column, reading it gives a key of a known length or none."""
    assert len(read_postcode(text).key) in (0, 4, 5, 7)


@given(
    st.sampled_from(["SN1", "SN25", "N1", "EC1A", "W1A", "M60"]),
    st.sampled_from("0123456789"),
    st.text("ABDEFGHJLNPQRSTUWXYZ", min_size=2, max_size=2),
    st.lists(st.integers(0, 6), max_size=3),
    st.booleans(),
)
def test_spaces_and_case_never_change_a_whole_postcode(outward, digit, unit, spaces, lower):
    """However it is spaced and cased, a whole postcode is the same one."""
    plain = outward + digit + unit
    messy = plain
    for at in spaces:
        messy = messy[:at] + " " + messy[at:]
    assert read_postcode(messy.lower() if lower else messy).key == outward.ljust(4) + digit + unit
