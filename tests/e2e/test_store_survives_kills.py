"""Killed at any moment, the project opens and the last complete run stands (whole, with every table)."""

import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sufficiency.project import Project, RunRecord

ROWS = 30_000
HERE = Path(__file__).parent

KILLED_AT_STATEMENT = """
import os, signal, sqlite3, sys
sys.path[:0] = [sys.argv[-1], '.']
from test_store_survives_kills import big_run
from sufficiency.project import Project
from sufficiency.project.database import Database

folder, moment = sys.argv[1], int(sys.argv[2])
project = Project.open(folder)
connect, seen = Database._connect, 0

def connect_and_count(database, mode):
    connection = connect(database, mode)
    def count(statement):
        global seen
        seen += 1
        if seen == moment or (moment < 0 and statement == "COMMIT"):
            os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(count)
    return connection

Database._connect = connect_and_count
project.write_run(big_run(2))
"""

WRITES_FOR_EVER = """
import sys
sys.path[:0] = [sys.argv[-1], '.']
from test_store_survives_kills import big_run
from sufficiency.project import Project
project = Project.open(sys.argv[1])
for number in range(2, 10_000):
    project.write_run(big_run(number))
    print(number, flush=True)
"""


def big_run(number: int) -> RunRecord:
    """Return a run larger than SQLite's page cache, every value of which tells its number."""
    table = pd.DataFrame({"children": np.full(ROWS, number), "setting": pd.Series(["fostering"] * ROWS, dtype="str")})
    words = pd.DataFrame({"number": [number]})
    return RunRecord("run", date(2025, 3, 31), 60, number, "optimal", {"number": number}, {"a": table, "z": words})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "r.csv").write_text("CHILD")
    project = Project.create(tmp_path / "p", authority="E06000030", ssda903=tmp_path / "r.csv")
    project.write_run(big_run(1))
    return project


def assert_whole(project: Project) -> int:
    """Check that every stored run is complete, and return how many there are."""
    runs = Project.open(project.folder).runs()
    for run in runs:
        assert [table.name for table in project.result_tables(run.id)] == ["a", "z"]
        assert project.result(run.id, "z")["number"].tolist() == [run.summary["number"]]
    last = project.result(runs[-1].id, "a")
    assert len(last) == ROWS
    assert set(last["children"]) == {runs[-1].seed}
    return len(runs)


@pytest.mark.parametrize("moment", [2, 8, ROWS // 2, ROWS + 5, -1])
def test_killed_at_a_statement_the_last_run_stands(project: Project, moment: int) -> None:
    """From the first statement to the moment before the commit, a killed write leaves nothing of itself."""
    arguments = [str(project.folder), str(moment), str(HERE)]
    killed = subprocess.run([sys.executable, "-c", KILLED_AT_STATEMENT, *arguments], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert assert_whole(project) == 1
    project.write_run(big_run(3))
    assert assert_whole(project) == 2


def test_killed_at_any_time_every_run_is_whole(project: Project) -> None:
    """A process that writes run after run and is killed at odd moments never leaves part of one."""
    for delay in (0.0, 0.023, 0.061):
        command = [sys.executable, "-c", WRITES_FOR_EVER, str(project.folder), str(HERE)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(delay)
            writer.kill()
        assert assert_whole(project) >= 2
