"""One synthetic council, made once by the command itself and copied for each test that needs it."""

import contextlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sufficiency.cli.app import run


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found


Command = Callable[..., Done]


def sufficiency(*words: object) -> Done:
    """Run the command line in this process, as ``main`` does, so that imports are paid for once."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(word) for word in words])
    return Done(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def cli() -> Command:
    return sufficiency


@pytest.fixture(scope="session")
def made_council(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic council of ``sufficiency demo``; tests copy it before they write."""
    folder = tmp_path_factory.mktemp("demo") / "council"
    done = sufficiency("demo", folder, "--json")
    assert done.code == 0, done.err
    assert done.document["synthetic"] is True
    assert sufficiency("check", folder).code == 0  # and leaves the postcodes it needed in the project's cache
    return folder


@pytest.fixture
def council(made_council: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made_council, tmp_path / "council")
