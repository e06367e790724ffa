"""``sufficiency``, ``solvers`` and ``scenarios`` are ours; other packages of those names exist and could win."""

import importlib
import importlib.metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def shadowing(package: str) -> str:
    """Return the other installed distributions that carry a package of this name."""
    return ", ".join(sorted(set(importlib.metadata.packages_distributions().get(package, [])) - {"sufficiency"}))


def ours(package: str) -> set[Path]:
    """Return where our package may lie: in this checkout, or where our distribution was installed."""
    places = {(ROOT / package).resolve()}
    try:
        files = importlib.metadata.files("sufficiency") or []
    except importlib.metadata.PackageNotFoundError:
        return places
    return places | {
        Path(str(file.locate())).resolve().parent for file in files if str(file) == f"{package}/__init__.py"
    }


@pytest.mark.parametrize("package", ["sufficiency", "solvers", "scenarios"])
def test_an_import_gives_our_package(package: str) -> None:
    """What Python imports under our names is our own code, not another package from an index."""
    found = Path(str(importlib.import_module(package).__file__)).resolve().parent
    culprit = shadowing(package) or "another folder on the path"
    assert found in ours(package), f"{package} comes from {found}: {culprit} shadows ours. Uninstall it."


@pytest.mark.parametrize("package", ["sufficiency", "solvers", "scenarios"])
def test_no_other_distribution_carries_our_name(package: str) -> None:
    """No installed distribution but ours carries a package of this name, whichever happens to win today."""
    assert shadowing(package) == "", f"{shadowing(package)} also installs {package}. Uninstall it."


def test_the_version_is_told_once() -> None:
    """The installed distribution, if there is one, has the version the package says."""
    version = importlib.import_module("sufficiency").__version__
    try:
        assert importlib.metadata.version("sufficiency") == version
    except importlib.metadata.PackageNotFoundError:
        assert 'path = "sufficiency/__init__.py"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
