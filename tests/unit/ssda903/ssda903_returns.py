"""Small returns for tests: rows as dictionaries, files in whatever form a test asks for."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from sufficiency.ingest.ssda903 import CareRecords, CleaningOptions, read_returns

Row = dict[str, str]

EPISODE_COLUMNS = [
    *("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE"),
    *("HOME_POST", "PL_POST", "URN"),
]
HEADER_COLUMNS = ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"]
UASC_COLUMNS = ["CHILD", "SEX", "DOB", "DUC"]
MISSING_COLUMNS = ["CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"]
ADOPTION_COLUMNS = ["CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"]


def episode(child: str = "1001", start: str = "01/06/2018", end: str = "", **changes: str) -> Row:
    """Return a foster placement, open unless an end is given."""
    row = dict.fromkeys(EPISODE_COLUMNS, "") | {
        "CHILD": child,
        "DECOM": start,
        "RNE": "S",
        "LS": "C2",
        "CIN": "N1",
        "PLACE": "U6",
        "PLACE_PROVIDER": "PR1",
        "DEC": end,
        "REC": "E8" if end else "",
        "HOME_POST": "SN1 2AB",
        "PL_POST": "SN2 3CD",
        "URN": "SC999001",
    }
    return row | changes


def header(child: str = "1001", **changes: str) -> Row:
    """Return a girl born on 5 May 2008."""
    row = dict.fromkeys(HEADER_COLUMNS, "") | {"CHILD": child, "SEX": "2", "DOB": "05/05/2008", "ETHNIC": "WBRI"}
    return row | changes


def uasc(child: str, **changes: str) -> Row:
    """Return an unaccompanied child's row."""
    return {"CHILD": child, "SEX": "1", "DOB": "05/05/2003", "DUC": "05/05/2021"} | changes


def text(rows: Sequence[Row], columns: Sequence[str] | None = None, separator: str = ",") -> str:
    """Rows as csv text."""
    names = list(columns or rows[0])
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=separator, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(path: Path, rows: Sequence[Row], columns: Sequence[str] | None = None) -> Path:
    """Write rows as a csv file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(rows, columns), encoding="utf-8")
    return path


def write_return(folder: Path, episodes: Sequence[Row], headers: Sequence[Row] | None = None) -> Path:
    """Write the episodes and header tables of one return, and an UASC table without anybody known in it."""
    children = sorted({row["CHILD"] for row in episodes} - {""})
    write(folder / "episodes.csv", episodes, EPISODE_COLUMNS)
    write(folder / "header.csv", headers if headers is not None else [header(child) for child in children])
    write(folder / "uasc.csv", [uasc("9999")], UASC_COLUMNS)
    return folder


def three_returns(folder: Path) -> Path:
    """Three years of a few children, without any fault."""
    write_return(
        folder / "2018",
        [
            episode("1001", "01/06/2017"),
            episode("1002", "03/04/2017", "09/09/2017", REC="X1"),
            episode("1002", "09/09/2017", "", RNE="P", PLACE="K2", PLACE_PROVIDER="PR4"),
            episode("1003", "20/12/2016", "31/03/2018"),
        ],
    )
    write_return(
        folder / "2019",
        [
            episode("1001", "01/06/2017", "05/07/2018"),
            episode("1002", "09/09/2017", "", RNE="P", PLACE="K2", PLACE_PROVIDER="PR4"),
            episode("1004", "01/02/2019", "", PLACE="U1"),
            episode("1005", "28/03/2019", ""),
        ],
    )
    write_return(
        folder / "2020",
        [
            episode("1002", "09/09/2017", "30/03/2020", RNE="P", PLACE="K2", PLACE_PROVIDER="PR4"),
            episode("1004", "01/02/2019", "", PLACE="U1"),
            episode("1005", "28/03/2019", "14/05/2019"),
            episode("1001", "01/08/2019", ""),
        ],
    )
    return folder


def read(*paths: Path, **options: object) -> CareRecords:
    """Read with cleaning options given by name."""
    return read_returns(list(paths), options=CleaningOptions(**options))  # type: ignore[arg-type]


def codes_of(records: CareRecords) -> set[str]:
    """Codes of all findings."""
    return {item.code for item in records.findings}


def count_of(records: CareRecords, code: str) -> int:
    """In how many rows something was found."""
    return sum(item.count for item in records.findings if item.code == code)


def days_of(records: CareRecords) -> list[tuple[str, str, str]]:
    """Child, start and end ("" when open) of each episode."""
    frame = records.episodes
    starts = frame["start"].dt.strftime("%Y-%m-%d")
    ends = frame["end"].dt.strftime("%Y-%m-%d").fillna("")
    return list(zip(frame["child"], starts, ends, strict=True))
