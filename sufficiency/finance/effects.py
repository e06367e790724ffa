"""What a change does to budgets, in its first, part year and in full ones; and how much to hold back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.errors import InputError
from sufficiency.domain.periods import FinancialYear
from sufficiency.finance.rounding import DAYS_A_WEEK, nearest


def part_year_share(start: date) -> Fraction:
    """Return the share of the financial year left from a day on, that day included, counted in days.

    >>> part_year_share(date(2025, 10, 1))
    Fraction(182, 365)
    """
    year = FinancialYear.containing(start)
    return Fraction((year.last_day - start).days + 1, year.days)


def effect_of_weekly_change(weekly_pence: int, start: date, years: int = 4) -> pd.DataFrame:
    """Return what a steady weekly change costs or saves in each year: a part year, then full ones.

    Returns
    -------
    pandas.DataFrame
        ``financial_year, days, effect_pence, growth_pence``: growth is what the year adds to the budget before it, so
        the second row is the full-year effect of the first.
    """
    first = FinancialYear.containing(start)
    spans = [FinancialYear(first.start_year + step) for step in range(years)]
    days = [(year.last_day - max(start, year.first_day)).days + 1 for year in spans]
    effect = [nearest(Fraction(weekly_pence * count, DAYS_A_WEEK)) for count in days]
    frame = pd.DataFrame({"financial_year": [str(year) for year in spans], "days": days, "effect_pence": effect})
    return _with_growth(frame)


def effect_of_scenario(base: pd.DataFrame, scenario: pd.DataFrame) -> pd.DataFrame:
    """Return what a scenario costs or saves in each year beside the base: ``base + difference = scenario``.

    Parameters
    ----------
    base, scenario
        What :func:`~sufficiency.finance.spend.spend` returned for each.

    Returns
    -------
    pandas.DataFrame
        ``financial_year, base_pence, effect_pence, scenario_pence, growth_pence``.

    Raises
    ------
    InputError
        When the two stand on different price bases.
    """
    if base.attrs.get("price_base") != scenario.attrs.get("price_base"):
        raise InputError("base and scenario are on different price bases; run both with one price list.")
    both = pd.DataFrame(
        {
            "base_pence": base.groupby("financial_year")["spend_pence"].sum(),
            "scenario_pence": scenario.groupby("financial_year")["spend_pence"].sum(),
        }
    )
    if both.isna().to_numpy().any():
        raise InputError("base and scenario do not cover the same years; run both over one horizon.")
    both = both.astype("int64").reset_index()
    both["effect_pence"] = both["scenario_pence"] - both["base_pence"]
    return _with_growth(both[["financial_year", "base_pence", "effect_pence", "scenario_pence"]])


def effect_of_levers(base: pd.DataFrame, alone: Mapping[str, pd.DataFrame], together: pd.DataFrame) -> pd.DataFrame:
    """Return what each lever of a scenario costs or saves by itself in each year, and what they do to each other.

    Parameters
    ----------
    base, together
        ``financial_year, spend_pence`` with no lever pulled, and with all.
    alone
        The same with one lever pulled, by its name.

    Returns
    -------
    pandas.DataFrame
        ``lever, financial_year, effect_pence, full_year_pence``: rows of the levers, ``together less the sum`` (what
        levers add to or take from each other) and ``all levers``. ``full_year_pence`` is what the year adds to the
        effect of the year before: in the second year, the full-year effect of the first.
    """
    whole = effect_of_scenario(base, together)
    parts = {name: effect_of_scenario(base, cells) for name, cells in alone.items()}
    every = {name: part["effect_pence"].to_numpy() for name, part in parts.items()}
    effect = whole["effect_pence"].to_numpy()
    every[JOINT] = effect - sum(every.values(), start=np.zeros_like(effect))
    every[ALL_LEVERS] = effect
    years = whole["financial_year"].to_numpy()
    table = pd.concat(
        [
            _with_growth(pd.DataFrame({"lever": name, "financial_year": years, "effect_pence": values}))
            for name, values in every.items()
        ],
        ignore_index=True,
    ).rename(columns={"growth_pence": "full_year_pence"})
    table.attrs = {
        "name": "effect of each lever",
        "unit": "pence",
        "definition": (
            "Each lever pulled alone, beside doing nothing: its effect in the part year in which it begins and in "
            "later years, and what each year adds to the one before (the full-year effect). What levers do to each "
            "other is the row between their sum and all of them."
        ),
    }
    return table


JOINT = "together less the sum"
ALL_LEVERS = "all levers"


@dataclass(frozen=True)
class Contingency:
    """What to hold back.

    Attributes
    ----------
    central_pence, high_pence
        Spend that is as likely to be passed as not (P50), and that one year in five passes (P80).
    runs
        How many simulated years stand behind it.
    """

    central_pence: int
    high_pence: int
    runs: int

    @property
    def pence(self) -> int:
        """P80 less P50."""
        return self.high_pence - self.central_pence


def contingency(spend_pence: NDArray[np.int64]) -> Contingency:
    """Return P80 less P50 of simulated spend in one year.

    Raises
    ------
    InputError
        With fewer than 20 runs: a fifth of them is too few to know a P80 by.
    """
    if len(spend_pence) < 20:
        raise InputError(f"contingency: {len(spend_pence)} runs are too few for a P80; simulate 20 or more.")
    central, high = np.quantile(np.asarray(spend_pence, dtype=np.float64), [0.5, 0.8])
    return Contingency(round(float(central)), round(float(high)), len(spend_pence))


def one_child_more(weekly_pence: int, year: FinancialYear, children: int = 1) -> int:
    """Return what one more child (or fewer, when negative) at a weekly price does to a whole year's spend, in pence."""
    return nearest(Fraction(children * weekly_pence * year.days, DAYS_A_WEEK))


def _with_growth(frame: pd.DataFrame) -> pd.DataFrame:
    growth = frame["effect_pence"].diff().fillna(frame["effect_pence"]).astype("int64")
    return frame.assign(growth_pence=growth)
