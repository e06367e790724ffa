"""Seconds to read and clean returns, imports apart: ``python -m benchmarks.read_returns PATH [TIMES]``."""

import sys
from pathlib import Path
from time import perf_counter, process_time

from sufficiency.ingest.ssda903 import read_returns


def main(path: str, times: int = 5) -> None:
    """Print the first and the best time of several reads, and how much was read."""
    walls, works = [], []
    for _ in range(times):
        wall, work = perf_counter(), process_time()
        records = read_returns([Path(path)])
        walls.append(perf_counter() - wall)
        works.append(process_time() - work)
    print(f"wall: first {walls[0]:.3f} s, best {min(walls):.3f} s of {times}")
    print(f"processor: first {works[0]:.3f} s, best {min(works):.3f} s of {times}")
    print(f"{len(records.children)} children, {len(records.episodes)} episodes, {len(records.findings)} findings")


if __name__ == "__main__":
    main(sys.argv[1], *(int(text) for text in sys.argv[2:3]))
