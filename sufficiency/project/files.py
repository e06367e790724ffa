"""Bringing a council's files into a project: copied unchanged, found again by their location, known by their hash."""

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from sufficiency.domain.errors import ProjectError
from sufficiency.project.record import InputFile

DATA_FOLDER = "data"
READABLE: frozenset[str] = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".zip", ".xml", ".ods"})
"""Endings of files that are taken along when a whole folder is given; a file named outright is always taken."""

_CHUNK = 1 << 20


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as hexadecimal text."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def describe(path: Path, root: Path) -> InputFile:
    """Return where a file lies in the project, its hash and its size.

    Raises
    ------
    ProjectError
        When the file cannot be read.
    """
    try:
        inside = path.relative_to(root) if path.is_relative_to(root) else path
        return InputFile(inside.as_posix(), hash_file(path), path.stat().st_size)
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read ({error.strerror}).") from None


def files_under(path: Path) -> tuple[Path, ...]:
    """Return a file itself, or every readable file in a folder, sorted; hidden and lock files are left out."""
    if path.is_file():
        return (path,)
    return tuple(sorted(file for file in path.rglob("*") if file.is_file() and _is_data(file.relative_to(path))))


def bring_in(given: Sequence[Path], root: Path, name: str) -> tuple[str, ...]:
    """Copy files or folders into ``data/`` unless they lie there already, and return their locations.

    Raises
    ------
    ProjectError
        When something given does not exist, holds no data file, or would overwrite a different file.
    """
    for path in given:
        if not path.exists():
            raise ProjectError(f"{path}: there is no such file or folder (given for {name}). Check the spelling.")
        if not files_under(path):
            endings = ", ".join(sorted(READABLE))
            raise ProjectError(f"{path}: holds no file that can be read (given for {name}; looked for {endings}).")
    return tuple(_locate_or_copy(path.resolve(), root.resolve(), name, len(given) > 1) for path in given)


def _is_data(inside: Path) -> bool:
    hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in inside.parts)
    return not hidden and inside.suffix.lower() in READABLE


def _locate_or_copy(path: Path, root: Path, name: str, one_of_many: bool) -> str:
    data = root / DATA_FOLDER
    if path.is_relative_to(data):
        return path.relative_to(root).as_posix()
    home = data / name if name == "ssda903" else data
    if path.is_file():
        target, pairs = home / path.name, [(path, home / path.name)]
    else:
        target = data / name / path.name if one_of_many else data / name
        outside = [file for file in files_under(path) if not file.is_relative_to(root)]
        pairs = [(file, target / file.relative_to(path)) for file in outside]
    _copy(pairs)
    return target.relative_to(root).as_posix()


def _copy(pairs: Iterable[tuple[Path, Path]]) -> None:
    for source, target in pairs:
        if target.exists() and hash_file(target) != hash_file(source):
            raise ProjectError(f"{target}: already holds something else. Rename {source.name}, or use another folder.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        except OSError as error:
            raise ProjectError(f"{source}: cannot be copied to {target} ({error.strerror}).") from None
