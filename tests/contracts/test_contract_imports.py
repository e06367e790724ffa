"""The walk goes one way: the import contracts hold, and each of them is proved to notice a breach."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("sufficiency", "solvers", "scenarios")
LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"

PLANTS: dict[str, tuple[str, str]] = {
    "The walk goes one way": ("sufficiency/demand/planted.py", "import scenarios"),
    "Solvers know nothing of children's services": ("solvers/planted.py", "import sufficiency.domain.money"),
    "ortools and highspy only in solvers": ("sufficiency/matching/planted.py", "import ortools"),
    "networkx only in solvers, demand and geography": ("sufficiency/supply/planted.py", "import networkx"),
    "geopy only in geography": ("sufficiency/measures/planted.py", "import geopy"),
    "workbooks only in ingest and report": ("sufficiency/finance/planted.py", "import openpyxl"),
    "typer and rich only in cli": ("sufficiency/project/planted.py", "import rich"),
    "pictures and pages only in report": ("sufficiency/finance/planted_too.py", "import jinja2"),
    "no pandas in the words of the field": ("sufficiency/domain/planted.py", "import pandas"),
}
"""For each contract, a breach to plant: the file and the import."""


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"}
    command = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def verdicts(output: str) -> dict[str, str]:
    """Return KEPT or BROKEN by the name of the contract."""
    return {name.strip(): verdict for name, verdict in re.findall(r"^(.+?) (KEPT|BROKEN)\s*$", output, re.MULTILINE)}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept() -> None:
    """No module imports against the walk, and outside packages stay behind their fences."""
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(verdicts(done.stdout).values()) == {"KEPT"}


def test_every_contract_notices_a_planted_breach(copy: Path) -> None:
    """Each contract in pyproject.toml has a breach planted against it, and is reported broken by name."""
    for file, line in PLANTS.values():
        path = copy / file
        path.write_text(f"{path.read_text() if path.exists() else ''}{line}\n")
    done = lint(copy)
    assert done.returncode != 0
    found = verdicts(done.stdout)
    assert set(found) == set(PLANTS), "a contract was added or renamed: plant a breach for it here"
    assert {name for name, verdict in found.items() if verdict != "BROKEN"} == set()
    for file, _ in PLANTS.values():
        assert file.removesuffix(".py").replace("/", ".") in done.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("sufficiency/ingest/planted.py", "import sufficiency.demand"),
        ("sufficiency/demand/planted.py", "import sufficiency.supply"),
        ("solvers/planted.py", "import scenarios"),
    ],
)
def test_one_upward_import_alone_is_noticed(copy: Path, file: str, line: str) -> None:
    """A stage that imports the stage after it, or its neighbour, breaks the walk even when nothing else is wrong."""
    (copy / file).write_text(f"{line}\n")
    done = lint(copy)
    assert done.returncode != 0
    assert verdicts(done.stdout)["The walk goes one way"] == "BROKEN"
