"""A scenario: a base and named changes that do not touch each other, read from a YAML file.

Precedence: built-in defaults, then the project's assumptions, then the scenario, then one-off ``--set``. Every change
is kept old -> new with its reason and source.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import yaml

from scenarios.lever import Pull
from scenarios.levers import LEVERS, TIMING, lever_named, overlapping, read_pull, shown
from sufficiency.assumptions import Assumptions
from sufficiency.domain.errors import AssumptionError
from sufficiency.project.config import load_yaml, nearest, yaml_place
from sufficiency.project.record import ChangeRow

T = TypeVar("T")
LIBRARY = Path(__file__).parent / "library"
BASELINE = "do-nothing"
PROJECT_BASE = "project"

_KEYS = ("name", "title", "description", "base", "changes")
_WORDS = ("reason", "source", "status")
STATUSES = ("cited", "derived", "assumption")
"""What the figure of a change is: published, worked out from what is published, or a judgement."""
_ANY_KEY: tuple[str, ...] = ("lever", "assumption", "value", *TIMING, *_WORDS)


@dataclass(frozen=True)
class Change:
    """One change of a scenario as it was written.

    Attributes
    ----------
    kind
        "lever" or "assumption".
    name
        Which one.
    given
        Value and details as written.
    reason, source
        Why, and where the figure comes from.
    status
        What the figure is, one of :data:`STATUSES`; "" when the file does not say.
    scenario
        The scenario file it stands in.
    """

    kind: str
    name: str
    given: Mapping[str, Any]
    reason: str
    source: str
    scenario: str
    status: str = ""

    @property
    def evidence(self) -> str:
        """The source with the status of the figure."""
        return f"{self.source} [{self.status}]".strip() if self.status else self.source


@dataclass(frozen=True)
class Scenario:
    """A scenario file.

    Attributes
    ----------
    name, title, description
        What it is called, and what it means.
    base
        Scenarios whose changes it takes over; none for the project itself.
    changes
        Its own.
    origin
        "library" or "project".
    fault
        Why its file cannot be used, "" when it can.
    """

    name: str
    title: str
    description: str = ""
    base: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    origin: str = "library"
    fault: str = ""


@dataclass(frozen=True)
class Resolved:
    """A scenario ready to be walked.

    Attributes
    ----------
    assumptions
        Defaults, project, scenario and one-off changes, in that order.
    pulls
        Levers with their sizes.
    record
        Every change of a lever or by the scenario, old -> new.
    """

    name: str
    title: str
    assumptions: Assumptions
    pulls: tuple[Pull, ...] = ()
    record: tuple[ChangeRow, ...] = field(default_factory=tuple)


def read_scenario(path: Path, origin: str = "project") -> Scenario:
    """Read one scenario file.

    Raises
    ------
    AssumptionError
        When it cannot be read, a key is unknown (the nearest is named), or two changes touch the same key.
    """
    try:
        given = load_yaml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise AssumptionError(f"{path}: cannot be read. Save it as UTF-8 text.") from None
    except yaml.YAMLError as error:
        raise AssumptionError(f"{path}: is not valid YAML{yaml_place(error)}. Correct that line.") from None
    if not isinstance(given, dict):
        raise AssumptionError(
            f"{path}: holds no keys. It needs title and changes; sufficiency scenario new writes one."
        )
    return parse_scenario(given, path.stem, str(path.name), origin)


def parse_scenario(given: Mapping[str, Any], name: str, where: str, origin: str = "project") -> Scenario:
    """Read the mapping of a scenario file; see :func:`read_scenario`."""
    for key in given:
        if key not in _KEYS:
            raise AssumptionError(f'{where}: key "{key}" is not known. {nearest(str(key), list(_KEYS))}')
    if given.get("name", name) != name:
        raise AssumptionError(f'{where}: its name is "{given["name"]}"; a scenario is named as its file, "{name}".')
    listed = given.get("changes") or []
    if not isinstance(listed, list):
        raise AssumptionError(f"{where}: changes is a list, each item beginning with - lever: or - assumption:")
    base = given.get("base") or PROJECT_BASE
    bases = tuple(str(each) for each in (base if isinstance(base, list) else [base]))
    changes = tuple(_change(each, number, where, name) for number, each in enumerate(listed, start=1))
    return Scenario(
        name,
        str(given.get("title") or name),
        str(given.get("description") or "").strip(),
        tuple(each for each in bases if each != PROJECT_BASE),
        changes,
        origin,
    )


def _change(given: Any, number: int, where: str, scenario: str) -> Change:
    place = f"{where}, change {number}"
    if not isinstance(given, dict) or ("lever" in given) == ("assumption" in given):
        raise AssumptionError(
            f"{place}: it names either a lever or an assumption. Levers: sufficiency scenario levers."
        )
    kind = "lever" if "lever" in given else "assumption"
    name = str(given[kind])
    if kind == "lever":
        lever = lever_named(name)
        known = [*_ANY_KEY, *(param.name for param in lever.params)]
    else:
        known = ["assumption", "value", *_WORDS]
    for key in given:
        if key not in known:
            raise AssumptionError(f'{place}, {name}: key "{key}" is not known. {nearest(str(key), known)}')
    if not str(given.get("reason") or "").strip():
        raise AssumptionError(f"{place}, {name}: reason is missing; say why, so that the figure can be defended.")
    status = str(given.get("status") or "")
    if status and status not in STATUSES:
        raise AssumptionError(f'{place}, {name}: status "{status}" is not known. {nearest(status, list(STATUSES))}')
    rest = {key: value for key, value in given.items() if key not in (kind, *_WORDS)}
    return Change(kind, name, rest, str(given["reason"]), str(given.get("source") or ""), scenario, status)


def scenario_book(folder: Path | None) -> dict[str, Scenario]:
    """Return every scenario there is by name: the library's, and those of a project's ``scenarios`` folder before them.

    A file of the project that cannot be used stands there with its fault, so that it does not stop the others.
    """
    book = {path.stem: read_scenario(path, "library") for path in sorted(LIBRARY.glob("*.yaml"))}
    own = sorted((folder / "scenarios").glob("*.yaml")) if folder is not None else []
    return book | {path.stem: _with_fault(path) for path in own}


def _with_fault(path: Path) -> Scenario:
    try:
        return read_scenario(path, "project")
    except AssumptionError as error:
        return Scenario(path.stem, path.stem, origin="project", fault=str(error))


def named(book: Mapping[str, Scenario], name: str) -> Scenario:
    """Return a scenario by name.

    Raises
    ------
    AssumptionError
        When there is none (the nearest is named), or its file cannot be used.
    """
    if name in book and book[name].fault:
        raise AssumptionError(book[name].fault)
    if name in book:
        return book[name]
    raise AssumptionError(f'there is no scenario "{name}". {nearest(name, list(book))}')


def all_changes(scenario: Scenario, book: Mapping[str, Scenario]) -> tuple[Change, ...]:
    """Return the changes of a scenario with those of its bases first.

    Raises
    ------
    AssumptionError
        When a base has bases itself: one level is as much as anybody can follow.
    """
    changes: list[Change] = []
    for name in scenario.base:
        base = named(book, name)
        if base.base:
            raise AssumptionError(
                f'{scenario.name}: its base "{name}" stands on {", ".join(base.base)} itself. Name those instead.'
            )
        changes.extend(base.changes)
    return (*changes, *scenario.changes)


def resolve(
    scenario: Scenario,
    book: Mapping[str, Scenario],
    assumptions: Assumptions,
    base_date: date,
    one_off: Mapping[str, str] | None = None,
) -> Resolved:
    """Turn a scenario into values.

    Parameters
    ----------
    assumptions
        Defaults with the project's changes.
    one_off
        ``--set`` values by the name of an assumption or lever, over everything else.

    Raises
    ------
    AssumptionError
        When two changes touch the same key, by name; or a name or value cannot be used.
    """
    changes = _with_one_off(all_changes(scenario, book), one_off or {})
    pulls: list[tuple[Pull, Change]] = []
    before = len(assumptions.record)
    seen: dict[str, Change] = {}
    for change in changes:
        if change.kind == "assumption":
            if change.name in seen:
                raise _twice(change.name, seen[change.name], change)
            seen[change.name] = change
            assumptions = _said_by(change, partial(_assumed, assumptions))
        else:
            pull = _said_by(change, lambda one: read_pull(one.name, one.given, base_date))
            for other, where in pulls:
                if overlapping(pull, other):
                    raise _twice(pull.key, where, change)
            pulls.append((pull, change))
    rows = [
        ChangeRow(each.name, _plain(each.old), _plain(each.new), each.reason, each.source)
        for each in assumptions.record[before:]
    ]
    rows += [
        ChangeRow(pull.key, "as in the history", told(pull), change.reason, change.evidence) for pull, change in pulls
    ]
    kept = tuple(sorted((pull for pull, _ in pulls), key=lambda each: each.key))
    return Resolved(scenario.name, scenario.title, assumptions, kept, tuple(rows))


def _said_by(change: Change, read: Callable[[Change], T]) -> T:
    """Read a change, and say in which scenario it stands when it cannot be used."""
    try:
        return read(change)
    except AssumptionError as error:
        where = change.scenario if change.scenario == "--set" else f"scenario {change.scenario}"
        raise AssumptionError(f"{where}: {error}") from None


def _assumed(assumptions: Assumptions, change: Change) -> Assumptions:
    return assumptions.with_changes({change.name: change.given.get("value")}, change.reason, change.evidence)


def _with_one_off(changes: Iterable[Change], one_off: Mapping[str, str]) -> tuple[Change, ...]:
    """Replace, or add, what ``--set`` names."""
    kept = list(changes)
    for name, value in one_off.items():
        kind = "lever" if name in LEVERS else "assumption"
        places = [number for number, change in enumerate(kept) if change.name == name]
        if len(places) > 1:
            raise AssumptionError(
                f"--set {name}: the scenario pulls this lever {len(places)} times. Change its file, or copy it with "
                "sufficiency scenario new."
            )
        given = dict(kept[places[0]].given) if places else {}
        given.pop("interval", None)
        change = Change(kind, name, {**given, "value": value}, "one-off change (--set)", "", "--set")
        kept = [*kept[: places[0]], change, *kept[places[0] + 1 :]] if places else [*kept, change]
    return tuple(kept)


def told(pull: Pull) -> str:
    """Return a pull in words: its size, when, and the details that are not left to the defaults."""
    lever = LEVERS[pull.lever]
    words = [f"{pull.value:g} {lever.unit}"]
    if pull.high > pull.low:
        words.append(f"({pull.low:g} to {pull.high:g})")
    words.append(f"from month {pull.from_step}")
    if pull.to_step is not None:
        words.append(f"until month {pull.to_step}")
    if pull.ramp_months > 1:
        words.append(f"growing over {pull.ramp_months} months")
    defaults = {param.name: param.default for param in lever.params}
    details = [
        f"{name} {shown(value)}"
        for name, value in pull.params
        if name in defaults and value != defaults[name] and value not in (None, ())
    ]
    return " ".join(words) + ("; " + "; ".join(details) if details else "")


def _twice(key: str, first: Change, second: Change) -> AssumptionError:
    where = f"{first.scenario} and {second.scenario}" if first.scenario != second.scenario else first.scenario
    return AssumptionError(f"{key} is changed twice, in {where}. Keep one: the other would win in silence.")


def _plain(value: object) -> str | int | float | bool | None:
    return value if isinstance(value, (str, int, float, bool)) else None if value is None else str(value)


TEMPLATE = """\
# A scenario: changes over the project as it stands. Every key is explained in docs/scenarios.md; levers and their units
# are listed by: sufficiency scenario levers PROJECT
name: {name}
title: {title}
description: >
  What it stands for, in a sentence.
base: project          # or the name of another scenario, or a list of them
changes:
  - lever: carers.recruited
    value: 10            # households a year
    interval: [6, 14]    # what replications draw from; leave out when certain
    from: 7              # months after the base date, or a date such as 2025-10-01
    ramp_months: 12      # grows to its size over a year
    reason: Say why.
    source: Say where the figure comes from.
    status: assumption   # or cited, or derived
"""
"""What ``sufficiency scenario new`` writes."""
