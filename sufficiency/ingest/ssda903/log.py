"""Gathers findings while reading: many rows with the same fault become one finding with a count."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.findings import Finding, Findings
from sufficiency.ingest.ssda903.rules import FINDINGS

LISTED_ROWS = 20
"""Up to so many rows of a file are listed one by one."""


class FindingLog:
    """Findings of one read. Child-level values never come in here: callers pass shapes."""

    def __init__(self) -> None:
        self.findings = Findings()

    def add(
        self,
        code: str,
        file: str,
        *,
        row: int | None = None,
        column: str = "",
        found: str = "",
        detail: str = "",
        count: int = 1,
    ) -> None:
        """Add one finding; ``detail`` is put after what the rule expects."""
        rule = FINDINGS[code]
        expected = f"{rule.meaning} {detail}".strip()
        self.findings.add(
            Finding(code, rule.severity, file, row, column, found, expected, rule.repair, rule.action, count)
        )

    def rows(
        self,
        code: str,
        files: NDArray[np.object_],
        rows: NDArray[np.int64],
        *,
        column: str = "",
        found: NDArray[np.object_] | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Add findings for rows of files: one by one when few, else one for each thing found, with a count.

        Parameters
        ----------
        code
            Rule of the finding.
        files, rows
            File label and row number of each row concerned, shape (n,).
        column
            Column name.
        found
            What stood there, shape (n,), safe to show.
        details
            More to say about a thing found, by what was found.
        """
        if not len(files):
            return
        shown = found if found is not None else np.full(len(files), "", dtype=object)
        for file in dict.fromkeys(files.tolist()):
            mine = files == file
            for row, what, count in _collapsed(rows[mine].tolist(), shown[mine].tolist()):
                detail = (details or {}).get(what, "")
                self.add(code, str(file), row=row, column=column, found=what, detail=detail, count=count)

    def numbers(self, code: str, file: str, rows: Sequence[int]) -> None:
        """Add findings for rows of one file, given by number only."""
        self.rows(code, np.full(len(rows), file, dtype=object), np.asarray(rows, dtype=np.int64))

    def collapse(self, code: str) -> None:
        """Make one finding of all those of a rule that concern whole files."""
        chosen = [item for item in self.findings.items if item.code == code]
        if len(chosen) < 2:
            return
        rest = [item for item in self.findings.items if item.code != code]
        label = f"{chosen[0].file} and {len(chosen) - 1} more"
        self.findings.items[:] = [*rest, replace(chosen[0], file=label, count=len(chosen))]


def _collapsed(rows: Sequence[int], found: Sequence[str]) -> list[tuple[int, str, int]]:
    """Return row, thing found and count: each row when few, each distinct thing when many, else all as one."""
    if len(rows) <= LISTED_ROWS:
        return [(row, what, 1) for row, what in zip(rows, found, strict=True)]
    counts = Counter(found)
    if len(counts) > LISTED_ROWS:
        return [(rows[0], found[0], len(rows))]
    return [(rows[found.index(what)], what, count) for what, count in counts.items()]
