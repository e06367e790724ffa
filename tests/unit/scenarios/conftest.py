"""One synthetic council, read once: every test here stands on its ground and none changes it."""

from datetime import date
from typing import TYPE_CHECKING

import pytest

from scenarios.cells import Warm, warm_up
from scenarios.ground import Ground
from sufficiency.project import Project
from sufficiency.synthetic import make_council

if TYPE_CHECKING:
    from pathlib import Path

BASE = date(2025, 3, 31)


@pytest.fixture(scope="session")
def council_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder: Path = tmp_path_factory.mktemp("scenarios") / "council"
    make_council(folder, seed=2025)
    data = folder / "data"
    files = {name: data / f"{name}.csv" for name in ("carers", "homes", "contracts", "prices", "needs")}
    found = {name: path for name, path in files.items() if path.exists()}
    (folder / "scenarios" / "more-foster-carers.yaml").unlink()
    return Project.create(folder, authority="E06000030", ssda903=data / "ssda903", synthetic=True, **found)


@pytest.fixture(scope="session")
def warm(council_project: Project) -> Warm:
    return warm_up(council_project, 3)


@pytest.fixture(scope="session")
def ground(warm: Warm) -> Ground:
    return warm.ground(warm.assumptions)
