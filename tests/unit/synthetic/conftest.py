"""Two councils made once: the one everybody gets, and one of another seed."""

from pathlib import Path

import pandas as pd
import pytest

from sufficiency.synthetic import make_council


@pytest.fixture(scope="session")
def council(tmp_path_factory):
    folder = tmp_path_factory.mktemp("council")
    make_council(folder)
    return folder


@pytest.fixture(scope="session")
def other_council(tmp_path_factory):
    folder = tmp_path_factory.mktemp("other")
    make_council(folder, seed=41)
    return folder


@pytest.fixture(params=["council", "other_council"])
def either(request) -> Path:
    """Whichever seed."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def read():
    """Read a table of one return, or a capacity file, as the texts that stand there."""

    def _read(folder: Path, name: str, year: int | None = None) -> pd.DataFrame:
        data = folder / "data"
        path = data / f"{name}.csv" if year is None else data / "ssda903" / str(year) / f"{name}.csv"
        return pd.read_csv(path, dtype=str, keep_default_na=False)

    return _read
