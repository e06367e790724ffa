"""What was wrong with an input, said so that a person can repair it.

Reading never stops at the first fault: faults are gathered as findings and shown as one table. A value that identifies
a child (date of birth, postcode, identifier) is never put into a finding; its *shape* is (:func:`shape_of`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """What was done about a fault, worst first."""

    REFUSED = "refused"
    REPAIRED = "repaired"
    NOTED = "noted"


@dataclass(frozen=True)
class Finding:
    """One fault in one place, or the same fault in many rows of one file.

    Attributes
    ----------
    code
        Stable name of the rule, documented in ``docs/findings.md``, for example ``ssda903.place.unknown``.
    severity
        Refused (the row is not used), repaired (a value was changed by a stated rule) or noted.
    file
        File, or file and sheet, as the user knows it.
    row
        Row as a spreadsheet shows it (the header is row 1); None when the whole file is meant.
    column
        Column name, or cell address in a workbook.
    found
        What stood there; the shape only for values that identify a child.
    expected
        What was expected and why it matters.
    repair
        What the user can do.
    action
        What we did.
    count
        In how many rows the same thing was found, when rows are not listed one by one.
    """

    code: str
    severity: Severity
    file: str
    row: int | None
    column: str
    found: str
    expected: str
    repair: str
    action: str
    count: int = 1

    @property
    def text(self) -> str:
        """Return one sentence: where, what, why it matters, how to repair."""
        where = self.file + (f" row {self.row}" if self.row is not None else "")
        where += f", {self.column}" if self.column else ""
        found = f': "{self.found}"' if self.found else ":"
        return f"{where}{found} {self.expected} {self.repair}".strip()


@dataclass
class Findings:
    """Findings gathered in order while reading, and how many rows were read, used and refused by file."""

    items: list[Finding] = field(default_factory=list)
    rows_read: dict[str, int] = field(default_factory=dict)
    rows_used: dict[str, int] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Keep one finding."""
        self.items.append(finding)

    def extend(self, other: "Findings | Iterable[Finding]") -> None:
        """Keep the findings (and the row counts) of another reader."""
        self.items.extend(other)
        if isinstance(other, Findings):
            self.rows_read.update(other.rows_read)
            self.rows_used.update(other.rows_used)

    def count_rows(self, file: str, read: int, used: int) -> None:
        """Record how many data rows of a file were read and used."""
        self.rows_read[file] = read
        self.rows_used[file] = used

    def count(self, severity: Severity) -> int:
        """Return in how many rows something was found at this severity."""
        return sum(item.count for item in self.items if item.severity is severity)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def shape_of(value: object) -> str:
    """Return a value's shape: letters as A, digits as 9, all else kept, at most 20 characters.

    >>> shape_of("SN1 2AB"), shape_of("31/02/2014")
    ('AA9 9AA', '99/99/9999')
    """
    text = str(value)[:20]
    return "".join("A" if c.isalpha() else "9" if c.isdigit() else c for c in text)
