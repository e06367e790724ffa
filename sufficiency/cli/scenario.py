"""``sufficiency scenario``: the scenarios there are, what one changes, and whether it can be used."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, OneOff, ProjectFolder, one_off_changes
from sufficiency.cli.tables import show_table

if TYPE_CHECKING:
    from scenarios.cells import Warm
    from sufficiency.project import Project


def scenario(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="list, show, check, new or levers.")],
    folder: ProjectFolder,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Scenario to show, check or make.")] = "",
    copy: Annotated[str, typer.Option("--from", help="With new: copy this scenario instead of an empty one.")] = "",
    changes: OneOff = None,
    as_json: AsJson = False,
) -> None:
    """List the scenarios, show what one changes, check the files, make a new one, or list the levers there are."""
    from sufficiency.project import Project

    project = Project.open(folder)
    if action in ("show", "new") and not name:
        raise typer.BadParameter(f"{action} needs the name of a scenario", param_hint="[NAME]")
    actions = {"list": _list, "show": _show, "check": _check, "new": _new, "levers": _levers}
    if action not in actions:
        raise typer.BadParameter(f"{action}: expected {', '.join(actions)}", param_hint="ACTION")
    document = actions[action](project, name, copy, one_off_changes(changes))
    _answer(action, folder, document, as_json)
    if document.get("unusable"):
        raise typer.Exit(1)


def _answer(action: str, folder: Any, document: dict[str, Any], as_json: bool) -> None:
    if as_json:
        tables = output.tables_json(document.pop("tables", {}))
        output.print_json(
            {"command": "scenario", "action": action, "project": str(folder), **document, "tables": tables}
        )
        return
    _tell(document)


def _list(project: "Project", name: str, copy: str, changes: dict[str, str]) -> dict[str, Any]:
    from scenarios.scenario import all_changes, scenario_book

    book = scenario_book(project.folder)
    rows = [
        {
            "scenario": each.name,
            "title": f"CANNOT BE USED: {each.fault}" if each.fault else each.title,
            "changes": 0 if each.fault else len(all_changes(each, book)),
            "from": each.origin,
        }
        for each in book.values()
    ]
    return {"tables": {"scenarios": _table(rows, "scenarios")}}


def _show(project: "Project", name: str, copy: str, changes: dict[str, str]) -> dict[str, Any]:
    from scenarios.inputs import assumptions_of
    from scenarios.scenario import named, resolve, scenario_book

    book = scenario_book(project.folder)
    chosen = named(book, name)
    resolved = resolve(chosen, book, assumptions_of(project), _base_date(project), changes)
    words = {"scenario": chosen.name, "title": chosen.title, "description": chosen.description}
    return {**words, "base": list(chosen.base), "tables": {"changes": _table(_rows(resolved.record), "changes")}}


def _rows(record: Any) -> list[dict[str, Any]]:
    return [
        {"change": row.name, "old": row.old, "new": row.new, "reason": row.reason, "source": row.source}
        for row in record
    ]


def _check(project: "Project", name: str, copy: str, changes: dict[str, str]) -> dict[str, Any]:
    """Pull every lever on the council's own places, without walking; each scenario that cannot be used says why."""
    from scenarios.cells import warm_up

    warm = warm_up(project)
    rows = [_checked(warm, each, changes) for each in ([name] if name else list(warm.book))]
    unusable = sum(not row["usable"] for row in rows)
    return {"unusable": unusable, "tables": {"checked": _table(rows, "scenarios checked on this council's places")}}


def _checked(warm: "Warm", name: str, changes: dict[str, str]) -> dict[str, Any]:
    from scenarios.levers import apply_pulls, not_begun
    from sufficiency.domain.errors import AssumptionError

    try:
        resolved = warm.resolved(name, changes)
        apply_pulls(warm.ground(resolved.assumptions), resolved.pulls)
    except AssumptionError as error:
        return {"scenario": name, "changes": 0, "usable": False, "said": str(error)}
    late = not_begun(resolved.pulls, warm.months)
    said = f"begins after the {warm.months} months walked: {', '.join(late)}" if late else ""
    return {"scenario": name, "changes": len(resolved.record), "usable": True, "said": said}


def _new(project: "Project", name: str, copy: str, changes: dict[str, str]) -> dict[str, Any]:
    from scenarios.scenario import LIBRARY, TEMPLATE, named, scenario_book
    from sufficiency.domain.errors import AssumptionError
    from sufficiency.project import require_new_file

    if not name or not all(letter.islower() or letter.isdigit() or letter == "-" for letter in name):
        raise AssumptionError(f'"{name}" is no name for a scenario: small letters, digits and hyphens.')
    path = project.folder / "scenarios" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    require_new_file(path)
    text = TEMPLATE.format(name=name, title=name.replace("-", " ").capitalize())
    if copy:
        origin = named(scenario_book(project.folder), copy).origin
        source = (LIBRARY if origin == "library" else path.parent) / f"{copy}.yaml"
        lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
        text = "".join(f"name: {name}\n" if line.startswith("name:") else line for line in lines)
    path.write_text(text, encoding="utf-8")
    return {
        "file": str(path),
        "words": [f"{path} is ready to be edited. Then: sufficiency scenario check PROJECT {name}"],
    }


def _levers(project: "Project", name: str, copy: str, changes: dict[str, str]) -> dict[str, Any]:
    from scenarios.levers import detail_rows, lever_named, levers_frame

    frame = levers_frame()
    frame = frame[frame["lever"].str.startswith(name)]
    frame.attrs["name"] = "levers"
    if not len(frame):
        lever_named(name)
    one = name in set(frame["lever"])
    words = [f"{column}: {frame[column].iloc[0]}" for column in frame.columns] if one else [WEIGHTS]
    details = {"details": _table(detail_rows(name), f"details of {name}")} if one and detail_rows(name) else {}
    return {"words": words, "tables": details if one else {"levers": frame}}


WEIGHTS = (
    "Weights of the policy (the price of a mile, a border, parting brothers and sisters) and any other assumption "
    "are changed with - assumption: NAME, as listed in docs/assumptions.md. One lever with its details: sufficiency "
    "scenario levers PROJECT NAME"
)


def _base_date(project: "Project") -> Any:
    """Return the base date a file counts its months from, without reading the returns when project.yaml says it."""
    if project.base_date is not None:
        return project.base_date
    from scenarios.inputs import read_inputs

    return read_inputs(project).base_date


def _table(rows: list[dict[str, Any]], name: str) -> Any:
    import pandas as pd

    frame = pd.DataFrame(rows)
    frame.attrs["name"] = name
    return frame


def _tell(document: dict[str, Any]) -> None:
    screen = output.screen()
    lines = [str(document[key]) for key in ("title", "description") if document.get(key)]
    output.bullet_lines([*lines, *document.get("words", [])], screen)
    for name, frame in document.get("tables", {}).items():
        show_table(name, frame, screen)
