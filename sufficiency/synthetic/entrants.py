"""Who comes into care: ages, days and brothers and sisters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator

from sufficiency.synthetic.chance import birthday, day_between, days, pick, settled, shuffled
from sufficiency.synthetic.people import ADULT, UASC_ADULT, UASC_OLDER, UASC_YOUNGER

AGES_WITHIN: dict[int, dict[str, float]] = {
    0: {"0": 1},
    1: {"1": 0.34, "2": 0.25, "3": 0.21, "4": 0.20},
    2: {"5": 0.18, "6": 0.19, "7": 0.20, "8": 0.21, "9": 0.22},
    3: {"10": 0.11, "11": 0.12, "12": 0.15, "13": 0.18, "14": 0.21, "15": 0.23},
    4: {"16": 0.72, "17": 0.28},
    UASC_YOUNGER: {"14": 0.15, "15": 0.85},
    UASC_OLDER: {"16": 0.42, "17": 0.58},
    ADULT: {"18": 1},
    UASC_ADULT: {"18": 1},
}
"""Age on 31 March after coming in, within each steered group (assumption; ages in care rise within each band)."""

SIBLING_SHARE = 0.42
GROUP_SIZES = {"2": 0.62, "3": 0.27, "4": 0.11}
LEAST_DAYS_BETWEEN_BIRTHS = 300
LAST_ENTRY = (3, 27)


@dataclass(frozen=True)
class Entrant:
    """Somebody coming into care: the group of steering, the birth and the first day."""

    stratum: int
    birth: date
    start: date

    @property
    def uasc(self) -> bool:
        """Whether unaccompanied."""
        return self.stratum in (UASC_YOUNGER, UASC_OLDER, UASC_ADULT)


def draw_birth(stratum: int, close: date, rng: Generator) -> date:
    """Draw a birth so that the child is in a steered group on 31 March."""
    age = int(pick(AGES_WITHIN[stratum], rng))
    first = close.replace(year=close.year - age - 1) + days(2)
    last = close.replace(year=close.year - age) - days(25 if age == 0 else 1)
    if stratum in (ADULT, UASC_ADULT):
        first += days(70)
    day = settled(day_between(first, last, rng))
    return day - days(1) if (day.month, day.day) == (2, 29) else day


def draw_entrant(stratum: int, close: date, rng: Generator) -> Entrant:
    """Draw somebody who comes in during the year to 31 March; about half of babies come at birth."""
    birth = draw_birth(stratum, close, rng)
    first, last = close.replace(year=close.year - 1) + days(1), date(close.year, *LAST_ENTRY)
    if stratum == 0:
        first = birth
        last = min(last, birth + days(10)) if rng.random() < 0.55 else last
    if stratum in (ADULT, UASC_ADULT):
        last = birthday(birth, 18) - days(30)
    return Entrant(stratum, birth, settled(day_between(first, max(first, last), rng)))


def draw_resident(stratum: int, close: date, rng: Generator) -> Entrant:
    """Draw somebody already in care on 31 March: the time in care so far is exponential, cut at birth."""
    birth = draw_birth(stratum, close, rng)
    mean = 200 if stratum in (UASC_YOUNGER, UASC_OLDER) else 1000
    longest = 500 if stratum in (UASC_YOUNGER, UASC_OLDER) else (close - birth).days
    so_far = min(max(int(rng.exponential(mean)), 4), longest)
    return Entrant(stratum, birth, settled(close - days(so_far)) if so_far < (close - birth).days else birth)


def group_siblings(entrants: Sequence[Entrant], rng: Generator) -> tuple[list[Entrant], list[int]]:
    """Make families: about a quarter of children come in with brothers or sisters, on one day.

    Returns
    -------
    tuple
        The entrants with the common first days, and the number of each one's family within this list.
    """
    out, family = list(entrants), list(range(len(entrants)))
    young = [i for i, entrant in enumerate(entrants) if entrant.stratum <= 3]
    waiting = shuffled(young, rng)[: round(SIBLING_SHARE * len(young))]
    while len(waiting) > 1:
        group = _take_group(out, waiting, int(pick(GROUP_SIZES, rng)))
        start = max(out[i].birth if out[i].stratum == 0 else out[i].start for i in group)
        start = max(start, *(out[i].birth for i in group))
        for i in group:
            out[i] = Entrant(out[i].stratum, out[i].birth, start)
            family[i] = group[0]
    return out, family


def _take_group(entrants: Sequence[Entrant], waiting: list[int], size: int) -> list[int]:
    """Take from the waiting list a child and others whose births are far enough apart for one mother."""
    group = [waiting.pop(0)]
    for other in list(waiting):
        gaps = [abs((entrants[other].birth - entrants[i].birth).days) for i in group]
        if len(group) < size and min(gaps) >= LEAST_DAYS_BETWEEN_BIRTHS and max(gaps) < 11 * 365:
            group.append(other)
            waiting.remove(other)
    return group


def entry_weights(uasc: bool) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Shares of entrants by steered group on 31 March (England 2025 ages at entry, moved half a year on)."""
    if uasc:
        return np.array([0, 0, 0, 0, 0, 0.20, 0.70, 0, 0.10])
    return np.array([0.145, 0.165, 0.20, 0.35, 0.125, 0, 0, 0.015, 0])
