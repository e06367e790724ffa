"""How long a what-if takes: one scenario in expected values, warm; and a sweep on one worker and on several.

    python -m benchmarks.whatif PROJECT [--months 60] [--sweep SCENARIOS REPLICATIONS WORKERS [--alone CELLS]]

Prints wall-clock and processor seconds of each part, so that a busy machine can be told from a slow program. The sweep
is worked on several processes first and then, for the scaling, as many cells as ``--alone`` says by one process alone
(all of them when left out). Stopped with Ctrl-C, it prints what was measured until then.
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
    words.add_argument("--alone", type=int, default=0, metavar="CELLS")
    given = words.parse_args()
    warm = timed("reading (once)", lambda: warm_up(Project.open(given.project), given.months))
    for attempt in ("first", "warm"):
        print(f"\n{attempt}, {given.months} months, {given.scenario}")
        timed("what-if, all parts", lambda: one(warm, given.scenario))
    if given.sweep:
        scenarios, replications, workers = given.sweep
        chosen = {name: warm.resolved(name) for name in list(warm.book)[:scenarios]}
        swept(warm, chosen, replications, workers, seed=1)
        few = given.alone // len(chosen) - 1 if given.alone else replications
        swept(warm, chosen, max(few, 0), 1, seed=2)


def swept(warm, chosen, replications, workers, seed):
    """Sweep, and print cells an hour, processor seconds a cell and memory."""
    executors = processes(workers) if workers > 1 else in_this_process
    seen = {"begun": perf_counter(), "first": None, "done": 0, "told": 0}

    def heard(stage, done, total):
        seen["first"] = done if seen["first"] is None else seen["first"]
        seen["done"] = done
        if done * 10 // total > seen["told"]:
            seen["told"] = done * 10 // total
            print(f"  {done} of {total} cells after {perf_counter() - seen['begun']:.0f} s: {stage}", flush=True)

    try:
        sweep(warm, chosen, replications, seed, executors, workers, progress=heard)
    except KeyboardInterrupt:
        print("  stopped before its end")
    seconds = perf_counter() - seen["begun"]
    cells = seen["done"] - (seen["first"] or 0)
    name = f"sweep: {len(chosen)} scenarios, {replications} replications, {warm.months} months, {workers} at once"
    print(f"{name}: {cells} cells in {seconds:.0f} s by the clock, {seconds / max(cells, 1):.2f} s a cell")
    for who, whose in (("this process", resource.RUSAGE_SELF), ("workers", resource.RUSAGE_CHILDREN)):
        used = resource.getrusage(whose)
        spent, most = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        print(f"  {who}: {spent:.0f} s of processor, {most:.0f} MB at most each", flush=True)


if __name__ == "__main__":
    main()
