"""How published files write things: headings by year, labels, areas, periods, and marks in place of a number."""

import csv
import re
from functools import cache
from importlib.resources import files

HEADINGS: dict[str, tuple[str, ...]] = {
    "period": ("time_period", "year", "reporting_year"),
    "level": ("geographic_level", "geog_level", "level"),
    "region": ("region_name", "region"),
    "code": ("new_la_code", "la_code", "new_geog_code"),
    "name": ("la_name", "local_authority", "la"),
    "group": ("cla_group", "category", "breakdown_topic"),
    "label": (
        "characteristic",
        "placement_stability",
        "breakdown",
        "population_count",
        "population_estimate",
        "cla_type",
    ),
    "number": ("number", "children_count", "count", "headcount"),
    "percent": ("percentage", "children_percent", "percent"),
    "rate": ("rate_per_10000", "rate_per_10k_children", "rate_per_10000_children", "rate"),
    "population": ("population_estimate", "population_count", "population"),
}
"""What each column is called, over the years. One file swaps the names of its label and population columns."""

MARKS: dict[str, str] = {
    "c": "withheld to protect confidentiality",
    "z": "not applicable",
    "x": "not available",
    "u": "low reliability",
    "k": "rounds to zero",
    "low": "rounds to zero",
    ":": "not available",
    "..": "not available",
    "*": "withheld to protect confidentiality",
    "": "blank",
}
"""Marks in place of a number, with or without brackets; none of them is ever read as zero."""

LEVELS: dict[str, str] = {
    "national": "national",
    "country": "national",
    "regional": "regional",
    "region": "regional",
    "local authority": "authority",
    "la": "authority",
}


def plain(text: str) -> str:
    """Return a label as it is compared: lower case, words only, without the number DfE lists it under.

    >>> plain("1. Secure homes and children's homes")
    'secure homes and childrens homes'
    """
    words = re.sub(r"['’]", "", re.sub(r"^\s*\d+\.\s", "", text).lower())
    return re.sub(r"[^a-z0-9]+", " ", words).strip()


def heading_key(text: str) -> str:
    """Return a heading as it is compared.

    >>> heading_key(" Time period")
    'time_period'
    """
    return re.sub(r"[^a-z0-9]+", "_", text.strip().lower()).strip("_")


def year_of(period: str) -> str:
    """Return the calendar year in which a period ends, "" when it is not understood.

    >>> year_of("2025"), year_of("202425"), year_of("2024/25"), year_of("spring")
    ('2025', '2025', '2025', '')
    """
    found = re.fullmatch(r"(20\d\d)(?:[-/]?(\d\d))?", period.strip())
    if not found:
        return ""
    start, end = found[1], found[2]
    if end is None:
        return start
    return str(int(start) + 1) if int(end) == (int(start) + 1) % 100 else ""


@cache
def labels() -> dict[tuple[str, str], tuple[str, str]]:
    """Return which measure a group and label mean, and which of its numbers: number, percent or broader."""
    with files("sufficiency.ingest.dfe").joinpath("labels.csv").open(encoding="utf-8") as handle:
        return {(row["group"], row["label"]): (row["measure"], row["value"]) for row in csv.DictReader(handle)}
