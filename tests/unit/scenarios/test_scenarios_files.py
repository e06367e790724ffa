"""Scenario files: disjoint changes, precedence, words for what cannot be used; and the library that ships."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from scenarios.cells import Warm
from scenarios.levers import LEVERS, apply_pulls
from scenarios.scenario import (
    BASELINE,
    LIBRARY,
    STATUSES,
    TEMPLATE,
    Scenario,
    all_changes,
    named,
    parse_scenario,
    read_scenario,
    resolve,
    scenario_book,
)
from sufficiency.assumptions import Assumptions
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import Setting
from tests.unit.scenarios.conftest import BASE
from tests.unit.scenarios.test_scenarios_levers import changed_parts

NAMES = sorted(path.stem for path in LIBRARY.glob("*.yaml"))


def change(name: str, value: object, **more: Any) -> dict[str, Any]:
    kind = "lever" if name in LEVERS else "assumption"
    return {kind: name, "value": value, "reason": "because", **more}


def made(*changes: dict[str, Any], name: str = "mine", base: Any = "project") -> Scenario:
    return parse_scenario({"title": "t", "base": base, "changes": list(changes)}, name, f"{name}.yaml")


def resolved(scenario: Scenario, *others: Scenario, **one_off: str) -> Any:
    book = {each.name: each for each in (*others, scenario)}
    return resolve(scenario, book, Assumptions.defaults(), BASE, one_off)


def test_two_changes_of_one_key_are_refused_by_name() -> None:
    """The second would win in silence; the message names the key and both files."""
    with pytest.raises(AssumptionError, match=r"lodgings\.places is changed twice, in mine"):
        resolved(made(change("lodgings.places", 1), change("lodgings.places", 2)))
    with pytest.raises(AssumptionError, match=r"policy\.out_of_area_pounds_weekly is changed twice"):
        resolved(made(*[change("policy.out_of_area_pounds_weekly", value) for value in (1, 2)]))
    base = made(change("lodgings.places", 1), name="first")
    with pytest.raises(AssumptionError, match="in first and mine"):
        resolved(made(change("lodgings.places", 2), base="first"), base)


def test_overlapping_ages_are_the_same_key() -> None:
    """All ages and one band cannot both be changed; two bands can."""
    one = change("entries.percent", 5, ages=["10 to 15"])
    with pytest.raises(AssumptionError, match="changed twice"):
        resolved(made(one, change("entries.percent", 5)))
    assert len(resolved(made(one, change("entries.percent", 5, ages=["1 to 4"]))).pulls) == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"titel": "x"}, "title"),
        ({"changes": [{"lever": "carers.recruited", "valeu": 3, "reason": "r"}]}, "value"),
        ({"changes": [{"lever": "carer.recruited", "value": 3, "reason": "r"}]}, "carers.recruited"),
        ({"changes": [{"value": 3}]}, "either a lever or an assumption"),
        ({"changes": [{"lever": "carers.recruited", "value": 3}]}, "reason is missing"),
        ({"changes": {"lever": "x"}}, "changes is a list"),
        ({"changes": [{"lever": "carers.lost", "value": 3, "reason": "r", "status": "cite"}]}, "cited"),
        ({"name": "other"}, "named as its file"),
    ],
)
def test_unknown_keys_are_answered_with_the_nearest(given: dict[str, Any], said: str) -> None:
    """A misspelt key, lever or shape is refused, and the message says what was meant."""
    with pytest.raises(AssumptionError, match=said):
        parse_scenario({"title": "t", **given}, "mine", "mine.yaml")


def test_an_unknown_assumption_is_answered_with_the_nearest() -> None:
    """Scenario files may change any assumption, by its own rules."""
    with pytest.raises(AssumptionError, match=r"policy\.out_of_area_pounds_weekly"):
        resolved(made(change("policy.out_of_area_pounds", 1)))


def test_a_key_that_stands_twice_in_yaml_is_refused(tmp_path: Path) -> None:
    """YAML itself would keep the second."""
    path = tmp_path / "mine.yaml"
    path.write_text("title: a\ntitle: b\n")
    with pytest.raises(AssumptionError, match="twice"):
        read_scenario(path)


def test_a_file_that_cannot_be_used_says_so_and_stops_no_other(tmp_path: Path) -> None:
    """It stands in the list with its fault; naming it, or standing on it, is refused with that fault."""
    (tmp_path / "scenarios").mkdir()
    for name, text in {"broken": "title: [x", "bare": "only words", "on-broken": "title: a\nbase: broken\n"}.items():
        (tmp_path / "scenarios" / f"{name}.yaml").write_text(text)
    book = scenario_book(tmp_path)
    assert (book["broken"].fault != "", book["bare"].fault != "", book["on-broken"].fault) == (True, True, "")
    assert resolve(book["high-demand"], book, Assumptions.defaults(), BASE).pulls
    for name in ("broken", "on-broken"):
        with pytest.raises(AssumptionError, match="not valid YAML"):
            all_changes(named(book, name), book)


def test_a_value_that_cannot_be_used_names_its_scenario() -> None:
    """With several files in play, people are told which one to correct."""
    with pytest.raises(AssumptionError, match=r"scenario mine: carers\.lost: value"):
        resolved(made(change("carers.lost", [1, 2])))
    with pytest.raises(AssumptionError, match=r"scenario mine: policy\.distance_pounds_per_mile"):
        resolved(made(change("policy.distance_pounds_per_mile", -5)))


def test_what_a_figure_is_stands_in_the_record() -> None:
    """Source and status go together into every run."""
    record = resolved(made(change("carers.lost", 3, source="Ofsted, 2024", status="derived"))).record
    assert record[0].source == "Ofsted, 2024 [derived]"


def test_yaml_is_read_without_running_anything(tmp_path: Path) -> None:
    """A tag that would build an object is refused, not obeyed."""
    path = tmp_path / "mine.yaml"
    path.write_text("title: !!python/object/apply:os.getcwd []\n")
    with pytest.raises(AssumptionError, match="not valid YAML"):
        read_scenario(path)


def test_precedence_is_defaults_project_scenario_one_off() -> None:
    """Each stands over the one before, and each step is recorded old to new."""
    name = "policy.distance_pounds_per_mile"
    project = Assumptions.defaults().with_changes({name: 12}, "project.yaml")
    scenario = made(change(name, 15))
    book = {scenario.name: scenario}
    alone = resolve(scenario, book, project, BASE)
    assert alone.assumptions.value(name) == 15
    assert [(row.old, row.new) for row in alone.record] == [(12, 15)]
    assert resolve(scenario, book, project, BASE, {name: "20"}).assumptions.value(name) == 20
    assert resolve(made(), {"mine": made()}, project, BASE).assumptions.value(name) == 12


def test_one_off_changes_a_lever_and_keeps_its_details() -> None:
    """--set gives the size; dates stay, the interval goes, since the size is now said for certain."""
    scenario = made(change("lodgings.places", 4, interval=[2, 6], **{"from": 5}))
    pull = resolved(scenario, **{"lodgings.places": "7"}).pulls[0]
    assert (pull.value, pull.low, pull.high, pull.from_step) == (7, 7, 7, 5)
    assert resolved(scenario, **{"carers.lost": "10"}).pulls[0].lever == "carers.lost"


def test_one_off_of_a_lever_pulled_twice_is_refused() -> None:
    """Which of two homes was meant cannot be guessed."""
    homes = [change("homes.opened", 2, home=home) for home in "ab"]
    with pytest.raises(AssumptionError, match="pulls this lever 2 times"):
        resolved(made(*homes), **{"homes.opened": "3"})


def test_bases_go_one_level_deep() -> None:
    """A base that has a base itself is refused, with what to name instead."""
    first, second = made(name="first"), made(name="second", base="first")
    with pytest.raises(AssumptionError, match="Name those instead"):
        resolved(made(base="second"), first, second)


def test_two_scenarios_as_bases_equal_one_file_holding_both() -> None:
    """The very same levers, whichever file they stand in and in whatever order."""
    one, two = change("lodgings.places", 4), change("carers.recruited", 6, **{"from": 3})
    first, second = made(one, name="first"), made(two, name="second")
    apart = resolved(made(base=["second", "first"], name="both"), first, second)
    assert apart.pulls == resolved(made(one, two, name="both")).pulls


@pytest.mark.parametrize("name", NAMES)
def test_every_library_scenario_is_sourced(name: str) -> None:
    """Each change carries a reason and a source that is cited, derived, or owns to be an assumption."""
    given = yaml.safe_load((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"))
    assert len(given["description"]) > 60
    for each in given.get("changes") or []:
        assert len(each["reason"]) > 20
        assert re.search(r"\b20[12][0-9]", each["source"])
        assert each["status"] in STATUSES


@pytest.mark.parametrize("name", NAMES)
def test_every_library_scenario_runs_on_a_council_and_touches_only_what_it_says(warm: Warm, name: str) -> None:
    """What differs on the ground is what its levers touch, and nothing else; doing nothing changes nothing at all."""
    scenario = warm.resolved(name)
    ground = warm.ground(scenario.assumptions)
    after = apply_pulls(ground, scenario.pulls)
    allowed = {part for pull in scenario.pulls for part in LEVERS[pull.lever].touches}
    assert changed_parts(ground, after) <= allowed
    assert (after is ground) == (name == BASELINE)


def test_the_library_holds_what_the_field_asked_for() -> None:
    """Every ready scenario of the list is there under its name."""
    assert set(NAMES) == {
        "do-nothing", "recruitment-drive", "two-complex-homes", "less-independent", "edge-of-care",
        "local-homes-16-plus", "price-shock", "provider-failure", "high-demand", "low-demand", "uasc-surge",
        "england-10000-places", "place-package",
    }  # fmt: skip


def test_the_complex_homes_are_two_homes_of_level_four(warm: Warm) -> None:
    """The Bristol measure: two council-run homes for complex needs, each with its capital."""
    scenario = warm.resolved("two-complex-homes")
    assert [(pull.value, pull.detail("need_level"), pull.from_step) for pull in scenario.pulls] == [(3, 4, 19)] * 2
    early = tuple(pull for pull in scenario.pulls)
    ground = warm.ground(scenario.assumptions)
    assert len(apply_pulls(ground, early).places) == len(ground.places)  # not open within three months: not there


def test_the_extra_places_of_england_are_shared_by_children(warm: Warm) -> None:
    """10,000 places, 307 of 81,770 children, 60% of them filled: 22 or 23 places."""
    scenario = warm.resolved("england-10000-places", {"carers.england_places": "10000"})
    pull = scenario.pulls[0].__class__(**{**vars(scenario.pulls[0]), "from_step": 1, "ramp_months": 0})
    ground = warm.ground(scenario.assumptions)
    after = apply_pulls(ground, [pull]).places
    new = after.take(np.arange(len(ground.places), len(after)))
    assert {(kind, setting) for kind, setting in zip(new.kind, new.setting, strict=True)} == {
        (PlaceKind.HOUSEHOLD, Setting.FOSTERING)
    }
    assert new.capacity[:, -1].sum() == round(10000 * len(ground.now.frame) / 81770 * 0.6)


def test_the_template_of_a_new_scenario_is_a_scenario(tmp_path: Path) -> None:
    """What `scenario new` writes can be read and resolved as it stands."""
    path = tmp_path / "mine.yaml"
    path.write_text(TEMPLATE.format(name="mine", title="Mine"))
    scenario = read_scenario(path)
    assert len(resolve(scenario, {"mine": scenario}, Assumptions.defaults(), BASE).pulls) == 1


def test_a_project_file_stands_before_the_library(tmp_path: Path) -> None:
    """A council's own version of a ready scenario is the one that is used, and says so."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "high-demand.yaml").write_text("title: Ours\n")
    book = scenario_book(tmp_path)
    assert (book["high-demand"].title, book["high-demand"].origin) == ("Ours", "project")
