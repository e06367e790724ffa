"""The attribute table as a page of the documentation."""

from sufficiency.assumptions.reading import shown
from sufficiency.assumptions.table import TABLES, Attribute, attributes

_INTRODUCTION = """# Input columns and assumptions

Every column that can be read and every figure that is assumed, from one table
(`sufficiency/assumptions/attributes.csv`).
Written by `python -m sufficiency.assumptions`; do not edit.

Status of a figure: **cited** (read in the source), **derived** (arithmetic from cited figures), **assumption**
(nobody has published one: yours will be better). A blank range is open; a blank default means there is none.
"""

_TITLES = {
    "carers": "Carers: in-house fostering households",
    "homes": "Homes: council-run, block-contracted and known homes",
    "contracts": "Contracts and market",
    "prices": "Prices",
    "needs": "Needs: the placements standard",
}


def markdown() -> str:
    """Return the page: one section an input table, then the assumptions by their first word."""
    sections = [_columns_section(table) for table in TABLES]
    return "\n".join([_INTRODUCTION, *sections, _assumptions_section()])


def _columns_section(table: str) -> str:
    head = ["column", "required", "what", "expected", "default"]
    rows = [
        [f"`{r.name}`", "yes" if r.required else "", r.description, r.expected, shown(r.default)]
        for r in attributes(table)
    ]
    return f"## {_TITLES[table]}\n\n{_table(head, rows)}"


def _assumptions_section() -> str:
    rows = attributes("assumption")
    groups = dict.fromkeys(row.name.split(".")[0] for row in rows)
    parts = [_group(name, [row for row in rows if row.name.split(".")[0] == name]) for name in groups]
    return "\n".join(["## Assumptions\n", *parts])


def _group(name: str, rows: list[Attribute]) -> str:
    head = ["name", "default", "unit", "allowed", "what", "year", "source", "status"]
    cells = [
        [f"`{r.name}`", shown(r.default), r.unit, _allowed(r), r.description, r.year, r.source, r.status] for r in rows
    ]
    return f"### {name.capitalize()}\n\n{_table(head, cells)}"


def _allowed(row: Attribute) -> str:
    if row.choices:
        return ", ".join(row.choices)
    return "" if row.low is None else f"{shown(row.low)} to {shown(row.high)}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
