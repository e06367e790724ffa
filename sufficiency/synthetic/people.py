"""Who: invented people, their families and their times in care."""

from dataclasses import dataclass
from datetime import date

from sufficiency.domain.needs import age_band_of_year
from sufficiency.synthetic.chance import age_on

UASC_YOUNGER, UASC_OLDER, ADULT, UASC_ADULT = 5, 6, 7, 8
STRATA = 9
"""Groups whose numbers are steered: five age bands, unaccompanied under 16 and over, and those who turned 18."""


@dataclass(frozen=True)
class Person:
    """One invented child. Brothers and sisters share a family, and a family has one home."""

    birth: date
    uasc: bool
    family: int


@dataclass(frozen=True)
class Spell:
    """One unbroken time in care.

    Attributes
    ----------
    person
        Index of the person.
    start, end
        First day, and the day of leaving; None when still in care at the base date.
    reason
        SSDA903 REC code of leaving; "" when still in care.
    """

    person: int
    start: date
    end: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Population:
    """Everybody who was ever in care of the council between the first and the last return."""

    persons: tuple[Person, ...]
    spells: tuple[Spell, ...]


def stratum(person: Person, day: date) -> int:
    """Return the steered group of a person on a day."""
    age = age_on(person.birth, day)
    if age >= 18:
        return UASC_ADULT if person.uasc else ADULT
    if person.uasc:
        return UASC_OLDER if age >= 16 else UASC_YOUNGER
    return age_band_of_year(age)
