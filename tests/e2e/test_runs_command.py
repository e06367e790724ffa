"""Stored runs are listed and deleted as a person in a council would."""

from pathlib import Path

from sufficiency.project import Project


def test_runs_are_listed_and_the_older_deleted(cli, council: Path) -> None:
    """Three histories are listed with their rows; keeping one deletes two, says so, and the audit trail knows."""
    numbers = [cli("history", council, "--json").document["run_id"] for _ in range(3)]
    shown = cli("runs", council)
    assert shown.code == 0
    assert all(word in shown.out for word in ("history", "2025", "The store takes"))
    listed = cli("runs", council, "--json").document
    assert [row["run"] for row in listed["runs"] if row["kind"] == "history"] == numbers
    assert all(row["rows"] > 0 for row in listed["runs"])
    gone = cli("runs", council, "--keep", 1, "--json").document
    assert gone["deleted"] == numbers[:2]
    assert gone["bytes"] < gone["bytes_before"]
    assert [run.id for run in Project.open(council).runs("history")] == numbers[2:]
    last = Project.open(council).store.audit_trail()[-1]
    assert (last.command, last.detail) == ("runs", f"deleted {numbers[0]} (history), {numbers[1]} (history)")


def test_a_named_run_is_passed_over_and_told(cli, council: Path) -> None:
    """A run that a document names survives --keep and is told; --delete refuses it; --named-too deletes it."""
    first, second = (cli("history", council, "--json").document["run_id"] for _ in range(2))
    Project.open(council).name_runs(council / "report", [first])
    kept = cli("runs", council, "--keep", 1)
    assert f"Kept although older, since a document names them: run {first}" in kept.out
    refused = cli("runs", council, "--delete", first)
    assert (refused.code, "named in report" in refused.err) == (1, True)
    done = cli("runs", council, "--delete", first, "--named-too")
    assert f"Deleted: run {first}." in done.out
    assert [run.id for run in Project.open(council).runs("history")] == [second]
