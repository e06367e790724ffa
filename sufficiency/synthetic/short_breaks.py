"""Children on short breaks (V3, V4): in the returns, never among children looked after."""

from dataclasses import dataclass
from datetime import date

from numpy.random import Generator

from sufficiency.synthetic.addresses import INSIDE, AddressBook
from sufficiency.synthetic.chance import day_between, days
from sufficiency.synthetic.targets import FIRST_RETURN, LAST_RETURN
from sufficiency.synthetic.venues import SERVICE_URNS

SERIES_CHILDREN, SINGLE_CHILDREN = 9, 3
SERIES_URN = str(SERVICE_URNS["PR1"][0])
LONGEST_DAYS = 5


@dataclass(frozen=True)
class ShortBreak:
    """One episode of a short break: V4 for a series under one agreement, V3 for a single stay."""

    child: int
    birth: date
    start: date
    end: date | None
    legal: str
    home: str
    carer: str


def make_short_breaks(book: AddressBook, rng: Generator) -> list[ShortBreak]:
    """Return the short breaks of disabled children who otherwise live at home."""
    out: list[ShortBreak] = []
    for child in range(SERIES_CHILDREN + SINGLE_CHILDREN):
        birth = day_between(date(2009, 4, 2), date(2014, 3, 28), rng)
        birth -= days((birth.month, birth.day) == (2, 29))
        home, carer = book.take(INSIDE).postcode, book.take(INSIDE).postcode
        if child < SERIES_CHILDREN:
            first = day_between(date(2018, 1, 8), date(2023, 3, 1), rng)
            last = None if child % 3 else first + days(rng.integers(300, 700))
            out.append(ShortBreak(child, birth, first, last, "V4", home, carer))
        else:
            out += _single(child, birth, home, carer, rng)
    return out


def _single(child: int, birth: date, home: str, carer: str, rng: Generator) -> list[ShortBreak]:
    """Return stays of a few days, one of them always over 31 March."""
    out = []
    for year in range(FIRST_RETURN + 2, LAST_RETURN + 1):
        for month in (6, 8, 10):
            start = date(year - 1, month, int(rng.integers(2, 20)))
            out.append(_stay(child, birth, start, start + days(rng.integers(2, LONGEST_DAYS)), home, carer))
        over = None if year == LAST_RETURN else date(year, 4, 2)
        out.append(_stay(child, birth, date(year, 3, 30), over, home, carer))
    return out


def _stay(child: int, birth: date, start: date, end: date | None, home: str, carer: str) -> ShortBreak:
    return ShortBreak(child, birth, start, end, "V3", home, carer)
