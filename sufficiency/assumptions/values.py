"""The assumptions of a run: the defaults of the attribute table with named changes over them."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sufficiency.assumptions.reading import Value, parse
from sufficiency.assumptions.table import Attribute, attribute
from sufficiency.domain.errors import AssumptionError


@dataclass(frozen=True)
class Change:
    """One assumption changed: what stood before, what stands now, why and where from."""

    name: str
    old: Value
    new: Value
    unit: str
    reason: str
    source: str


@dataclass(frozen=True)
class Assumptions:
    """Every assumption of a run, each typed and in its range.

    Attributes
    ----------
    changed
        Values that differ from the defaults, with their dotted names, in the order of the names.
    record
        Every change made, in order.
    """

    changed: tuple[tuple[str, Value], ...] = ()
    record: tuple[Change, ...] = ()

    @classmethod
    def defaults(cls) -> "Assumptions":
        """Return the assumptions of the attribute table, unchanged."""
        return cls()

    def with_changes(self, changes: Mapping[str, object], reason: str = "", source: str = "") -> "Assumptions":
        """Return these assumptions with some values replaced.

        Parameters
        ----------
        changes
            New values by dotted name: typed, or as text; None or "" clears a value that may be blank.
        reason, source
            Why, and where the new values come from; kept with every change.

        Raises
        ------
        AssumptionError
            When a name is unknown (the nearest is named) or a value is of another type or out of its range. Every
            fault is named, not only the first.
        """
        read = {name: _read(name, value) for name, value in changes.items()}
        faults = [value for value in read.values() if isinstance(value, _Fault)]
        if faults:
            raise AssumptionError("\n".join(fault.text for fault in faults))
        values = {name: value for name, value in read.items() if not isinstance(value, _Fault)}
        record = tuple(
            Change(name, self.value(name), value, _row(name).unit, reason, source)
            for name, value in values.items()
            if value != self.value(name)
        )
        kept = {name: value for name, value in (dict(self.changed) | values).items() if value != _row(name).default}
        return replace(self, changed=tuple(sorted(kept.items())), record=self.record + record)

    def value(self, name: str) -> Value:
        """Return one value, typed: int, float, str, bool, date, or None for a blank that means "none".

        Raises
        ------
        AssumptionError
            When the name is unknown; the nearest is named.
        """
        row = _row(name)
        return dict(self.changed).get(name, row.default)

    def number(self, name: str) -> float:
        """Return one value as a number.

        Raises
        ------
        AssumptionError
            When it is unknown, blank or not a number.
        """
        value = self.value(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise AssumptionError(f"{name}: a number is needed here and it is {_shown(value)}.")
        return float(value)

    def whole(self, name: str) -> int:
        """Return one value as a whole number.

        Raises
        ------
        AssumptionError
            When it is unknown, blank or not a whole number.
        """
        number = self.number(name)
        if number != int(number):
            raise AssumptionError(f"{name}: a whole number is needed here and it is {number}.")
        return int(number)

    def text(self, name: str) -> str:
        """Return one value as text, "" when it is blank."""
        value = self.value(name)
        return "" if value is None else str(value)

    def changes(self) -> list[Change]:
        """Return every change made, old to new, in the order in which they were made."""
        return list(self.record)

    def as_rows(self) -> list[dict[str, Value]]:
        """Return every assumption as a row: name, value, default, unit, low, high, year, source, status, description.

        A changed value carries its own source and the status ``local``.
        """
        sources = {change.name: change.source or change.reason for change in self.record}
        return [self._as_row(row, sources) for row in attribute("assumption").values()]

    def _as_row(self, row: Attribute, sources: Mapping[str, str]) -> dict[str, Value]:
        local = row.name in dict(self.changed)
        return {
            "name": row.name,
            "value": self.value(row.name),
            "default": row.default,
            "unit": row.unit,
            "low": row.low,
            "high": row.high,
            "year": "" if local else row.year,
            "source": sources.get(row.name, "") if local else row.source,
            "status": "local" if local else row.status,
            "description": row.description,
        }


@dataclass(frozen=True)
class _Fault:
    text: str


def _row(name: str) -> Attribute:
    rows = attribute("assumption")
    if name in rows:
        return rows[name]
    raise AssumptionError(_unknown(name))


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, attribute("assumption"), n=1, cutoff=0)
    hint = f' Nearest: "{near[0]}".' if near else ""
    return f'"{name}" is not an assumption.{hint}'


def _read(name: str, value: object) -> "Value | _Fault":
    if name not in attribute("assumption"):
        return _Fault(_unknown(name))
    row = _row(name)
    try:
        read = parse(row.type, _as_text(value))
    except ValueError:
        return _Fault(f"{name}: {_shown(value)} is not usable; expected {row.expected}.")
    return _fault(row, read) or read


def _fault(row: Attribute, value: Value) -> _Fault | None:
    if value is None:
        return _Fault(f"{row.name}: a value is needed; expected {row.expected}.") if row.required else None
    if row.choices and value not in row.choices:
        return _Fault(f"{row.name}: {_shown(value)} is not usable; expected {row.expected}.")
    if row.numeric and isinstance(value, int | float) and not _within(row, value):
        return _Fault(f"{row.name}: {_shown(value)} is out of range; expected {row.expected}.")
    return None


def _within(row: Attribute, value: float) -> bool:
    low, high = row.low, row.high
    above = not isinstance(low, int | float) or value >= low
    return above and (not isinstance(high, int | float) or value <= high)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _shown(value: object) -> str:
    return "blank" if value is None else f'"{value:g}"' if isinstance(value, float) else f'"{value}"'
