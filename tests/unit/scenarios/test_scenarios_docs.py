"""docs/scenarios.md names every lever, every detail, every library scenario."""

from pathlib import Path

from scenarios.levers import LEVERS
from scenarios.scenario import scenario_book

PAGE = (Path(__file__).parents[3] / "docs" / "scenarios.md").read_text(encoding="utf-8")


def test_every_lever_detail_and_scenario_is_documented() -> None:
    """What is not on the page does not exist."""
    wanted = {*LEVERS, *scenario_book(None), *(param.name for lever in LEVERS.values() for param in lever.params)}
    assert sorted(word for word in wanted if f"`{word}`" not in PAGE) == []
