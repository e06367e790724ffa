"""What the three commands that make a run share: store it, then show it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sufficiency.cli import output
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.tables import show_table
from sufficiency.cli.values import cell, heading
from sufficiency.domain.findings import Severity

if TYPE_CHECKING:
    import pandas as pd

    from sufficiency.project import Project, RunRecord

MONTHS_IN_A_YEAR = 12

Work = Callable[["Project", StageProgress], "RunRecord"]


def make_and_store(folder: Path, command: str, work: Work, detail: str = "") -> tuple["Project", "RunRecord", int]:
    """Open a project, do the work with progress shown, store the run and note who asked."""
    from sufficiency.project import Project

    project = Project.open(folder)
    with StageProgress() as progress:
        record = work(project, progress)
        progress("storing the run", 0, 1)
        number = project.write_run(record)
    project.note(command, detail)
    return project, record, number


def run_json(command: str, project: "Project", record: "RunRecord", number: int) -> dict[str, Any]:
    """Return a run as one document: what made it, headline figures, tables, findings."""
    return {
        "command": command,
        "project": str(project.folder),
        "council": project.name,
        "synthetic": project.synthetic,
        "run_id": number,
        "base_date": record.base_date,
        "months": record.months,
        "seed": record.seed,
        "outcome": record.outcome,
        "seconds": record.seconds,
        "summary": dict(record.summary),
        "changes": [vars(change) for change in record.changes],
        "versions": dict(record.versions),
        "input_hashes": dict(record.input_hashes),
        "tables": output.tables_json(record.tables),
        "findings": output.findings_json(record.findings),
    }


def show_run(project: "Project", record: "RunRecord", number: int, tables: Sequence[str]) -> None:
    """Show headline figures and the named tables of a run, for people."""
    from rich.markup import escape
    from rich.table import Table

    screen = output.screen()
    if project.synthetic:
        screen.print(output.SYNTHETIC)
    ahead = f", {record.months} months ahead" if record.months else ""
    screen.print(escape(f"{project.name}: {cell(record.base_date)}{ahead}. Run {number}, {record.outcome}."))
    facts = Table(box=None, show_header=False)
    for name, value in record.summary.items():
        facts.add_row(escape(heading(name)), escape(cell(value, name)))
    screen.print(facts)
    if "flow" in record.tables:
        screen.print(_years_ahead(record.tables["flow"]))
    shown = [name for name in tables if name in record.tables]
    for name in shown:
        show_table(name, record.tables[name], screen)
    definitions = dict.fromkeys(str(record.tables[name].attrs.get("definition", "")) for name in shown)
    output.bullet_lines(["", "What is counted:", *(f"- {words}" for words in definitions if words), ""], screen)
    refused, repaired = (record.findings.count(each) for each in (Severity.REFUSED, Severity.REPAIRED))
    words = (
        f"While reading, {refused:,} rows were refused and {repaired:,} repaired: sufficiency check {project.folder}"
    )
    tables_at = f"All tables: sufficiency export {project.folder} --out FOLDER"
    output.bullet_lines([_how_sure(record), words if len(record.findings) else "No findings.", tables_at], screen)


def _years_ahead(flow: "pd.DataFrame") -> str:
    """Return the children in care now and at the end of each whole year walked."""
    later = flow["stock_after"].iloc[MONTHS_IN_A_YEAR - 1 :: MONTHS_IN_A_YEAR]
    years = [f"{children:,.0f} in {year} year{'s' * (year > 1)}" for year, children in enumerate(later, start=1)]
    now = f"{flow['stock_before'].iloc[0]:,.0f} now"
    return f"Children in care: {', '.join([now, *years])}."


def _how_sure(record: "RunRecord") -> str:
    """Return what stands behind the figures and what does not."""
    if record.kind == "history":
        return "How sure: counted from the returns; nothing is projected."
    if "intervals" in record.summary:
        return f"How sure: {record.summary['intervals']}."
    unsourced = sum(row.status == "assumption" for row in record.assumptions)
    names = {row.name for row in record.assumptions}
    changed = len({change.name for change in record.changes} & names)
    return (
        f"How sure: expected values, without an uncertainty band. {unsourced} of {len(record.assumptions)} assumptions "
        f"have no published source, and {changed} were changed for this project: docs/assumptions.md."
    )
