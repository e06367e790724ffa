"""Everything the returns say, as frames with dates, before it is cut into collection years."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from numpy.random import Generator

from sufficiency.synthetic.addresses import INSIDE, AddressBook
from sufficiency.synthetic.chance import age_on, birthday, day_between, days
from sufficiency.synthetic.characteristics import Character
from sufficiency.synthetic.episodes import Episode
from sufficiency.synthetic.people import Person, Population, Spell
from sufficiency.synthetic.short_breaks import SERIES_URN, ShortBreak
from sufficiency.synthetic.stays import Stays
from sufficiency.synthetic.targets import BASE_DATE
from sufficiency.synthetic.venues import Market

EPISODE_COLUMNS = (
    "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST",
    "PL_POST", "URN",
)  # fmt: skip
HEADER_COLUMNS = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")
DATE_COLUMNS = frozenset(
    {"DOB", "MC_DOB", "DECOM", "DEC", "DUC", "MIS_START", "MIS_END", "DATE_PLACED", "DATE_PLACED_CEASED"}
)

MISSING_CHANCE = 0.16
MISSING_FROM_AGE = 11
REVERSED_CHANCE = 0.04
REVERSED_UNDER = 7
STATUS_ENDED_EARLY = 0.1


@dataclass(frozen=True)
class Tables:
    """The five tables over all years: dates as dates, blanks as missing, texts as the 903 writes them (SEX as M, F)."""

    header: pd.DataFrame
    episodes: pd.DataFrame
    uasc: pd.DataFrame
    missing: pd.DataFrame
    placed_for_adoption: pd.DataFrame


def child_id(number: int) -> str:
    """Return the identifier of somebody invented."""
    return f"SYN{number + 1:05d}"


def make_tables(
    population: Population,
    characters: Sequence[Character],
    episodes: Sequence[Episode],
    made: Stays,
    market: Market,
    book: AddressBook,
    breaks: Sequence[ShortBreak],
    rng: Generator,
) -> Tables:
    """Put everything together under the column names of the 903."""
    rows = [_episode_row(episode, population, characters, made, market, book) for episode in episodes]
    first = len(population.persons)
    rows += [_break_row(item, first) for item in breaks]
    return Tables(
        header=_frame(_header_rows(population, characters, breaks), HEADER_COLUMNS),
        episodes=_frame(rows, EPISODE_COLUMNS).sort_values(["CHILD", "DECOM"], ignore_index=True),
        uasc=_frame(_uasc_rows(population, characters, rng), ("CHILD", "SEX", "DOB", "DUC")),
        missing=_frame(_missing_rows(population, rng), ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END")),
        placed_for_adoption=_frame(
            _adoption_rows(population, episodes, rng),
            ("CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"),
        ),
    )


def _frame(rows: list[tuple[object, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns))
    kinds = {name: "datetime64[s]" if name in DATE_COLUMNS else "str" for name in columns}
    return frame.astype(kinds)


def _episode_row(
    episode: Episode,
    population: Population,
    characters: Sequence[Character],
    made: Stays,
    market: Market,
    book: AddressBook,
) -> tuple[object, ...]:
    number = population.spells[episode.spell].person
    person = population.persons[number]
    lodging = market.lodgings[episode.arrangement]
    provider = made.arrangements[episode.arrangement].provider
    post, urn = lodging.address.postcode, lodging.urn
    if episode.temporary:
        provider, post, urn = "", book.take(INSIDE).postcode, ""
    home = "" if person.uasc else book.homes[person.family].postcode
    return (
        child_id(number), episode.start, episode.new, episode.legal, characters[number].need, episode.place, provider,
        episode.end, episode.ceased, episode.changed, _spaced(home), _spaced(post), urn,
    )  # fmt: skip


def _break_row(item: ShortBreak, first: int) -> tuple[object, ...]:
    ceased = "" if item.end is None else "E4A"
    return (
        child_id(first + item.child), item.start, "S", item.legal, "N2", "U6", "PR1", item.end, ceased, "",
        _spaced(item.home), _spaced(item.carer), SERIES_URN,
    )  # fmt: skip


def _spaced(postcode: str) -> str:
    """Write a postcode with the space before its last three characters."""
    return f"{postcode[:-3]} {postcode[-3:]}" if postcode else ""


def _header_rows(
    population: Population, characters: Sequence[Character], breaks: Sequence[ShortBreak]
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (child_id(i), own.sex, person.birth, own.ethnicity, own.pupil_number, "1" if own.mother_of else "",
         date.fromisoformat(own.mother_of) if own.mother_of else None)
        for i, (person, own) in enumerate(zip(population.persons, characters, strict=True))
    ]  # fmt: skip
    known = {item.child: item.birth for item in breaks}
    first = len(population.persons)
    rows += [(child_id(first + i), "MF"[i % 2], birth, "WBRI", "UN4", "", None) for i, birth in known.items()]
    return rows


def _uasc_rows(population: Population, characters: Sequence[Character], rng: Generator) -> list[tuple[object, ...]]:
    """Unaccompanied children; DUC is the day the status ended, blank while it holds."""
    latest = {spell.person: spell for spell in population.spells}
    return [
        (child_id(i), characters[i].sex, person.birth, _status_ended(person, latest[i], rng))
        for i, person in enumerate(population.persons)
        if person.uasc
    ]


def _status_ended(person: Person, spell: Spell, rng: Generator) -> date | None:
    if spell.end is None:
        return None
    if spell.end < birthday(person.birth, 18):
        return spell.end if spell.reason == "E15" else None
    early = spell.end - days(rng.integers(20, 160))
    return early if rng.random() < STATUS_ENDED_EARLY and early > spell.start else spell.end


def _missing_rows(population: Population, rng: Generator) -> list[tuple[object, ...]]:
    """Draw times missing or away without leave, of some of the older children."""
    rows: list[tuple[object, ...]] = []
    for spell in population.spells:
        person, end = population.persons[spell.person], spell.end or BASE_DATE
        first = max(spell.start, birthday(person.birth, MISSING_FROM_AGE))
        if (end - first).days < 30 or rng.random() >= MISSING_CHANCE:
            continue
        starts = {day_between(first + days(5), end - days(15), rng) for _ in range(1 + rng.poisson(1.5))}
        for start in sorted(starts):
            code = "M" if rng.random() < 0.8 else "A"
            rows.append((child_id(spell.person), person.birth, code, start, start + days(rng.integers(1, 5))))
    return _apart(rows)


def _apart(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Leave out what would overlap the row before it of the same child."""
    kept: list[tuple[object, ...]] = []
    for row in rows:
        if not kept or kept[-1][0] != row[0] or row[3] > kept[-1][4]:  # type: ignore[operator]  # days
            kept.append(row)
    return kept


def _adoption_rows(population: Population, episodes: Sequence[Episode], rng: Generator) -> list[tuple[object, ...]]:
    """Decisions that a child should be placed for adoption, a few of them reversed."""
    placed: dict[int, date] = {}
    for episode in episodes:
        if episode.place.startswith("A"):
            placed.setdefault(episode.spell, episode.start)
    rows: list[tuple[object, ...]] = []
    for index, spell in enumerate(population.spells):
        person = population.persons[spell.person]
        if index in placed:
            decided = max(placed[index] - days(rng.integers(45, 90)), spell.start + days(20))
            rows.append((child_id(spell.person), person.birth, decided, None, ""))
        elif _reversed(person, spell, rng):
            decided = spell.start + days(rng.integers(180, 260))
            over = decided + days(rng.integers(90, 150))
            rows.append((child_id(spell.person), person.birth, decided, over, "RD2"))
    return rows


def _reversed(person: Person, spell: Spell, rng: Generator) -> bool:
    end = spell.end or BASE_DATE
    return (
        not person.uasc
        and age_on(person.birth, end) < REVERSED_UNDER
        and (end - spell.start).days > 450
        and bool(rng.random() < REVERSED_CHANCE)
    )
