"""The statement as a Word document in named styles, on the council's own template when there is one."""

import io
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from sufficiency.domain.errors import ProjectError
from sufficiency.report.board import exceptions
from sufficiency.report.charts import Chart
from sufficiency.report.statement import Statement
from sufficiency.report.table import SHORTHAND, Table
from sufficiency.report.word_grid import ARIAL, LINES, WIDEST, Layout, layout, room, words, write_grid

TABLE_STYLE, CAPTION, FINDING = "Table Grid", "Caption", "Intense Quote"
"""Named styles that are used where the template has them; Word's own otherwise."""

_PICTURE_WIDTH = Cm(15.5)
_FONT, _HEADINGS = "Arial", RGBColor(0x12, 0x43, 0x6D)


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
        how = layout(table, *room(document.sections[0]), ARIAL if template is None else WIDEST)
        _table_part(document, table, how, [chart for chart in charts if chart.table == table.number], statement)
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
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    _plain_styles(document)
    return document


def _plain_styles(document: Any) -> None:
    """Set the styles of a document that has no template: one plain typeface, dark headings, light lines."""
    for style in document.styles:
        if style.type == WD_STYLE_TYPE.PARAGRAPH:
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(name), None)
            style.font.name = _FONT
            if style.name.startswith(("Heading", "Title", "Subtitle", CAPTION, FINDING)):
                style.font.color.rgb, style.font.italic = _HEADINGS, False
    document.styles["Normal"].font.size = Pt(11)
    for line in document.styles[TABLE_STYLE].element.iter(qn("w:tblBorders")):
        for side in line:
            side.set(qn("w:color"), LINES)


def _front(document: Any, statement: Statement) -> None:
    _mark_pages(document, statement.marking)
    document.add_paragraph(statement.title, style=_style(document, "Title"))
    document.add_paragraph(statement.subtitle, style=_style(document, "Subtitle"))
    for name, value in statement.trace:
        if name == "Synthetic":
            document.add_paragraph(value, style=_style(document, FINDING))
    document.add_paragraph("Tables", style=_style(document, "Heading 1"))
    for table in statement.all_tables:
        document.add_paragraph(f"{table.number}: {table.title}", style=_style(document, "List Bullet"))


def _mark_pages(document: Any, marking: str) -> None:
    """Put the marking on every page, and a page number where the template has no footer; a template's own stay."""
    for section in document.sections:
        header, footer = section.header, section.footer
        if header.paragraphs and not header.paragraphs[0].text and not header.paragraphs[0].runs:
            header.paragraphs[0].text = marking
        else:
            header.add_paragraph(marking)
        if not any(each.text or each.runs for each in footer.paragraphs):
            _page_number(footer.paragraphs[0] if footer.paragraphs else footer.add_paragraph())


def _page_number(paragraph: Any) -> None:
    paragraph.add_run("Page ")
    field = OxmlElement("w:fldSimple", attrs={qn("w:instr"): "PAGE"})
    paragraph._p.append(field)
    field.append(OxmlElement("w:r"))


def _turn(document: Any, across: bool) -> None:
    """Begin a section with the page upright or on its side, unless it already lies so."""
    now = document.sections[-1]
    if (now.page_width > now.page_height) == across:
        return
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.page_width, section.page_height = now.page_height, now.page_width
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT


def _table_part(document: Any, table: Table, how: Layout, charts: list[Chart], statement: Statement) -> None:
    _turn(document, across=how.across and not charts)  # a picture stays upright before a table that lies across
    heading = document.add_paragraph(f"{table.number}: {table.title}", style=_style(document, "Heading 1"))
    heading.paragraph_format.page_break_before = table in (statement.board, statement.tables[0])  # a page of its own
    said = document.add_paragraph(table.finding, style=_style(document, "Body Text"))
    said.paragraph_format.keep_with_next = True
    if table is statement.board:
        for line in exceptions(table):
            document.add_paragraph(line, style=_style(document, "List Bullet"))
    for chart in charts:
        _picture(document, chart)
    _turn(document, how.across)
    caption = f"{table.number}: {table.title}, {table.words.date} ({table.words.unit})"
    document.add_paragraph(caption, style=_style(document, CAPTION)).paragraph_format.keep_with_next = True
    write_grid(document, table, how, _style(document, TABLE_STYLE))
    marks = "; ".join(f"{mark} {SHORTHAND[mark]}" for mark in table.marks)
    notes = [marks, *table.words.notes, table.words.definition, f"Source: {table.words.source}."]
    for told in notes:
        if told:
            words(document.add_paragraph(style=_style(document, "Body Text")), told, 9)


def _picture(document: Any, chart: Chart) -> None:
    document.add_picture(io.BytesIO(chart.png), width=_PICTURE_WIDTH)
    described = document.inline_shapes[-1]._inline.docPr
    described.set("descr", chart.alt)
    described.set("title", f"Chart for {chart.table}")


def _back(document: Any, statement: Statement) -> None:
    _turn(document, across=False)
    document.add_paragraph("Marks in place of a number", style=_style(document, "Heading 1"))
    for mark, meaning in SHORTHAND.items():
        document.add_paragraph(f"{mark}: {meaning}", style=_style(document, "List Bullet"))
    document.add_paragraph("Traceability", style=_style(document, "Heading 1"))
    for name, value in statement.trace:
        words(document.add_paragraph(style=_style(document, "Body Text")), f"{name}: {value}", 9)


def _style(document: Any, name: str) -> str | None:
    """Return a style's name where the template has it, else the template's default."""
    return name if name in [style.name for style in document.styles] else None
