"""Every public name says what it is for, and nothing grows past a few screens."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for package in ("sufficiency", "solvers", "scenarios") for path in (ROOT / package).rglob("*.py"))
LONGEST_FUNCTION, LONGEST_MODULE = 60, 400

Definition = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def definitions(tree: ast.AST) -> Iterator[Definition]:
    return (node for node in ast.walk(tree) if isinstance(node, Definition))


def lines_of_code(node: Definition) -> int:
    """Count the lines of a function without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    end = node.end_lineno or node.lineno
    return end - body[0].lineno + 1 + (node.body[0].lineno - node.lineno) if body else 1


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_are_short_and_described(path: Path) -> None:
    """Each module has a docstring and at most 400 lines; each function at most 60; each public one a docstring."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "the module says nothing of where it sits in the walk"
    assert len(text.splitlines()) <= LONGEST_MODULE
    assert [node.name for node in definitions(tree) if lines_of_code(node) > LONGEST_FUNCTION] == []
    public = [node for node in tree.body if isinstance(node, Definition | ast.ClassDef) and node.name[0] != "_"]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_nothing_is_left_to_do_in_the_code() -> None:
    """No module carries a note of unfinished work; that belongs in an issue."""
    marks = ("TO" + "DO", "FIX" + "ME")
    assert [name_of(path) for path in MODULES if any(mark in path.read_text(encoding="utf-8") for mark in marks)] == []
