"""Ofsted's provider lists, of any year's layout, as rows of the homes table.

A list says what exists. Registered places are not vacancies: homes read from it are ``listed`` and give no capacity.
"""

import numpy as np
import pandas as pd

from sufficiency.assumptions.table import attribute, attributes
from sufficiency.domain.findings import Findings
from sufficiency.ingest.capacity.columns import choice_key, read_column, word_key
from sufficiency.ingest.capacity.drafts import column_type
from sufficiency.ingest.capacity.grids import Grid
from sufficiency.ingest.capacity.headers import Header, data_rows
from sufficiency.ingest.capacity.rowrules import SUPPORTED_AGE
from sufficiency.ingest.capacity.sheets import Reporter, Sheet, take_sheet

_COLUMNS = (
    "urn",
    "authority",
    "provider_type",
    "provider_subtype",
    "placement_code",
    "sector",
    "name",
    "status",
    "from",
    "to",
    "postcode",
    "registered_places",
)
_CLOSED = ("closed", "resigned", "cancelled", "deregistered", "removed", "inactive", "proposed", "refused")
_COUNCIL = ("localauthority", "la", "council")
_SECTORS = {
    **dict.fromkeys(_COUNCIL, "other public"),
    "healthauthority": "other public",
    "private": "private",
    "individual": "private",
    "partnership": "private",
    "voluntary": "voluntary",
    "charity": "voluntary",
}


def read_ofsted(sheets: list[tuple[Grid, Header]], findings: Findings) -> pd.DataFrame:
    """Return homes of Ofsted's lists with the columns of the homes table, one row a URN.

    Sheets are joined on URN, so that older layouts with addresses on a sheet of their own are read too. A row is used
    when its URN ends up as a home.
    """
    taken = [take_sheet(grid, header, _COLUMNS) for grid, header in sheets]
    joined = _join(taken)
    verdict = _verdict(joined)
    for sheet in taken:
        _report(sheet, verdict, findings)
    return _homes(joined.loc[verdict == ""].reset_index(names="urn"))


def _join(sheets: list[Sheet]) -> pd.DataFrame:
    parts = [sheet.text.assign(urn=_urn(sheet), provider_type=_kind(sheet)) for sheet in sheets]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_COLUMNS), dtype="str")
    rows = rows.loc[rows["urn"] != ""]
    return rows.mask(rows == "").groupby("urn", sort=False).first().fillna("").astype("str")


def _urn(sheet: Sheet) -> pd.Series:
    return _typed("urn", sheet.text["urn"])


def _kind(sheet: Sheet) -> pd.Series:
    """Return the type of each row; a sheet of supported accommodation leaves it unsaid."""
    kind = sheet.text["provider_type"]
    key = choice_key(sheet.grid.sheet)
    supported = key.startswith("sa") or "supported" in key
    return kind.mask(kind == "", "Supported accommodation") if supported else kind


def _verdict(rows: pd.DataFrame) -> pd.Series:
    """Return why a URN is not used, "" when it is."""
    verdict = pd.Series("", index=rows.index, dtype="str")
    verdict = verdict.mask(_typed("registered_places", rows["registered_places"]).isna(), "capacity.ofsted.places")
    verdict = verdict.mask(_setting(rows) == "", "capacity.ofsted.not_a_home")
    gone = word_key(rows["status"]).str.contains("|".join(_CLOSED), regex=True) & _typed("to", rows["to"]).isna()
    return verdict.mask(gone, "capacity.ofsted.closed")


def _setting(rows: pd.DataFrame) -> pd.Series:
    known = {_type_key(row["kind"]): row["setting"] for row in data_rows("ofsted_types.csv")}
    subtype, kind = _type_keys(rows["provider_subtype"]), _type_keys(rows["provider_type"])
    said = subtype.map(known).fillna(kind.map(known))
    codes = rows["placement_code"].str.upper()
    coded = [codes.str.contains("K1"), codes.str.contains("K2"), codes.str.contains("K3|H5", regex=True)]
    named = [kind.str.contains("securechildrenshome"), kind.str.contains("childrenshome")]
    settings = ["secure", "residential", "secure", "residential", "supported accommodation"]
    guess = pd.Series(np.select([*named, *coded], settings, ""), index=rows.index, dtype="str")
    return said.fillna(guess).astype("str")


def _type_keys(kinds: pd.Series) -> pd.Series:
    return word_key(kinds).str.replace("'", "", regex=False)


def _type_key(kind: str) -> str:
    return choice_key(kind).replace("'", "")


def _typed(name: str, text: pd.Series) -> pd.Series:
    return read_column(attribute("homes")[name], text).typed


def _report(sheet: Sheet, verdict: pd.Series, findings: Findings) -> None:
    report = Reporter(sheet, findings)
    urn = _urn(sheet)
    fate = verdict.astype("str").reindex(urn).fillna("capacity.ofsted.urn")
    for code in sorted(set(fate.unique()) - {""}):
        report.counted(code, "urn", (fate == code).to_numpy())
    used = (fate == "").to_numpy()
    council = word_key(sheet.text["sector"]).isin(_COUNCIL).to_numpy()
    report.counted("capacity.ofsted.council", "sector", used & council)
    where = attribute("homes")["authority"]
    report.counted(
        "capacity.cell.invalid",
        "authority",
        used & read_column(where, sheet.text["authority"]).bad,
        expected=where.expected,
    )
    report.counted("capacity.ofsted.not_vacancies", "registered_places", used)
    count_rows(findings, sheet.grid.label, len(sheet), int(used.sum()))


def count_rows(findings: Findings, label: str, read: int, used: int) -> None:
    """Add to the rows read and used of a file: two files may share a name."""
    findings.count_rows(label, findings.rows_read.get(label, 0) + read, findings.rows_used.get(label, 0) + used)


def _homes(rows: pd.DataFrame) -> pd.DataFrame:
    setting = _setting(rows)
    youngest = np.where(setting == "supported accommodation", SUPPORTED_AGE, 0)
    known = {
        "home_id": rows["urn"],
        "urn": rows["urn"],
        "name": rows["name"],
        "sector": word_key(rows["sector"]).map(_SECTORS).fillna("unknown"),
        "setting": setting,
        "contract": "listed",
        "age_min": youngest,
        **{name: _typed(name, rows[name]) for name in ("authority", "postcode", "registered_places", "from", "to")},
    }
    return pd.DataFrame(
        {row.name: known.get(row.name, _blank(row.type, row.default)) for row in attributes("homes")}, index=rows.index
    ).pipe(homes_types)


def _blank(kind: str, default: object) -> object:
    if default is not None:
        return default
    return {"int": np.nan, "float": np.nan, "date": pd.NaT}.get(kind, "")


def homes_types(frame: pd.DataFrame) -> pd.DataFrame:
    """Return homes with the types that the columns of a homes file have."""
    return frame.astype({row.name: column_type(row) for row in attributes("homes")})
