"""Findings about postcodes: what each code means and what a person can do."""

from sufficiency.domain.findings import Severity

FINDINGS: dict[str, tuple[Severity, str, str, str]] = {
    "geography.postcode.unknown": (
        Severity.NOTED,
        "Postcode not found",
        "Neither the postcode nor its sector or district is in the directory, so there is no distance and no locality.",
        "Correct the postcode in the source system.",
    ),
    "geography.postcode.sector": (
        Severity.NOTED,
        "Postcode known to its sector only",
        "Distance is worked out from the middle of the sector: typically 0.4 miles out, 1.8 miles for one in ten.",
        "Give the whole postcode where exact distance or in-area counts matter.",
    ),
    "geography.postcode.district": (
        Severity.NOTED,
        "Postcode known to its district only",
        "Distance is worked out from the middle of the district: typically 0.9 miles out, 3.2 miles for one in ten.",
        "Give the whole postcode where exact distance or in-area counts matter.",
    ),
    "geography.authority.unknown": (
        Severity.NOTED,
        "Authority of a postcode unclear",
        "The sector or district straddles authorities, so in area or out of area is unknown, not assumed.",
        "Give the whole postcode.",
    ),
}
"""Finding codes of this stage: severity, title, meaning, repair."""
