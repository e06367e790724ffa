"""Finished cells of sweeps: one scenario under one draw, kept under a key of everything that made it.

Each cell is one transaction, so whatever is killed, a cell is there whole or not at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sufficiency.project.database import Database
from sufficiency.project.store import utc_now


@dataclass(frozen=True)
class FinishedCell:
    """One finished cell.

    Attributes
    ----------
    key
        Hash of inputs, assumptions, levers, months, seed, replication and version.
    scenario, replication, seed, months
        What it was, for reading by eye.
    seconds
        How long it took.
    figures
        Its figures as JSON text.
    """

    key: str
    scenario: str
    replication: int
    seed: int
    months: int
    seconds: float
    figures: str


@dataclass(frozen=True)
class CellStore:
    """Reads and writes finished cells in a project's database."""

    database: Database

    def finished(self, keys: Iterable[str]) -> dict[str, FinishedCell]:
        """Return the cells among these keys that are finished, by key."""
        found: dict[str, FinishedCell] = {}
        query = "SELECT key, scenario, replication, seed, months, seconds, figures FROM sweep_cell WHERE key = ?"
        with self.database.reading() as connection:
            for key in keys:
                row = connection.execute(query, (key,)).fetchone()
                if row is not None:
                    found[key] = FinishedCell(*row)
        return found

    def keep(self, cell: FinishedCell) -> None:
        """Keep one finished cell; one that is there already stays as it is.

        Raises
        ------
        ProjectError
            When the store is locked, read-only or full.
        """
        with self.database.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO sweep_cell "
                "(key, scenario, replication, seed, months, finished_at, seconds, figures) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    cell.key,
                    cell.scenario,
                    cell.replication,
                    cell.seed,
                    cell.months,
                    utc_now().isoformat(),
                    cell.seconds,
                    cell.figures,
                ),
            )

    def count(self) -> int:
        """Return how many cells are kept."""
        with self.database.reading() as connection:
            return int(connection.execute("SELECT COUNT(*) FROM sweep_cell").fetchone()[0])
