"""Under which order: legal statuses over a time in care."""

from collections.abc import Sequence
from datetime import date

from numpy.random import Generator

from sufficiency.synthetic.chance import days, pick
from sufficiency.synthetic.people import Person, Spell
from sufficiency.synthetic.targets import BASE_DATE

Timeline = list[tuple[date, str]]
"""Days from which a status holds, ascending; the first is the first day in care."""

VOLUNTARY_CHANCE = ((60, 0.6), (180, 0.45), (365, 0.3), (100_000, 0.11))
"""Chance that a time in care stays under section 20 to its end, by its length in days (assumption)."""

FIRST_ORDER = {"C1": 0.42, "V2": 0.36, "L1": 0.14, "L2": 0.08}
SAME_DAY_CHANCE = 0.15
SHORT_ORDERS = ("L1", "L2")
"""Police protection lasts three days at most, emergency protection 21."""

NEAR_DAYS = 30
INTERIM_DAYS = (170, 420)


def legal_timeline(spell: Spell, person: Person, adopted_from: date | None, at_home: bool, rng: Generator) -> Timeline:
    """Draw the legal statuses of one time in care.

    Parameters
    ----------
    adopted_from
        First day in an adoptive home, when there is one: a placement order comes before it.
    at_home
        Whether any of it is spent with parents, which needs a care order.
    """
    length = ((spell.end or BASE_DATE) - spell.start).days
    if person.uasc:
        return [(spell.start, "V2")]
    ordered = at_home or adopted_from is not None
    voluntary = next(chance for limit, chance in VOLUNTARY_CHANCE if length <= limit)
    if not ordered and rng.random() < voluntary:
        return [(spell.start, "V2")]
    line = _care_orders(spell.start, "C1" if ordered else pick(FIRST_ORDER, rng), rng)
    if adopted_from is not None:
        line = line[:1] + [step for step in line[1:] if step[0] < adopted_from - days(60)]
        before = 0 if rng.random() < SAME_DAY_CHANCE else rng.integers(8, 40)
        line.append((adopted_from - days(before), "E1"))
    return line[:1] + [step for step in line[1:] if step[0] < (spell.end or BASE_DATE)]


def _care_orders(start: date, first: str, rng: Generator) -> Timeline:
    """Return the usual way: protection or agreement, interim care order, full care order."""
    line = [(start, first)]
    wait = {"C1": (0, 1), "V2": (14, 110), "L1": (1, 4), "L2": (3, 9)}[first]
    if first != "C1":
        then = "V2" if first == "L1" and rng.random() < 0.35 else "C1"
        line.append((start + days(rng.integers(*wait)), then))
        if then == "V2":
            line.append((line[-1][0] + days(rng.integers(14, 90)), "C1"))
    line.append((line[-1][0] + days(rng.integers(*INTERIM_DAYS)), "C2"))
    return line


def meeting_moves(line: Timeline, moves: Sequence[date], last: date, rng: Generator) -> Timeline:
    """Let an order made within a month of a move take effect on the day of the move, half of the time."""
    out = line[:1]
    for day, status in line[1:]:
        near = [move for move in moves if abs((move - day).days) <= NEAR_DAYS and move > out[-1][0]]
        movable = status != "E1" and out[-1][1] not in SHORT_ORDERS
        taken = near[0] if near and movable and rng.random() < 0.5 else day
        out.append((max(taken, out[-1][0] + days(1)), status))
    return out[:1] + [step for step in out[1:] if step[0] < last]
