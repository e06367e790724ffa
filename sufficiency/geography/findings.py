"""What was wrong with postcodes, by shape: a postcode itself never appears in a finding."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.findings import Finding, Findings, shape_of
from sufficiency.geography.postcodes import DISTRICT, NONE, SECTOR, Located
from sufficiency.geography.rules import FINDINGS

_ACTION = {
    "geography.postcode.unknown": "Distance and locality are left unknown, never counted as nought.",
    "geography.postcode.sector": "The mean point of the sector is used.",
    "geography.postcode.district": "The mean point of the district is used.",
    "geography.authority.unknown": "Locality is left unknown.",
}


def postcode_findings(
    located: Located, postcodes: Sequence[object] | NDArray[Any] | Any, file: str, column: str
) -> Findings:
    """Return one finding for each fault and shape of postcode, with how many rows have it.

    Parameters
    ----------
    located
        Where the postcodes were found.
    postcodes
        The texts as given, one a row of ``located``. Blank ones are not a fault here: the reader says what was missing.
    file, column
        Where they stood, as the user knows it.
    """
    texts = np.array([_text(value) for value in postcodes], dtype=str)
    given = texts != ""
    nowhere = (located.precision == NONE) & (located.authority == "")
    faults = {
        "geography.postcode.unknown": nowhere,
        "geography.postcode.sector": located.precision == SECTOR,
        "geography.postcode.district": located.precision == DISTRICT,
        "geography.authority.unknown": (located.authority == "") & ~nowhere,
    }
    findings = Findings()
    for code, wrong in faults.items():
        findings.extend(_by_shape(code, texts[given & wrong], file, column))
    return findings


def _by_shape(code: str, texts: NDArray[np.str_], file: str, column: str) -> list[Finding]:
    severity, _title, meaning, repair = FINDINGS[code]
    shapes, counts = np.unique(np.array([shape_of(text) for text in texts], dtype=str), return_counts=True)
    return [
        Finding(code, severity, file, None, column, shape, meaning, repair, _ACTION[code], count)
        for shape, count in zip(shapes.tolist(), counts.tolist(), strict=True)
    ]


def _text(value: object) -> str:
    text = str(value).strip()
    return "" if value is None or text.lower() in ("nan", "<na>", "none") else text
