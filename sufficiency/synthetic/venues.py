"""Which carer or home: arrangements put into invented households, homes and services, never beyond their places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from numpy.random import Generator

from sufficiency.synthetic.addresses import FAR, INSIDE, NEAR, Address, AddressBook
from sufficiency.synthetic.chance import day_between, days, pick, shuffled
from sufficiency.synthetic.stays import Arrangement, Stays
from sufficiency.synthetic.targets import BASE_DATE

IN_HOUSE_SIZES = {INSIDE: (3,) * 7 + (2,) * 19 + (1,) * 12, NEAR: (3, 3, 2, 2, 2), FAR: (3, 2, 2)}
"""Approved mainstream places of today's households: 90 in all."""

BOROUGH_HOMES = (2, 3, 4, 3, 3, 2, 4, 3, 3)
"""Registered places of the private homes in the borough: 27 in all."""

OTHER_SIZES = {
    "in-house": {"1": 0.2, "2": 0.55, "3": 0.25},
    "home": {"1": 0.08, "2": 0.2, "3": 0.3, "4": 0.27, "5": 0.15},
    "supported": {"3": 0.4, "4": 0.3, "6": 0.3},
}
SHARED_CELLS = tuple(OTHER_SIZES)
JOIN_CHANCE = 0.65

SERVICE_URNS = {"PR1": range(9900001, 9900002), "PR4": range(9901001, 9901010), "PR5": range(9901101, 9901103)}
SERVICE_URNS |= {"PR2": range(9900101, 9900104), "PR3": range(9900201, 9900202)}
SUPPORT_URNS = {"PR4": range(9903001, 9903009), "PR5": range(9903101, 9903103)}
FIRST_HOME_URN = 9902001
REGIONAL_ADOPTION = "XXXXXXX"
"""What the 903 asks for where a regional adoption agency places a child."""

NO_URN = frozenset({"parents", "unregistered", "custody", "hospital"})


@dataclass
class Venue:
    """A household, a home or a supported accommodation site, and who used it when.

    Attributes
    ----------
    places
        Most children at once.
    listed
        Whether it is open at the base date and in the capacity files.
    """

    cell: str
    number: int
    address: Address
    locality: int
    provider: str
    urn: str
    places: int
    listed: bool
    opened: date
    uses: list[tuple[date, date, int]] = field(default_factory=list)
    families: set[int] = field(default_factory=set)

    @property
    def in_use(self) -> int:
        """Children living there on the base date."""
        return sum(size for _, end, size in self.uses if end > BASE_DATE)

    def room(self, start: date, end: date, size: int) -> bool:
        """Whether so many more children fit in throughout."""
        if start < self.opened:
            return False
        overlapping = [use for use in self.uses if use[0] < end and use[1] > start]
        turning = [start, *(use[0] for use in overlapping if use[0] > start)]
        peak = max(sum(n for first, last, n in overlapping if first <= day < last) for day in turning)
        return peak + size <= self.places


@dataclass(frozen=True)
class Use:
    """What an arrangement takes up."""

    arrangement: int
    start: date
    end: date
    size: int


@dataclass(frozen=True)
class Lodging:
    """What the 903 says of an arrangement: where it is and the provider's number."""

    address: Address
    urn: str


@dataclass
class Market:
    """Every venue by kind, and what the 903 says of each arrangement."""

    venues: dict[str, list[Venue]]
    lodgings: dict[int, Lodging]


def make_market(made: Stays, book: AddressBook, rng: Generator) -> Market:
    """Give every arrangement an address and a provider's number."""
    market = Market({cell: [] for cell in SHARED_CELLS}, {})
    _open_listed(market, book, rng)
    for use in _uses(made):
        arrangement = made.arrangements[use.arrangement]
        if arrangement.cell in SHARED_CELLS:
            venue = _venue_for(use, arrangement, market, book, rng)
            venue.uses.append((use.start, use.end, use.size))
            venue.families.add(arrangement.family)
            market.lodgings[use.arrangement] = Lodging(venue.address, venue.urn)
        else:
            market.lodgings[use.arrangement] = _own_lodging(arrangement, book, rng)
    return market


def _uses(made: Stays) -> list[Use]:
    """Return what each arrangement takes up: today's first and largest first, then the past in order."""
    still = BASE_DATE + days(1)
    spans: dict[int, list[tuple[date, date]]] = {}
    for stay in made.stays:
        spans.setdefault(stay.arrangement, []).append((stay.start, stay.end or still))
    uses = [Use(key, min(s for s, _ in span), max(e for _, e in span), len(span)) for key, span in spans.items()]
    return sorted(uses, key=lambda use: (use.end != still, -use.size if use.end == still else 0, use.start))


def _open_listed(market: Market, book: AddressBook, rng: Generator) -> None:
    """Open the households approved today and the private homes in the borough."""
    for locality, sizes in IN_HOUSE_SIZES.items():
        for size in shuffled(sizes, rng):
            opened = day_between(date(2008, 4, 1), date(2024, 9, 30), rng)
            _open(market, "in-house", locality, "PR1", size, opened, book, rng, listed=True)
    for size in BOROUGH_HOMES:
        opened = day_between(date(2012, 4, 1), date(2023, 9, 30), rng)
        _open(market, "home", INSIDE, "PR4", size, opened, book, rng, listed=True)


def _open(
    market: Market,
    cell: str,
    locality: int,
    provider: str,
    places: int,
    opened: date,
    book: AddressBook,
    rng: Generator,
    *,
    listed: bool,
) -> Venue:
    number = len(market.venues[cell]) + 1
    urn = str(FIRST_HOME_URN + number - 1) if cell == "home" else _service_urn(cell, provider, rng)
    venue = Venue(cell, number, book.take(locality), locality, provider, urn, places, listed, opened)
    market.venues[cell].append(venue)
    return venue


def _service_urn(cell: str, provider: str, rng: Generator) -> str:
    numbers = (SUPPORT_URNS if cell == "supported" else SERVICE_URNS)[provider]
    return str(numbers[int(rng.integers(0, len(numbers)))])


def _venue_for(use: Use, arrangement: Arrangement, market: Market, book: AddressBook, rng: Generator) -> Venue:
    """Return a venue of the right kind with room throughout, a new one where there is none.

    Today's in-house children can only live in today's households, whose day of approval gives way when it has to. A
    move leads somewhere else, so in the past nobody goes where one of the family already was.
    """
    fitting = [v for v in market.venues[arrangement.cell] if _fits(v, arrangement)]
    now = use.end > BASE_DATE
    if now and arrangement.cell == "in-house":
        venue = _first_with_places(fitting, use, rng)
        venue.opened = min(venue.opened, use.start - days(60))
        return venue
    open_to = [
        v for v in fitting if v.room(use.start, use.end, use.size) and (now or arrangement.family not in v.families)
    ]
    must_join = now and arrangement.cell == "home" and arrangement.locality == INSIDE
    if must_join and not open_to:
        venue = _first_with_places(fitting, use, rng)
        venue.opened = min(venue.opened, use.start - days(90))
        return venue
    if open_to and (must_join or rng.random() < JOIN_CHANCE):
        return open_to[int(rng.integers(0, len(open_to)))]
    places = max(int(pick(OTHER_SIZES[arrangement.cell], rng)), use.size)
    opened = use.start - days(rng.integers(200, 3000))
    return _open(
        market, arrangement.cell, arrangement.locality, arrangement.provider, places, opened, book, rng, listed=now
    )


def _fits(venue: Venue, arrangement: Arrangement) -> bool:
    return venue.locality == arrangement.locality and venue.provider == arrangement.provider


def _first_with_places(venues: Sequence[Venue], use: Use, rng: Generator) -> Venue:
    """Return one of the venues with places left on the base date (its past is still empty)."""
    free = [venue for venue in venues if venue.listed and venue.places - venue.in_use >= use.size]
    return free[int(rng.integers(0, len(free)))]


def _own_lodging(arrangement: Arrangement, book: AddressBook, rng: Generator) -> Lodging:
    """Return the address of an arrangement that shares its home with nobody else we know of."""
    cell = arrangement.cell
    if cell == "parents" and arrangement.locality == INSIDE:
        return Lodging(book.homes[arrangement.family], "")
    address = book.take(arrangement.locality)
    if cell in NO_URN:
        return Lodging(address, "")
    if cell == "adoption":
        return Lodging(address, REGIONAL_ADOPTION)
    return Lodging(address, _service_urn(cell, arrangement.provider, rng))


def households_today(market: Market) -> Iterable[Venue]:
    """Return the in-house households approved today."""
    return (venue for venue in market.venues["in-house"] if venue.listed)


def homes_today(market: Market) -> Iterable[Venue]:
    """Return the children's homes known today: those in the borough and those where children live."""
    return (venue for venue in market.venues["home"] if venue.listed)
