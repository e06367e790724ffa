"""From the DfE XML return to the rows of its tables."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from sufficiency.ingest.ssda903.tables import COLUMNS, Kind, column_name

ROOT = "EXPSSDA903"

Record = dict[str, str]


def is_return(text: str) -> bool:
    """Return whether a text begins like a 903 XML return."""
    head = text[:2000].lstrip("\ufeff \t\r\n")
    return head.startswith("<") and ROOT in head.upper()


def tables_of(data: bytes) -> dict[Kind, list[tuple[int, Record]]]:
    """Return the records of each table, each with its ordinal in the file as its row number.

    Raises
    ------
    Exception
        Whatever the XML library raises for a damaged or hostile file; the caller makes a finding of it.
    """
    tables: dict[Kind, list[tuple[int, Record]]] = {kind: [] for kind in COLUMNS}
    for child in (node for node in fromstring(data) if _tag(node) == "CHILD"):
        for kind, record in _records(child):
            tables[kind].append((len(tables[kind]) + 1, record))
    return tables


def _records(child: Element) -> Iterator[tuple[Kind, Record]]:
    headers = [node for node in child if _tag(node) == "HEADER"]
    header = _cells(headers[0]) if headers else {}
    key = {name: header.get(name, "") for name in ("CHILD", "DOB")}
    if headers:
        yield Kind.HEADER, header
        if header.get("DUC") or _flagged(headers[0]):
            yield Kind.UASC, header
    for node in (inner for outer in (child, *headers) for inner in outer if len(inner)):
        cells = _cells(node)
        if _tag(node) == "EPISODE":
            yield Kind.EPISODES, key | cells
        elif "MIS_START" in cells:
            yield Kind.MISSING, key | cells
        elif "DATE_PLACED" in cells:
            yield Kind.ADOPTION, key | cells


def _flagged(header: Element) -> bool:
    return any(_tag(node) == "UASC" and (node.text or "").strip() == "1" for node in header)


def _cells(node: Element) -> Record:
    named = ((column_name(_tag(cell)), (cell.text or "").strip()) for cell in node if not len(cell))
    return {name: text for name, text in named if name}


def _tag(node: Element) -> str:
    return str(node.tag).rpartition("}")[2].upper()
