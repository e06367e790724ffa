"""The store keeps runs whole: what goes in comes out, and what cannot be kept is refused in plain words."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import hypothesis.extra.pandas as hpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sufficiency
from sufficiency.domain.errors import ProjectError
from sufficiency.domain.findings import Finding, Findings, Severity
from sufficiency.project.database import Database
from sufficiency.project.record import AssumptionRow, ChangeRow, InputFile, RunRecord
from sufficiency.project.schema import MIGRATIONS
from sufficiency.project.store import Store

NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    database = Database(tmp_path / "project.sqlite", busy_seconds=0.05)
    database.create()
    return Store(database, clock=lambda: NOON)


def record(tables: dict[str, pd.DataFrame] | None = None, **changes: object) -> RunRecord:
    given: dict[str, object] = {
        "kind": "run",
        "base_date": date(2025, 3, 31),
        "months": 60,
        "seed": 7,
        "outcome": "optimal",
        "summary": {"children": 307, "spend_pence": np.int64(43_488_370_00), "share": np.float64("nan"), "note": "x"},
        "tables": tables or {},
    }
    return RunRecord(**{**given, **changes})  # type: ignore[arg-type]


def mixed_frame() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "month": pd.to_datetime(["2025-04-01", None, "2030-03-01"]).astype("datetime64[s]"),
            "setting": pd.Series(["fostering", "", None], dtype="str"),
            "band": pd.Categorical(["16 and 17", "under 1", None], ["under 1", "16 and 17"], ordered=True),
            "children": np.array([1, 2, 2**53 + 1], dtype="int64"),
            "small": np.array([1, 2, 3], dtype="int32"),
            "miles": [0.1, np.nan, np.inf],
            "distant": [True, False, True],
            "maybe": pd.array([1, None, 3], dtype="Int64"),
            "known": pd.array([True, None, False], dtype="boolean"),
            "Share of all (%)": [1e-300, 2.5, -0.0],
        }
    )
    frame.attrs = {"name": "Gap", "unit": "children", "definition": "short", "units": {"miles": "miles"}}
    return frame


def test_a_frame_comes_back_with_its_values_dtypes_order_and_words(store: Store) -> None:
    """Every kind of column, missing values included, survives the store exactly."""
    frame = mixed_frame()
    number = store.write_run(record({"gap": frame}))
    back = store.result(number, "gap")
    pd.testing.assert_frame_equal(back, frame, check_exact=True)
    assert back.attrs == frame.attrs


def test_an_empty_frame_keeps_its_columns(store: Store) -> None:
    """A table without rows is still a table with the same columns and dtypes."""
    frame = mixed_frame().iloc[:0]
    number = store.write_run(record({"gap": frame}))
    pd.testing.assert_frame_equal(store.result(number, "gap"), frame, check_exact=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    frame=hpd.data_frames(
        [
            hpd.column("words", elements=st.text(max_size=8).filter(lambda text: "\x00" not in text), dtype="str"),
            hpd.column("whole", dtype="int64"),
            hpd.column("real", dtype="float64"),
            hpd.column("yes", dtype="bool"),
        ],
        index=hpd.range_indexes(max_size=12),
    )
)
def test_any_tidy_frame_round_trips(store: Store, frame: pd.DataFrame) -> None:
    """Whatever text, whole numbers and floats a table holds, the store gives the same back."""
    frame["words"] = frame["words"].astype("str")
    number = store.write_run(record({"anything": frame}))
    pd.testing.assert_frame_equal(store.result(number, "anything"), frame, check_exact=True)


def test_runs_of_other_shapes_share_a_table_name(store: Store) -> None:
    """A history and a run may both have a table "distance" with other columns; each gets its own back."""
    first, second = pd.DataFrame({"band": ["a"], "children": [3]}), pd.DataFrame({"year": [2025], "miles": [4.5]})
    one = store.write_run(record({"distance": first}, kind="history"))
    two = store.write_run(record({"distance": second}))
    pd.testing.assert_frame_equal(store.result(one, "distance"), first)
    pd.testing.assert_frame_equal(store.result(two, "distance"), second)


def test_a_run_keeps_everything_that_traces_it(store: Store) -> None:
    """Seed, versions, hashes, assumptions, changes, findings and summary come back as they were given."""
    finding = Finding(
        "ssda903.place.unknown", Severity.REFUSED, "ep.csv", 4, "PLACE", "Q9", "a code", "fix", "left out"
    )
    findings = Findings([finding])
    findings.count_rows("ep.csv", 10, 9)
    assumption = AssumptionRow("policy.move_pounds", True, 1.5, "own", "assumption", "old", "because")
    change = ChangeRow("policy.move_pounds", None, True, "because", "panel 2025")
    number = store.write_run(
        record(
            assumptions=(assumption,),
            changes=(change,),
            input_hashes={"data/ep.csv": "ab"},
            versions={"ortools": "9.15"},
            findings=findings,
            seconds=61.4,
        ),
        {"data/ep.csv": InputFile("data/ep.csv", "ab", 12)},
    )
    run = store.run(number)
    assert (run.seed, run.outcome, run.months, run.base_date) == (7, "optimal", 60, date(2025, 3, 31))
    assert run.summary == {"children": 307, "spend_pence": 4_348_837_000, "share": None, "note": "x"}
    assert (run.version, run.versions) == (sufficiency.__version__, {"ortools": "9.15"})
    assert run.input_hashes == {"data/ep.csv": "ab"}
    assert store.inputs() == (InputFile("data/ep.csv", "ab", 12),)
    assert (run.finished_at - run.created_at).total_seconds() == 61
    assert store.assumptions(number) == (assumption,)
    assert store.changes(number) == (change,)
    assert list(store.findings(number)) == [finding]
    assert store.findings().rows_used == {"ep.csv": 9}


def test_the_latest_run_is_told_by_kind(store: Store) -> None:
    """The last run of a kind is found among runs of other kinds; none at all is None."""
    assert store.latest_run() is None
    history, run = store.write_run(record(kind="history")), store.write_run(record())
    latest, of_history = store.latest_run(), store.latest_run("history")
    assert latest is not None
    assert of_history is not None
    assert (latest.id, of_history.id, store.latest_run("match")) == (run, history, None)


@pytest.mark.parametrize("column", ["child", "UPN", "home_postcode", "birth_date"])
def test_a_table_with_one_child_a_row_is_refused(store: Store, column: str) -> None:
    """The store keeps groups only, so a project can be shared; the refusal leaves nothing behind."""
    with pytest.raises(ProjectError, match="one child a row"):
        store.write_run(record({"stock": pd.DataFrame({"children": [1]}), "who": pd.DataFrame({column: ["x"]})}))
    assert store.runs() == ()


@pytest.mark.parametrize("name", ["run_id", "has space", 'x"; DROP TABLE run; --', "Upper"])
def test_names_cannot_harm_the_store(store: Store, name: str) -> None:
    """A table name that is not plain, or a column that is taken, is refused; a strange column name is only stored."""
    if name == "run_id":
        with pytest.raises(ProjectError, match="run_id is taken"):
            store.write_run(record({"gap": pd.DataFrame({name: [1]})}))
        return
    with pytest.raises(ProjectError, match="names are lower case"):
        store.write_run(record({name: pd.DataFrame({"a": [1]})}))
    frame = pd.DataFrame({name: [1]})
    pd.testing.assert_frame_equal(store.result(store.write_run(record({"gap": frame})), "gap"), frame)


def test_a_failure_while_writing_leaves_the_last_run(store: Store) -> None:
    """A value SQLite cannot hold stops the whole run, and the one before stands."""
    kept = store.write_run(record({"gap": pd.DataFrame({"children": [1]})}))
    with pytest.raises((ProjectError, OverflowError)):
        store.write_run(record({"gap": pd.DataFrame({"children": np.array([2**63], dtype="uint64")})}))
    assert [run.id for run in store.runs()] == [kept]
    assert len(store.result(kept, "gap")) == 1


def test_a_locked_store_says_who_is_in_the_way(store: Store) -> None:
    """Another program writing is told in words, and nothing is written."""
    with closing(sqlite3.connect(store.database.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ProjectError, match="in use by another program"):
            store.write_run(record())
        with pytest.raises(ProjectError, match="in use by another program"):
            store.runs()
    assert store.runs() == ()


def test_a_newer_store_is_left_alone(store: Store) -> None:
    """A store from a newer program is refused and not one byte is changed."""
    with closing(sqlite3.connect(store.database.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = store.database.path.read_bytes()
    with pytest.raises(ProjectError, match="newer sufficiency"):
        store.database.prepare()
    assert store.database.path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to look like one" * 40])
def test_another_file_is_not_taken_for_a_store(tmp_path: Path, content: bytes) -> None:
    """An empty file or another kind of file under our name is refused in words."""
    path = tmp_path / "project.sqlite"
    path.write_bytes(content)
    with pytest.raises(ProjectError, match="not a store of sufficiency"):
        Database(path).prepare()
    assert path.read_bytes() == content


def test_an_older_store_is_backed_up_then_brought_forward(store: Store) -> None:
    """A step to a newer version keeps a copy of the old store and every run in it."""
    number = store.write_run(record())
    newer = Database(store.database.path, migrations=(*MIGRATIONS, "CREATE TABLE extra (id INTEGER); SELECT 1"))
    newer.prepare()
    assert Store(newer).run(number).seed == 7
    backup = Database(store.database.path.with_name(f"project.version-{len(MIGRATIONS)}.sqlite"))
    backup.prepare()
    assert Store(backup).run(number).seed == 7


def test_a_step_that_fails_changes_nothing(store: Store) -> None:
    """A broken migration is undone whole: the old version still opens."""
    broken = Database(store.database.path, migrations=(*MIGRATIONS, "CREATE TABLE extra (id INTEGER); NONSENSE"))
    with pytest.raises(ProjectError):
        broken.prepare()
    store.database.prepare()
    with store.database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'extra'").fetchone() == (0,)


def test_foreign_keys_hold_and_there_is_no_write_ahead_log(store: Store) -> None:
    """Results belong to a run, and the journal is one that network drives can bear."""
    with pytest.raises(ProjectError), store.database.writing() as connection:
        connection.execute("INSERT INTO file_rows VALUES (99, 'f', 1, 1)")
    with store.database.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_asking_for_what_is_not_there_names_what_is(store: Store) -> None:
    """A wrong run number or table name is answered with the right ones."""
    number = store.write_run(record({"gap": pd.DataFrame({"children": [1]})}))
    with pytest.raises(ProjectError, match=f"no run 99 in this project. Runs: {number}"):
        store.run(99)
    with pytest.raises(ProjectError, match="Tables: gap"):
        store.result(number, "gaps")


def test_the_audit_trail_says_who_did_what_when(store: Store) -> None:
    """Each command leaves one line."""
    store.note("asmith", "run", "months=60")
    (entry,) = store.audit_trail()
    assert (entry.at, entry.who, entry.command, entry.detail) == (NOON, "asmith", "run", "months=60")
