"""The plans behind a spend forecast: the base under a policy, its futures, and what a scenario adds to it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from scenarios.draws import UPLIFT_POINTS
from scenarios.forward import forward_with, prepared_of
from scenarios.ground import Ground
from scenarios.inputs import Progress
from scenarios.lever import Pull
from scenarios.levers import LEVERS, apply_pulls
from scenarios.scenario import Resolved
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.settings import CostLine
from sufficiency.finance.average import average_plan
from sufficiency.finance.drawn import Growth, spend_drawn
from sufficiency.finance.shapes import SampledShape, StockShape
from sufficiency.finance.spend import spend
from sufficiency.finance.tail import Tail
from sufficiency.matching.audit import audit, require_passed
from sufficiency.matching.sampled.setup import sampled_walk_of
from sufficiency.matching.sampled.walking import WalkPolicy, walk_sampled

COST_OF_CHANGE = "cost of the change"
"""Stands for a line in tables of scenarios: what levers cost beside the price of places."""

MIXED = frozenset({"entries", "moves", "leaving"})
"""What a lever may touch that the walk on whole children does not follow month by month."""

PENCE = ["placement_pence", "fixed_pence", "spend_pence"]


@dataclass(frozen=True)
class Ask:
    """How plans are walked.

    Attributes
    ----------
    policy
        ``practice`` or ``best-use``.
    replications, seed, workers
        Futures of whole children; 0 walks expected children only, which practice cannot.
    """

    policy: WalkPolicy
    replications: int
    seed: int
    workers: int = 1


@dataclass(frozen=True, eq=False)
class Costed:
    """A plan with its spend.

    Attributes
    ----------
    plan
        Expected children.
    cells
        Spend by line and month.
    futures
        The futures it is the mean of, or that surround it; None when none were drawn.
    """

    plan: StockShape
    cells: pd.DataFrame
    futures: SampledShape | None


def costed(ground: Ground, ask: Ask, progress: Progress) -> Costed:
    """Walk a ground under a policy and price it.

    Raises
    ------
    AssumptionError
        When practice is asked for without futures.
    VerificationError
        When the plan on expected children fails its audit.
    """
    if ask.policy is WalkPolicy.PRACTICE and not ask.replications:
        raise AssumptionError(
            "--replications 0: practice is walked on whole children only. Give 20 or more, or --policy best-use."
        )
    prepared = prepared_of(ground)
    futures = None
    if ask.replications:
        futures = walk_sampled(
            sampled_walk_of(prepared), ask.policy, ask.replications, ask.seed, workers=ask.workers, progress=progress
        )
    if futures is not None and ask.policy is WalkPolicy.PRACTICE:
        plan: StockShape = average_plan(futures)
    else:
        expected = forward_with(prepared.walk, ground.flows, seed=ask.seed, progress=progress)
        plan = require_passed(audit(expected, prepared.facts))
    return Costed(plan, spend(plan, ground.prices, ground.assumptions), futures)


def futures_spend(base: Costed, ground: Ground, tail: Tail, seed: int) -> pd.DataFrame | None:
    """Return spend by replication, line and month with spot prices and price growth drawn; None without futures."""
    if base.futures is None:
        return None
    rng = np.random.default_rng([seed, 1])
    growth = _growth(ground, base.futures.replications, rng)
    return spend_drawn(base.futures, ground.prices, tail, growth, rng)


def _growth(ground: Ground, replications: int, rng: np.random.Generator) -> Growth:
    """Draw how much faster or slower prices grow; lines of one kind grow together, as in comparisons."""
    kinds = list(dict.fromkeys(UPLIFT_POINTS.values()))
    drawn = {kind: rng.triangular(*kind, size=replications) for kind in kinds}
    lines = tuple(line for line in UPLIFT_POINTS if any(price.line is line for price in ground.prices.prices))
    return Growth(lines, np.column_stack([drawn[UPLIFT_POINTS[line]] for line in lines]))


@dataclass(frozen=True, eq=False)
class Change:
    """A scenario beside the base.

    Attributes
    ----------
    name, title
        The scenario.
    base, cells
        Spend of the base and of the scenario, ``cost of the change`` as a line of its own; the same lines and months.
    alone
        The same with one lever pulled, by its name.
    capital
        Capital by ``financial_year``: never part of spend.
    how
        On which walks the difference stands, in words.
    """

    name: str
    title: str
    base: pd.DataFrame
    cells: pd.DataFrame
    alone: dict[str, pd.DataFrame]
    capital: pd.DataFrame
    how: str


def change_of(resolved: Resolved, ground: Ground, base: Costed, ask: Ask, progress: Progress, parts: bool) -> Change:
    """Return what a scenario adds to the base.

    Both are walked under the policy asked for where whole children can follow every lever. Levers on who comes, moves
    or leaves are followed by expected children at best use: then the difference of two such walks is added to the base.

    Parameters
    ----------
    ground
        The ground under the scenario's assumptions, no lever pulled.
    parts
        Whether each lever is walked alone too.
    """
    flows = any(MIXED & set(LEVERS[pull.lever].touches) for pull in resolved.pulls)
    if flows and ask.policy is WalkPolicy.PRACTICE:
        how = "difference of two walks on expected children at best use, added to the base"
        ask = Ask(WalkPolicy.BEST_USE, 0, ask.seed)
        reference = costed(ground, ask, progress).cells
    else:
        how = f"both walked as {ask.policy}" + (f", {ask.replications} futures" if _sampled(ask) else "")
        ask = ask if _sampled(ask) else replace(ask, replications=0)
        reference = base.cells
    together = _walked(ground, resolved.pulls, ask, progress)
    names = [pull.key for pull in resolved.pulls]
    alone = {}
    if parts and len(resolved.pulls) > 1:
        alone = {pull.key: _walked(ground, (pull,), ask, progress) for pull in resolved.pulls}
    cells = {name: _added(base.cells, reference, frame) for name, frame in alone.items()}
    whole = _added(base.cells, reference, together)
    if parts and len(names) == 1:
        cells = {names[0]: whole}
    return Change(resolved.name, resolved.title, base.cells, whole, cells, _capital(ground, resolved.pulls), how)


def _sampled(ask: Ask) -> bool:
    return ask.policy is WalkPolicy.PRACTICE


def _walked(ground: Ground, pulls: tuple[Pull, ...], ask: Ask, progress: Progress) -> pd.DataFrame:
    """Return spend with levers pulled, what they cost beside places as a line of its own."""
    pulled = apply_pulls(ground, pulls)
    cells = costed(pulled, ask, progress).cells
    cost = sum((each.pence for each in pulled.costs if not each.capital), start=np.zeros(ground.months, np.int64))
    extra = pd.DataFrame(
        {
            "line": COST_OF_CHANGE,
            "month": np.array([month.first_day for month in ground.calendar], dtype="datetime64[s]"),
            "financial_year": [str(month.financial_year) for month in ground.calendar],
            "child_days": 0.0,
            "placement_pence": cost,
            "fixed_pence": np.zeros(len(cost), np.int64),
            "spend_pence": cost,
        }
    )
    both = pd.concat([cells, extra], ignore_index=True) if cost.any() else cells
    both.attrs = dict(cells.attrs)
    return both


def _added(base: pd.DataFrame, reference: pd.DataFrame, scenario: pd.DataFrame) -> pd.DataFrame:
    """Return the base with the difference of two walks added, cell by cell; lines of either are kept."""
    keys, values = ["line", "month", "financial_year"], ["child_days", *PENCE]
    one, two, three = (frame.set_index(keys)[values] for frame in (base, reference, scenario))
    index = one.index.union(two.index).union(three.index)
    one, two, three = (frame.reindex(index, fill_value=0) for frame in (one, two, three))
    total = (one + three - two).reset_index()
    total[PENCE] = total[PENCE].astype("int64")
    rank = {str(line): place for place, line in enumerate([*CostLine, COST_OF_CHANGE])}
    total = total.sort_values(
        ["line", "month"], key=lambda column: column.map(rank) if column.name == "line" else column
    )
    total = total.reset_index(drop=True)
    total.attrs = dict(base.attrs)
    return total


def _capital(ground: Ground, pulls: tuple[Pull, ...]) -> pd.DataFrame:
    pulled = apply_pulls(ground, pulls)
    cost = sum((each.pence for each in pulled.costs if each.capital), start=np.zeros(ground.months, np.int64))
    years = [str(month.financial_year) for month in ground.calendar]
    frame = pd.DataFrame({"financial_year": years, "capital_pence": cost})
    return frame.groupby("financial_year", as_index=False)[["capital_pence"]].sum()
