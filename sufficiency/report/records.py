"""Two records for the council to complete: the transparency record and the data-protection checklist."""

from pathlib import Path

import jinja2

RECORDS: tuple[str, ...] = ("transparency-record.md", "data-protection-checklist.md")

_TEMPLATES = Path(__file__).parent / "templates"


def record_text(name: str, council: str) -> str:
    """Return a record filled with the council's name; the text is Markdown, so nothing is escaped."""
    source = (_TEMPLATES / name).read_text(encoding="utf-8")
    template = jinja2.Template(source, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    return str(template.render(council=council))


def write_records(council: str, folder: Path) -> tuple[Path, ...]:
    """Write both records and return where they are."""
    written = tuple(folder / name for name in RECORDS)
    for path in written:
        path.write_text(record_text(path.name, council), encoding="utf-8")
    return written
