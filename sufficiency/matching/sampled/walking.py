"""All months in all replications, in blocks that several processes may share.

A block has a fixed number of replications and a seed of its own, so the same seed gives the same plan however many
processes share the work.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pandas as pd

from sufficiency.matching.sampled.asking import Chooser
from sufficiency.matching.sampled.chance import Chance
from sufficiency.matching.sampled.children import Children
from sufficiency.matching.sampled.month import IntArray, Lived, live_month, market_gives
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy
from sufficiency.matching.sampled.practice import Practice
from sufficiency.matching.sampled.record import BlockRecord
from sufficiency.matching.sampled.setup import SampledWalk
from sufficiency.matching.sampled.solving import BestUse

Progress = Callable[[str, int, int], None]
Frames = dict[str, pd.DataFrame]

BLOCK = 10
"""Replications walked together. Part of what a seed means: other blocks, other draws."""


@dataclass(frozen=True)
class Block:
    """Some replications: the number of the first, how many, and their seed."""

    first: int
    replications: int
    seed: np.random.SeedSequence


def walk_sampled(
    ground: SampledWalk,
    policy: WalkPolicy,
    replications: int,
    seed: int,
    *,
    workers: int = 1,
    draw_parameters: bool = True,
    progress: Progress | None = None,
) -> SampledPlan:
    """Walk whole children from the base date to the horizon, many times, and return the plan, not yet audited.

    Parameters
    ----------
    policy
        How homes are chosen; the children and their draws are the same under both.
    workers
        Processes that share the blocks; numbers do not depend on it.
    draw_parameters
        Whether each replication draws rates of its own from what the history allows. Rates set by hand are held.
    """
    blocks = blocks_of(replications, seed)
    jobs = [(ground, policy, block, draw_parameters) for block in blocks]
    parts: list[Frames] = []
    for done, frames in enumerate(_each(jobs, workers), start=1):
        parts.append(frames)
        if progress is not None:
            progress(f"walking whole children, {policy}", done, len(jobs))
    walk = ground.walk
    frames = {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]}
    return SampledPlan(
        base_date=walk.base_date,
        months=walk.months,
        replications=replications,
        seed=seed,
        draw_parameters=draw_parameters,
        policy=str(policy),
        places=walk.places,
        zones=walk.zones,
        unmet_pence=walk.policy.unmet,
        stock=frames["stock"],
        need=frames["need"],
        placements=frames["placements"],
        flow=frames["flow"],
        solves=frames["solves"],
        prices=frames["prices"],
        siblings=frames["siblings"],
        stays=frames["stays"],
    )


def blocks_of(replications: int, seed: int) -> list[Block]:
    """Cut replications into blocks, each with a seed spawned from the seed."""
    first = range(0, replications, BLOCK)
    seeds = np.random.SeedSequence(seed).spawn(len(first))
    return [Block(at + 1, min(BLOCK, replications - at), one) for at, one in zip(first, seeds, strict=True)]


def months_of(ground: SampledWalk, policy: WalkPolicy, children: Children, chance: Chance) -> Iterator[Lived]:
    """Walk one block month by month."""
    choose = chooser(ground, policy)
    for step in range(1, ground.walk.months + 1):
        lived = live_month(ground, children, chance, choose, step)
        children = lived.after.take(lived.here)
        yield lived


def market_turns(ground: SampledWalk, plan: SampledPlan, replication: int) -> IntArray:
    """Return what each place that may be chosen gave in each month of a replication, shape (t, p)."""
    block = blocks_of(plan.replications, plan.seed)[(replication - 1) // BLOCK]
    chance = Chance(ground, block.replications, block.seed, plan.draw_parameters)
    phase = chance.market_phase[[replication - block.first]][:, ground.chosen]
    starts = ground.chosen_places.starts_per_month
    return np.concatenate([market_gives(starts, phase, step) for step in range(1, plan.months + 1)])


def chooser(ground: SampledWalk, policy: WalkPolicy) -> Chooser:
    """Return the policy that chooses homes in one block."""
    return BestUse(ground) if policy is WalkPolicy.BEST_USE else Practice(ground)


def _walk_block(job: tuple[SampledWalk, WalkPolicy, Block, bool]) -> Frames:
    ground, policy, block, draw_parameters = job
    chance = Chance(ground, block.replications, block.seed, draw_parameters)
    children = chance.base_children()
    record = BlockRecord(ground, block.first, block.replications)
    record.start(children)
    for lived in months_of(ground, policy, children, chance):
        record.add(lived)
    return record.frames()


def _each(jobs: "list[tuple[SampledWalk, WalkPolicy, Block, bool]]", workers: int) -> Iterator[Frames]:
    """Walk the blocks, in order, here or in other processes."""
    if workers <= 1 or len(jobs) == 1:
        yield from map(_walk_block, jobs)
        return
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(_walk_block, jobs)
