"""Which councils are like this one: DfE's list of statistical neighbours, or names given by hand."""

from pathlib import Path

from sufficiency.domain.errors import InputError
from sufficiency.geography.authority import Authority, authorities
from sufficiency.ingest.capacity.textfile import read_text_cells
from sufficiency.ingest.dfe.words import heading_key, plain

_RANKED = [f"sn_{place}" for place in range(1, 11)]


def read_neighbours(given: str, authority: str) -> tuple[str, ...]:
    """Return the codes of a council's statistical neighbours, nearest first.

    Parameters
    ----------
    given
        DfE's wide list (a CSV file with ``old_la_code`` and ``SN_1`` to ``SN_10``), or names or codes, commas between.
    authority
        Code of the council.

    Raises
    ------
    InputError
        When the file is not that list, the council is not in it, or a council is not known.
    """
    path = Path(given)
    named = _from_list(path, authority) if path.suffix.lower() == ".csv" else given.split(",")
    return tuple(_code(each.strip()) for each in named if each.strip())


def _from_list(path: Path, authority: str) -> list[str]:
    try:
        found = read_text_cells(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from None
    header = [heading_key(each) for each in found.cells[0]] if found and found.cells else []
    if found is None or "old_la_code" not in header or _RANKED[0] not in header:
        raise InputError(f"{path}: is not DfE's list of statistical neighbours, with old_la_code, SN_1 to SN_10.")
    own = next((each.dfe_code for each in authorities() if each.code == authority), "")
    rows = [dict(zip(header, row, strict=False)) for row in found.cells[1:]]
    mine = [row for row in rows if row.get("old_la_code") == own]
    if not mine:
        raise InputError(f"{path}: has no row for {authority} (DfE number {own}). Name the councils instead.")
    return [mine[0].get(column, "") for column in _RANKED]


def _code(asked: str) -> str:
    """Return the code of a council named by code, DfE number or name."""
    words = plain(asked)
    for each in authorities():
        if asked in (each.code, each.dfe_code) or _core(each) == words or plain(each.name) == words:
            return each.code
    raise InputError(f'"{asked}" is not a children\'s services authority. Use its name, code or DfE number.')


def _core(authority: Authority) -> str:
    """Return a council's name without "City of" and "County of".

    Names are written either way round: Bristol, City of.
    """
    return plain(authority.name.replace(", City of", "").replace(", County of", ""))
