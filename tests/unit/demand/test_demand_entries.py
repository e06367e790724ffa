"""Who enters: groups, sizes, ages, trend, and what changes them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sufficiency.demand.changes import FlowChange, FlowKind
from sufficiency.demand.cohort import walk
from sufficiency.demand.days import DAYS_A_MONTH, dates, day_number
from sufficiency.demand.entries import entrants, fit_entries
from sufficiency.demand.inflow import inflow
from sufficiency.demand.population import population_factors
from sufficiency.demand.rates import Window, fit_rates
from sufficiency.demand.sampled import SampleOptions, sample
from sufficiency.demand.start import month_edges, start_on
from sufficiency.domain.errors import InputError
from sufficiency.domain.settings import SETTINGS, Setting
from tests.unit.demand.demand_worlds import FOSTERING, SUPPORTED, Records, children, flat_rates, stays_frame

FIRST, BEYOND = day_number(date(2023, 4, 1)), day_number(date(2025, 4, 1))
EDGES = month_edges(date(2025, 3, 31), 24)[1]


def entering(days: list[int], ages: list[int], setting: int = FOSTERING) -> tuple[Records, pd.DataFrame]:
    names = [f"c{number}" for number in range(len(days))]
    births = dates(np.array(days) - np.round(np.array(ages) * 365.25 + 100).astype("int64")).astype(str)
    rows = [(n, 1, str(dates(np.array([d]))[0]), None, setting, "open", None) for n, d in zip(names, days, strict=True)]
    return children({name: birth[:10] for name, birth in zip(names, births, strict=True)}), stays_frame(*rows)


def test_children_from_one_home_on_one_day_are_one_group() -> None:
    """Two siblings and a third child are two groups; sizes and children a month are as counted."""
    records, stays = entering([FIRST + 5, FIRST + 5, FIRST + 40], [3, 6, 12])
    stays["home_postcode"] = ["SN11AA", "SN11AA", "SN22BB"]
    model = fit_entries(entrants(stays, records.children), FIRST, BEYOND, trend=False)
    assert model.group_events.tolist() == [2, 0]
    assert model.size_share[0, :3].tolist() == [0.5, 0.5, 0]
    assert model.per_month.sum() == pytest.approx(3 / model.months)


def test_unaccompanied_children_are_never_siblings() -> None:
    """UASC who arrive together from one address are groups of one, counted apart."""
    records, stays = entering([FIRST + 5, FIRST + 5], [16, 17], SUPPORTED)
    stays["home_postcode"] = "SN11AA"
    flagged = records.children.assign(uasc=True)
    model = fit_entries(entrants(stays, flagged), FIRST, BEYOND, trend=False)
    assert model.group_events.tolist() == [0, 2]
    assert model.per_month[:, 1].sum() == pytest.approx(2 / model.months)


def test_entries_of_young_children_never_borrow_supported_accommodation() -> None:
    """Sixteen year olds who enter supported accommodation lend it to no younger age."""
    records, stays = entering(list(range(FIRST, FIRST + 700, 7)), [16] * 100, SUPPORTED)
    model = fit_entries(entrants(stays, records.children), FIRST, BEYOND, trend=False)
    assert model.per_month[:16, :, SUPPORTED].sum() == 0
    assert model.per_month[16, 0, SUPPORTED] > 0


def test_a_rising_trend_is_found_and_damped() -> None:
    """Entries that double over two years end above their mean, go on rising, and level off."""
    generator = np.random.default_rng(2)
    month = np.repeat(np.arange(24), generator.poisson(10 * 2 ** (np.arange(24) / 24)))
    days = FIRST + ((month + generator.random(len(month))) * DAYS_A_MONTH).astype("int64")
    records, stays = entering(np.sort(days).tolist(), [10] * len(days))
    model = fit_entries(entrants(stays, records.children), FIRST, BEYOND, trend=True)
    flat = fit_entries(entrants(stays, records.children), FIRST, BEYOND, trend=False)
    assert model.slope > 0
    assert model.groups_per_month[0] > 1.15 * flat.groups_per_month[0]
    growth = model.growth(np.array([1.0, 12.0, 60.0, 120.0]))
    assert np.all(np.diff(growth) > 0)
    assert growth[3] / growth[2] < 1.01


def test_months_that_vary_more_than_chance_are_overdispersed() -> None:
    """Entries that come all in every third month vary more than steady ones."""
    steady = list(range(FIRST, BEYOND, 5))
    bursts = [FIRST + 91 * quarter + day % 28 for quarter in range(8) for day in range(18)]
    model = {
        name: fit_entries(entrants(*_pair(days)), FIRST, BEYOND, False)
        for name, days in {"s": steady, "b": bursts}.items()
    }
    assert model["s"].dispersion == pytest.approx(1.0, abs=0.15)
    assert model["b"].dispersion > 2.5


def _pair(days: list[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    records, stays = entering(days, [9] * len(days))
    return stays, records.children


def test_two_fewer_entries_a_month_are_two_fewer() -> None:
    """Entries aged 10 to 15 fall by two a month for a year, and nobody else's change."""
    rates = flat_rates(0.0, 0.0, entries=5.0, entry_age=12)
    change = FlowChange(FlowKind.ENTER, -2.0, age_bands=("10 to 15",), to_month=12)
    expected = inflow(rates, EDGES, (change,)).expected(rates)
    months = np.diff(EDGES) / DAYS_A_MONTH
    assert expected.sum(axis=(1, 2, 3)) == pytest.approx(np.where(np.arange(24) < 12, 3.0, 5.0) * months)


def test_entries_cannot_fall_below_nobody() -> None:
    """Ten fewer of five is none, not minus five."""
    rates = flat_rates(0.0, 0.0, entries=5.0)
    expected = inflow(rates, EDGES, (FlowChange(FlowKind.ENTER, -10.0),)).expected(rates)
    assert expected.min() == expected.max() == 0


def test_new_entries_go_where_they_are_asked_to() -> None:
    """One more a month into a setting nobody enters is spread over the ages asked for."""
    rates = flat_rates(0.0, 0.0, entries=5.0)
    change = FlowChange(FlowKind.ENTER, 1.0, age_bands=("16 and 17",), setting=Setting.SUPPORTED)
    added = inflow(rates, EDGES, (change,)).added
    assert added.sum(axis=(1, 2, 3)) == pytest.approx(np.diff(EDGES) / DAYS_A_MONTH)
    assert added[:, 16:, 0, SETTINGS.index(Setting.SUPPORTED)].sum() == pytest.approx(added.sum())


def test_population_drives_entries_age_by_age() -> None:
    """One tenth more seventeen year olds two years on make entries of that age grow in a straight line to a tenth."""
    rows = [(year, age, 1000 + 100 * (age == 17) * (year - 2024) / 2) for year in (2024, 2026) for age in range(18)]
    projection = pd.DataFrame(rows, columns=["year", "age", "children"])
    factors = population_factors(projection, day_number(date(2024, 7, 1)), EDGES)
    assert factors[:, :17] == pytest.approx(np.ones((24, 17)))
    assert factors[0, 17] == pytest.approx(1 + 0.1 * (date(2025, 4, 15) - date(2024, 7, 1)).days / 730, abs=0.001)
    assert factors[-1, 17] == pytest.approx(1.1, abs=0.001)
    rates = flat_rates(0.0, 0.0, entries=5.0, entry_age=17)
    expected = inflow(rates, EDGES, population=factors).expected(rates)
    assert expected.sum() == pytest.approx(5 * np.sum(factors[:, 17] * np.diff(EDGES)) / DAYS_A_MONTH)


def test_a_population_without_an_age_is_refused() -> None:
    """A missing age is named; it is not taken as nobody."""
    frame = pd.DataFrame({"year": [2024] * 17, "age": range(17), "children": 100})
    with pytest.raises(InputError, match="no age 17"):
        population_factors(frame, EDGES[0] - 1, EDGES)


def test_an_unknown_age_band_is_refused() -> None:
    """A what-if on an age band that does not exist says which there are."""
    with pytest.raises(ValueError, match="10 to 15"):
        FlowChange(FlowKind.LEAVE, 1.0, age_bands=("11 to 15",))


def test_children_who_enter_at_birth_stay_under_one_for_a_year() -> None:
    """Fifty babies taken in their first week make as many under one a year on; spread over the year, half as many."""
    found = []
    for days_old in (np.full(50, 3), np.arange(50) * 7):
        days = np.linspace(FIRST, BEYOND - 1, 50).astype("int64")
        names = [f"b{number:02d}" for number in range(50)]
        born = {name: str(dates(np.array([day - old]))[0])[:10]
                for name, day, old in zip(names, days, days_old, strict=True)}  # fmt: skip
        rows = [(name, 1, str(dates(np.array([day]))[0]), None, FOSTERING, "open", None)
                for name, day in zip(names, days, strict=True)]  # fmt: skip
        records, stays = children(born), stays_frame(*rows)
        model = fit_entries(entrants(stays, records.children), FIRST, BEYOND, trend=False)
        still = fit_rates(records, stays, Window(date(2023, 4, 1), date(2025, 3, 31)))
        still = replace(still, leave_per_day=np.zeros_like(still.leave_per_day))
        none = start_on(records, stays.iloc[:0], date(2025, 3, 31))
        flows, _ = walk(still, none, EDGES[:13])
        drawn = sample(still, none, EDGES[:13], SampleOptions(200, draw_parameters=False), np.random.default_rng(1))
        under_one = flows.stock[-1, 0].sum()
        assert drawn.mean_stock[-1, 0].sum() == pytest.approx(under_one, rel=0.06)
        found.append((model.infants[0], under_one / flows.entries[:, 0].sum()))
    assert found[0][0] > 0.9 > 0.3 > found[1][0]
    assert found[0][1] > 0.9
