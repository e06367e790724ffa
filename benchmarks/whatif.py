"""How long a what-if takes: one scenario in expected values, warm; and a sweep on one worker and on several.

    python benchmarks/whatif.py PROJECT [--months 60] [--sweep SCENARIOS REPLICATIONS WORKERS]

Prints wall-clock and processor seconds of each part, so that a busy machine can be told from a slow program.
"""

import argparse
import resource
from time import perf_counter, process_time

from scenarios.cells import warm_up
from scenarios.figures import figures_of
from scenarios.forward import forward_with, prepared_of
from scenarios.levers import apply_pulls
from scenarios.sweep import in_this_process, processes, sweep
from sufficiency.matching.audit import audit
from sufficiency.project import Project


def timed(name, work):
    """Run some work, print its seconds, and return what it gave."""
    wall, cpu = perf_counter(), process_time()
    answer = work()
    print(f"{name:32s} {perf_counter() - wall:7.2f} s by the clock {process_time() - cpu:7.2f} s of processor")
    return answer


def one(warm, name):
    """Time the parts of one what-if."""
    scenario = warm.resolved(name)
    base = timed("ground (once)", lambda: warm.ground(scenario.assumptions))
    ground = timed("levers", lambda: apply_pulls(base, scenario.pulls))
    prepared = timed("making ready", lambda: prepared_of(ground))
    plan = timed("walk", lambda: forward_with(prepared.walk, ground.flows))
    solver = plan.solves["seconds"].sum()
    print(f"{'  of which solving months':32s} {solver:7.2f} s by the clock")
    timed("audit", lambda: audit(plan, prepared.facts))
    timed("figures", lambda: figures_of(plan, ground))


def main():
    """Measure."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("project")
    words.add_argument("--months", type=int, default=60)
    words.add_argument("--scenario", default="place-package")
    words.add_argument("--sweep", nargs=3, type=int, metavar=("SCENARIOS", "REPLICATIONS", "WORKERS"))
    given = words.parse_args()
    warm = timed("reading (once)", lambda: warm_up(Project.open(given.project), given.months))
    for attempt in ("first", "warm"):
        print(f"\n{attempt}, {given.months} months, {given.scenario}")
        timed("what-if, all parts", lambda: one(warm, given.scenario))
    if given.sweep:
        scenarios, replications, workers = given.sweep
        chosen = {name: warm.resolved(name) for name in list(warm.book)[:scenarios]}
        for executors, count, seed in ((in_this_process, 1, 1), (processes(workers), workers, 2)):
            result = timed(
                f"sweep on {count}",
                lambda make=executors, n=count, s=seed: sweep(warm, chosen, replications, s, make, n),
            )
            print(f"  {result.worked} cells worked out, {result.kept} taken from the store")
        for who, whose in (("this process", resource.RUSAGE_SELF), ("largest worker", resource.RUSAGE_CHILDREN)):
            print(f"  most memory of {who}: {resource.getrusage(whose).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
