"""docs/scenarios.md says what the table of levers and the library say, word for word."""

from pathlib import Path

from scenarios.lever import Lever
from scenarios.levers import LEVERS
from scenarios.scenario import scenario_book

PAGE = (Path(__file__).parents[3] / "docs" / "scenarios.md").read_text(encoding="utf-8")


def lever_row(lever: Lever) -> str:
    """Return the row of a lever as the page has it."""
    details = ", ".join(f"`{param.name}`" for param in lever.params) or "-"
    sizes = f"{lever.low:g} to {lever.high:g}"
    words = (f"`{lever.name}`", lever.unit, sizes, lever.changes, details, lever.status, lever.source)
    return f"| {' | '.join(words)} |"


def test_every_lever_stands_on_the_page_as_it_is() -> None:
    """Unit, range, details, evidence: what differs from the code is not true."""
    assert [row for row in map(lever_row, LEVERS.values()) if row not in PAGE] == []


def test_every_library_scenario_stands_on_the_page_as_it_is() -> None:
    """Title and description, word for word."""
    rows = [
        f"| `{each.name}` | {each.title}. {' '.join(each.description.split())} |"
        for each in scenario_book(None).values()
    ]
    assert [row for row in rows if row not in PAGE] == []
