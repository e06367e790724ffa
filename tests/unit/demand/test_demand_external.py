"""Projections made elsewhere: read in three shapes, written in three, and followed with our flows."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sufficiency.demand.cohort import project
from sufficiency.demand.days import day_number
from sufficiency.demand.external import (
    external_from_frame,
    regional_frame,
    tidy_frame,
    wide_frame,
)
from sufficiency.demand.external_file import read_external
from sufficiency.demand.following import follow
from sufficiency.demand.projection import Projection
from sufficiency.demand.start import month_edges, start_on
from sufficiency.domain.errors import InputError
from tests.unit.demand.demand_worlds import FOSTERING, RESIDENTIAL, children, flat_rates, stays_frame

BASE = date(2025, 3, 31)
STAYS = stays_frame(
    *((f"f{n}", 1, "2024-05-01", None, FOSTERING, "open", None) for n in range(12)),
    *((f"r{n}", 1, "2024-05-01", None, RESIDENTIAL, "open", None) for n in range(6)),
)
BORN = {f"f{n}": f"{2009 + n}-06-15" for n in range(12)} | {f"r{n}": f"{2008 + n}-02-10" for n in range(6)}
RECORDS = children(BORN)


def ours(months: int = 6) -> Projection:
    return project(flat_rates(0.001, 0.002, entries=2.0), RECORDS, STAYS, BASE, months)


@pytest.mark.parametrize("write", [wide_frame, regional_frame])
def test_ours_written_in_their_shapes_reads_back(tmp_path: Path, write: object) -> None:
    """Days down and groups across, through a CSV file and back, are the children we projected."""
    projection = ours()
    assert callable(write)
    path = tmp_path / "projection.csv"
    write(projection).to_csv(path)
    read = read_external(path)
    last = read.on(np.array([day_number(date(2025, 9, 30))]))[0]
    stock = projection.stock[-1]
    assert last.sum() == pytest.approx(stock.sum())
    assert last[:, 0] == pytest.approx(stock[:, FOSTERING])
    assert last[:, 1] == pytest.approx(stock[:, RESIDENTIAL])


def test_the_tidy_shape_reads_back(tmp_path: Path) -> None:
    """Our own settings come back one by one."""
    projection, path = ours(), tmp_path / "tidy.csv"
    tidy_frame(projection).to_csv(path, index=False)
    read = read_external(path)
    assert read.children == pytest.approx(projection.stock)
    assert len(read.kinds) == 10


def test_a_workbook_sheet_with_two_header_rows_is_understood() -> None:
    """Merged header cells leave gaps, and children not in care are no children in care."""
    columns = pd.MultiIndex.from_tuples(
        [
            ("age_bin", "placement_type"),
            ("Birth to 1", "Fostering"),
            ("Unnamed: 2", "Other"),
            ("16 to 18+", "Not in care"),
        ]
    )
    frame = pd.DataFrame([["2025-04-01", 3.0, 1.0, 99.0], ["2025-04-02", 4.0, 1.0, 99.0]], columns=columns)
    read = external_from_frame(frame)
    assert read.children.sum(axis=(1, 2)).tolist() == [4, 5]
    assert read.children[1, 0].tolist() == [4, 0, 0, 1]


def test_british_dates_and_the_names_of_others_are_understood() -> None:
    """dd/mm/yyyy and the four kinds of placement are read in the tidy shape too."""
    frame = pd.DataFrame(
        {"Date": ["01/04/2025", "02/05/2025"], "Age_Band": ["5 to 10", "10 to 15"],
         "Setting": ["Supported", "Fostering"], "Children": [2, 3]}
    )  # fmt: skip
    read = external_from_frame(frame)
    assert read.days.tolist() == [day_number(date(2025, 4, 1)), day_number(date(2025, 5, 2))]
    assert read.children[0, 2].tolist() == [0, 0, 2, 0]
    assert read.children[1, 3].tolist() == [3, 0, 0, 0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"children": [1, None]}, "missing"),
        ({"children": [1, -1]}, "negative"),
        ({"setting": ["Fostering", "Castle"]}, "castle"),
        ({"age_band": ["5 to 10", "teens"]}, "teens"),
        ({"date": ["2025-04-01", "soon"]}, "no date"),
    ],
)
def test_what_cannot_be_read_is_refused(values: dict[str, list[object]], message: str) -> None:
    """A gap, a negative number or an unknown name is refused by name, never taken as nought."""
    good = {"date": ["2025-04-01", "2025-05-01"], "age_band": ["5 to 10", "5 to 10"],
            "setting": ["Fostering", "Fostering"], "children": [1, 2]}  # fmt: skip
    with pytest.raises(InputError, match=message):
        external_from_frame(pd.DataFrame(good | values))


def test_a_frame_of_another_kind_is_refused() -> None:
    """A table that is no projection says what was wanted."""
    with pytest.raises(InputError, match="not a projection"):
        external_from_frame(pd.DataFrame({"a": [1], "b": [2]}))


def test_a_horizon_beyond_the_projection_is_refused() -> None:
    """Nothing is carried on past its last day."""
    read = external_from_frame(tidy_frame(ours(3)))
    with pytest.raises(InputError, match="does not fit"):
        read.on(np.array([day_number(date(2026, 1, 1))]))


def test_following_ends_each_month_on_their_numbers() -> None:
    """A projection that grows fostering and halves residential is followed, and every flow adds up."""
    _, edges = month_edges(BASE, 6)
    start = start_on(RECORDS, STAYS, BASE)
    frame = tidy_frame(ours(6))
    grown = frame["children"].where(frame["setting"] != "fostering", frame["children"] * 1.5)
    target = external_from_frame(frame.assign(children=grown.where(frame["setting"] != "residential", grown / 2)))
    flows, let_in, let_out = follow(flat_rates(0.001, 0.002, entries=2.0), start, edges, target)
    assert flows.stock[1:] == pytest.approx(target.on(edges[1:] - 1), abs=0.05)
    assert flows.stock[0].sum() == 18
    assert let_in[0, :, FOSTERING].sum() > 1
    assert let_out[0, :, RESIDENTIAL].sum() == pytest.approx(3, abs=0.5)
    total = flows.stock.sum(axis=(1, 2))
    change = (flows.entries - flows.leavers - flows.aged_out).sum(axis=(1, 2))
    assert total[:-1] + change == pytest.approx(total[1:])
