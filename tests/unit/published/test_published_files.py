"""DfE's published files are read as they are, and what is withheld in them is never a number."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.domain.errors import InputError
from sufficiency.ingest.dfe import read_neighbours, read_published
from sufficiency.ingest.dfe.words import MARKS
from sufficiency.report.benchmarks import Comparison

AREA = "geographic_level,country_code,country_name,region_code,region_name,old_la_code,la_name,new_la_code"
SWINDON = "Local authority,E92000001,England,E12000009,South West,866,Swindon,E06000030"
BRISTOL = 'Local authority,E92000001,England,E12000009,South West,801,"Bristol, City of",E06000023'
REGION = "Regional,E92000001,England,E12000009,South West,,,"
ENGLAND = "National,E92000001,England,,,,,"


def written(folder: Path, name: str, header: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def value(rows: pd.DataFrame, measure: str, area: str) -> float:
    found = rows[(rows["measure"] == measure) & (rows["area"] == area)]["value"]
    return float(found.iloc[0])


def test_the_swapped_headings_of_the_numbers_file_are_seen_through(tmp_path: Path) -> None:
    """DfE's file on numbers names its label column population_count; label, population, number and rate come out."""
    stock = "Children looked after at 31 March each year"
    header = f"time_period,time_identifier,{AREA},population_count,population_estimate,number,rate_per_10000"
    path = written(tmp_path, "a.csv", header, f"2025,Reporting year,{SWINDON},{stock},53900,307,57")
    rows = read_published([path]).rows
    assert value(rows, "children in care", "Swindon") == 307
    assert value(rows, "rate per 10,000", "Swindon") == 57
    assert value(rows, "children aged 0 to 17", "Swindon") == 53900


def test_older_and_newer_layouts_give_the_same_figure(tmp_path: Path) -> None:
    """Another heading, order, period and apostrophe change nothing."""
    new = written(
        tmp_path,
        "new.csv",
        f"time_period,{AREA},cla_group,characteristic,number,percentage",
        f"2024,{REGION},Placement,Secure homes and children's homes,800,12",
    )
    old = written(
        tmp_path,
        "old.csv",
        "Percentage,Number,Characteristic,CLA_group,Region_name,Geographic_level,Time_period",
        "12,800,5. Secure homes and childrens homes,placement,South West,Regional,202324",
    )
    one, other = (read_published([path]).rows.iloc[0] for path in (new, old))
    assert tuple(one[["measure", "area", "period", "value"]]) == tuple(other[["measure", "area", "period", "value"]])


@settings(max_examples=30, deadline=None)
@given(mark=st.sampled_from(sorted(MARKS)), bracketed=st.booleans(), upper=st.booleans())
def test_no_mark_is_ever_a_number(
    tmp_path_factory: pytest.TempPathFactory, mark: str, bracketed: bool, upper: bool
) -> None:
    """Each mark, in brackets or not, in either case, is a figure that is not known, and no finding."""
    shown = f"[{mark}]" if bracketed and mark else mark
    shown = shown.upper() if upper else shown
    header = f"time_period,{AREA},cla_group,characteristic,number,percentage"
    row = f"2025,{SWINDON},Placement,Foster placements,10,{shown}"
    read = read_published([written(tmp_path_factory.mktemp("m"), "a.csv", header, row)])
    assert np.isnan(read.rows["value"].iloc[0])
    assert len(read.findings) == 0


def test_what_is_not_understood_is_a_finding(tmp_path: Path) -> None:
    """A value, a level, a year, a broader group, a file without columns: each is told, and none becomes a figure."""
    header = f"time_period,{AREA},cla_group,characteristic,number,percentage"
    broader = "Secure units, children's homes and semi-independent living accommodation"
    bad = written(
        tmp_path,
        "a.csv",
        header,
        f"2025,{SWINDON},Placement,Foster placements,10,about 60",
        f"2025,{SWINDON.replace('Local authority', 'Ward')},Placement,Foster placements,10,60",
        f"spring,{SWINDON},Placement,Foster placements,10,60",
        f'2017,{SWINDON},Placement,"{broader}",10,60',
    )
    other = written(tmp_path, "b.csv", "Table A1,,", "Children,1,2")
    third = written(tmp_path, "c.csv", header, f"2025,{SWINDON},Gender,Male,10,60")
    read = read_published([bad, other, third, tmp_path / "none.csv"])
    assert {each.code for each in read.findings} == {
        "dfe.value.unknown",
        "dfe.level.unknown",
        "dfe.period.unknown",
        "dfe.group.broader",
        "dfe.columns.missing",
        "dfe.labels.none",
        "dfe.file.unreadable",
    }
    assert read.rows["value"].notna().sum() == 0


def test_the_shipped_table_stands_where_the_files_are_silent(tmp_path: Path) -> None:
    """England's figure is the file's where it holds one; a withheld one is not replaced by an older year's."""
    header = f"time_period,{AREA},cla_group,characteristic,number,percentage"
    far = "Distance between home and placement,Placed more than 20 miles from home"
    path = written(
        tmp_path,
        "a.csv",
        header,
        f"2026,{ENGLAND},{far},18000,23",
        f"2025,{REGION},{far},18000,31",
        f"2026,{REGION},{far},c,c",
    )
    compared = Comparison("South West", read_published([path]).rows)
    measure = "more than 20 miles from home"
    england, region = compared.area(measure, "England"), compared.area(measure, "South West")
    assert england is not None
    assert (england.value, england.period) == (23, "2026")
    assert region is not None
    assert (region.value, region.period) == (33, "2025")  # the shipped, cited figure
    assert compared.like(measure) is None


def test_neighbours_need_half_of_the_councils(tmp_path: Path) -> None:
    """The median of the neighbours is given when at least half of those named have a figure."""
    header = f"time_period,{AREA},cla_group,characteristic,number,percentage"
    far = "Distance between home and placement,Placed more than 20 miles from home"
    rows = [f"2025,{SWINDON},{far},10,30", f"2025,{BRISTOL},{far},c,c"]
    read = read_published([written(tmp_path, "a.csv", header, *rows)]).rows
    named = read_neighbours("Swindon, Bristol, E06000026", "E06000022")
    assert Comparison("South West", read, named).like("more than 20 miles from home") is None
    found = Comparison("South West", read, named[:2]).like("more than 20 miles from home")
    assert found is not None
    assert found.value == 30
    assert "1 of 2" in found.source


def test_the_list_of_neighbours_is_read_by_dfe_number(tmp_path: Path) -> None:
    """DfE's wide list gives the ten nearest, in order; a council that is not in it is told."""
    header = "old_la_code,la_name," + ",".join(f"SN_{n},SN_{n}P" for n in range(1, 11))
    ten = ("801", "879", "866", "803", "870", "881", "873", "303", "886", "935")
    path = written(tmp_path, "sn.csv", header, "865,Wiltshire," + ",".join(f"{code},Close " for code in ten))
    assert read_neighbours(str(path), "E06000054")[:3] == ("E06000023", "E06000026", "E06000030")
    with pytest.raises(InputError, match="no row"):
        read_neighbours(str(path), "E06000030")


def test_an_unknown_neighbour_is_refused() -> None:
    """A name that is no authority is not passed over."""
    with pytest.raises(InputError, match="Camelot"):
        read_neighbours("Bristol, Camelot", "E06000030")
