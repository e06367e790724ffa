"""``sufficiency demo``: a complete project about a council that does not exist."""

from pathlib import Path
from typing import Annotated

import typer

from sufficiency.cli import output
from sufficiency.cli.options import AsJson, Seed
from sufficiency.cli.progress import StageProgress


def demo(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="New folder to make the example in.")],
    seed: Seed = 2025,
    as_json: AsJson = False,
) -> None:
    """Make an example project with invented children, to try every command on.

    The council is synthetic. Its totals follow the figures published for Swindon at 31 March 2025; no child, carer or
    home in it is real.
    """
    from sufficiency.project import CAPACITY_INPUTS, Project, require_new
    from sufficiency.synthetic import make_council

    require_new(folder)
    with StageProgress() as progress:
        make_council(folder, seed=seed, progress=progress)
    data = folder / "data"
    found = {name: next(iter(sorted(data.glob(f"{name}.*"))), None) for name in CAPACITY_INPUTS}
    project = Project.create(
        folder,
        authority="E06000030",
        ssda903=data / "ssda903",
        carers=found["carers"],
        homes=found["homes"],
        contracts=found["contracts"],
        prices=found["prices"],
        needs=found["needs"],
        ofsted=found["ofsted"],
        name="Synthetic council (after Swindon)",
        synthetic=True,
    )
    project.note("demo", f"seed={seed}")
    files = [file.path for file in project.input_files()]
    if as_json:
        output.print_json({"command": "demo", "project": str(folder), "synthetic": True, "seed": seed, "files": files})
        return
    screen = output.screen()
    screen.print(output.SYNTHETIC)
    output.bullet_lines(
        [f"{folder} is ready, with {len(files)} files in {data}.", f"Next: sufficiency run {folder}"], screen
    )
