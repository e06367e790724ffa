"""Where tables are drafted: the facts, the children behind them, and the ledger that every count is entered in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from sufficiency.domain.periods import FinancialYear
from sufficiency.report.benchmarks import Comparison, Published, published, statistical_region
from sufficiency.report.facts import Facts
from sufficiency.report.ledger import Key, Ledger
from sufficiency.report.people import People
from sufficiency.report.table import CONFIDENTIAL, LOW, NOT_APPLICABLE, NOT_AVAILABLE, Cell, Table

IN_CARE = ("in care",)
"""Key of all children in care on the base date."""

RETURNS = "The council's SSDA903 returns"
ENGINE = "sufficiency, the stored run named under Traceability"


@dataclass
class Desk:
    """What every builder of tables works with.

    Attributes
    ----------
    facts
        What was passed in.
    people
        Children behind the tables; counted, never shown.
    ledger
        Every count and how they add up.
    """

    facts: Facts
    people: People
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def year(self) -> FinancialYear:
        """The year that ends with, or holds, the base date."""
        return self.people.year

    @property
    def comparison(self) -> Comparison:
        """Whom the council is compared with."""
        region = statistical_region(self.facts.council.region)
        return Comparison(region, self.facts.published, self.facts.neighbours)

    def count(self, asked: Key) -> Cell:
        """Return a count."""
        return Cell(self.ledger.value(asked), (asked,))

    def percent(self, part: Key, whole: Key) -> Cell:
        """Return a whole percentage; one that rounds to zero without being zero is [low]."""
        return share(self.ledger.value(part), self.ledger.value(whole), (part, whole))


def share(part: float, whole: float, keys: tuple[Key, ...] = ()) -> Cell:
    """Return part of whole as a whole percentage."""
    if whole <= 0:
        return Cell(NOT_APPLICABLE)
    percent = round(100 * part / whole)
    return Cell(LOW if part > 0 and percent == 0 else percent, keys)


def rounded(value: float, keys: tuple[Key, ...] = ()) -> Cell:
    """Return an expected value as a whole number; one that rounds to zero without being zero is [low]."""
    whole = round(value)
    return Cell(LOW if value > 1e-9 and whole == 0 else whole, keys)


def england(measure: str, category: str = "all", period: str = "") -> Cell:
    """Return England's figure; [x] where none is published in our table."""
    return as_cell(published(measure, category, period=period))


def as_cell(found: Published | None) -> Cell:
    """Return a published figure as a cell."""
    return Cell(round(found.value)) if found is not None else Cell(NOT_AVAILABLE)


def text(value: object) -> Cell:
    """Return a label."""
    return Cell(str(value))


def day_text(day: date) -> str:
    """Return a day as people write it: 31 March 2025."""
    return f"{day.day} {day:%B %Y}"


def capital(words: str) -> str:
    """Return words with a capital first letter, the rest as they are."""
    return words[:1].upper() + words[1:]


def people_text(number: float) -> str:
    """Return ``1 child`` or ``12 children``."""
    return f"{number:,.0f} {'child' if round(number) == 1 else 'children'}"


def joined(words: Sequence[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


@dataclass(frozen=True)
class Most:
    """The largest published number of a column; ``words`` says whether a withheld one could be larger."""

    label: str
    value: float
    words: str


def largest(table: Table, column: str, leave_out: Iterable[str] = (), starting: str = "") -> Most | None:
    """Return the largest number a column shows, None when it shows nothing above zero.

    Parameters
    ----------
    leave_out
        Labels that do not take part, such as the total.
    starting
        Only rows whose label starts so.
    """
    _, across = table.place(1, column)
    rows = [row for row in table.rows if str(row[0]).startswith(starting) and row[0] not in set(leave_out)]
    known = {str(row[0]): float(row[across]) for row in rows if not isinstance(row[across], str)}
    if not known or max(known.values()) <= 0:
        return None
    label, value = max(known.items(), key=lambda each: each[1])
    hidden = any(row[across] == CONFIDENTIAL for row in rows)
    return Most(label, value, "the largest group that can be published" if hidden else "the largest group")


def direction(before: float, after: float) -> str:
    """Return how a number moved, in words."""
    if round(before) == round(after):
        return f"stayed at {after:,.0f}"
    return f"{'rose' if after > before else 'fell'} from {before:,.0f} to {after:,.0f}"


def periods_of(frame: pd.DataFrame) -> list[str]:
    """Return the periods of a plan's table in time order."""
    return sorted({str(each) for each in frame["period"]})
