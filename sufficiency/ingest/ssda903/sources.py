"""Finds the files: single ones, folders, archives, in the order in which they are listed."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sufficiency.ingest.ssda903.log import FindingLog

LARGEST_BYTES = 1 << 30
"""A file larger than this is not a return."""

LARGEST_MEMBER_BYTES = 1 << 30
"""A member of an archive that unpacks to more than this is not a return."""

DEEPEST_ARCHIVE = 2
"""An archive may hold archives, and no deeper."""

_TWO_YEARS = re.compile(r"(?<!\d)(20\d\d|19\d\d)\s*[-_/ ]\s*(?:20)?(\d\d)(?!\d)")
_ONE_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)(?!\d)")


@dataclass(frozen=True)
class Source:
    """One file to read.

    Attributes
    ----------
    label
        File as the user knows it.
    group
        Folder or archive it lies in.
    hint
        Year named by the folder, else by the file, None when there is none.
    data
        Content.
    """

    label: str
    group: str
    hint: int | None
    data: bytes


def year_in(text: str) -> int | None:
    """Return the year a folder name speaks of: the closing one of two ("2018-19"), else the last one named.

    Examples
    --------
    >>> year_in("903 return 2018-19"), year_in("2017"), year_in("data")
    (2019, 2017, None)
    """
    for first, second in _TWO_YEARS.findall(text):
        if (int(first) + 1) % 100 == int(second):
            return int(first) + 1
    years = _ONE_YEAR.findall(text)
    return int(years[-1]) if years else None


def find_sources(paths: Sequence[Path], log: FindingLog) -> Iterator[Callable[[], list[Source]]]:
    """Yield a loader for each file of the paths given; each loads one file (an archive: its members)."""
    for path in paths:
        if path.is_dir():
            for file in _files_below(path):
                yield _loader(file, file.relative_to(path.parent), log)
        elif path.exists():
            yield _loader(path, Path(path.name), log)
        else:
            log.add("ssda903.file.missing", path.name)


def _files_below(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(file for file in files if not _ignored(PurePosixPath(file.relative_to(folder).as_posix())))


def _ignored(path: PurePosixPath) -> bool:
    return any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts)


def _loader(file: Path, shown: Path, log: FindingLog) -> Callable[[], list[Source]]:
    def load() -> list[Source]:
        label = shown.as_posix()
        try:
            if file.stat().st_size > LARGEST_BYTES:
                log.add("ssda903.file.too_large", label)
                return []
            data = file.read_bytes()
        except OSError:
            log.add("ssda903.file.unreadable", label)
            return []
        return list(_members(label, str(file.parent), data, log, DEEPEST_ARCHIVE))

    return load


def _members(label: str, group: str, data: bytes, log: FindingLog, depth: int) -> Iterator[Source]:
    if not is_archive(data):
        yield Source(label, group, _hint(label), data)
        return
    if depth == 0:
        log.add("ssda903.file.other_kind", label)
        return
    for name, content in _unpacked(label, data, log):
        inner = f"{label}/{name}"
        yield from _members(inner, str(PurePosixPath(inner).parent), content, log, depth - 1)


def _unpacked(label: str, data: bytes, log: FindingLog) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in sorted(archive.infolist(), key=lambda info: info.filename):
            if member.is_dir() or _ignored(PurePosixPath(member.filename)):
                continue
            if member.file_size > LARGEST_MEMBER_BYTES:
                log.add("ssda903.file.too_large", f"{label}/{member.filename}")
                continue
            try:
                yield member.filename, archive.read(member)
            except Exception:  # a damaged member raises whatever its packer's code raises
                log.add("ssda903.file.unreadable", f"{label}/{member.filename}")


def _hint(label: str) -> int | None:
    path = PurePosixPath(label)
    for part in (path.parent.name, *(parent.name for parent in path.parent.parents), path.name):
        if (year := year_in(part)) is not None:
            return year
    return None


def is_archive(data: bytes) -> bool:
    """Return whether the content is a zip of files, and not a workbook (which is packed alike)."""
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except Exception:  # not a whole archive: the table reader says what it is
        return False
