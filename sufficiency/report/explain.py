"""How one number of the statement was made: what it counts, from which files and run, and why it is withheld."""

from sufficiency.domain.errors import AssumptionError
from sufficiency.report.disclosure import Protected, protect
from sufficiency.report.facts import Facts
from sufficiency.report.ledger import Key, Ledger
from sufficiency.report.shown import shown
from sufficiency.report.statement import Rules, draft, make_trace, publish
from sufficiency.report.table import CONFIDENTIAL, Draft

_MOST_PARTS = 12


def explain(facts: Facts, number: str, row: str, column: str) -> tuple[tuple[str, str], ...]:
    """Return lines of name and text about one cell of the published statement.

    Parameters
    ----------
    number
        Table, for example ``T3``.
    row, column
        Labels, or numbers from 1.

    Raises
    ------
    AssumptionError
        When there is no such table, row or column, naming what there is.
    """
    desk, drafts = draft(facts)
    shown_keys = {each for other in drafts for each in other.keys}
    protected = protect(desk.ledger.system(shown_keys))
    return (*cell_lines(_table(drafts, number), protected, desk.ledger, row, column), *make_trace(facts, Rules()))


def cell_lines(
    one: Draft, protected: Protected, ledger: Ledger, row: str | int, column: str | int
) -> tuple[tuple[str, str], ...]:
    """Return the lines about one cell of a draft, told from what may be published of it."""
    table = publish(one, protected, Rules())
    try:
        down, across = table.place(row, column)
    except KeyError as error:
        headings = ", ".join(each.heading for each in table.columns)
        raise AssumptionError(
            f"{table.number} has no row or column {error.args[0]!r}. Rows: {'; '.join(table.labels)}. "
            f"Columns: {headings}."
        ) from None
    value, keys = table.rows[down][across], one.rows[down][across].keys
    return (
        ("Table", f"{table.number}: {table.title}"),
        ("Cell", f"{table.labels[down]} / {table.columns[across].full_heading}"),
        ("Published value", shown(value, table.columns[across])),
        *([("Why withheld", _why(keys))] if value == CONFIDENTIAL else []),
        ("What is counted", table.words.definition),
        *(("Made from", _told(each)) for each in keys),
        *([] if keys else [("Made from", "no count of children: it gives none away")]),
        *(("Adds up", line) for each in keys for line in _sums(each, ledger)),
        ("Source", table.words.source),
        ("Date or period", table.words.date),
        *(("Note", note) for note in table.words.notes),
    )


def _table(drafts: tuple[Draft, ...], number: str) -> Draft:
    for one in drafts:
        if one.number.casefold() == number.casefold():
            return one
    raise AssumptionError(f'there is no table "{number}". Tables: {", ".join(one.number for one in drafts)}.')


def _why(keys: tuple[Key, ...]) -> str:
    """Say which rule withholds it, in words that fit both rules: which one applies would tell of the number."""
    linked = " It stands with a count it would give away." if len(keys) > 1 else ""
    return (
        "It is a count from 1 to 5, an average or cost of so few, or it would let one be worked out from the other "
        f"published numbers.{linked} The internal edition shows it: sufficiency report PROJECT --internal."
    )


def _told(asked: Key) -> str:
    parts = ", ".join(part.replace("_", " ").replace("=", " is ") for part in asked[1:])
    return f"{asked[0]}: {parts}" if parts else asked[0]


def _sums(asked: Key, ledger: Ledger) -> list[str]:
    """Return the additions that end in this count, by what they run over."""
    found = [parts for total, parts in ledger.sums if total == asked and 1 < len(parts) <= _MOST_PARTS]
    return [f"the sum of {'; '.join(_own(part, asked) for part in parts)}" for parts in found]


def _own(part: Key, total: Key) -> str:
    further = [each.split("=", 1)[-1] for each in part[1:] if each not in total[1:]]
    return ", ".join(further) if further and part[0] == total[0] else _told(part)
