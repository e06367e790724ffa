"""What the synthetic council has to add up to: published totals of Swindon, and what is assumed beside them.

Published: DfE, *Children looked after in England including adoptions*, reporting year 2025; Ofsted, children's homes at
31 March 2025; LAIT, foster places 2025 and section 251 outturn 2024-25. Everything else here is an assumption, made so
that the published totals hold together, and is named as one.
"""

from dataclasses import dataclass
from datetime import date

AUTHORITY = "E06000030"
BASE_DATE = date(2025, 3, 31)
FIRST_RETURN, LAST_RETURN = 2018, 2025
RETURN_YEARS = tuple(range(FIRST_RETURN, LAST_RETURN + 1))

PUBLISHED_STOCK = {2021: 304, 2022: 331, 2023: 337, 2024: 320, 2025: 307}
"""Children looked after on 31 March (DfE, cited)."""

PUBLISHED_STARTED = {2021: 113, 2022: 135, 2023: 152, 2024: 122, 2025: 108}
"""Children who started in the year ending 31 March (DfE, cited)."""

PUBLISHED_CEASED = {2021: 114, 2022: 110, 2023: 150, 2024: 139, 2025: 125}
"""Children who ceased in the year ending 31 March (DfE, cited)."""

STOCK = {2017: 280, 2018: 287, 2019: 295, 2020: 301, **PUBLISHED_STOCK}
"""Stock that is generated. 2020 is cited (the council's own sufficiency statement); 2017 to 2019 are assumed."""

STARTED = {2018: 112, 2019: 114, 2020: 113, 2021: 115, 2022: 136, 2023: 153, 2024: 122, 2025: 111}
"""Starts that are generated: published flows do not close on published stocks, so they give way by at most 3%."""

UASC_STOCK = {2017: 8, 2018: 9, 2019: 11, 2020: 12, 2021: 13, 2022: 20, 2023: 30, 2024: 31, 2025: 28}
"""Unaccompanied children on 31 March: 2025 is cited, earlier years are assumed to follow England."""

UASC_STARTED = {2018: 8, 2019: 9, 2020: 9, 2021: 9, 2022: 18, 2023: 27, 2024: 22, 2025: 20}
"""Unaccompanied children who started in the year (assumption: 22% of starts in England in 2025)."""

UASC_UNDER_16 = 2
"""Unaccompanied children under 16 at the base date (assumption: most are 16 or 17 on arrival)."""

AGE_BAND_STOCK = (16, 22, 52, 122, 95)
"""Children by age band at the base date: under 1, 1 to 4, 5 to 9, 10 to 15, 16 and over (DfE, cited)."""

AGE_SHARES_2017 = (0.045, 0.12, 0.19, 0.40, 0.245)
"""Assumed age shares of other children in 2017 (near England's); the shares move evenly to those of 2025."""

MALE_STOCK = 178
MALE_UASC_STOCK = 27
SPEND_2024_25_POUNDS = 43_488_370
APPROVED_PLACES, FILLED_PLACES, VACANT_PLACES = 90, 50, 14
BOROUGH_HOME_PLACES = 27


@dataclass(frozen=True)
class Cell:
    """One kind of arrangement at the base date and how its children are spread.

    Attributes
    ----------
    by_age
        Other children by age band.
    uasc
        Unaccompanied children under 16, and 16 or 17.
    places
        Other children inside the boundary, outside it within 20 miles, over 20 miles.
    uasc_places
        The same for unaccompanied children, who have no distance.
    providers
        Children by PLACE_PROVIDER code.
    """

    by_age: tuple[int, int, int, int, int]
    uasc: tuple[int, int]
    places: tuple[int, int, int]
    uasc_places: tuple[int, int, int]
    providers: dict[str, int]

    @property
    def children(self) -> int:
        """All children in the cell."""
        return sum(self.by_age) + sum(self.uasc)


def _cell(
    by_age: tuple[int, int, int, int, int],
    places: tuple[int, int, int],
    uasc: tuple[int, int] = (0, 0),
    uasc_places: tuple[int, int, int] = (0, 0, 0),
    **providers: int,
) -> Cell:
    return Cell(by_age, uasc, places, uasc_places, providers)


TABLE: dict[str, Cell] = {
    "kinship": _cell((2, 6, 11, 16, 5), (28, 5, 7), PR1=40),
    "in-house": _cell((6, 6, 12, 19, 7), (41, 6, 3), PR1=50),
    "agency": _cell((6, 5, 24, 50, 12), (32, 6, 59), (2, 6), (5, 1, 2), PR4=99, PR5=6),
    "other council's carer": _cell((0, 0, 1, 1, 0), (0, 0, 2), PR2=2),
    "home": _cell((0, 0, 3, 29, 12), (14, 3, 27), PR4=42, PR5=2),
    "supported": _cell((0, 0, 0, 0, 30), (24, 1, 5), (0, 20), (20, 0, 0), PR4=44, PR5=6),
    "parents": _cell((1, 2, 1, 1, 1), (5, 0, 1), PR0=6),
    "adoption": _cell((0, 3, 0, 0, 0), (0, 0, 3), PR1=3),
    "mother and baby": _cell((1, 0, 0, 0, 0), (0, 0, 1), PR2=1),
    "residential school": _cell((0, 0, 0, 2, 0), (0, 0, 2), PR4=2),
    "secure": _cell((0, 0, 0, 1, 0), (0, 0, 1), PR2=1),
    "unregistered": _cell((0, 0, 0, 1, 0), (0, 0, 1), PR4=1),
    "custody": _cell((0, 0, 0, 0, 1), (0, 0, 1), PR3=1),
    "hospital": _cell((0, 0, 0, 0, 1), (0, 0, 1), PR3=1),
}
"""The base date as one table. Its margins are published (cited); the inside of it is assumed."""

PUBLISHED_SETTINGS = {
    "foster": 197,
    "secure and children's homes": 45,
    "supported accommodation": 50,
    "with parents": 6,
}
PUBLISHED_PROVIDERS = {"PR1": 93, "PR4": 188, "PR5": 14}
PUBLISHED_PLACES = {"inside the boundary": 169, "within 20 miles": 165, "over 20 miles": 114, "distance not known": 28}
"""Inside the boundary counts everybody; the distances leave out unaccompanied children, who have no home postcode."""


def ceased(year: int) -> int:
    """Children who cease in the year ending 31 March: what the stocks and the starts leave over."""
    return STOCK[year - 1] + STARTED[year] - STOCK[year]
