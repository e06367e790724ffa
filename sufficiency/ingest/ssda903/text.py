"""From bytes to rows of text: encodings and separators."""

import codecs
import csv
from dataclasses import dataclass
from typing import Literal

SEPARATORS = ",;\t|"
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4096
_CONTROLS = frozenset(range(9)) | frozenset(range(14, 32)) - {0x1A}
_BINARY_SHARE = 0.05

NumberedRows = list[tuple[int, list[str]]]
"""Rows with their number in the file, as a spreadsheet shows it."""


@dataclass(frozen=True)
class Decoded:
    """Text of a file.

    Attributes
    ----------
    text
        The characters.
    damaged
        Whether some bytes fitted no known encoding and were replaced.
    """

    text: str
    damaged: bool


def decode(data: bytes) -> Decoded | None:
    """Return a file's text, whatever its encoding; None when it is not text.

    UTF-8 and UTF-16 with or without a mark, else Windows-1252.
    """
    encoding = _encoding(data)
    if encoding is None:
        return None
    try:
        return Decoded(data.decode(encoding), damaged=False)
    except UnicodeDecodeError:
        fallback = encoding if encoding.startswith("utf-16") else "cp1252"
        text = data.decode(fallback, errors="replace")
        return Decoded(text, damaged="\ufffd" in text)


def _encoding(data: bytes) -> str | None:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    sample = data[:_SAMPLE]
    if sample[1::2].count(0) > len(sample) / 4:
        return "utf-16-le"
    if sample[0::2].count(0) > len(sample) / 4:
        return "utf-16-be"
    controls = sum(byte in _CONTROLS for byte in sample)
    return None if controls > _BINARY_SHARE * len(sample) else "utf-8"


def rows_of(text: str, separator: str) -> NumberedRows:
    """Return the rows that are not blank, each with its line number.

    A quotation mark that is never closed would swallow the rest of the file. No value of a return has a line break,
    so when a cell spans lines the marks are taken as plain characters.
    """
    lines = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    try:
        rows = _parsed(lines, separator, csv.QUOTE_MINIMAL)
    except csv.Error:  # a cell beyond any sane length: a mark was never closed
        rows = []
    if len(rows) != len(lines):
        rows = [[cell.strip('"') for cell in row] for row in _parsed(lines, separator, csv.QUOTE_NONE)]
    return [(number, row) for number, row in enumerate(rows, 1) if any(map(str.strip, row))]


def _parsed(lines: list[str], separator: str, quoting: Literal[0, 3]) -> list[list[str]]:
    limit = csv.field_size_limit(max(map(len, lines)) + 1)
    try:
        return list(csv.reader(lines, delimiter=separator, quoting=quoting))
    finally:
        csv.field_size_limit(limit)
