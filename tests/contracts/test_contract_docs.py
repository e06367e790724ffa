"""What is not documented does not exist: commands, options, finding codes, assumptions, project keys."""

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import sufficiency
from scenarios.inputs import NOT_USED
from sufficiency.assumptions import attribute
from sufficiency.cli.app import app
from sufficiency.project.config import Cleaning, Demand, Files, ProjectConfig

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
CODE = re.compile(
    r"\"((?:ssda903|capacity|dfe|geography|supply|demand|matching|scenarios)\.[a-z0-9_]+(?:\.[a-z0-9_]+)*)\""
)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def assumption_names() -> set[str]:
    """Return the dotted names of all assumptions, once the attribute table exists."""
    if importlib.util.find_spec("sufficiency.assumptions.table") is None:
        return set()
    rows = read("sufficiency/assumptions/attributes.csv").splitlines()[1:]
    return {row.split(",")[1] for row in rows if row.startswith("assumption,")}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_documented(name: str) -> None:
    """docs/commands.md has a section a command, and names each of its arguments and options."""
    sections = re.split(r"^## ", PAGES["commands.md"], flags=re.MULTILINE)
    section = next((text for text in sections if text.startswith(f"`sufficiency {name}")), "")
    assert section, f"docs/commands.md has no section for {name}"
    for parameter in COMMANDS[name].params:
        words = [parameter.metavar] if parameter.param_type_name == "argument" else parameter.opts
        assert all(f"{word}" in section for word in words if word not in ("--help",)), f"{name}: {words}"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    """Each command has help, each option too, and each takes --json."""
    command = COMMANDS[name]
    assert len(command.help or "") > 40
    assert [p.name for p in command.params if p.name != "help" and not getattr(p, "help", None)] == []
    assert any("--json" in parameter.opts for parameter in command.params)


def test_every_finding_code_is_documented() -> None:
    """Each code that the program can give stands in a findings page."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "sufficiency").rglob("*.py"))
    codes = set(CODE.findall(source)) - assumption_names()
    pages = "\n".join(text for name, text in PAGES.items() if name.startswith("findings"))
    told = {code for code in codes if f"`{code}`" in pages or f"`{code}." in pages}  # some are stems of codes
    assert sorted(codes - told) == []


def test_every_assumption_is_documented() -> None:
    """Each assumption of the attribute table stands in docs/assumptions.md."""
    assert sorted(name for name in assumption_names() if name not in PAGES.get("assumptions.md", "")) == []


def test_every_assumption_is_used_or_says_that_it_is_not() -> None:
    """A row that no module names moves nothing when changed, so its description has to begin by saying so."""
    modules = [path for top in ("sufficiency", "solvers", "scenarios") for path in (ROOT / top).rglob("*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in modules)
    built = ("price.", "uplift.", "needs.level_")  # names put together from a cost line
    for row in attribute("assumption").values():
        idle = row.description.startswith(NOT_USED)
        assert idle or row.name in code or row.name.startswith(built), f"{row.name} is used nowhere"


@pytest.mark.parametrize("model", [ProjectConfig, Files, Cleaning, Demand])
def test_every_key_of_project_yaml_is_documented(model: type[ProjectConfig]) -> None:
    """Each key a person may write in project.yaml stands in docs/project.md."""
    assert [key for key in model.model_fields if f"`{key}`" not in PAGES["project.md"]] == []


def test_every_link_between_pages_resolves() -> None:
    """No page points at a page or file that is not there."""
    texts = {ROOT / "README.md": read("README.md"), ROOT / "CHANGELOG.md": read("CHANGELOG.md")}
    texts |= {DOCS / name: text for name, text in PAGES.items()}
    broken = [
        (page.name, link)
        for page, text in texts.items()
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
        if not (page.parent / link).exists()
    ]
    assert broken == []


def test_every_page_is_reached_from_the_index() -> None:
    """docs/index.md links to every page, so none is lost."""
    assert [name for name in PAGES if name != "index.md" and f"({name})" not in PAGES["index.md"]] == []


def test_the_readme_only_names_commands_and_options_that_exist() -> None:
    """Every `sufficiency ...` line in the README and the docs is one the program would accept the shape of."""
    text = "\n".join([read("README.md"), *(t for name, t in PAGES.items() if name != "borders.md")])
    for line in re.findall(r"^(?: {4}|.*&& )?(sufficiency [a-z][^\n`#&]*)", text, re.MULTILINE):
        words = shlex.split(line.replace("[", "").replace("]", ""))
        assert words[1] in COMMANDS, line
        options = {option for parameter in COMMANDS[words[1]].params for option in parameter.opts}
        assert [word for word in words if word.startswith("--") and word not in options | {"--help"}] == [], line


def test_the_changelog_tells_of_this_version() -> None:
    """The version in the package is the newest in the changelog."""
    versions = re.findall(r"^## ([0-9]+\.[0-9]+\.[0-9]+)", read("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == sufficiency.__version__


def test_changelog_lines_carry_a_tag() -> None:
    """Each line of the changelog begins with new, changed, fixed or removed."""
    lines = [line for line in read("CHANGELOG.md").splitlines() if line.startswith("- ")]
    assert lines
    assert [line for line in lines if not re.match(r"- \*\*(new|changed|fixed|removed)\*\* ", line)] == []


def test_help_loads_nothing_heavy() -> None:
    """Asking for help imports neither pandas nor a solver, so that it answers at once."""
    code = "import sys; from sufficiency.cli.app import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"pandas", "numpy", "ortools", "pydantic", "scipy"} & set(done.stderr.split()) == set()
    assert all(command in done.stdout for command in COMMANDS)
