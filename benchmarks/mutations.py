"""Plant faults, one at a time, in a copy of the tree, and see that a test notices.

Run ``python -m benchmarks.mutations [AREA]``.

Each mutation is one line made wrong in a way that would give a council a wrong number without an error. The tests named
beside it are run until the first failure. The command ends with 1 when any mutation lives.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Mutation:
    """A line made wrong: where, what stood there, what stands there now, and the tests that should notice."""

    area: str
    file: str
    right: str
    wrong: str
    tests: str


READER, DISTANCE, SPEND = "tests/unit/ssda903", "tests/unit/geography", "tests/unit/finance"
WALK, SOLVERS = "tests/unit/matching", "tests/unit/solvers"

MUTATIONS = (
    Mutation(
        "reader",
        "sufficiency/ingest/ssda903/cleaning.py",
        'episodes["year"] < last)',
        'episodes["year"] <= last)',
        READER,
    ),
    Mutation(
        "reader",
        "sufficiency/ingest/ssda903/cleaning.py",
        "DEC=np.where(over, start, end)",
        "DEC=np.where(over, end, end)",
        READER,
    ),
    Mutation(
        "reader",
        "sufficiency/ingest/ssda903/cleaning.py",
        '["year"] < latest)',
        '["year"] > latest)',
        READER,
    ),
    Mutation(
        "reader",
        "sufficiency/ingest/ssda903/coding.py",
        '"1": "M", "2": "F"',
        '"1": "F", "2": "M"',
        READER,
    ),
    Mutation(
        "distance",
        "sufficiency/geography/distance.py",
        "KILOMETRES_PER_MILE = 1.6093",
        "KILOMETRES_PER_MILE = 1.609344",
        DISTANCE,
    ),
    Mutation(
        "distance",
        "sufficiency/geography/distance.py",
        "np.sqrt(east**2 + north**2)",
        "np.abs(east) + np.abs(north)",
        DISTANCE,
    ),
    Mutation(
        "distance",
        "sufficiency/geography/distance.py",
        "KILOMETRES_PER_MILE, 1))",
        "KILOMETRES_PER_MILE, 0))",
        DISTANCE,
    ),
    Mutation(
        "distance",
        "sufficiency/matching/reach.py",
        "miles > FAR_MILES)",
        "miles >= FAR_MILES)",
        WALK,
    ),
    Mutation(
        "allocation",
        "sufficiency/matching/columns.py",
        "np.maximum(places.age_min, SUPPORTED_AGE)",
        "places.age_min",
        WALK,
    ),
    Mutation(
        "allocation",
        "sufficiency/matching/steps.py",
        "np.minimum(room, places.starts_per_month)",
        "room",
        WALK,
    ),
    Mutation(
        "allocation",
        "sufficiency/matching/columns.py",
        "distant * policy.distant",
        "distant * 0",
        WALK,
    ),
    Mutation(
        "allocation",
        "sufficiency/matching/today.py",
        "np.where(size > 1, policy.sibling_split, 0)",
        "np.where(size > 2, policy.sibling_split, 0)",
        WALK,
    ),
    Mutation(
        "allocation",
        "solvers/certificate.py",
        "- held",
        "- 0",
        SOLVERS,
    ),
    Mutation(
        "allocation",
        "solvers/certificate.py",
        "used[:-1] > problem.capacity",
        "used[:-1] > problem.capacity + 1",
        SOLVERS,
    ),
    Mutation(
        "spend",
        "sufficiency/finance/rounding.py",
        "(2 * unit_pence + week) // (2 * week)",
        "unit_pence // week",
        SPEND,
    ),
    Mutation(
        "spend",
        "sufficiency/finance/spend.py",
        "places.capacity[:, 1 : len(months) + 1] > 0",
        "places.capacity[:, : len(months)] > 0",
        SPEND,
    ),
    Mutation(
        "spend",
        "sufficiency/finance/spend.py",
        "FinancialYear.containing(plan.base_date)",
        "years[0]",
        SPEND,
    ),
    Mutation(
        "spend",
        "sufficiency/finance/rounding.py",
        "DAYS_A_WEEK * UNITS_A_DAY",
        "8 * UNITS_A_DAY",
        SPEND,
    ),
)


def caught(mutation: Mutation, tree: Path) -> bool:
    """Plant a mutation in a copy of the tree and return whether its tests notice."""
    file = tree / mutation.file
    text = file.read_text(encoding="utf-8")
    if mutation.right not in text:
        raise SystemExit(f"{mutation.file} no longer holds {mutation.right!r}: bring this list up to date.")
    file.write_text(text.replace(mutation.right, mutation.wrong), encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", mutation.tests]
    done = subprocess.run(words, cwd=tree, capture_output=True, check=False)
    file.write_text(text, encoding="utf-8")
    return done.returncode == 1


def main(area: str = "") -> int:
    """Try every mutation, or those of one area, and print what became of it."""
    lived = 0
    with tempfile.TemporaryDirectory() as work:
        tree = Path(work) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".git", "__pycache__", ".venv", ".*_cache"))
        for mutation in MUTATIONS:
            if area in ("", mutation.area):
                noticed = caught(mutation, tree)
                lived += not noticed
                what = f"{mutation.file}: {mutation.right} -> {mutation.wrong}"
                print(f"{'caught' if noticed else 'LIVES':6}  {mutation.area:10}  {what}")
    return int(lived > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
