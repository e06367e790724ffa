"""Any small council of whole children: both walks pass their audit and lose nobody; clairvoyant bounds lie below."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sufficiency.demand.needs import NeedAssumptions, setting_shares
from sufficiency.domain.places import Places
from sufficiency.matching.policy import Reviews
from sufficiency.matching.sampled.audit import audit_sampled
from sufficiency.matching.sampled.myopia import price_of_myopia
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy
from sufficiency.matching.sampled.walking import walk_sampled
from tests.properties.test_matching_walk_property import homes, rates
from tests.unit.matching.conftest import child, walk_of, with_streams
from tests.unit.matching.sampled_ground import ground_of

FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHARE = st.sampled_from([0.0, 0.3, 1.0])


@FEW
@given(
    homes(),
    rates(),
    st.lists(st.dates(date(2007, 4, 2), date(2025, 3, 30)), min_size=1, max_size=5),
    st.builds(Reviews, SHARE, SHARE, SHARE),
    st.sampled_from(list(WalkPolicy)),
    st.integers(0, 2**32),
)
def test_any_walk_on_whole_children_passes_its_audit(
    made: list[Places],
    flows: dict[str, np.ndarray],
    births: list[date],
    reviews: Reviews,
    policy: WalkPolicy,
    seed: int,
) -> None:
    """Whatever the council, the reviews and the policy, every check of the independent audit holds."""
    residents = [child(born, number % len(made)) for number, born in enumerate(births)]
    walk = walk_of(with_streams(*made), residents, **flows)
    walk = replace(walk, profile_shares=setting_shares(NeedAssumptions(0.3, 0.2)))
    ground = ground_of(walk, groups=[number // 2 for number in range(len(births))], reviews=reviews)
    plan = audit_sampled(walk_sampled(ground, policy, 3, seed), ground.facts)
    assert [check for check in plan.audit.checks if not check.passed] == []
    assert _same_entrants(plan, walk_sampled(ground, WalkPolicy.PRACTICE, 3, seed))


def _same_entrants(one: SampledPlan, other: SampledPlan) -> bool:
    """Whether the same children came in the same months."""
    came = [
        plan.stays.loc[plan.stays["cause"] == "entered", ["replication", "child", "began"]] for plan in (one, other)
    ]
    first, second = (frame.reset_index(drop=True) for frame in came)
    return bool(pd.DataFrame.equals(first, second))


@FEW
@given(homes(), rates(), st.integers(0, 2**32))
def test_no_clairvoyant_bound_lies_above_the_walk(made: list[Places], flows: dict[str, np.ndarray], seed: int) -> None:
    """The walk is one of the plans that the bound is below."""
    ground = ground_of(walk_of(with_streams(*made), [child(date(2015, 1, 1), 0)], **flows))
    plan = walk_sampled(ground, WalkPolicy.BEST_USE, 1, seed)
    myopia = price_of_myopia(ground, plan, 1)
    assert myopia.bound_pence_weekly <= myopia.walk_pence_weekly * (1 + 1e-9) + 1e-3
    assert myopia.bound_pence_weekly >= 0
