"""One council's project: a folder, ``project.yaml``, the council's own files, and one SQLite store of runs."""

from sufficiency.project.config import CAPACITY_INPUTS, ProjectConfig
from sufficiency.project.folder import Project, require_new, require_new_file
from sufficiency.project.record import AssumptionRow, ChangeRow, InputFile, RunRecord, StoredRun
from sufficiency.project.store import AuditEntry, ResultTable, Store

__all__ = [
    "CAPACITY_INPUTS",
    "AssumptionRow",
    "AuditEntry",
    "ChangeRow",
    "InputFile",
    "Project",
    "ProjectConfig",
    "ResultTable",
    "RunRecord",
    "Store",
    "StoredRun",
    "require_new",
    "require_new_file",
]
