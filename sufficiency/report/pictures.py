"""Pictures of scenarios written to a folder: each as SVG with its table as CSV, and one page with all of them."""

import csv
from collections.abc import Sequence
from pathlib import Path

import jinja2
import pandas as pd

from sufficiency.domain.errors import ProjectError
from sufficiency.report.charts_scenarios import Picture

_TEMPLATES = Path(__file__).parent / "templates"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")
MARKING = "OFFICIAL-SENSITIVE: counts are not suppressed. For use inside the council."
MOST_ROWS = 60
"""Rows of a table on the page; the CSV file has all of them."""


def write_pictures(folder: Path, heading: str, pictures: Sequence[Picture], synthetic: bool) -> tuple[Path, ...]:
    """Write pictures, their tables and the page that shows both; return the files, the page first.

    Raises
    ------
    ProjectError
        When the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page = folder / "index.html"
        page.write_text(_page(heading, pictures, synthetic), encoding="utf-8")
        files = [page]
        for picture in pictures:
            drawn = folder / f"{picture.name}.svg"
            drawn.write_text(picture.svg, encoding="utf-8")
            files += [drawn, _write_table(folder / f"{picture.name}.csv", picture.table)]
    except OSError as error:
        raise ProjectError(f"{folder}: cannot be written ({error.strerror}). Is a file in it open elsewhere?") from None
    return tuple(files)


def _page(heading: str, pictures: Sequence[Picture], synthetic: bool) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    style = (_TEMPLATES / "statement.css").read_text(encoding="utf-8")
    shown = [(picture, _rows(picture.table.head(MOST_ROWS)), len(picture.table)) for picture in pictures]
    template = environment.get_template("pictures.html")
    return template.render(heading=heading, pictures=shown, synthetic=synthetic, marking=MARKING, style=style)


def _rows(table: pd.DataFrame) -> list[list[str]]:
    """Return the cells as text; what is missing is "not known", never nought."""
    columns = [_texts(table[name]) for name in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _texts(column: "pd.Series[float]") -> list[str]:
    if column.dtype.kind not in "iuf":
        return ["" if pd.isna(value) else str(value) for value in column]
    return ["not known" if pd.isna(value) else f"{value:,.2f}".removesuffix(".00") for value in column]


def _write_table(path: Path, table: pd.DataFrame) -> Path:
    words = table.select_dtypes(exclude="number").columns
    safe = table.copy()
    for name in words:
        safe[name] = pd.Series([_safe(value) for value in table[name]], index=table.index, dtype="object")
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        safe.to_csv(handle, index=False, quoting=csv.QUOTE_MINIMAL)
    return path


def _safe(value: object) -> object:
    """Quote text that a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
