"""What the code asks of the assumptions is in the attribute table."""

import re
from pathlib import Path

import pytest

from sufficiency.assumptions import attributes

ROOT = Path(__file__).parents[3]
ASKED = re.compile(r'\b(?:value|number|whole|text)\(\s*(?:assumptions,\s*)?"([a-z0-9]+(?:\.[a-z0-9_]+)+)"')
SOURCES = sorted(path for folder in ("sufficiency", "scenarios") for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_name_asked_for_is_there(path: Path) -> None:
    """A misspelt or forgotten assumption is found before a run asks for it."""
    known = {row.name for row in attributes("assumption")}
    assert set(ASKED.findall(path.read_text(encoding="utf-8"))) <= known


def test_the_search_finds_names() -> None:
    """The pattern above matches the ways in which the code asks."""
    asked = 'assumptions.number("walk.months") + number(assumptions, "market.start_slack")'
    assert ASKED.findall(asked) == ["walk.months", "market.start_slack"]
