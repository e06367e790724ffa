"""All commands together, and the one place where a fault becomes words and an exit code."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from sufficiency import __version__
from sufficiency.cli import (
    backtest,
    check,
    compare,
    demo,
    explain,
    export,
    failures,
    forecast,
    frontier,
    history,
    match,
    new,
    price,
    report,
    runs,
    scenario,
    spend,
    sweep,
    template,
)
from sufficiency.cli import run as run_command

app = typer.Typer(
    name="sufficiency",
    help="Plan enough suitable homes, near home, for the children a council looks after. Works on this computer only: "
    "nothing is sent anywhere. Start with 'sufficiency demo FOLDER', then 'sufficiency run FOLDER'.",
    epilog="Exit codes: 0 done, 1 something you can repair, 2 nothing can be done or a wrong command, "
    "70 a fault in the program, 130 stopped.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: half the start-up time, and screen readers meet no boxes
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"sufficiency {__version__}")
        raise typer.Exit


@app.callback()
def _start(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    pass


app.command("demo")(demo.demo)
app.command("new")(new.new)
app.command("check")(check.check)
app.command("history")(history.history)
app.command("forecast")(forecast.forecast)
app.command("backtest")(backtest.backtest)
app.command("run")(run_command.run)
app.command("match")(match.match)
app.command("scenario")(scenario.scenario)
app.command("compare")(compare.compare)
app.command("sweep")(sweep.sweep)
app.command("frontier")(frontier.frontier)
app.command("price")(price.price)
app.command("spend")(spend.spend)
app.command("report")(report.report)
app.command("explain")(explain.explain)
app.command("export")(export.export)
app.command("runs")(runs.runs)
app.command("template")(template.template)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; a fault is told in words, never as a traceback."""
    _never_fail_on_a_character()
    try:
        result = app(args=list(arguments), prog_name="sufficiency", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:
        return failures.tell(error, as_json="--json" in arguments)
    if result == failures.STOPPED:  # typer turns Ctrl-C into this code before we see it
        return failures.tell(KeyboardInterrupt(), as_json="--json" in arguments)
    return result if isinstance(result, int) else failures.DONE


def _never_fail_on_a_character() -> None:
    """Let a console that knows few characters show a question mark instead of stopping the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
