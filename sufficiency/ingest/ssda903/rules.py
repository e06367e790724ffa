"""Every finding the 903 reader can make (``findings.toml``): what it means, what to do, and what was done."""

import tomllib
from dataclasses import dataclass
from importlib import resources

from sufficiency.domain.findings import Severity


@dataclass(frozen=True)
class FindingRule:
    """One rule of the reader.

    Attributes
    ----------
    severity
        Refused (not used), repaired (a value was changed by this rule) or noted.
    title
        What happened, in a few words.
    meaning
        What was expected and why it matters.
    repair
        What the user can do.
    action
        What the reader did.
    """

    severity: Severity
    title: str
    meaning: str
    repair: str
    action: str


def _read() -> dict[str, FindingRule]:
    text = (resources.files("sufficiency.ingest.ssda903") / "findings.toml").read_text("utf-8")
    return {
        code: FindingRule(**rule | {"severity": Severity(rule["severity"])})
        for code, rule in tomllib.loads(text).items()
    }


FINDINGS: dict[str, FindingRule] = _read()
"""Every finding code of the reader with its rule. A code that is not here cannot be raised."""


def markdown() -> str:
    """Return the page that lists every finding code, ``docs/findings-ssda903.md``.

    Examples
    --------
    >>> markdown().splitlines()[0]
    '# Findings of the SSDA903 reader'
    """
    lines = [
        "# Findings of the SSDA903 reader",
        "",
        "Made from `sufficiency/ingest/ssda903/findings.toml`. Refused: the row or file is not used. Repaired: a",
        "value was changed by the rule. Noted: nothing was changed. The same thing in more than twenty rows of a",
        "file is one finding with a count and the first row as an example. Values that identify a child are never",
        "shown, only their shape.",
        "",
        "| code | severity | what | what was expected, and why | what you can do | what we did |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{code}` | {rule.severity} | {rule.title} | {rule.meaning} | {rule.repair} | {rule.action} |"
        for code, rule in FINDINGS.items()
    ]
    return "\n".join(lines) + "\n"
