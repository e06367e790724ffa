"""The tables of a project store, and the steps that lead from one version of them to the next.

``PRAGMA user_version`` counts the steps taken. Result tables (``result_<name>``) are made as runs bring them; what
their columns mean stands in ``result_meta``. Single values of any type are kept as JSON text.
"""

APPLICATION_ID = 0x53554646
"""Marks the file as ours ("SUFF")."""

_FIRST = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    seed INTEGER,
    base_date TEXT NOT NULL,
    months INTEGER NOT NULL,
    seconds REAL NOT NULL,
    version TEXT NOT NULL,
    python TEXT NOT NULL,
    versions TEXT NOT NULL,
    summary TEXT NOT NULL
);
CREATE TABLE input (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER,
    read_at TEXT NOT NULL,
    UNIQUE (path, sha256)
);
CREATE TABLE run_input (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    input_id INTEGER NOT NULL REFERENCES input (id),
    PRIMARY KEY (run_id, input_id)
);
CREATE TABLE finding (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    severity TEXT NOT NULL,
    file TEXT NOT NULL,
    row INTEGER,
    "column" TEXT NOT NULL,
    found TEXT NOT NULL,
    expected TEXT NOT NULL,
    repair TEXT NOT NULL,
    action TEXT NOT NULL,
    count INTEGER NOT NULL
);
CREATE INDEX finding_of_run ON finding (run_id);
CREATE TABLE file_rows (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    file TEXT NOT NULL,
    read INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (run_id, file)
);
CREATE TABLE assumption (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    "default" TEXT NOT NULL,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    changed_from TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (run_id, name)
);
CREATE TABLE change (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    reason TEXT NOT NULL,
    source TEXT NOT NULL
);
CREATE INDEX change_of_run ON change (run_id);
CREATE TABLE result_meta (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    unit TEXT NOT NULL,
    definition TEXT NOT NULL,
    columns TEXT NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY (run_id, name)
);
CREATE TABLE audit_trail (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    command TEXT NOT NULL,
    detail TEXT NOT NULL
);
"""

_SWEEP_CELLS = """
CREATE TABLE sweep_cell (
    key TEXT PRIMARY KEY,
    scenario TEXT NOT NULL,
    replication INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    months INTEGER NOT NULL,
    finished_at TEXT NOT NULL,
    seconds REAL NOT NULL,
    figures TEXT NOT NULL
);
"""

_NAMED_RUNS = """
CREATE TABLE named_run (
    document TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    PRIMARY KEY (document, run_id)
);
CREATE INDEX named_run_of_run ON named_run (run_id);
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _SWEEP_CELLS, _NAMED_RUNS)
"""Scripts in order: the n-th leads from version n-1 to version n. Never edited once released, only added to."""
