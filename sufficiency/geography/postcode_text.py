"""What a postcode text says: a whole postcode, a sector, a district, or nothing.

Postcodes are looked up as the directory writes them: the outward part padded to four characters, then the inward part,
``"SN1 2AB"`` and ``"SN253AB"``. A sector is the first five characters of that form, a district the first four.
"""

import re
from dataclasses import dataclass

_OUTWARD = r"([A-Z]{1,2}[0-9][A-Z0-9]?|GIR)"
_WHOLE = re.compile(_OUTWARD + r"([0-9][A-Z]{2})")
_SECTOR = re.compile(_OUTWARD + r"([0-9])[A-Z]?")
_DISTRICT = re.compile(_OUTWARD)
_NOISE = re.compile(r"[^A-Z0-9]")

WHOLE_LENGTH, SECTOR_LENGTH, DISTRICT_LENGTH = 7, 5, 4


@dataclass(frozen=True)
class PostcodeText:
    """A text read as a postcode.

    Attributes
    ----------
    key
        Padded form: 7 characters for a whole postcode, 5 for a sector, 4 for a district, "" for anything else.
    other
        Second reading of a text without a space: ``"SN12"`` is district SN12 or, where there is no such district,
        sector SN1 2. "" when there is only one reading.
    """

    key: str
    other: str = ""

    @property
    def letter(self) -> str:
        """First letter, which names the directory file to read."""
        return self.key[:1]


def compact(text: object) -> str:
    """Return upper case without spaces and punctuation, as postcodes are kept in frames."""
    return _NOISE.sub("", str(text).upper())


def read_postcode(text: object) -> PostcodeText:
    """Read a text as a postcode, a sector or a district, whatever its spaces and case.

    >>> read_postcode("sn1 2ab").key, read_postcode("SN25").key, read_postcode("SN1 2").key
    ('SN1 2AB', 'SN25', 'SN1 2')
    """
    plain = compact(text)
    if whole := _WHOLE.fullmatch(plain):
        return PostcodeText(whole[1].ljust(DISTRICT_LENGTH) + whole[2])
    sector = _SECTOR.fullmatch(plain)
    sector_key = sector[1].ljust(DISTRICT_LENGTH) + sector[2] if sector else ""
    if _says_sector(text, sector_key):
        return PostcodeText(sector_key)
    if _DISTRICT.fullmatch(plain):
        return PostcodeText(plain.ljust(DISTRICT_LENGTH), sector_key)
    return PostcodeText(sector_key)


def _says_sector(text: object, sector_key: str) -> bool:
    """Return whether a space in the text settles that it is a sector: ``SN1 2``, not ``SN12``."""
    words = str(text).upper().split()
    return bool(sector_key) and len(words) > 1 and words[0] == sector_key[:DISTRICT_LENGTH].rstrip()
