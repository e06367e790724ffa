"""A scenario walked once on whole children: the same children, with the same luck, whatever levers are pulled.

A lever on entries does not draw another crowd: some of those who would have come do not (drawn child by child), and
others come beside them, from streams of their own. So the difference between two scenarios is that of the levers.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.figures import figures_of
from scenarios.forward import changes_by_month, facts_of, folded, is_lent, lend_specialist_row, prepared_of
from scenarios.ground import FloatArray, Flows, Ground
from sufficiency.demand.arrivals import Arrivals
from sufficiency.demand.changes import StepChange, StepRates
from sufficiency.demand.inflow import Inflow
from sufficiency.demand.sampled import step_rates
from sufficiency.domain.needs import ADULT_AGE
from sufficiency.matching.groups import whole_ages
from sufficiency.matching.plan import Audit
from sufficiency.matching.sampled.audit import audit_sampled, require_passed
from sufficiency.matching.sampled.chance import Chance, MonthChance
from sufficiency.matching.sampled.children import Children
from sufficiency.matching.sampled.month import live_month
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy
from sufficiency.matching.sampled.record import BlockRecord
from sufficiency.matching.sampled.setup import SampledWalk, sampled_walk_of
from sufficiency.matching.sampled.walking import chooser

SPLITS = "sibling_splits"
CHILDREN = 3
"""Stream of whole children, beside those of rates and prices."""

_OTHERS = np.int32(1 << 29)
"""First number of the sibling groups that only a lever brings."""


class LeverChance(Chance):
    """The chance of one replication with levers pulled: whatever a walk without them draws is drawn the same."""

    def __init__(
        self, ground: SampledWalk, usual: Flows, flows: Flows, changes: list[StepChange], seed: list[int]
    ) -> None:
        super().__init__(ground, 1, np.random.SeedSequence(seed), True)
        self._changes = changes
        if is_lent(flows):
            self.drawn = replace(self.drawn, move_to=folded(self.drawn.move_to), children=folded(self.drawn.children))
            self.arrivals.drawn = self.drawn
        was, now = folded(usual.entries) if is_lent(flows) else usual.entries, flows.entries
        self._kept = np.divide(np.minimum(was, now), was, out=np.ones_like(was, dtype=np.float64), where=was > 0)
        self._staying_away = np.random.default_rng([*seed, 1])
        more = np.maximum(now - was, 0.0)
        self._others = self._others_coming(more, seed) if more.any() else None

    def enter(self, step: int) -> Children:
        """Return the children who enter in a month: those of doing nothing whom the levers let come, and others."""
        usual = super().enter(step)
        people = usual.people
        point = self._staying_away.random(len(usual))
        age = whole_ages(people.birth.astype(np.int64), people.birth + np.int64(1), int(self.ground.edges[step + 1]))[0]
        kept = self._kept[step][np.clip(age, 0, ADULT_AGE - 1), people.uasc, people.setting]
        come = usual.take(_of_first(people.group, point) < kept)
        if self._others is None:
            return come
        others = self._others.enter(step)
        theirs = others.people
        renumbered = replace(theirs, number=-1 - theirs.number, group=theirs.group + _OTHERS)
        return Children.join(come, replace(others, people=renumbered))

    def month(self) -> MonthChance:
        """Return the month's draws: the usual ones first, those of the others from the end, as their numbers say."""
        usual = super().month()
        if self._others is None:
            return usual
        return MonthChance(np.concatenate([usual.table, self._others.month().table[:, ::-1]], axis=1))

    def rates(self, step: int) -> StepRates:
        """Rates of a month, the first being 0, as the levers leave them."""
        return step_rates(self.drawn, step, self._changes[step])

    def _others_coming(self, more: FloatArray, seed: list[int]) -> Chance:
        """Return where the children come from whom only levers bring."""
        plan = self.arrivals.plan
        added = more * plan.months[:, None, None, None]
        only = Inflow(plan.months, plan.growth, np.zeros_like(added), added)
        others = Chance(self.ground, 1, np.random.SeedSequence([*seed, 2]), False)
        others.arrivals = Arrivals(self.drawn, only, 1, 0, np.random.default_rng([*seed, 3]))
        return others


def children_figures(ground: Ground, policy: WalkPolicy, seed: int, replication: int) -> pd.DataFrame:
    """Return every figure of one replication of whole children: ``measure, line, financial_year, value``.

    Raises
    ------
    VerificationError
        When the plan fails its audit: then there are no figures.
    """
    plan = walk_children(ground, policy, seed, replication)
    figures = figures_of(plan.plan(1), ground)
    year = [str(month.financial_year) for month in ground.calendar]
    splits = plan.siblings["split"].groupby(np.array(year)).sum()
    rows = figures["measure"] == SPLITS
    return figures.assign(value=figures["value"].where(~rows, figures["financial_year"].map(splits)))


def walk_children(ground: Ground, policy: WalkPolicy, seed: int, replication: int) -> SampledPlan:
    """Walk one replication of whole children; see :func:`children_figures`."""
    prepared = prepared_of(ground)
    lent = replace(prepared, walk=lend_specialist_row(prepared.walk, ground.flows))
    sampled = sampled_walk_of(lent)
    flows, changes = changes_by_month(ground, prepared)
    history = Flows.of(ground.rates, ground.months)
    chance = LeverChance(sampled, history, flows, changes, [seed, replication, CHILDREN])
    choose, children = chooser(sampled, policy), chance.base_children()
    record = BlockRecord(sampled, 1, 1)
    record.start(children)
    for step in range(1, ground.months + 1):
        lived = live_month(_as_open(sampled, ground.flows, step), children, chance, choose, step)
        record.add(lived)
        children = lived.after.take(lived.here)
    walk = sampled.walk
    plan = SampledPlan(
        base_date=walk.base_date,
        months=walk.months,
        replications=1,
        policy=str(policy),
        places=walk.places,
        zones=walk.zones,
        unmet_pence=walk.policy.unmet,
        seed=seed,
        draw_parameters=True,
        audit=Audit(),
        **record.frames(),
    )
    return require_passed(audit_sampled(plan, facts_of(prepared, ground.flows)))


def _as_open(sampled: SampledWalk, flows: Flows, step: int) -> SampledWalk:
    """Return the walk with the market as it gives, and homes as near as they must be, in one month."""
    if not flows.starts and not flows.max_miles:
        return sampled
    walk = sampled.walk
    policy = replace(walk.policy, max_miles_new=min(walk.policy.max_miles_new, flows.farthest(step)))
    return replace(sampled, walk=replace(walk, places=flows.open_places(walk.places, step), policy=policy))


def _of_first(group: NDArray[np.int32], point: FloatArray) -> FloatArray:
    """Return for each child the draw of the first of its brothers and sisters: they come together or not at all."""
    _, first, which = np.unique(group, return_index=True, return_inverse=True)
    return point[first][which]
