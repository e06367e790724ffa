"""The plans behind a spend forecast: the base under a policy, its futures, and what a scenario adds to it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.draws import UPLIFT_POINTS
from scenarios.forward import forward_with, prepared_of
from scenarios.ground import Ground
from scenarios.inputs import Progress
from scenarios.lever import Pull
from scenarios.levers import apply_pulls
from scenarios.sampling import sampled_plan
from scenarios.scenario import Resolved
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.settings import CostLine
from sufficiency.finance.average import average_plan
from sufficiency.finance.drawn import Growth, spend_drawn
from sufficiency.finance.shapes import SampledShape, StockShape
from sufficiency.finance.spend import spend
from sufficiency.finance.tail import Tail
from sufficiency.matching.audit import audit, require_passed
from sufficiency.matching.sampled.plan import WalkPolicy

COST_OF_CHANGE = "cost of the change"
"""Stands for a line in tables of scenarios: what levers cost beside the price of places."""

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

    def for_ground(self, ground: Ground) -> "Ask":
        """Return how a ground can be walked: whole children cannot follow a projection made elsewhere."""
        return self if ground.steered is None else Ask(WalkPolicy.BEST_USE, 0, self.seed)


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


def require_futures(policy: WalkPolicy, replications: int) -> None:
    """Refuse practice without futures: it is walked on whole children only.

    Raises
    ------
    AssumptionError
        With what to ask for instead.
    """
    if policy is WalkPolicy.PRACTICE and not replications:
        raise AssumptionError(
            "--replications 0: practice is walked on whole children only. Give 20 or more, or --policy best-use."
        )


def costed(ground: Ground, ask: Ask, progress: Progress) -> Costed:
    """Walk a ground under a policy and price it.

    Raises
    ------
    VerificationError
        When the plan fails its audit.
    """
    prepared = prepared_of(ground)
    futures = None
    if ask.replications:
        futures = sampled_plan(prepared, ask.policy, ask.replications, ask.seed, workers=ask.workers, progress=progress)
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


def change_of(
    resolved: Resolved, grounds: tuple[Ground, Ground], base: Costed, ask: Ask, progress: Progress, parts: bool
) -> Change:
    """Return what a scenario adds to the base.

    Practice follows the council's history, which knows nothing of homes it never had or of flows that change. So the
    difference is that of two walks on expected children at best use, added to the base whatever its policy.

    Parameters
    ----------
    grounds
        The ground of the base, and the ground under the scenario's assumptions with no lever pulled.
    parts
        Whether each lever is walked alone too.
    """
    here, there = grounds
    plain = Ask(WalkPolicy.BEST_USE, 0, ask.seed)
    reference = base.cells if ask.policy is WalkPolicy.BEST_USE else costed(here, plain, progress).cells
    whole = _added(base.cells, reference, _walked(there, resolved.pulls, plain, progress))
    tried = _parts(resolved, here, there) if parts else {}
    if len(tried) == 1:
        alone = dict.fromkeys(tried, whole)
    else:
        walked = {name: _walked(ground, pulls, plain, progress) for name, (ground, pulls) in tried.items()}
        alone = {name: _added(base.cells, reference, cells) for name, cells in walked.items()}
    capital = _capital(there, resolved.pulls)
    return Change(resolved.name, resolved.title, base.cells, whole, alone, capital, DIFFERENCE)


DIFFERENCE = "the difference is between two walks on expected children at best use"
"""On what every difference of a scenario stands, in words."""


def _parts(resolved: Resolved, here: Ground, there: Ground) -> dict[str, tuple[Ground, tuple[Pull, ...]]]:
    """Return each lever of a scenario alone, and what its changed assumptions do without any lever."""
    parts: dict[str, tuple[Ground, tuple[Pull, ...]]] = {pull.key: (here, (pull,)) for pull in resolved.pulls}
    return parts if there is here else {**parts, "changed assumptions": (there, ())}


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
