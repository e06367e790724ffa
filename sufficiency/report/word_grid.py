"""How a table is set in Word: upright or across, how large, and how wide each column, so that no word breaks."""

from dataclasses import dataclass
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt

from sufficiency.report.shown import is_number_column, shown
from sufficiency.report.table import Table

_SIZES = (9.5, 8.5, 8.0, 7.5, 7.0)
ARIAL, WIDEST = 0.53, 0.64
"""Width of an average letter of its height: in Arial (digits are 0.556), and in the widest usual typeface, Verdana."""

_BOLD = 1.13

_BESIDE = Pt(13)
"""Left and right margin of a cell, with a little air."""

LINES = "BFBFBF"
"""Colour of the lines of a table."""

_SHORT = 22
"""Rows of a table that is kept whole on a page."""

_WISHED_LETTERS = 34
"""Letters a column of words would like to have on a line."""


@dataclass(frozen=True)
class Layout:
    """How a table is set.

    Attributes
    ----------
    across
        Whether it needs a page turned on its side.
    size
        Height of its letters in points.
    widths
        Width of each column in Word's unit.
    """

    across: bool
    size: float
    widths: tuple[int, ...]


def layout(table: Table, upright: int, across: int, letter: float) -> Layout:
    """Return the largest letters at which no word of a table breaks, upright if it fits at a size that is easy to read.

    Parameters
    ----------
    upright, across
        Room between the margins of a page, upright and turned on its side.
    letter
        Width of an average letter, of its height.
    """
    tries = [(False, upright, size) for size in _SIZES[:3]] + [(True, across, size) for size in _SIZES]
    for turned, room, size in tries:
        least = _least(table, size * letter)
        if sum(least) <= room:
            return Layout(turned, size, _shared(table, least, room, size * letter))
    least = _least(table, _SIZES[-1] * letter)
    return Layout(True, _SIZES[-1], tuple(int(each * across / sum(least)) for each in least))


def write_grid(document: Any, table: Table, how: Layout, style: str | None) -> None:
    """Add a table: a header row that repeats on each page, and rows that stay whole."""
    grid = document.add_table(rows=1, cols=len(table.columns), style=style)
    grid.autofit = False
    for place, width in enumerate(how.widths):
        grid.columns[place].width = width
    for cell, column, width in zip(grid.rows[0].cells, table.columns, how.widths, strict=True):
        cell.width = width
        words(cell.paragraphs[0], column.full_heading, how.size, bold=True, right=is_number_column(column))
    _mark(grid.rows[0], "w:tblHeader")
    _mark(grid.rows[0], "w:cantSplit")
    for row in table.rows:
        added = grid.add_row()
        _mark(added, "w:cantSplit")
        for cell, value, column, width in zip(added.cells, row, table.columns, how.widths, strict=True):
            cell.width = width
            words(cell.paragraphs[0], shown(value, column), how.size, right=is_number_column(column))
    _hold_together(grid)
    if style is None:
        _lines(grid)


def words(paragraph: Any, text: str, size: float, *, bold: bool = False, right: bool = False) -> None:
    """Write words into a paragraph at a size."""
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold or None
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.line_spacing = 1.0
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _least(table: Table, letter: float) -> list[int]:
    """Return the width of the longest word of each column."""
    found = []
    for place, column in enumerate(table.columns):
        heading = max((len(word) for word in column.full_heading.split()), default=1) * _BOLD
        cells = [shown(row[place], column) for row in table.rows]
        inside = max((len(word) for cell in cells for word in cell.split()), default=1)
        found.append(int(Pt(letter * max(heading, inside))) + int(_BESIDE))
    return found


def _shared(table: Table, least: list[int], room: int, letter: float) -> tuple[int, ...]:
    """Give what is left of the room to the columns whose words would otherwise need several lines."""
    wish = []
    for place, (column, narrow) in enumerate(zip(table.columns, least, strict=True)):
        longest = max((len(shown(row[place], column)) for row in table.rows), default=1)
        wish.append(max(int(Pt(letter * min(longest, _WISHED_LETTERS))) + int(_BESIDE) - narrow, 0))
    left = room - sum(least)
    part = min(left / sum(wish), 1.0) if sum(wish) else 0.0
    even = (left - part * sum(wish)) / len(least)
    return tuple(int(narrow + part * more + even) for narrow, more in zip(least, wish, strict=True))


def _hold_together(grid: Any) -> None:
    """Keep a short table on one page, and the header of a long one with its first row."""
    rows = list(grid.rows)
    for row in rows[:-1] if len(rows) <= _SHORT else rows[:2]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _lines(grid: Any) -> None:
    """Draw light lines, for a template without a table style."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        look = {"w:val": "single", "w:sz": "4", "w:color": LINES}
        borders.append(OxmlElement(f"w:{side}", attrs={qn(name): value for name, value in look.items()}))
    grid._tbl.tblPr.append(borders)


def _mark(row: Any, name: str) -> None:
    """Set a property of a table row: repeated as header, or not split between pages."""
    row._tr.get_or_add_trPr().append(OxmlElement(name, attrs={qn("w:val"): "true"}))


def room(section: Any) -> tuple[int, int]:
    """Return the room between the margins of a section's page, upright and turned on its side."""
    short, long = sorted((section.page_width, section.page_height))
    beside: Length = section.left_margin + section.right_margin
    return int(short - beside), int(long - beside)
