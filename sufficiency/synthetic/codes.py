"""Under which code: SSDA903 PLACE codes of a stay over time."""

from datetime import date

from numpy.random import Generator

from sufficiency.synthetic.chance import days, pick
from sufficiency.synthetic.stays import Stay
from sufficiency.synthetic.targets import BASE_DATE

SUPPORTED_REGISTRATION = date(2023, 10, 28)
"""Supported accommodation has to be registered from this day (Supported Accommodation (England) Regulations 2023)."""

FIXED_CODE = {
    "home": "K2",
    "parents": "P1",
    "mother and baby": "R3",
    "residential school": "S1",
    "secure": "K1",
    "unregistered": "Z1",
    "custody": "R5",
    "hospital": "R2",
}
FOSTER_CODES = {
    "kinship": ("U3", "U1"),
    "in-house": ("U6", "U4"),
    "agency": ("U6", "U4"),
    "other council's carer": ("U6", "U4"),
}
"""Code at first, and once the home is agreed for the long term."""

LONG_TERM_CHANCE = 0.6
SAME_ADOPTER_CHANCE = 0.35
CONSENT_CHANCE = 0.1

Phases = list[tuple[date, str]]
"""Days from which a code holds within one stay, ascending; the first is the stay's first day."""


def phases(cell: str, stay: Stay, rng: Generator) -> Phases:
    """Return the PLACE codes of one stay: status changes with the same carer are phases of it."""
    if cell in FIXED_CODE:
        return [(stay.start, FIXED_CODE[cell])]
    if cell == "supported":
        return _supported(stay, rng)
    if cell == "adoption":
        return _adoption(stay, rng)
    return _foster(cell, stay, rng)


def adoption_day(line: Phases) -> date | None:
    """Return the first day under an adoption code, when there is one."""
    return next((day for day, code in line if code.startswith("A")), None)


def _supported(stay: Stay, rng: Generator) -> Phases:
    """H5 or P2 before registration, K3 after; P2 becomes K3 on the day, H5 by the re-coding of the 2024-25 return."""
    if stay.start >= SUPPORTED_REGISTRATION:
        return [(stay.start, "K3")]
    if pick({"H5": 0.8, "P2": 0.2}, rng) == "H5":
        return [(stay.start, "H5")]
    lasts = (stay.end or BASE_DATE) > SUPPORTED_REGISTRATION + days(1)
    return [(stay.start, "P2"), (SUPPORTED_REGISTRATION, "K3")] if lasts else [(stay.start, "P2")]


def _adoption(stay: Stay, rng: Generator) -> Phases:
    """Placed for adoption at once, or with carers who fostered the child first and then adopt."""
    by_consent = rng.random() < CONSENT_CHANCE
    length = ((stay.end or BASE_DATE) - stay.start).days
    if length > 150 and rng.random() < SAME_ADOPTER_CHANCE:
        day = stay.start + days(rng.integers(80, length - 45))
        return [(stay.start, "U5"), (day, "A3" if by_consent else "A5")]
    return [(stay.start, "A4" if by_consent else "A6")]


def _foster(cell: str, stay: Stay, rng: Generator) -> Phases:
    """Foster care, agreed for the long term after a year and a half to two and a half years."""
    first, later = FOSTER_CODES[cell]
    day = stay.start + days(rng.integers(500, 900))
    if day < (stay.end or BASE_DATE) - days(2) and rng.random() < LONG_TERM_CHANCE:
        return [(stay.start, first), (day, later)]
    return [(stay.start, first)]
