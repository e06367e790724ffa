"""The SSDA903 episodes of a time in care: stays, codes, legal statuses and temporary moves laid over each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from numpy.random import Generator

from sufficiency.synthetic.chance import days, pick
from sufficiency.synthetic.codes import Phases, adoption_day, phases
from sufficiency.synthetic.legal import Timeline, legal_timeline, meeting_moves
from sufficiency.synthetic.people import Person, Population, Spell
from sufficiency.synthetic.stays import Stay, Stays
from sufficiency.synthetic.targets import BASE_DATE, FIRST_RETURN

FIRST_DAY = date(FIRST_RETURN - 1, 4, 1)
TEMPORARY_CHANCE = 0.05
TEMPORARY_DAYS = {"T1": (8, 30), "T3": (8, 21), "T4": (4, 8)}
TEMPORARY = {"T1": 0.4, "T3": 0.4, "T4": 0.2}
FOSTERED = ("kinship", "in-house", "agency")

MOVE_REASON = {
    "CARPL": 0.42, "OTHER": 0.29, "CREQB": 0.11, "CREQO": 0.09, "CHILD": 0.04, "STAND": 0.015, "CLOSE": 0.015,
    "LAREQ": 0.01, "ALLEG": 0.01,
}  # fmt: skip
"""Reasons for a change of placement (England 2024, without changes of status only)."""


@dataclass(frozen=True)
class Episode:
    """One SSDA903 episode without addresses.

    Attributes
    ----------
    spell, arrangement
        Whose, and which home.
    start, end
        DECOM and DEC; end None when open at the base date.
    new, legal, place, ceased, changed
        RNE, LS, PLACE, REC and REASON_PLACE_CHANGE.
    temporary
        Whether a T code: it names no provider and no URN.
    """

    spell: int
    arrangement: int
    start: date
    end: date | None
    new: str
    legal: str
    place: str
    ceased: str
    changed: str
    temporary: bool = False


@dataclass(frozen=True)
class _State:
    """What holds from a day on."""

    day: date
    arrangement: int
    place: str
    legal: str
    temporary: bool


def make_episodes(population: Population, made: Stays, rng: Generator) -> list[Episode]:
    """Return the episodes of everybody, in order of spell and start."""
    own: dict[int, list[Stay]] = {}
    for stay in made.stays:
        own.setdefault(stay.spell, []).append(stay)
    out: list[Episode] = []
    lines: dict[int, Phases] = {}
    for index, spell in enumerate(population.spells):
        out += _of_spell(index, spell, population.persons[spell.person], own[index], made, lines, rng)
    return out


def _of_spell(
    index: int,
    spell: Spell,
    person: Person,
    stays: Sequence[Stay],
    made: Stays,
    lines: dict[int, Phases],
    rng: Generator,
) -> list[Episode]:
    cells = [made.arrangements[stay.arrangement].cell for stay in stays]
    codes = [_phases_of(cell, stay, lines, rng) for cell, stay in zip(cells, stays, strict=True)]
    adopted = next((day for line in codes if (day := adoption_day(line))), None)
    legal = legal_timeline(spell, person, adopted, "parents" in cells, rng)
    legal = meeting_moves(legal, [stay.start for stay in stays[1:]], spell.end or BASE_DATE, rng)
    away = _temporary(stays, cells, codes, legal, rng)
    states = _states(stays, codes, legal, away)
    return [
        _episode(index, spell, before, state, after, rng)
        for before, state, after in zip([None, *states], states, [*states[1:], None], strict=False)
    ]


def _phases_of(cell: str, stay: Stay, lines: dict[int, Phases], rng: Generator) -> Phases:
    """Return the codes of a stay; brothers and sisters in one home from one day have the same."""
    known = lines.get(stay.arrangement)
    if known is None or known[0][0] != stay.start:
        known = lines[stay.arrangement] = phases(cell, stay, rng)
    return known


def _temporary(
    stays: Sequence[Stay], cells: Sequence[str], codes: Sequence[Phases], legal: Timeline, rng: Generator
) -> list[tuple[date, date, str]]:
    """Draw temporary moves out of foster homes: well inside a stay, away from every other change."""
    changes = [day for line in codes for day, _ in line] + [day for day, _ in legal]
    away = []
    for stay, cell in zip(stays, cells, strict=True):
        length = ((stay.end or BASE_DATE) - stay.start).days
        if cell not in FOSTERED or length < 120 or rng.random() >= TEMPORARY_CHANCE:
            continue
        code = pick(TEMPORARY, rng)
        first = stay.start + days(rng.integers(30, length - 60))
        last = first + days(rng.integers(*TEMPORARY_DAYS[code]))
        if first > FIRST_DAY and all(not first - days(3) <= day <= last + days(3) for day in changes):
            away.append((first, last, code))
    return away


def _states(
    stays: Sequence[Stay], codes: Sequence[Phases], legal: Timeline, away: Sequence[tuple[date, date, str]]
) -> list[_State]:
    """Lay everything over each other: one state from each day on which anything changes."""
    placed = [(day, stay.arrangement, code) for stay, line in zip(stays, codes, strict=True) for day, code in line]
    turning = {day for day, _, _ in placed} | {day for day, _ in legal}
    turning |= {day for first, last, _ in away for day in (first, last)}
    states = []
    for day in sorted(turning):
        _, arrangement, code = max(step for step in placed if step[0] <= day)
        status = max(step for step in legal if step[0] <= day)[1]
        out = next((code for first, last, code in away if first <= day < last), "")
        states.append(_State(day, arrangement, out or code, status, bool(out)))
    return states


def _episode(
    index: int, spell: Spell, before: _State | None, state: _State, after: _State | None, rng: Generator
) -> Episode:
    new = "S" if before is None else _reason_new(before, state)
    changed = "" if after is None else _reason_changed(state, after, rng)
    end, ceased = (after.day, "X1") if after else (spell.end, spell.reason)
    return Episode(
        index,
        state.arrangement,
        state.day,
        end,
        new,
        state.legal,
        state.place,
        ceased,
        changed,
        state.temporary,
    )


def _reason_new(before: _State, state: _State) -> str:
    """RNE: what changed, the carer, the placement with the same carer, the legal status, or two of them."""
    status = before.legal != state.legal
    if before.temporary or state.temporary:
        return "P"
    if before.arrangement != state.arrangement:
        return "B" if status else "P"
    if before.place != state.place:
        return "U" if status else "T"
    return "L"


def _reason_changed(state: _State, after: _State, rng: Generator) -> str:
    """REASON_PLACE_CHANGE: none for a change of legal status only, nor before, in or after a temporary move."""
    if after.temporary or state.temporary:
        return ""
    if state.arrangement != after.arrangement:
        return "CUSTOD" if after.place == "R5" else pick(MOVE_REASON, rng)
    return "PLACE" if state.place != after.place else ""
