"""A tiny world: a council, eight addresses on a ruler eastwards, and frames as the readers would give them."""

import csv
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sufficiency.supply
from sufficiency.assumptions import Assumptions, attribute
from sufficiency.geography import PostcodeDirectory

BASE = date(2025, 3, 31)
SWINDON, WILTSHIRE, CARDIFF = "E06000030", "E06000054", "W06000015"
ADDRESSES = {
    "SN11AA": (0, SWINDON),
    "SN11AB": (1, SWINDON),
    "SN11AC": (2, SWINDON),
    "SN21AA": (5, SWINDON),
    "SN31AA": (15, WILTSHIRE),
    "SN41AA": (20, WILTSHIRE),
    "CF11AA": (60, CARDIFF),
    "CF11AB": (60, CARDIFF),
}
"""Postcodes and whole miles east of the first."""

MILE_METRES = 1609.3


@dataclass(frozen=True)
class Values:
    """The attribute table's assumptions, those proposed by supply, and a test's own changes over both."""

    changed: dict[str, object] = field(default_factory=dict)

    def value(self, name: str) -> object:
        if name in self.changed:
            return self.changed[name]
        if name in attribute("assumption"):
            return Assumptions.defaults().value(name)
        proposed = Path(sufficiency.supply.__file__).with_name("assumptions_needed.csv")
        with proposed.open(encoding="utf-8") as file:
            return float(next(row["default"] for row in csv.DictReader(file) if row["name"] == name))


@dataclass(frozen=True)
class Files:
    """Capacity files as read."""

    carers: pd.DataFrame | None = None
    homes: pd.DataFrame | None = None
    contracts: pd.DataFrame | None = None
    prices: pd.DataFrame | None = None


@dataclass(frozen=True)
class Records:
    """Children as the reader gives them."""

    children: pd.DataFrame


def typed(table: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return rows as the reader of capacity files types them: NaN, NaT, "" and False where a column is not given."""
    columns: dict[str, pd.Series] = {}
    for name, row in attribute(table).items():
        values = [item.get(name) for item in rows]
        if row.type == "bool":
            columns[name] = pd.Series([bool(value) for value in values], dtype=bool)
        elif row.type == "date":
            columns[name] = pd.Series(pd.to_datetime(pd.Series(values, dtype=object))).astype("datetime64[s]")
        elif row.numeric:
            columns[name] = pd.Series([np.nan if value is None else value for value in values], dtype="float64")
        else:
            columns[name] = pd.Series(["" if value is None else value for value in values], dtype="str")
    return pd.DataFrame(columns)


def stays_of(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return stays with what a test does not say filled in: in-house fostering, begun long ago, still running."""
    usual = {
        "start": "2020-01-01",
        "end": None,
        "setting": "fostering",
        "sector": "own",
        "line": "in-house foster",
        "home_postcode": "SN11AA",
        "placement_postcode": "",
        "urn": "",
    }
    frame = pd.DataFrame([{"child": f"c{number}", **usual, **row} for number, row in enumerate(rows)])
    dates = {name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in ("start", "end")}
    return frame.astype({name: "str" for name in frame.columns if name not in dates}).assign(**dates)


def records_of(stays: pd.DataFrame, birth_date: str = "2012-01-01") -> Records:
    children = pd.DataFrame({"child": stays["child"].unique()})
    return Records(children.assign(birth_date=pd.Timestamp(birth_date)))


@pytest.fixture(scope="session")
def directory(tmp_path_factory):
    """The tiny world's postcodes, read as the raw directory is."""
    path = tmp_path_factory.mktemp("ons") / "directory.csv"
    lines = [f"{text},{round(400000 + miles * MILE_METRES)},200000,{code}" for text, (miles, code) in ADDRESSES.items()]
    path.write_text("\n".join(["pcds,east1m,north1m,lad25cd", *lines]) + "\n")
    return PostcodeDirectory.from_ons_csv(path)


@pytest.fixture
def build(directory):
    """Return a function that builds supply in the tiny world."""
    from sufficiency.supply import build_places

    def run(rows, *, changed=None, months=12, birth_date="2012-01-01", **files):
        stays = stays_of(rows)
        tables = {name: typed(name, table) for name, table in files.items()}
        about = Values(changed or {})
        return build_places(Files(**tables), records_of(stays, birth_date), stays, directory, about, BASE, months)

    return run


def row_of(supply, identifier):
    """Return the index of a place by its identifier."""
    return supply.places.id.index(identifier)


def codes(supply):
    """Return the finding codes with their counts."""
    return {item.code: item.count for item in supply.findings}
