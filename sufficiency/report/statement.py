"""From facts to a statement that may leave: drafts, disclosure control, findings, traceability."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sufficiency.report import (
    board,
    tables_ahead,
    tables_bands,
    tables_flows,
    tables_living,
    tables_market,
    tables_money,
    tables_profile,
    tables_scenarios,
    tables_supply,
)
from sufficiency.report.desk import IN_CARE, Desk, day_text
from sufficiency.report.disclosure import Protected, protect
from sufficiency.report.facts import Facts, Walked
from sufficiency.report.people import People
from sufficiency.report.table import CHILDREN, CONFIDENTIAL, Cell, Draft, Table, Value

BUILDERS: tuple[Callable[[Desk], Draft], ...] = (
    tables_profile.rate_and_flows,
    tables_profile.profile,
    tables_living.mix,
    tables_living.dfe_groups,
    tables_living.home_areas,
    tables_living.by_provider,
    tables_living.by_age,
    tables_flows.stability,
    tables_flows.entries_and_exits,
    tables_flows.destinations,
    tables_supply.supply_now,
    tables_supply.supply_ahead,
    tables_supply.supply_by_zone,
    tables_ahead.forecast,
    tables_bands.forecast_by_year,
    tables_ahead.gap,
    tables_ahead.gap_by_need,
    tables_money.unit_costs,
    tables_money.spend_by_year,
    tables_money.why_spend_moves,
    tables_scenarios.scenarios,
    tables_scenarios.spend_by_scenario,
    tables_market.market_message,
    tables_market.actions,
    tables_market.comparison,
)
"""T1 to T15 in order; a builder may use counts that those before it entered."""

PUBLICATION, INTERNAL = "for publication", "OFFICIAL-SENSITIVE"
ROUND_TO = 5


@dataclass(frozen=True)
class Rules:
    """How a statement is protected.

    Attributes
    ----------
    internal
        True for the unsuppressed edition, marked OFFICIAL-SENSITIVE; never the default.
    round_counts
        Whether published counts of children are also rounded to 5.
    """

    internal: bool = False
    round_counts: bool = False

    @property
    def marking(self) -> str:
        """What every page says of itself."""
        return INTERNAL if self.internal else PUBLICATION


@dataclass(frozen=True)
class Statement:
    """A statement that may be written.

    Attributes
    ----------
    title, subtitle, marking
        As shown; ``marking`` is "for publication" or "OFFICIAL-SENSITIVE".
    tables
        T1 to T15.
    board
        The board page's table.
    trace
        Lines of name and value: runs, inputs, assumptions, versions.
    withheld, small, attacked
        Numbers withheld, how many of them small counts, how many were attacked without success.
    """

    title: str
    subtitle: str
    marking: str
    tables: tuple[Table, ...]
    board: Table
    trace: tuple[tuple[str, str], ...]
    withheld: int = 0
    small: int = 0
    attacked: int = 0

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """The board page's table, then T1 to T15."""
        return (self.board, *self.tables)


def draft(facts: Facts) -> tuple[Desk, tuple[Draft, ...]]:
    """Return every draft, the board page's first, and the desk with the ledger behind them: not for writing."""
    desk = Desk(facts, People(facts))
    desk.ledger.enter(IN_CARE, len(desk.people.in_care))
    tables = tuple(build(desk) for build in BUILDERS)
    return desk, (board.board(desk), *tables)


def make_statement(facts: Facts, rules: Rules | None = None) -> Statement:
    """Return the statement, with everything withheld that must be.

    Raises
    ------
    VerificationError
        When a withheld number could be worked out from the published ones.
    """
    chosen = rules or Rules()
    desk, drafts = draft(facts)
    shown = {each for one in drafts for each in one.keys}
    protected = Protected(frozenset(), 0, 0) if chosen.internal else protect(desk.ledger.system(shown))
    tables = [publish(one, protected, chosen) for one in drafts]
    return Statement(
        title=f"{facts.council.name}: sufficiency statement",
        subtitle=f"Children in care and their homes at {day_text(facts.base_date)}",
        marking=chosen.marking,
        tables=tuple(tables[1:]),
        board=tables[0],
        trace=make_trace(facts, chosen),
        withheld=len(protected.withheld),
        small=protected.small,
        attacked=protected.attacked,
    )


def publish(one: Draft, protected: Protected, rules: Rules) -> Table:
    """Return a draft as it may be published, with its finding made from what is left."""
    units = [column.unit for column in one.columns]
    rows = tuple(
        tuple(_value(cell, unit, protected, rules) for cell, unit in zip(row, units, strict=True)) for row in one.rows
    )
    table = Table(one.number, one.words, one.columns, rows)
    return replace(table, finding=one.say(table))


def _value(cell: Cell, unit: str, protected: Protected, rules: Rules) -> Value:
    if protected.hides(cell.keys):
        return CONFIDENTIAL
    if rules.round_counts and not rules.internal and unit == CHILDREN and cell.keys and isinstance(cell.value, int):
        return ROUND_TO * round(cell.value / ROUND_TO)
    return cell.value


def make_trace(facts: Facts, rules: Rules) -> tuple[tuple[str, str], ...]:
    """Return what made the figures, as lines of name and value."""
    plan, past = facts.plan.run, facts.past.run
    lines: list[tuple[str, str]] = [
        ("Marking", rules.marking),
        ("Council", f"{facts.council.name} ({facts.council.code})"),
        ("Base date", day_text(facts.base_date)),
        ("Plan", _run_words(plan)),
        ("History", _run_words(past)),
        *((name, _run_words(each.run)) for name, each in _intervals(facts)),
        ("Assumptions", ", ".join(f"{number} {status}" for status, number in facts.assumption_status.items())),
        ("Version", f"sufficiency {plan.version}, Python {plan.python}"),
        ("Packages", ", ".join(f"{name} {version}" for name, version in plan.versions.items())),
        *((f"Input {path}", f"SHA-256 {digest}") for path, digest in sorted(plan.input_hashes.items())),
        *((f"Given {path}", f"SHA-256 {digest}") for path, digest in sorted(facts.given_files.items())),
    ]
    if facts.council.synthetic:
        lines.insert(0, ("Synthetic", "SYNTHETIC COUNCIL: the children, carers and homes are invented."))
    return tuple((name, value) for name, value in lines if value)


def _intervals(facts: Facts) -> list[tuple[str, Walked]]:
    found = (("Futures", facts.futures), ("Replications", facts.spread), ("Comparison", facts.compared))
    return [(name, each) for name, each in found if each is not None]


def _run_words(run: Any) -> str:
    walked = f", {run.months} months, seed {run.seed}" if run.months else ""
    return f"run {run.id} ({run.kind}), {run.outcome}{walked}, stored {run.finished_at:%Y-%m-%d %H:%M} UTC"
