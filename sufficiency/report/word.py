"""The statement as a Word document in named styles, on the council's own template when there is one."""

import io
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from sufficiency.domain.errors import ProjectError
from sufficiency.report.board import exceptions
from sufficiency.report.charts import Chart
from sufficiency.report.shown import is_number_column, shown
from sufficiency.report.statement import Statement
from sufficiency.report.table import SHORTHAND, Table

TABLE_STYLE, CAPTION, FINDING = "Table Grid", "Caption", "Intense Quote"
"""Named styles that are used where the template has them; Word's own otherwise."""

_PICTURE_WIDTH = Cm(16)
_LONGEST = 30
"""Letters after which a cell is broken into lines."""

_WIDE = 8
"""From this many columns on, table text is set smaller."""


def write_word(statement: Statement, charts: tuple[Chart, ...], path: Path, template: Path | None = None) -> Path:
    """Write the document and return where it is.

    Raises
    ------
    ProjectError
        When the template cannot be opened.
    """
    document = _opened(template)
    document.core_properties.title = statement.title
    document.core_properties.subject = statement.subtitle
    document.core_properties.comments = statement.marking
    document.core_properties.language = "en-GB"
    _front(document, statement)
    for table in statement.all_tables:
        _table_part(document, table, [chart for chart in charts if chart.table == table.number], statement)
    _back(document, statement)
    document.save(str(path))
    return path


def _opened(template: Path | None) -> Any:
    if template is not None:
        try:
            return docx.Document(str(template))
        except (OSError, KeyError, ValueError, PackageNotFoundError):
            raise ProjectError(f"{template}: cannot be opened as a Word document (.docx). Choose another.") from None
    document = docx.Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    return document


def _front(document: Any, statement: Statement) -> None:
    for section in document.sections:
        section.header.paragraphs[0].text = statement.marking
    document.add_paragraph(statement.title, style=_style(document, "Title"))
    document.add_paragraph(statement.subtitle, style=_style(document, "Subtitle"))
    for name, value in statement.trace:
        if name == "Synthetic":
            document.add_paragraph(value, style=_style(document, FINDING))
    document.add_paragraph("Tables", style=_style(document, "Heading 1"))
    for table in statement.all_tables:
        document.add_paragraph(f"{table.number}: {table.title}", style=_style(document, "List Bullet"))


def _table_part(document: Any, table: Table, charts: list[Chart], statement: Statement) -> None:
    document.add_paragraph(f"{table.number}: {table.title}", style=_style(document, "Heading 1"))
    document.add_paragraph(table.finding, style=_style(document, "Body Text"))
    if table is statement.board:
        for line in exceptions(table):
            document.add_paragraph(line, style=_style(document, "List Bullet"))
    for chart in charts:
        _picture(document, chart)
    caption = f"{table.number}: {table.title}, {table.words.date} ({table.words.unit})"
    document.add_paragraph(caption, style=_style(document, CAPTION)).paragraph_format.keep_with_next = True
    _grid(document, table)
    marks = "; ".join(f"{mark} {SHORTHAND[mark]}" for mark in table.marks)
    notes = [marks, *table.words.notes, table.words.definition, f"Source: {table.words.source}."]
    for words in notes:
        if words:
            _small(document.add_paragraph(style=_style(document, "Body Text")), words, 8.5)


def _picture(document: Any, chart: Chart) -> None:
    document.add_picture(io.BytesIO(chart.png), width=_PICTURE_WIDTH)
    described = document.inline_shapes[-1]._inline.docPr
    described.set("descr", chart.alt)
    described.set("title", f"Chart for {chart.table}")


def _grid(document: Any, table: Table) -> None:
    size = 7.0 if len(table.columns) >= _WIDE else 9.0
    grid = document.add_table(rows=1, cols=len(table.columns), style=_style(document, TABLE_STYLE))
    widths = _widths(document, table)
    grid.autofit = False
    for place, width in enumerate(widths):
        grid.columns[place].width = width
    for cell, column, width in zip(grid.rows[0].cells, table.columns, widths, strict=True):
        cell.width = width
        _small(cell.paragraphs[0], column.full_heading, size, bold=True, right=is_number_column(column))
    _mark(grid.rows[0], "w:tblHeader")
    for row in table.rows:
        added = grid.add_row()
        _mark(added, "w:cantSplit")
        for cell, value, column, width in zip(added.cells, row, table.columns, widths, strict=True):
            cell.width = width
            _small(cell.paragraphs[0], shown(value, column), size, right=is_number_column(column))


def _widths(document: Any, table: Table) -> list[int]:
    """Share the width of the page by the letters each column has to hold, within bounds."""
    section = document.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    texts = [
        [shown(row[place], column) for row in table.rows] + column.full_heading.split()
        for place, column in enumerate(table.columns)
    ]
    letters = [min(max(max((len(each) for each in column), default=1), 5), _LONGEST) + 3 for column in texts]
    return [int(room * each / sum(letters)) for each in letters]


def _mark(row: Any, name: str) -> None:
    """Set a property of a table row: repeated as header, or not split between pages."""
    row._tr.get_or_add_trPr().append(OxmlElement(name, attrs={qn("w:val"): "true"}))


def _small(paragraph: Any, words: str, size: float, *, bold: bool = False, right: bool = False) -> None:
    run = paragraph.add_run(words)
    run.font.size, run.font.bold = Pt(size), bold or None
    paragraph.paragraph_format.space_after = Pt(2)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _back(document: Any, statement: Statement) -> None:
    document.add_paragraph("Marks in place of a number", style=_style(document, "Heading 1"))
    for mark, meaning in SHORTHAND.items():
        document.add_paragraph(f"{mark}: {meaning}", style=_style(document, "List Bullet"))
    document.add_paragraph("Traceability", style=_style(document, "Heading 1"))
    for name, value in statement.trace:
        _small(document.add_paragraph(style=_style(document, "Body Text")), f"{name}: {value}", 8.5)


def _style(document: Any, name: str) -> str | None:
    """Return a style's name where the template has it, else the template's default."""
    return name if name in [style.name for style in document.styles] else None
