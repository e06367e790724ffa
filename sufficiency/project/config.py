"""``project.yaml``: the one file of a project that people edit by hand.

Every key is known and checked; a key that is not known is answered with the nearest one that is. Locations are relative
to the project folder.
"""

import difflib
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sufficiency.domain.errors import ProjectError
from sufficiency.project.finance_config import FINANCE_MODELS, Finance

CONFIG_NAME = "project.yaml"
CAPACITY_INPUTS: tuple[str, ...] = ("carers", "homes", "contracts", "prices", "needs", "ofsted")
"""Names of the optional input files, in the order commands take them."""

LONGEST_HORIZON_MONTHS = 240
AUTHORITY_PATTERN = r"^E(06|08|09|10)\d{6}$"

Value: TypeAlias = str | int | float | bool

_HEADER = """\
# The project of one council. Edit by hand; sufficiency reads this file and never rewrites it.
# Locations are relative to this folder. Every key is explained in docs/project.md.
"""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AssumptionChange(_Strict):
    """A changed assumption with the words that justify it."""

    value: Value
    reason: str = ""
    source: str = ""


class Files(_Strict):
    """Where the inputs lie, relative to the project folder. Capacity files are optional."""

    ssda903: tuple[str, ...] = Field(min_length=1)
    carers: str | None = None
    homes: str | None = None
    contracts: str | None = None
    prices: str | None = None
    needs: str | None = None
    ofsted: str | None = None

    @field_validator("ssda903", mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        return (given,) if isinstance(given, str) else given


class Cleaning(_Strict):
    """How SSDA903 returns are cleaned; the choices exist so that figures can be reconciled with other tools."""

    keep_short_breaks: bool = False
    keep_lapsed: bool = False
    category_map: str = Field(default="ours", pattern="^(ours|dfe|older)$")


class Demand(_Strict):
    """How many children are expected, where that is not left to the returns alone.

    Attributes
    ----------
    projection
        File of a projection made elsewhere, followed in place of ours; None means ours.
    shape
        Its shape; ``auto`` tells it from the headers.
    population
        File of the children in the area by mid-year and age, that entries follow; None means no change.
    """

    projection: str | None = None
    shape: str = Field(default="auto", pattern="^(auto|tidy|wide|regional)$")
    population: str | None = None


class ProjectConfig(_Strict):
    """Everything ``project.yaml`` may hold.

    Attributes
    ----------
    authority
        Nine-character code of the children's services authority, for example ``E06000030``.
    name
        Name shown on outputs.
    base_date
        Last day that counts as known, the last day of a month; None means the last 31 March of the returns.
    months
        Months to walk after the base date.
    synthetic
        True when the children are invented; every output says so.
    files
        Where the inputs lie.
    cleaning
        How returns are cleaned.
    demand
        A projection made elsewhere, the population of children.
    assumptions
        Changed assumptions by dotted name.
    code_map
        Column -> code found -> code meant, for local codes that no collection year knows.
    finance
        What only a finance team knows: budget, ledger, contributions, savings; None when it says nothing.
    """

    authority: str = Field(pattern=AUTHORITY_PATTERN)
    name: str = ""
    base_date: date | None = None
    months: int = Field(default=60, ge=1, le=LONGEST_HORIZON_MONTHS)
    synthetic: bool = False
    files: Files
    cleaning: Cleaning = Cleaning()
    demand: Demand = Demand()
    assumptions: dict[str, AssumptionChange] = {}
    code_map: dict[str, dict[str, str]] = {}
    finance: Finance | None = None

    @field_validator("assumptions", mode="before")
    @classmethod
    def _plain_values(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: change if isinstance(change, dict) else {"value": change} for name, change in given.items()}

    @field_validator("base_date")
    @classmethod
    def _last_day_of_month(cls, given: date | None) -> date | None:
        if given is not None and (given + timedelta(days=1)).day != 1:
            raise ValueError("a base date is the last day of a month, such as 2025-03-31")
        return given

    @field_validator("assumptions", "code_map", "cleaning", "demand", mode="before")
    @classmethod
    def _empty_section(cls, given: Any) -> Any:
        return {} if given is None else given


_MODELS: dict[str, type[BaseModel]] = {
    "files": Files,
    "cleaning": Cleaning,
    "demand": Demand,
    "assumptions": AssumptionChange,
    "finance": Finance,
}


class _UniqueKeyLoader(yaml.SafeLoader):
    """The safe loader, refusing a key that stands twice: the second would win in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, (str, int, float, bool)) and key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f'key "{key}" stands twice; remove one', problem_mark=key_node.start_mark
                )
            seen.update([key] if isinstance(key, (str, int, float, bool)) else [])
        return super().construct_mapping(node, deep=deep)


def load_yaml(text: str) -> Any:
    """Read YAML with the safe loader; a key that stands twice is refused.

    Raises
    ------
    yaml.YAMLError
        When it is not valid.
    """
    return yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - derived from the safe loader


def read_config(path: Path) -> ProjectConfig:
    """Read and check ``project.yaml``.

    Raises
    ------
    ProjectError
        When the file cannot be read or a key or value is not known; all faults are listed at once.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path}: cannot be read ({_reason(error)}). Save it as UTF-8 text.") from None
    try:
        given = load_yaml(text)
    except yaml.YAMLError as error:
        raise ProjectError(f"{path}: is not valid YAML{yaml_place(error)}. Correct that line.") from None
    if not isinstance(given, dict):
        raise ProjectError(f"{path}: is empty or is not a list of keys. It needs at least authority and files.")
    try:
        return ProjectConfig.model_validate(given)
    except ValidationError as error:
        raise ProjectError(f"{path} cannot be used:\n{explain(error)}") from None


def write_config(path: Path, config: ProjectConfig) -> None:
    """Write ``project.yaml`` for the first time, whole or not at all."""
    given = config.model_dump(mode="python", exclude_none=True)
    given["files"]["ssda903"] = list(config.files.ssda903)
    text = _HEADER + yaml.safe_dump(given, sort_keys=False, allow_unicode=True)
    half = path.with_suffix(".part")
    half.write_text(text, encoding="utf-8")
    os.replace(half, path)  # noqa: PTH105 - replaces in one step on every system


def nearest(word: str, known: list[str]) -> str:
    """Return `` Nearest: a, b.`` for words that look alike, or the whole list when none does."""
    close = difflib.get_close_matches(word, known, n=2, cutoff=0.5)
    return f"Nearest: {', '.join(close)}." if close else f"Known: {', '.join(known)}."


def explain(error: ValidationError) -> str:
    """Return every fault of a configuration, one a line, with the nearest key where one is not known."""
    return "\n".join(_fault([str(part) for part in fault["loc"]], fault) for fault in error.errors())


def yaml_place(error: yaml.YAMLError) -> str:
    """Return where a YAML file is wrong and how, "" when that is not known."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "not understood"
    return f" (line {mark.line + 1}: {problem})" if mark is not None else ""


def _reason(error: Exception) -> str:
    return (error.strerror or "not readable") if isinstance(error, OSError) else "not UTF-8 text"


def _model_at(place: list[str]) -> type[BaseModel]:
    """Return the model whose keys may stand at a place."""
    if len(place) == 1:
        return ProjectConfig
    inner = FINANCE_MODELS.get(place[1]) if place[0] == "finance" and len(place) > 2 else None
    return inner or _MODELS.get(place[0], ProjectConfig)


def _fault(place: list[str], fault: Any) -> str:
    where = ".".join(place)
    if fault["type"] == "extra_forbidden":
        model = _model_at(place)
        return f'  {where}: key "{place[-1]}" is not known. {nearest(place[-1], list(model.model_fields))}'
    if fault["type"] == "missing":
        return f"  {where}: is missing. Add it."
    if where == "authority":
        return f"  authority: {fault['input']!r} is not a children's services authority code, such as E06000030."
    return f"  {where}: {fault['input']!r} cannot be used ({fault['msg']})."
