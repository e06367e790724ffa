"""Scenarios from the command line: listed, made, checked, compared, swept, and safe when stopped."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from sufficiency.project import Project

ROOT = Path(__file__).parents[2]
SWEEP = ["--scenarios", "high-demand,recruitment-drive", "--replications", "7", "--months", "2", "--seed", "4"]


def rows(document: dict, table: str) -> pd.DataFrame:
    return pd.DataFrame(document["tables"][table]["rows"])


def finished(council: Path) -> dict[str, str]:
    """Return the figures of each finished cell."""
    connection = sqlite3.connect(council / "project.sqlite")
    try:
        return dict(connection.execute("SELECT key, figures FROM sweep_cell").fetchall())
    finally:
        connection.close()


def test_scenarios_are_listed_made_shown_and_checked(cli, council: Path) -> None:
    """The library is there; a copy can be made, is never overwritten, and is checked against the council."""
    listed = rows(cli("scenario", "list", council, "--json").document, "scenarios")
    assert {"do-nothing", "place-package", "more-foster-carers"} <= set(listed["scenario"])
    made = cli("scenario", "new", council, "ours", "--from", "recruitment-drive")
    assert made.code == 0, made.err
    assert cli("scenario", "new", council, "ours").code == 1
    shown = cli("scenario", "show", council, "ours", "--set", "carers.recruited=9", "--json").document
    assert rows(shown, "changes")["new"].iloc[0].startswith("9 households a year")
    assert rows(cli("scenario", "check", council, "ours", "--json").document, "checked")["usable"].all()
    assert "carers.recruited" in cli("scenario", "levers", council, "carers", "--json").out
    wrong = cli("scenario", "show", council, "recruitment-drve")
    assert (wrong.code, "recruitment-drive" in wrong.err) == (1, True)
    assert cli("scenario", "dance", council).code == 2


def test_compare_tells_differences_and_records_every_change(cli, council: Path) -> None:
    """Baseline first, difference exact, changes old to new in the run, stored whole."""
    done = cli("compare", council, "price-shock", "--months", 2, "--json")
    assert done.code == 0, done.err
    table = rows(done.document, "compared").set_index("measure")
    spend = table.loc["spend_pence"]
    assert spend["difference"] == spend["value"] - spend["baseline"] > 0
    assert abs(table.loc["children", "difference"]) < 0.01  # other homes, other rates of leaving: a trace, no more
    recorded = {row["name"] for row in done.document["changes"]}
    assert "price-shock: market.price_percent[external home]" in recorded
    stored = Project.open(council).latest_run("compare")
    assert stored is not None
    assert stored.id == done.document["run_id"]
    shown = cli("compare", council, "price-shock", "--months", 2)
    assert all(words in shown.out for words in ("SYNTHETIC", "side by side", "How sure: none: ask for --replications"))


def test_a_varied_lever_at_nought_is_the_baseline(cli, council: Path) -> None:
    """--vary gives a row a step; at nought nothing differs, to the penny."""
    done = cli(
        "sweep", council, "--scenarios", "do-nothing", "--replications", 0, "--months", 2, "--vary",
        "entries.children=0..2:2", "--workers", 1, "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    table = rows(done.document, "varied")
    spend = table[table["measure"] == "spend_pence"].set_index("scenario")["difference"]
    assert spend["do-nothing entries.children=0"] == 0
    assert spend["do-nothing entries.children=2"] > 0
    assert cli("sweep", council, "--vary", "entries.children=2", "--workers", 1).code == 1


def test_a_sweep_never_leaves_this_computer(cli, council: Path) -> None:
    """A Dask address elsewhere is refused before anything is read."""
    done = cli("sweep", council, "--dask", "tcp://10.1.2.3:8786")
    assert (done.code, "never leaves" in done.err) == (1, True)


LISTENING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
from sufficiency.cli import main
main()
"""


def start(council: Path, *more: str) -> subprocess.Popen[str]:
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable,
        "-c",
        LISTENING,
        "sweep",
        str(council),
        *SWEEP,
        *more,
        "--workers",
        "1",
        "--json",
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=settings)


def wait_for(council: Path, cells: int, process: subprocess.Popen[str]) -> None:
    while process.poll() is None and len(finished(council)) < cells:
        time.sleep(0.02)


def test_a_sweep_stopped_by_the_user_keeps_its_cells(council: Path) -> None:
    """Ctrl-C after three cells: exit 130, three cells or a few more are kept, and the rest is done the next time."""
    process = start(council)
    wait_for(council, 3, process)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=600)
    assert process.returncode == 130, told
    kept = finished(council)
    assert 3 <= len(kept) < 24
    process = start(council)
    _, told = process.communicate(timeout=600)
    assert process.returncode == 0, told
    after = finished(council)
    assert len(after) == 24
    assert {key: after[key] for key in kept} == kept


@pytest.mark.slow
def test_a_sweep_killed_at_ten_random_moments_loses_and_changes_nothing(council: Path, tmp_path: Path) -> None:
    """Killed without warning ten times, at work each time: no finished cell is lost and none is changed."""
    import shutil

    calm = shutil.copytree(council, tmp_path / "calm")
    long = ["--replications", "60", "--months", "12"]
    moments = random.Random(6)  # noqa: S311 - moments to kill at
    kept: dict[str, str] = {}
    for _ in range(10):
        process = start(council, *long)
        wait_for(council, len(kept) + moments.randint(0, 2), process)
        time.sleep(moments.random())
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        now = finished(council)
        assert {key: now.get(key) for key in kept} == kept
        kept = now
    for folder in (council, calm):
        process = start(folder, *long)
        _, told = process.communicate(timeout=900)
        assert process.returncode == 0, told
    assert len(finished(council)) == 3 * 61
    assert finished(council) == finished(calm)


DASK = """
import os, signal, sys, threading, time
from dask.distributed import LocalCluster
from sufficiency.project import Project
from scenarios.cells import warm_up
from scenarios.sweep import dask, in_this_process, sweep
if __name__ == "__main__":
    warm = warm_up(Project.open(sys.argv[1]), 2)
    scenarios = {name: warm.resolved(name) for name in ("do-nothing", "recruitment-drive")}
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        killed = []
        def kill(stage, done, total):
            if done == 3 and not killed:
                killed.append(next(iter(cluster.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)
        away = sweep(warm, scenarios, 3, 8, dask(cluster.scheduler_address), 2, progress=kill)
    from sufficiency.project.cells import CellStore
    with warm.project.store.database.writing() as connection:
        connection.execute("DELETE FROM sweep_cell")
    here = sweep(warm, scenarios, 3, 8, in_this_process, 1)
    try:
        os.kill(killed[0], 0)
        dead = False
    except ProcessLookupError:
        dead = True
    another = killed[0] != os.getpid()
    print(len(killed), dead and another, away.worked, here.worked, away.figures.equals(here.figures))
"""


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_though_a_worker_is_killed(council: Path, tmp_path: Path) -> None:
    """A real local cluster on loopback, one worker killed midway: every cell is done, with the same numbers as here."""
    pytest.importorskip("distributed")
    script = tmp_path / "on_dask.py"
    script.write_text(DASK)
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), str(council)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=settings, timeout=900)
    assert done.stdout.split() == ["1", "True", "8", "8", "True"], done.stderr[-2000:]


def test_files_that_cannot_be_used_are_found_and_stop_no_other(cli, council: Path) -> None:
    """Check names each with what is wrong and exits 1; list shows them; others still run; no traceback anywhere."""
    folder = council / "scenarios"
    folder.mkdir(exist_ok=True)
    (folder / "broken.yaml").write_text("title: [x\n")
    (folder / "backwards.yaml").write_text(
        "title: t\nchanges:\n  - {lever: lodgings.places, value: 2, from: 2026-05-01, to: 2025-09-01, reason: r}\n"
    )
    (folder / "nowhere.yaml").write_text(
        "title: t\nchanges:\n  - {lever: homes.closed, value: 2, home: none-such, reason: r}\n"
    )
    (folder / "late.yaml").write_text(
        "title: t\nchanges:\n  - {lever: lodgings.places, value: 2, from: 2040-01-01, reason: r}\n"
    )
    checked = cli("scenario", "check", council, "--json")
    assert checked.code == 1
    said = rows(checked.document, "checked").set_index("scenario")
    assert said.loc[["broken", "backwards", "nowhere"], "usable"].eq(False).all()
    assert "before it begins" in said.loc["backwards", "said"]
    assert "there is no home" in said.loc["nowhere", "said"]
    assert "begins after" in said.loc["late", "said"]
    assert said.loc["place-package", "usable"]
    assert "CANNOT BE USED" in cli("scenario", "list", council).out
    assert cli("scenario", "check", council, "place-package").code == 0
    assert cli("scenario", "show", council).code == 2
    refused = cli("compare", council, "broken", "--months", 1)
    assert (refused.code, "not valid YAML" in refused.err, "Traceback" in refused.err) == (1, True, False)


def test_a_lever_is_shown_with_its_details(cli, council: Path) -> None:
    """One lever by name: each detail with default, unit, status and source; an unknown one is answered."""
    shown = rows(cli("scenario", "levers", council, "carers.recruited", "--json").document, "details")
    assert {"places_each", "approved_share", "leaving_share_yearly"} <= set(shown["detail"])
    assert cli("scenario", "levers", council, "zoo").code == 1


def test_frontier_and_price_tell_what_a_mile_and_a_policy_cost(cli, council: Path, tmp_path: Path) -> None:
    """Points from cheap to near, a page of pictures with their data, and a policy with both of its sides."""
    done = cli("frontier", council, "--charts", tmp_path / "pictures", "--json")
    assert done.code == 0, done.err
    points = rows(done.document, "frontier")
    assert points["axis"].is_monotonic_decreasing
    assert points["cost_pounds_weekly"].is_monotonic_increasing
    files = {path.name for path in (tmp_path / "pictures").iterdir()}
    assert files == {"index.html", "frontier.svg", "frontier.csv"}
    page = (tmp_path / "pictures" / "index.html").read_text(encoding="utf-8")
    assert all(words in page for words in ("SYNTHETIC COUNCIL", "<svg", 'role="img"', "OFFICIAL-SENSITIVE", "<table"))
    price = cli("price", council, "--policy", "siblings-together", "--json")
    assert price.code == 0, price.err
    table = rows(price.document, "price").set_index("measure")
    assert table.loc["sibling_splits", "difference"] <= 0
    assert price.document["summary"]["price_pounds_weekly"] == table.loc["price_pounds_weekly", "difference"]
    assert "within-20-miles" in cli("price", council, "--policy", "within-20").err
    assert cli("frontier", council, "--against", "time").code == 1


def test_compare_on_whole_children_draws_its_pictures(cli, council: Path, tmp_path: Path) -> None:
    """Sibling splits are known, intervals stand beside differences, and the waterfall, regret and changes are drawn."""
    asked = ("--policy", "practice", "--replications", 5, "--months", 2, "--workers", 1)
    done = cli("compare", council, "price-shock", *asked, "--attribution", "--charts", tmp_path / "pictures", "--json")
    assert done.code == 0, done.err
    table = rows(done.document, "compared").set_index("measure")
    assert table["draws"].eq(5).all()
    assert table.loc["sibling_splits", "value"] >= 0
    assert table.loc["children", "difference"] == 0
    assert table.loc["spend_pence", ["low", "high"]].gt(0).all()
    names = {Path(name).name for name in done.document["charts"]}
    assert {"index.html", "changes.svg", "changes.csv", "waterfall.svg", "waterfall.csv"} == names
    assert cli("compare", council, "price-shock", "--policy", "practice").code == 1
    assert cli("compare", council, "price-shock", "--policy", "best").code == 2
