"""The exceptions a user can meet, as one small tree.

::

    SufficiencyError           something a person has to know; its text needs no traceback
    ├── InputError             what was given cannot be used (carries findings)
    ├── AssumptionError        an assumption or scenario is out of its range or unknown
    ├── ProjectError           a project folder or its store cannot be opened or written
    ├── SolveError             a solver refused or broke
    └── VerificationError      a plan failed its certificate or its audit: it is never shown as a result
"""

from sufficiency.domain.findings import Findings


class SufficiencyError(Exception):
    """Something a person has to know. The text says where, what, why it matters and how to repair."""

    def __init__(self, message: str, findings: Findings | None = None) -> None:
        super().__init__(message)
        self.findings = findings if findings is not None else Findings()


class InputError(SufficiencyError):
    """What was given cannot be used."""


class AssumptionError(SufficiencyError):
    """An assumption or scenario is unknown or out of its range."""


class ProjectError(SufficiencyError):
    """A project folder or its store cannot be opened or written."""


class SolveError(SufficiencyError):
    """A solver refused the problem or broke."""


class VerificationError(SufficiencyError):
    """A plan failed its certificate or its audit, so it is not a result."""
