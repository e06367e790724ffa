"""A child's record never leaves the machine: nothing opens a socket, and nothing we depend on is asked to."""

import ast
import re
import socket
import warnings
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

ROOT = Path(__file__).parents[2]
NETWORK_MODULES = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "requests", "httpx", "aiohttp", "urllib3"}


def test_the_suite_cannot_reach_out() -> None:
    """Every test runs with sockets blocked, so code that called out would fail."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises((SocketBlockedError, SocketConnectBlockedError)):
            socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.parametrize("package", ["sufficiency", "solvers", "scenarios"])
def test_no_module_imports_a_network_library(package: str) -> None:
    """Our code imports nothing that can open a connection."""
    found = {
        (path.name, name)
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in NETWORK_MODULES and name != "urllib.parse"
    }
    assert found == set()


def imported(path: Path) -> set[str]:
    """Return every module a file imports, at any depth."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}


def test_the_locked_requirements_name_no_place() -> None:
    """The locked development environment names packages and versions, never where to get them."""
    lines = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 30
    pattern = re.compile(r"[a-z0-9][a-z0-9-]*==[0-9a-z.]+( ; [a-z_]+ [<>=!]+ '[a-zA-Z0-9._]+')?")
    assert [line for line in lines if not pattern.fullmatch(line)] == []
