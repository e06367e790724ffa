"""Authorities as people write them, by name or by code, as codes of children's services authorities."""

import re
from functools import cache

import pandas as pd

from sufficiency.geography.authority import authority_names, upper_tier

_CODE = r"[EWSN][0-9]{8}"
_LEFT_OUT = frozenset(
    (
        "the",
        "of",
        "and",
        "city",
        "county",
        "royal",
        "london",
        "metropolitan",
        "borough",
        "district",
        "council",
        "mbc",
        "bc",
    )
)
_SHORT = {
    "hull": "E06000010",
    "southend": "E06000033",
    "bcp": "E06000058",
    "bournemouth": "E06000058",
    "poole": "E06000058",
}


def authority_codes(text: pd.Series) -> pd.Series:
    """Return the code of each authority, "" where the text is neither a code nor a known name.

    Codes of shire districts and of abolished councils answer with the authority that runs children's services there
    now; codes of Wales, Scotland and Northern Ireland with themselves.
    """
    known = {written: _code(written) for written in text.unique()}
    return text.map(known).fillna("").astype("str")


def name_key(name: str) -> str:
    """Return a name without what councils add to it: "Bristol, City of" and "Bristol City Council" are alike.

    >>> name_key("Bristol, City of"), name_key("City of London")
    ('bristol', 'cityoflondon')
    """
    words = re.findall(r"[a-z]+", name.casefold().replace("&", " and "))
    kept = [word for word in words if word not in _LEFT_OUT]
    return "".join(kept or words)


def _code(written: str) -> str:
    plain = written.strip().upper()
    if re.fullmatch(_CODE, plain):
        code = upper_tier(plain)
        return code if code in authority_names() or not code.startswith("E") else ""
    return _codes_by_name().get(name_key(written), "")


@cache
def _codes_by_name() -> dict[str, str]:
    return _SHORT | {name_key(name): code for code, name in authority_names().items()}
