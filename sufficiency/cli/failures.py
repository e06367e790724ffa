"""From an exception to words and an exit code."""

import os
import traceback
from types import TracebackType

from sufficiency.cli import output
from sufficiency.domain.errors import InputError, SolveError, SufficiencyError, VerificationError
from sufficiency.domain.findings import Findings

DONE, REPAIRABLE, NOTHING_TO_DO, OUR_FAULT, STOPPED = 0, 1, 2, 70, 130

_HINT = (
    "This is a fault in sufficiency, not in your files, and nothing half-finished was stored. Please report the words "
    "above: they hold no child's data. Set SUFFICIENCY_DEBUG=1 to see the technical details; those can hold children's "
    "data, so do not send them to anyone."
)


def tell(error: BaseException, *, as_json: bool) -> int:
    """Say what went wrong on standard error (and as JSON on standard output when asked), and return the exit code."""
    code, message, findings = _understand(error)
    if os.environ.get("SUFFICIENCY_DEBUG") == "1" and code == OUR_FAULT:
        traceback.print_exception(error)
    if as_json:
        failure = {"error": {"type": type(error).__name__, "message": message}, "exit_code": code}
        output.print_json({**failure, "findings": output.findings_json(findings)})
    else:
        output.complain(message, findings)
    return code


def _understand(error: BaseException) -> tuple[int, str, Findings]:
    if isinstance(error, SufficiencyError):
        beyond_repair = isinstance(error, (InputError, SolveError, VerificationError))
        return NOTHING_TO_DO if beyond_repair else REPAIRABLE, str(error), error.findings
    if isinstance(error, KeyboardInterrupt) or type(error).__name__ == "Abort":
        return STOPPED, "Stopped. Nothing was stored; the last complete run still stands.", Findings()
    if hasattr(error, "format_message"):  # the command itself was wrong: an unknown option, a missing argument
        return NOTHING_TO_DO, f"{error.format_message()} Try 'sufficiency --help'.", Findings()
    where = _last_place(error.__traceback__)
    return OUR_FAULT, f"Something went wrong: {type(error).__name__} in {where}. {_HINT}", Findings()


def _last_place(trace: TracebackType | None) -> str:
    """Return the last of our own modules in a traceback, and the line: never a value."""
    place = "the program"
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.split(".")[0] in ("sufficiency", "scenarios", "solvers"):
            place = f"{module}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
