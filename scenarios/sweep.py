"""Many scenarios under many draws, on any :class:`concurrent.futures.Executor`; finished cells are kept as they come.

The executor decides nothing: a cell holds its own seed, so figures are the same on one worker, on two, or on a Dask
cluster of this computer. Stopped or killed, what is finished stays; the same command then does only what is missing.
"""

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from math import ceil
from time import perf_counter
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

import pandas as pd

from scenarios.cells import CellResult, Task, Warm, figures_read, figures_text, tasks_of, work
from scenarios.figures import COLUMNS
from scenarios.inputs import Progress, no_progress
from scenarios.scenario import Resolved
from sufficiency.domain.errors import AssumptionError, SolveError
from sufficiency.project.cells import CellStore, FinishedCell

AHEAD = 2
"""Cells handed to the executor beyond those being worked on: few, so that stopping is quick."""

PATIENCE = 3
"""How often a pool whose worker died is replaced before giving up."""

STAGE = "walking scenarios"

MINUTES = (2, 3, 5, 10, 15, 20, 30, 45, 60, 90)
"""Minutes left are told in these steps."""

P = ParamSpec("P")
T = TypeVar("T")
Executors = Callable[[], AbstractContextManager[Executor]]


@dataclass(frozen=True, eq=False)
class SweepResult:
    """Figures of every cell.

    Attributes
    ----------
    figures
        ``scenario, replication, measure, line, financial_year, value``; replication 0 is the expected one.
    worked, kept
        Cells worked out now, and taken from the store.
    seconds
        By the clock.
    """

    figures: pd.DataFrame
    worked: int
    kept: int
    seconds: float


def sweep(
    warm: Warm,
    scenarios: Mapping[str, Resolved],
    replications: int,
    seed: int,
    executors: Executors,
    workers: int,
    *,
    children: str = "",
    progress: Progress = no_progress,
) -> SweepResult:
    """Work out every cell that is not finished yet.

    Parameters
    ----------
    scenarios
        By name.
    replications
        Draws of each, beside the expected one.
    executors
        Opens an executor; opened again when a worker of a process pool dies.
    workers
        How many it has: how many cells are handed out at once.
    children
        How whole children are placed; "" walks expected children.

    Raises
    ------
    SolveError
        When workers keep dying.
    """
    began = perf_counter()
    store = CellStore(warm.project.store.database)
    tasks = tasks_of(warm, scenarios, replications, seed, children)
    kept = store.finished({task.key for task in tasks})
    missing = list({task.key: task for task in tasks if task.key not in kept}.values())
    found = {key: figures_read(cell.figures) for key, cell in kept.items()}
    done = len(tasks) - len(missing)
    progress(STAGE, done, len(tasks))
    started = perf_counter()
    for worked, (task, result) in enumerate(_worked(missing, executors, workers), start=1):
        text = figures_text(result.figures)
        store.keep(
            FinishedCell(task.key, task.scenario, task.replication, task.seed, task.months, result.seconds, text)
        )
        found[task.key] = figures_read(text)
        done += 1
        left = time_left((perf_counter() - started) / worked * (len(missing) - worked))
        progress(f"{STAGE}, {left}", done, len(tasks))
    frames = [found[task.key].assign(scenario=task.scenario, replication=task.replication) for task in tasks]
    figures = pd.concat(frames, ignore_index=True)[["scenario", "replication", *COLUMNS]]
    return SweepResult(figures, len(missing), len(kept), perf_counter() - began)


def time_left(seconds: float) -> str:
    """Say about how long something still takes, in steps coarse enough to read.

    Examples
    --------
    >>> time_left(20), time_left(70), time_left(400), time_left(9000)
    ('less than a minute left', 'about 2 minutes left', 'about 10 minutes left', 'about 3 hours left')
    """
    if seconds < 60:
        return "less than a minute left"
    minutes = next((step for step in MINUTES if seconds <= step * 60), 0)
    return f"about {minutes} minutes left" if minutes else f"about {ceil(seconds / 3600)} hours left"


def _worked(tasks: Sequence[Task], executors: Executors, workers: int) -> Iterator[tuple[Task, CellResult]]:
    """Yield tasks with their results as they finish, starting a new pool when a worker died."""
    waiting = list(tasks)
    for _ in range(PATIENCE + 1):
        if not waiting:
            return
        try:
            with executors() as executor:
                for task, result in _through(executor, waiting, workers + AHEAD):
                    waiting.remove(task)
                    yield task, result
        except BrokenProcessPool:
            continue
    if waiting:
        raise SolveError(
            f"{len(waiting)} cells were not worked out: worker processes keep dying, most likely for want of memory. "
            "Finished cells are kept; give the command again with fewer --workers."
        )


def _through(executor: Executor, tasks: Sequence[Task], most: int) -> Iterator[tuple[Task, CellResult]]:
    """Hand out a few tasks at a time."""
    queue = iter(tuple(tasks))
    running: dict[Future[CellResult], Task] = {}
    try:
        while True:
            for task in queue:
                running[executor.submit(work, task)] = task
                if len(running) >= most:
                    break
            if not running:
                return
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield running.pop(future), future.result()
    finally:
        for future in running:
            future.cancel()


def in_this_process() -> AbstractContextManager[Executor]:
    """Open an executor that works at once, in this very process: for a single worker, and to compare with."""
    return Here()


def processes(workers: int) -> Executors:
    """Return what opens a pool of fresh processes of this computer."""

    @contextmanager
    def opened() -> Iterator[Executor]:
        pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _ignore_stop)
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown(wait=True, cancel_futures=True)

    return opened


def dask(address: str) -> Executors:
    """Return what opens a Dask cluster that runs on this computer.

    Raises
    ------
    AssumptionError
        When the address is not of this computer (a child's record never leaves it), or Dask is not installed.
    """
    if urlsplit(address if "//" in address else f"tcp://{address}").hostname not in ("127.0.0.1", "localhost", "::1"):
        raise AssumptionError(
            f"{address} is not on this computer. A sweep holds children's birth dates, so it never leaves it: start "
            "the cluster here and give its address, such as tcp://127.0.0.1:8786."
        )
    try:
        from distributed import Client
    except ImportError:
        raise AssumptionError("Dask is not installed. Install sufficiency[sweeps], or leave out --dask.") from None

    @contextmanager
    def opened() -> Iterator[Executor]:
        with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # has no types
            yield client.get_executor(pure=False, retries=PATIENCE)

    return opened


class Here(Executor):
    """An executor without other processes."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do the work now."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _ignore_stop() -> None:
    """Leave Ctrl-C to the process that hands out work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
