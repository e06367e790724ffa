"""Any small council: the walk passes its audit, loses nobody, and more places never leave more children without one."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import SETTINGS, Sector, Setting
from sufficiency.matching.audit import AuditFacts, audit
from sufficiency.matching.walk import forward
from tests.unit.matching.conftest import (
    BIRMINGHAM,
    HOME,
    MONTHS,
    POLICY,
    SWINDON,
    WILTSHIRE,
    child,
    place,
    walk_of,
    with_streams,
)

SIZE = len(SETTINGS)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def homes(draw: st.DrawFn) -> list[Places]:
    """One to five places of any kind the engine may choose."""
    made = []
    for number in range(draw(st.integers(1, 5))):
        setting = draw(st.sampled_from([Setting.FOSTERING, Setting.RESIDENTIAL, Setting.SUPPORTED]))
        low = draw(st.integers(0, 17))
        market = draw(st.booleans())
        where = {"ring": draw(st.floats(0, 60))} if market else {"miles": draw(st.floats(0, 60))}
        made.append(
            place(
                f"p{number}",
                kind=PlaceKind.SPOT if market else PlaceKind.HOME,
                setting=setting,
                sector=draw(st.sampled_from([Sector.OWN, Sector.PRIVATE])),
                age_min=low,
                age_max=draw(st.integers(low, 17)),
                need_level_max=draw(st.integers(1, 4)),
                solo=draw(st.booleans()),
                capacity=draw(st.lists(st.integers(0, 4), min_size=MONTHS + 1, max_size=MONTHS + 1)),
                starts_per_month=draw(st.sampled_from([0.25, 1.0, 50.0])),
                weekly_pence=draw(st.integers(0, 900_000)),
                authority=draw(st.sampled_from([SWINDON, WILTSHIRE, BIRMINGHAM])),
                **where,
            )
        )
    return made


@st.composite
def rates(draw: st.DrawFn) -> dict[str, np.ndarray]:
    """Entries at any ages and settings, leaving and moving at any speed."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    destinations = rng.random((5, SIZE, SIZE))
    return {
        "entries_per_month": rng.random((18, 2, SIZE)) * draw(st.sampled_from([0.0, 0.005, 0.05])),
        "leave_per_day": rng.random((5, SIZE)) * 0.01,
        "move_per_day": rng.random((5, SIZE)) * 0.01,
        "move_to": destinations / destinations.sum(axis=2, keepdims=True),
    }


@FEW
@given(homes(), rates(), st.lists(st.dates(date(2007, 4, 2), date(2025, 3, 30)), min_size=1, max_size=4))
def test_any_walk_passes_its_audit(made: list[Places], flows: dict[str, np.ndarray], births: list[date]) -> None:
    """Whatever the council, every check of the independent audit holds."""
    places = with_streams(*made)
    residents = [child(born, number % len(made)) for number, born in enumerate(births)]
    plan = audit(forward(walk_of(places, residents, **flows)), AuditFacts(SWINDON, [np.array([HOME])], POLICY))
    assert plan.audit.passed, [check for check in plan.audit.checks if not check.passed]
    lived = plan.stock["child_days"].sum()
    longest = (plan.flow["stock_before"] + plan.flow["entries"]).to_numpy() @ [m.days for m in plan.calendar]
    assert 0 <= lived <= longest + 1e-6


@FEW
@given(homes(), rates())
def test_one_more_place_never_makes_the_first_month_dearer(made: list[Places], flows: dict[str, np.ndarray]) -> None:
    """With everything else equal, a further place can only lower the cost of a month, or leave it."""
    residents = [child(date(2015, 1, 1), 0)]
    extra = place("extra", capacity=3, weekly_pence=80_000)
    before, after = (
        forward(replace(walk_of(with_streams(*some), residents, **flows), months=1)) for some in (made, [*made, extra])
    )
    rounding = before.solves["value_pence"].iloc[0] * 1e-6 + 1
    assert after.solves["value_pence"].iloc[0] <= before.solves["value_pence"].iloc[0] + rounding


@pytest.mark.parametrize("months", [1, MONTHS])
def test_nobody_needs_anything_in_an_empty_council(months: int) -> None:
    """No rates and one settled child: nothing is asked, and the audit still has its say."""
    walk = replace(walk_of(with_streams(place("a")), [child(date(2015, 1, 1), 0)]), months=months)
    plan = audit(forward(walk), AuditFacts(SWINDON, [np.array([HOME])], POLICY))
    assert plan.audit.passed
    assert plan.flow["entries"].sum() == 0
