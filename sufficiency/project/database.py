"""Opening the one SQLite file of a project: schema versions, transactions, and faults in plain words.

The journal is a rollback journal, not a write-ahead log, since projects lie on network drives. A process killed while
it writes leaves a journal behind; the next opening rolls it back, so the last complete run stands.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sufficiency.domain.errors import ProjectError
from sufficiency.project.schema import APPLICATION_ID, MIGRATIONS


@dataclass(frozen=True)
class Database:
    """One SQLite file that carries our tables.

    Attributes
    ----------
    path
        The file.
    busy_seconds
        How long to wait for another program that is writing.
    migrations
        Scripts from one version of the tables to the next.
    """

    path: Path
    busy_seconds: float = 10.0
    migrations: tuple[str, ...] = MIGRATIONS

    def create(self) -> None:
        """Make the file with empty tables.

        Raises
        ------
        ProjectError
            When the folder cannot be written to.
        """
        with self._plain_words(), closing(self._connect("rwc")) as connection:
            self._migrate(connection)

    def prepare(self) -> None:
        """Bring an existing file to the present version, keeping a copy of the old one beside it.

        Raises
        ------
        ProjectError
            When the file is not ours, is newer than this program, is locked or cannot be read.
        """
        with self._plain_words(), closing(self._connect("rw")) as connection:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise ProjectError(
                    f"{self.path}: is not a store of sufficiency. Move it away and open the project again."
                )
            version = self._version(connection)
            if version > len(self.migrations):
                raise ProjectError(
                    f"{self.path}: was written by a newer sufficiency (store version {version}, this program knows "
                    f"{len(self.migrations)}). Install the newer version to open it; nothing was changed."
                )
            if version < len(self.migrations):
                self._back_up(connection, version)
                self._migrate(connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection to read from, closed afterwards."""
        with self._plain_words(), closing(self._connect("rw")) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside one transaction: written whole at the end, or not at all."""
        with self._plain_words(), closing(self._connect("rw")) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def compact(self) -> None:
        """Write the file anew without the room that deleted rows left."""
        with self.reading() as connection:
            connection.execute("VACUUM")

    def _connect(self, mode: str) -> sqlite3.Connection:
        address = f"{self.path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(address, uri=True, timeout=self.busy_seconds, isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    @staticmethod
    def _version(connection: sqlite3.Connection) -> int:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])

    def _migrate(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for number in range(self._version(connection), len(self.migrations)):
                for statement in _statements(self.migrations[number]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number + 1:d}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _back_up(self, connection: sqlite3.Connection, version: int) -> None:
        copy = self.path.with_name(f"{self.path.stem}.version-{version}{self.path.suffix}")
        with closing(sqlite3.connect(copy)) as target:
            connection.backup(target)

    @contextmanager
    def _plain_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise ProjectError(f"{self.path}: {_explain(error)}") from error


def _statements(script: str) -> list[str]:
    return [statement for statement in script.split(";") if statement.strip()]


_BUSY = "is in use by another program, so nothing was written. Close the other window or wait, then try again."
_STANDS = "the last complete run still stands"

_EXPLANATIONS: dict[str, str] = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_READONLY": "cannot be written to, so nothing was saved. Ask for write access, or copy the project folder "
    "to a place where you may write.",
    "SQLITE_CANTOPEN": "cannot be opened or made. Check that the folder exists and that you may write there.",
    "SQLITE_NOTADB": "is not a store of sufficiency, or is damaged. Move it away (results are lost, inputs are not) "
    "and open the project again.",
    "SQLITE_CORRUPT": "is damaged. Restore it from a backup, or move it away (results are lost, inputs are not).",
    "SQLITE_FULL": f"could not be written because the disk is full; {_STANDS}. Make room and try again.",
    "SQLITE_IOERR": f"could not be read or written (is the drive still connected?); {_STANDS}. Try again.",
}
"""What SQLite's error names mean to a person."""


def _explain(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", None) or ""
    for start, text in _EXPLANATIONS.items():
        if name.startswith(start):
            return text
    return f"the store refused ({type(error).__name__} {name}). This is a fault in the program; please report it."
