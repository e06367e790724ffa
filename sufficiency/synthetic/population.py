"""Who is in care when: a population walked forward a year at a time, steered to the published totals.

Each year so many come in, so many leave and so many are in care on 31 March, by age band. Who leaves is drawn with
weights that fall with the time in care (many leave within months, few after years), the rest stay.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sufficiency.synthetic import targets
from sufficiency.synthetic.chance import age_on, apportion, birthday, day_between, days, pick, settled, shuffled
from sufficiency.synthetic.entrants import (
    Entrant,
    draw_entrant,
    draw_resident,
    entry_weights,
    group_siblings,
)
from sufficiency.synthetic.leaving import HOME, reason_for_leaving
from sufficiency.synthetic.people import (
    STRATA,
    Person,
    Population,
    Spell,
    stratum,
)

RETURN_SHARE = 0.10
LEAST_TURNOVER = (0.05, 0.12, 0.08, 0.07, 0.08, 0.0, 0.03)
"""Least share of a group that leaves in a year, so that no group is frozen by the steering."""

LEAVING_WEIGHT = ((365, 1.0), (730, 0.75), (1095, 0.45), (1825, 0.2), (100_000, 0.1))
"""Weight of leaving by days since coming in, at the end of the year (assumption; two humps with leaving at 18)."""


@dataclass
class _Register:
    """Everybody so far, filled year by year."""

    persons: list[Person] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)

    def admit(self, person: int, start: date) -> None:
        self.spells.append(Spell(person, start))

    def here(self) -> list[int]:
        return [index for index, spell in enumerate(self.spells) if spell.end is None]

    def stratum(self, spell: int, day: date) -> int:
        return stratum(self.persons[self.spells[spell].person], day)


def make_population(rng: Generator) -> Population:
    """Make everybody who was in care between the first and the last return."""
    register = _Register()
    opening = date(targets.FIRST_RETURN - 1, 3, 31)
    wanted = np.append(stock_by_stratum(opening.year), [0, 0])
    _welcome(register, _draw_all(partial(draw_resident, close=opening, rng=rng), wanted), rng)
    for year in targets.RETURN_YEARS:
        _walk_year(register, date(year, 3, 31), rng)
    return Population(tuple(register.persons), tuple(register.spells))


def stock_by_stratum(year: int) -> NDArray[np.int64]:
    """Children in care on 31 March by steered group, shape (7,); the base date is the published age table."""
    uasc, young = targets.UASC_STOCK[year], round(targets.UASC_STOCK[year] * 0.08)
    if year == targets.LAST_RETURN:
        band = np.array(targets.AGE_BAND_STOCK)
        young = targets.UASC_UNDER_16
        band[3:] -= [young, uasc - young]
        return np.append(band, [young, uasc - young])
    last = stock_by_stratum(targets.LAST_RETURN)[:5]
    step = (year - 2017) / (targets.LAST_RETURN - 2017)
    shares = (1 - step) * np.array(targets.AGE_SHARES_2017) + step * last / last.sum()
    return np.append(apportion(targets.STOCK[year] - uasc, shares), [young, uasc - young])


def _walk_year(register: _Register, close: date, rng: Generator) -> None:
    """Let a year pass: people come in, some come back, and so many leave."""
    pool = np.bincount([register.stratum(i, close) for i in register.here()], minlength=STRATA)
    coming, leaving = plan_year(pool, close.year)
    coming -= _come_back(register, coming, close, rng)
    _welcome(register, _draw_all(partial(draw_entrant, close=close, rng=rng), coming), rng)
    for index in _choose_leavers(register, leaving, close, rng):
        person, spell = register.persons[register.spells[index].person], register.spells[index]
        end = _last_day(person, spell, close, rng)
        register.spells[index] = replace(spell, end=end, reason=reason_for_leaving(person, spell.start, end, rng))
    _leave_together(register, close)


def plan_year(pool: NDArray[np.int64], year: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Say how many of each steered group come in and how many leave, so that every total of the year is met.

    Parameters
    ----------
    pool
        People in care at the start of the year by their group at its end, shape (9,).
    """
    uasc = targets.UASC_STARTED[year]
    coming = apportion(uasc, entry_weights(uasc=True)) + apportion(
        targets.STARTED[year] - uasc, entry_weights(uasc=False)
    )
    target = stock_by_stratum(year)
    least = np.ceil(pool[:7] * LEAST_TURNOVER).astype(np.int64)
    while (spare := pool[:7] + coming[:7] - target - least).min() < 0:
        coming[int(np.argmin(spare))] += 1
        coming[int(np.argmax(np.where(coming[:7] > 0, spare, -999)))] -= 1
    return coming, np.append(pool[:7] + coming[:7] - target, (pool + coming)[7:])


def _draw_all(draw: partial[Entrant], counts: NDArray[np.int64]) -> list[Entrant]:
    return [draw(group) for group, count in enumerate(counts) for _ in range(int(count))]


def _welcome(register: _Register, entrants: list[Entrant], rng: Generator) -> None:
    """Enter new people, some of them brothers and sisters, in order of their first day."""
    grouped, family = group_siblings(entrants, rng)
    first = len(register.persons)
    for entrant, own in zip(grouped, family, strict=True):
        register.persons.append(Person(entrant.birth, entrant.uasc, first + own))
        register.admit(len(register.persons) - 1, entrant.start)


def _come_back(register: _Register, coming: NDArray[np.int64], close: date, rng: Generator) -> NDArray[np.int64]:
    """Let some who went home come into care again; return how many of each group did."""
    came = np.zeros(STRATA, np.int64)
    last_day = date(close.year, 3, 25)
    latest: dict[int, Spell] = {spell.person: spell for spell in register.spells}
    gone = [s for s in latest.values() if s.end and s.reason in HOME and s.end + days(30) < last_day]
    for spell in shuffled(gone, rng):
        group = stratum(register.persons[spell.person], close)
        if group > 4 or came[group] >= round(RETURN_SHARE * coming[group]):
            continue
        assert spell.end is not None  # noqa: S101 - chosen above
        first = max(spell.end + days(21), close.replace(year=close.year - 1) + days(1))
        register.admit(spell.person, settled(day_between(first, last_day, rng)))
        came[group] += 1
    return came


def _choose_leavers(register: _Register, leaving: NDArray[np.int64], close: date, rng: Generator) -> list[int]:
    """Draw who leaves in each group; brothers and sisters share one draw, so they mostly leave together."""
    draw = rng.exponential(size=len(register.persons))
    chosen: list[int] = []
    for group in range(STRATA):
        here = [i for i in register.here() if register.stratum(i, close) == group]
        key = [_wait(register, i, draw, close) for i in here]
        order = np.argsort(key, kind="stable") if here else np.zeros(0, np.int64)
        chosen += [here[int(i)] for i in order[: int(leaving[group])]]
    return chosen


def _wait(register: _Register, spell: int, draw: NDArray[np.float64], close: date) -> float:
    since = (close - register.spells[spell].start).days
    weight = next(weight for days_in, weight in LEAVING_WEIGHT if since <= days_in)
    return float(draw[register.persons[register.spells[spell].person].family]) / weight


def _last_day(person: Person, spell: Spell, close: date, rng: Generator) -> date:
    """Draw the day of leaving within the year; at 18 it is the birthday, or sometimes the weeks before."""
    adult = birthday(person.birth, 18)
    year_start = close.replace(year=close.year - 1) + days(1)
    if adult <= close:
        early = 0 if person.uasc or rng.random() < 0.8 else int(rng.integers(1, 22))
        return settled(max(adult - days(early), spell.start + days(1), year_start))
    first = max(spell.start + days(1), year_start)
    last = close - days(1)
    if spell.start >= year_start:
        longest = {"13": 0.2, "55": 0.25, "190": 0.55}
        last = min(last, spell.start + days(int(pick(longest, rng))))
    return settled(day_between(min(first, last), last, rng))


def _leave_together(register: _Register, close: date) -> None:
    """Give brothers and sisters who came together and leave in the same year one day and one reason."""
    year_start = close.replace(year=close.year - 1)
    lead: dict[tuple[int, date], Spell] = {}
    for index, spell in enumerate(register.spells):
        person = register.persons[spell.person]
        if spell.end is None or not year_start < spell.end < close or age_on(person.birth, close) >= 18:
            continue
        first = lead.setdefault((person.family, spell.start), spell)
        together = first.reason == spell.reason or {first.reason, spell.reason} <= HOME
        register.spells[index] = replace(spell, end=first.end, reason=first.reason) if together else spell
