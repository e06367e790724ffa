"""The files a user gives for the statement alone: actions, targets, and what DfE publishes."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sufficiency.cli.statement_options import Given
from sufficiency.domain.errors import ProjectError
from sufficiency.domain.findings import Findings

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class GivenFacts:
    """What was read of the files given.

    Attributes
    ----------
    population, population_source
        As given, else from DfE's files for the year of the base date.
    published, neighbours, actions, targets, hashes, findings
        As :class:`sufficiency.report.facts.Facts` has them.
    """

    population: int | None = None
    population_source: str = ""
    published: "pd.DataFrame | None" = None
    neighbours: tuple[str, ...] = ()
    actions: "pd.DataFrame | None" = None
    targets: dict[str, float] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)


def read_given(given: Given, authority: str) -> GivenFacts:
    """Read what the user gave beside the project.

    Raises
    ------
    InputError, ProjectError
        When a file is missing or is not what it is given as.
    """
    from sufficiency.ingest.dfe import read_neighbours, read_published

    for path in given.published:
        if not path.exists():
            raise ProjectError(f"{path}: is not there. Give a CSV file of DfE's statistics, or a folder of them.")
    found = read_published(given.published) if given.published else None
    population, source = given.population, given.population_source or "as given by the council"
    if population is None and found is not None:
        population, source = _population(found.rows, authority, source)
    return GivenFacts(
        population,
        source,
        None if found is None else found.rows,
        read_neighbours(given.neighbours, authority) if given.neighbours else (),
        None if given.actions is None else read_csv(given.actions, ("priority", "action")),
        {} if given.targets is None else read_targets(given.targets),
        _hashes(given),
        Findings() if found is None else found.findings,
    )


def _population(rows: "pd.DataFrame", authority: str, source: str) -> tuple[int | None, str]:
    from sufficiency.ingest.dfe.reading import POPULATION

    own = rows[(rows["measure"] == POPULATION) & (rows["code"] == authority) & rows["value"].notna()]
    if own.empty:
        return None, source
    last = own.sort_values("period").iloc[-1]
    return int(last["value"]), f"DfE, {last['file']}, {last['period']}"


def _hashes(given: Given) -> dict[str, str]:
    named = [given.actions, given.targets, Path(given.neighbours) if given.neighbours.endswith(".csv") else None]
    files = [path for path in named if path is not None]
    files += [each for path in given.published for each in (sorted(path.glob("*.csv")) if path.is_dir() else [path])]
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}


def read_csv(path: Path, needed: tuple[str, ...]) -> "pd.DataFrame":
    """Read one of the council's own files as text, its headings in lower case.

    Raises
    ------
    ProjectError
        When it is not CSV or a column is missing.
    """
    import pandas as pd

    try:
        frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path}: cannot be read as CSV ({type(error).__name__}). Save it as CSV, UTF-8.") from None
    frame.columns = [str(name).strip().lower() for name in frame.columns]
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise ProjectError(f"{path}: the column {', '.join(missing)} is missing. Columns wanted: docs/report.md.")
    return frame


def read_targets(path: Path) -> dict[str, float]:
    """Return the council's targets by measure of the board page.

    Raises
    ------
    ProjectError
        When a measure is not on the board page or a target is not a number.
    """
    from sufficiency.report.board import PLACES_SHORT, SPEND, measures

    frame = read_csv(path, ("measure", "target"))
    known = {"children in care", PLACES_SHORT, SPEND, *(each.name for each in measures())}
    unknown = sorted(set(frame["measure"]) - known)
    if unknown:
        raise ProjectError(
            f'{path}: "{unknown[0]}" is not a measure of the board page. Measures: {", ".join(sorted(known))}.'
        )
    try:
        return {name: float(value) for name, value in zip(frame["measure"], frame["target"], strict=True)}
    except ValueError:
        raise ProjectError(f"{path}: a target is not a number. Write percentages without the sign.") from None
