"""Every lever, in one table; what a scenario file says is read here into typed pulls, and pulls are applied here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import pandas as pd

from scenarios.demand_levers import DEMAND_LEVERS
from scenarios.ground import Ground
from scenarios.lever import Lever, Param, ParamValue, Pull
from scenarios.money_levers import MONEY_LEVERS
from scenarios.supply_table import SUPPLY_LEVERS
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.geography import PostcodeDirectory
from sufficiency.project.config import nearest

LEVERS: Mapping[str, Lever] = {lever.name: lever for lever in (*DEMAND_LEVERS, *SUPPLY_LEVERS, *MONEY_LEVERS)}
"""Every lever by name, in the order in which they are applied."""

TIMING = ("from", "to", "ramp_months", "interval")
"""Keys that every change may have beside its value and its lever's own details."""


def lever_named(name: str) -> Lever:
    """Return a lever by name.

    Raises
    ------
    AssumptionError
        When there is none; the nearest is named.
    """
    if name in LEVERS:
        return LEVERS[name]
    raise AssumptionError(f'"{name}" is not a lever. {nearest(name, list(LEVERS))}')


def apply_pulls(ground: Ground, pulls: Iterable[Pull]) -> Ground:
    """Pull levers on a ground, always in the order of the table, so that the order of a file does not matter.

    A lever of size nought is left alone altogether.
    """
    order = {name: number for number, name in enumerate(LEVERS)}
    for pull in sorted(pulls, key=lambda each: (order[each.lever], each.key)):
        if pull.value != 0:
            ground = LEVERS[pull.lever].apply(ground, pull)
    return ground


def read_pull(name: str, given: Mapping[str, object], base_date: date) -> Pull:
    """Read one change of a scenario file.

    Parameters
    ----------
    name
        Lever.
    given
        ``value`` and the other keys of the change.
    base_date
        What dates are counted from.

    Raises
    ------
    AssumptionError
        When a key is unknown (the nearest is named), or a value is of another type or out of its range.
    """
    lever = lever_named(name)
    details = {param.name: param for param in lever.params}
    for key in given:
        if key not in ("value", *TIMING, *details):
            raise AssumptionError(f'{name}: "{key}" is not known. {nearest(str(key), ["value", *TIMING, *details])}')
    if "value" not in given:
        raise AssumptionError(f"{name}: value is missing; give it in {lever.unit}.")
    value = _size(lever, given["value"])
    low, high = _interval(lever, given.get("interval"), value)
    first = _step(name, "from", given.get("from", 1), base_date)
    last = None if given.get("to") is None else _step(name, "to", given["to"], base_date)
    ramp = _whole(name, "ramp_months", _number(name, "ramp_months", given.get("ramp_months", 0), 0, 240, "months"))
    _require_dates(lever, first, last, ramp)
    params = {param.name: _detail(name, param, given.get(param.name, param.default)) for param in lever.params}
    _require_ages(name, params)
    address = _address(name, params["postcode"]) if "postcode" in params else {}
    return Pull(name, value, low, high, first, last, ramp, tuple((params | address).items()))


def levers_frame() -> pd.DataFrame:
    """Return every lever with its unit, range and evidence: ``sufficiency scenario levers`` and the documentation."""
    return pd.DataFrame(
        [
            {
                "lever": lever.name,
                "title": lever.title,
                "unit": lever.unit,
                "low": lever.low,
                "high": lever.high,
                "changes": lever.changes,
                "details": ", ".join(param.name for param in lever.params),
                "status": lever.status,
                "source": lever.source,
            }
            for lever in LEVERS.values()
        ]
    )


def detail_rows(name: str) -> list[dict[str, object]]:
    """Return the details of one lever, one row each."""
    return [
        {
            "detail": param.name,
            "default": "worked out" if param.default is None else shown(param.default),
            "unit": param.unit or (", ".join(param.choices) if param.choices else param.kind),
            "what": param.description,
            "status": param.status,
            "source": param.source,
        }
        for param in lever_named(name).params
    ]


def not_begun(pulls: Iterable[Pull], months: int) -> list[str]:
    """Return the levers that begin only after the months walked, so that they change nothing."""
    return [pull.key for pull in pulls if pull.value != 0 and pull.from_step > months]


def overlapping(first: Pull, second: Pull) -> bool:
    """Whether two pulls of one lever are about the same thing: the same home, line or setting, or shared ages."""
    if first.lever != second.lever:
        return False
    for name in ("home", "line", "setting"):
        one, two = dict(first.params).get(name), dict(second.params).get(name)
        if one is not None and two is not None and one != two:
            return False
    if "ages" in dict(first.params):
        ages = [set(pull.words("ages")) or set(AGE_BANDS) for pull in (first, second)]
        return bool(ages[0] & ages[1])
    return True


def sized(pull: Pull, value: float) -> Pull:
    """Return a pull with another size, certain now.

    Raises
    ------
    AssumptionError
        When it is out of the lever's range.
    """
    size = _size(LEVERS[pull.lever], value)
    return replace(pull, value=size, low=size, high=size)


def _size(lever: Lever, given: object) -> float:
    size = _number(lever.name, "value", given, lever.low, lever.high, lever.unit)
    if lever.whole and size != int(size):
        raise AssumptionError(f"{lever.name}: {size:g} is not a whole number of {lever.unit}.")
    return size


def _interval(lever: Lever, given: object, value: float) -> tuple[float, float]:
    if given is None:
        return value, value
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 2:
        raise AssumptionError(f"{lever.name}: interval is two numbers, low and high, such as [8, 16].")
    low, high = (_number(lever.name, "interval", each, lever.low, lever.high, lever.unit) for each in given)
    if not low <= value <= high:
        raise AssumptionError(f"{lever.name}: the value {value:g} does not lie in its interval {low:g} to {high:g}.")
    return low, high


def _number(name: str, key: str, given: object, low: float, high: float, unit: str = "") -> float:
    try:
        number = float(str(given)) if not isinstance(given, bool) else float("nan")
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise AssumptionError(
            f'{name}: {key} "{given}" is not usable; expected {low:g} to {high:g} {unit}'.rstrip() + "."
        )
    return number


def _step(name: str, key: str, given: object, base_date: date) -> int:
    """Month walked: a number counts months after the base date, the first being 1; a date is the month it lies in."""
    if isinstance(given, str):
        try:
            given = date.fromisoformat(given)
        except ValueError:
            raise AssumptionError(
                f'{name}: {key} "{given}" is neither a month number nor a date as 2025-10-01.'
            ) from None
    if isinstance(given, date):
        given = (given.year - base_date.year) * 12 + given.month - base_date.month
        if given < 1:
            raise AssumptionError(
                f"{name}: {key} lies on or before the base date {base_date}; nothing before it can change."
            )
    return _whole(name, key, _number(name, key, given, 1, 240, "months after the base date"))


def _require_dates(lever: Lever, first: int, last: int | None, ramp: int) -> None:
    """Refuse timing that a lever cannot have, rather than ignore it."""
    if last is not None and last <= first:
        raise AssumptionError(f"{lever.name}: it would end before it begins.")
    if lever.dates != "month" and (last is not None or ramp > 1):
        raise AssumptionError(f"{lever.name}: it has no end and no ramp; leave out to and ramp_months.")


def _detail(name: str, param: Param, given: object) -> ParamValue:
    if given is None or given == "":
        return param.default if param.kind != "ages" else ()
    if param.kind in ("number", "whole"):
        number = _number(name, param.name, given, param.low, param.high, param.unit)
        return float(_whole(name, param.name, number)) if param.kind == "whole" else number
    if param.kind == "yes or no":
        return _yes(name, param, given)
    if isinstance(given, (list, tuple)) and param.kind != "ages":
        raise AssumptionError(f"{name}: {param.name} is one word, not a list. Give a change of its own to each.")
    words = [str(each) for each in given] if isinstance(given, (list, tuple)) else [str(given)]
    known = list(AGE_BANDS) if param.kind == "ages" else list(param.choices)
    for word in words:
        if known and word not in known:
            raise AssumptionError(f'{name}: {param.name} "{word}" is not known. {nearest(word, known)}')
    return tuple(word for word in AGE_BANDS if word in words) if param.kind == "ages" else words[0]


def _whole(name: str, key: str, number: float) -> int:
    if number != int(number):
        raise AssumptionError(f"{name}: {key} {number:g} is not a whole number.")
    return int(number)


def _require_ages(name: str, params: Mapping[str, ParamValue]) -> None:
    youngest, oldest = params.get("age_min"), params.get("age_max")
    if isinstance(youngest, float) and isinstance(oldest, float) and youngest > oldest:
        raise AssumptionError(f"{name}: age_min {youngest:g} is above age_max {oldest:g}; nobody could live there.")


@lru_cache(maxsize=64)
def _located(postcode: str) -> tuple[float, float, str]:
    found = PostcodeDirectory().locate([postcode])
    return float(found.easting[0]), float(found.northing[0]), str(found.authority[0])


def _address(name: str, postcode: ParamValue) -> dict[str, ParamValue]:
    """Return where a postcode is; nowhere when none is given, and then the middle of the area stands.

    Raises
    ------
    AssumptionError
        When the directory does not know it: a home in the wrong place would pass in silence.
    """
    if postcode is None:
        return {"easting": float("nan"), "northing": float("nan"), "authority": ""}
    east, north, authority = _located(str(postcode).replace(" ", "").upper())
    if east != east:
        raise AssumptionError(f"{name}: the postcode is not in the directory. Give a whole one, or its district.")
    return {"easting": east, "northing": north, "authority": authority}


def shown(value: ParamValue) -> str:
    """Return a detail's value in words."""
    if isinstance(value, tuple):
        return ", ".join(value) or "all"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _yes(name: str, param: Param, given: object) -> bool:
    word = str(given).lower()
    if word not in ("yes", "no", "true", "false"):
        raise AssumptionError(f'{name}: {param.name} "{given}" is neither yes nor no.')
    return word in ("yes", "true")
