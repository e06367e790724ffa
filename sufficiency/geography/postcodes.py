"""Postcode to national grid point and authority, offline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sufficiency.geography import postcode_cache
from sufficiency.geography.authority import upper_tier
from sufficiency.geography.postcode_cache import Index
from sufficiency.geography.postcode_files import (
    PACKAGE,
    LetterTable,
    keys_of,
    package_version,
    read_ons_csv,
    read_package_letter,
    table,
)
from sufficiency.geography.postcode_text import (
    DISTRICT_LENGTH,
    SECTOR_LENGTH,
    WHOLE_LENGTH,
    PostcodeText,
    compact,
    read_postcode,
)

POSTCODE: Final = "postcode"
SECTOR: Final = "sector"
DISTRICT: Final = "district"
NONE: Final = "none"

PRECISIONS: tuple[str, ...] = (POSTCODE, SECTOR, DISTRICT, NONE)
"""How exactly a place is known, best first."""

TYPICAL_ERROR_MILES: dict[str, tuple[float, float]] = {SECTOR: (0.4, 1.8), DISTRICT: (0.9, 3.2)}
"""Median and 90th percentile distance between a postcode and the middle of its sector or district in England.

Source: measured over 2.26 million English postcodes of the November 2025 directory (derived).
"""

ATTRIBUTION = (
    "Contains National Statistics data © Crown copyright and database right. Contains OS data © Crown copyright and "
    "database right. Contains Royal Mail data © Royal Mail copyright and database right. "
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0."
)
"""Has to be shown wherever something made from the directory is shown."""

_PACKAGE_EDITION = {"2026.1.1": "November 2025"}
_PRECISION_OF_LENGTH = {SECTOR_LENGTH: SECTOR, DISTRICT_LENGTH: DISTRICT}
_PSEUDO_AUTHORITIES = (b"L99", b"M99")


@dataclass(frozen=True, eq=False)
class Located:
    """Where postcodes are, one row a postcode asked for.

    Attributes
    ----------
    easting, northing
        National grid metres, NaN when unknown.
    authority
        Upper-tier authority code, "" when unknown or when a sector or district straddles authorities. Wales (W06),
        Scotland (S12), Northern Ireland (N09) and the islands (L99 Channel Islands, M99 Isle of Man) keep their own.
    precision
        "postcode": the postcode's own point; "sector", "district": the mean point of its sector or district;
        "none": no point.
    """

    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    authority: NDArray[np.str_]
    precision: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.easting)


@dataclass(frozen=True, eq=False)
class PostcodeTable:
    """Whole postcodes with a grid point and an authority, ascending.

    Attributes
    ----------
    postcode
        Upper case without spaces.
    easting, northing
        National grid metres.
    authority
        Upper-tier authority code.
    """

    postcode: NDArray[np.str_]
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    authority: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.postcode)


class PostcodeDirectory:
    """The postcodes of the United Kingdom, live and ended, read a letter at a time when first asked for.

    Parameters
    ----------
    cache
        File in which to keep what was found, so that a second run need not read the directory; None keeps nothing. It
        holds postcodes: keep it inside the project.
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache
        self._read: Callable[[str], LetterTable] = read_package_letter
        self._edition = ""
        self._letters: dict[str, LetterTable] = {}
        self._known: Index | None = None

    @classmethod
    def from_ons_csv(cls, path: Path, cache: Path | None = None) -> "PostcodeDirectory":
        """Return a directory read from the ONS Postcode Directory CSV that a user holds."""
        directory = cls(cache)
        letters = read_ons_csv(path)
        directory._letters = letters
        directory._read = lambda letter: letters.get(letter, table([], [], [], []))
        directory._edition = f"{path.name} of {path.stat().st_size} bytes"
        return directory

    @property
    def version(self) -> str:
        """What the answers depend on: package and version, or the file given."""
        return self._edition or f"{PACKAGE} {package_version()}"

    @property
    def source(self) -> str:
        """Where the points come from, how old they are, and the attribution that has to be shown."""
        return f"{self.version} ({self.directory_age}). {ATTRIBUTION}"

    @property
    def directory_age(self) -> str:
        """Edition of the ONS directory behind the answers, as its publisher names it."""
        if self._edition:
            return "edition as given by the file"
        edition = _PACKAGE_EDITION.get(package_version())
        return f"ONS Postcode Directory, {edition}" if edition else "ONS Postcode Directory, edition not stated"

    def locate(self, postcodes: Sequence[object] | NDArray[Any] | Any) -> Located:
        """Return point, authority and precision of each postcode, whatever its spaces and case.

        A postcode that is not in the directory, or has no grid reference there, gets the mean point of its sector, else
        of its district, and the precision says so. Nothing is guessed beyond that.

        Parameters
        ----------
        postcodes
            Texts: whole postcodes, sectors (``"SN1 2"``) or districts (``"SN1"``). Anything else is unknown.
        """
        texts, back = np.unique(np.array([str(text) for text in postcodes], dtype=str), return_inverse=True)
        read = [read_postcode(text) for text in texts]
        known = self._with(read)
        row = known.rows(_keys(read))[0][back]
        return Located(known.easting[row], known.northing[row], known.authority[row], known.precision[row])

    def area(self, *starts: str) -> PostcodeTable:
        """Return every postcode of some areas (``"SN"``), districts (``"SN1"``) or sectors (``"SN1 2"``).

        Postcodes without a grid point or an authority are left out. Ended postcodes are in: the directory does not say.
        """
        parts = [self._slice(start) for start in sorted(set(starts))]
        joined = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
        postcode, first = np.unique(joined[0], return_index=True)
        return PostcodeTable(postcode, *(column[first] for column in joined[1:]))

    def letter(self, letter: str) -> LetterTable:
        """Return the postcodes of one first letter as the directory has them."""
        if letter not in self._letters:
            self._letters[letter] = self._read(letter)
        return self._letters[letter]

    def _with(self, read: list[PostcodeText]) -> Index:
        """Return the index with every text in it, reading only the letters of texts it did not know."""
        known = self._known
        if known is None:
            known = postcode_cache.load(self._cache, self.version) if self._cache else Index.empty()
        found = known.rows(_keys(read))[1]
        new = [item for item, there in zip(read, found, strict=True) if not there]
        if new:
            known = known.merged(self._look_up(new))
            if self._cache:
                postcode_cache.save(self._cache, self.version, known)
        self._known = known
        return known

    def _look_up(self, texts: list[PostcodeText]) -> Index:
        """Find each text in the directory: whole postcodes at once, the rest by prefix."""
        whole = [item for item in texts if len(item.key) == WHOLE_LENGTH]
        rows = self._whole(whole)
        rows += [(item, *self._prefix(item)) for item in texts if len(item.key) != WHOLE_LENGTH]
        unique, first = np.unique(_keys([row[0] for row in rows]), return_index=True)
        east, north, code, precision = (np.array([row[i] for row in rows])[first] for i in range(1, 5))
        return Index(unique, east.astype(float), north.astype(float), code.astype("U9"), precision.astype("U8"))

    def _whole(self, items: list[PostcodeText]) -> list[tuple[PostcodeText, float, float, str, str]]:
        """Find whole postcodes; those without a point of their own fall back to sector, then district."""
        found = []
        for letter in sorted({item.letter for item in items}):
            mine = [item for item in items if item.letter == letter]
            here = self.letter(letter)
            key = keys_of(np.array([item.key for item in mine], dtype="S7"))
            row = np.searchsorted(here.key, key)
            for item, wanted, at in zip(mine, key, row, strict=True):
                exact = at < len(here.key) and here.key[at] == wanted
                found.append((item, *(self._exact(here, int(at), item) if exact else self._fall_back(item.key))))
        return found

    def _exact(self, here: LetterTable, row: int, item: PostcodeText) -> tuple[float, float, str, str]:
        """Return a postcode's own point; where the directory has none, the ladder, keeping a known authority."""
        code = here.district[row]
        if not np.isnan(here.easting[row]):
            return float(here.easting[row]), float(here.northing[row]), upper_tier(code.decode()), POSTCODE
        if code.startswith(_PSEUDO_AUTHORITIES):
            return np.nan, np.nan, code.decode(), NONE
        east, north, authority, precision = self._fall_back(item.key)
        return east, north, upper_tier(code.decode()) or authority, precision

    def _prefix(self, item: PostcodeText) -> tuple[float, float, str, str]:
        """Find a sector or district; a text with two readings is a sector only where no such district exists."""
        found = self._fall_back(item.key)
        if item.other and found[3] == NONE:
            return self._fall_back(item.other)
        return found

    def _fall_back(self, key: str) -> tuple[float, float, str, str]:
        """Return the mean point of the sector, else of the district, else nothing."""
        for length, precision in _PRECISION_OF_LENGTH.items():
            if len(key) >= length:
                here = self.letter(key[:1])
                rows = here.prefix(key[:length])
                placed = ~np.isnan(here.easting[rows])
                if placed.any():
                    east, north = here.easting[rows][placed].mean(), here.northing[rows][placed].mean()
                    return float(np.rint(east)), float(np.rint(north)), _only_authority(here.district[rows]), precision
        return np.nan, np.nan, "", NONE

    def _slice(self, start: str) -> tuple[NDArray[Any], ...]:
        """Return the columns of the postcodes that begin with an area, district or sector."""
        plain = compact(start)
        item = read_postcode(start)
        prefixes = [item.key] if item.key else [plain + digit for digit in "0123456789"]
        here = self.letter(plain[:1])
        rows = np.concatenate([np.arange(len(here.key))[here.prefix(prefix)] for prefix in prefixes])
        rows = rows[~np.isnan(here.easting[rows]) & (here.district[rows] != b"")]
        codes, back = np.unique(here.district[rows], return_inverse=True)
        upper = np.array([upper_tier(code.decode()) for code in codes], dtype="U9")
        text = np.array([postcode.decode().replace(" ", "") for postcode in here.postcode[rows].tolist()], dtype="U7")
        return text, here.easting[rows], here.northing[rows], upper[back]


def _keys(items: list[PostcodeText]) -> NDArray[np.str_]:
    return np.array([item.key for item in items], dtype="U7")


def _only_authority(districts: NDArray[np.bytes_]) -> str:
    """Return the authority of a set of postcodes when they have one only, else ""."""
    upper = {upper_tier(code.decode()) for code in np.unique(districts)} - {""}
    return upper.pop() if len(upper) == 1 else ""
