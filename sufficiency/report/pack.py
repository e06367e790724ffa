"""Everything a strategy author takes away, written to one folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sufficiency.domain.errors import ProjectError
from sufficiency.report.charts import make_charts
from sufficiency.report.facts import Facts
from sufficiency.report.maps import zone_map
from sufficiency.report.page import write_page
from sufficiency.report.records import write_records
from sufficiency.report.statement import Rules, Statement, make_statement
from sufficiency.report.twins import write_twins
from sufficiency.report.word import write_word
from sufficiency.report.workbook import write_workbook

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Pack:
    """A written statement and its files."""

    statement: Statement
    files: tuple[Path, ...]


def write_pack(facts: Facts, out: Path, rules: Rules, progress: Progress, template: Path | None = None) -> Pack:
    """Make the statement and write every form of it.

    Parameters
    ----------
    template
        The council's own Word template (.docx), None for a plain one.

    Raises
    ------
    ProjectError
        When the folder cannot be written to or the template cannot be opened.
    VerificationError
        When a withheld number could be worked out; nothing is written then.
    """
    progress("counting and protecting small numbers", 0, 4)
    statement = make_statement(facts, rules)
    progress("drawing charts", 1, 4)
    charts = make_charts(statement)
    if facts.zones is not None:
        charts += tuple(zone_map(table, facts.zones) for table in statement.tables if table.number == "T8c")
    mark = ("-OFFICIAL-SENSITIVE" if rules.internal else "") + ("-synthetic" if facts.council.synthetic else "")
    name = f"statement{mark}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        progress("writing", 2, 4)
        page = write_page(statement, charts, out / f"{name}.html")
        workbook = write_workbook(statement, out / f"{name}.xlsx")
        word = write_word(statement, charts, out / f"{name}.docx", template)
        records = write_records(facts.council.name, out)
        twins = write_twins(statement, out / f"tables{mark}")
    except OSError as error:
        raise ProjectError(f"{out}: cannot be written ({error.strerror}). Is a file in it open elsewhere?") from None
    progress("writing", 4, 4)
    return Pack(statement, (page, workbook, word, *records, *twins))
