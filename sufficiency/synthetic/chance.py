"""Small draws used everywhere: days, shares, apportionment. Every draw comes from the generator passed in."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import SupportsInt, TypeVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

T = TypeVar("T")

DAYS_A_YEAR = 365.25


def days(count: SupportsInt) -> timedelta:
    """Whole days."""
    return timedelta(days=int(count))


def day_between(first: date, last: date, rng: Generator) -> date:
    """Draw a day, both ends included."""
    return first + days(rng.integers(0, (last - first).days + 1))


def settled(day: date) -> date:
    """Move a day off 31 March, so that no rule about the last day of a year can be read two ways."""
    return day - days(1) if (day.month, day.day) == (3, 31) else day


def birthday(birth: date, age: int) -> date:
    """Return the day on which somebody reaches an age (nobody here is born on 29 February)."""
    return birth.replace(year=birth.year + age)


def age_on(birth: date, day: date) -> int:
    """Whole years of age on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def apportion(total: int, weights: Sequence[float] | NDArray[np.float64]) -> NDArray[np.int64]:
    """Split whole children by weights: largest remainders."""
    exact = np.asarray(weights, dtype=float) / np.sum(weights) * total
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def pick(options: Mapping[str, float], rng: Generator) -> str:
    """Draw one key in proportion to its weight."""
    weights = np.array(list(options.values()), dtype=float)
    return list(options)[int(rng.choice(len(weights), p=weights / weights.sum()))]


def shuffled(items: Sequence[T], rng: Generator) -> list[T]:
    """Return the items in a random order."""
    return [items[int(index)] for index in rng.permutation(len(items))]
