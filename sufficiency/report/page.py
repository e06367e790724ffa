"""The statement as one self-contained page: styles, charts and tables in one file, made to be read and printed."""

from pathlib import Path

import jinja2

from sufficiency.report.board import exceptions
from sufficiency.report.charts import Chart
from sufficiency.report.shown import is_number_column, shown
from sufficiency.report.statement import Statement
from sufficiency.report.table import SHORTHAND

_TEMPLATES = Path(__file__).parent / "templates"


def write_page(statement: Statement, charts: tuple[Chart, ...], path: Path) -> Path:
    """Write the page and return where it is."""
    path.write_text(page_text(statement, charts), encoding="utf-8")
    return path


def page_text(statement: Statement, charts: tuple[Chart, ...]) -> str:
    """Return the page as HTML; every text is escaped, charts are our own SVG."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["first"] = lambda words, letters: str(words)[:letters]
    style = (_TEMPLATES / "statement.css").read_text(encoding="utf-8")
    return environment.get_template("statement.html").render(
        statement=statement,
        charts=charts,
        exceptions=exceptions(statement.board),
        style=style,
        marks=SHORTHAND,
        number=is_number_column,
        shown=shown,
    )
