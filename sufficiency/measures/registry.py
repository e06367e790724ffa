"""Every measure by name, with its unit and definition: reports, notes sheets and documentation are made from this."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

import pandas as pd

Arguments = ParamSpec("Arguments")


@dataclass(frozen=True)
class Measure:
    """What a measure answers.

    Attributes
    ----------
    name
        What people call it.
    unit
        Unit of its numbers; columns with another unit say so in their name.
    definition
        One or two sentences that a councillor can read.
    """

    name: str
    unit: str
    definition: str


MEASURES: dict[str, Measure] = {}
"""Name -> what it answers."""


def measure(
    name: str, unit: str, definition: str
) -> Callable[[Callable[Arguments, pd.DataFrame]], Callable[Arguments, pd.DataFrame]]:
    """Register a function as a measure; the frames it returns carry ``attrs`` name, unit and definition."""
    if name in MEASURES:
        raise ValueError(f"two measures are called {name}")
    MEASURES[name] = Measure(name, unit, definition)

    def register(function: Callable[Arguments, pd.DataFrame]) -> Callable[Arguments, pd.DataFrame]:

        @wraps(function)
        def described(*args: Arguments.args, **kwargs: Arguments.kwargs) -> pd.DataFrame:
            frame = function(*args, **kwargs)
            frame.attrs = {"name": name, "unit": unit, "definition": definition}
            return frame

        return described

    return register
