"""What the council can use: carers, homes, contracts and prices as flat files, joined by URN and postcode."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.random import Generator

from sufficiency.domain.settings import CostLine
from sufficiency.geography.distance import statutory_miles
from sufficiency.synthetic import targets
from sufficiency.synthetic.addresses import INSIDE, AddressBook
from sufficiency.synthetic.chance import shuffled
from sufficiency.synthetic.prices import BLOCK_HOME_POUNDS, PRICE_COLUMNS, grown, price_2024_25, price_rows
from sufficiency.synthetic.stays import Stays
from sufficiency.synthetic.venues import Market, Venue, homes_today, households_today

CARER_COLUMNS = (
    "carer_id", "households", "postcode", "authority", "approved_places", "usable_places", "in_use", "age_min",
    "age_max", "sex", "type", "solo", "sibling_exemption", "need_level_max", "from", "to", "weekly_fee_pounds",
    "weekly_allowance_pounds",
)  # fmt: skip
HOME_COLUMNS = (
    "home_id", "urn", "name", "sector", "setting", "contract", "postcode", "authority", "registered_places",
    "usable_places", "in_use", "age_min", "age_max", "sex", "need_level_max", "solo", "weekly_price_pounds",
    "fixed_weekly_pounds", "from", "to",
)  # fmt: skip
CONTRACT_COLUMNS = (
    "contract_id", "provider", "setting", "sector", "kind", "places", "starts_per_month", "need_level",
    "weekly_price_pounds", "miles_from", "miles_to", "locality", "minimum_places", "from", "to",
)  # fmt: skip

ALLOWANCE_POUNDS = 236
BOROUGH_VACANT = 3
SPARE_OUTSIDE_CHANCE = 0.25
BLOCK_EXTRAS_POUNDS = 250
AGE_FROM_CHOICES, AGE_TO_CHOICES = (0, 0, 4, 8, 11), (11, 15, 17, 17, 17)

RINGS: tuple[tuple[str, str, float, float | None], ...] = (
    ("local", "in area", 0, 20),
    ("near", "any", 0, 20),
    ("regional", "any", 20, 50),
    ("national", "any", 50, None),
)
"""Tiers of the spot market: name, locality, miles from and to (None for no limit)."""

TIER_LEVELS: Mapping[str, tuple[CostLine, str, tuple[tuple[int, float], ...]]] = {
    "agency": (CostLine.IFA, "fostering", ((2, 0.75), (3, 0.25))),
    "home": (CostLine.EXTERNAL_HOME, "residential", ((3, 0.8), (4, 0.2))),
    "supported": (CostLine.SUPPORTED, "supported accommodation", ((2, 0.8), (3, 0.2))),
}
"""Cost line, setting, and the share of new placements by highest need level (assumption)."""

HISTORY_MONTHS = 24
MARKET_SLACK = 1.25
"""What the market can give beside what it gave (assumption, as ``market.start_slack``)."""
BLOCK_SUPPORT_PLACES, BLOCK_SUPPORT_MINIMUM = 24, 18


def write_capacity(
    folder: Path,
    made: Stays,
    market: Market,
    book: AddressBook,
    ages: Mapping[int, Sequence[int]],
    rng: Generator,
) -> None:
    """Write carers.csv, homes.csv, contracts.csv and prices.csv.

    Parameters
    ----------
    ages
        Ages on the base date of those living in each in-house household and home, by identity of the venue.
    """
    frames = {
        "carers": pd.DataFrame(_carer_rows(market, ages, rng), columns=list(CARER_COLUMNS)),
        "homes": pd.DataFrame(_home_rows(market, ages, rng), columns=list(HOME_COLUMNS)),
        "contracts": pd.DataFrame(_contract_rows(made, market, book), columns=list(CONTRACT_COLUMNS)),
        "prices": pd.DataFrame(price_rows(), columns=list(PRICE_COLUMNS)),
    }
    for name, frame in frames.items():
        whole = {column: "Int64" for column in frame.columns if column in _WHOLE}
        frame.astype(whole).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


_WHOLE = frozenset({"need_level", "places", "minimum_places", "miles_from", "miles_to"})


def _spread(rooms: Sequence[int], total: int, rng: Generator) -> list[int]:
    """Spread a number of places at random over what each entry has room for."""
    slots = shuffled([entry for entry, room in enumerate(rooms) for _ in range(room)], rng)[:total]
    found = Counter(slots)
    return [found[entry] for entry in range(len(rooms))]


def _carer_rows(market: Market, ages: Mapping[int, Sequence[int]], rng: Generator) -> list[tuple[object, ...]]:
    """Return one row a household: filled, vacant, and the rest on hold or blocked by a match."""
    households = list(households_today(market))
    vacant = _spread([h.places - h.in_use for h in households], targets.VACANT_PLACES, rng)
    rows: list[tuple[object, ...]] = []
    for home, free in zip(households, vacant, strict=True):
        living = ages.get(id(home), ())
        youngest, oldest = _age_range(living, rng)
        level = 3 if rng.random() < 0.2 else 2
        total = price_2024_25(CostLine.IN_HOUSE_FOSTER, 3 if level == 3 else None)
        rows.append((
            f"SYN-FC-{home.number:03d}", 1, _spaced(home.address.postcode), home.address.authority, home.places,
            home.in_use + free, home.in_use, youngest, oldest, "any", "general", "no",
            "yes" if len(living) > 3 else "no", level, _day(home.opened), "", total - ALLOWANCE_POUNDS,
            ALLOWANCE_POUNDS,
        ))  # fmt: skip
    return rows


def _age_range(living: Sequence[int], rng: Generator) -> tuple[int, int]:
    """Draw the ages a household takes, wide enough for those who live there."""
    pick = int(rng.integers(0, len(AGE_FROM_CHOICES)))
    return min(AGE_FROM_CHOICES[pick], *living, 17), max(AGE_TO_CHOICES[pick], *living, 0)


def _home_rows(market: Market, ages: Mapping[int, Sequence[int]], rng: Generator) -> list[tuple[object, ...]]:
    """Return one row a home; one in the borough is bought as a block, the others one place at a time."""
    homes = list(homes_today(market))
    inside = [home for home in homes if home.locality == INSIDE]
    block = max(inside, key=lambda home: (home.places, home.in_use))
    free = dict(zip(map(id, inside), _spread([h.places - h.in_use for h in inside], BOROUGH_VACANT, rng), strict=True))
    rows: list[tuple[object, ...]] = []
    for home in homes:
        spare = int(home.places > home.in_use and rng.random() < SPARE_OUTSIDE_CHANCE)
        usable = home.places if home is block else home.in_use + free.get(id(home), spare)
        rows.append(_home_row(home, usable, ages.get(id(home), ()), is_block=home is block, rng=rng))
    return rows


def _home_row(home: Venue, usable: int, living: Sequence[int], *, is_block: bool, rng: Generator) -> tuple[object, ...]:
    alone = home.places == 1
    level = 4 if alone or rng.random() < 0.15 else 3
    price = round(price_2024_25(CostLine.EXTERNAL_HOME, level) * rng.uniform(0.85, 1.15))
    fixed = 0
    if is_block:
        price, fixed = BLOCK_EXTRAS_POUNDS, home.places * grown(BLOCK_HOME_POUNDS, 3.7)
    sector = {"PR4": "private", "PR5": "voluntary"}[home.provider]
    return (
        f"SYN-CH-{home.number:03d}", home.urn, f"Synthetic Home {home.number:03d}", sector, "residential",
        "block" if is_block else "spot", _spaced(home.address.postcode), home.address.authority, home.places, usable,
        home.in_use, min(8, *living, 8), 17, "any", level, "yes" if alone else "no", price, fixed,
        _day(home.opened), "",
    )  # fmt: skip


def _contract_rows(made: Stays, market: Market, book: AddressBook) -> list[tuple[object, ...]]:
    """Return a block contract for supported accommodation, and the spot market in rings as it has been."""
    rows: list[tuple[object, ...]] = [
        ("SYN-BLOCK-SA", "Synthetic Supported Living", "supported accommodation", "private", "block",
         BLOCK_SUPPORT_PLACES, None, 2, price_2024_25(CostLine.SUPPORTED), 0, 20, "in area", BLOCK_SUPPORT_MINIMUM,
         "01/04/2024", ""),
    ]  # fmt: skip
    for cell, (line, setting, levels) in TIER_LEVELS.items():
        starts = _starts_by_ring(cell, made, market, book)
        for (ring, locality, near, far), started in zip(RINGS, starts, strict=True):
            for level, share in levels if started else ():
                a_month = round(started * share / HISTORY_MONTHS * MARKET_SLACK, 2)
                rows.append((
                    f"SYN-SPOT-{setting.split()[0].upper()}-{ring.upper()}-{level}", f"Synthetic {setting} spot market",
                    setting, "private", "spot", None, a_month, level, price_2024_25(line, level), near, far, locality,
                    0, "", "",
                ))  # fmt: skip
    return rows


def _starts_by_ring(cell: str, made: Stays, market: Market, book: AddressBook) -> list[int]:
    """Count new placements of the last two years by ring."""
    since = date(targets.LAST_RETURN - HISTORY_MONTHS // 12, 4, 1)
    counts = [0] * len(RINGS)
    for stay in made.stays:
        arrangement = made.arrangements[stay.arrangement]
        if stay.start < since or arrangement.cell != cell:
            continue
        home, place = book.homes[arrangement.family], market.lodgings[stay.arrangement].address
        miles = float(statutory_miles(home.easting, home.northing, place.easting, place.northing))
        counts[_ring(arrangement.locality == INSIDE, miles)] += 1
    return counts


def _ring(inside: bool, miles: float) -> int:
    if inside:
        return 0
    return 1 + int(np.searchsorted([20.0, 50.0], miles))


def _spaced(postcode: str) -> str:
    return f"{postcode[:-3]} {postcode[-3:]}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
