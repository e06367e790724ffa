"""Price lists: bases never mixed, uplift each April, one rounding."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from sufficiency.assumptions.values import Assumptions
from sufficiency.domain.errors import AssumptionError, InputError
from sufficiency.domain.money import PriceBase
from sufficiency.domain.periods import FinancialYear
from sufficiency.domain.settings import CostLine
from sufficiency.finance.price_reading import financial_year, price_list, read_prices
from sufficiency.finance.prices import ANY_LEVEL, Price, PriceList, uplifted

Y22, Y23, Y24, Y25, Y26, Y27 = (FinancialYear(start) for start in range(2022, 2028))


def row(**changes):
    base = {
        "line": "independent foster",
        "need_level": np.nan,
        "weekly_pounds": 965.0,
        "price_base": "placement only",
        "financial_year": "2022-23",
        "uplift_percent": 3.7,
        "source": "Coventry",
        "status": "cited",
    }
    return {**base, **changes}


def frame(*rows):
    return pd.DataFrame(list(rows))


def test_price_of_its_own_year_is_as_given():
    """A price asked for in its own year is the figure in the file, in pence."""
    assert read_prices(frame(row())).weekly_pence(CostLine.IFA, 1, Y22) == 96_500


def test_uplift_compounds_each_april_and_is_rounded_once():
    """965.00 x 1.037^3 is 1,076.1271... pounds; rounding each April instead would give 1,076.14."""
    assert read_prices(frame(row())).weekly_pence(CostLine.IFA, 1, Y25) == 107_613
    stepwise = 96_500
    for _ in range(3):
        stepwise = (2 * stepwise * 1037 + 1000) // 2000
    assert stepwise == 107_614


def test_price_of_an_earlier_year_is_brought_back_by_the_same_rate():
    """A price list for this year can price last year: 103.70 at 3.7% was 100.00."""
    prices = read_prices(frame(row(weekly_pounds=103.70, financial_year="2023-24")))
    assert prices.weekly_pence(CostLine.IFA, 1, Y22) == 10_000


def test_later_row_takes_over_in_its_own_year():
    """A council that gives two years gets its own figure in the second, and its second uplift after it."""
    rows = (row(weekly_pounds=1000), row(weekly_pounds=1100, financial_year="2024-25", uplift_percent=10))
    prices = read_prices(frame(*rows))
    years = (Y22, Y23, Y24, Y25)
    assert [prices.weekly_pence(CostLine.IFA, 1, year) for year in years] == [100_000, 103_700, 110_000, 121_000]
    assert prices.factor(CostLine.IFA, Y23, Y25) == Fraction(1037, 1000) * Fraction(11, 10)


def test_need_level_has_its_own_price_and_others_take_the_general_one():
    """A level without its own row takes the row with an empty level."""
    prices = read_prices(frame(row(), row(need_level=3, weekly_pounds=1350)))
    assert prices.weekly_pence(CostLine.IFA, 3, Y22) == 135_000
    assert prices.weekly_pence(CostLine.IFA, 2, Y22) == 96_500


def test_more_need_never_costs_less_for_want_of_a_row():
    """Level 3 is priced above the general row and level 4 not at all: a level 4 child costs as one of level 3."""
    prices = read_prices(frame(row(), row(need_level=3, weekly_pounds=1350)))
    assert prices.weekly_pence(CostLine.IFA, 4, Y22) == 135_000


def test_level_without_any_price_is_refused_not_guessed():
    """Only level 1 is priced, so a level 4 child has no price."""
    with pytest.raises(InputError, match="need level 4"):
        read_prices(frame(row(need_level=1))).weekly_pence(CostLine.IFA, 4, Y22)


def test_bases_are_never_mixed_in_one_file():
    """Placement-only and full S251 rows in one file are refused."""
    with pytest.raises(InputError, match="different costs"):
        read_prices(frame(row(), row(line="own home", price_base="full S251")))


def test_bases_are_never_mixed_by_defaults():
    """A full S251 list is not completed with placement-only defaults."""
    own = frame(row(price_base="full S251"))
    with pytest.raises(AssumptionError, match="kinship"):
        price_list(own, Assumptions.defaults())


def test_lines_the_council_gave_none_for_take_the_default():
    """Own price where there is one, default elsewhere, default uplift where the council gave none."""
    own = frame(row(weekly_pounds=900, financial_year="2023-24", uplift_percent=np.nan))
    changes = {"uplift.independent_foster": 3.7, "uplift.kinship": 0.0, "price.kinship": 325.0}
    prices = price_list(own, Assumptions.defaults().with_changes(changes))
    assert prices.weekly_pence(CostLine.IFA, 1, Y24) == 93_330
    assert prices.weekly_pence(CostLine.KINSHIP, 1, Y27) == 32_500


def test_defaults_price_every_line_at_every_level():
    """Without a price file each line has a price at each need level, placement only, and grows each April."""
    prices = price_list(None, Assumptions.defaults())
    assert prices.base is PriceBase.PLACEMENT
    weekly = {line: [prices.weekly_pence(line, level, Y22) for level in (1, 2, 3, 4)] for line in CostLine}
    assert weekly[CostLine.IFA] == [96_500, 111_000, 135_000, 164_000]
    assert weekly[CostLine.SECURE][0] == weekly[CostLine.SECURE][3]
    assert all(prices.factor(line, Y22, Y27) >= 1 for line in CostLine)


def test_unknown_uplift_is_refused_only_when_it_is_needed():
    """Missing is not zero: a price without an uplift serves its own year and no other."""
    prices = read_prices(frame(row(uplift_percent=np.nan)))
    assert prices.weekly_pence(CostLine.IFA, 1, Y22) == 96_500
    with pytest.raises(AssumptionError, match="no uplift is known"):
        prices.weekly_pence(CostLine.IFA, 1, Y23)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"line": "boarding"}, "row 3, line"),
        ({"price_base": "gross"}, "row 3, price_base"),
        ({"weekly_pounds": np.nan}, "row 3, weekly_pounds"),
        ({"weekly_pounds": "dear"}, "row 3, weekly_pounds"),
        ({"weekly_pounds": -1}, "below zero"),
        ({"financial_year": "2024-27"}, "2024-25"),
        ({"financial_year": "soon"}, "financial year"),
        ({"uplift_percent": -100}, "above -100%"),
        ({"weekly_pounds": 1000}, "two prices"),
        ({"need_level": 2, "uplift_percent": 9}, "two uplifts"),
    ],
)
def test_faulty_rows_are_refused_by_place_and_cure(change, said):
    """Each fault names where it is or what is wrong."""
    with pytest.raises(InputError, match=said):
        read_prices(frame(row(), row(**change)))


def test_missing_column_and_empty_file_are_refused():
    """A file without price_base, and a file without rows, are not price lists."""
    with pytest.raises(InputError, match="price_base"):
        read_prices(frame(row()).drop(columns="price_base"))
    with pytest.raises(InputError, match="no rows"):
        read_prices(frame(row()).iloc[:0])


def test_a_price_list_reads_back_what_it_writes():
    """The table for the workbook is a file that can be given back."""
    prices = read_prices(frame(row(), row(need_level=3, weekly_pounds=1350.55)))
    assert read_prices(prices.frame()) == prices


@pytest.mark.parametrize("text", ["2025-26", "2025/26", "2025/2026", "2025", 2025, 2025.0, " 2025-26 "])
def test_financial_years_as_people_write_them(text):
    """All of these are 2025-26."""
    assert financial_year(text) == Y25


def test_uplifted_places_follow_their_line():
    """Two homes at one price grow by their own lines; a price of zero needs no uplift."""
    prices = PriceList(
        PriceBase.PLACEMENT,
        (
            Price(CostLine.IFA, ANY_LEVEL, 1, Y22, Decimal("3.7")),
            Price(CostLine.EXTERNAL_HOME, ANY_LEVEL, 1, Y22, Decimal("10")),
        ),
    )
    lines = (CostLine.IFA, CostLine.EXTERNAL_HOME, CostLine.WITH_FAMILY)
    table = uplifted(prices, lines, np.array([100_000, 100_000, 0]), Y24, (Y24, Y25, Y26))
    assert table.tolist() == [[100_000, 103_700, 107_537], [100_000, 110_000, 121_000], [0, 0, 0]]
