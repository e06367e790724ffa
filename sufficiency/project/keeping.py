"""Which stored runs a document names, and giving back the room of runs that nobody needs any longer.

A run is deleted whole, with everything it stored; its number is not given again. A run that a report or a workbook
names is deleted only when that is asked for, since the document could no longer be traced to what made it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sufficiency.domain.errors import ProjectError
from sufficiency.project.database import Database
from sufficiency.project.record import StoredRun
from sufficiency.project.store import utc_now


def before_the_last(runs: Iterable[StoredRun], keep: int) -> tuple[int, ...]:
    """Return the numbers of all runs, given oldest first, but the last ``keep`` of each kind."""
    by_kind: dict[str, list[int]] = {}
    for run in runs:
        by_kind.setdefault(run.kind, []).append(run.id)
    return tuple(sorted(number for numbers in by_kind.values() for number in numbers[:-keep]))


@dataclass(frozen=True)
class RunKeeper:
    """Knows which documents name which runs, and deletes runs.

    Attributes
    ----------
    database
        The SQLite file.
    clock
        Gives the time of writing.
    """

    database: Database
    clock: Callable[[], datetime] = utc_now

    @property
    def bytes(self) -> int:
        """Size of the store's file."""
        return self.database.path.stat().st_size

    def name_in(self, document: str, numbers: Iterable[int]) -> None:
        """Remember which runs a document names, in place of those that it named when it was last written."""
        at = self.clock().isoformat()
        with self.database.writing() as connection:
            connection.execute("DELETE FROM named_run WHERE document = ?", (document,))
            connection.executemany(
                "INSERT OR IGNORE INTO named_run (document, run_id, at) VALUES (?, ?, ?)",
                [(document, number, at) for number in numbers],
            )

    def documents(self) -> dict[int, tuple[str, ...]]:
        """Return the documents that name a run, by its number; runs that none names are left out."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT run_id, document FROM named_run ORDER BY run_id, document").fetchall()
        found: dict[int, tuple[str, ...]] = {}
        for number, document in rows:
            found[number] = (*found.get(number, ()), document)
        return found

    def rows(self) -> dict[int, int]:
        """Return how many rows of results each run stored, by its number."""
        with self.database.reading() as connection:
            return dict(connection.execute("SELECT run_id, SUM(rows) FROM result_meta GROUP BY run_id").fetchall())

    def delete(self, numbers: Sequence[int], *, named_too: bool = False) -> None:
        """Delete runs with everything they stored, all of them or none.

        Raises
        ------
        ProjectError
            When one is not there, or a document names it and ``named_too`` is not given.
        """
        named = self.documents()
        with self.database.writing() as connection:
            there = {number for (number,) in connection.execute("SELECT id FROM run")}
            for number in numbers:
                if number not in there:
                    raise ProjectError(f"there is no run {number} in this project, so nothing was deleted.")
                if number in named and not named_too:
                    raise ProjectError(
                        f"run {number} is named in {', '.join(named[number])}, so nothing was deleted. "
                        "With --named-too it is deleted, and the document can no longer be traced to it."
                    )
            connection.executemany("DELETE FROM run WHERE id = ?", [(number,) for number in numbers])

    def give_back(self) -> None:
        """Give the room of deleted runs back to the disk.

        Raises
        ------
        ProjectError
            When the store is in use or the disk is too full to write it anew; the runs are deleted all the same.
        """
        try:
            self.database.compact()
        except ProjectError as error:
            raise ProjectError(f"The runs are deleted, but their room was not given back. {error}") from error
