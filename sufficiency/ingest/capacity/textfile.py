"""Text files of any encoding and separator as rows of cells."""

import csv
import io
from dataclasses import dataclass
from itertools import islice
from statistics import median_low

_SEPARATORS = (",", ";", "\t", "|")
_SNIFFED_LINES = 30


@dataclass(frozen=True)
class TextCells:
    """Cells of a text file, with the encoding and separator found."""

    cells: tuple[tuple[str, ...], ...]
    encoding: str
    separator: str


def read_text_cells(data: bytes) -> TextCells | None:
    """Read a separated text file; None when it is not text.

    UTF-8 with or without a byte order mark, UTF-16 with or without one, and Windows-1252 are told apart; the separator
    is the one of comma, semicolon, tab and bar that gives the widest regular rows.
    """
    encoding = _encoding(data)
    text = data.decode(encoding, errors="replace").replace("\0", "")
    if _is_binary(text):
        return None
    separator = _separator(list(islice(io.StringIO(text, newline=""), _SNIFFED_LINES)))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [tuple(cell.strip() for cell in row) for row in reader]
    except csv.Error:  # a quotation mark that never closes swallows the file
        return None
    return TextCells(tuple(rows), encoding, separator)


def _encoding(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:4000]
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _is_binary(text: str) -> bool:
    head = text[:4000]
    odd = sum(character < " " and character not in "\r\n\t\f\v" for character in head)
    return odd > len(head) // 20


def _separator(lines: list[str]) -> str:
    def width(separator: str) -> int:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        except csv.Error:
            return 0
        return median_low(widths) if widths else 0

    return max(_SEPARATORS, key=width)
