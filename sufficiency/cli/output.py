"""What reaches the screen: tables and words for people, or one JSON document for programs.

Results go to standard output; progress, banners about faults and everything else to standard error.
"""

import json
import math
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TextIO

from sufficiency.domain.findings import Finding, Findings, Severity

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

LARGE_TABLE_ROWS = 2_000
"""Tables longer than this are named in JSON with their length; ``export`` writes them whole."""

WIDTH_IN_A_FILE = 120
"""Characters a line where there is no screen to ask."""

SYNTHETIC = "SYNTHETIC COUNCIL: the children, carers and homes are invented."


def screen() -> "Console":
    """Return where results are shown."""
    return _console(sys.stdout)


def aside() -> "Console":
    """Return where progress and complaints are shown."""
    return _console(sys.stderr)


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    told = stream.isatty() or "COLUMNS" in os.environ
    return Console(file=stream, highlight=False, width=None if told else WIDTH_IN_A_FILE)


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document, readable by every JSON reader: what is missing is null."""
    sys.stdout.write(json.dumps(_plain(document), indent=2, allow_nan=False) + "\n")
    sys.stdout.flush()


def complain(message: str, findings: Findings) -> None:
    """Say on standard error what is wrong, with the findings as a table."""
    if message:
        aside().print(message, markup=False, soft_wrap=True)
    show_findings(findings, aside())


def show_findings(findings: Findings, console: "Console") -> None:
    """Show findings as one table, the worst first, the same fault in many places together."""
    from rich.markup import escape
    from rich.table import Table

    if not len(findings):
        return
    table = Table(title="Findings", title_justify="left", title_style="bold", show_lines=True)
    table.add_column("done")
    table.add_column("rows", justify="right")
    table.add_column("where", ratio=2, overflow="fold")
    table.add_column("what, and how to repair it", ratio=5)
    for group in _grouped(findings):
        table.add_row(*map(escape, _told(group)))
    console.print(table)
    console.print("Every single one, with its row: --json. The codes are explained in docs/findings.md.")


def _grouped(findings: Findings) -> list[list[Finding]]:
    order = {severity: place for place, severity in enumerate(Severity)}
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for item in sorted(findings, key=lambda each: order[each.severity]):
        groups.setdefault((item.severity.value, item.code, item.column), []).append(item)
    return list(groups.values())


def _told(group: list[Finding]) -> tuple[str, str, str, str]:
    first = group[0]
    files = len({item.file for item in group})
    where = ", ".join(part for part in (first.file, f"row {first.row}" if first.row else "", first.column) if part)
    found = f'"{first.found}": ' if first.found else ""
    what = f"{found}{first.expected} {first.repair} Done: {first.action}".strip()
    more = f" and {files - 1} more files" if files > 1 else ""
    return first.severity.value, f"{sum(item.count for item in group):,}", where + more, f"{what}\n{first.code}"


def findings_json(findings: Findings) -> list[dict[str, Any]]:
    """Return findings as plain dictionaries."""
    return [{**vars(item), "severity": item.severity.value} for item in findings]


def table_json(frame: "pd.DataFrame") -> dict[str, Any]:
    """Return a table with its words and rows; a very long one with its length only."""
    words = {"title": frame.attrs.get("name", ""), "unit": frame.attrs.get("unit", "")}
    words |= {"definition": frame.attrs.get("definition", ""), "row_count": len(frame)}
    if len(frame) > LARGE_TABLE_ROWS:
        return {**words, "rows": None, "note": "too long to print here; sufficiency export writes it whole"}
    return {**words, "rows": frame.to_dict("records")}


def tables_json(tables: Mapping[str, "pd.DataFrame"]) -> dict[str, Any]:
    """Return tables by name for a JSON document."""
    return {name: table_json(frame) for name, frame in tables.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return _plain_value(value)


def _plain_value(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, (date, datetime)):
        text = value.isoformat()
        return None if text == "NaT" else text.removesuffix("T00:00:00")
    return None if str(value) in ("NaT", "<NA>") else str(value)


def bullet_lines(lines: Iterable[str], console: "Console") -> None:
    """Print lines as they are, no markup read into them."""
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
