"""The small index of what was found, kept beside the project so that a second run need not read the directory.

It holds postcodes, so it belongs in the project folder and nowhere else. It is a plain numpy archive, never a pickle.
"""

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_FORMAT = 1
_FIELDS = ("text", "easting", "northing", "authority", "precision")


@dataclass(frozen=True, eq=False)
class Index:
    """What was found for each postcode text, ascending by text."""

    text: NDArray[np.str_]
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    authority: NDArray[np.str_]
    precision: NDArray[np.str_]

    @classmethod
    def empty(cls) -> "Index":
        """Return an index of nothing."""
        none = np.empty(0)
        return cls(none.astype("U7"), none, none, none.astype("U9"), none.astype("U8"))

    def merged(self, other: "Index") -> "Index":
        """Return both indexes as one; the other wins where both know a text."""
        text = np.concatenate([other.text, self.text])
        first = np.unique(text, return_index=True)[1]
        columns = (np.concatenate([getattr(other, name), getattr(self, name)])[first] for name in _FIELDS)
        return Index(*columns)

    def rows(self, texts: NDArray[np.str_]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the row of each text and whether it is known."""
        if not len(self.text):
            return np.zeros(len(texts), dtype=np.intp), np.zeros(len(texts), dtype=bool)
        row = np.minimum(np.searchsorted(self.text, texts), len(self.text) - 1)
        return row, self.text[row] == texts


def load(path: Path, version: str) -> Index:
    """Read the index; a missing, damaged or outdated file is an empty one, since it can be made again."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if str(kept["version"]) != _stamp(version):
                return Index.empty()
            return Index(*(kept[name] for name in _FIELDS))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return Index.empty()


def save(path: Path, version: str, index: Index) -> None:
    """Write the index in one step: a reader sees the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as file:
        np.savez(file, version=np.array(_stamp(version)), **{name: getattr(index, name) for name in _FIELDS})
    partial.replace(path)


def _stamp(version: str) -> str:
    return f"{version} / format {_FORMAT}"
