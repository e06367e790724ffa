"""The allocation methods of this project and what a user would otherwise reach for, on the same columns, in one run.

``python -m benchmarks.allocation --sizes 350 700`` prints a table as Markdown. Every method runs in a process of its
own, so that processor time and peak memory are its own; making the instance is not counted. A rival is given ten times
what this project took, at most ten minutes. ``--help`` lists the choices; PuLP comes with the ``bench`` extra.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib import import_module

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads cost more than they give, on two cores above all

from benchmarks.allocation_instances import Recipe, instance
from benchmarks.allocation_rivals import PLAIN_RIVALS, RIVALS
from solvers.allocation.mip import ColumnMip
from solvers.allocation.problem import Problem
from solvers.allocation.solve import choose, solve
from solvers.stop import AnyOf, GapBelow, Progress, TimeLimit

OURS = "this project"
MOST_RIVAL_SECONDS = 600.0
MARKS = (0.001, 0.0005, 0.0)
"""Gaps to which the time is told."""


@dataclass(frozen=True)
class Task:
    """One method on one instance."""

    method: str
    members: int
    supply: float
    miles: float
    plain: bool
    seed: int
    seconds: float
    gap: float

    def problem(self) -> Problem:
        """Make the instance."""
        awkward = not self.plain
        recipe = Recipe(
            self.members, self.supply, self.miles, seed=self.seed, contracts=awkward, siblings=awkward, solos=awkward
        )
        return instance(recipe)


@dataclass(frozen=True)
class Timed:
    """What a method ended with, and what it took."""

    value: float | None
    bound: float | None
    seconds: float
    processor_seconds: float
    peak_gib: float
    marks: dict[str, float]

    @property
    def gap(self) -> float | None:
        """Gap by the method's own bound."""
        return None if self.value is None or self.bound is None else (self.value - self.bound) / abs(self.value)


def run_here(task: Task) -> Timed:
    """Run one method in this process."""
    problem = task.problem()
    import_module("solvers.allocation.dual")  # loading libraries is not counted for the rivals either
    began, used = time.perf_counter(), time.process_time()
    if task.method == OURS:
        value, bound, marks = _ours(problem, task)
    else:
        rivals = PLAIN_RIVALS if task.plain else RIVALS
        result = rivals[task.method](problem, task.seconds)
        value, bound, marks = result.value, result.bound, {}
    taken = time.perf_counter() - began
    below = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = time.process_time() - used + below.ru_utime + below.ru_stime
    peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, below.ru_maxrss) / 2**20
    return Timed(value, bound, taken, processor, peak, marks)


def _ours(problem: Problem, task: Task) -> tuple[float, float, dict[str, float]]:
    marks: dict[str, float] = {}

    def told(progress: Progress) -> None:
        for mark in MARKS:
            if progress.gap <= mark:
                marks.setdefault(f"{mark:.2%}", progress.seconds)

    method = choose(problem)
    if isinstance(method, ColumnMip):
        method = ColumnMip(workers=2)
    stop = AnyOf(TimeLimit(task.seconds), GapBelow(task.gap)) if task.gap else TimeLimit(task.seconds)
    answer = solve(problem, stop=stop, method=method, progress=told)
    return answer.value, answer.best_bound, marks


def run_apart(task: Task) -> Timed:
    """Run one method in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.allocation", "--task", json.dumps(asdict(task))]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return Timed(**json.loads(done.stdout.splitlines()[-1]))


def compare(task: Task, rivals: list[str]) -> list[tuple[str, Timed]]:
    """Run this project's method and then the rivals, each within ten times its seconds."""
    ours = run_apart(task)
    limit = min(MOST_RIVAL_SECONDS, max(10.0, 10 * ours.seconds))
    others = (Task(**{**asdict(task), "method": name, "seconds": limit}) for name in rivals)
    return [(OURS, ours), *((other.method, run_apart(other)) for other in others)]


HEAD = "| children | supply | miles | method | value | own gap | above best bound | s | processor s | GiB | to gap |"


def lines_of(task: Task, runs: list[tuple[str, Timed]]) -> list[str]:
    """Write the rows of one instance."""
    best = max(run.bound for _, run in runs if run.bound is not None)
    rows = []
    for name, run in runs:
        above = "-" if run.value is None else f"{(run.value - best) / abs(best):.3%}"
        gap = "-" if run.gap is None else f"{run.gap:.3%}"
        value = "none" if run.value is None else f"{run.value / 100:,.0f}"
        marks = ", ".join(f"{mark} {seconds:.1f} s" for mark, seconds in run.marks.items())
        first = f"| {task.members:,} | {task.supply} | {task.miles:.0f} | {name} | {value} | {gap} | {above} "
        rows.append(f"{first}| {run.seconds:.1f} | {run.processor_seconds:.1f} | {run.peak_gib:.2f} | {marks} |")
    return rows


def main() -> None:
    """Read the choices, run, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.allocation", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[350, 700])
    parser.add_argument("--supply", type=float, nargs="+", default=[1.0], help="0.8 sparse, 1.0 tight, 1.3 loose")
    parser.add_argument("--miles", type=float, nargs="+", default=[18.0], help="12 urban, 27 rural")
    parser.add_argument("--plain", action="store_true", help="no siblings, solo or contracts")
    parser.add_argument("--rivals", nargs="*", help="all by default")
    parser.add_argument("--seconds", type=float, default=60.0, help="limit for this project's method")
    parser.add_argument("--gap", type=float, default=0.0, help="gap at which it may stop")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--task", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.task:
        print(json.dumps(asdict(run_here(Task(**json.loads(chosen.task))))))
        return
    rivals = list(PLAIN_RIVALS if chosen.plain else RIVALS) if chosen.rivals is None else chosen.rivals
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(HEAD + "\n|" + " --- |" * 11)
    for members in chosen.sizes:
        for supply in chosen.supply:
            for miles in chosen.miles:
                task = Task(OURS, members, supply, miles, chosen.plain, chosen.seed, chosen.seconds, chosen.gap)
                print("\n".join(lines_of(task, compare(task, rivals))), flush=True)


if __name__ == "__main__":
    main()
