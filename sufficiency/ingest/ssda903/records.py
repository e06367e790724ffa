"""What the reader is asked for and what it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from sufficiency.domain.codes import CATEGORY_MAPS
from sufficiency.domain.findings import Findings


@dataclass(frozen=True)
class CleaningOptions:
    """How far returns are cleaned. The defaults suit planning; the rest lets a council reconcile with other tools.

    Attributes
    ----------
    keep_short_breaks
        Keep episodes under V3 and V4, which DfE leaves out of the count of children looked after.
    keep_lapsed
        Leave an episode open for ever when later returns no longer speak of the child, as older tools do. Episodes
        are then only de-duplicated and cut back to the next start; no other rule is applied.
    category_map
        How placement codes are grouped: "ours", "dfe" (published groups) or "older" (the older demand model).
    code_map
        What local codes mean: column -> code found -> code meant, for codes that no collection year knows.
    until
        Last return to read, by the year it closes in, as if later ones did not exist yet; None reads all.
    """

    keep_short_breaks: bool = False
    keep_lapsed: bool = False
    category_map: str = "ours"
    code_map: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    until: int | None = None

    def __post_init__(self) -> None:
        if self.category_map not in CATEGORY_MAPS:
            raise ValueError(f"category map {self.category_map!r}: one of {', '.join(CATEGORY_MAPS)} is needed")


@dataclass(frozen=True, eq=False)
class CareRecords:
    """Children and their episodes in care, clean across returns. Columns are in ``docs/borders.md``.

    Attributes
    ----------
    children
        One row a child, sorted by child.
    episodes
        One row an episode, sorted by child, start and end; a child is in care on a day when start <= day < end.
    returns
        One row a return and episodes file, with rows read and used and the file's hash.
    missing, placed_for_adoption
        One row an incident, or a placement for adoption; empty when no such table was given.
    findings
        Everything found while reading and cleaning, with rows read and used by file.
    data_end
        The day after which nothing is known.
    files
        One row a table read, of any kind.
    """

    children: pd.DataFrame
    episodes: pd.DataFrame
    returns: pd.DataFrame
    missing: pd.DataFrame
    placed_for_adoption: pd.DataFrame
    findings: Findings
    data_end: date
    files: pd.DataFrame
