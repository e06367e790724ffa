"""Why children leave care: SSDA903 REC codes by age, time in care and being unaccompanied."""

from datetime import date

from numpy.random import Generator

from sufficiency.synthetic.chance import age_on, birthday, pick
from sufficiency.synthetic.people import Person

HOME = frozenset({"E4A", "E4B"})
ADOPTED = frozenset({"E11", "E12"})
GUARDIAN = frozenset({"E45", "E46", "E47", "E48"})

AT_18 = {"E17": 0.30, "E5": 0.34, "E6": 0.08, "E7": 0.05, "E8": 0.23}
UASC_AT_18 = {"E17": 0.15, "E5": 0.60, "E6": 0.15, "E8": 0.10}
UASC_BEFORE = {"E15": 0.4, "E3": 0.2, "E13": 0.15, "E8": 0.25}
BEFORE_18 = {
    "E4A": 0.40, "E4B": 0.10, "E45": 0.06, "E46": 0.03, "E47": 0.10, "E48": 0.03, "E41": 0.07, "E13": 0.07,
    "E3": 0.04, "E8": 0.07, "E9": 0.01, "E2": 0.002,
}  # fmt: skip
"""Assumption after England 2025: home planned 16%, unplanned 3%, special guardianship 12% of all who left."""

EARLIEST_ADOPTION_DAYS = 240
EARLIEST_ORDER_DAYS = 60
ADOPTED_UNDER = 7
ADOPTION_CHANCE = 0.62


def reason_for_leaving(person: Person, start: date, end: date, rng: Generator) -> str:
    """Draw why somebody leaves on a day."""
    stay, age = (end - start).days, age_on(person.birth, end)
    if (birthday(person.birth, 18) - end).days <= 21:
        return pick(UASC_AT_18 if person.uasc else AT_18, rng)
    if person.uasc:
        return pick(UASC_BEFORE, rng)
    if age < ADOPTED_UNDER and stay >= EARLIEST_ADOPTION_DAYS and rng.random() < ADOPTION_CHANCE:
        return "E12" if rng.random() < 0.85 else "E11"
    reason = pick(BEFORE_18, rng)
    if age == 17 and rng.random() < 0.5:
        return "E5"
    if reason == "E9" and age < 14:
        return "E8"
    return "E4A" if reason in GUARDIAN | {"E41"} and stay < EARLIEST_ORDER_DAYS else reason
