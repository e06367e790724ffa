"""Progress on standard error for anything that takes more than two seconds."""

import threading
from types import TracebackType

from sufficiency.cli.output import aside

PATIENCE_SECONDS = 2.0


class StageProgress:
    """Tells which stage a long command is in; used as ``with StageProgress() as progress``, called by the walk.

    On a screen it is a moving bar. Elsewhere (a log file) it is one line a stage.
    """

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        console = aside()
        self._console = console
        self._live = console.is_terminal
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = Progress(*columns, TimeElapsedColumn(), console=console, transient=True)
        self._task = self._bar.add_task("starting", total=None)
        self._stage = "starting"
        self._shown = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(patience_seconds, self._show)
        self._timer.daemon = True

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear that a stage has done so many of so many steps."""
        with self._lock:
            if stage != self._stage and self._shown and not self._live:
                self._console.print(stage, markup=False)
            self._stage = stage
            self._bar.update(self._task, description=stage, completed=done, total=total or None)

    def __enter__(self) -> "StageProgress":
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            if self._shown and self._live:
                self._bar.stop()
            self._shown = True  # a timer that fires late shows nothing more
            self._live = False

    def _show(self) -> None:
        with self._lock:
            if self._shown:
                return
            self._shown = True
            if self._live:
                self._bar.start()
            else:
                self._console.print(self._stage, markup=False)
