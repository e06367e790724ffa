"""The placements standard: both layouts, every spelling, one row a child, no names of staff."""

from pathlib import Path

import pandas as pd
from capacity_samples import rows_of, write_book, write_csv

from sufficiency.assumptions import attributes
from sufficiency.ingest.capacity import read_capacity


def needs_of(path: Path) -> pd.DataFrame:
    needs = read_capacity(needs=path).needs
    assert needs is not None
    return needs


def test_the_sheet_with_section_headings_is_read(tmp_path: Path) -> None:
    """Row 1 holds sections and row 2 the names, as in the published template."""
    names = [row.name for row in attributes("needs")]
    values = {
        "child_ID": "C1", "number_of_siblings_to_place_with": 2, "foster_care_suitability": "preferred",
        "residential_care_suitability": "UNSUITABLE", "supported_accommodation": "Not Specified",
        "who_can_the_child_be_cared_for_alongside": "Solo placement recommended", "cost_total_weekly": "£5,250.00",
        "is_preferred_location_local": "Yes", "when_placement_is_needed_by": "<5 days", "placement_location": "sn25",
        "name_of_officer_referral": "A N Officer", "Date_entry_referral": "03/02/2026",
    }  # fmt: skip
    sections = ["Child", *[""] * 43]
    needs = needs_of(write_book(tmp_path / "n.xlsx", {"Data": [sections, names, [values.get(n) for n in names]]}))
    child = needs.loc[0]
    assert child["child_ID"] == "C1"
    assert child[["foster_care_suitability", "residential_care_suitability", "supported_accommodation"]].tolist() == [
        "Preferred", "Unsuitable", "Not specified",
    ]  # fmt: skip
    assert bool(child["solo"])
    assert (child["number_of_siblings_to_place_with"], child["cost_total_weekly"]) == (2, 5250)
    assert (child["when_placement_is_needed_by"], child["placement_location"]) == ("< 5 days", "SN25")
    assert child["name_of_officer_referral"] == ""


def test_names_of_the_data_model_are_read(tmp_path: Path) -> None:
    """childId, livingCompanions and the misspelt supported_accomodation are understood."""
    rows = [{"childId": "C1", "livingCompanions": "No preference", "supported_accomodation": "Suitable not preferred"}]
    child = needs_of(write_csv(tmp_path / "n.csv", rows)).loc[0]
    assert child["supported_accommodation"] == "Suitable but not preferred"
    assert not child["solo"]


def test_the_latest_row_of_a_child_stands_over_all_files(tmp_path: Path) -> None:
    """Quarterly sheets repeat children; the last referral says what is needed now."""
    early = rows_of(
        "needs", {"child_ID": "C1", "foster_care_suitability": "Unsuitable", "Date_entry_referral": "01/05/2025"}
    )
    late = rows_of("needs", {"child_ID": "C1", "Date_entry_referral": "01/01/2025"}, {"child_ID": "C2"})
    files = read_capacity(needs=[write_csv(tmp_path / "b.csv", early), write_csv(tmp_path / "a.csv", late)])
    assert files.needs is not None
    assert files.needs["child_ID"].tolist() == ["C1", "C2"]
    assert files.needs["foster_care_suitability"].tolist() == ["Unsuitable", "Preferred"]
    assert files.findings.rows_used == {"b.csv": 1, "a.csv": 1}


def test_several_answers_in_one_cell_are_kept(tmp_path: Path) -> None:
    """Support and communication may name more than one, in any case."""
    rows = rows_of(
        "needs", {"additional_support": "therapeutic support; TAXIS TO SCHOOL"}, {"additional_support": "NA"}
    )
    needs = needs_of(write_csv(tmp_path / "n.csv", rows))
    assert needs["additional_support"].tolist() == ["Therapeutic support; Taxis to school", "NA"]


def test_an_unusable_suitability_is_not_specified(tmp_path: Path) -> None:
    """An unknown word never becomes a judgement about a child."""
    needs = needs_of(write_csv(tmp_path / "n.csv", rows_of("needs", {"foster_care_suitability": "maybe"})))
    assert needs["foster_care_suitability"].tolist() == ["Not specified"]
