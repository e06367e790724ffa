"""What a lever is: one thing a commissioner can change, in the field's words, with its unit, range and evidence."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from scenarios.ground import Ground

FloatArray = NDArray[np.float64]
ParamValue: TypeAlias = str | float | bool | tuple[str, ...] | None
Apply: TypeAlias = "Callable[[Ground, Pull], Ground]"


@dataclass(frozen=True)
class Param:
    """A detail of a lever.

    Attributes
    ----------
    name
        Key in a scenario file.
    kind
        "number", "whole", "yes or no", "text", "ages" (age bands), or "choice".
    default
        Value when the file says nothing; None means it is worked out as the description says.
    low, high
        Range of a number.
    choices
        Words that may stand there.
    status, source
        Cited, derived or assumption; and where the default comes from.
    """

    name: str
    kind: str
    default: ParamValue
    unit: str = ""
    low: float = 0.0
    high: float = 1_000_000.0
    choices: tuple[str, ...] = ()
    status: str = "assumption"
    source: str = "design of this engine"
    description: str = ""


@dataclass(frozen=True)
class Pull:
    """One lever set to a size for some months.

    Attributes
    ----------
    lever
        Name of the lever.
    value
        Its size in the lever's unit; nought changes nothing.
    low, high
        Interval of the size, from which replications draw; both equal to ``value`` when it is certain.
    from_step, to_step
        First month walked in which it holds (1 is the first), and the first in which it no longer does; None is never.
    ramp_months
        Months over which it grows to its size.
    params
        Details by name, each typed and in its range.
    """

    lever: str
    value: float
    low: float
    high: float
    from_step: int = 1
    to_step: int | None = None
    ramp_months: int = 0
    params: tuple[tuple[str, ParamValue], ...] = ()

    @property
    def key(self) -> str:
        """Name of the lever with what it is about: two changes of one key cannot stand in one scenario."""
        about = ", ".join(
            _shown(value) for name, value in self.params if name in SCOPE_NAMES and value not in (None, ())
        )
        return f"{self.lever}[{about}]" if about else self.lever

    def detail(self, name: str) -> ParamValue:
        """Return one detail."""
        return dict(self.params)[name]

    def number(self, name: str) -> float:
        """Return one detail that is a number.

        Raises
        ------
        TypeError
            When it is not.
        """
        value = self.detail(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"{self.lever}: {name} is no number")
        return float(value)

    def text(self, name: str) -> str:
        """Return one detail as text, "" when there is none."""
        value = self.detail(name)
        return "" if value is None else str(value)

    def words(self, name: str) -> tuple[str, ...]:
        """Return a detail that is a list of words."""
        value = self.detail(name)
        return value if isinstance(value, tuple) else ()

    def shape(self, months: int) -> FloatArray:
        """Return the share of its size that holds in each month walked, 0 to 1, shape (months,)."""
        step = np.arange(1, months + 1)
        grown = np.clip((step - self.from_step + 1) / max(self.ramp_months, 1), 0.0, 1.0)
        share = np.where(step >= self.from_step, grown if self.ramp_months > 1 else 1.0, 0.0)
        return share if self.to_step is None else np.where(step < self.to_step, share, 0.0)


SCOPE_NAMES = ("ages", "setting", "line", "home", "group")
"""Details that say what a lever is about."""


@dataclass(frozen=True)
class Lever:
    """One thing that can be changed.

    Attributes
    ----------
    name, title
        Dotted name in scenario files, and what a person reads.
    unit, low, high
        Of its size.
    changes
        What of the walk's inputs it changes, in words.
    touches
        Parts of the ground it may change: "entries", "moves", "leaving", "places", "prices", "costs".
    status, source
        Evidence for what the lever does, not for its size.
    dates
        "month" (any month, with end and ramp), "start" (any month, for good) or "april" (prices change each April).
    whole
        Whether the size is a whole number.
    params
        Details.
    apply
        Pure function from ground and pull to ground.
    """

    name: str
    title: str
    unit: str
    low: float
    high: float
    changes: str
    touches: tuple[str, ...]
    status: str
    source: str
    apply: "Callable[[Ground, Pull], Ground]" = field(repr=False)
    dates: str = "month"
    whole: bool = False
    params: tuple[Param, ...] = ()


def _shown(value: ParamValue) -> str:
    return " and ".join(value) if isinstance(value, tuple) else str(value)
