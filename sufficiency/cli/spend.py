"""``sufficiency spend``: what finance can put in the budget."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, Months, ProjectFolder, Seed, Workers
from sufficiency.cli.progress import StageProgress
from sufficiency.cli.results import make_and_store, run_json, show_run
from sufficiency.cli.tables import show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from scenarios.spending import Question, Spent
    from sufficiency.domain.periods import FinancialYear
    from sufficiency.project import Project, RunRecord

_TABLES = (
    "spend_by_year",
    "committed_by_year",
    "income_by_year",
    "at_risk_by_year",
    "budget_by_month",
    "outturn_by_line",
    "scenario_by_year",
    "lever_effects",
    "mtfs",
    "bridge_by_year",
    "savings",
    "sensitivity",
    "backcast",
    "unit_costs",
    "unit_costs_s251",
)


Policy: TypeAlias = Annotated[
    str, typer.Option("--policy", help="How homes are chosen: practice (as in your history) or best-use.")
]
Beside: TypeAlias = Annotated[
    str, typer.Option("--scenario", help="Scenario to put beside doing nothing, lever by lever.")
]
Futures: TypeAlias = Annotated[
    int,
    typer.Option("--replications", min=0, max=10_000, help="Futures of whole children, for P50 and P80; 0: none."),
]
WeeksAYear: TypeAlias = Annotated[
    str | None, typer.Option("--weeks", help="Weeks a year for unit costs and annual figures: 365/7, 52 or 366/7.")
]
ClosedYear: TypeAlias = Annotated[
    str | None, typer.Option("--year", help="Closed year to work out again, such as 2024-25; left out, the last.")
]
Ledger: TypeAlias = Annotated[
    list[str] | None, typer.Option("--ledger", help="Ledger of that year: POUNDS, or LINE=POUNDS; may be repeated.")
]
Workbook: TypeAlias = Annotated[
    Path | None, typer.Option("--workbook", help="Excel workbook to write, with live totals, ending in .xlsx.")
]
Internal: TypeAlias = Annotated[
    bool, typer.Option("--internal", help="List the 20 dearest placements, one row a child: OFFICIAL-SENSITIVE.")
]


def spend(
    folder: ProjectFolder,
    policy: Policy = "practice",
    scenario: Beside = "do-nothing",
    months: Months = None,
    replications: Futures = 100,
    weeks: WeeksAYear = None,
    year: ClosedYear = None,
    ledger: Ledger = None,
    workbook: Workbook = None,
    internal: Internal = False,
    workers: Workers = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Spend for the budget: by line and month, committed and new, P50 and P80, MTFS, savings, a closed year checked.

    Whole pence, exact by day. Tables are of groups; only --internal names a child, and nothing of it is stored.
    """
    if workbook is not None:
        _require_workbook(workbook)
    question = _question(policy, scenario, months, replications, weeks, year, ledger, internal, workers, seed)
    answers: list[Spent] = []

    def work(project: "Project", progress: StageProgress) -> "RunRecord":
        from scenarios.spending import spent

        answers.append(spent(project, question, progress=progress))
        return answers[0].record

    told = f"policy={policy} scenario={scenario} replications={replications} seed={seed}"
    project, record, number = make_and_store(folder, "spend", work, told + " internal" * internal)
    answer = answers[0]
    if workbook is not None:
        _write(workbook, project, answer, number)
        project.name_runs(workbook, [number])
    if as_json:
        document: dict[str, Any] = run_json("spend", project, record, number)
        document |= {"workbook": None if workbook is None else str(workbook)}
        document |= {"internal": output.tables_json(answer.internal)} if answer.internal else {}
        output.print_json(document)
        return
    show_run(project, record, number, _TABLES)
    for name, frame in answer.internal.items():
        show_table(name, frame, output.screen())
    if workbook is not None:
        output.screen().print(f"Workbook: {workbook}", markup=False, soft_wrap=True)


def _question(
    policy: str,
    scenario: str,
    months: int | None,
    replications: int,
    weeks: str | None,
    year: str | None,
    ledger: list[str] | None,
    internal: bool,
    workers: int | None,
    seed: int,
) -> "Question":
    from scenarios.spending import Question
    from sufficiency.matching.sampled.plan import WalkPolicy

    if policy not in list(WalkPolicy):
        raise typer.BadParameter(f"{policy}: expected {' or '.join(WalkPolicy)}", param_hint="--policy")
    if 0 < replications < 20:
        raise typer.BadParameter("a P80 needs 20 or more; 0 draws none", param_hint="--replications")
    return Question(
        WalkPolicy(policy), replications, seed, workers or 1, scenario, months, weeks,
        _year(year), _ledger(ledger or []), internal,
    )  # fmt: skip


def _year(text: str | None) -> "FinancialYear | None":
    from sufficiency.domain.errors import InputError
    from sufficiency.finance.price_reading import financial_year

    try:
        return None if text is None else financial_year(text)
    except InputError as error:
        raise typer.BadParameter(str(error), param_hint="--year") from None


def _ledger(given: list[str]) -> "Mapping[str, int]":
    from sufficiency.domain.money import pence
    from sufficiency.domain.settings import CostLine

    found: dict[str, int] = {}
    for text in given:
        line, sign, amount = text.rpartition("=")
        name = line.strip().lower() if sign else "total"
        number = amount.strip().replace(",", "").removeprefix("£")
        if name not in {*CostLine, "total"} or name in found:
            lines = ", ".join(CostLine)
            raise typer.BadParameter(f'"{text}": each of {lines} or total, once', param_hint="--ledger")
        if not number.replace(".", "", 1).isdigit():
            raise typer.BadParameter(f'"{text}" is not an amount in pounds', param_hint="--ledger")
        found[name] = pence(number)
    return found


def _require_workbook(path: Path) -> None:
    from sufficiency.domain.errors import ProjectError
    from sufficiency.project import require_new_file

    if path.suffix.lower() != ".xlsx":
        raise ProjectError(f"{path}: a workbook ends in .xlsx.")
    require_new_file(path)


def _write(path: Path, project: "Project", answer: "Spent", number: int) -> None:
    from sufficiency.report.finance_workbook import write_finance_workbook

    tables: dict[str, pd.DataFrame] = {**answer.record.tables, **answer.internal}
    write_finance_workbook(path, project.name, project.synthetic, answer.record, tables, answer.prices, number)
