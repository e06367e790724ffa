"""Runs are deleted whole and only when nobody names them, and their room comes back."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sufficiency.domain.errors import ProjectError
from sufficiency.domain.findings import Finding, Findings, Severity
from sufficiency.project.database import Database
from sufficiency.project.keeping import RunKeeper, before_the_last
from sufficiency.project.record import RunRecord
from sufficiency.project.store import Store

NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)
ROWS = 5_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    database = Database(tmp_path / "project.sqlite", busy_seconds=0.05)
    database.create()
    return Store(database, clock=lambda: NOON)


@pytest.fixture
def keeper(store: Store) -> RunKeeper:
    return RunKeeper(store.database, store.clock)


def write(store: Store, *kinds: str) -> list[int]:
    """Store a run of each kind, with a table, a finding and an input."""
    found = Findings([Finding("a.b", Severity.NOTED, "homes.csv", 1, "name", "x", "y", "z", "kept")])
    frame = pd.DataFrame({"children": np.arange(ROWS), "setting": "fostering"})
    return [
        store.write_run(
            RunRecord(kind, date(2025, 3, 31), 60, 7, "optimal", {}, {"flow": frame}, findings=found,
                      input_hashes={"homes.csv": "a" * 64})
        )
        for kind in kinds
    ]  # fmt: skip


def test_a_deleted_run_leaves_nothing_and_the_others_stay(store: Store, keeper: RunKeeper) -> None:
    """Its row, results, findings and links to inputs are gone; another run is as it was, and no number comes again."""
    first, second = write(store, "run", "run")
    kept = store.result(second, "flow")
    keeper.delete([first])
    assert [run.id for run in store.runs()] == [second]
    assert keeper.rows() == {second: ROWS}
    pd.testing.assert_frame_equal(store.result(second, "flow"), kept)
    with store.database.reading() as connection:
        for table in ("finding", "run_input", "result_meta", "result_flow"):
            numbers = {row[0] for row in connection.execute(f'SELECT run_id FROM "{table}"')}  # noqa: S608 - our names
            assert numbers == {second}, table
    assert [file.path for file in store.inputs()] == ["homes.csv"]
    keeper.delete([second])
    assert write(store, "run") == [second + 1]


def test_room_is_given_back(store: Store, keeper: RunKeeper) -> None:
    """After deleting four of five runs the file is less than half as large, and the last run is whole."""
    numbers = write(store, *["run"] * 5)
    before = keeper.bytes
    keeper.delete(numbers[:4])
    keeper.give_back()
    assert keeper.bytes < before / 2
    assert len(store.result(numbers[4], "flow")) == ROWS


def test_a_run_that_a_document_names_is_not_deleted_unasked(store: Store, keeper: RunKeeper) -> None:
    """All or nothing: the other run asked for stays too, until the named ones are asked for as well."""
    first, second, third = write(store, "history", "run", "run")
    keeper.name_in("report", [first, third])
    assert keeper.documents() == {first: ("report",), third: ("report",)}
    with pytest.raises(ProjectError, match=r"run 3 is named in report.*nothing was deleted"):
        keeper.delete([second, third])
    assert len(store.runs()) == 3
    keeper.delete([second, third], named_too=True)
    assert [run.id for run in store.runs()] == [first]
    assert keeper.documents() == {first: ("report",)}


def test_a_document_written_anew_names_what_it_names_now(store: Store, keeper: RunKeeper) -> None:
    """Runs that only its former version named are free again; another document's stay."""
    first, second = write(store, "run", "run")
    keeper.name_in("report", [first])
    keeper.name_in("spend.xlsx", [first])
    keeper.name_in("report", [second])
    assert keeper.documents() == {first: ("spend.xlsx",), second: ("report",)}


def test_what_is_not_there_cannot_be_deleted(store: Store, keeper: RunKeeper) -> None:
    """A wrong number is said, and nothing is deleted."""
    (first,) = write(store, "run")
    with pytest.raises(ProjectError, match="no run 9"):
        keeper.delete([first, 9])
    assert len(store.runs()) == 1


def test_the_last_of_each_kind_are_kept(store: Store) -> None:
    """Of three runs and two forecasts, keeping two leaves the last two of each."""
    numbers = write(store, "run", "forecast", "run", "forecast", "run")
    assert before_the_last(store.runs(), 2) == (numbers[0],)
    assert before_the_last(store.runs(), 1) == (numbers[0], numbers[1], numbers[2])
    assert before_the_last(store.runs(), 5) == ()


def test_a_store_in_use_says_that_the_runs_are_deleted(store: Store, keeper: RunKeeper) -> None:
    """While another program writes, the room cannot be given back, and the words do not say that nothing happened."""
    keeper.delete(write(store, "run"))
    with store.database.writing() as connection:
        connection.execute("DELETE FROM run")
        with pytest.raises(ProjectError, match="The runs are deleted, but their room was not given back"):
            keeper.give_back()
