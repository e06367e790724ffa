"""Which 903 table a set of columns is. File names are never asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The tables that are used."""

    EPISODES = "episodes"
    HEADER = "header"
    UASC = "uasc"
    MISSING = "missing"
    ADOPTION = "placed for adoption"
    UNUSED = "not used"
    INCOMPLETE = "incomplete episodes"
    UNKNOWN = "not recognised"


COLUMNS: dict[Kind, tuple[str, ...]] = {
    Kind.EPISODES: (
        "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE",
        "HOME_POST", "PL_POST", "URN", "LA", "YEAR",
    ),
    Kind.HEADER: ("CHILD", "SEX", "DOB", "ETHNIC", "LA", "YEAR"),
    Kind.UASC: ("CHILD", "DOB", "DUC", "LA", "YEAR"),
    Kind.MISSING: ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END", "LA", "YEAR"),
    Kind.ADOPTION: ("CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED", "LA", "YEAR"),
}  # fmt: skip
"""Columns that are read, by table."""

OPTIONAL: frozenset[str] = frozenset({"LA", "YEAR", "URN", "DOB"})
"""Columns whose absence needs no word: the guide has not asked for them in every year or layout."""

_LONGEST_HEADING = 40
_NEEDED = {"CHILD", "DECOM", "DEC", "PLACE"}
_HEADER_COLUMNS = {"SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"}
_KEY_COLUMN: dict[str, Kind] = {
    "DUC": Kind.UASC,
    "MIS_START": Kind.MISSING,
    "DATE_PLACED": Kind.ADOPTION,
    "REVIEW": Kind.UNUSED,
    "SDQ_SCORE": Kind.UNUSED,
    "IN_TOUCH": Kind.UNUSED,
    "DATE_INT": Kind.UNUSED,
    "PREV_PERM": Kind.UNUSED,
    "SW_DECOM": Kind.UNUSED,
    "DOLO_START": Kind.UNUSED,
}

_ALIASES: dict[str, str] = {
    "CHILDID": "CHILD",
    "CHILDIDENTIFIER": "CHILD",
    "CHILDNUMBER": "CHILD",
    "DATEOFBIRTH": "DOB",
    "GENDER": "SEX",
    "ETHNICITY": "ETHNIC",
    "PL": "PLACE",
    "PROVIDER": "PLACE_PROVIDER",
    "PLACEMENTPROVIDER": "PLACE_PROVIDER",
    "HOMEPOSTCODE": "HOME_POST",
    "PLACEMENTPOSTCODE": "PL_POST",
    "PLPOSTCODE": "PL_POST",
    "MISSTART": "MIS_START",
    "LOCALAUTHORITY": "LA",
    "COLLECTIONYEAR": "YEAR",
}


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.upper()))


_NAMES: dict[str, str] = {
    _key(name): name
    for name in (*(n for names in COLUMNS.values() for n in names), *_HEADER_COLUMNS, *_KEY_COLUMN, "SW_ID")
} | _ALIASES


def column_name(text: str) -> str:
    """Return the 903 name of a column heading, whatever its case, spaces and underscores; "" when it is none.

    Examples
    --------
    >>> column_name(" place provider "), column_name("Pl"), column_name("colour")
    ('PLACE_PROVIDER', 'PLACE', '')
    """
    return _NAMES.get(_key(text), "") if len(text) <= _LONGEST_HEADING else ""


def recognise(names: Sequence[str]) -> Kind:
    """Return which table has these columns (903 names)."""
    present = set(names)
    if "CHILD" not in present:
        return Kind.UNKNOWN
    if "DECOM" in present:
        return Kind.EPISODES if present >= _NEEDED else Kind.INCOMPLETE
    for column, kind in _KEY_COLUMN.items():
        if column in present:
            return kind
    return Kind.HEADER if len(present & _HEADER_COLUMNS) > 1 else Kind.UNKNOWN


@dataclass(frozen=True, eq=False)
class RawTable:
    """A recognised table as text.

    Attributes
    ----------
    kind
        Which table it is.
    label
        File, or file and sheet, as the user knows it.
    group
        Folder, workbook or archive it lies in: tables of one group belong together.
    hint
        Year named by the folder, None when there is none.
    columns
        Cells by column, every column of the table's kind, of one length.
    rows
        Row number of each row in its file.
    rows_read
        Data rows in the file, those refused here included.
    sha256
        Hash of the file.
    """

    kind: Kind
    label: str
    group: str
    hint: int | None
    columns: dict[str, list[str]]
    rows: list[int]
    rows_read: int
    sha256: str
