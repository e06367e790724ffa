"""One council's project: a folder with ``project.yaml``, the council's files in ``data/``, and one store."""

import getpass
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from sufficiency.domain.errors import ProjectError
from sufficiency.domain.findings import Findings
from sufficiency.project.config import (
    CAPACITY_INPUTS,
    CONFIG_NAME,
    Cleaning,
    ProjectConfig,
    explain,
    read_config,
    write_config,
)
from sufficiency.project.database import Database
from sufficiency.project.files import bring_in, describe, files_under
from sufficiency.project.finance_config import Finance
from sufficiency.project.keeping import RunKeeper
from sufficiency.project.record import InputFile, RunRecord, StoredRun
from sufficiency.project.store import ResultTable, Store

STORE_NAME = "project.sqlite"


@dataclass(frozen=True)
class Project:
    """An opened project.

    Attributes
    ----------
    folder
        Where it lies.
    config
        What ``project.yaml`` says.
    store
        Runs, results, findings and the audit trail.
    """

    folder: Path
    config: ProjectConfig
    store: Store

    @classmethod
    def create(
        cls,
        folder: Path | str,
        *,
        authority: str,
        ssda903: Path | str | Sequence[Path | str],
        base_date: date | None = None,
        carers: Path | str | None = None,
        homes: Path | str | None = None,
        contracts: Path | str | None = None,
        prices: Path | str | None = None,
        needs: Path | str | None = None,
        ofsted: Path | str | None = None,
        name: str = "",
        months: int | None = None,
        synthetic: bool = False,
    ) -> "Project":
        """Make a project: copy the files into ``data/`` unchanged, write ``project.yaml``, make an empty store.

        ``project.yaml`` is written last, so a folder half made is not yet a project and the call can be repeated.

        Raises
        ------
        ProjectError
            When the folder is a project already, cannot be written, or a file or value cannot be used.
        """
        root = Path(folder)
        require_new(root)
        returns = [ssda903] if isinstance(ssda903, (str, Path)) else list(ssda903)
        given = dict(zip(CAPACITY_INPUTS, (carers, homes, contracts, prices, needs, ofsted), strict=True))
        words: dict[str, object] = {
            "authority": authority,
            "name": name,
            "base_date": base_date,
            "synthetic": synthetic,
        }
        words |= {} if months is None else {"months": months}
        _checked({**words, "files": {"ssda903": ["data"]}})  # before anything is copied
        _make_folder(root)
        files: dict[str, object] = {"ssda903": bring_in([Path(path) for path in returns], root, "ssda903")}
        files |= {key: bring_in([Path(path)], root, key)[0] for key, path in given.items() if path is not None}
        config = _checked({**words, "files": files})
        store = Store(Database(root / STORE_NAME))
        if not store.database.path.exists():
            store.database.create()
        store.database.prepare()
        write_config(root / CONFIG_NAME, config)
        project = cls(root, config, store)
        store.note_inputs(project.input_files())
        return project

    @classmethod
    def open(cls, folder: Path | str) -> "Project":
        """Open a project, bringing an older store to the present version and making a store that is missing.

        Raises
        ------
        ProjectError
            When the folder is not a project, ``project.yaml`` cannot be used, or the store cannot be opened.
        """
        root = Path(folder)
        if not (root / CONFIG_NAME).is_file():
            raise ProjectError(
                f"{root}: is not a project (there is no {CONFIG_NAME} in it). Make one with: sufficiency new {root}"
            )
        config = read_config(root / CONFIG_NAME)
        database = Database(root / STORE_NAME)
        if database.path.exists():
            database.prepare()
        else:
            database.create()
        return cls(root, config, Store(database))

    @property
    def authority(self) -> str:
        """Code of the children's services authority."""
        return self.config.authority

    @property
    def name(self) -> str:
        """Name to show: the council's, or its code when none was given."""
        return self.config.name or self.config.authority

    @property
    def base_date(self) -> date | None:
        """Base date that was asked for; None means the last 31 March of the returns."""
        return self.config.base_date

    @property
    def months(self) -> int:
        """Months to walk after the base date."""
        return self.config.months

    @property
    def synthetic(self) -> bool:
        """Whether the children are invented."""
        return self.config.synthetic

    @property
    def cleaning(self) -> Cleaning:
        """How returns are cleaned."""
        return self.config.cleaning

    @property
    def code_map(self) -> dict[str, dict[str, str]]:
        """Local codes and what they mean: column -> code found -> code meant."""
        return self.config.code_map

    @property
    def assumption_changes(self) -> dict[str, str | int | float | bool]:
        """Changed assumptions by dotted name."""
        return {name: change.value for name, change in self.config.assumptions.items()}

    @property
    def returns(self) -> tuple[Path, ...]:
        """Where the SSDA903 returns lie: files or folders.

        Raises
        ------
        ProjectError
            When one is no longer there.
        """
        return tuple(self._existing("ssda903", location) for location in self.config.files.ssda903)

    @property
    def capacity_files(self) -> dict[str, Path]:
        """Carers, homes, contracts, prices, needs and Ofsted files that were given, by name.

        Raises
        ------
        ProjectError
            When one is no longer there.
        """
        given = {name: getattr(self.config.files, name) for name in CAPACITY_INPUTS}
        return {name: self._existing(name, location) for name, location in given.items() if location is not None}

    @property
    def finance(self) -> Finance:
        """What the finance team gave."""
        return self.config.finance or Finance()

    @property
    def finance_files(self) -> dict[str, Path]:
        """Ledger and list of placement costs that were given, by name.

        Raises
        ------
        ProjectError
            When one is no longer there.
        """
        given = {name: getattr(self.finance, name) for name in ("ledger", "placement_costs")}
        return {name: self._existing(name, at, "finance") for name, at in given.items() if at is not None}

    @property
    def demand_files(self) -> dict[str, Path]:
        """Projection made elsewhere and child population, those that were given, by name.

        Raises
        ------
        ProjectError
            When one is no longer there.
        """
        given = {name: getattr(self.config.demand, name) for name in ("projection", "population")}
        return {
            name: self._existing(name, location, "demand") for name, location in given.items() if location is not None
        }

    def with_demand(self, projection: Path | None = None, population: Path | None = None) -> "Project":
        """Return the project with other demand files for this time; ``project.yaml`` stays as it is.

        Raises
        ------
        ProjectError
            When one is no file.
        """
        given = {"projection": projection, "population": population}
        for name, path in given.items():
            if path is not None and not path.is_file():
                raise ProjectError(f"{path}: there is no such file (given for {name}). Check the spelling.")
        changes = {name: str(path.absolute()) for name, path in given.items() if path is not None}
        changes |= {"shape": "auto"} if projection is not None else {}
        demand = self.config.demand.model_copy(update=changes)
        return Project(self.folder, self.config.model_copy(update={"demand": demand}), self.store)

    @property
    def cache_folder(self) -> Path:
        """Where derived, child-free look-ups may be kept; it can be deleted at any time."""
        return self.folder / "cache"

    @cached_property
    def _inputs(self) -> tuple[InputFile, ...]:
        places = [*self.returns, *self.capacity_files.values(), *self.demand_files.values()]
        found = sorted({file for place in places for file in files_under(place)})
        return tuple(describe(file, self.folder) for file in found)

    def input_files(self) -> tuple[InputFile, ...]:
        """Return every input with its hash and size, read once."""
        return self._inputs

    def input_hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every input by its location in the project."""
        return {file.path: file.sha256 for file in self.input_files()}

    def write_run(self, run: RunRecord) -> int:
        """Store a run whole, or not at all, and return its number."""
        return self.store.write_run(run, {file.path: file for file in self.input_files()})

    def note(self, command: str, detail: str = "") -> None:
        """Add to the audit trail that the person at this computer gave a command; never a child's data."""
        self.store.note(_user(), command, detail)

    @property
    def keeper(self) -> RunKeeper:
        """Which documents name which runs, and deleting runs."""
        return RunKeeper(self.store.database, self.store.clock)

    def name_runs(self, document: Path, numbers: Iterable[int]) -> None:
        """Remember that a document names some runs, so that none of them is deleted unawares."""
        whole = document.absolute()
        root = self.folder.absolute()
        told = whole.relative_to(root) if whole.is_relative_to(root) else whole
        self.keeper.name_in(told.as_posix(), numbers)

    def runs(self, kind: str | None = None) -> tuple[StoredRun, ...]:
        """Return every stored run, the oldest first, or those of one kind."""
        return self.store.runs(kind)

    def latest_run(self, kind: str | None = None) -> StoredRun | None:
        """Return the last complete run, or the last of one kind; None when there is none."""
        return self.store.latest_run(kind)

    def result_tables(self, run_id: int) -> tuple[ResultTable, ...]:
        """Return what tables a run stored."""
        return self.store.result_tables(run_id)

    def result(self, run_id: int, name: str) -> pd.DataFrame:
        """Return one table of a run as it was given."""
        return self.store.result(run_id, name)

    def findings(self, run_id: int | None = None) -> Findings:
        """Return what a run found while reading; the last run unless one is named."""
        return self.store.findings(run_id)

    def _existing(self, name: str, location: str, section: str = "files") -> Path:
        path = self.folder / location
        if not path.exists():
            raise ProjectError(
                f"{path}: is no longer there. Put it back, or correct {section}.{name} in {self.folder / CONFIG_NAME}."
            )
        return path


def require_new(folder: Path) -> None:
    """Refuse a folder that cannot become a project.

    Raises
    ------
    ProjectError
        When it is a project already, or is a file.
    """
    if (folder / CONFIG_NAME).exists():
        raise ProjectError(f"{folder}: is a project already. Choose another folder, or delete this one first.")
    if folder.exists() and not folder.is_dir():
        raise ProjectError(f"{folder}: is a file. Choose a folder for the project.")


def require_new_file(path: Path) -> None:
    """Refuse a file that is there already, or that has no folder to lie in.

    Raises
    ------
    ProjectError
        With what to do instead.
    """
    if path.exists():
        raise ProjectError(f"{path}: is there already and is not overwritten. Choose another name.")
    if not path.absolute().parent.is_dir():
        raise ProjectError(f"{path.parent}: there is no such folder. Make it first, or choose another.")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no login name on this system
        return "unknown"


def _make_folder(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(f"{root}: cannot be made ({error.strerror}). Choose a folder you may write to.") from None


def _checked(given: dict[str, object]) -> ProjectConfig:
    try:
        return ProjectConfig.model_validate(given)
    except ValidationError as error:
        raise ProjectError("The project cannot be made:\n" + explain(error)) from None
