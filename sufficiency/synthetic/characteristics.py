"""What else the 903 asks of a child: sex, ethnicity, need code, pupil number, whether a mother."""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.random import Generator

from sufficiency.synthetic import targets
from sufficiency.synthetic.chance import age_on, day_between, days, pick, shuffled
from sufficiency.synthetic.people import Person, Population
from sufficiency.synthetic.targets import BASE_DATE

ETHNICITY = {
    "WBRI": 0.66, "WOTH": 0.05, "MWBC": 0.04, "MWBA": 0.02, "MWAS": 0.02, "MOTH": 0.03, "BAFR": 0.04, "BCRB": 0.02,
    "BOTH": 0.02, "AIND": 0.02, "APKN": 0.01, "ABAN": 0.01, "AOTH": 0.02, "OOTH": 0.03, "NOBT": 0.01,
}  # fmt: skip
UASC_ETHNICITY = {"BAFR": 0.45, "OOTH": 0.3, "AOTH": 0.2, "WOTH": 0.05}
NEED = {"N1": 0.69, "N5": 0.13, "N4": 0.08, "N8": 0.03, "N2": 0.02, "N3": 0.02, "N6": 0.02, "N7": 0.01}
"""Shares of England 2025 (cited), rounded, without unaccompanied children, who are N8."""

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
MALE, FEMALE = "M", "F"
MOTHER_CHANCE = 0.05


@dataclass(frozen=True)
class Character:
    """What the header says of one child.

    Attributes
    ----------
    mother_of
        Day on which her own child was born, "" when none.
    """

    sex: str
    ethnicity: str
    need: str
    pupil_number: str
    mother_of: str


def make_characters(population: Population, rng: Generator) -> list[Character]:
    """Draw what the header says of everybody; brothers and sisters share ethnicity and need."""
    sexes = _sexes(population, rng)
    family: dict[int, tuple[str, str]] = {}
    out = []
    for number, (person, sex) in enumerate(zip(population.persons, sexes, strict=True)):
        drawn = (pick(UASC_ETHNICITY if person.uasc else ETHNICITY, rng), "N8" if person.uasc else pick(NEED, rng))
        ethnicity, need = family.setdefault(person.family, drawn)
        out.append(Character(sex, ethnicity, need, _pupil_number(person, number), _mother_of(person, sex, rng)))
    return out


def _sexes(population: Population, rng: Generator) -> list[str]:
    """Draw sexes; among children in care on the base date the published number is male."""
    sexes = [MALE if rng.random() < (0.95 if person.uasc else 0.53) else FEMALE for person in population.persons]
    here = sorted({spell.person for spell in population.spells if spell.end is None})
    uasc = [person for person in here if population.persons[person].uasc]
    others = [person for person in here if not population.persons[person].uasc]
    _fix(sexes, uasc, targets.MALE_UASC_STOCK, rng)
    _fix(sexes, others, targets.MALE_STOCK - targets.MALE_UASC_STOCK, rng)
    return sexes


def _fix(sexes: list[str], members: Sequence[int], males: int, rng: Generator) -> None:
    for place, person in enumerate(shuffled(members, rng)):
        sexes[person] = MALE if place < males else FEMALE


def _pupil_number(person: Person, number: int) -> str:
    """Return a unique pupil number of authority 999, which does not exist, with its right check letter."""
    if person.uasc:
        return "UN3"
    if age_on(person.birth, BASE_DATE) < 5:
        return "UN1"
    digits = f"999{4000 + number // 1000:04d}{person.birth.year % 100:02d}{number % 1000:03d}"
    letter = UPN_LETTERS[sum(int(digit) * place for place, digit in enumerate(digits, start=2)) % 23]
    return letter + digits


def _mother_of(person: Person, sex: str, rng: Generator) -> str:
    """Draw the birth of a child of a girl of sixteen or over, for a few of them."""
    oldest = person.birth + days(17 * 365)
    if sex != FEMALE or person.uasc or oldest > BASE_DATE or rng.random() >= MOTHER_CHANCE:
        return ""
    return day_between(oldest - days(300), oldest, rng).isoformat()
