"""How long the walk on whole children takes, how much of it is proven, and what it says.

Run ``python -m benchmarks.sampled_walk [PROJECT] [--replications 100] [--months 60] [--workers 2] [--myopia 2]``;
PROJECT is a folder of the command line, the synthetic council when left out. Times are wall clock, start-up of worker
processes included, reading the project left out.
"""

import argparse
import contextlib
import io
import os
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from scenarios.inputs import assumptions_of, read_inputs
from scenarios.run import prepare_walk, prices_of
from scenarios.sampling import by_year, monthly_measures
from sufficiency.matching.sampled.audit import audit_sampled, require_passed
from sufficiency.matching.sampled.myopia import price_of_myopia
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy
from sufficiency.matching.sampled.setup import SampledWalk, sampled_walk_of
from sufficiency.matching.sampled.walking import walk_sampled
from sufficiency.project import Project


def processor_seconds() -> float:
    """Processor time of this process and of those that worked for it and ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def timed(ground: SampledWalk, policy: WalkPolicy, asked: argparse.Namespace) -> SampledPlan:
    """Walk and audit one policy, printing what each part took."""
    began, used = perf_counter(), processor_seconds()
    plan = walk_sampled(ground, policy, asked.replications, asked.seed, workers=asked.workers)
    walked, used = perf_counter(), processor_seconds() - used
    require_passed(audit_sampled(plan, ground.facts))
    audited = perf_counter()
    print(f"{policy:9s} walk {walked - began:6.1f} s ({used:.1f} s of processor time)", end="")
    print(f"   audit {audited - walked:5.1f} s")
    if policy is WalkPolicy.BEST_USE:
        proven = (plan.solves["outcome"] == "optimal").mean()
        by_search = (plan.solves["reason"] == "search").mean()
        print(f"          proven {proven:.2%} of {len(plan.solves):,} months ({by_search:.1%} needed a search)", end="")
        print(f"   worst gap {plan.solves['gap'].max():.4%}")
    return plan


def compare(measured: "dict[WalkPolicy, pd.Series[float]]") -> None:
    """Print practice beside best use, and the paired difference."""
    years = {policy: by_year(values) for policy, values in measured.items()}
    practice, best = years[WalkPolicy.PRACTICE], years[WalkPolicy.BEST_USE]
    saved = (practice - best).groupby(level=["measure", "financial_year"], sort=False)
    table = pd.DataFrame(
        {
            "practice": practice.groupby(level=["measure", "financial_year"], sort=False).mean(),
            "best use": best.groupby(level=["measure", "financial_year"], sort=False).mean(),
            "difference": saved.mean(),
            "p10": saved.quantile(0.1),
            "p90": saved.quantile(0.9),
        }
    )
    print(table.round(1).to_string())


def myopia(ground: SampledWalk, plan: SampledPlan, replications: int) -> None:
    """Print what looking one month ahead costs at most."""
    shares = []
    for number in range(1, replications + 1):
        began = perf_counter()
        one = price_of_myopia(ground, plan, number)
        walk, bound = one.walk_pence_weekly / 100, one.bound_pence_weekly / 100
        print(
            f"myopia    replication {number}: {one.placements:,} placements, walk {walk:,.0f} pounds a week, ", end=""
        )
        print(f"clairvoyant at least {bound:,.0f}: at most {walk - bound:,.0f} ({one.share:.1%}); ", end="")
        print(f"{perf_counter() - began:.1f} s")
        shares.append(one.share)
    if shares:
        print(f"          mean {np.mean(shares):.1%}")


def project_of(folder: str | None, work: str) -> Project:
    """Open the project asked for, or make the synthetic council."""
    if folder is not None:
        return Project.open(Path(folder))
    from sufficiency.cli.app import run

    made = Path(work) / "council"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        run(["demo", str(made)])
    return Project.open(made)


def main() -> None:
    """Print the times and figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", nargs="?")
    for name, default in (
        ("replications", 100),
        ("months", 60),
        ("workers", os.cpu_count() or 1),
        ("myopia", 2),
        ("seed", 0),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        project = project_of(asked.project, work)
        inputs, assumptions = read_inputs(project), assumptions_of(project)
        prepared, _ = prepare_walk(inputs, assumptions, asked.months)
        began = perf_counter()
        ground = sampled_walk_of(prepared)
        print(f"{asked.replications} replications x {asked.months} months, {asked.workers} workers; ", end="")
        print(f"{len(ground.base)} children, {len(ground.chosen)} places to choose from; ", end="")
        print(f"made ready in {perf_counter() - began:.1f} s")
        plans = {policy: timed(ground, policy, asked) for policy in WalkPolicy}
        began = perf_counter()
        prices = prices_of(inputs, assumptions)
        measured = {policy: monthly_measures(plan, prices) for policy, plan in plans.items()}
        print(f"measures and spend of both {perf_counter() - began:.1f} s")
        compare(measured)
        myopia(ground, plans[WalkPolicy.BEST_USE], min(asked.myopia, asked.replications))


if __name__ == "__main__":  # processes that share the work load this module again
    main()
