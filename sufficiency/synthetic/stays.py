"""Where everybody lived: each time in care as a row of stays, ending in the place of the base table or in leaving."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from numpy.random import Generator

from sufficiency.synthetic.base_table import OLDEST, YOUNGEST, BasePlace
from sufficiency.synthetic.chance import DAYS_A_YEAR, age_on, birthday, days, pick
from sufficiency.synthetic.leaving import ADOPTED
from sufficiency.synthetic.people import Person, Population, Spell
from sufficiency.synthetic.targets import BASE_DATE, TABLE

FIRST_HOME: tuple[dict[str, float], ...] = (
    {"in-house": 0.38, "agency": 0.30, "kinship": 0.16, "parents": 0.06, "mother and baby": 0.10},
    {"in-house": 0.34, "agency": 0.36, "kinship": 0.25, "parents": 0.05},
    {"in-house": 0.28, "agency": 0.44, "kinship": 0.23, "parents": 0.05},
    {"in-house": 0.24, "agency": 0.44, "kinship": 0.16, "home": 0.11, "parents": 0.03, "unregistered": 0.02},
    {"supported": 0.34, "agency": 0.20, "in-house": 0.13, "home": 0.18, "kinship": 0.08, "unregistered": 0.03,
     "parents": 0.02, "custody": 0.02},
)  # fmt: skip
NEXT_HOME: tuple[dict[str, float], ...] = (
    {"in-house": 0.40, "agency": 0.36, "kinship": 0.24},
    {"in-house": 0.34, "agency": 0.36, "kinship": 0.24, "parents": 0.06},
    {"in-house": 0.26, "agency": 0.46, "kinship": 0.20, "parents": 0.05, "home": 0.03},
    {"in-house": 0.18, "agency": 0.45, "kinship": 0.10, "home": 0.22, "parents": 0.02, "unregistered": 0.02,
     "residential school": 0.01},
    {"supported": 0.45, "agency": 0.18, "in-house": 0.10, "home": 0.20, "unregistered": 0.02, "kinship": 0.05},
)  # fmt: skip
UASC_HOME: tuple[dict[str, float], dict[str, float]] = ({"agency": 1.0}, {"supported": 0.72, "agency": 0.28})
"""Kind of home by age band at the start of a stay (assumption, near England 2024: first placements 55% foster)."""

STAYING_PUT = {"in-house": 0.4, "agency": 0.45, "kinship": 0.15}
MOVES_A_YEAR = ((90, 1.85), (730, 0.67), (100_000, 0.325))
"""Moves a year by days in care (assumption; gives about one child in ten three or more placements in a year)."""

MOVES_FACTOR = {"home": 1.5, "supported": 1.2, "kinship": 0.5, "parents": 0.6}
BRIEF = frozenset({"secure", "custody", "hospital", "unregistered", "parents"})


@dataclass(frozen=True)
class Arrangement:
    """One home's use by one child, or by brothers and sisters together.

    Attributes
    ----------
    cell, locality, provider
        As in :class:`BasePlace`.
    family
        Whose home the distance is measured from.
    """

    cell: str
    locality: int
    provider: str
    family: int


@dataclass(frozen=True)
class Stay:
    """An unbroken time in one home: ``[start, end)``, end None at the base date."""

    spell: int
    start: date
    end: date | None
    arrangement: int


@dataclass
class Stays:
    """All stays in order of spell and start, and the arrangements they use."""

    stays: list[Stay] = field(default_factory=list)
    arrangements: list[Arrangement] = field(default_factory=list)

    def add(self, arrangement: Arrangement) -> int:
        """Keep an arrangement and return its index."""
        self.arrangements.append(arrangement)
        return len(self.arrangements) - 1


def make_stays(population: Population, base: dict[int, BasePlace], rng: Generator) -> Stays:
    """Return where everybody lived; brothers and sisters who come and leave together mostly share their homes."""
    made, shared = Stays(), dict[int, int]()
    leads: dict[tuple[int, date, date | None], list[Stay]] = {}
    sharing: dict[tuple[int, date, date | None], int] = {}
    for index, spell in enumerate(population.spells):
        person = population.persons[spell.person]
        key = (person.family, spell.start, spell.end)
        place = base.get(index)
        lead = leads.get(key, [])
        if _may_follow(lead, place, person, made, shared, rng) and sharing[key] < 3:
            own = [Stay(index, stay.start, stay.end, stay.arrangement) for stay in lead]
            sharing[key] += 1
        else:
            own = _path(index, spell, person, place, made, shared, rng)
            leads.setdefault(key, own)
            sharing.setdefault(key, 1)
        made.stays += own
    return made


def _may_follow(
    lead: Sequence[Stay],
    place: BasePlace | None,
    person: Person,
    made: Stays,
    shared: dict[int, int],
    rng: Generator,
) -> bool:
    """Whether somebody can share every home of a brother or sister."""
    if not lead or not all(
        _suits(made.arrangements[stay.arrangement].cell, person, stay.start, stay.end or BASE_DATE) for stay in lead
    ):
        return False
    if place is not None:
        return shared.get(place.shared) == lead[-1].arrangement
    return bool(rng.random() < 0.75)


def _suits(cell: str, person: Person, start: date, end: date) -> bool:
    return age_on(person.birth, start) >= YOUNGEST.get(cell, 0) and age_on(person.birth, end) <= OLDEST.get(cell, 18)


def _path(
    index: int,
    spell: Spell,
    person: Person,
    place: BasePlace | None,
    made: Stays,
    shared: dict[int, int],
    rng: Generator,
) -> list[Stay]:
    """Draw the stays of one time in care."""
    end = spell.end or BASE_DATE
    last = place.cell if place else _last_cell(spell.reason, rng)
    moves = _move_days(spell.start, end, last, person, rng)
    starts = [spell.start, *moves]
    cells = [_draw_cell(person, start, first=number == 0, rng=rng) for number, start in enumerate(starts)]
    if last and _suits(last, person, starts[-1], end):
        cells[-1] = last
    for number in range(1, len(cells)):
        if cells[number - 1] == cells[number] == "parents":
            cells[number - 1] = "kinship"
    used = [made.add(_arrangement(cell, person, rng)) for cell in cells[:-1]]
    used.append(_last_arrangement(cells[-1], person, place, made, shared, rng))
    return [Stay(index, a, b, use) for a, b, use in zip(starts, [*moves, spell.end], used, strict=True)]


def _last_arrangement(
    cell: str, person: Person, place: BasePlace | None, made: Stays, shared: dict[int, int], rng: Generator
) -> int:
    if place is None:
        return made.add(_arrangement(cell, person, rng))
    if place.shared not in shared:
        shared[place.shared] = made.add(Arrangement(place.cell, place.locality, place.provider, person.family))
    return shared[place.shared]


def _arrangement(cell: str, person: Person, rng: Generator) -> Arrangement:
    """Draw locality and provider of a home in the past, in the proportions of the base table."""
    of = TABLE[cell]
    spread = of.uasc_places if person.uasc and any(of.uasc_places) else of.places
    locality = pick({str(number): n for number, n in enumerate(spread)}, rng)
    return Arrangement(cell, int(locality), pick(of.providers, rng), person.family)


def _last_cell(reason: str, rng: Generator) -> str:
    """Kind of home from which somebody leaves for a reason, "" when the reason does not say."""
    if reason in ADOPTED:
        return "adoption"
    if reason == "E17":
        return pick(STAYING_PUT, rng)
    if reason == "E45":
        return "kinship"
    if reason in ("E5", "E6"):
        return "supported" if rng.random() < 0.6 else ""
    return "parents" if reason == "E4A" and rng.random() < 0.12 else ""


def _draw_cell(person: Person, start: date, *, first: bool, rng: Generator) -> str:
    age = age_on(person.birth, start)
    if person.uasc:
        return pick(UASC_HOME[int(age >= 16)], rng)
    band = sum(age >= limit for limit in (1, 5, 10, 16))
    return pick((FIRST_HOME if first else NEXT_HOME)[band], rng)


def _move_days(start: date, end: date, last: str, person: Person, rng: Generator) -> list[date]:
    """Draw the days of moving: more at first and for some children than for others, a day apart from each other."""
    length = (end - start).days
    drawn: set[int] = set()
    frailty = rng.gamma(0.7, 1 / 0.7) * MOVES_FACTOR.get(last, 1.0)
    before = 0
    for until, a_year in MOVES_A_YEAR:
        span = min(until, length) - before
        if span > 0:
            count = rng.poisson(frailty * a_year * span / DAYS_A_YEAR)
            drawn |= {int(day) for day in rng.integers(before, before + span, count)}
            before += span
    return _with_last_move(start, end, last, person, drawn, rng)


def _with_last_move(start: date, end: date, last: str, person: Person, drawn: set[int], rng: Generator) -> list[date]:
    """Keep moves two days apart, and make the last one fit the kind of home it leads to."""
    length = (end - start).days
    earliest, latest = 0, length - 2
    if last in YOUNGEST:
        earliest = min((birthday(person.birth, YOUNGEST[last]) - start).days, length - 1)
    if last == "adoption":
        earliest, latest = max(length - 330, 90), length - 60
    if last in BRIEF:
        earliest = max(earliest, length - 150)
    if earliest > 0:
        moves = {day for day in drawn if day < earliest - 1}
        moves |= {int(rng.integers(earliest, max(earliest, latest) + 1))}
    else:
        moves = drawn
    kept: list[int] = []
    for day in sorted(day for day in moves if 1 < day <= max(latest, earliest)):
        if not kept or day - kept[-1] > 1:
            kept.append(day)
    return [start + days(day) for day in kept]
